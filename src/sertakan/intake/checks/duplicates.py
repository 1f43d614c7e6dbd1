"""The same person twice in one file: by NIK, over all its sheets. Later rows are duplicates; people decide who pays."""

from __future__ import annotations

import re

import polars as pl
from rapidfuzz import fuzz

from sertakan.intake.checks.sheet import FINDING_SCHEMA

ALIKE = 60.0
"""Similarity (0-100) of two names below which one NIK seems to stand for two people."""


def find_duplicates(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(keys [sheet, row] of the later rows, findings) for the records of all sheets in the order of the file.

    records: [row, sheet, nik, name, donor_name, donor_nip]; rows without a usable NIK never count as duplicates.
    """
    known = records.with_row_index("at").filter(pl.col("nik").is_not_null())
    repeated = known.filter(pl.col("nik").is_duplicated())
    if repeated.is_empty():
        return records.select("sheet", "row").clear(), pl.DataFrame(schema=FINDING_SCHEMA)
    first = pl.col("at").first().over("nik")
    repeated = repeated.with_columns(
        first_row=pl.col("row").first().over("nik"),
        first_sheet=pl.col("sheet").first().over("nik"),
        first_name=pl.col("name").first().over("nik"),
        first_donor=_donor().first().over("nik"),
        donor=_donor(),
        later=pl.col("at") != first,
    )
    later = repeated.filter(pl.col("later"))
    found = [_twice(later), *_two_donors(later), *_two_names(later)]
    return later.select("sheet", "row"), pl.concat(found, how="vertical_relaxed")


def _donor() -> pl.Expr:
    """Who pays, comparable: the NIP, else the letters of the name before its titles."""
    letters = (
        pl.col("donor_name")
        .str.to_lowercase()
        .str.replace(r",.*$", "")
        .str.replace_all(r"^(?:(?:h|hj|drs|dra|ir|dr)\.\s*)+", "")
    )
    return pl.coalesce("donor_nip", letters.str.replace_all(r"[^\p{L}]", ""))


def _rows(
    frame: pl.DataFrame, *, row: str, sheet: str, column: str, code: str, severity: str, raw: str, facts: pl.Expr
) -> pl.DataFrame:
    return frame.select(
        row=pl.col(row),
        sheet=pl.col(sheet),
        column=pl.lit(column),
        code=pl.lit(code),
        severity=pl.lit(severity),
        raw=pl.col(raw).cast(pl.String),
        value=pl.lit(None, dtype=pl.String),
        facts=facts,
    )


def _twice(later: pl.DataFrame) -> pl.DataFrame:
    facts = pl.struct("first_row", "first_sheet").struct.json_encode()
    return _rows(
        later, row="row", sheet="sheet", column="nik", code="duplicate_in_file", severity="hold", raw="nik", facts=facts
    )


def _two_donors(later: pl.DataFrame) -> list[pl.DataFrame]:
    """Said on both rows: on the first as a warning, on the later, which is not taken, as the reason to look."""
    other = later.filter(
        pl.col("donor").is_not_null() & pl.col("first_donor").is_not_null() & (pl.col("donor") != pl.col("first_donor"))
    )
    there = pl.struct(other_row="first_row", other_sheet="first_sheet").struct.json_encode()
    here = pl.struct(other_row="row", other_sheet="sheet").struct.json_encode()
    return [
        _rows(other, row="row", sheet="sheet", column="donor_name", code="two_donors", severity="hold", raw="donor_name", facts=there),
        _rows(
            other.with_columns(pl.lit(None, dtype=pl.String).alias("_none")),
            row="first_row", sheet="first_sheet", column="donor_name", code="two_donors", severity="warning", raw="_none", facts=here,
        ),
    ]  # fmt: skip


def _two_names(later: pl.DataFrame) -> list[pl.DataFrame]:
    """One NIK with two very different names: told on the first row, which would otherwise pass unseen."""
    pairs = later.filter(pl.col("name").is_not_null() & pl.col("first_name").is_not_null())
    if pairs.is_empty():
        return []
    unlike = [
        fuzz.token_sort_ratio(_letters(one), _letters(other)) < ALIKE
        for one, other in pairs.select("first_name", "name").iter_rows()
    ]
    different = pairs.filter(pl.Series(unlike, dtype=pl.Boolean))
    facts = pl.struct(other_row="row", other_sheet="sheet").struct.json_encode()
    return [
        _rows(
            different,
            row="first_row",
            sheet="first_sheet",
            column="nik",
            code="nik_two_names",
            severity="warning",
            raw="nik",
            facts=facts,
        )
    ]


def _letters(name: str) -> str:
    return re.sub(r"[^\w ]", "", name).casefold()
