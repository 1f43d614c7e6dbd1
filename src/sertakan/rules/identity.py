"""How NIK, NIP and KPJ are built. No number has a check digit: structure is all that can be checked.

The digits never enter an error: refusals carry a code and a sentence only. `identity_frame.py` does the same
for columns.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from sertakan.core.month import Month
from sertakan.rules.eligibility import age_on
from sertakan.rules.errors import (
    KpjMalformed,
    NikDateImpossible,
    NikMalformed,
    NikSerialZero,
    NipAppointmentImpossible,
    NipDateImpossible,
    NipMalformed,
    NipSerialZero,
    NipSexUnknown,
)

FEMALE_OFFSET: Final = 40
YOUNGEST, OLDEST = 10, 99
"""Ages between which a birth year of two digits is looked for: nobody on these lists is a child or a hundred."""

_NIK = re.compile(r"[0-9]{16}")
_NIP = re.compile(r"[0-9]{18}")
_KPJ = re.compile(r"[0-9]{11}")
_LEAP_YEAR = 2000

Sex = Literal["L", "P"]


@dataclass(frozen=True, slots=True)
class NikParts:
    """What a NIK says. `area6` is the kecamatan of the first registration, not the present domicile."""

    area6: str = field(repr=False)
    day: int = field(repr=False)
    month: int = field(repr=False)
    two_digit_year: int = field(repr=False)
    sex: Sex
    serial: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class NipParts:
    """What a NIP says. A contract employee (PPPK) has `contract` (1-9, which contract) instead of an

    appointment month.
    """

    birth_date: date = field(repr=False)
    appointed_year: int
    appointed: Month | None
    contract: int | None
    sex: Sex
    serial: int = field(repr=False)


def parse_nik(text: str) -> NikParts:
    """Take a NIK of 16 digits apart: 6 area, DDMMYY (day + 40 for women), 4 serial. PP 37/2007 Art 37, PP
    40/2019 Art 30-31.

    Refuses NikMalformed, NikDateImpossible, NikSerialZero, in this order. Nothing is trimmed or repaired here.
    """
    if not _NIK.fullmatch(text):
        raise NikMalformed()
    day, month, year, serial = int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:])
    sex: Sex = "P" if day > FEMALE_OFFSET else "L"
    if sex == "P":
        day -= FEMALE_OFFSET
    if not _day_exists(day, month, year):
        raise NikDateImpossible()
    if serial == 0:
        raise NikSerialZero()
    return NikParts(area6=text[:6], day=day, month=month, two_digit_year=year, sex=sex, serial=serial)


def _day_exists(day: int, month: int, two_digit_year: int) -> bool:
    """Whether the day exists in 20YY or 19YY. 29 February 00 exists, because 2000 was a leap year."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR + two_digit_year, month)[1]


def birth_dates(parts: NikParts, *, on: date) -> tuple[date, ...]:
    """The birth dates a NIK allows on a day: this century and the one before, none in the future, youngest first."""
    found = []
    for century in (2000, 1900):
        year = century + parts.two_digit_year
        if parts.day <= monthrange(year, parts.month)[1]:
            born = date(year, parts.month, parts.day)
            if born <= on:
                found.append(born)
    return tuple(found)


def likely_birth_date(parts: NikParts, *, on: date, youngest: int = YOUNGEST, oldest: int = OLDEST) -> date | None:
    """The one candidate aged `youngest` to `oldest` on the day; None when no candidate, or more than one, is."""
    likely = [born for born in birth_dates(parts, on=on) if youngest <= age_on(born, on) <= oldest]
    return likely[0] if len(likely) == 1 else None


def parse_nip(text: str) -> NipParts:
    """Take a NIP of 18 digits apart: YYYYMMDD birth, YYYYMM appointment, 1 sex (1 man, 2 woman), 3 serial.

    PPPK have 2 and the number of the contract (1-9) in the place of the month. Refuses NipMalformed, NipDateImpossible,
    NipAppointmentImpossible, NipSexUnknown, NipSerialZero, in this order. Peraturan Kepala BKN 43/2007.
    """
    if not _NIP.fullmatch(text):
        raise NipMalformed()
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise NipDateImpossible() from None
    year, code, sex, serial = int(text[8:12]), int(text[12:14]), text[14], int(text[15:])
    contract = code - 20 if 21 <= code <= 29 else None
    if not born.year < year or (contract is None and not 1 <= code <= 12):
        raise NipAppointmentImpossible()
    if sex not in "12":
        raise NipSexUnknown()
    if serial == 0:
        raise NipSerialZero()
    return NipParts(
        birth_date=born,
        appointed_year=year,
        appointed=None if contract is not None else Month(year, code),
        contract=contract,
        sex="L" if sex == "1" else "P",
        serial=serial,
    )


def check_kpj(text: str) -> str:
    """A membership number is text of 11 digits. Returns it, or refuses KpjMalformed."""
    if not _KPJ.fullmatch(text):
        raise KpjMalformed()
    return text
