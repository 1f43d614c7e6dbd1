"""Cases of invented workers: one that nobody has reported yet, one half done, one paid, one that came after the cover had ended.

All go through the services of the real work, each act on its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sertakan.agencies.models import Agency
from sertakan.claims import services
from sertakan.claims.estimate import estimate
from sertakan.claims.models import Case
from sertakan.core import clock, scope
from sertakan.core.month import Month
from sertakan.protection import queries as protection
from sertakan.protection.models import MonthState
from sertakan.synthetic import story

KIND = "contoh klaim"
ARREARS = ("arrears_1", "arrears_2", "arrears_3")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a worker in one of these states, so many days ago, and what was done since, by days after the event."""

    kind: str
    states: tuple[str, ...]
    days_ago: int
    reporter: services.Reporter
    at: time | None = None
    steps: tuple[tuple[str, int], ...] = ()
    papers: frozenset[str] = frozenset()
    decided_after: int | None = None


EVENTS = (
    Event("accident", ("active",), 4, services.Reporter("Rahma Rekaan", "istri", "081200000091"), at=time(9, 15)),
    Event(
        "accident", ARREARS, 12, services.Reporter("Badrun Rekaan", "rekan kerja", "081200000092"), at=time(16, 40),
        steps=(("seek_care", 0), ("report_one", 1), ("certified", 8)), papers=frozenset({"card", "ktp_worker", "form_3kk1"}),
    ),
    Event(
        "death", ("active",), 25, services.Reporter("Marlina Rekaan", "anak", "081200000093"),
        steps=(("death_papers", 5), ("stop", 6), ("papers", 8)), papers=frozenset({"death_certificate", "kk", "form_f4"}),
        decided_after=11,
    ),
    Event("death", ("inactive",), 6, services.Reporter("Yusni Rekaan", "tetangga")),
)  # fmt: skip


def add(*, first: Agency) -> int:
    """Open the cases, once; the first of them in the agency `first`, when it has such a worker. Returns how many there are."""
    actor = story.actor("coordinator")
    with scope.acting(scope.SYSTEM, reason=KIND):
        known, month = Case.objects.count(), protection.last_month()
    if known or month is None:
        return known
    taken: set[int] = set()
    for event in EVENTS:
        with scope.acting(scope.SYSTEM, reason=KIND):
            person = _somebody(event, month, first, taken)
        if person is not None:
            taken.add(person)
            _tell(event, person, actor)
    return len(taken)


def _somebody(event: Event, month: Month, first: Agency, taken: set[int]) -> int | None:
    """A worker in one of the states; one who was covered on the day of the event, where cover is meant to be there."""
    on = clock.today() - timedelta(days=event.days_ago)
    found = MonthState.objects.filter(month=month.first_day, state__in=event.states, agency__isnull=False)
    found = found.exclude(person__in=taken)
    if "inactive" not in event.states:
        found = found.filter(protected_since__lte=on, full_death_benefit_reached=event.kind == "death")
    own = found.filter(agency=first).order_by("person_id").first()
    chosen = own or found.order_by("-lapsed_on", "person_id").first()
    return None if chosen is None else chosen.person_id


def _tell(event: Event, person: int, actor: scope.Actor) -> None:
    """Opened on the day after the event, since the demo clock moves the day and not the hour."""
    day = clock.today() - timedelta(days=event.days_ago)
    told = day + timedelta(days=1)
    with story.on(told), scope.acting(actor, reason=KIND):
        case = services.open_case(
            person_id=person, kind=event.kind, event_on=day, event_time=event.at, reporter=event.reporter
        )
    for code, after in event.steps:
        done = day + timedelta(days=after)
        with story.on(max(told, done)), scope.acting(actor, reason=KIND):
            services.do_step(case_id=case.pk, code=code, done_on=done)
    with scope.acting(actor, reason=KIND):
        if event.papers:
            services.tick_papers(case_id=case.pk, ready=event.papers)
    if event.decided_after is not None:
        _decide(case, day + timedelta(days=event.decided_after), actor)


def _decide(case: Case, day: date, actor: scope.Actor) -> None:
    """BPJS grants what was estimated and pays two days later."""
    amount = estimate(case.kind, case.snapshot).now
    if amount:
        with story.on(day), scope.acting(actor, reason=KIND):
            services.decide(case_id=case.pk, amount=amount, decided_on=day)
        with story.on(day + timedelta(days=2)), scope.acting(actor, reason=KIND):
            services.pay(case_id=case.pk, paid_on=clock.today())
