"""Agencies become one: their open actions pass to the successor; what was done, and who was there, stays as it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from sertakan.agencies.models import Agency, Transfer
from sertakan.core import audit, clock, scope
from sertakan.meetings import policies
from sertakan.meetings.models import Action

KIND: Final = "meetings.action"


@dataclass(frozen=True, slots=True)
class Passed:
    """How many open actions the successor goes on with, and how many were the same decision twice and became one."""

    actions: int
    joined: int


@transaction.atomic
def follow_merger(*, predecessor_ids: Collection[int], successor_id: int, on: date) -> Passed:
    """Open actions of the predecessors pass to the successor. Of one decision it has one open action. Raises CannotRunMeetings."""
    policies.check_can_run(scope.current())
    successor = Agency.objects.get(pk=successor_id)
    open_ = Action.objects.select_for_update().filter(state=Action.State.OPEN)
    taken = set(open_.filter(agency=successor).values_list("decision", flat=True))
    moved, joined = 0, 0
    for action in open_.filter(agency__in=predecessor_ids).order_by("due_on", "id"):
        if action.decision_id in taken:
            action.state, action.closed_on, action.closed_how = Action.State.DROPPED, clock.today(), Action.How.SAID
            action.closed_note = f"Digabung: dikerjakan dalam tindakan {successor.short_name}."
            action.closed_label = scope.current().label[:200]
            joined += 1
        else:
            taken.add(action.decision_id)
            Transfer.objects.create(
                kind=KIND, row=action.pk, predecessor_id=action.agency_id, successor=successor, on=on
            )
            action.agency = successor
            moved += 1
        action.save()
    audit.record(
        "meetings.merger_followed", agency_id=successor.pk, facts={"on": str(on), "actions": moved, "joined": joined}
    )
    return Passed(moved, joined)
