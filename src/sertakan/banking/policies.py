"""Who may read and settle what banks write. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.banking.errors import NotYourAccount, NotYourComparison
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


def can_compare() -> bool:
    """Who brings in BPJS's list of members."""
    return scope.current().has("bpjs", *_EVERYWHERE)


def check_can_compare() -> None:
    """Raises NotYourComparison."""
    if not can_compare():
        raise NotYourComparison()


def can_explain(agency_id: int | None) -> bool:
    """Who follows a difference: its agency's PIC, and who may compare."""
    return can_compare() or (agency_id is not None and can_bank(agency_id))


def check_can_explain(agency_id: int | None) -> None:
    """Raises NotYourAccount."""
    if not can_explain(agency_id):
        raise NotYourAccount()
