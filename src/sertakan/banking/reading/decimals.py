"""Whole rupiah out of the amounts of message formats (MT940, CAMT), where the one mark there may be is the decimal mark."""

from __future__ import annotations

import re

MOST = 10**13
"""From here on no amount is believed."""

_PLAIN = re.compile(r"^[0-9]{1,15}(?:[.,][0-9]{0,5})?$")


def read_decimal(text: str) -> tuple[int | None, str]:
    """(rupiah above zero, "") or (None, problem). A part below one rupiah holds the line; nothing unreadable becomes zero."""
    bare = text.strip()
    if not bare:
        return None, "amount_missing"
    if not _PLAIN.match(bare):
        return None, "amount_unreadable"
    whole, _, part = bare.replace(",", ".").partition(".")
    amount = int(whole)
    if amount >= MOST:
        return None, "amount_unreadable"
    if part.strip("0"):
        return None, "decimal_part"
    return (amount, "") if amount else (None, "amount_missing")


def read_balance(text: str) -> int | None:
    """A balance in rupiah, zero included; None when it is not whole or cannot be read."""
    amount, problem = read_decimal(text)
    return 0 if problem == "amount_missing" and text.strip() else amount
