"""Four invented months of follow-up: PICs are named, values counted on the days that went by, some duties declared and verified.

The circular itself comes with the reference data. Deadlines are the invented coordinator's; reminders stay off.
"""

from __future__ import annotations

from datetime import date

from sertakan.access import services as access
from sertakan.access.models import User
from sertakan.access.queries import actor_for
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month
from sertakan.followup import dues, services
from sertakan.followup.errors import NotAsked
from sertakan.followup.models import Declaration, Duty
from sertakan.programme import following
from sertakan.synthetic import story
from sertakan.synthetic.dice import Dice
from sertakan.synthetic.province import KIND

MONTHS = 4
DEADLINES = {"iuran": "tgl-15", "perbaikan": "hk+5", "laporan": "hk+10"}
_TOLD = "synthetic.duties"


def tell() -> int:
    """Let the months go by, once; returns how many cells of duties are known. Nothing without a circular."""
    with scope.acting(scope.SYSTEM, reason=KIND):
        duties = {duty.code: duty for duty in Duty.objects.filter(circular__valid_to__isnull=True)}
        told = AuditEvent.objects.filter(target_kind=_TOLD).exists()
        bodies = [body for body in agencies.in_force() if body.pk is not None]
    if told or not duties or not bodies:
        return 0
    today = clock.today()
    first = Month.of(today).previous(MONTHS)
    begun = first.first_day
    dice = Dice(1).within("duties").stream("agencies")
    eager = sorted(bodies, key=lambda body: (dice.random(), body.pk))
    with story.on(begun), scope.acting(scope.SYSTEM, reason=KIND):
        for code, rule in DEADLINES.items():
            if code in duties:
                services.set_deadline(duty=duties[code], rule=rule, on=begun)
    changed = 0
    for at, day in enumerate(_days(first, today)):
        with story.on(day):
            with scope.acting(scope.SYSTEM, reason=KIND):
                for body in eager[5 * at : 5 * at + 5]:
                    _name(body, day)
                changed += following.follow(day, late_months=1)
            _declare(duties, eager[: 3 + 2 * at], day, wait=at == MONTHS)
    with scope.acting(scope.SYSTEM, reason=KIND):
        audit.record("synthetic.duties_told", target=(_TOLD, 1), facts={"cells": changed})
    return changed


def _days(first: Month, today: date) -> list[date]:
    """The last day of each month that went by, and today."""
    return [*(first.next(ahead).last_day for ahead in range(MONTHS)), today]


def _name(body: Agency, day: date) -> None:
    """An invented PIC, who cannot sign in."""
    username = _username(body)
    if User.objects.filter(username=username).exists():
        return
    user = access.add_user(username=username, name=f"Petugas {body.short_name}", password=None)  # type: ignore[arg-type]
    access.assign_role(user=user, role="pic", agency=body, valid_from=day)


def _username(body: Agency) -> str:
    return f"pic-{body.code.casefold()}"[:150]


def _declare(duties: dict[str, Duty], bodies: list[Agency], day: date, *, wait: bool) -> None:
    """The agencies' words about the report of the running period; the coordinator verifies them, the last ones still wait."""
    duty = duties.get("laporan")
    if duty is None or (day.day < 28 and not wait):
        return
    period = dues.period_of(day, duty.period_kind)
    first = None if period is None else period.first_day
    for at, body in enumerate(bodies):
        with scope.acting(scope.SYSTEM, reason=KIND):
            known = Declaration.objects.filter(agency=body, duty=duty, period=first).exists()
            user = User.objects.filter(username=_username(body)).first()
            pic = actor_for(user, on=day) if user is not None else scope.NOBODY
        if known or not pic.has("pic"):
            continue
        with scope.acting(pic, reason=KIND):
            try:
                made = services.declare(
                    duty=duty, agency_id=body.pk, period=period, words="Laporan rekaan sudah disampaikan."
                )
            except NotAsked:
                continue
        if not wait or at % 3:
            with scope.acting(story.actor("coordinator"), reason=KIND):
                services.verify(made)
