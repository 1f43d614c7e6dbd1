"""A meeting while it runs: opened, minutes written by more than one hand, closed with minutes as a numbered letter."""

from __future__ import annotations

import secrets

from django.db import transaction

from sertakan.core import audit, clock, scope
from sertakan.core.clock import WIB
from sertakan.letters import services as letters
from sertakan.letters.models import Letter
from sertakan.letters.services import Recipient
from sertakan.meetings import errors, queries
from sertakan.meetings.models import Action, Meeting, MinutesVersion
from sertakan.meetings.services.holding import running, unfinished
from sertakan.meetings.words import day_and_weekday, hour

_LONGEST_MINUTES = 40_000


@transaction.atomic
def open_meeting(meeting_id: int) -> Meeting:
    """Begin: the attendance list opens under a new address. Not before its day.

    Raises MeetingTooEarly, MeetingClosed, MeetingDropped, CannotRunMeetings.
    """
    meeting = unfinished(meeting_id)
    if meeting.state == Meeting.State.PLANNED:
        day = meeting.starts_at.astimezone(WIB).date()
        if day > clock.today():
            raise errors.MeetingTooEarly(on=day_and_weekday(day))
        meeting.state, meeting.opened_at, meeting.key = Meeting.State.OPEN, clock.now(), secrets.token_urlsafe(12)
        meeting.save(update_fields=["state", "opened_at", "key"])
        audit.record("meetings.opened", target=meeting)
    return meeting


@transaction.atomic
def save_minutes(meeting_id: int, *, text: str, seen: int) -> Meeting:
    """Save the minutes; every version is kept. `seen`: the version that was on the screen when writing began.

    Raises MinutesChanged when somebody else saved in between, MeetingNotOpen, MeetingClosed, CannotRunMeetings.
    """
    meeting = running(meeting_id)
    written = text.replace("\r\n", "\n").replace("\0", "")[:_LONGEST_MINUTES]
    if written == meeting.minutes:
        return meeting
    if meeting.minutes_version != seen:
        when = meeting.minutes_at or clock.now()
        raise errors.MinutesChanged(who=meeting.minutes_label, at=f"{when.astimezone(WIB):%H.%M}")
    meeting.minutes, meeting.minutes_version = written, seen + 1
    meeting.minutes_at, meeting.minutes_label = clock.now(), scope.current().label[:200]
    meeting.save(update_fields=["minutes", "minutes_version", "minutes_at", "minutes_label"])
    MinutesVersion.objects.create(
        meeting=meeting, version=seen + 1, text=written, saved_at=meeting.minutes_at, saved_label=meeting.minutes_label
    )
    audit.record("meetings.minutes_saved", target=meeting, facts={"version": seen + 1})
    return meeting


@transaction.atomic
def close(meeting_id: int) -> Letter:
    """End a meeting: attendance closes; minutes and decisions become a numbered letter to the agencies invited and to those that act.

    Raises MeetingNotOpen, MeetingClosed, CannotRunMeetings.
    """
    meeting = running(meeting_id)
    local = meeting.starts_at.astimezone(WIB)
    people = list(meeting.attendances.select_related("agency").order_by("name", "id"))
    actions = Action.objects.filter(decision__meeting=meeting).select_related("agency", "duty", "decision")
    # Who has to act reads what was decided, also when it was not invited.
    to_whom = {agency.pk: agency for agency in (*queries.expected(meeting), *(one.agency for one in actions))}
    to = [
        Recipient(f"Kepala {agency.name}", agency_id=agency.pk)
        for agency in sorted(to_whom.values(), key=lambda agency: agency.sort_key)
    ]
    blocks: list[dict[str, object]] = [{"kind": "heading", "text": "Acara"}] if meeting.agenda.exists() else []
    if blocks:
        blocks.append({"kind": "list", "items": [item.title for item in meeting.agenda.all()]})
    if meeting.minutes.strip():
        blocks.append({"kind": "heading", "text": "Jalannya rapat"})
        blocks += [
            {"kind": "paragraph", "text": part.strip()} for part in meeting.minutes.split("\n\n") if part.strip()
        ]
    blocks.append({"kind": "heading", "text": "Keputusan dan tindakan"})
    rows = [
        [
            one.decision.number,
            one.title,
            one.agency.short_name,
            one.due_on.isoformat(),
            one.duty.title if one.duty else one.measure,
        ]
        for one in actions.order_by("decision__number", "agency__sort_key")
    ]
    if rows:
        heading = ["No.", "Tindakan", "OPD", "Tenggat", "Ukuran"]
        blocks.append(
            {"kind": "table", "caption": "Tindakan", "heading": heading, "rows": rows, "numbers": [0], "wide": 1}
        )
    else:
        blocks.append({"kind": "paragraph", "text": "Tidak ada keputusan."})
    present = [[one.name, one.position or "–", one.agency.short_name if one.agency else "–"] for one in people]
    if present:
        blocks.append(
            {"kind": "table", "caption": "Yang hadir", "heading": ["Nama", "Jabatan", "OPD"], "rows": present}
        )
    letter = letters.write(
        "minutes",
        to=to or [Recipient("Peserta rapat")],
        facts={
            "rapat": meeting.title, "hari": day_and_weekday(local.date()), "waktu": hour(local), "tempat": meeting.place,
            "jumlah_hadir": len(people), "pemimpin": meeting.chair or "pimpinan rapat", "blocks": blocks,
        },
        about=("meetings.meeting", meeting.pk),
    )  # fmt: skip
    meeting.state, meeting.closed_at, meeting.minutes_letter, meeting.key = (
        Meeting.State.CLOSED,
        clock.now(),
        letter,
        "",
    )
    meeting.save(update_fields=["state", "closed_at", "minutes_letter", "key"])
    audit.record(
        "meetings.closed", target=meeting, facts={"letter": letter.number, "present": len(people), "actions": len(rows)}
    )
    return letter
