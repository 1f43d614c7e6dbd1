"""Who may write letters and change their words."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.letters.errors import CannotWriteLetters


def can_write(actor: Actor) -> bool:
    """The coordinator and the operator, and what runs by itself."""
    return actor.has("coordinator", "operator", "system")


def check_can_write(actor: Actor) -> None:
    """Raises CannotWriteLetters."""
    if not can_write(actor):
        raise CannotWriteLetters()
