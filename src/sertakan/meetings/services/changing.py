"""A planned meeting moves to another hour or place, or is called off; who was invited is told by letter, or reads why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sertakan.core import audit
from sertakan.letters.models import Letter
from sertakan.meetings import errors, queries
from sertakan.meetings.models import Meeting
from sertakan.meetings.services.holding import planned
from sertakan.meetings.services.planning import write_invitation


@transaction.atomic
def change(meeting_id: int, *, starts_at: datetime, place: str, chair: str = "") -> tuple[Meeting, Letter | None]:
    """Another hour, place or chair. Who was invited to another hour or place gets a new letter that takes the place of the old one.

    Raises MeetingIncomplete, MeetingStarted, MeetingClosed, MeetingDropped, CannotRunMeetings.
    """
    meeting = planned(meeting_id)
    if not place.strip():
        raise errors.MeetingIncomplete(what="Tempat")
    was = {"starts_at": meeting.starts_at.isoformat(), "place": meeting.place, "chair": meeting.chair}
    moved = (starts_at, place.strip()[:160]) != (meeting.starts_at, meeting.place)
    meeting.starts_at, meeting.place, meeting.chair = starts_at, place.strip()[:160], chair.strip()[:120]
    meeting.save(update_fields=["starts_at", "place", "chair"])
    letter = None
    first = meeting.invitations.select_related("letter").order_by("id").first() if moved else None
    if first is not None:
        letter = write_invitation(meeting, queries.expected(meeting), instead_of=first.letter.number)
    facts = {"was": was, "on": meeting.starts_at.isoformat(), "letter": letter.number if letter else ""}
    audit.record("meetings.changed", target=meeting, facts=facts)
    return meeting, letter


@transaction.atomic
def drop(meeting_id: int, *, reason: str) -> Meeting:
    """Call off a planned meeting. Its actions go on and open the next agenda.

    Raises MeetingReasonMissing, MeetingStarted, MeetingClosed, MeetingDropped, CannotRunMeetings.
    """
    meeting = planned(meeting_id)
    said = " ".join(reason.split())[:300]
    if not said:
        raise errors.MeetingReasonMissing()
    meeting.state, meeting.dropped_reason = Meeting.State.DROPPED, said
    meeting.save(update_fields=["state", "dropped_reason"])
    audit.record("meetings.dropped", target=meeting, reason=said)
    return meeting
