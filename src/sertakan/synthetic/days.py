"""The demo clock: days go by in an invented province, and what runs by itself every night and morning runs on each of them.

Nobody does anything meanwhile: what is not paid lapses, what is due is reminded of. Never in an installation with real people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sertakan.contributions import jobs as contributions
from sertakan.core import audit, clock, scope
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month
from sertakan.coverage import jobs as coverage
from sertakan.followup import services as followup
from sertakan.programme import following
from sertakan.programme import jobs as programme
from sertakan.protection import jobs as protection
from sertakan.sponsorship import jobs as sponsorship
from sertakan.synthetic import story
from sertakan.synthetic.errors import NotInvented, TooManyDays
from sertakan.synthetic.province import KIND

MOST_DAYS = 400
_TOLD = "synthetic.days"
NIGHT = (
    contributions.ensure_partitions, contributions.expire_codes, protection.refresh, sponsorship.carry_out_stops, programme.follow_cover,
    coverage.build, programme.guard_cover,
)  # fmt: skip
"""What every night does, in the order of its hours. Told on the first and the sixteenth of a month: between them nothing falls due."""


@dataclass(frozen=True, slots=True)
class Passed:
    """From which day to which, how many cells of duties changed, and how many reminders went out."""

    first: date
    last: date
    changed: int
    reminded: int


def pass_until(last: date, *, progress: Callable[[date], None] = lambda _day: None) -> Passed:
    """Let the days after today (or after the last day that was told) go by. Safe to repeat. Raises NotInvented, TooManyDays."""
    with scope.acting(scope.SYSTEM, reason=KIND):
        if not AuditEvent.objects.filter(action__startswith="synthetic.").exists():
            raise NotInvented()
        told = (
            AuditEvent.objects.filter(target_kind=_TOLD)
            .order_by("-target_id")
            .values_list("target_id", flat=True)
            .first()
        )
    first = max(clock.today(), date.fromordinal(told)) if told else clock.today()
    if (last - first).days > MOST_DAYS:
        raise TooManyDays(most=MOST_DAYS)
    changed = reminded = 0
    for step in range(1, (last - first).days + 1):
        day = first + timedelta(days=step)
        with story.on(day):
            if day.day in (1, 16) or day in (Month.of(day).last_day, last):
                progress(day)
                for job in NIGHT:
                    job()
                with scope.acting(scope.SYSTEM, reason=KIND):
                    changed += following.follow(day)
            reminded += followup.remind(day).sent
    if last > first:
        with story.on(last), scope.acting(scope.SYSTEM, reason=KIND):
            audit.record("synthetic.days_passed", target=(_TOLD, last.toordinal()), facts={"until": str(last)})
    return Passed(first, max(first, last), changed, reminded)
