"""Decisions become actions; actions are closed by data where a duty measures them, and by a person's word where nothing does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.followup import queries as followup
from sertakan.meetings import errors, policies, queries
from sertakan.meetings.models import Action, Decision
from sertakan.meetings.services.holding import running
from sertakan.meetings.services.showing import Files, show_action


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
    meeting = running(meeting_id)
    said = " ".join(text.split())
    owners = [agency for agency in agencies.in_force() if agency.pk in set(agency_ids)]
    for missing, what in (
        (not said, "isinya belum ditulis"),
        (not owners, "OPD yang mengerjakan belum dipilih"),
        (due_on < clock.today(), "tenggatnya belum diisi atau sudah lewat"),
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
def close_action(action_id: int, *, note: str, dropped: bool = False, files: Files = ()) -> Action:
    """A person says that an action is done, or that it is given up, and may show it; where a file is refused, the action stays open.

    Raises ReasonForAction, ActionClosed, CannotRunMeetings, and what `show_action` refuses.
    """
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
    if files:
        show_action(action_id, files)
    return action


@transaction.atomic
def reopen_action(action_id: int, *, due_on: date, reason: str) -> Action:
    """Open a closed action again with a new day, and say why; how it had been closed stays in the trail.

    Raises ActionOpen, ActionDouble, ReasonForAction, DecisionIncomplete, CannotRunMeetings.
    """
    policies.check_can_run(scope.current())
    action = _locked(action_id)
    if action.state == Action.State.OPEN:
        raise errors.ActionOpen()
    if due_on < clock.today():
        raise errors.DecisionIncomplete(what="tenggat yang baru belum diisi atau sudah lewat")
    if not reason.strip():
        raise errors.ReasonForAction()
    if Action.objects.filter(decision=action.decision_id, agency=action.agency_id, state=Action.State.OPEN).exists():
        raise errors.ActionDouble(agency=action.agency.short_name)
    facts = {"due_on": str(due_on), "was": action.state, "closed_on": str(action.closed_on), "note": action.closed_note}
    action.state, action.due_on = Action.State.OPEN, due_on
    action.closed_on, action.closed_how, action.closed_note, action.closed_label = None, "", "", ""
    action.save()
    audit.record(
        "meetings.action_reopened", target=action, agency_id=action.agency_id, facts=facts, reason=reason.strip()[:300]
    )
    return action


@transaction.atomic
def close_reached() -> int:
    """Close the open actions that the data show as reached; how many. Of two who do it at once, each action is closed by one."""
    policies.check_can_run(scope.current())
    held = queries.actions(open_only=True).select_for_update(of=("self",))
    reached = [row.action for row in queries.standing(held, clock.today()) if row.standing == "reached"]
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
