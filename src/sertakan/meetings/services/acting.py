"""Decisions become actions; actions are closed by data where a duty measures them, and by a person's word where nothing does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.followup import queries as followup
from sertakan.meetings import errors, policies, queries
from sertakan.meetings.models import Action, Decision, Meeting


@transaction.atomic
def add_decision(
    meeting_id: int,
    *,
    text: str,
    agency_ids: Collection[int],
    due_on: date,
    duty_id: int | None = None,
    measure: str = "",
) -> Decision:
    """Record a decision and make an action of it for each agency that has to act.

    `duty_id`: the data of this duty say when it is reached; otherwise `measure` says in words what counts. Raises DecisionIncomplete,
    MeetingNotOpen, MeetingUnknown, CannotRunMeetings.
    """
    actor = scope.current()
    policies.check_can_run(actor)
    meeting = Meeting.objects.select_for_update().filter(pk=meeting_id).first()
    if meeting is None:
        raise errors.MeetingUnknown()
    if meeting.state != Meeting.State.OPEN:
        raise errors.MeetingNotOpen()
    said = " ".join(text.split())
    owners = [agency for agency in agencies.in_force() if agency.pk in set(agency_ids)]
    for missing, what in (
        (not said, "isinya belum ditulis"),
        (not owners, "OPD yang mengerjakan belum dipilih"),
        (due_on < clock.today(), "tenggatnya sudah lewat"),
        (duty_id is None and not measure.strip(), "ukurannya belum dipilih atau ditulis"),
    ):
        if missing:
            raise errors.DecisionIncomplete(what=what)
    duty = followup.get_duty(duty_id) if duty_id is not None else None
    decision = Decision.objects.create(
        meeting=meeting,
        number=meeting.decisions.count() + 1,
        text=said,
        decided_at=clock.now(),
        decided_label=actor.label[:200],
    )
    audit.record("meetings.decided", target=meeting, facts={"number": decision.number, "agencies": len(owners)})
    for agency in owners:
        action = Action.objects.create(
            decision=decision,
            agency=agency,
            title=said[:300],
            due_on=due_on,
            duty=duty,
            measure=measure.strip()[:200],
            opened_on=clock.today(),
        )
        audit.record("meetings.action_added", target=action, agency_id=agency.pk, facts={"due_on": str(due_on)})
    return decision


@transaction.atomic
def close_action(action_id: int, *, note: str, dropped: bool = False) -> Action:
    """A person says that an action is done, or that it is given up. Raises ReasonForAction, ActionClosed, CannotRunMeetings."""
    actor = scope.current()
    policies.check_can_run(actor)
    action = _locked(action_id)
    if action.state != Action.State.OPEN:
        raise errors.ActionClosed()
    if not note.strip():
        raise errors.ReasonForAction()
    _close(
        action, Action.State.DROPPED if dropped else Action.State.DONE, Action.How.SAID, note.strip()[:300], actor.label
    )
    return action


@transaction.atomic
def reopen_action(action_id: int, *, due_on: date) -> Action:
    """Open a closed action again with a new day. Raises DecisionIncomplete, CannotRunMeetings."""
    policies.check_can_run(scope.current())
    action = _locked(action_id)
    if due_on < clock.today():
        raise errors.DecisionIncomplete(what="tenggatnya sudah lewat")
    action.state, action.due_on = Action.State.OPEN, due_on
    action.closed_on, action.closed_how, action.closed_note, action.closed_label = None, "", "", ""
    action.save()
    audit.record("meetings.action_reopened", target=action, agency_id=action.agency_id, facts={"due_on": str(due_on)})
    return action


@transaction.atomic
def close_reached() -> int:
    """Close the open actions that the data show as reached; how many."""
    policies.check_can_run(scope.current())
    reached = [
        row.action
        for row in queries.standing(queries.actions(open_only=True), clock.today())
        if row.standing == "reached"
    ]
    for action in reached:
        _close(action, Action.State.DONE, Action.How.COMPUTED, "Tercapai menurut data.", "Sertakan")
    return len(reached)


def _close(action: Action, state: str, how: str, note: str, label: str) -> None:
    action.state, action.closed_on, action.closed_how = state, clock.today(), how
    action.closed_note, action.closed_label = note, label[:200]
    action.save()
    audit.record(
        "meetings.action_closed", target=action, agency_id=action.agency_id, facts={"state": state, "how": how}
    )


def _locked(action_id: int) -> Action:
    found = Action.objects.select_for_update().filter(pk=action_id).first()
    if found is None:
        raise errors.ActionUnknown()
    return found
