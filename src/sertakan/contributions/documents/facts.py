"""The words and figures that all documents of a bill share. Documents are Indonesian, whatever language the screen has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils import translation

from sertakan.contributions.models import Bill
from sertakan.contributions.queries import RateChange, bill_changes, law_note
from sertakan.core.clock import WIB
from sertakan.core.money import format_number, format_rupiah, terbilang
from sertakan.rules.reasons import day_in_words, month_in_words

PROGRAMME_NAMES = {
    "jkk": "Jaminan Kecelakaan Kerja (JKK)",
    "jkm": "Jaminan Kematian (JKM)",
    "jht": "Jaminan Hari Tua (JHT)",
}
MANDATE = {True: "ada", False: "belum", None: "–"}
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def in_indonesian(make: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Everything inside speaks Indonesian, whatever language the screen has."""

    @wraps(make)
    def made(*given: _Given.args, **named: _Given.kwargs) -> _Made:
        with translation.override("id"):
            return make(*given, **named)

    return made


def weekday_and_day(day: date) -> str:
    """``Selasa, 15 Desember 2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day_in_words(day)}"


def moment(when: datetime) -> str:
    """``23 November 2026 pukul 14.30 WIB``."""
    local = when.astimezone(WIB)
    return f"{day_in_words(local.date())} pukul {local:%H.%M} WIB"


def header(bill: Bill) -> dict[str, Any]:
    """Who, what, for when, how certain: as ready text."""
    return {
        "province": bill.agency.province.name,
        "agency": bill.agency.name,
        "number": bill.number,
        "month": month_in_words(bill.billed_month),
        "state": bill.state,
        "date": day_in_words((bill.issued_at or bill.computed_at).astimezone(WIB).date()),
        "corrects": bill.corrects.number if bill.corrects else "",
        "total": format_rupiah(bill.total),
        "words": terbilang(bill.total),
        "workers": format_number(bill.line_count),
        "discounted": format_number(bill.discounted_count),
        "due": due_dates(bill),
        "note": law_note(bill),
        "rules_version": bill.rules_version,
        "as_of": day_in_words(bill.law_as_of),
        "computed_at": moment(bill.computed_at),
    }


def due_dates(bill: Bill) -> list[dict[str, str]]:
    """The days to pay by, one for JKK and JKM and one for JHT."""
    days = (("JKK dan JKM", bill.due_on_jkk_jkm), ("JHT", bill.due_on_jht))
    return [{"what": what, "day": weekday_and_day(day)} for what, day in days if day is not None]


def changes(bill: Bill) -> list[RateChange]:
    """The changes of rate of a bill, with their sentences."""
    return list(bill_changes(bill))


def programmes_in_words(programmes: str) -> str:
    """``jkk,jkm`` as ``JKK, JKM``."""
    return programmes.upper().replace(",", ", ")
