"""When a duty is due: periods, rules, working days of Indonesia. Pure.

A rule is a short text: empty (no deadline), ``hk+5`` (five working days after the period; for what is done once: after its first day),
``tgl-15`` (the 15th of the period's last month, ``tgl-10+1``: of the month after it), or an ISO date. A day on which offices are closed
moves to the next working day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from sertakan.core.month import Month
from sertakan.followup.errors import DueRuleUnreadable
from sertakan.rules.calendar import add_working_days, is_working_day, next_working_day

YEARS = range(2000, 2100)
"""Years in which a day can lie; another one is a slip of the hand."""
SPANS = {"month": 1, "quarter": 3, "year": 12}
SOON = 5
"""So many working days before the deadline a duty counts as due soon."""
_WORKING, _DAY = re.compile(r"^hk\+(\d{1,2})$"), re.compile(r"^tgl-(\d{1,2})(?:\+(\d{1,2}))?$")


def parse(text: str) -> str:
    """A rule as it is kept. Raises DueRuleUnreadable."""
    rule = text.strip().casefold().replace(" ", "")
    if rule and not _WORKING.match(rule):
        found = _DAY.match(rule)
        if found:
            if not 1 <= int(found[1]) <= 31:
                raise DueRuleUnreadable(text=text)
        else:
            try:
                sensible = date.fromisoformat(rule).year in YEARS
            except ValueError:
                sensible = False
            if not sensible:
                raise DueRuleUnreadable(text=text)
    return rule


def period_of(day: date, kind: str) -> Month | None:
    """The first month of the period in which a day lies; None for what is done once."""
    if kind == "once":
        return None
    span = SPANS[kind]
    month = Month.of(day)
    return Month(month.year, 1 + (month.month - 1) // span * span)


def last_month(period: Month, kind: str) -> Month:
    """The last month of a period."""
    return period.next(SPANS[kind] - 1)


def periods(first: date, last: date, kind: str) -> list[Month | None]:
    """Every period that has begun from `first` to `last`, both included; once: one."""
    if last < first:
        return []
    begin, end = period_of(first, kind), period_of(last, kind)
    if begin is None or end is None:
        return [None]
    return [Month.from_ordinal(at) for at in range(begin.ordinal, end.ordinal + 1, SPANS[kind])]


@lru_cache(maxsize=20_000)
def due_on(rule: str, kind: str, period: Month | None, begins: date) -> date | None:
    """The last day of a duty's cell; None: no deadline. `begins`: the duty's first day, for what is done once."""
    if not rule:
        return None
    end = begins if period is None else last_month(period, kind).last_day
    if found := _WORKING.match(rule):
        return add_working_days(end, int(found[1]))
    if found := _DAY.match(rule):
        month = Month.of(end).next(int(found[2] or 0))
        return next_working_day(date(month.year, month.month, min(int(found[1]), month.last_day.day)))
    return next_working_day(date.fromisoformat(rule))


def in_force(deadlines: Sequence[tuple[str, date]], kind: str, period: Month | None, begins: date) -> date | None:
    """The last day of a cell by deadlines (rule, day it was set), the newest first: none makes late what was over when it was set.

    What is done once counts from its first day, or from the day on which its deadline was set. A date that was written out is meant.
    """
    if not deadlines:
        return None
    (rule, set_on), older = deadlines[0], deadlines[1:]
    if rule:
        day = due_on(rule, kind, period, max(begins, set_on) if period is None else begins)
        if day is None or day >= set_on or rule[:1].isdigit():
            return day
        return in_force(older, kind, period, begins)
    kept = in_force(older, kind, period, begins)
    return kept if kept is not None and kept < set_on else None


@lru_cache(maxsize=20_000)
def before(day: date, count: int) -> date:
    """The day `count` working days before `day`."""
    for _step in range(count):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


@lru_cache(maxsize=20_000)
def after(day: date, count: int) -> date:
    """The day `count` working days after `day`."""
    return add_working_days(day, count)


@lru_cache(maxsize=20_000)
def between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`."""
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(is_working_day(day) for day in days)
