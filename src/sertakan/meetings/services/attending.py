"""Who was there: by a code on the screen that phones read, without an account, and by hand for those without."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import IntegrityError, transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.core.clock import WIB
from sertakan.core.scope import Actor, acting
from sertakan.meetings import errors, policies, queries
from sertakan.meetings.models import Attendance, Meeting

_SCANNED = Actor(user_id=None, label="peserta rapat lewat QR", sees_all=True, roles=frozenset({"attendance"}))
_SHORTEST, _MOST_PEOPLE = 2, 2000


def open_for(token: str) -> Meeting:
    """The meeting whose attendance list a signed address opens. Raises AttendanceUnknown, AttendanceClosed."""
    meeting_id, key = queries.read_token(token)
    with acting(_SCANNED, reason="daftar hadir"):
        meeting = Meeting.objects.filter(pk=meeting_id).first()
        if meeting is None:
            raise errors.AttendanceUnknown()
        if meeting.key != key or not _on_its_day(meeting):
            raise errors.AttendanceClosed()
        return meeting


def _on_its_day(meeting: Meeting) -> bool:
    """A meeting that nobody closed does not take names for ever: its code ends with the day on which it was opened."""
    opened = meeting.opened_at
    return meeting.state == Meeting.State.OPEN and opened is not None and opened.astimezone(WIB).date() == clock.today()


def attend(token: str, *, name: str, position: str = "", agency_id: int | None = None) -> tuple[Meeting, bool]:
    """Somebody with a phone is there; False when that was noted before.

    Raises AttendanceUnknown, AttendanceClosed, AttendanceIncomplete.
    """
    meeting = open_for(token)
    with acting(_SCANNED, reason="daftar hadir"):
        return meeting, _note(meeting.pk, name, position, agency_id, Attendance.Via.QR)


def note_attendance(meeting_id: int, *, name: str, position: str = "", agency_id: int | None = None) -> bool:
    """Note somebody who signed on paper; False when that was noted before. Dots and capitals in a name make no other person.

    Raises MeetingNotOpen, MeetingClosed, AttendanceIncomplete, CannotRunMeetings.
    """
    policies.check_can_run(scope.current())
    return _note(meeting_id, name, position, agency_id, Attendance.Via.PAPER)


@transaction.atomic
def _note(meeting_id: int, name: str, position: str, agency_id: int | None, via: str) -> bool:
    clean: Callable[[str], str] = lambda text: " ".join(text.replace("\0", " ").split())[:120]  # noqa: E731
    who = clean(name)
    if len(who) < _SHORTEST or not any(sign.isalpha() for sign in who):
        raise errors.AttendanceIncomplete()
    # Held until the end: who is noted while the meeting is being closed is in the minutes, or is refused.
    meeting = Meeting.objects.select_for_update().filter(pk=meeting_id).first()
    if meeting is None:
        raise errors.MeetingUnknown()
    if meeting.state != Meeting.State.OPEN:
        raise _refusal(meeting, via)
    agency = agencies.in_force().filter(pk=agency_id).first() if agency_id is not None else None
    if Attendance.objects.filter(meeting=meeting_id).count() >= _MOST_PEOPLE:
        raise errors.AttendanceClosed()
    try:
        with transaction.atomic():
            made = Attendance.objects.create(
                meeting_id=meeting_id,
                agency=agency,
                name=who,
                position=clean(position),
                via=via,
                key=f"{_plain(who)}|{agency.pk if agency else ''}",
                at=clock.now(),
            )
            audit.record("meetings.attended", target=made, agency_id=agency.pk if agency else None, facts={"via": via})
    except IntegrityError:
        return False
    return True


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _refusal(meeting: Meeting, via: str) -> errors.MeetingClosed | errors.MeetingNotOpen | errors.AttendanceClosed:
    if via == Attendance.Via.QR:
        return errors.AttendanceClosed()
    return errors.MeetingClosed() if meeting.state == Meeting.State.CLOSED else errors.MeetingNotOpen()
