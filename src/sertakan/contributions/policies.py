"""Who may make, issue and release bills. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.contributions.errors import CannotConfirmMonth, CannotIssueBill, CannotMakeBills
from sertakan.contributions.models import Bill
from sertakan.core import scope

_EVERYWHERE = ("coordinator", "operator", "system")


def can_make_bills(agency_id: int | None = None) -> bool:
    """Coordinator and operator for any agency; a PIC for the own one (None: for all in the scope)."""
    actor = scope.current()
    if actor.has(*_EVERYWHERE):
        return True
    return actor.has("pic") and (agency_id is None or agency_id in actor.agency_ids)


def check_can_make_bills(agency_id: int | None = None) -> None:
    """Raises CannotMakeBills."""
    if not can_make_bills(agency_id):
        raise CannotMakeBills()


def can_issue(bill: Bill) -> bool:
    """Who may make the bill may let it go out, once the month is confirmed."""
    return can_make_bills(bill.agency_id)


def check_can_issue(bill: Bill) -> None:
    """Raises CannotIssueBill."""
    if not can_issue(bill):
        raise CannotIssueBill()


def can_confirm_month() -> bool:
    """Only the operator says that the rules of a month are good enough to go out."""
    return scope.current().has("operator", "system")


def check_can_confirm_month() -> None:
    """Raises CannotConfirmMonth."""
    if not can_confirm_month():
        raise CannotConfirmMonth()
