"""Reads about cases, within the scope of who asks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet

from sertakan.access.models import RoleAssignment
from sertakan.agencies.models import Agency
from sertakan.claims import catalogue, deadlines
from sertakan.claims.deadlines import EVENT, Limit, Moment, Planned
from sertakan.claims.errors import CaseUnknown
from sertakan.claims.models import Case, Outcome, Step
from sertakan.core import clock, encryption
from sertakan.core.clock import WIB
from sertakan.people import queries as people
from sertakan.sponsorship.queries import offices

_OVER = (Case.State.CLOSED, Case.State.PAID, Case.State.REFUSED)
_DECIDED = (Case.State.DECIDED, Case.State.PAID)
_TO_DO = (
    Q(done_at__isnull=True)
    & ~Q(case__state__in=[Case.State.CLOSED, Case.State.REFUSED])
    & (~Q(case__state__in=_DECIDED) | Q(code__in=catalogue.AFTER_DECISION))
)
"""Steps that are still to be done: none of a case that is closed or refused, and after the decision only what follows from it."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who told of the event, and how to reach them."""

    name: str
    relation: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helps, and in which role."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One step of a case as it stands: the plan, and what was done."""

    planned: Planned
    step: Step
    note: str

    @property
    def done(self) -> bool:
        return self.step.done_at is not None

    @property
    def overdue(self) -> bool:
        """Still to be done, and its last moment is over."""
        return self.to_do and self.step.due_at is not None and clock.now() > self.step.due_at

    @property
    def to_do(self) -> bool:
        """Not done, and not without meaning by now."""
        state = self.step.case.state
        if self.done or state in (Case.State.CLOSED, Case.State.REFUSED):
            return False
        return state not in _DECIDED or self.step.code in catalogue.AFTER_DECISION

    @property
    def late(self) -> bool:
        """Done, but after its last moment."""
        done, due = self.step.done_at, self.step.due_at
        return done is not None and due is not None and done > due


@dataclass(frozen=True, slots=True)
class OverdueStep:
    """A step whose deadline has passed; `ours`: the family's or the agency's to do, otherwise somebody to ask."""

    case_id: int
    agency_id: int
    person_id: int
    person: str
    kind: str
    code: str
    label: str
    duty_of: str
    due_at: datetime

    @property
    def ours(self) -> bool:
        return self.duty_of in catalogue.OURS

    def days(self, on: date) -> int:
        """For how many days it has been overdue."""
        return max(0, (on - self.due_at.astimezone(WIB).date()).days)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list: the next step and how many are overdue."""

    case: Case
    next_label: str
    next_due: datetime | None
    overdue: int


def get_case(case_id: int) -> Case:
    """One case in scope. Raises CaseUnknown."""
    found = Case.objects.select_related("agency", "person__merged_into").filter(pk=case_id).first()
    if found is None:
        raise CaseUnknown(case=case_id)
    return found


def cases(*, agency_id: int | None = None, open_only: bool = False) -> QuerySet[Case]:
    """Cases in scope, newest event first. `open_only`: without those that are paid, refused or closed."""
    found = Case.objects.select_related("agency", "person__merged_into").order_by("-event_on", "-pk")
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found.exclude(state__in=_OVER) if open_only else found


def cases_of(person_id: int) -> QuerySet[Case]:
    """The cases of a person, and of others who are the same."""
    return cases().filter(person__in=people.group_of(person_id))


def rows(found: Collection[Case]) -> list[CaseRow]:
    """Cases as a list shows them. One statement."""
    waiting: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(_TO_DO, case__in=[case.pk for case in found]):
        waiting[step.case_id].append(step)
    now = clock.now()
    return [_row(case, waiting[case.pk], now) for case in found]


def _row(case: Case, steps: list[Step], now: datetime) -> CaseRow:
    order = {one.code: place for place, one in enumerate(catalogue.steps(case.kind))}
    dated = sorted((step for step in steps if step.due_at), key=lambda step: step.due_at or now)
    ours = [step for step in steps if step.duty_of in catalogue.OURS]
    first = dated[0] if dated else min(ours, key=lambda step: order.get(step.code, 99), default=None)
    kind = catalogue.step(first.code) if first else None
    late = sum(1 for step in dated if step.due_at and step.due_at < now)
    return CaseRow(case, kind.label if kind else "", first.due_at if first else None, late)


def overdue(on: date | datetime | None = None) -> list[OverdueStep]:
    """Steps whose deadline has passed at a moment (a day: its end; None: now), the longest overdue first. One statement.

    A case that is refused or closed has none, one that is decided or paid only what follows from the decision.
    """
    if on is None:
        at = clock.now()
    elif isinstance(on, datetime):
        at = on
    else:
        at = datetime.combine(on, time.max, WIB)
    found = Step.objects.filter(_TO_DO, due_at__lt=at)
    return [
        OverdueStep(
            case_id=step.case_id,
            agency_id=step.agency_id,
            person_id=step.case.person.merged_into_id or step.case.person_id,
            person=(step.case.person.merged_into or step.case.person).name,
            kind=step.case.kind,
            code=step.code,
            label=kind.label if (kind := catalogue.step(step.code)) else step.code,
            duty_of=step.duty_of,
            due_at=step.due_at,
        )
        for step in found.select_related("case__person__merged_into").order_by("due_at", "pk")
        if step.due_at is not None
    ]


def overdue_count() -> int:
    """How many cases in scope have a step that is overdue now."""
    found = Step.objects.filter(_TO_DO, due_at__lt=clock.now())
    return found.values("case").distinct().count()


def moments(case: Case, steps: Collection[Step]) -> dict[str, Moment]:
    """The event, and every step that is done: what clocks run from."""
    found = {EVENT: Moment(case.event_on, case.event_time)}
    for step in steps:
        if step.done_at is not None:
            found[step.code] = Moment.of(step.done_at, exact=step.done_exact)
    return found


def programmes_of(case: Case) -> frozenset[str] | None:
    """The programmes of the worker as the snapshot has them; None when they are not known."""
    return frozenset(case.snapshot.get("programmes") or ()) or None


def standings(case: Case) -> list[Standing]:
    """The steps of a case in their order, with plan and notes."""
    steps = {step.code: step for step in case.steps.all()}
    planned = deadlines.plan(case.kind, moments(case, steps.values()), programmes=programmes_of(case))
    return [
        Standing(one, steps[one.code], unsealed(steps[one.code].note)) for one in planned if one.code in steps
    ]  # fmt: skip


def limits(case: Case) -> tuple[Limit, ...]:
    """The last days for the rights that a case is about."""
    return deadlines.limits(case.kind, Moment(case.event_on, case.event_time), work_end=case.work_end)


def outcome(case: Case) -> Outcome | None:
    """What BPJS decided last; None while there is no decision."""
    return case.outcomes.order_by("-pk").first()


def reporter(case: Case) -> Reporter:
    """Who told of the event."""
    told: Mapping[str, Any] = json.loads(encryption.decrypt(bytes(case.reporter)))
    return Reporter(**told)


def helpers(agency: Agency | None) -> list[Helper]:
    """Who helps: the PICs of an agency, its office, BPJS, the labour office."""
    found = []
    if agency is not None:
        held = RoleAssignment.objects.filter(role="pic", agency=agency).in_force(clock.today())
        people_in_charge = {one.user.name or one.user.username for one in held.select_related("user")}
        found += [Helper("Petugas OPD", name) for name in sorted(people_in_charge)]
        found.append(Helper("Kantor", agency.name))
    found += [Helper("BPJS Ketenagakerjaan", office.name) for office in offices()]
    found.append(Helper("Dinas tenaga kerja", "kabupaten atau kota tempat bekerja"))
    return found


def unsealed(text: Any) -> str:
    """A note as it was written; empty when there is none."""
    return encryption.decrypt(bytes(text)).decode() if text else ""
