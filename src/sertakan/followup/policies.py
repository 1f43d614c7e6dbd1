"""Who arranges the follow-up, who declares, who verifies. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.followup.errors import NotYourDuty, NotYourFollowup, OwnDeclaration
from sertakan.followup.models import Declaration


def can_manage(actor: Actor) -> bool:
    """The coordinator sets circulars, duties, deadlines, reminders; the operator at the terminal, and the system, too."""
    return actor.has("coordinator", "operator", "system")


def check_can_manage(actor: Actor) -> None:
    """Raises NotYourFollowup."""
    if not can_manage(actor):
        raise NotYourFollowup()


def can_declare(actor: Actor, agency_id: int) -> bool:
    """The PIC of the agency, and the coordinator on its behalf."""
    return actor.has("coordinator", "system") or (actor.has("pic") and agency_id in actor.agency_ids)


def check_can_declare(actor: Actor, agency_id: int) -> None:
    """Raises NotYourDuty."""
    if not can_declare(actor, agency_id):
        raise NotYourDuty()


def is_author(actor: Actor, declaration: Declaration) -> bool:
    """Whether who acts made this declaration."""
    return (actor.user_id, actor.label) == (declaration.declared_by, declaration.declared_label) or (
        actor.user_id is not None and actor.user_id == declaration.declared_by
    )


def can_verify(actor: Actor, declaration: Declaration) -> bool:
    """A coordinator who did not make the declaration."""
    return actor.has("coordinator", "system") and not is_author(actor, declaration)


def check_can_verify(actor: Actor, declaration: Declaration) -> None:
    """Raises NotYourFollowup, OwnDeclaration."""
    if is_author(actor, declaration):
        raise OwnDeclaration()
    if not can_verify(actor, declaration):
        raise NotYourFollowup()
