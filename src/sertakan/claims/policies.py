"""Who may open and see a case: it is about health and money of one family, so few."""

from __future__ import annotations

from sertakan.claims.errors import NotYourCase
from sertakan.core.scope import Actor

ROLES = ("pic", "coordinator", "bpjs")
_EVERYWHERE = ("coordinator", "bpjs", "operator", "system")


def can_handle(actor: Actor, agency_id: int | None = None) -> bool:
    """The PIC of the agency, the coordinator and the BPJS officer. The operator only at the terminal: pages are closed to that role.

    None: whether the actor has cases at all.
    """
    if actor.has(*_EVERYWHERE):
        return True
    return actor.has("pic") and (agency_id is None or agency_id in actor.agency_ids)


def check_can_handle(actor: Actor, agency_id: int | None = None) -> None:
    """Raises NotYourCase."""
    if not can_handle(actor, agency_id):
        raise NotYourCase()
