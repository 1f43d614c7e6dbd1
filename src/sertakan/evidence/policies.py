"""Who may add evidence. Who may see it is a matter of scope: the own agency's, and what is open to everybody."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.evidence.errors import CannotKeepEvidence

_EVERYWHERE = ("coordinator", "operator", "system")


def can_keep(actor: Actor, agency_id: int | None) -> bool:
    """The PIC for the own agency, the coordinator and the operator for all."""
    if actor.has(*_EVERYWHERE):
        return True
    return actor.has("pic") and agency_id in actor.agency_ids


def check_can_keep(actor: Actor, agency_id: int | None) -> None:
    """Raises CannotKeepEvidence."""
    if not can_keep(actor, agency_id):
        raise CannotKeepEvidence()
