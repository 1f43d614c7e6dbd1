"""A meeting held until the end of the transaction, in the state that an act needs."""

from __future__ import annotations

from sertakan.core import scope
from sertakan.meetings import errors, policies
from sertakan.meetings.models import Meeting


def unfinished(meeting_id: int) -> Meeting:
    """A meeting that is still to come or under way. Raises MeetingUnknown, MeetingClosed, MeetingDropped, CannotRunMeetings."""
    policies.check_can_run(scope.current())
    found = Meeting.objects.select_for_update().filter(pk=meeting_id).first()
    if found is None:
        raise errors.MeetingUnknown()
    if found.state == Meeting.State.CLOSED:
        raise errors.MeetingClosed()
    if found.state == Meeting.State.DROPPED:
        raise errors.MeetingDropped()
    return found


def planned(meeting_id: int) -> Meeting:
    """A meeting that has not begun. Raises MeetingStarted besides what `unfinished` raises."""
    found = unfinished(meeting_id)
    if found.state != Meeting.State.PLANNED:
        raise errors.MeetingStarted()
    return found


def running(meeting_id: int) -> Meeting:
    """A meeting under way. Raises MeetingNotOpen besides what `unfinished` raises."""
    found = unfinished(meeting_id)
    if found.state != Meeting.State.OPEN:
        raise errors.MeetingNotOpen()
    return found
