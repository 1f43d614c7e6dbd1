"""Reads what a form or an address holds. What is no number is nothing, never an error of the server."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 18
"""Digits of the largest number that a key of the database can be."""


def whole(text: str | None) -> int | None:
    """A whole number written in the digits 0 to 9; None where there is none, or one that is too large for a key."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def wholes(texts: Iterable[str]) -> list[int]:
    """The whole numbers among `texts`."""
    return [number for text in texts if (number := whole(text)) is not None]
