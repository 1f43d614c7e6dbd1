"""Whole rupiah. No float ever touches an amount."""

from __future__ import annotations

import re

from sertakan.core import language

Rupiah = int
_DIGITS = 12


def read_rupiah(text: str) -> Rupiah:
    """Whole rupiah as people type them in a form: ``Rp16.800``, ``16800``, ``42.000.000,00``, ``1.000.000,-``.

    Raises ValueError for anything else, also for what can be read in two ways (``16.8``, ``16,800``): never a guess.
    """
    plain = re.sub(r"^\s*rp\.?\s*|\s|,(?:-|00|0)$", "", text.strip().casefold())
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+", plain):
        plain = plain.replace(".", "")
    if not re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", plain):
        raise ValueError("this is no amount of whole rupiah")
    return int(plain)


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
