"""Cover of a whole register on one day: the twin of `cover.py` in columns.

It goes forward month by month, all memberships at once, and keeps for each what a clerk would keep on a card: since when the stretch
runs, how many months stand open, how long the row is. Days are numbers since 1970, months are `Month.ordinal`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sertakan.core.month import Month, months
from sertakan.protection.clock import Clock, check_not_too_far
from sertakan.protection.errors import CoverBeforeLaw
from sertakan.protection.paid_columns import UNDATED, UNPAID, PaidParts, columns_of, day_number
from sertakan.rules import RuleSet, Settings, load_rules
from sertakan.rules.reasons import day_in_words


def cover_frame(
    memberships: pl.DataFrame,
    paid: pl.DataFrame | PaidParts,
    *,
    on: date,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> pl.DataFrame:
    """Cover of every membership on a day, in the order given.

    `memberships`: `membership` (whole number, unique), `number_issued_on` (date or null), `first_paid_on` (date, may be absent); other
    columns stay. `paid`: `membership`, `month` (its first day) or `month_ordinal`, `paid_on` (date, null or absent: paid in time); each
    membership and month once; memberships that are not in the first frame are passed over. Or `paid` as parts by month (`PaidParts`).
    Columns added: state, protected_since, lapsed_on, first_lapsed_on, reactivated_on, paid_consecutive, arrears, gaps (numbers of months),
    full_death_benefit_from, full_death_benefit_reached, scholarship_from, scholarship_reached, next_month (its first day), next_due_on,
    next_pay_by, next_state, next_state_from, rules_version, refusal (code or null). See `cover` for their meaning.
    """
    law = (rules or load_rules()).with_settings(settings)
    clock, first = Clock(law), law.first_month.first_day
    if on < first:
        raise CoverBeforeLaw(day=day_in_words(on), first=day_in_words(first))
    check_not_too_far(on, law)
    number = pl.col("number_issued_on")
    early = number < first
    placed = memberships.with_row_index("_row")
    people = placed.filter((number <= on) & ~early)
    found = _Register(people, paid, on, clock).columns() if people.height else people.select("_row")
    if not people.height:
        found = found.with_columns(pl.lit(None, kind).alias(name) for name, kind in _KINDS.items())
    every = placed.join(found, on="_row", how="left", maintain_order="left")
    refused = early.fill_null(value=False)
    state = pl.when(~refused).then(pl.col("state").cast(pl.String).fill_null("not_yet"))
    return every.with_columns(
        state.alias("state"),
        *(
            pl.when(~refused).then(pl.col(name).fill_null(value=0)).alias(name)
            for name in ("paid_consecutive", "arrears", "gaps")
        ),
        *(
            pl.when(~refused).then(pl.col(name).fill_null(value=False)).alias(name)
            for name in ("full_death_benefit_reached", "scholarship_reached")
        ),
        pl.lit(law.version).alias("rules_version"),
        pl.when(refused).then(pl.lit(CoverBeforeLaw.code)).alias("refusal"),
    ).drop("_row")


_KINDS: dict[str, Any] = {
    "state": pl.String, "protected_since": pl.Date, "lapsed_on": pl.Date, "first_lapsed_on": pl.Date,
    "reactivated_on": pl.Date,
    "paid_consecutive": pl.Int32, "arrears": pl.Int32, "gaps": pl.Int32,
    "full_death_benefit_from": pl.Date, "full_death_benefit_reached": pl.Boolean,
    "scholarship_from": pl.Date, "scholarship_reached": pl.Boolean,
    "next_month": pl.Date, "next_due_on": pl.Date, "next_pay_by": pl.Date, "next_state": pl.String, "next_state_from": pl.Date,
}  # fmt: skip


def _int(value: int) -> pl.Expr:
    return pl.lit(value, pl.Int32)


class _Register:
    """The memberships with a number on one day, and the walk through their months."""

    def __init__(self, people: pl.DataFrame, paid: pl.DataFrame | PaidParts, on: date, clock: Clock) -> None:
        self.on, self.day, self.clock, self.settings = on, day_number(on), clock, clock.law.settings
        self.now = Month.of(on)
        self.needed = clock.waiting_months(on)
        self.needed_scholarship = clock.scholarship_months(on)
        issued = people.get_column("number_issued_on")
        begin = issued.to_physical().cast(pl.Int32)
        month = (issued.dt.year().cast(pl.Int32) * 12 + issued.dt.month().cast(pl.Int32) - 1).alias("month")
        self.lowest = Month.from_ordinal(int(month.min()))  # type: ignore[arg-type]
        self.paid = columns_of(people, paid, on, clock, self.lowest)
        self.first, self.last = self.paid.first, self.paid.last
        due = pl.Series([day_number(clock.due(found)) for found in months(self.lowest, self.now)], dtype=pl.Int32)
        owed_from = month + (begin > due.gather(month - self.lowest.ordinal)).cast(pl.Int32)
        none, nothing = _int(UNPAID), _int(0)
        self.state = pl.DataFrame({"begin": begin, "month": month, "owed_from": owed_from}).with_columns(
            issued=begin,
            issued_month=month,
            inactive=pl.lit(value=False),
            lapsed_on=none,
            first_lapsed_on=none,
            run=nothing,
            open=nothing,
            row=nothing,
            supposed=nothing,
            blocked=pl.lit(value=False),
            reached=none,
            counted=nothing,
            scholarship=none,
            in_time_today=nothing,
            prepaid=nothing,
        )
        self.rows = people.get_column("_row")

    # Going through the months

    def columns(self) -> pl.DataFrame:
        """The state of everybody on the day, and what comes next."""
        for month in months(self.first, self.now):
            self._enter(month)
            self._lapse(month)
            self._revive(month)
            self._count(month)
        self._look_ahead()
        return self._result()

    def _enter(self, month: Month) -> None:
        self.state = self.state.with_columns(self.paid.in_month(month).alias("paid"))

    def _lapse(self, month: Month) -> None:
        """Whoever used up the limit before this month and has not paid this one is inactive."""
        day, limit = day_number(self.clock.lapse(month)), self.clock.limit
        if day > self.day:
            return
        before = [self.paid.in_month(month.previous(back)).alias(f"before_{back}") for back in range(1, limit + 1)]
        unpaid = pl.all_horizontal(pl.col("^before_.*$") >= day, pl.col("paid") >= day)
        lapsed = ~pl.col("inactive") & (pl.col("owed_from") <= month.previous(limit).ordinal) & unpaid
        self.state = self.state.with_columns(before).with_columns(lapsed.alias("lapsed")).drop("^before_.*$")
        if not self.state.get_column("lapsed").any():
            return
        self.state = self.state.with_columns(
            pl.col("inactive") | pl.col("lapsed"),
            pl.when("lapsed").then(_int(day)).otherwise(pl.col("lapsed_on")).alias("lapsed_on"),
            pl.when(pl.col("lapsed") & (pl.col("first_lapsed_on") == UNPAID))
            .then(_int(day))
            .otherwise(pl.col("first_lapsed_on"))
            .alias("first_lapsed_on"),
        )

    def _revive(self, month: Month) -> None:
        """Whoever is inactive and pays for this month before it is over begins anew."""
        if not self.state.get_column("inactive").any():
            return
        late = self.settings.late_months_count_as_consecutive
        back = pl.col("inactive") & (pl.col("paid") <= day_number(month.last_day))
        fresh = {
            "begin": pl.max_horizontal("paid", _int(day_number(month.first_day))),
            **dict.fromkeys(("month", "owed_from"), _int(month.ordinal)),
            **dict.fromkeys(("run", "open", "row", *(["supposed"] if late else [])), _int(0)),
            "reached": _int(UNPAID),
            "inactive": pl.lit(value=False),
        }
        if self.settings.lapse_restarts_scholarship:
            fresh |= {"counted": _int(0), "scholarship": _int(UNPAID)}
        self.state = self.state.with_columns(back.alias("back"))
        if not self.state.get_column("back").any():
            return
        self.state = self.state.with_columns(
            pl.when("back").then(value).otherwise(pl.col(name)).alias(name) for name, value in fresh.items()
        )

    def _count(self, month: Month) -> None:
        """Add this month to the row, to the open months, or to neither."""
        first_day = _int(day_number(month.first_day))
        late = self.settings.late_months_count_as_consecutive
        until = day_number(self.clock.in_time_until(month))
        inside, before = ~pl.col("inactive"), pl.col("month") > month.ordinal
        earlier = inside & before & (pl.col("begin") == pl.col("issued")) & self.settings.months_before_number_count
        is_paid = pl.col("paid") < UNPAID
        in_time = pl.max_horizontal(_int(until), "begin")
        dated = pl.when(pl.col("paid") == UNDATED).then(first_day).otherwise(pl.col("paid"))
        begun = pl.max_horizontal("paid", first_day, "begin")
        counts_on = pl.max_horizontal(dated, "begin") if self.settings.prepaid_months_count_at_once else begun
        step = self.state.with_columns(
            (inside & ~before).alias("inside"),
            ((inside & ~before) | earlier).alias("seen"),
            is_paid.alias("is_paid"),
            in_time.alias("in_time"),
            counts_on.alias("on_0"),
        ).with_columns(
            (pl.col("seen") & is_paid & (pl.col("paid") <= pl.col("in_time"))).alias("timely"),
            (pl.col("inside") & (pl.col("owed_from") <= month.ordinal)).alias("owed"),
        )
        step = step.with_columns(
            (pl.col("timely") | (pl.col("seen") & is_paid) if late else pl.col("timely")).alias("counts"),
            (
                pl.col("owed")
                & ~is_paid
                & (pl.max_horizontal(_int(day_number(self.clock.due(month))), "begin") < self.day)
            ).alias("overdue"),
            (pl.col("owed") & ~is_paid & (pl.col("in_time") >= self.day)).alias("still_open"),
        )
        held = pl.when("still_open").then(pl.col("row")).otherwise(_int(0))
        row = pl.when("counts").then(pl.col("row") + 1).otherwise(held)
        step = step.with_columns(
            row.alias("row"),
            pl.when(pl.col("inside") & is_paid)
            .then(_int(0))
            .otherwise(pl.col("run") + pl.col("overdue").cast(pl.Int32))
            .alias("run"),
            pl.col("open") + pl.col("overdue").cast(pl.Int32),
            pl.col("counted") + pl.col("timely").cast(pl.Int32),
            pl.col("still_open").cast(pl.Int32).alias("in_time_today"),
            *self._supposed(late=late),
        )
        self.state = step.with_columns(*self._reached(), *self._scholarship(begun))
        self._shift()

    def _supposed(self, *, late: bool) -> list[pl.Expr]:
        """Where late months count, the row as it would be if everything outstanding were paid today."""
        if not late:
            return []
        settled = pl.col("counts") | (pl.col("owed") & ~pl.col("is_paid"))
        return [pl.when(settled).then(pl.col("supposed") + 1).otherwise(_int(0)).alias("supposed")]

    def _reached(self) -> list[pl.Expr]:
        """The day on which the row first has as many months as are needed, and all of them count."""
        if not self.needed:
            return []
        window = ["on_0", *(name for back in range(1, self.needed) if (name := f"on_{back}") in self.state.columns)]
        full = pl.col("counts") & (pl.col("row") == self.needed) & (pl.col("reached") == UNPAID)
        return [pl.when(full).then(pl.max_horizontal(window)).otherwise(pl.col("reached")).alias("reached")]

    def _scholarship(self, begun: pl.Expr) -> list[pl.Expr]:
        if not self.needed_scholarship:
            return []
        complete = pl.col("timely") & (pl.col("counted") == self.needed_scholarship)
        return [pl.when(complete).then(begun).otherwise(pl.col("scholarship")).alias("scholarship")]

    def _shift(self) -> None:
        """Keep from when the last months counted. Only needed where those days do not simply rise."""
        settings = self.settings
        rising = not (settings.prepaid_months_count_at_once or settings.late_months_count_as_consecutive)
        depth = 0 if rising else self.needed - 1
        kept = {"on_0": "on_1"} if depth > 0 else {}
        kept |= {f"on_{back}": f"on_{back + 1}" for back in range(1, depth) if f"on_{back}" in self.state.columns}
        self.state = self.state.select(*_KEPT, *(pl.col(old).alias(new) for old, new in kept.items()))

    # What comes after the day

    def _look_ahead(self) -> None:
        """The next unpaid month, and prepaid months where they count at once."""
        self._enter(self.now)
        now = self.now.ordinal
        overdue_now = pl.max_horizontal(_int(day_number(self.clock.due(self.now))), "begin") < self.day
        open_still = (pl.col("paid") == UNPAID) & (pl.col("owed_from") <= now) & ~overdue_now
        blocked = pl.col("inactive") | pl.col("in_time_today").cast(pl.Boolean)
        self.state = self.state.with_columns(
            pl.when(open_still).then(_int(now)).otherwise(_int(now + 1)).alias("start"),
            pl.when(open_still).then(_int(now)).otherwise(pl.lit(None, pl.Int32)).alias("next"),
            blocked.alias("blocked"),
        )
        for month in months(self.now.next(), self.last):
            self._enter(month)
            free = pl.when(pl.col("paid") == UNPAID).then(_int(month.ordinal))
            self.state = self.state.with_columns(pl.coalesce("next", free).alias("next"))
            if self.settings.prepaid_months_count_at_once:
                self._count_prepaid()
        self.state = self.state.with_columns(pl.col("next").fill_null(self.last.ordinal + 1))

    def _count_prepaid(self) -> None:
        dated = (pl.col("paid") < UNPAID) & (pl.col("paid") != UNDATED)
        step = self.state.with_columns(
            pl.max_horizontal("paid", "begin").alias("on_0"), (~pl.col("blocked") & dated).alias("counts")
        )
        step = step.with_columns(pl.col(name) + pl.col("counts").cast(pl.Int32) for name in ("row", "prepaid"))
        self.state = step.with_columns(*self._reached(), (pl.col("blocked") | ~pl.col("counts")).alias("blocked"))
        extra = ("start", "next")
        following = self.state.select(extra)
        self._shift()
        self.state = self.state.with_columns(following)

    def _expected(self) -> pl.Expr:
        """When the row will be long enough, if everything outstanding is paid today and each coming month in time."""
        late = self.settings.late_months_count_as_consecutive
        row = pl.col("supposed") + pl.col("prepaid") if late else pl.col("row") + pl.col("in_time_today")
        missing = self.needed - row
        last = self.now.next(self.needed)
        first_days = pl.Series([day_number(month.first_day) for month in months(self.now, last)], dtype=pl.Int32)
        day = _int(self.day)
        if not self.settings.prepaid_months_count_at_once:
            ahead = pl.lit(first_days).gather(missing.clip(0, self.needed))
            return pl.max_horizontal(day, pl.when(missing > 0).then(ahead).otherwise(day))
        found = day
        for place, month in enumerate(months(self.now.next(), last.next(self.needed)), start=1):
            paid = pl.lit(self.paid.in_month(month))
            dated = (paid < UNPAID) & (paid != UNDATED)
            counts_on = pl.when(dated).then(paid).otherwise(_int(day_number(month.first_day)))
            wanted = (pl.col("prepaid") < place) & (missing + pl.col("prepaid") >= place)
            found = pl.when(wanted).then(pl.max_horizontal(found, counts_on)).otherwise(found)
        return found

    def _result(self) -> pl.DataFrame:
        covered = ~pl.col("inactive")
        limit = self.clock.limit
        run = pl.when(pl.col("next") == pl.col("start")).then(pl.col("run")).otherwise(_int(0)) + 1
        state = self.state.with_columns(
            self._full().alias("full"), self._completed().alias("completed"), run.alias("after")
        )
        lapses = pl.col("after") > limit
        due, lapse = self._of_next(self.clock.due), self._of_next(self.clock.lapse)
        due = pl.max_horizontal(due, "begin")
        state_from = pl.when(lapses).then(lapse).otherwise(due + 1)
        first_of_next = self._of_next(lambda month: month.first_day)
        state = state.with_columns(due.alias("due"), state_from.alias("from"), first_of_next.alias("first"))

        def shown(name: str, value: pl.Expr, when: pl.Expr = covered) -> pl.Expr:
            return pl.when(when).then(value).cast(pl.Date).alias(name)

        return state.select(
            self.rows,
            pl.when("inactive").then(pl.lit("inactive")).otherwise(_in_arrears(pl.col("run"))).alias("state"),
            shown("protected_since", pl.col("begin")),
            shown("lapsed_on", pl.col("lapsed_on"), pl.col("lapsed_on") < UNPAID),
            shown("first_lapsed_on", pl.col("first_lapsed_on"), pl.col("first_lapsed_on") < UNPAID),
            shown("reactivated_on", pl.col("begin"), pl.col("begin") > pl.col("issued")),
            pl.when(covered).then(pl.col("row")).otherwise(_int(0)).alias("paid_consecutive"),
            pl.when(covered).then(pl.col("run")).otherwise(_int(0)).alias("arrears"),
            pl.when(covered).then(pl.col("open") - pl.col("run")).otherwise(_int(0)).alias("gaps"),
            shown("full_death_benefit_from", pl.col("full")),
            (covered & self._is_full()).alias("full_death_benefit_reached"),
            shown("scholarship_from", pl.col("completed")),
            (covered & self._is_completed()).fill_null(value=False).alias("scholarship_reached"),
            shown("next_month", pl.col("first")),
            shown("next_due_on", pl.col("due")),
            shown("next_pay_by", pl.col("from") - 1),
            pl.when(covered)
            .then(pl.when(lapses).then(pl.lit("inactive")).otherwise(_in_arrears(pl.col("after"))))
            .alias("next_state"),
            shown("next_state_from", pl.col("from")),
        )

    def _is_full(self) -> pl.Expr:
        return pl.col("reached") < UNPAID if self.needed else pl.lit(value=True)

    def _is_completed(self) -> pl.Expr:
        paid = pl.col("scholarship") < UNPAID if self.needed_scholarship else pl.lit(value=True)
        return paid & (pl.col("completed") <= self.day)

    def _full(self) -> pl.Expr:
        if not self.needed:
            return pl.col("begin")
        return pl.when(pl.col("reached") < UNPAID).then(pl.col("reached")).otherwise(self._expected())

    def _completed(self) -> pl.Expr:
        """The day of the last needed month, but not before so many years have gone by."""
        needed = self.needed_scholarship
        if needed is None:
            return pl.lit(None, pl.Int32)
        restarts = self.settings.lapse_restarts_scholarship
        begin, month = ("begin", "month") if restarts else ("issued", "issued_month")
        if not needed:
            return pl.col(begin)
        missing = needed - pl.col("counted") - pl.col("in_time_today")
        far = [day_number(month.first_day) for month in months(self.now, self.now.next(needed))]
        ahead = pl.lit(pl.Series(far, dtype=pl.Int32)).gather(missing.clip(0, needed))
        expected = pl.when(missing > 0).then(ahead).otherwise(_int(self.day))
        counted = pl.when(pl.col("scholarship") < UNPAID).then(pl.col("scholarship")).otherwise(expected)
        starts = [day_number(month.first_day) for month in months(self.lowest, self.now.next(needed))]
        table, place = pl.lit(pl.Series(starts, dtype=pl.Int32)), pl.col(month) - self.lowest.ordinal
        anniversary = table.gather(place + needed) + pl.col(begin) - table.gather(place)
        return pl.max_horizontal(counted, anniversary)

    def _of_next(self, asked: Any) -> pl.Expr:
        """A day of the next unpaid month, asked once for each month that occurs."""
        wanted = self.state.get_column("next").unique().to_list()
        days = [day_number(asked(Month.from_ordinal(month))) for month in wanted]
        return pl.col("next").replace_strict(wanted, days, return_dtype=pl.Int32)


_KEPT = (
    "begin", "month", "owed_from", "issued", "issued_month", "inactive", "lapsed_on", "first_lapsed_on", "run", "open", "row", "supposed",
    "blocked", "reached", "counted", "scholarship", "in_time_today", "prepaid",
)  # fmt: skip


def _in_arrears(count: pl.Expr) -> pl.Expr:
    """The state of so many unpaid months in a row, as `facts.arrears_state`."""
    named = pl.concat_str(pl.lit("arrears_"), count.clip(1, 3).cast(pl.String))
    return pl.when(count == 0).then(pl.lit("active")).otherwise(named)
