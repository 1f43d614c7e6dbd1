"""Who may read and settle what banks write. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.banking.errors import NotYourAccount
from sertakan.core import scope

_EVERYWHERE = ("coordinator", "operator", "system")


def can_bank(agency_id: int | None = None) -> bool:
    """A PIC for the own agency, coordinator and operator for any (None: for some agency at all)."""
    actor = scope.current()
    if actor.has(*_EVERYWHERE):
        return True
    return actor.has("pic") and (agency_id is None or agency_id in actor.agency_ids)


def check_can_bank(agency_id: int | None = None) -> None:
    """Raises NotYourAccount."""
    if not can_bank(agency_id):
        raise NotYourAccount()
