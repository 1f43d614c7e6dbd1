"""NIK, NIP and KPJ of a whole column: the twin of `identity.py` as Polars expressions.

`column` is text in which nothing is repaired any more; null and ill-formed text give null parts.
"""

from __future__ import annotations

from datetime import date

import polars as pl

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
from sertakan.rules.frame import age_expression
from sertakan.rules.identity import FEMALE_OFFSET, OLDEST, YOUNGEST


def nik_expressions(column: pl.Expr, prefix: str = "nik_") -> list[pl.Expr]:
    """The parts of a NIK, named with `prefix`.

    well_formed (16 digits), area6 (text), day (1-31), month, two_digit_year, sex (L/P), serial, serial_zero,
    date_possible,
    refusal (code of `parse_nik`, null when there is none).
    """
    well = _digits_only(column, 16)
    number = pl.when(well).then(column).cast(pl.Int64, strict=False)
    raw_day = number // 10**8 % 100
    female = raw_day > FEMALE_OFFSET
    day = pl.when(female).then(raw_day - FEMALE_OFFSET).otherwise(raw_day)
    month = number // 10**6 % 100
    year = number // 10**4 % 100
    serial = number % 10**4
    possible = _day_exists(day, month, year % 4 == 0)
    refusal = pl.coalesce(
        pl.when(~well).then(pl.lit(NikMalformed.code)),
        pl.when(~possible).then(pl.lit(NikDateImpossible.code)),
        pl.when(serial == 0).then(pl.lit(NikSerialZero.code)),
    )
    return [
        well.alias(f"{prefix}well_formed"),
        pl.when(well).then(column.str.slice(0, 6)).alias(f"{prefix}area6"),
        day.cast(pl.Int8).alias(f"{prefix}day"),
        month.cast(pl.Int8).alias(f"{prefix}month"),
        year.cast(pl.Int8).alias(f"{prefix}two_digit_year"),
        pl.when(female).then(pl.lit("P")).when(~female).then(pl.lit("L")).alias(f"{prefix}sex"),
        serial.cast(pl.Int16).alias(f"{prefix}serial"),
        (serial == 0).alias(f"{prefix}serial_zero"),
        possible.alias(f"{prefix}date_possible"),
        refusal.alias(f"{prefix}refusal"),
    ]


def nik_frame(niks: pl.Series, *, on: date | None = None) -> pl.DataFrame:
    """The parts of a column of NIKs, one row each; with `on` also `likely_birth_date`."""
    frame = pl.LazyFrame({"nik": niks.cast(pl.String)}).select(nik_expressions(pl.col("nik"), prefix=""))
    if on is not None:
        frame = frame.with_columns(likely_birth_date_expression(on=on, prefix=""))
    return frame.collect()


def likely_birth_date_expression(
    *, on: date, prefix: str = "nik_", youngest: int = YOUNGEST, oldest: int = OLDEST
) -> pl.Expr:
    """The only birth date a NIK allows between two ages on a day (from `nik_expressions`); else null."""
    year = pl.col(f"{prefix}two_digit_year").cast(pl.Int32)
    month, day = pl.col(f"{prefix}month"), pl.col(f"{prefix}day")
    likely = []
    for century in (2000, 1900):
        full = century + year
        leap = (full % 4 == 0) & ((full % 100 != 0) | (full % 400 == 0))
        exists = _day_exists(day, month, leap) & pl.col(f"{prefix}date_possible")
        # A day that does not exist is replaced before it is built: `pl.date` would refuse the whole column.
        born = pl.date(
            pl.when(exists).then(full).otherwise(2000),
            pl.when(exists).then(month).otherwise(1),
            pl.when(exists).then(day).otherwise(1),
        )
        age = age_expression(born, on)
        likely.append(pl.when(exists & (born <= on) & age.is_between(youngest, oldest)).then(born))
    late, early = likely
    only_one = late.is_null() != early.is_null()
    return pl.when(only_one).then(pl.coalesce(late, early)).alias(f"{prefix}likely_birth_date")


def nip_refusal(column: pl.Expr) -> pl.Expr:
    """The refusal of `parse_nip` as code, null when there is none (and for null)."""
    well = _digits_only(column, 18)
    number = pl.when(well).then(column).cast(pl.Int64, strict=False)
    year, month, day = number // 10**14, number // 10**12 % 100, number // 10**10 % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    appointed, code = number // 10**6 % 10**4, number // 10**4 % 100
    sex, serial = number // 10**3 % 10, number % 10**3
    plausible = (appointed > year) & (code.is_between(1, 12) | code.is_between(21, 29))
    return pl.coalesce(
        pl.when(~well).then(pl.lit(NipMalformed.code)),
        pl.when(~(_day_exists(day, month, leap) & (year >= 1))).then(pl.lit(NipDateImpossible.code)),
        pl.when(~plausible).then(pl.lit(NipAppointmentImpossible.code)),
        pl.when(~sex.is_in([1, 2])).then(pl.lit(NipSexUnknown.code)),
        pl.when(serial == 0).then(pl.lit(NipSerialZero.code)),
    )


def kpj_refusal(column: pl.Expr) -> pl.Expr:
    """The refusal of `check_kpj` as code, null when there is none (and for null)."""
    return pl.when(~_digits_only(column, 11)).then(pl.lit(KpjMalformed.code))


def _digits_only(column: pl.Expr, length: int) -> pl.Expr:
    """Exactly `length` ASCII digits: \\z and not $, so that a line break at the end does not pass."""
    return column.str.contains(rf"\A[0-9]{{{length}}}\z")


def _day_exists(day: pl.Expr, month: pl.Expr, leap: pl.Expr) -> pl.Expr:
    longest = (
        pl.when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .when((month == 2) & leap)
        .then(29)
        .when(month == 2)
        .then(28)
        .otherwise(31)
    )
    return month.is_between(1, 12) & (day >= 1) & (day <= longest)
