"""What a slip is worth today: the signed past and the present state, in plain words, for anybody who holds it. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sertakan.contributions.receipts import slips
from sertakan.core.month import Month
from sertakan.core.scope import Actor, acting
from sertakan.protection import queries as protection
from sertakan.protection.facts import State

_CHECKER = Actor(user_id=None, label="pemeriksa slip", sees_all=True, roles=frozenset({"system"}))


@dataclass(frozen=True, slots=True)
class SlipStanding:
    """What a visitor is told: initials, what was signed, and how it is today. No name, no number, no agency.

    `verified`: the signature holds; False for a typed reference, which is only found in the register.
    """

    initials: str
    verified: bool
    signed_on: date
    signed_until: Month
    state: State
    waiting: bool
    paid_until: Month | None
    pay_by: date | None
    next_month: Month | None
    lapsed_on: date | None
    full_from: date | None
    full_reached: bool


def check_slip(text: str) -> SlipStanding:
    """A token or a typed reference, checked, with today's state. Needs no scope of its own: who holds the slip may ask.

    Raises SlipUnreadable, SlipForged, SlipUnknown, SlipWithdrawn.
    """
    with acting(_CHECKER, job="cek slip"):
        found = slips.find(text)
        today = protection.today(found.person_id)
    return SlipStanding(
        initials=found.slip.initials,
        verified=found.verified,
        signed_on=found.slip.signed_on,
        signed_until=found.slip.paid_until,
        state=today.state,
        waiting=today.waiting,
        paid_until=today.paid_until,
        pay_by=today.pay_by,
        next_month=today.next_unpaid,
        lapsed_on=today.lapsed_on,
        full_from=today.full_death_benefit_from,
        full_reached=today.full_death_benefit_reached,
    )
