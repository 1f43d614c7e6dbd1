"""Account numbers: found by a keyed index, told by their last four figures."""

from __future__ import annotations

import re

from sertakan.core import encryption

_RUN = re.compile(r"\d+")
SHORTEST = 6


def index_of(digits: str) -> bytes:
    """The index of a number; leading zeros do not count, for spreadsheets lose them."""
    return encryption.index("bank_account", digits.lstrip("0"))


def candidates_in(written: str) -> list[str]:
    """The numbers a text such as ``BRINIDJA/003401-000123-304 IDR`` may mean, the whole first."""
    whole = "".join(_RUN.findall(written))
    runs = _RUN.findall(re.sub(r"(?<=\d)[ .\-](?=\d)", "", written))
    return [number for number in dict.fromkeys([whole, *runs]) if len(number.lstrip("0")) >= SHORTEST]


def masked(written: str) -> str:
    """A number for a message: the last four figures of what was written."""
    digits = "".join(_RUN.findall(written))
    return f"····{digits[-4:]}" if digits else "····"
