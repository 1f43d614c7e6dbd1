"""A file as others see it: the account, the findings with their sentences, the records. Identifiers are masked unless asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sertakan.core import audit
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.sponsorship.models import Sponsorship

if TYPE_CHECKING:
    import polars as pl

IDENTIFIERS = ("nik", "donor_nip", "kpj")
_HIDDEN_DIGITS = re.compile(r"\d(?=(?:\D*\d){4})")
_NUMBER_IN_TEXT = re.compile(r"(?<!\d)\d(?:[ .'’_/-]{0,2}\d){14,}")


def mask_digits(text: str | None) -> str | None:
    """Hide all digits but the last four, whatever stands between them."""
    return None if text is None else _HIDDEN_DIGITS.sub("*", text)


def mask_text(text: str | None) -> str | None:
    """Hide identity numbers (15 digits and more) that somebody wrote in a cell meant for something else."""
    if text is None or len(text) < 15:
        return text
    return _NUMBER_IN_TEXT.sub(lambda found: mask_digits(found[0]) or "", text)


def _mask_all(value: Any) -> Any:
    """`value` with every text in it through `mask_text`; keys of dicts too."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {_mask_all(key): _mask_all(inner) for key, inner in value.items()}
    return [_mask_all(inner) for inner in value] if isinstance(value, list) else value


def report(
    file: File,
    *,
    unchanged: bool,
    with_rows: bool = False,
    unmasked: bool = False,
    language: str = "id",
    with_findings: bool = True,
) -> dict[str, Any]:
    """Everything about a file in the shape that the command line and the API hand out.

    `unmasked` shows identifiers whole and leaves an event in the trail; the reason is the one of the present scope.
    """
    taken = [sheet for sheet in file.sheets if sheet.get("taken")]
    result: dict[str, Any] = {
        "intake": file.pk,
        "file": file.name,
        "format": file.kind,
        "agency": file.agency.code,
        "state": file.state,
        "sheet": ", ".join(sheet["name"] for sheet in taken),
        "header_row": taken[0]["header_row"] if taken else None,
        **intake.account(file),
        "unchanged": unchanged,
        "sheets": file.sheets if unmasked else _mask_all(file.sheets),
        "questions": file.questions if unmasked else _mask_all(file.questions),
    }
    if not (with_findings or with_rows):
        return result
    content = intake.contents(intake.current_rows(file))
    names = {sheet["index"]: sheet["name"] for sheet in file.sheets}
    if with_findings:
        result["findings"] = list(finding_list(file, content, names, unmasked=unmasked, language=language))
    if with_rows:
        result["records"] = records(content, names, unmasked=unmasked)
    if unmasked:
        audit.record("intake.shown_unmasked", target=file, agency_id=file.agency_id, facts={"rows": content.height})
    return result


def finding_list(
    file: File, content: pl.DataFrame, names: dict[int, str], *, unmasked: bool = False, language: str = "id"
) -> Any:
    """Findings of the rows in `content` and of the sheets, each with raw text, value, sentence and remedy."""
    from sertakan.intake.findings import render

    where = {key: at for at, key in enumerate(content.select("sheet_no", "number").iter_rows())}
    columns: dict[str, list[Any]] = {}

    def cell(name: str, at: int | None) -> str | None:
        if at is None or name not in content.columns:
            return None
        if name not in columns:
            columns[name] = content.get_column(name).to_list()
        value = columns[name][at]
        return None if value is None else str(value)

    for found in intake.findings(file):
        at = where.get((found["sheet"], found["number"])) if found["row_id"] is not None else None
        if found["row_id"] is not None and at is None:
            continue
        column = found["column"]
        facts = dict(found["facts"] or {})
        raw = facts.pop("raw", None) or cell(f"{intake.RAW}{column}", at)
        value = cell(column, at) or facts.get("value")
        if not unmasked:
            hide = mask_digits if column in IDENTIFIERS else mask_text
            raw, value, facts = hide(raw), hide(value), _mask_all(facts)
        words = render(
            found["code"],
            {"row": found["number"], "column": column, "severity": found["severity"], **facts},
            lang=language,
        )
        yield {
            "row": found["number"],
            "sheet": names.get(found["sheet"], ""),
            "column": column,
            "code": found["code"],
            "severity": found["severity"],
            "raw": raw,
            "value": value,
            "message": words["message"],
            "remedy": words["remedy"],
            "facts": facts,
        }


def records(content: pl.DataFrame, names: dict[int, str], *, unmasked: bool = False) -> list[dict[str, Any]]:
    """The rows as they were read: {row, sheet, state, canonical columns}."""
    from sertakan.intake.columns import CANONICAL

    result = []
    shown = content.select("number", "sheet_no", "state", *(name for name in CANONICAL if name in content.columns))
    for row in shown.iter_rows(named=True):
        record = {"row": row.pop("number"), "sheet": names.get(row.pop("sheet_no"), ""), **row}
        if not unmasked:
            record = {key: mask_text(value) if isinstance(value, str) else value for key, value in record.items()}
            for name in IDENTIFIERS:
                record[name] = mask_digits(record.get(name))
        result.append(record)
    return result


def waiting_rows(file: File) -> int:
    """How many accepted rows of a file do not stand in the register yet."""
    registered = Sponsorship.objects.filter(row__file=file).exclude(end_reason=Sponsorship.EndReason.TAKEN_BACK).count()
    return 0 if file.state == File.State.TAKEN_BACK else intake.account(file)["accepted"] - registered
