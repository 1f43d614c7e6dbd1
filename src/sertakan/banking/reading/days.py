"""Days out of a column of cells, in the order a layout names. What is no day for certain is null."""

from __future__ import annotations

from datetime import date

import polars as pl

from sertakan.banking.reading.layouts import DateOrder

MONTHS = {
    **{name: number for number, names in enumerate(
        (
            ("jan", "januari", "january"), ("feb", "peb", "februari", "pebruari", "february"), ("mar", "maret", "march"),
            ("apr", "april"), ("mei", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"),
            ("agu", "agt", "ags", "aug", "agustus", "august"), ("sep", "sept", "september"), ("okt", "oct", "oktober", "october"),
            ("nov", "nop", "november", "nopember"), ("des", "dec", "desember", "december"),
        ), start=1) for name in names}
}  # fmt: skip
_TIME = r"(?:[t ,]+\d{1,2}[:.]\d{2}.*)?$"


def read_days(
    texts: pl.Series, kinds: pl.Series, order: DateOrder, *, period: tuple[date | None, date | None], today: date
) -> tuple[pl.Series, bool]:
    """The days of a column, and whether a year had to be assumed.

    Taken: date cells, ``2026-12-31``, ``20261231``, ``31/12/2026``, ``31-12-26``, ``31 Des 2026`` and ``31/12`` (then the year comes from
    the period of the statement, else it is the last such day that is not after `today`). A time behind the day is passed over.
    """
    frame = pl.DataFrame({"text": texts.cast(pl.String), "kind": kinds.cast(pl.String)}).with_columns(
        bare=pl.col("text").str.to_lowercase().str.strip_chars(" '’`\u00a0")
    )
    bare = pl.col("bare")
    iso = bare.str.extract_groups(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
    packed = bare.str.extract_groups(rf"^((?:19|20)\d{{2}})(\d{{2}})(\d{{2}}){_TIME}")
    parted = bare.str.extract_groups(rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}")
    named = bare.str.extract_groups(rf"^(\d{{1,2}})[-/. ]*([a-z]{{3,9}})\.?[-/. ,]*(\d{{4}}|\d{{2}}){_TIME}")
    short = bare.str.extract_groups(r"^(\d{1,2})[-/](\d{1,2})$")
    first, second = ("1", "2") if order != "mdy" else ("2", "1")
    if order == "ymd":
        two = _day(_field(parted, "1"), _field(parted, "2"), _field(parted, "3"))
    else:
        two = _day(_field(parted, "3"), _field(parted, second), _field(parted, first))
    whole = pl.coalesce(
        _day(_field(iso, "1"), _field(iso, "2"), _field(iso, "3")),
        _day(_field(packed, "1"), _field(packed, "2"), _field(packed, "3")),
        two,
        _day(_field(named, "3"), _month(named.struct.field("2")), _field(named, "1")),
    )
    day_and_month = (_field(short, first), _field(short, second))
    frame = frame.select(whole=whole, day=day_and_month[0], month=day_and_month[1])
    if frame["day"].is_null().all():
        return frame["whole"], False
    begin, end = period
    last = end or today
    year = pl.lit(last.year)
    guess = _day(year, pl.col("month"), pl.col("day"))
    earlier = _day(year - 1, pl.col("month"), pl.col("day"))
    days = frame.select(pl.coalesce("whole", pl.when(guess <= last).then(guess).otherwise(earlier))).to_series()
    return days, begin is None and end is None


def read_day(text: str, order: DateOrder = "dmy") -> date | None:
    """One day out of a text, as `read_days` reads it."""
    days, _ = read_days(pl.Series([text]), pl.Series(["s"]), order, period=(None, None), today=date(1, 1, 1))
    found = days.item()
    return found if isinstance(found, date) else None


def _field(groups: pl.Expr, name: str) -> pl.Expr:
    return groups.struct.field(name).cast(pl.Int32, strict=False)


def _month(name: pl.Expr) -> pl.Expr:
    return name.replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A day, null when there is none such; a year of two digits is one of this century."""
    full = pl.when(year < 100).then(year + 2000).otherwise(year)
    possible = month.is_between(1, 12) & day.is_between(1, 31) & full.is_between(1990, 2100)
    text = pl.format("{}-{}-{}", full, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return pl.when(possible).then(text.str.to_date("%Y-%m-%d", strict=False))
