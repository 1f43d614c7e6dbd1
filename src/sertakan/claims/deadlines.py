"""By when each step of a case has to be done. Pure: moments in, deadlines out; the law comes from the rules.

Hours run on through nights, weekends and holidays. Working days leave out Saturdays, Sundays and national holidays; the day on which
the clock begins does not count, and the last day counts until midnight. Days and years run on the calendar. Times are those of western
Indonesia. Where the hour of an event is not known, its day counts from midnight: the earliest, and so the cautious, reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sertakan.claims import catalogue
from sertakan.core.clock import WIB
from sertakan.rules import RuleSet, load_rules
from sertakan.rules.calendar import add_working_days, holiday_name, is_working_day
from sertakan.rules.ruleset import DatedValue

EVENT = "event"
LAST_MOMENT = time(23, 59, 59, 999999)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the hour where it is known."""

    day: date
    hour: time | None = None

    @classmethod
    def of(cls, when: datetime, *, exact: bool) -> Moment:
        """A moment in western Indonesian time."""
        local = when.astimezone(WIB)
        return cls(local.date(), local.time() if exact else None)

    @property
    def begins(self) -> datetime:
        """The earliest time that this can mean."""
        return datetime.combine(self.day, self.hour or time(0, 0), WIB)


@dataclass(frozen=True, slots=True)
class Due:
    """The last moment. `exact`: the hour matters; otherwise the whole day counts. `closed`: why offices are closed on that day."""

    at: datetime
    exact: bool
    closed: str = ""

    @property
    def day(self) -> date:
        return self.at.astimezone(WIB).date()

    def passed(self, now: datetime) -> bool:
        """Whether it is too late at `now`; the last moment itself is in time."""
        return now > self.at


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a case with its deadline. `waits_for`: the step that has to be done before, and with whose day the clock begins."""

    kind: catalogue.StepKind
    due: Due | None
    waits_for: str
    source: str
    confidence: str
    note: str

    @property
    def code(self) -> str:
        return self.kind.code


@dataclass(frozen=True, slots=True)
class Limit:
    """The day after which a right is gone; None where no text says one, or the day it counts from is not known."""

    kind: catalogue.LimitKind
    day: date | None
    count: int | None
    source: str
    confidence: str

    @property
    def code(self) -> str:
        return self.kind.code

    def passed(self, on: date) -> bool:
        """Whether the right is gone on `on`."""
        return self.day is not None and on > self.day


def plan(
    kind: str,
    moments: Mapping[str, Moment],
    *,
    programmes: frozenset[str] | None = None,
    rules: RuleSet | None = None,
) -> tuple[Planned, ...]:
    """The steps of a case. `moments`: the event under `EVENT`, and each step that is done under its code."""
    law = rules or load_rules()
    event = moments[EVENT]
    return tuple(
        _planned(one, moments, event, law) for one in catalogue.steps(kind, programmes=programmes)
    )  # fmt: skip


def limits(
    kind: str, event: Moment, *, work_end: date | None = None, rules: RuleSet | None = None
) -> tuple[Limit, ...]:
    """The last days for the rights that a case is about."""
    law = rules or load_rules()
    return tuple(_limit(one, event, work_end, law) for one in catalogue.limits(kind))


def due_of(value: DatedValue, unit: str, begins: Moment, law: RuleSet) -> Due:
    """The last moment of a deadline of the law that begins at `begins`."""
    count = value.value
    if not isinstance(count, int):
        raise TypeError("a deadline is a whole number")
    if unit == "hours":
        return _after_hours(begins, count, law)
    if unit == "working_days":
        joint = law.settings.joint_leave_is_holiday
        day = add_working_days(begins.day, count, joint_leave=joint)
        return Due(datetime.combine(day, LAST_MOMENT, WIB), exact=False)
    day = years_after(begins.day, count) if unit == "years" else begins.day + timedelta(days=count)
    return Due(datetime.combine(day, LAST_MOMENT, WIB), exact=False, closed=_closed(day, law))


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February: the last day of the month is still in time."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _after_hours(begins: Moment, hours: int, law: RuleSet) -> Due:
    at = begins.begins + timedelta(hours=hours)
    if begins.hour is None:  # midnight at the end of the day before
        at -= timedelta(microseconds=1)
    return Due(at, exact=begins.hour is not None, closed=_closed(at.date(), law))


def _closed(day: date, law: RuleSet) -> str:
    joint = law.settings.joint_leave_is_holiday
    if is_working_day(day, joint_leave=joint):
        return ""
    return holiday_name(day, joint_leave=joint) or ("Sabtu" if day.weekday() == 5 else "Minggu")


def _planned(one: catalogue.StepKind, moments: Mapping[str, Moment], event: Moment, law: RuleSet) -> Planned:
    value = None if one.parameter is None else law.parameter(one.parameter, event.day)
    begins = moments.get(one.begins)
    waits_for = one.begins if begins is None else ""
    if value is None or one.parameter is None:
        return Planned(one, None, waits_for, one.source, "", "")
    due = None if begins is None else due_of(value, law.parameters[one.parameter].unit, begins, law)
    return Planned(one, due, waits_for, value.legal_ref, value.confidence, value.notes or "")


def _limit(one: catalogue.LimitKind, event: Moment, work_end: date | None, law: RuleSet) -> Limit:
    value = None if one.parameter is None else law.parameter(one.parameter, event.day)
    if value is None or not isinstance(value.value, int) or one.parameter is None:
        return Limit(one, None, None, "", "open")
    begins = event.day if one.begins == EVENT else work_end
    counts_years = law.parameters[one.parameter].unit == "years"
    day = years_after(begins, value.value) if begins is not None and counts_years else None
    return Limit(one, day, value.value, value.legal_ref, value.confidence)
