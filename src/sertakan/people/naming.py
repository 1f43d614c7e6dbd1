"""One way to order and compare names: upper case, letters and digits only, single blanks."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_NOT_LETTERS = re.compile(r"[^A-Z0-9]+")


def sort_key(name: str) -> str:
    """The key of one name: ``Siti Nur'aini`` becomes ``SITI NUR AINI``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    return _NOT_LETTERS.sub(" ", plain).strip()


def sort_key_expression(name: pl.Expr) -> pl.Expr:
    """The same for a column of names."""
    return (
        name.str.normalize("NFKD")
        .str.replace_all(r"[^\x00-\x7F]", "")
        .str.to_uppercase()
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.strip_chars()
    )
