"""Codes of Statistics Indonesia (BPS) for our areas, as far as they are known. Where they are not, there is none, not a guess."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

SAME_DIGITS: Final = (2, 5)
"""Widths of the codes that BPS writes with the same digits, without points: provinces and regencies of Bengkulu."""


def bps_code(code: str) -> str:
    """The BPS code of an area: of a province or regency the same digits, of a district by a list; "" below, or where it is not known."""
    if not code.replace(".", "").isdigit():
        return ""
    return code.replace(".", "") if len(code) in SAME_DIGITS else _districts().get(code, "")


@cache
def _districts() -> dict[str, str]:
    """By our code that of BPS, from a list of about 2019 (`data/README.md`)."""
    text = resources.files("sertakan.areas").joinpath("data/bps_districts.csv").read_text("utf-8")
    return {line["code"]: line["bps"] for line in csv.DictReader(text.splitlines())}
