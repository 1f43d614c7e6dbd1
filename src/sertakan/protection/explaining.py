"""Cover and entitlement of one membership as plain data, in the shape that the command line and the API hand out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.protection.cover import Cover, cover
from sertakan.protection.entitlement import Entitlement, cost_of_months, entitlement
from sertakan.protection.errors import DatesContradict
from sertakan.protection.facts import PaidHistory, read_paid
from sertakan.protection.reasons import Reason
from sertakan.rules import RuleSet, Settings, read_programmes
from sertakan.rules.reasons import day_in_words


def explain_json(
    *,
    paid: str,
    on: date,
    dasar: Rupiah,
    number_issued_on: date | None = None,
    registered_on: date | None = None,
    first_paid_on: date | None = None,
    programmes: str = "jkk,jkm",
    sector: str | None = None,
    funding: str | None = None,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """State, clocks, entitlement and what the next unpaid month takes away, from written facts.

    With `sector` and `funding` also what it costs. Refuses as `read_paid`, `cover` and `entitlement`, and first payments before the
    registration.
    """
    if registered_on is not None and first_paid_on is not None and first_paid_on < registered_on:
        raise DatesContradict(registered=day_in_words(registered_on), first_paid=day_in_words(first_paid_on))
    history = PaidHistory(number_issued_on, registered_on, first_paid_on, read_paid(paid))
    return as_json(
        history, on, dasar=dasar, programmes=read_programmes(programmes.casefold()), sector=sector, funding=funding,
        rules=rules, settings=settings,
    )  # fmt: skip


def as_json(
    history: PaidHistory,
    on: date,
    *,
    dasar: Rupiah,
    programmes: Iterable[str],
    sector: str | None = None,
    funding: str | None = None,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The explanation of one membership on one day as plain data."""
    law: dict[str, Any] = {"rules": rules, "settings": settings}
    base: dict[str, Any] = {"dasar": dasar, "programmes": tuple(programmes), **law}
    found = cover(history, on, **law)
    due = entitlement(found, **base)
    cost = {**base, "sector": sector, "funding": funding} if sector and funding else None
    return {
        "on": on.isoformat(),
        "state": found.state,
        "protected_since": _day(found.protected_since),
        "lapsed_on": _day(found.lapsed_on),
        "reactivated_on": _day(found.reactivated_on),
        "paid_consecutive": found.paid_consecutive,
        "full_death_benefit_from": _day(found.full_death_benefit_from),
        "full_death_benefit_reached": found.full_death_benefit_reached,
        "scholarship_from": _day(found.scholarship_from),
        "scholarship_reached": found.scholarship_reached,
        "to_settle": {"months": [str(month) for month in found.to_settle], "amount": _cost(found.to_settle, cost)},
        "settled_later": found.settled_later,
        "entitlement_today": _entitlement_json(due, found),
        "if_unpaid_next": _if_unpaid(history, found, due, base, cost),
        "if_paid_again": _if_paid_again(history, found.on, law) if found.state == "inactive" else None,
        "reasons": [_reason(reason) for reason in (*found.reasons, *due.reasons)],
        "rules_version": found.rules_version,
        "as_of": found.as_of.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _reason(reason: Reason) -> dict[str, str]:
    return {"text": reason.text, "source": reason.source}


def _cost(months: Iterable[Month], cost: dict[str, Any] | None) -> Rupiah | None:
    return None if cost is None else cost_of_months(months, **cost)


def _sums(due: Entitlement) -> dict[str, dict[str, Rupiah]]:
    return {
        code: {"now": benefit.now, "after_settling": benefit.after_settling} for code, benefit in due.benefits.items()
    }


def _entitlement_json(due: Entitlement, found: Cover) -> dict[str, Any]:
    sums = _sums(due)
    for code, benefit in due.benefits.items():
        sums[code]["parts"] = [asdict(part) for part in benefit.parts]  # type: ignore[assignment]
    return {
        "state": found.state,
        "held_until_settled": due.held,
        **sums,
        "care": due.care,
        "temporary_inability": None if due.inability is None else asdict(due.inability),
        "refunds": [asdict(refund) for refund in due.refunds],
        "scholarship": _scholarship_json(due),
    }


def _scholarship_json(due: Entitlement) -> dict[str, Any] | None:
    if due.scholarship is None:
        return None
    found = asdict(due.scholarship)
    return {**found, "levels": list(found["levels"])}


def _if_unpaid(
    history: PaidHistory, found: Cover, due: Entitlement, base: dict[str, Any], cost: dict[str, Any] | None
) -> dict[str, Any]:
    """The state and the amounts on the first day on which the next month counts as unpaid, with nothing paid until then."""
    ahead = found.next_unpaid
    if ahead is None:
        nothing = dict.fromkeys(due.benefits, 0)
        return {
            "month": None, "due_on": None, "pay_by": None, "cost": None, "state": found.state, "from": None,
            "entitlement": _sums(due), "lost_now": nothing, "lost_for_good": nothing, "clocks_restart": False,
            "if_paid_again": None,
        }  # fmt: skip
    law = {name: base[name] for name in ("rules", "settings")}
    frozen = replace(history, paid=history.known_on(found.on))
    then = entitlement(cover(frozen, ahead.state_from, **law), **base)
    gone = ahead.state == "inactive"
    return {
        "month": str(ahead.month),
        "due_on": ahead.due_on.isoformat(),
        "pay_by": ahead.pay_by.isoformat(),
        "cost": _cost([*found.to_settle, ahead.month], cost),
        "state": ahead.state,
        "from": ahead.state_from.isoformat(),
        "entitlement": _sums(then),
        "lost_now": {code: max(0, due.benefits[code].now - sums.now) for code, sums in then.benefits.items()},
        "lost_for_good": {
            code: max(0, due.benefits[code].after_settling - sums.after_settling)
            for code, sums in then.benefits.items()
        },
        "clocks_restart": gone,
        "if_paid_again": _if_paid_again(frozen, ahead.state_from, law) if gone else None,
    }


def _if_paid_again(history: PaidHistory, on: date, law: dict[str, Any]) -> dict[str, Any]:
    """What paying the month of a day on that day would bring back to an inactive member: cover at once, the clocks from zero."""
    again = replace(history, paid={**history.known_on(on), Month.of(on): on})
    found = cover(again, on, **law)
    return {
        "on": on.isoformat(),
        "state": found.state,
        "full_death_benefit_from": _day(found.full_death_benefit_from),
        "scholarship_from": _day(found.scholarship_from),
    }
