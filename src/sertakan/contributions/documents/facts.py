"""The words and figures that all documents of a bill share. Documents are Indonesian, whatever language the screen has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import translation

from sertakan.contributions.models import Bill
from sertakan.contributions.queries import RateChange, bill_changes, law_note
from sertakan.core.clock import WIB
from sertakan.core.money import format_number, format_rupiah, terbilang
from sertakan.rules.reasons import FUNDING_NAMES, SECTOR_NAMES, day_in_words, month_in_words

PROGRAMME_NAMES = {
    "jkk": "Jaminan Kecelakaan Kerja (JKK)",
    "jkm": "Jaminan Kematian (JKM)",
    "jht": "Jaminan Hari Tua (JHT)",
}
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def weekday_and_day(day: date) -> str:
    """``Selasa, 15 Desember 2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day_in_words(day)}"


def moment(when: datetime) -> str:
    """``23 November 2026 pukul 14.30 WIB``."""
    local = when.astimezone(WIB)
    return f"{day_in_words(local.date())} pukul {local:%H.%M} WIB"


def header(bill: Bill) -> dict[str, Any]:
    """Who, what, for when, how certain: as ready text."""
    with translation.override("id"):
        note = law_note(bill)
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
        "note": note,
        "rules_version": bill.rules_version,
        "as_of": day_in_words(bill.law_as_of),
        "computed_at": moment(bill.computed_at),
    }


def due_dates(bill: Bill) -> list[dict[str, str]]:
    """The days to pay by, one for JKK and JKM and one for JHT."""
    days = (("JKK dan JKM", bill.due_on_jkk_jkm), ("JHT", bill.due_on_jht))
    return [{"what": what, "day": weekday_and_day(day)} for what, day in days if day is not None]


def changes(bill: Bill) -> list[RateChange]:
    """The changes of rate of a bill, with Indonesian sentences."""
    with translation.override("id"):
        return list(bill_changes(bill))


def programmes_in_words(programmes: str) -> str:
    """``jkk,jkm`` as ``JKK, JKM``."""
    return programmes.upper().replace(",", ", ")


def sector_in_words(sector: str) -> str:
    return SECTOR_NAMES.get(sector, sector)


def funding_in_words(funding: str) -> str:
    return FUNDING_NAMES.get(funding, funding)
