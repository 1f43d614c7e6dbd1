"""Who may hand in, repair, accept and take back the lists of an agency."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.intake.errors import NotYourFile


def can_write(actor: Actor, agency_id: int) -> bool:
    """The PIC of the agency, the coordinator, the operator."""
    if actor.has("coordinator", "operator", "system"):
        return True
    return actor.has("pic") and agency_id in actor.agency_ids


def check_can_write(actor: Actor, agency_id: int) -> None:
    """Raises NotYourFile."""
    if not can_write(actor, agency_id):
        raise NotYourFile()
