"""The states of a month as they are kept: counts by agency, changes, and the rows behind a count. Within the scope of who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from sertakan.agencies.models import Agency
from sertakan.core import scope
from sertakan.core.month import Month
from sertakan.protection.errors import MonthNotComputed
from sertakan.protection.facts import STATES
from sertakan.protection.models import MonthMade, MonthState, MonthTotal

COVERED = ("active", "arrears_1", "arrears_2", "arrears_3")


@dataclass(frozen=True, slots=True)
class AgencyStates:
    """Persons by state in one agency, or in all (`agency_id` None and no name). `before`: the month before; None when it is not kept."""

    agency_id: int | None
    name: str
    short_name: str
    states: Mapping[str, int]
    before: Mapping[str, int] | None
    lapsed: int
    waiting: int

    @property
    def people(self) -> int:
        return sum(self.states.values())

    @property
    def active(self) -> int:
        return self.states["active"]

    @property
    def arrears(self) -> int:
        return sum(self.states[name] for name in COVERED[1:])

    @property
    def share(self) -> float | None:
        """Active persons in per cent of those with a number; None when there is none."""
        return 100 * self.active / self.people if self.people else None

    def change(self, state: str) -> int | None:
        """How many more than in the month before."""
        return None if self.before is None else self.states[state] - self.before.get(state, 0)


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """A month: everybody in scope, each agency (the least protected first), and when it was true."""

    month: Month
    made: MonthMade
    total: AgencyStates
    agencies: list[AgencyStates] = field(default_factory=list)


def made(month: Month) -> MonthMade:
    """When and for which day a month was computed. Raises MonthNotComputed."""
    found = MonthMade.objects.filter(month=month.first_day).first()
    if found is None:
        raise MonthNotComputed(month=str(month))
    return found


def last_month() -> Month | None:
    """The newest month whose states are kept."""
    newest = MonthMade.objects.order_by("-month").values_list("month", flat=True).first()
    return None if newest is None else Month.of(newest)


def kept_months() -> list[Month]:
    """All months whose states are kept, newest first."""
    return [Month.of(day) for day in MonthMade.objects.order_by("-month").values_list("month", flat=True)]


def summary(month: Month, agency: Agency | None = None) -> MonthSummary:
    """Counts of a month and what changed since the month before, in the scope of who asks. Raises MonthNotComputed."""
    standing = made(month)
    now, counted = _counts(month, agency)
    previous = month.previous()
    known = MonthMade.objects.filter(month=previous.first_day).exists()
    before = _counts(previous, agency)[0] if known else None
    found = Agency.objects.filter(pk__in=[key for key in now if key is not None])
    names = {one.pk: (one.name, one.short_name) for one in found}
    agencies = [_states(key, names.get(key or 0, ("", "")), now, before, counted[key]) for key in now]
    agencies.sort(key=lambda one: (one.share if one.share is not None else 101.0, one.name))
    return MonthSummary(month, standing, _all_of(agencies, before), agencies)


def trend(months: int, agency: Agency | None = None) -> list[tuple[Month, dict[str, int]]]:
    """Persons by state in each of the last kept months, the oldest first."""
    kept = sorted(MonthMade.objects.order_by("-month").values_list("month", flat=True)[:months])
    found: dict[date, dict[str, int]] = {month: dict.fromkeys(STATES, 0) for month in kept}
    totals = _within(MonthTotal.objects.filter(month__in=kept), agency)
    for month, state, people in totals.values_list("month", "state").annotate(Sum("people")).order_by():
        found[month][state] = people
    return [(Month.of(month), states) for month, states in found.items()]


def rows_of(
    month: Month, *, state: str = "", agency: Agency | None = None, lapsed: bool = False
) -> QuerySet[MonthState]:
    """The persons behind a count, by name: in one state, of one agency; `lapsed`: who lost cover in this month.

    As in the counts, a worker stands with the agency of the month: who only knew the worker earlier learns nothing of it.
    """
    found = MonthState.objects.filter(month=month.first_day).select_related("person", "agency", "sponsorship__donor")
    actor = scope.current()
    if not actor.sees_all:
        found = found.filter(agency__in=actor.agency_ids)
    if agency is not None:
        found = found.filter(agency=agency)
    if state:
        found = found.filter(state=state)
    if lapsed:
        found = found.filter(lapsed_on__gte=month.first_day, lapsed_on__lte=month.last_day)
    return found.order_by("person__sort_key", "membership_id")


def month_json(month: Month, agency: Agency | None = None, *, rows: bool = False) -> dict[str, Any]:
    """A month as plain data: totals by state and agency; with `rows` the ids of the persons by state. Raises MonthNotComputed."""
    found = summary(month, agency)
    result: dict[str, Any] = {
        "month": str(month),
        "on": found.made.on.isoformat(),
        "computed_at": found.made.made_at.isoformat(),
        "rules_version": found.made.rules_version,
        **_plain(found.total),
        "agencies": [{"agency": one.agency_id, "name": one.name, **_plain(one)} for one in found.agencies],
    }
    if rows:
        ids: dict[str, list[int]] = {state: [] for state in STATES}
        persons = rows_of(month, agency=agency).order_by("person_id").values_list("state", "person_id")
        for state, person in persons:
            ids[state].append(person)
        result["rows"] = ids
    return result


def _plain(one: AgencyStates) -> dict[str, Any]:
    changes = {state: one.change(state) for state in STATES}
    return {
        "people": one.people, "states": dict(one.states), "change": None if one.before is None else changes,
        "lapsed_this_month": one.lapsed, "waiting_confirmation": one.waiting,
    }  # fmt: skip


_Counts = dict[int | None, dict[str, int]]


def _within(found: QuerySet[MonthTotal], agency: Agency | None) -> QuerySet[MonthTotal]:
    return found if agency is None else found.filter(agency=agency)


def _counts(month: Month, agency: Agency | None) -> tuple[_Counts, dict[int | None, tuple[int, int]]]:
    states: _Counts = defaultdict(lambda: dict.fromkeys(STATES, 0))
    sums: dict[int | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found = _within(MonthTotal.objects.filter(month=month.first_day), agency)
    grouped = found.values_list("agency_id", "state").annotate(Sum("people"), Sum("lapsed"), Sum("waiting")).order_by()
    for key, state, people, lapsed, waiting in grouped:
        states[key][state] = people
        sums[key] = (sums[key][0] + lapsed, sums[key][1] + waiting)
    return dict(states), dict(sums)


def _states(
    key: int | None, names: tuple[str, str], now: _Counts, before: _Counts | None, sums: tuple[int, int]
) -> AgencyStates:
    known: dict[str, int] | None = None if before is None else before.get(key, {})
    return AgencyStates(key, *names, now[key], known, sums[0], sums[1])


def _all_of(agencies: list[AgencyStates], before: _Counts | None) -> AgencyStates:
    states: dict[str, int] = {state: sum(one.states[state] for one in agencies) for state in STATES}
    earlier: dict[str, int] | None = None
    if before is not None:
        earlier = {state: sum(counts.get(state, 0) for counts in before.values()) for state in STATES}
    lapsed, waiting = (sum(getattr(one, name) for one in agencies) for name in ("lapsed", "waiting"))
    return AgencyStates(None, "", "", states, earlier, lapsed, waiting)
