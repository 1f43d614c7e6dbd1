"""Days and hours as meetings name them. Letters are Indonesian."""

from __future__ import annotations

from datetime import date, datetime

from sertakan.core.clock import WIB
from sertakan.rules.reasons import day_in_words

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def day_and_weekday(day: date) -> str:
    """``Selasa, 15 Desember 2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day_in_words(day)}"


def hour(when: datetime) -> str:
    """``09.00 WIB``."""
    return f"{when.astimezone(WIB):%H.%M} WIB"
