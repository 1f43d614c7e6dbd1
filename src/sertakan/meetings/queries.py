"""Reads of meetings and actions, within the scope of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from sertakan.followup import queries as followup
from sertakan.meetings.errors import ActionUnknown, AttendanceUnknown, MeetingUnknown, SeriesUnknown
from sertakan.meetings.models import Action, Attendance, Meeting, Series

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


def attendances(meeting: Meeting) -> QuerySet[Attendance]:
    """Who was there, by name."""
    return Attendance.objects.filter(meeting=meeting).select_related("agency").order_by("name", "id")


def actions(*, open_only: bool = False, agency_id: int | None = None) -> QuerySet[Action]:
    """Actions in scope, those due first first."""
    found = Action.objects.select_related("agency", "duty", "decision__meeting").order_by("due_on", "id")
    if open_only:
        found = found.filter(state=Action.State.OPEN)
    return found.filter(agency=agency_id) if agency_id is not None else found


def get_action(action_id: int) -> Action:
    """One action. Raises ActionUnknown."""
    found = actions().filter(pk=action_id).first()
    if found is None:
        raise ActionUnknown()
    return found


def standing(found: Iterable[Action], on: date) -> list[ActionRow]:
    """How actions stand on a day. One of a duty is reached when none of the agency's cells of it is overdue and one is done."""
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
    if any(cell.done for cell in cells) and not any(cell.status == "overdue" for cell in cells):
        return ActionRow(action, "reached", value, of)
    return ActionRow(action, "overdue" if action.due_on < on else "open", value, of)


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
