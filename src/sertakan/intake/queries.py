"""Files, their rows as they stand now, and what was found in them. The highest version of a row counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest

from sertakan.core import encryption
from sertakan.core.copy import read_frame
from sertakan.core.errors import NotFound
from sertakan.intake.models import Block, File, Progress, RememberedColumn, RememberedValue, Row

if TYPE_CHECKING:
    import polars as pl

RAW = "raw_"
KIND = "kind_"
CURRENT_COLUMNS = ("row_id", "sheet_no", "number", "version", "state", "block_id", "nik_index", "known_person_id")

CURRENT_ROWS = """
SELECT DISTINCT ON (r.sheet, r.number) r.id, r.sheet, r.number, r.version, r.state, r.block_id, r.nik_index, r.known_person_id
FROM intake_row r WHERE r.file_id = {file} ORDER BY r.sheet, r.number, r.version DESC
"""


class FileUnknown(NotFound):
    code = "file_unknown"
    message = "Berkas nomor %(file)s tidak ada, atau bukan milik perangkat daerah Anda."


def files(*, agency_id: int | None = None) -> QuerySet[File]:
    """Files in scope, newest first."""
    found = File.objects.select_related("agency").order_by("-uploaded_at", "-id")
    return found if agency_id is None else found.filter(agency_id=agency_id)


def results_for(user_id: int, *, most: int = 5) -> list[File]:
    """The newest files of a user whose check or acceptance is done, newest result first."""
    done = Greatest(Coalesce("accepted_at", "staged_at"), "staged_at")
    found = File.objects.filter(uploaded_by=user_id, staged_at__isnull=False).annotate(done_at=done)
    return list(found.order_by("-done_at")[:most])


def get_file(file_id: int) -> File:
    """One file in scope. Raises FileUnknown."""
    found = File.objects.select_related("agency").filter(pk=file_id).first()
    if found is None:
        raise FileUnknown(file=file_id)
    return found


def progress_of(file_id: int) -> Progress | None:
    """How far the work on a file has come."""
    return Progress.objects.filter(pk=file_id).first()


def account(file: File) -> dict[str, int]:
    """The rows of a file and what became of each: rows = accepted + held + duplicates + known + withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state, count(*) FROM ({CURRENT_ROWS.format(file='%s')}) current GROUP BY state", [file.pk]
        )
        counts = {str(state): int(number) for state, number in cursor.fetchall()}
    total = sum(counts.values())
    if file.state == File.State.TAKEN_BACK:
        counts = {Row.State.WITHDRAWN.value: total}
    return {
        "rows": total,
        "accepted": counts.get("accepted", 0),
        "held": counts.get("held", 0),
        "duplicates": counts.get("duplicate", 0),
        "known": counts.get("known", 0),
        "withdrawn": counts.get("withdrawn", 0),
    }


def current_rows(file: File, states: Collection[str] = ()) -> pl.DataFrame:
    """[row_id, sheet_no, number, version, state, block_id, nik_index (hex), known_person_id] of a file, in its order."""
    import polars as pl

    condition = "" if not states else " WHERE state = ANY (%s)"
    return read_frame(
        "SELECT id, sheet, number, version, state, block_id, encode(nik_index, 'hex'), known_person_id"
        f" FROM ({CURRENT_ROWS.format(file='%s')}) current{condition} ORDER BY sheet, number",
        [file.pk, *([list(states)] if states else [])],
        dict(
            zip(
                CURRENT_COLUMNS,
                (pl.Int64, pl.Int16, pl.Int64, pl.Int16, pl.String, pl.Int64, pl.String, pl.Int64),
                strict=True,
            )
        ),
    )


def contents(rows: pl.DataFrame, *, raw: bool = True) -> pl.DataFrame:
    """`rows` (as of `current_rows`) joined with what they said: read values by column, and `raw` text as ``raw_<column>``."""
    import polars as pl

    blocks = sorted(set(rows["block_id"].to_list()))
    if not blocks:
        return rows
    parts = []
    for block in Block.objects.filter(pk__in=blocks).iterator(chunk_size=20):
        frame = open_block(bytes(block.sealed), raw=raw)
        parts.append(frame.with_columns(block_id=pl.lit(block.pk, dtype=pl.Int64)))
    content = pl.concat(parts, how="diagonal_relaxed")
    return rows.join(content, on=["block_id", "sheet_no", "number"], how="left", maintain_order="left")


def seal_block(frame: pl.DataFrame) -> bytes:
    """A frame as one sealed piece."""
    out = BytesIO()
    frame.write_ipc(out, compression="zstd")
    return encryption.encrypt(out.getvalue())


def open_block(sealed: bytes, *, raw: bool = True) -> pl.DataFrame:
    """The inverse of `seal_block`; without `raw` the texts and kinds of the cells as they came stay closed."""
    import polars as pl

    block = BytesIO(encryption.decrypt(sealed))
    if raw:
        return pl.read_ipc(block)
    values = [name for name in pl.read_ipc_schema(block) if not name.startswith((RAW, KIND))]
    block.seek(0)
    return pl.read_ipc(block, columns=values)


def findings(file: File, *, numbers: Collection[tuple[int, int]] | None = None) -> Iterator[dict[str, Any]]:
    """What was found in the rows as they stand now, and in the sheets, in the order of the file."""
    sql = (
        'SELECT f.sheet, f.number, f.row_id, f."column", f.code, f.severity, f.facts FROM intake_finding f'
        f" LEFT JOIN ({CURRENT_ROWS.format(file='%s')}) c ON c.id = f.row_id"
        " WHERE f.file_id = %s AND (c.id IS NOT NULL OR (f.row_id IS NULL AND f.version = %s)) ORDER BY f.sheet, f.number, f.id"
    )
    wanted = None if numbers is None else set(numbers)
    with connection.cursor() as cursor:
        cursor.execute(sql, [file.pk, file.pk, file.readings])
        names = ("sheet", "number", "row_id", "column", "code", "severity", "facts")
        for row in cursor.fetchall():
            if wanted is None or (row[0], row[1]) in wanted:
                found = dict(zip(names, row, strict=True))
                found["facts"] = json.loads(row[6]) if isinstance(row[6], str) else row[6]
                yield found


def finding_counts(file: File) -> list[dict[str, Any]]:
    """How often each finding stands in the current rows: [{code, severity, column, rows}], holds first."""
    sql = (
        'SELECT f.code, f.severity, f."column", count(*) FROM intake_finding f'
        f" LEFT JOIN ({CURRENT_ROWS.format(file='%s')}) c ON c.id = f.row_id"
        " WHERE f.file_id = %s AND (c.id IS NOT NULL OR (f.row_id IS NULL AND f.version = %s))"
        " GROUP BY 1, 2, 3 ORDER BY CASE f.severity WHEN 'hold' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, 4 DESC, 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [file.pk, file.pk, file.readings])
        return [
            {"code": code, "severity": severity, "column": column, "rows": number}
            for code, severity, column, number in cursor.fetchall()
        ]


def remembered_columns(agency_id: int) -> dict[str, str]:
    """Headings an agency has explained before: normalised heading to canonical column."""
    return dict(RememberedColumn.objects.filter(agency_id=agency_id).values_list("heading", "column"))


def remembered_values(agency_id: int) -> dict[tuple[str, str], str]:
    """Words an agency has explained before: (column, word) to value."""
    found = RememberedValue.objects.filter(agency_id=agency_id).values_list("column", "word", "value")
    return {(column, word): value for column, word, value in found}
