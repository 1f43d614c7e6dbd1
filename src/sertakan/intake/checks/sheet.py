"""Sheets while they are checked: its rows as text by canonical column, and the findings so far.

The frame has per canonical column `raw_<name>` (as written), `t_<name>` (tidied text, null when blank) and `k_<name>`
(kind of cell), and gets the typed value under the canonical name itself. `table`, `at`, `sheet`
and `row` say where a row stands. Checks add columns and findings, rows stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sertakan.intake.findings import FINDINGS, WHOLE_SHEET

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "sheet": pl.String(),
    "column": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
    "raw": pl.String(),
    "value": pl.String(),
    "facts": pl.String(),
}
NO_TEXT = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True, slots=True)
class Table:
    """Which table of the file: its place among all, the name of its sheet, its heading row."""

    place: int
    name: str
    header_row: int


class Sheet:
    """The working state of tables that have the same columns. `present` are the canonical columns that exist in them."""

    def __init__(self, tables: Sequence[Table], frame: pl.DataFrame, present: Iterable[str]) -> None:
        self.tables = tables
        self.frame = frame
        self.present = frozenset(present)
        self.found: list[pl.DataFrame] = []

    def add(self, *expressions: pl.Expr, **named: pl.Expr) -> None:
        """Add or replace columns of the frame."""
        self.frame = self.frame.with_columns(*expressions, **named)

    def find(
        self,
        code: str,
        column: str,
        where: pl.Expr,
        *,
        value: pl.Expr = NO_TEXT,
        facts: Mapping[str, Any] | pl.Expr | None = None,
        raw: pl.Expr | None = None,
        severity: str | None = None,
    ) -> int:
        """Note a finding for every row in which `where` is true; returns how many. `facts` as JSON text when an expression."""
        shown = pl.col(f"raw_{column}") if raw is None else raw
        said = facts if isinstance(facts, pl.Expr) else pl.lit(json.dumps(facts or {}, ensure_ascii=False))
        hits = (
            self.frame.lazy()
            .filter(where)
            .select(
                row=pl.col("row"),
                sheet=pl.col("sheet"),
                column=pl.lit(column),
                code=pl.lit(code),
                severity=pl.lit(severity or FINDINGS[code].severity),
                raw=shown.cast(pl.String),
                value=value.cast(pl.String),
                facts=said,
            )
            .collect()
        )
        if hits.height:
            self.found.append(hits)
        return hits.height

    def find_many(self, column: str, chosen: pl.Expr, codes: Iterable[str], *, value: pl.Expr = NO_TEXT) -> None:
        """Note findings whose code stands in an expression: one pass for several codes that exclude each other."""
        severities = {code: FINDINGS[code].severity for code in codes}
        hits = (
            self.frame.lazy()
            .select(
                row=pl.col("row"),
                sheet=pl.col("sheet"),
                code=chosen,
                raw=pl.col(f"raw_{column}").cast(pl.String),
                value=value.cast(pl.String),
            )
            .filter(pl.col("code").is_not_null())
            .select(
                row=pl.col("row"),
                sheet=pl.col("sheet"),
                column=pl.lit(column),
                code=pl.col("code"),
                severity=pl.col("code").replace_strict(severities, return_dtype=pl.String),
                raw=pl.col("raw"),
                value=pl.col("value"),
                facts=pl.lit("{}"),
            )
            .collect()
        )
        if hits.height:
            self.found.append(hits)

    def find_sheet(
        self, code: str, column: str, *, value: str | None = None, facts: Mapping[str, Any] | None = None,
        where: pl.Expr | None = None,
    ) -> None:  # fmt: skip
        """Note one finding per table for a whole column. Its row is the heading row.

        With `where` only for tables in which it is true somewhere; their number of such rows is the fact `rows`.
        """
        counts: dict[int, int | None] = {table.place: None for table in self.tables}
        if where is not None:
            counts = dict(self.frame.filter(where).group_by("table").len().iter_rows())
        for table in self.tables:
            if table.place not in counts:
                continue
            rows = counts[table.place]
            said = {"scope": WHOLE_SHEET, **({} if rows is None else {"rows": rows}), **(facts or {})}
            text = json.dumps(said, ensure_ascii=False)
            values = [table.header_row, table.name, column, code, FINDINGS[code].severity, None, value, text]
            self.found.append(pl.DataFrame([values], schema=FINDING_SCHEMA, orient="row"))

    def findings(self) -> pl.DataFrame:
        """Everything found, in the order of the checks."""
        if not self.found:
            return pl.DataFrame(schema=FINDING_SCHEMA)
        return pl.concat(self.found, how="vertical_relaxed")

    def by_value(
        self, column: str, function: Callable[[str], Mapping[str, Any]], schema: Mapping[str, pl.DataType]
    ) -> None:
        """Look up every distinct text of `t_<column>` once, and add what `function` says as columns `<column>_<key>`."""
        text = f"t_{column}"
        distinct = self.frame[text].drop_nulls().unique()
        answers = [function(value) for value in distinct.to_list()]
        names = {key: f"{column}_{key}" for key in schema}
        known = pl.DataFrame(
            {text: distinct}
            | {names[key]: pl.Series([a.get(key) for a in answers], dtype=kind) for key, kind in schema.items()}
        )
        known = known.select(text, *names.values())
        self.frame = self.frame.join(known, on=text, how="left", maintain_order="left")

    def has(self, column: str) -> bool:
        """Whether the column stands in the sheet, or a choice for the whole file fills it."""
        return column in self.present

    def column_or_null(self, column: str, kind: pl.DataType) -> None:
        """Make sure that a typed column exists."""
        if column not in self.frame.columns:
            self.add(pl.lit(None, dtype=kind).alias(column))
