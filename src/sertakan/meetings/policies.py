"""Who runs meetings and actions."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.meetings.errors import CannotRunMeetings


def can_run(actor: Actor) -> bool:
    """The coordinator and the operator."""
    return actor.has("coordinator", "operator", "system")


def check_can_run(actor: Actor) -> None:
    """Raises CannotRunMeetings."""
    if not can_run(actor):
        raise CannotRunMeetings()
