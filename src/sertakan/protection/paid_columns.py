"""The paid months of a whole register, laid out so that one month of all memberships is one slice of memory."""

from __future__ import annotations

from datetime import date

import polars as pl

from sertakan.core.month import Month
from sertakan.protection.clock import Clock

UNPAID = 2**30
"""The day of payment of a month that is not paid; later than any day."""
UNDATED = -(2**30)
"""The day of payment of a month that is paid in time, when nobody knows the day; earlier than any day."""
_FURTHEST = 120  # months paid further ahead than this are not looked at
_DENSE = 4  # a table of places is used while numbers are at most so many times as many as memberships
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH


class PaidColumns:
    """For every membership with a number, the day on which each month was paid, as far as it was known on a day."""

    def __init__(self, people: pl.DataFrame, paid: pl.DataFrame, on: date, clock: Clock, lowest: Month) -> None:
        self.now, self.day, self.clock, self.count = Month.of(on), day_number(on), clock, people.height
        long = self._long(people, paid)
        self.first = lowest
        if clock.law.settings.months_before_number_count and long.height:
            earliest = Month.from_ordinal(int(long.get_column("month").min()))  # type: ignore[arg-type]
            self.first = max(min(lowest, earliest), clock.law.first_month)
        furthest = int(long.get_column("month").max()) if long.height else self.now.ordinal  # type: ignore[arg-type]
        self.last = max(self.now, Month.from_ordinal(furthest))
        self.days = self._days(long)

    def _long(self, people: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
        """Place of the membership, month and day of payment of every month known on the day."""
        ordinal = "month_ordinal" in paid.columns
        month = pl.col("month_ordinal").cast(pl.Int32) if ordinal else _months_of(paid.get_column("month"))
        dated = "paid_on" in paid.columns
        long = paid.lazy().select(
            self._place(people, paid),
            month.alias("month"),
            (pl.col("paid_on").to_physical().cast(pl.Int32) if dated else pl.lit(None, pl.Int32)).alias("paid_on"),
        )
        long = long.filter(
            pl.col("place").is_not_null(),
            pl.col("month") >= self.clock.law.first_month.ordinal,
            pl.col("month") <= self.now.ordinal + _FURTHEST,
        )
        if "first_paid_on" in people.columns:
            first = people.get_column("first_paid_on").cast(pl.Date)
            first_month = first.dt.year().cast(pl.Int32) * 12 + first.dt.month().cast(pl.Int32) - 1
            place = pl.col("place")
            upto_first = pl.col("paid_on").is_null() & (pl.col("month") <= pl.lit(first_month).gather(place))
            day = pl.when(upto_first.fill_null(value=False)).then(
                pl.lit(first.to_physical().cast(pl.Int32)).gather(place)
            )
            long = long.with_columns(day.otherwise(pl.col("paid_on")).alias("paid_on"))
        known = pl.col("paid_on").fill_null(UNDATED)
        return long.with_columns(known.alias("paid_on")).filter(pl.col("paid_on") <= self.day).collect()

    def _place(self, people: pl.DataFrame, paid: pl.DataFrame) -> pl.Expr:
        """Where a membership stands among those with a number: by a table while numbers are dense, else by search."""
        ids = people.get_column("membership").cast(pl.Int64)
        low, high = int(ids.min()), int(ids.max())  # type: ignore[arg-type]
        wanted = pl.col("membership").cast(pl.Int64)
        places = pl.select(pl.int_range(people.height, dtype=pl.UInt32)).to_series()
        if high - low < _DENSE * max(people.height, 1_000_000):
            table = pl.select(pl.repeat(None, high - low + 1, dtype=pl.UInt32)).to_series().scatter(ids - low, places)
            inside = wanted.is_between(low, high)
            return pl.lit(table).gather(pl.when(inside).then(wanted - low)).alias("place")
        return wanted.replace_strict(ids, places, default=None, return_dtype=pl.UInt32).alias("place")

    def _days(self, long: pl.DataFrame) -> pl.Series:
        """The days of payment as one long column: month after month, each with all memberships."""
        width = self.last - self.first + 1
        flat = pl.select(pl.repeat(UNPAID, width * self.count, dtype=pl.Int32)).to_series()
        kept = long.filter(pl.col("month") >= self.first.ordinal)
        if not kept.height:
            return flat
        offset = (pl.col("month") - self.first.ordinal).cast(pl.UInt32) * self.count + pl.col("place")
        return flat.scatter(kept.select(offset).to_series(), kept.get_column("paid_on"))

    def in_month(self, month: Month) -> pl.Series:
        """The day of payment of one month for every membership."""
        if not self.first <= month <= self.last:
            return pl.select(pl.repeat(UNPAID, self.count, dtype=pl.Int32)).to_series()
        return self.days.slice((month - self.first) * self.count, self.count)


def _months_of(days: pl.Series) -> pl.Expr:
    """`Month.ordinal` of a column of days, from a table of all days between the first and the last: faster than the calendar."""
    low, high = days.min(), days.max()
    if not isinstance(low, date) or not isinstance(high, date):
        return pl.lit(None, pl.Int32)
    each = pl.date_range(low, high, eager=True)
    table = pl.select(each.dt.year().cast(pl.Int32) * 12 + each.dt.month().cast(pl.Int32) - 1).to_series()
    return pl.lit(table).gather(pl.col(days.name).to_physical() - day_number(low))
