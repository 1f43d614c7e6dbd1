"""Dates as people and spreadsheets write them, for whole columns.

`date_parts` splits a column of text into day, month and year with the form in which they were written; it never decides
what is ambiguous. Forms: iso, dmy (digits), word (month by name), compact (8 digits), serial, year; null when unreadable.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process

from sertakan.intake.vocabulary import meanings, word_set

SERIAL_EPOCH: Final = date(1899, 12, 30)
SERIALS: Final = (3_653, 73_050)
"""Serial numbers that are dates of 1910 to 2099."""

_NUMERIC = r"^(\d{1,2})\s*[-/.,\s]\s*(\d{1,2})\s*[-/.,\s]\s*['’]?(\d{4}|\d{2})$"
_ISO = r"^(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})$"
_WORD = r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*([a-z]{2,12})\.?[\s\-/.,]*['’]?(\d{4}|\d{2})$"
_WORD_FIRST = r"^([a-z]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})$"
_TIME = r"[\st]+\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?(\s*(wib|am|pm|z))?$"


@cache
def month_number(word: str) -> int | None:
    """The month a word names: exactly, or with one slip and no other month as near."""
    known = meanings("months")
    if word in known:
        return int(known[word])
    if len(word) < 5:
        return None
    near = process.extract(word, known.keys(), scorer=fuzz.ratio, limit=4, score_cutoff=80)
    months = {known[name] for name, _, _ in near}
    return int(months.pop()) if len(months) == 1 else None


def date_parts(frame: pl.DataFrame, text: str, kind: str) -> pl.DataFrame:
    """[form, day, month, year, year_digits] for a column of text and its kinds, one row per row of `frame`."""
    days = "|".join(sorted((word for word in word_set("weekdays")), key=len, reverse=True)) + "|jum'at"
    low = (
        pl.col(text)
        .str.replace_all("[‐-―−]", "-")
        .str.to_lowercase()
        .str.replace(rf"^(?:{days})\s*[,/]?\s+", "")
        .str.replace(r"^(tgl|tanggal)\.?\s*", "")
    )
    frame = frame.select(kind=pl.col(kind), low=low).with_columns(low=pl.col("low").str.replace(_TIME, ""))
    frame = frame.with_columns(low=pl.col("low").str.strip_chars(" .,'’"))
    number = pl.col("low").str.replace(r"[.,]0+$", "")
    frame = frame.with_columns(
        numeric=pl.col("low").str.extract_groups(_NUMERIC),
        iso=pl.col("low").str.extract_groups(_ISO),
        whole=pl.when(pl.col("low").str.contains(r"^\d{4,8}([.,]0+)?$")).then(number),
    )
    frame = _with_words(frame)
    return frame.select(_compact_choice()).unnest("parts")


def _with_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Month names as numbers; looked up once per distinct word."""
    letters = frame["low"].str.contains(r"[a-z]")
    if not letters.any():
        nothing = pl.lit(None, dtype=pl.Int32)
        return frame.with_columns(word_day=nothing, word_month=nothing, word_year=pl.lit(None, dtype=pl.String))
    first, second = pl.col("low").str.extract_groups(_WORD), pl.col("low").str.extract_groups(_WORD_FIRST)
    frame = frame.with_columns(
        _word=pl.coalesce(first.struct.field("2"), second.struct.field("1")),
        word_day=pl.coalesce(first.struct.field("1"), second.struct.field("2")).cast(pl.Int32),
        word_year=pl.coalesce(first.struct.field("3"), second.struct.field("3")),
    )
    known = {word: month_number(word) for word in frame["_word"].drop_nulls().unique().to_list()}
    return frame.with_columns(
        word_month=pl.col("_word").replace_strict(known or {"": None}, default=None, return_dtype=pl.Int32)
    )


def _compact_choice() -> pl.Expr:
    """The form that fits, as one struct."""
    numeric, iso, whole = pl.col("numeric"), pl.col("iso"), pl.col("whole")

    def part(source: pl.Expr, name: str) -> pl.Expr:
        return source.struct.field(name).cast(pl.Int32, strict=False)

    def parts(form: str, day: pl.Expr, month: pl.Expr, year: pl.Expr, digits: pl.Expr) -> pl.Expr:
        return pl.struct(
            form=pl.lit(form), day=day.cast(pl.Int32), month=month.cast(pl.Int32), year=year.cast(pl.Int32),
            year_digits=digits.cast(pl.Int32),
        )  # fmt: skip

    four, none = pl.lit(4), pl.lit(None, dtype=pl.Int32)
    eight = whole.str.len_chars() == 8
    ymd = whole.str.contains(r"^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
    dmy = whole.str.contains(r"^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d$")
    seven = (whole.str.len_chars() == 7) & (pl.col("kind") != "s")
    padded = pl.lit("0") + whole
    late = seven & padded.str.contains(r"^(0[1-9])(0[1-9]|1[0-2])(19|20)\d\d$")
    number = whole.cast(pl.Int64, strict=False)
    serial = (whole.str.len_chars() <= 5) & number.is_between(*SERIALS) & ~whole.str.contains(r"^(19|20)\d\d$")
    day = pl.lit(SERIAL_EPOCH) + pl.duration(days=pl.when(serial).then(number).otherwise(0))

    def cut(source: pl.Expr, start: int, length: int) -> pl.Expr:
        return source.str.slice(start, length).cast(pl.Int32, strict=False)

    return (
        pl.when(iso.struct.field("1").is_not_null())
        .then(parts("iso", part(iso, "3"), part(iso, "2"), part(iso, "1"), four))
        .when(numeric.struct.field("1").is_not_null())
        .then(
            parts(
                "dmy",
                part(numeric, "1"),
                part(numeric, "2"),
                part(numeric, "3"),
                numeric.struct.field("3").str.len_chars(),
            )
        )
        .when(pl.col("word_month").is_not_null())
        .then(
            parts(
                "word",
                pl.col("word_day"),
                pl.col("word_month"),
                pl.col("word_year").cast(pl.Int32, strict=False),
                pl.col("word_year").str.len_chars(),
            )
        )
        .when(eight & ymd)
        .then(parts("compact", cut(whole, 6, 2), cut(whole, 4, 2), cut(whole, 0, 4), four))
        .when(eight & dmy)
        .then(parts("compact", cut(whole, 0, 2), cut(whole, 2, 2), cut(whole, 4, 4), four))
        .when(late)
        .then(parts("compact", cut(padded, 0, 2), cut(padded, 2, 2), cut(padded, 4, 4), four))
        .when(whole.str.contains(r"^(19|20)\d\d$"))
        .then(parts("year", none, none, number, four))
        .when(serial)
        .then(parts("serial", day.dt.day(), day.dt.month(), day.dt.year(), four))
        .otherwise(parts("", none, none, none, none))
        .alias("parts")
    )


def full_year(year: pl.Expr, digits: pl.Expr, month: pl.Expr, day: pl.Expr, on: date) -> pl.Expr:
    """A year of two digits as the latest year that does not lie after `on`."""
    late = 2000 + year
    ahead = (late > on.year) | ((late == on.year) & (month * 100 + day > on.month * 100 + on.day))
    return pl.when(digits == 2).then(pl.when(ahead).then(late - 100).otherwise(late)).otherwise(year)


def build_date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date, or null where the calendar has no such day."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = (
        pl.when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .when((month == 2) & leap)
        .then(29)
        .when(month == 2)
        .then(28)
        .otherwise(31)
    )
    exists = month.is_between(1, 12) & day.is_between(1, longest) & year.is_between(1000, 9999)
    return pl.when(exists).then(
        pl.date(
            pl.when(exists).then(year).otherwise(2000),
            pl.when(exists).then(month).otherwise(1),
            pl.when(exists).then(day).otherwise(1),
        )
    )
