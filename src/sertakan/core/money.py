"""Whole rupiah. No float ever touches an amount."""

from __future__ import annotations

from sertakan.core import language

Rupiah = int


def format_rupiah(amount: Rupiah, written_in: str = "") -> str:
    """Write an amount as the reader does: ``Rp16.800``, in English ``Rp16,800``; a negative one as ``-Rp16.800``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{format_number(abs(amount), written_in)}"


def format_number(value: int, written_in: str = "") -> str:
    """Write a whole number as the reader does: ``1.234.567``, in English ``1,234,567``."""
    english = f"{value:,}"
    return english if (written_in or language.reader()) == "en" else english.replace(",", ".")


def terbilang(amount: Rupiah) -> str:
    """Write an amount in words: ``enam belas ribu delapan ratus rupiah``."""
    from num2words import num2words

    return f"{num2words(amount, lang='id')} rupiah"
