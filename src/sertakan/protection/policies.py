"""Who may do what about protection."""

from __future__ import annotations

from sertakan.core import scope
from sertakan.core.errors import NotAllowed


class NotYourRegister(NotAllowed):
    code = "register_not_yours"
    message = "Keadaan seluruh daftar dihitung oleh sistem atau operator, yang melihat semua perangkat daerah."


def check_can_compute(actor: scope.Actor | None = None) -> None:
    """Raises NotYourRegister: states are computed from everybody's months, so only who sees all may have them computed."""
    if not can_compute(actor):
        raise NotYourRegister()


def can_compute(actor: scope.Actor | None = None) -> bool:
    """Whether `actor` (who acts now) may have the states of the register computed."""
    found = actor or scope.current()
    return found.sees_all and (found.user_id is None or found.has("operator", "coordinator"))
