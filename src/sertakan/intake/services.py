"""What is written about a file: its arrival, the versions of its rows, its answers, its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, files, scope
from sertakan.core.copy import copy_frame, next_ids, stage
from sertakan.intake import policies, queries
from sertakan.intake.errors import ReadingError
from sertakan.intake.models import Block, File, RememberedColumn, RememberedValue

if TYPE_CHECKING:
    import polars as pl

ROWS_IN_A_BLOCK = 4_000
_NO_HEADING = re.compile(r"^c\d+$")


def receive(*, agency: Agency, name: str, data: bytes, corrects: File | None = None) -> tuple[File, bool]:
    """Keep a file of `agency`. The same content again answers with the file kept before, and False. Raises NotYourFile."""
    policies.check_can_write(scope.current(), agency.pk)
    content = files.digest(data)
    known = File.objects.filter(agency=agency, content=content).exclude(state=File.State.TAKEN_BACK).first()
    if known is not None:
        return known, False
    files.store(data)
    made = File.objects.create(
        agency=agency,
        name=name[-250:],
        content=content,
        size=len(data),
        corrects=corrects,
        uploaded_by=scope.current().user_id,
        uploaded_at=clock.now(),
    )
    audit.record("intake.received", target=made, agency_id=agency.pk, facts={"size": len(data)})
    return made, True


def refuse(*, file: File, refusal: ReadingError) -> None:
    """Note that a file could not be read at all: code, facts and sentence. It is kept, and may be tried again. Raises NotYourFile."""
    policies.check_can_write(scope.current(), file.agency_id)
    file.state = File.State.REFUSED
    facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts.items()}
    file.problem = {"code": refusal.code, "message": str(refusal), "facts": facts}
    file.save(update_fields=["state", "problem"])
    audit.record("intake.refused", target=file, agency_id=file.agency_id, facts={"code": refusal.code})


def reopen(*, file: File) -> None:
    """Let a file that could not be read be tried again. Raises NotYourFile."""
    policies.check_can_write(scope.current(), file.agency_id)
    file.state = File.State.RECEIVED
    file.problem = {}
    file.save(update_fields=["state", "problem"])
    audit.record("intake.reopened", target=file, agency_id=file.agency_id)


def describe(
    *,
    file: File,
    kind: str,
    sheets: list[dict[str, Any]],
    columns: dict[str, Any],
    questions: list[dict[str, Any]],
    matched_up_to: int = 0,
) -> None:
    """Note what was seen in a file: its sheets, the meaning of its columns, what is unclear.

    `matched_up_to`: the last identifier of the register that its rows were compared with; 0 for none.
    """
    file.matched_up_to = matched_up_to
    file.kind, file.sheets, file.columns, file.questions = kind, sheets, columns, questions
    file.problem = {}
    file.state = File.State.STAGED if file.accepted_at is None else File.State.ACCEPTED
    file.staged_at = clock.now()
    file.readings += 1
    file.save(
        update_fields=[
            "kind", "sheets", "columns", "questions", "problem", "state", "staged_at", "readings", "matched_up_to",
        ]
    )  # fmt: skip


def mark_correction(*, file: File, original: File, rows: int) -> None:
    """Note that a file only carried corrected rows of `original`; it has no rows of its own."""
    file.corrects = original
    file.state = File.State.ACCEPTED
    file.staged_at = clock.now()
    file.save(update_fields=["corrects", "state", "staged_at"])
    audit.record("intake.corrected", target=original, agency_id=file.agency_id, facts={"rows": rows, "by": file.pk})


def write_rows(*, file: File, rows: pl.DataFrame, findings: pl.DataFrame) -> list[int]:
    """Add one version of each of `rows`, with what was found in them.

    `rows`: sheet_no, number, version, state, nik_index (hex or null), known_person_id, then the values and ``raw_*`` texts.
    `findings`: sheet_no, number, column, code, severity, facts (JSON text or null); those without a row in `rows` belong to the sheet.
    Returns the numbers of the new rows, in the order of `rows`.
    """
    import polars as pl

    bookkeeping = ("version", "state", "nik_index", "known_person_id")
    content = rows.drop([name for name in bookkeeping if name in rows.columns])
    block_of: list[int] = []
    parts = [content.slice(start, ROWS_IN_A_BLOCK) for start in range(0, rows.height, ROWS_IN_A_BLOCK)]
    with ThreadPoolExecutor(2) as pool:  # the next blocks are sealed while the database takes this one
        for part, sealed in zip(parts, pool.map(queries.seal_block, parts), strict=True):
            block = Block.objects.create(file=file, agency_id=file.agency_id, rows=part.height, sealed=sealed)
            block_of.extend([block.pk] * part.height)
    ids = next_ids("intake_row_id_seq", rows.height) if rows.height else []
    table = rows.select("sheet_no", "number", "version", "state", "nik_index", "known_person_id").with_columns(
        id=pl.Series(ids, dtype=pl.Int64), block_id=pl.Series(block_of, dtype=pl.Int64)
    )
    _insert_rows(file, table)
    _insert_findings(file, table, findings)
    return ids


def _insert_rows(file: File, table: pl.DataFrame) -> None:
    stage(
        "new_rows",
        {
            "id": "bigint",
            "block_id": "bigint",
            "sheet_no": "smallint",
            "number": "integer",
            "version": "smallint",
            "state": "text",
            "nik_index": "text",
            "known_person_id": "bigint",
        },
    )
    names = ["id", "block_id", "sheet_no", "number", "version", "state", "nik_index", "known_person_id"]
    copy_frame("new_rows", table.select(names))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_row"
            " (id, file_id, agency_id, block_id, sheet, number, version, state, nik_index, known_person_id)"
            " SELECT id, %s, %s, block_id, sheet_no, number, version, state, decode(nik_index, 'hex'), known_person_id"
            " FROM new_rows",
            [file.pk, file.agency_id],
        )
        cursor.execute("DROP TABLE new_rows")


def _insert_findings(file: File, table: pl.DataFrame, findings: pl.DataFrame) -> None:
    if findings.is_empty():
        return
    keys = table.select("sheet_no", "number", "version", row_id="id")
    found = findings.select("sheet_no", "number", "column", "code", "severity", "facts").join(
        keys, on=["sheet_no", "number"], how="left", maintain_order="left"
    )
    stage(
        "new_findings",
        {
            "position": "integer",
            "row_id": "bigint",
            "sheet_no": "smallint",
            "number": "integer",
            "version": "smallint",
            "column": "text",
            "code": "text",
            "severity": "text",
            "facts": "jsonb",
        },
    )
    copy_frame("new_findings", found.with_row_index("position"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_finding"
            ' (file_id, agency_id, row_id, sheet, number, version, "column", code, severity, facts)'
            ' SELECT %s, %s, row_id, sheet_no, number, coalesce(version, %s), "column", code, severity, facts'
            " FROM new_findings ORDER BY position",
            [file.pk, file.agency_id, file.readings],
        )
        cursor.execute("DROP TABLE new_findings")


def settle_account(*, file: File) -> dict[str, int]:
    """Count what became of the rows, and keep the count with the file."""
    counted = queries.account(file)
    file.account = counted
    file.save(update_fields=["account"])
    return counted


def mark_accepted(*, file: File, facts: Mapping[str, Any]) -> None:
    """Note that the accepted rows of a file stand in the register."""
    if file.accepted_at is None:
        file.accepted_at = clock.now()
    file.state = File.State.ACCEPTED
    file.save(update_fields=["state", "accepted_at"])
    audit.record("intake.accepted", target=file, agency_id=file.agency_id, facts=dict(facts))


def mark_taken_back(*, file: File, reason: str, facts: Mapping[str, Any]) -> None:
    """Note that a whole file was taken back."""
    file.state = File.State.TAKEN_BACK
    file.taken_back_at = clock.now()
    file.save(update_fields=["state", "taken_back_at"])
    settle_account(file=file)
    audit.record("intake.taken_back", target=file, agency_id=file.agency_id, facts=dict(facts), reason=reason)


def answer(
    *,
    file: File,
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    values: Mapping[tuple[str, str], str] | None = None,
) -> None:
    """Keep what a clerk said about a file: what headings mean, what holds for the whole file, what words mean.

    Headings and words are remembered for the agency's next file; what holds for one file is not. Raises NotYourFile.
    """
    policies.check_can_write(scope.current(), file.agency_id)
    kept = dict(file.answers)
    kept["columns"] = {**kept.get("columns", {}), **(columns or {})}
    kept["defaults"] = {**kept.get("defaults", {}), **(defaults or {})}
    file.answers = kept
    file.save(update_fields=["answers"])
    for heading, column in (columns or {}).items():
        if _NO_HEADING.match(heading):
            continue  # the place of a column means nothing in another file
        RememberedColumn.objects.update_or_create(
            agency_id=file.agency_id, heading=heading[:200], defaults={"column": column}
        )
    for (column, word), value in (values or {}).items():
        RememberedValue.objects.update_or_create(
            agency_id=file.agency_id, column=column, word=word.casefold().strip()[:200], defaults={"value": value}
        )
    audit.record(
        "intake.answered",
        target=file,
        agency_id=file.agency_id,
        facts={
            "columns": sorted((columns or {}).values()),
            "defaults": sorted(defaults or {}),
            "words": sorted({column for column, _ in (values or {})}),
        },
    )


def report_progress(*, file_id: int, step: str, done: int = 0, total: int | None = None) -> None:
    """Say how far the work has come, at once and visible to everybody who may see the file.

    Runs in a transaction of its own on a connection of its own, for the work itself commits only at its end.
    """
    now = clock.now()
    watcher = connection.copy(alias="default")
    try:
        with watcher.cursor() as cursor:
            cursor.execute(
                "INSERT INTO intake_progress (file_id, step, done, total, started_at, updated_at, cancel_asked)"
                " VALUES (%s, %s, %s, %s, %s, %s, false) ON CONFLICT (file_id) DO UPDATE"
                " SET step = EXCLUDED.step, done = EXCLUDED.done, total = EXCLUDED.total, updated_at = EXCLUDED.updated_at",
                [file_id, step, done, total, now, now],
            )
    finally:
        watcher.close()
