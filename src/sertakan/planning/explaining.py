"""Why a plan is as it is: what binds, what one more million buys, and what is doubtful. Codes and facts; sentences are in `words`."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from sertakan.planning.conditions import Terms, programme
from sertakan.planning.facts import CLASSES, USUAL_UPTAKE
from sertakan.planning.planner import MORE, Made
from sertakan.planning.solving import solve

SMALL = 1e-6
"""A price below this is none: the solver's own tolerance."""


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
    prices = _prices(terms)
    found += _money(made, prices)
    found += _limits(made, prices)
    found += _rates(terms)
    found.append(_replacing(made))
    return found


def _prices(terms: Terms) -> dict[str, float]:
    """The dual price of each kind of condition in the relaxed programme: what one more unit of it would bring, months added up."""
    budget = terms.wish.budget
    rows = programme(terms, budget=budget)
    values = [1.0] * len(terms.keys) if budget is not None else [float(terms.rates[key]) for key in terms.keys]
    answer = solve(rows, values, most=budget is not None, whole=False)
    found: dict[str, float] = defaultdict(float)
    if answer is not None:
        for row, dual in zip(rows.rows, answer.duals, strict=True):
            kind, _, rest = row.name.partition(":")
            found[f"{kind}:{rest.partition(':')[0]}" if kind in ("room", "money") else kind] += abs(dual)
    return found


def _money(made: Made, prices: dict[str, float]) -> list[dict[str, Any]]:
    terms, wish = made.terms, made.terms.wish
    if wish.budget is None:
        cost = prices["target"] + prices["path"]
        return [said("one_more_costs", cost_rp=round(cost))] if cost > 1 else []
    left = wish.budget - made.cost
    if prices["budget"] <= SMALL:
        return [said("budget_left", left_rp=left)]
    more = more_for(terms, MORE)
    facts = {"budget_rp": wish.budget, "more_rp": MORE, "worker_months": round(more), "last_month": str(wish.last)}
    whole_plan = more / (terms.last + 1)
    return [said("budget_binds", **facts, people=round(whole_plan, 1), left_rp=left)]


def more_for(terms: Terms, rupiah: int) -> float:
    """How many worker-months so many rupiah more would bring, solved anew without whole numbers."""
    if terms.wish.budget is None:
        return 0.0
    values = [1.0] * len(terms.keys)
    answers = [
        solve(programme(terms, budget=budget), values, most=True, whole=False)
        for budget in (terms.wish.budget, terms.wish.budget + rupiah)
    ]
    return max(0.0, answers[1].best - answers[0].best) if answers[0] and answers[1] else 0.0


def _limits(made: Made, prices: dict[str, float]) -> list[dict[str, Any]]:
    """The limits that hold the plan back, in words; those without a price do not."""
    terms, wish = made.terms, made.terms.wish
    found = []
    if "private" in wish.fundings and prices["staff"] > SMALL:
        staff = sum(one.count for one in terms.province.staff)
        facts = {"uptake_share": wish.uptake, "staff": staff, "people": terms.staff_room(0)}
        if wish.budget is not None:
            found.append(said("staff_binds", **facts, worker_months=round(prices["staff"], 2)))
        else:
            found.append(said("staff_binds_cost", **facts, saved_rp=round(prices["staff"])))
    if prices["floor"] > SMALL or (wish.floor and prices["path"] > SMALL and not terms.target):
        areas = sum(1 for need in terms.floors.values() if need)
        found.append(said("floor_binds", floor_share=wish.floor, areas=areas, people=sum(terms.floors.values())))
    for kind in CLASSES:
        if prices[f"room:{kind}"] > SMALL and terms.room[kind, terms.last]:
            found.append(said("room_binds", sector=kind, people=terms.room[kind, terms.last]))
    if wish.new_per_month is not None and prices["new"] > SMALL:
        found.append(said("new_binds", people=wish.new_per_month))
    for funding in wish.fundings:
        limit = wish.limits[funding]
        if limit is not None and prices[f"money:{funding}"] > SMALL:
            found.append(said("money_binds", funding=funding, limit_rp=limit))
    return found


def _rates(terms: Terms) -> list[dict[str, Any]]:
    """Where the contribution of a worker changes within the plan."""
    found = []
    for funding in terms.wish.fundings:
        for kind in CLASSES:
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
    return found
