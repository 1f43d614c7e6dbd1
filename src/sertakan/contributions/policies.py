"""Who may make, issue and release bills. Each rule as a function that refuses and one that answers."""

from __future__ import annotations

from sertakan.contributions.errors import (
    CannotConfirmMonth,
    CannotConfirmPayment,
    CannotIssueBill,
    CannotMakeBills,
    CannotPost,
)
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


def can_post(agency_id: int) -> bool:
    """Who keeps the money of an agency: its PIC; coordinator and operator for any."""
    actor = scope.current()
    return actor.has(*_EVERYWHERE) or (actor.has("pic") and agency_id in actor.agency_ids)


def check_can_post(agency_id: int) -> None:
    """Raises CannotPost."""
    if not can_post(agency_id):
        raise CannotPost()


def can_confirm_payment() -> bool:
    """Only BPJS says what was paid; the operator enters it where BPJS has no account here."""
    return scope.current().has("bpjs", "operator", "system")


def check_can_confirm_payment() -> None:
    """Raises CannotConfirmPayment."""
    if not can_confirm_payment():
        raise CannotConfirmPayment()
