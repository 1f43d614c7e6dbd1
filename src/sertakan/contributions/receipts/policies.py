"""Who may issue slips to workers."""

from __future__ import annotations

from sertakan.contributions.receipts.errors import CannotIssueSlips
from sertakan.core import scope

_EVERYWHERE = ("coordinator", "operator", "system")


def can_issue_slips(agency_id: int | None = None) -> bool:
    """The PIC for the own agency, the coordinator and the operator. None: for any agency at all."""
    actor = scope.current()
    if actor.has(*_EVERYWHERE):
        return True
    return actor.has("pic") and (agency_id is None or agency_id in actor.agency_ids)


def check_can_issue_slips(agency_id: int | None = None) -> None:
    """Raises CannotIssueSlips."""
    if not can_issue_slips(agency_id):
        raise CannotIssueSlips()
