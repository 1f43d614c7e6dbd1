"""Who may change what is known about a person."""

from __future__ import annotations

from sertakan.core.scope import Actor
from sertakan.people import errors
from sertakan.people.models import PersonAgency


def can_change(actor: Actor, person_id: int) -> bool:
    """The PIC of an agency that knows the person, the coordinator, the operator."""
    if actor.has("coordinator", "operator", "system"):
        return True
    return (
        actor.has("pic") and PersonAgency.objects.filter(person_id=person_id, agency_id__in=actor.agency_ids).exists()
    )


def check_can_change(actor: Actor, person_id: int) -> None:
    """Raises NotYourPerson."""
    if not can_change(actor, person_id):
        raise errors.NotYourPerson()


def can_merge(actor: Actor) -> bool:
    """The coordinator, the operator, and matching itself."""
    return actor.has("coordinator", "operator", "system")


def check_can_merge(actor: Actor) -> None:
    """Raises NotYourMerge."""
    if not can_merge(actor):
        raise errors.NotYourMerge()
