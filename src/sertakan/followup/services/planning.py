"""The reminder plan of a circular, turned on by a coordinator, and pauses with their reason."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.followup import policies, queries
from sertakan.followup.errors import PauseNeedsReason, PlanUnreadable
from sertakan.followup.models import Circular, Pause, Plan

MOST_DAYS = 60


def steps_of(text: str) -> list[int]:
    """Working days of a plan's line, such as ``5,1``. Raises PlanUnreadable."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > 4 or any(not (word.isascii() and word.isdigit()) or int(word) > MOST_DAYS for word in words):
        raise PlanUnreadable(text=text)
    return [int(word) for word in words]


@transaction.atomic
def set_plan(
    *,
    circular: Circular,
    active: bool,
    escalation: bool,
    before: str = "5,1",
    overdue: str = "1,6",
    head_after: int = 11,
    secretary_after: int = 21,
) -> Plan:
    """Set when reminders go out, in working days around the deadline. Turning them on never sends what was due before that day.

    Raises PlanUnreadable.
    """
    policies.check_can_manage(scope.current())
    steps_of(before), steps_of(overdue)
    if not 1 <= head_after <= secretary_after <= MOST_DAYS:
        raise PlanUnreadable(text=f"{head_after}, {secretary_after}")
    plan = Plan.objects.select_for_update().get(circular=circular)
    if active and not plan.active:
        plan.started_on = clock.today()
    plan.active, plan.escalation = active, escalation
    plan.before, plan.overdue = before.replace(" ", ""), overdue.replace(" ", "")
    plan.head_after, plan.secretary_after = head_after, secretary_after
    plan.save()
    audit.record("followup.plan_set", target=circular, facts={"active": active, "escalation": escalation})
    return plan


@transaction.atomic
def pause(*, first: date, last: date, reason: str, agency_id: int | None = None, duty_id: int | None = None) -> Pause:
    """No reminders between two days, both included, and why. Raises PauseNeedsReason, AgencyUnknown, DutyUnknown."""
    actor = scope.current()
    policies.check_can_manage(actor)
    if not reason.strip() or last < first:
        raise PauseNeedsReason()
    if agency_id is not None:
        agencies.get_agency(agency_id)
    if duty_id is not None:
        queries.get_duty(duty_id)
    made = Pause.objects.create(
        agency_id=agency_id, duty_id=duty_id, first=first, last=last, reason=reason.strip()[:300],
        made_label=actor.label[:200], made_at=clock.now(),
    )  # fmt: skip
    audit.record(
        "followup.paused", target=made, agency_id=agency_id, facts={"first": str(first), "last": str(last)},
        reason=made.reason,
    )  # fmt: skip
    return made


@transaction.atomic
def end_pause(made: Pause) -> None:
    """Reminders go on from today; one that has not begun is taken away."""
    policies.check_can_manage(scope.current())
    today, number = clock.today(), made.pk
    if made.first >= today:
        made.delete()
    elif made.last >= today:
        made.last = today - timedelta(days=1)
        made.save(update_fields=["last"])
    audit.record("followup.pause_ended", target=("followup.pause", number), agency_id=made.agency_id)
