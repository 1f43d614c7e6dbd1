"""The paid months of a whole register, laid out so that one month of all memberships is one slice of memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import Protocol

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


class PaidParts(Protocol):
    """Paid months that are kept month by month, each read when the walk comes to it.

    `days(month)`: Int32, the day of payment by number of the membership (position 0 is membership 0), `UNPAID` where it is not paid; None
    when nobody paid that month. `also`: [membership, other], memberships whose months belong to another one.
    """

    also: pl.DataFrame

    def span(self) -> tuple[Month, Month] | None:
        """The first and the last month that somebody paid."""

    def days(self, month: Month) -> pl.Series | None:
        """The days of payment of one month."""


class Columns(Protocol):
    """What the walk asks: the months to go through, and each month as a column with one row per membership."""

    first: Month
    last: Month

    def in_month(self, month: Month) -> pl.Series:
        """The day of payment of one month for every membership."""


def columns_of(people: pl.DataFrame, paid: pl.DataFrame | PaidParts, on: date, clock: Clock, lowest: Month) -> Columns:
    """The paid months as the walk wants them, from one long frame or from parts by month."""
    if isinstance(paid, pl.DataFrame):
        return PaidColumns(people, paid, on, clock, lowest)
    return PartColumns(people, paid, on, clock, lowest)


def unpaid(count: int) -> pl.Series:
    """A month that nobody paid."""
    return pl.select(pl.repeat(UNPAID, count, dtype=pl.Int32)).to_series()


class PartColumns:
    """Paid months from parts: only the months that the walk looks at are in memory, a handful at a time."""

    def __init__(self, people: pl.DataFrame, parts: PaidParts, on: date, clock: Clock, lowest: Month) -> None:
        now = Month.of(on)
        self.day, self.parts, self.count = day_number(on), parts, people.height
        self.kept_months = clock.law.settings.arrears_limit_months + 2
        law, span = clock.law, parts.span()
        self.first, self.last = lowest, now
        if span is not None:
            if law.settings.months_before_number_count:
                self.first = max(min(lowest, span[0]), law.first_month)
            self.last = max(now, min(span[1], now.next(_FURTHEST)))
        self.ids = people.get_column("membership").cast(pl.Int64)
        self.places, self.others = self._also()
        self.kept: OrderedDict[Month, pl.Series] = OrderedDict()

    def _also(self) -> tuple[pl.Series, pl.Series]:
        """Where months of another membership go, and of which."""
        placed = pl.DataFrame({"membership": self.ids}).with_row_index("place")
        found = self.parts.also.select(pl.col("membership", "other").cast(pl.Int64)).join(placed, on="membership")
        return found.get_column("place"), found.get_column("other")

    def in_month(self, month: Month) -> pl.Series:
        """The day of payment of one month for every membership, as far as it was known on the day."""
        if month not in self.kept:
            self.kept[month] = self._read(month)
            while len(self.kept) > self.kept_months:
                self.kept.popitem(last=False)
        return self.kept[month]

    def _read(self, month: Month) -> pl.Series:
        days = self.parts.days(month) if self.first <= month <= self.last else None
        if days is None or not days.len():
            return unpaid(self.count)
        found = _taken(days, self.ids)
        if self.others.len():
            beside = pl.DataFrame({"place": self.places, "day": _taken(days, self.others)}).group_by("place").min()
            own = found.gather(beside.get_column("place"))
            least = pl.select(pl.min_horizontal(own, beside.get_column("day"))).to_series()
            found = found.scatter(beside.get_column("place"), least)
        return pl.select(pl.when(found <= self.day).then(found).otherwise(UNPAID)).to_series().cast(pl.Int32)


def _taken(days: pl.Series, ids: pl.Series) -> pl.Series:
    """The days of these memberships; one beyond the end of the part has not paid."""
    highest = ids.max()
    if isinstance(highest, int) and highest >= days.len():
        days = days.extend_constant(UNPAID, 1)
        ids = ids.clip(upper_bound=days.len() - 1)
    return days.gather(ids)


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
