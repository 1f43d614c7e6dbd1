"""Whole rupiah. No float ever touches an amount."""

from __future__ import annotations

Rupiah = int


def format_rupiah(amount: Rupiah) -> str:
    """Write an amount the Indonesian way: ``Rp16.800``; a negative one as ``-Rp16.800``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def format_number(value: int) -> str:
    """Write a whole number the Indonesian way: ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def terbilang(amount: Rupiah) -> str:
    """Write an amount in words: ``enam belas ribu delapan ratus rupiah``."""
    from num2words import num2words

    return f"{num2words(amount, lang='id')} rupiah"
