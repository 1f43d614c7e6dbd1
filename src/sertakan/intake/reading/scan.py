"""What the cell reader does not tell about a sheet: how far it reaches, merged areas, hidden rows, errors.

`Facts` of a sheet are collected by one pass over its raw content before the cells are read, so that a sheet whose far corner
would take terabytes is refused or trimmed instead of tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged area; 0-based, inclusive."""

MOST_AREAS = 200_000
ERRORS = frozenset(
    ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!"]
    + [f"Err:{n}" for n in range(500, 540)]
)
"""Error texts of Excel and LibreOffice."""


@dataclass
class Facts:
    """Findings about one sheet. Rows and columns are 0-based."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    areas: list[Area] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved_formulas: list[tuple[int, int]] = field(default_factory=list)
    notes: list[tuple[str, list[int], dict[str, object]]] = field(default_factory=list)


def letters_to_column(letters: str) -> int:
    """ "A" -> 0, "XFD" -> 16383."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def column_to_letters(column: int) -> str:
    """0 -> "A", 16383 -> "XFD"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def box(positions: dict[int, int], gap: int) -> int:
    """The last index before the first hole of more than `gap` in the sorted keys."""
    last = -1
    for index in sorted(positions):
        if last >= 0 and index - last > gap:
            return last
        last = index
    return last
