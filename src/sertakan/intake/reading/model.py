"""What reading a file yields: sheets with one table each, what was left out, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sertakan.intake.reading.notes import note_in_words, skip_in_words

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[str, int, "int | None"], None]
"""Called with (sheet name, rows read so far, rows in the sheet or None)."""


@dataclass(frozen=True)
class Limits:
    """How much one file may cost. Sizes in bytes where nothing else is said."""

    file_bytes: int = 50 * 1024 * 1024
    cells: int = 5_000_000
    """Filled cells in all sheets together."""
    inflated_bytes: int = 1024 * 1024 * 1024
    """What the parts of a zipped workbook may come to when unpacked."""
    sheets: int = 500
    memory_mb: int = 1_800
    """Address space of the process that reads."""
    seconds: float = 120.0

    @property
    def area(self) -> int:
        """How many cells, filled or blank, the rectangle of one sheet may hold."""
        return 2 * self.cells


@dataclass(frozen=True)
class Note:
    """Something a person should know about a sheet. `rows` are sheet row numbers, 1-based; no cell content inside."""

    code: str
    rows: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, Any]:
        """The facts that fill the sentence."""
        return {"rows": spans(self.rows), "count": len(self.rows), **self.facts}

    def render(self) -> str:
        """The sentence in the reader's language."""
        return note_in_words(self.code, self.shown)


@dataclass(frozen=True)
class SkippedSheet:
    """A sheet from which nothing is taken."""

    sheet: str
    index: int
    hidden: bool
    code: str
    rows: int = 0
    """How many rows with content it has."""

    def render(self) -> str:
        """Why, in the reader's language."""
        return skip_in_words(self.code, sheet=self.sheet, rows=self.rows)


@dataclass(frozen=True)
class SheetTable:
    """One table as it stands in a sheet.

    `cells` and `kinds` have the same shape: columns "c0".."cN" (one per heading), one row per data row. `cells` holds the text
    as a person sees it (null = blank); `kinds` says what the cell is: "s" text, "n" number, "i" whole number of the old xls
    format, "d" date (ISO), "b" boolean, "e" error, null blank. `rows` are the 1-based row numbers in the sheet.
    """

    sheet: str
    index: int
    hidden: bool
    header_row: int
    """Last heading row, 1-based; 0 when the table has no headings."""
    headings: tuple[str, ...]
    cells: pl.DataFrame
    kinds: pl.DataFrame
    rows: pl.Series
    sections: pl.Series
    notes: tuple[Note, ...] = ()
    first_column: int = 0
    """Sheet column of "c0", 0-based (0 = A)."""
    header_rows: tuple[int, ...] = ()
    carried: pl.DataFrame | None = None
    """Cells filled from a merged cell above: columns row (Int64), column (Utf8, "c3"). None when there are none."""

    @property
    def height(self) -> int:
        return self.cells.height


@dataclass(frozen=True)
class Workbook:
    """A file after reading. `sheets` in the order of the file; a sheet with two tables one below the other appears twice."""

    format: str
    sheets: tuple[SheetTable, ...]
    skipped: tuple[SkippedSheet, ...] = ()


def spans(rows: tuple[int, ...], limit: int = 6) -> str:
    """Row numbers for people: (3, 4, 5, 9) -> "3-5, 9"; after `limit` spans "dan seterusnya"."""
    parts: list[str] = []
    start = previous = None
    for row in [*sorted(rows), None]:
        if previous is not None and row == previous + 1:
            previous = row
            continue
        if start is not None:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
        start = previous = row
    if len(parts) > limit:
        return ", ".join(parts[:limit]) + ", dan seterusnya"
    return ", ".join(parts)
