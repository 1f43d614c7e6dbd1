"""Why a plan is as it is: what binds, what one more million buys, and what is doubtful. Codes and facts; sentences are in `words`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from sertakan.planning.conditions import Terms, programme
from sertakan.planning.facts import CLASSES, USUAL_UPTAKE
from sertakan.planning.planner import MORE, Made
from sertakan.planning.solving import solve

SMALL = 1e-6
"""A gain below this is none: the solver's own tolerance."""


def said(code: str, **facts: Any) -> dict[str, Any]:
    """A sentence by its code, with its facts."""
    return {"code": code, "facts": facts}


def explain(made: Made) -> list[dict[str, Any]]:
    """What the plan does, what holds it back, what one more rupiah buys, and how rates and money are used."""
    terms, wish = made.terms, made.terms.wish
    reach = {
        "people": made.protected(terms.last), "last_month": str(wish.last), "first_month": str(wish.first),
        "cost_rp": made.cost, "worker_months": made.worker_months, "begin": made.protected(0),
    }  # fmt: skip
    found = [said("reach", **reach) if wish.budget is not None else said("cheapest", **reach)]
    if wish.target is not None and not terms.target:
        found.append(said("target_reached_already", target_share=wish.target))
    found += _money(made)
    found += _limits(made)
    found += _rates(terms)
    found.append(_replacing(made))
    return found


def _reached(terms: Terms, *, loosened: str = "", by: float = 0.0) -> float | None:
    """The best worker-months (without a budget the fewest rupiah) in fractions; `loosened`: conditions of this name allow so much more.

    Solved anew, not read from a price: where several conditions meet in one point a price may belong to one that holds nothing back.
    """
    budget = terms.wish.budget
    rows = programme(terms, budget=budget)
    if loosened:
        rows.rows = [
            replace(row, high=row.high + by)
            if row.high is not None and f"{row.name}:".startswith(f"{loosened}:")
            else row
            for row in rows.rows
        ]
    values = [1.0] * len(terms.keys) if budget is not None else [float(terms.rates[key]) for key in terms.keys]
    answer = solve(rows, values, most=budget is not None, whole=False)
    return None if answer is None else answer.best


def _gain(terms: Terms, name: str, by: float = 1.0) -> float:
    """What loosening a limit brings: worker-months, without a budget rupiah saved."""
    before, after = _reached(terms), _reached(terms, loosened=name, by=by)
    if before is None or after is None:
        return 0.0
    return after - before if terms.wish.budget is not None else before - after


def _money(made: Made) -> list[dict[str, Any]]:
    terms, wish = made.terms, made.terms.wish
    if wish.budget is None:
        cost = _one_more(terms)
        return [said("one_more_costs", cost_rp=round(cost))] if cost > 1 else []
    left = wish.budget - made.cost
    more = more_for(terms, MORE)
    if more <= SMALL:
        return [said("budget_left", left_rp=left)]
    facts = {"budget_rp": wish.budget, "more_rp": MORE, "worker_months": round(more), "last_month": str(wish.last)}
    found = [said("budget_binds", **facts, people=round(more / (terms.last + 1), 1), left_rp=left)]
    if left and left < min(terms.rates.values()):
        found.append(said("left_too_small", left_rp=left))
    elif left and made.bound == made.worker_months:
        found.append(said("left_unusable", left_rp=left))
    return found


def _one_more(terms: Terms) -> float:
    """What one more worker on the target costs: the next hundredth of them, shared out; 0 when there are no more."""
    if not terms.target:
        return 0.0
    some = max(1, terms.target // 100)
    before, after = _reached(terms), _reached(replace(terms, more=some))
    return 0.0 if before is None or after is None else (after - before) / some


def more_for(terms: Terms, rupiah: int) -> float:
    """How many worker-months so many rupiah more would bring, solved anew without whole numbers."""
    if terms.wish.budget is None:
        return 0.0
    richer = replace(terms, wish=replace(terms.wish, budget=terms.wish.budget + rupiah))
    before, after = _reached(terms), _reached(richer)
    return 0.0 if before is None or after is None else max(0.0, after - before)


def _limits(made: Made) -> list[dict[str, Any]]:
    """The limits that hold the plan back, in words: those that would bring something if they were wider."""
    terms, wish = made.terms, made.terms.wish
    found = []
    brings = _gain(terms, "staff") if "private" in wish.fundings else 0.0
    if brings > SMALL:
        staff = sum(one.count for one in terms.province.staff)
        facts = {"uptake_share": wish.uptake, "staff": staff, "people": terms.staff_room(0)}
        if wish.budget is not None:
            found.append(said("staff_binds", **facts, worker_months=round(brings, 2)))
        else:
            found.append(said("staff_binds_cost", **facts, saved_rp=round(brings)))
    if any(terms.floors.values()) and _floor_holds(terms):
        areas = sum(1 for need in terms.floors.values() if need)
        found.append(said("floor_binds", floor_share=wish.floor, areas=areas, people=sum(terms.floors.values())))
    for kind in CLASSES:
        if terms.room[kind, terms.last] and _gain(terms, f"room:{kind}") > SMALL:
            found.append(said("room_binds", sector=kind, people=terms.room[kind, terms.last]))
    if wish.new_per_month is not None and _gain(terms, "new") > SMALL:
        found.append(said("new_binds", people=wish.new_per_month))
    for funding in wish.fundings:
        limit = wish.limits[funding]
        if limit is not None and _gain(terms, f"money:{funding}", MORE) > SMALL:
            found.append(said("money_binds", funding=funding, limit_rp=limit))
    return found


def _floor_holds(terms: Terms) -> bool:
    """Whether a plan without the floors would reach more, or cost less."""
    free = replace(terms, wish=replace(terms.wish, floor=0.0), reserve={})
    before, after = _reached(terms), _reached(free)
    return before is not None and (after is None or abs(after - before) > SMALL * max(1.0, abs(before)))


def _rates(terms: Terms) -> list[dict[str, Any]]:
    """Where the contribution of a worker changes within the plan."""
    found = []
    for funding in terms.wish.fundings:
        for kind in (one for one in CLASSES if terms.cells_of[one]):
            amounts = [terms.rates[kind, funding, step] for step in range(terms.last + 1)]
            for step, (before, after) in enumerate(pairwise(amounts)):
                if before != after:
                    month = str(terms.wish.months[step])
                    facts = {"funding": funding, "sector": kind, "before_rp": before, "after_rp": after}
                    found.append(said("rate_changes", until_month=month, **facts))
    return found


def _replacing(made: Made) -> dict[str, Any]:
    terms = made.terms
    months = range(1, terms.last + 1)
    lapsing = sum(made.protected(step - 1) - made.staying(step) for step in months)
    facts = {"begun": sum(made.beginning(step) for step in range(terms.last + 1)), "lapsing": lapsing}
    return said("replacing" if terms.wish.steady else "not_replacing", **facts)


def warnings(made: Made) -> list[dict[str, Any]]:
    """What a reader should know before deciding."""
    terms, wish, province = made.terms, made.terms.wish, made.terms.province
    law = terms.law
    found = []
    if wish.last > law.last_confirmed_month:
        found.append(
            said("rates_unconfirmed", confirmed_month=str(law.last_confirmed_month), as_of=law.as_of.isoformat())
        )
    if wish.uptake > USUAL_UPTAKE[1]:
        found.append(
            said("uptake_high", uptake_share=wish.uptake, low_share=USUAL_UPTAKE[0], high_share=USUAL_UPTAKE[1])
        )
    if "private" in wish.fundings and not any(one.count for one in province.staff):
        found.append(said("staff_unknown"))
    if not any(cell.sector for cell in province.cells):
        found.append(said("sectors_unknown"))
    if province.estimated:
        found.append(said("workers_estimated"))
    if not province.measured:
        found.append(said("survival_default", stays_share=province.stays("")))
    if wish.target is not None and province.base is not None:
        facts = {"eligible": province.base.eligible, "outside": province.base.outside, "source": province.base.source}
        found.append(said("target_base", **facts, on=province.base.on))
    areas = {cell.area for cell in province.cells if cell.eligible}
    if len(areas) == 1:
        found.append(said("one_area"))
    if not wish.floor and len(areas) > 1:
        found.append(said("no_floor"))
    if terms.needed and not wish.steady and terms.last:
        found.append(said("at_the_end_only", last_month=str(wish.last)))
    return found
