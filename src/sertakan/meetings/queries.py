"""Reads of meetings and actions, within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency, Succession, Transfer
from sertakan.core.models import AuditEvent
from sertakan.followup import queries as followup
from sertakan.letters.models import Letter
from sertakan.meetings.errors import ActionUnknown, AttendanceUnknown, MeetingUnknown, SeriesUnknown
from sertakan.meetings.models import Action, Attendance, Meeting, Series

MEETING: Final = "meeting"
ACTION: Final = "action"
"""What evidence is about: see `evidence.queries.evidence_of`."""
_SALT = "sertakan.hadir"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action on a day: `standing` is what a reader should know of it; `value`, `of`: the measure of its duty, where there is one."""

    action: Action
    standing: Literal["open", "overdue", "reached", "done", "dropped"]
    value: int | None = None
    of: int | None = None


def meetings() -> QuerySet[Meeting]:
    """Meetings in scope, the newest first."""
    return Meeting.objects.select_related("series").order_by("-starts_at", "-id")


def get_meeting(meeting_id: int) -> Meeting:
    """One meeting. Raises MeetingUnknown."""
    found = Meeting.objects.select_related("series", "minutes_letter").filter(pk=meeting_id).first()
    if found is None:
        raise MeetingUnknown()
    return found


def all_series() -> QuerySet[Series]:
    """Meetings that come back."""
    return Series.objects.order_by("title", "id")


def get_series(series_id: int) -> Series:
    """One series. Raises SeriesUnknown."""
    found = Series.objects.filter(pk=series_id).first()
    if found is None:
        raise SeriesUnknown()
    return found


def last_closed_before(meeting: Meeting) -> Meeting | None:
    """The meeting that this one follows: the latest that was closed, of the same series when there is one."""
    closed = Meeting.objects.filter(state=Meeting.State.CLOSED, starts_at__lt=meeting.starts_at).order_by("-starts_at")
    if meeting.series_id is not None:
        return closed.filter(series=meeting.series_id).first() or closed.first()
    return closed.first()


def letters_of(meeting: Meeting) -> list[Letter]:
    """The invitations to a meeting that are in scope, the first one first."""
    about = Letter.objects.filter(kind="invitation", about_kind="meetings.meeting", about_id=meeting.pk)
    return list(about.order_by("id"))


def agency_names(keys: Collection[int]) -> list[str]:
    """Short names in the order given, also of agencies that ended."""
    names = dict(Agency.objects.filter(pk__in=keys).values_list("pk", "short_name"))
    return [names.get(key, "–") for key in keys]


def attendances(meeting: Meeting) -> QuerySet[Attendance]:
    """Who was there, by name."""
    return Attendance.objects.filter(meeting=meeting).select_related("agency").order_by("name", "id")


def actions(*, open_only: bool = False, agency_id: int | None = None) -> QuerySet[Action]:
    """Actions in scope, those due first first."""
    found = Action.objects.select_related("agency", "duty").order_by("due_on", "id")
    if open_only:
        found = found.filter(state=Action.State.OPEN)
    return found.filter(agency=agency_id) if agency_id is not None else found


def origins(found: Iterable[Action]) -> dict[int, str]:
    """From which agency an action passed by a merger, by the number of the action; the first of several."""
    keys = [one.pk for one in found]
    passed = (
        Transfer.objects.filter(kind="meetings.action", row__in=keys)
        .select_related("predecessor")
        .order_by("-on", "-id")
    )
    return {one.row: one.predecessor.short_name for one in passed}


def past_of(action: Action) -> list[AuditEvent]:
    """What happened to an action so far, the latest first, for who may read the trail of it."""
    found = AuditEvent.objects.filter(target_kind="meetings.action", target_id=action.pk)
    return list(found.order_by("-id")[:20])


def expected(meeting: Meeting) -> list[Agency]:
    """The agencies in force now that were invited, or took over from one that was; by name."""
    wanted = set(meeting.invitations.values_list("agency", flat=True))
    after: dict[int, set[int]] = {}
    for before, successor in Succession.objects.values_list("predecessor", "successor"):
        after.setdefault(before, set()).add(successor)
    todo = list(wanted)
    while todo:
        fresh = after.get(todo.pop(), set()) - wanted
        wanted |= fresh
        todo += fresh
    return list(agencies.in_force().filter(pk__in=wanted))


def get_action(action_id: int) -> Action:
    """One action. Raises ActionUnknown."""
    found = actions().filter(pk=action_id).first()
    if found is None:
        raise ActionUnknown()
    return found


def standing(found: Iterable[Action], on: date) -> list[ActionRow]:
    """How actions stand on a day.

    One of a duty is reached when what the agency is asked by the action's day is done, and nothing of the duty is overdue.
    """
    listed = list(found)
    of_duties = {one.duty_id for one in listed if one.duty_id is not None and one.state == Action.State.OPEN}
    cells: dict[tuple[int, int], list[followup.DutyCell]] = {}
    if of_duties:
        agency_ids = {one.agency_id for one in listed}
        for cell in followup.states(on, agency_ids=agency_ids, duty_ids=of_duties):
            cells.setdefault((cell.agency_id, cell.duty_id), []).append(cell)
    return [_row(one, cells.get((one.agency_id, one.duty_id or 0), []), on) for one in listed]


def _row(action: Action, cells: list[followup.DutyCell], on: date) -> ActionRow:
    known = [cell for cell in cells if cell.value is not None]
    newest = max(known, key=lambda cell: str(cell.period or "")) if known else None
    value, of = (newest.value, newest.of) if newest else (None, None)
    if action.state == Action.State.DONE:
        return ActionRow(action, "done")
    if action.state == Action.State.DROPPED:
        return ActionRow(action, "dropped")
    if _reached(action, cells):
        return ActionRow(action, "reached", value, of)
    return ActionRow(action, "overdue" if action.due_on < on else "open", value, of)


def _reached(action: Action, cells: list[followup.DutyCell]) -> bool:
    asked = [cell for cell in cells if _ends(cell) <= action.due_on] or cells
    if not asked or any(cell.status == "overdue" for cell in cells):
        return False
    newest = max(asked, key=lambda cell: str(cell.period or ""))
    return newest.done and all(cell.done for cell in asked if cell.due is not None)


def _ends(cell: followup.DutyCell) -> date:
    """The last day for a cell: its deadline, else the end of its month; what is asked once counts whenever it is done."""
    if cell.period is None:
        return date.min
    return cell.due or cell.period.next().first_day - timedelta(days=1)


def attendance_token(meeting: Meeting) -> str:
    """What stands in the address of the attendance list: signed, so that nobody guesses another."""
    return Signer(salt=_SALT, sep="~").sign(f"{meeting.pk}-{meeting.key}")


def read_token(token: str) -> tuple[int, str]:
    """The meeting and its key that a token was signed for; nothing is looked up for one that was not. Raises AttendanceUnknown."""
    try:
        text = Signer(salt=_SALT, sep="~").unsign(token)
        number, _dash, key = text.partition("-")
        return int(number), key
    except (BadSignature, ValueError):
        raise AttendanceUnknown() from None
