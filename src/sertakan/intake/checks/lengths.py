"""Texts that are too long for what they are said to be: two columns run together, or half a file in one cell.

They are held, never cut: the register must not keep half a name.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from sertakan.intake.checks.sheet import Sheet

LONGEST: Final = {
    "name": 200, "titles": 100, "birth_place": 120, "mother_name": 200, "email": 200, "address": 300, "donor_name": 200,
    "work_place": 200, "work_hours": 60,
}  # fmt: skip
"""Letters that the register keeps of a text."""


def check_lengths(sheet: Sheet) -> None:
    """Hold rows with a text that the register cannot keep whole."""
    for column, most in LONGEST.items():
        shown = "name" if column == "titles" else column
        if sheet.has(shown) and column in sheet.frame.columns:
            long = pl.col(column).str.len_chars() > most
            sheet.find("text_too_long", shown, long, facts={"most": most})
