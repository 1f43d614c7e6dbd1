"""A plan as plain data: what is kept with it, shown, compared and handed out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sertakan.planning.explaining import explain, warnings
from sertakan.planning.facts import CLASSES, Cell
from sertakan.planning.planner import Made
from sertakan.planning.spreading import by_share


def plain(made: Made) -> dict[str, Any]:
    """Totals, months, areas, sectors, sources of money, agencies, cells, rates, explanation and warnings. Whole numbers, months as text."""
    terms, wish = made.terms, made.terms.wish
    cost = made.cost
    return {
        "first": str(wish.first),
        "last": str(wish.last),
        "rules_version": terms.law.version,
        "rules_as_of": terms.law.as_of.isoformat(),
        "totals": {
            "protected": made.protected(terms.last),
            "own": round(terms.own[-1]),
            "worker_months": made.worker_months,
            "cost": cost,
            "left": None if wish.budget is None else wish.budget - cost,
            "bound": made.bound,
            "needed": terms.needed,
            "eligible": sum(cell.eligible for cell in terms.province.cells),
        },
        "months": [_month(made, step) for step in range(terms.last + 1)],
        "areas": _groups(made, "area"),
        "sectors": _groups(made, "sector"),
        "fundings": [_funding(made, name) for name in wish.fundings],
        "agencies": _agencies(made),
        "cells": [
            {"area": cell.area, "sector": cell.sector, "funding": name, "people": people.tolist()}
            for (at, name), people in made.people.items()
            if people.any() and (cell := terms.province.cells[at])
        ],
        "rates": _rates(made),
        "survival": dict(terms.province.survival),
        "explained": explain(made),
        "warnings": warnings(made),
    }


def _month(made: Made, step: int) -> dict[str, Any]:
    terms = made.terms
    before = made.protected(step - 1) if step else 0
    return {
        "month": str(terms.wish.months[step]),
        "protected": made.protected(step),
        "own": round(terms.own[step]),
        "beginning": made.beginning(step),
        "lapsing": before - made.staying(step) if step else 0,
        "cost": made.cost_of(step),
        "fundings": {
            name: sum(made.totals[kind, name, step] for kind in CLASSES) for name in terms.wish.fundings
        },
    }  # fmt: skip


def _groups(made: Made, by: str) -> list[dict[str, Any]]:
    """Cells added up by area or sector, in the order in which they came."""
    groups: dict[str, list[int]] = {}
    for at, cell in enumerate(made.terms.province.cells):
        groups.setdefault(getattr(cell, by), []).append(at)
    return [
        _group(made, key, getattr(made.terms.province.cells[mine[0]], f"{by}_name"), mine)
        for key, mine in groups.items()
    ]


def _group(made: Made, key: str, name: str, mine: Iterable[int]) -> dict[str, Any]:
    terms, cells = made.terms, made.terms.province.cells
    mine = list(mine)
    eligible = sum(cells[at].eligible for at in mine)
    own_now = sum(cells[at].own for at in mine)
    own_end = sum(terms.province.own_after(cells[at], terms.months_ahead(terms.last)) for at in mine)
    people = sum(
        (made.people[at, name] for at in mine for name in terms.wish.fundings), np.zeros(terms.last + 1, dtype=np.int64)
    )
    cost = sum(_cost(made, cells[at], at) for at in mine)
    protected = int(people[-1])
    return {
        "code": key, "name": name, "eligible": eligible, "own": own_now, "own_end": round(own_end), "protected": protected,
        "worker_months": int(people.sum()), "cost": cost,
        "share_now": own_now / eligible if eligible else None,
        "share_end": (own_end + protected) / eligible if eligible else None,
        "floor": terms.floors.get(key, 0),
    }  # fmt: skip


def _cost(made: Made, cell: Cell, at: int) -> int:
    rates, fundings = made.terms.rates, made.terms.wish.fundings
    return sum(
        int(count) * rates[cell.rated_as, name, step]
        for name in fundings
        for step, count in enumerate(made.people[at, name])
    )


def _funding(made: Made, name: str) -> dict[str, Any]:
    worker_months, cost = made.of_funding(name)
    last = sum(made.totals[kind, name, made.terms.last] for kind in CLASSES)
    return {
        "funding": name,
        "protected": last,
        "worker_months": worker_months,
        "cost": cost,
        "limit": made.terms.wish.limits[name],
    }


def _agencies(made: Made) -> list[dict[str, Any]]:
    """Workers of civil servants in the last month by agency, in the proportions of what the staff can still pay for."""
    terms = made.terms
    if "private" not in terms.wish.fundings:
        return []
    stays = terms.province.stays("private") ** terms.months_ahead(terms.last)
    free = [
        max(0, terms.quotas[one.agency] - int(np.ceil(one.sponsored * stays - 1e-9))) for one in terms.province.staff
    ]
    count = sum(made.totals[kind, "private", terms.last] for kind in CLASSES)
    shares = by_share(min(count, sum(free)), np.array(free, dtype=np.int64))
    return [
        {
            "agency": one.agency, "name": one.name, "staff": one.count, "sponsored": one.sponsored,
            "quota": terms.quotas[one.agency], "workers": int(share),
        }
        for one, share in zip(terms.province.staff, shares, strict=True)
    ]  # fmt: skip


def _rates(made: Made) -> list[dict[str, Any]]:
    """The contribution of one worker as spans of months with the same amount."""
    terms = made.terms
    spans: list[dict[str, Any]] = []
    for funding in terms.wish.fundings:
        for kind in (one for one in CLASSES if terms.cells_of[one]):
            for step, month in enumerate(terms.wish.months):
                amount = terms.rates[kind, funding, step]
                last = spans[-1] if spans else None
                if last and last["funding"] == funding and last["sector"] == kind and last["amount"] == amount:
                    last["until"] = str(month)
                else:
                    spans.append(
                        {"funding": funding, "sector": kind, "from": str(month), "until": str(month), "amount": amount}
                    )
    return spans
