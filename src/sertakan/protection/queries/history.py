"""One person: the number, the months that BPJS has confirmed, and what follows from them. Only about persons in scope.

Who paid is not told: a worker keeps the months when another agency pays on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from sertakan.core import clock, scope
from sertakan.core.month import Month
from sertakan.people import queries as people
from sertakan.protection.cover import Cover, cover
from sertakan.protection.explaining import as_json
from sertakan.protection.facts import PaidHistory, State
from sertakan.protection.queries.register import NUMBER
from sertakan.rules import RuleSet, read_programmes

LOWEST_DASAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Base:
    """What benefits and costs are computed from: the facts of the last paid month, else of the newest sponsorship."""

    dasar: int
    programmes: tuple[str, ...]
    sector: str
    funding: str


@dataclass(frozen=True, slots=True)
class Held:
    """All that is known of one person's protection. `waiting`: months remitted with a reference that BPJS has not confirmed."""

    person_id: int
    history: PaidHistory
    waiting: tuple[Month, ...]
    base: Base | None


@dataclass(frozen=True, slots=True)
class Today:
    """The answer to "am I protected?" on a day. `paid_until`: the last month without an open one before it.

    `waiting`: money for the present month is with BPJS and not confirmed; the state is never `active` because of it.
    """

    person_id: int
    on: date
    state: State
    waiting: bool
    paid_until: Month | None
    protected_since: date | None
    number_issued_on: date | None
    lapsed_on: date | None
    full_death_benefit_from: date | None
    full_death_benefit_reached: bool
    next_unpaid: Month | None
    pay_by: date | None


def held_by(person_id: int) -> Held:
    """Number, paid months and base of a person and of all who are the same. Raises PersonUnknown, also for one outside of the scope."""
    person = people.get_person(person_id)
    with scope.acting(
        scope.SYSTEM, reason=scope.current_reason(), job="perlindungan"
    ):  # months that others paid belong to it
        return _held(person.pk, people.group_of(person.pk))


def today(person_id: int, *, on: date | None = None) -> Today:
    """How a person is protected today, or on a day. Raises PersonUnknown, CoverBeforeLaw."""
    day = on or clock.today()
    held = held_by(person_id)
    return today_of(held, cover(held.history, day))


def today_of(held: Held, found: Cover) -> Today:
    """The short answer from what is held and its cover."""
    ahead = found.next_unpaid
    return Today(
        person_id=held.person_id,
        on=found.on,
        state=found.state,
        waiting=_is_waiting(held, found),
        paid_until=paid_until(held.history, found),
        protected_since=found.protected_since,
        number_issued_on=found.number_issued_on,
        lapsed_on=None if found.covered else found.lapsed_on,
        full_death_benefit_from=found.full_death_benefit_from,
        full_death_benefit_reached=found.full_death_benefit_reached,
        next_unpaid=ahead.month if ahead else None,
        pay_by=ahead.pay_by if ahead else None,
    )


def paid_until(history: PaidHistory, found: Cover) -> Month | None:
    """The last paid month with none open before it, in the present stretch; None when there is none, or no cover."""
    if found.protected_since is None or found.next_unpaid is None:
        return None
    until = min((*found.to_settle, found.next_unpaid.month)).previous()
    return until if until in history.known_on(found.on) else None


def person_json(person_id: int, *, on: date | None = None, rules: RuleSet | None = None) -> dict[str, Any]:
    """State, clocks, entitlement and loss of one person as plain data, as `explain_json` has them, from what BPJS confirmed.

    Added: person, base, waiting_confirmation, paid_until, paid_months. Raises PersonUnknown, CoverBeforeLaw, BenefitsUnknown.
    """
    day = on or clock.today()
    held = held_by(person_id)
    base = held.base or Base(LOWEST_DASAR, ("jkk", "jkm"), "", "")
    found = cover(held.history, day, rules=rules)
    explained = as_json(
        held.history, day, dasar=base.dasar, programmes=base.programmes, sector=base.sector or None,
        funding=base.funding or None, rules=rules,
    )  # fmt: skip
    until = paid_until(held.history, found)
    return {
        "person": held.person_id,
        **explained,
        "number_issued_on": held.history.number_issued_on.isoformat() if held.history.number_issued_on else None,
        "paid_until": str(until) if until else None,
        "paid_months": [str(month) for month in sorted(held.history.known_on(day))],
        "waiting_confirmation": {"now": _is_waiting(held, found), "months": [str(month) for month in held.waiting]},
        "base": {"dasar": base.dasar, "programmes": list(base.programmes), "known": held.base is not None},
    }


def _is_waiting(held: Held, found: Cover) -> bool:
    """Money is on its way for a month that has begun and is not paid."""
    return any(month <= Month.of(found.on) for month in held.waiting)


def _held(person_id: int, group: Collection[int]) -> Held:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id, {NUMBER} FROM sponsorship_membership m WHERE m.person_id = ANY (%s)", [list(group)]
        )
        memberships = dict(cursor.fetchall())
        cursor.execute(_PAID, [list(memberships)])
        rows = cursor.fetchall()
        cursor.execute(_WAITING, [list(group)])
        waiting = tuple(Month.of(day) for (day,) in cursor.fetchall())
        cursor.execute(_SPONSORSHIP, [list(group)])
        promised = cursor.fetchone()
    paid: dict[Month, date | None] = {}
    for month, paid_on, *_rest in rows:
        known = paid.get(Month.of(month))
        paid[Month.of(month)] = paid_on if known is None else min(known, paid_on)
    facts = rows[-1][2:] if rows else promised
    return Held(
        person_id=person_id,
        history=PaidHistory(min(memberships.values(), default=None), None, None, paid),
        waiting=tuple(month for month in waiting if month not in paid),
        base=Base(facts[0], read_programmes(facts[1]), facts[2], facts[3]) if facts else None,
    )


_PAID = """
SELECT month, paid_on, dasar, programmes, sector, funding FROM contributions_paid
WHERE membership_id = ANY (%s) ORDER BY month, paid_on DESC
"""
_WAITING = """
SELECT DISTINCT l.month FROM contributions_paymentcodeline l JOIN contributions_paymentcode c ON c.id = l.code_id
WHERE l.person_id = ANY (%s) AND c.state = 'remitted' ORDER BY 1
"""
_SPONSORSHIP = """
SELECT dasar, array_to_string(programmes, ','), sector, funding FROM sponsorship_sponsorship
WHERE person_id = ANY (%s) AND state <> 'refused' AND end_reason <> 'taken_back'
ORDER BY state = 'ended', start_month DESC, id DESC LIMIT 1
"""
