"""All checks of a sheet or a workbook, and what comes out of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from sertakan.intake.checks.birth import check_birth_date, check_sex
from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.duplicates import find_duplicates
from sertakan.intake.checks.extraction import build, extract, placed
from sertakan.intake.checks.lengths import check_lengths
from sertakan.intake.checks.money import check_money
from sertakan.intake.checks.names import check_name, check_remark
from sertakan.intake.checks.nik import check_nik
from sertakan.intake.checks.parties import check_consent, check_donor, check_email, check_kpj
from sertakan.intake.checks.phones import check_phone
from sertakan.intake.checks.places import check_area, check_work_area
from sertakan.intake.checks.sheet import FINDING_SCHEMA, Sheet, Table
from sertakan.intake.checks.terms import check_terms
from sertakan.intake.checks.work import check_work
from sertakan.intake.columns.model import CANONICAL, ColumnMap
from sertakan.intake.findings import WHOLE_SHEET
from sertakan.intake.reading.model import SheetTable, Workbook

_PLAIN: Final = ("birth_place", "mother_name", "work_place", "work_hours")
_TYPES: Final[dict[str, pl.DataType]] = {
    "birth_date": pl.Date(), "consent_date": pl.Date(), "dasar": pl.Int64(), "income": pl.Int64(), "months": pl.Int64(),
}  # fmt: skip
RECORD_SCHEMA: Final[dict[str, pl.DataType]] = (
    {"row": pl.Int64(), "sheet": pl.String(), "state": pl.String()}
    | {name: _TYPES.get(name, pl.String()) for name in CANONICAL}
    | {"titles": pl.String(), "name_note": pl.String(), "consent": pl.Boolean()}
)
RAW_SCHEMA: Final[dict[str, pl.DataType]] = {"row": pl.Int64(), "sheet": pl.String()} | dict.fromkeys(
    (*CANONICAL, "section", *(f"kind_{name}" for name in CANONICAL)), pl.String()
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks say about rows. All frames are in the order of the file.

    records: [row, sheet, state, canonical columns typed, titles, name_note, consent]; raw: [row, sheet, canonical columns as
    written, section (row or sheet name that may name the place), and the kind of each cell as `kind_<column>`];
    findings: [row, sheet, column, code, severity, raw, value, facts].
    """

    records: pl.DataFrame
    raw: pl.DataFrame
    findings: pl.DataFrame


def check(table: SheetTable, columns: ColumnMap, context: CheckContext) -> Checked:
    """Check one sheet, duplicates inside it included."""
    return _finished([_checked(sheet, context) for sheet in extract([table], [columns], context)], [table.sheet])


def check_workbook(workbook: Workbook, column_maps: Sequence[ColumnMap], context: CheckContext) -> Checked:
    """Check all sheets, then look for the same person over all of them. `column_maps` in the order of `workbook.sheets`."""
    sheets = extract(workbook.sheets, column_maps, context)
    return _finished([_checked(sheet, context) for sheet in sheets], [table.sheet for table in workbook.sheets])


def check_canonical(texts: pl.DataFrame, kinds: pl.DataFrame, context: CheckContext) -> Checked:
    """Check rows again from their raw text, as after a correction by hand; order and number of rows stay.

    texts: [sheet_no, number, canonical columns, perhaps section] as in `Checked.raw`; kinds: the kind of each cell under the same
    names (missing or null: text), so that a number cell stays one. Records and findings carry `sheet_no` and `number` in the place
    of `sheet` and `row`. Columns that are missing count as blank. Duplicates are looked for among these rows only.
    """
    keys = texts.select("sheet_no", "number").with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    blank = pl.repeat(None, texts.height, dtype=pl.String, eager=True)
    raw = {name: texts[name].cast(pl.String) if name in texts.columns else blank for name in CANONICAL}
    cell_kinds = {
        column: _kinds_of(series, kinds[column] if column in kinds.columns else None) for column, series in raw.items()
    }
    section = texts["section"].cast(pl.String) if "section" in texts.columns else pl.lit(None, dtype=pl.String)
    frame = placed(keys.select("row").with_columns(section=section), place=0, sheet="", start=0)
    sheet = build([Table(0, "", -1)], frame, raw, cell_kinds, context)
    checked = _finished([_checked(sheet, context)], [""])
    records = keys.join(checked.records.drop("sheet"), on="row", how="left", maintain_order="left").drop("row")
    findings = checked.findings.drop("sheet").join(keys, on="row", how="inner", maintain_order="left").drop("row")
    return Checked(records, checked.raw, _numbered(findings, keys))


def _numbered(findings: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Facts of duplicates name rows by their number in the sheet, not by their place among the rows checked."""
    numbers = dict(keys.select("row", "number").iter_rows())

    def renamed(text: str) -> str:
        facts = json.loads(text)
        for name in ("first_row", "other_row"):
            if name in facts:
                facts[name] = numbers.get(facts[name], facts[name])
        return json.dumps(facts, ensure_ascii=False)

    touched = pl.col("facts").str.contains(r'"(first|other)_row"')
    distinct = findings.filter(touched)["facts"].unique().to_list()
    known = {text: renamed(text) for text in distinct}
    return findings.with_columns(facts=pl.col("facts").replace(known)) if known else findings


def _kinds_of(texts: pl.Series, kinds: pl.Series | None) -> pl.Series:
    """The kinds told, "s" where none is told; null where the cell is blank."""
    if kinds is None:
        kinds = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    frame = pl.DataFrame({"text": texts, "kind": kinds.cast(pl.String)})
    filled = pl.when(pl.col("text").is_not_null())
    return frame.select(filled.then(pl.coalesce("kind", pl.lit("s")))).to_series()


def _checked(sheet: Sheet, context: CheckContext) -> Checked:
    """One sheet through every check. The NIK comes first: others lean on it."""
    check_nik(sheet, context)
    check_name(sheet)
    check_birth_date(sheet, context)
    check_sex(sheet)
    check_phone(sheet)
    check_area(sheet, context)
    check_work_area(sheet, context)
    check_work(sheet, context)
    check_money(sheet, context)
    check_terms(sheet, context)
    check_donor(sheet)
    check_kpj(sheet)
    check_email(sheet)
    check_consent(sheet, context)
    check_remark(sheet)
    sheet.add(*[pl.col(f"t_{name}").alias(name) for name in _PLAIN])
    check_lengths(sheet)
    findings = sheet.findings()
    return Checked(_records(sheet, findings), _raw(sheet), findings)


def _records(sheet: Sheet, findings: pl.DataFrame) -> pl.DataFrame:
    holds = findings.filter(pl.col("severity") == "hold")
    whole = holds["facts"].str.contains(f'"scope": "{WHOLE_SHEET}"', literal=True)
    everything = bool(whole.any())
    held = holds.filter(~whole).select("sheet", "row").unique().with_columns(_held=pl.lit(value=True))
    frame = sheet.frame.join(held, on=["sheet", "row"], how="left", maintain_order="left")
    one = pl.when(pl.col("_held").fill_null(value=False)).then(pl.lit("held")).otherwise(pl.lit("accepted"))
    frame = frame.with_columns(state=pl.lit("held") if everything else one)
    return frame.select("at", *[pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items()])


def _raw(sheet: Sheet) -> pl.DataFrame:
    named = pl.when(pl.col("sheet") != "").then(pl.col("sheet"))
    hint = pl.concat_str(pl.col("section"), named, separator="; ", ignore_nulls=True)
    return sheet.frame.select(
        "at",
        "row",
        "sheet",
        *[pl.col(f"raw_{name}").alias(name) for name in CANONICAL],
        pl.when(hint != "").then(hint).alias("section"),
        *[pl.col(f"k_{name}").alias(f"kind_{name}") for name in CANONICAL],
    )


def _finished(parts: Sequence[Checked], names: Sequence[str]) -> Checked:
    """The parts as one in the order of the file, with later rows of the same NIK marked as duplicates."""
    if not parts:
        empty = pl.DataFrame(schema=RECORD_SCHEMA)
        return Checked(empty, pl.DataFrame(schema=RAW_SCHEMA), pl.DataFrame(schema=FINDING_SCHEMA))
    records = pl.concat([part.records for part in parts]).sort("at").drop("at")
    raw = pl.concat([part.raw for part in parts]).sort("at").drop("at")
    later, found = find_duplicates(records.select("row", "sheet", "nik", "name", "donor_name", "donor_nip"))
    if later.height:
        marked = later.unique().with_columns(_later=pl.lit(value=True))
        records = records.join(marked, on=["sheet", "row"], how="left", maintain_order="left")
        state = pl.when(pl.col("_later").fill_null(value=False)).then(pl.lit("duplicate")).otherwise(pl.col("state"))
        records = records.with_columns(state=state).drop("_later")
    order = {name: place for place, name in enumerate(dict.fromkeys(names))}
    place = pl.col("sheet").replace_strict(order, return_dtype=pl.Int64)
    findings = pl.concat([*(part.findings for part in parts), found]).sort(place, "row", maintain_order=True)
    return Checked(records, raw, findings)
