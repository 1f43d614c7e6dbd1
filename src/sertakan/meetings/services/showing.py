"""Photos and letters that show a meeting, or that an action was done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from django.db import transaction

from sertakan.core import scope
from sertakan.evidence import policies as evidence_policies
from sertakan.evidence import services as evidence
from sertakan.evidence.models import Evidence
from sertakan.meetings import errors, policies, queries
from sertakan.meetings.models import Meeting

MOST_FILES: Final = 5
Files = Sequence[tuple[str, bytes | Path | IO[bytes]]]


@transaction.atomic
def show_meeting(meeting_id: int, files: Files, *, everybody: bool = False) -> list[Evidence]:
    """Keep photos or papers of a meeting, also after it was closed. `everybody`: all agencies may see them.

    Raises FilesMissing, MeetingUnknown, MeetingDropped, CannotRunMeetings, and what `evidence.services.keep` refuses.
    """
    policies.check_can_run(scope.current())
    meeting = queries.get_meeting(meeting_id)
    if meeting.state == Meeting.State.DROPPED:
        raise errors.MeetingDropped()
    return keep(files, None, (queries.MEETING, meeting.pk), everybody=everybody)


@transaction.atomic
def show_action(action_id: int, files: Files) -> list[Evidence]:
    """Keep photos or papers that show what was done: by the agency that acts, the coordinator or the operator.

    Raises FilesMissing, ActionUnknown, CannotKeepEvidence, and what `evidence.services.keep` refuses.
    """
    action = queries.get_action(action_id)
    evidence_policies.check_can_keep(scope.current(), action.agency_id)
    return keep(files, action.agency_id, (queries.ACTION, action.pk), everybody=False)


def keep(files: Files, agency_id: int | None, about: tuple[str, int], *, everybody: bool) -> list[Evidence]:
    """All of these files, or none. Raises FilesMissing, and what `evidence.services.keep` refuses."""
    if not files or len(files) > MOST_FILES:
        raise errors.FilesMissing(most=MOST_FILES)
    return [
        evidence.keep(content, name=name, agency_id=agency_id, about=about, everybody=everybody)
        for name, content in files
    ]
