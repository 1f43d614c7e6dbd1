"""Where the workers of a plan are: by area and sector, as even as can be, so that every floor is met in the last month."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from sertakan.planning.conditions import SLACK, Terms
from sertakan.planning.facts import CLASSES
from sertakan.planning.spreading import Whole, fill, rounded


def spread(terms: Terms, totals: dict[tuple[str, str, int], int]) -> dict[tuple[int, str], Whole]:
    """Workers by cell and funding, a whole number for each month: who is protected goes on, new ones go where the share is lowest."""
    cells = terms.province.cells
    months, fundings = terms.last + 1, terms.wish.fundings
    people = {(at, name): np.zeros(months, dtype=np.int64) for at in range(len(cells)) for name in fundings}
    for step in range(months):
        for kind in CLASSES:
            _spread_month(terms, totals, people, kind, step)
    return people


def _spread_month(
    terms: Terms, totals: dict[tuple[str, str, int], int], people: dict[tuple[int, str], Whole], kind: str, step: int
) -> None:
    mine, fundings = terms.cells_of[kind], terms.wish.fundings
    fresh = {}
    for name in fundings:
        stays = terms.province.stays(name)
        for at in mine:
            people[at, name][step] = floor(stays * people[at, name][step - 1] + SLACK) if step else 0
        fresh[name] = totals[kind, name, step] - int(sum(people[at, name][step] for at in mine))
    added = _added(terms, people, kind, step, sum(fresh.values()))
    for name in fundings:
        left = int(added.sum())
        share = (
            rounded(added * (fresh[name] / left), fresh[name], added) if left and fresh[name] else np.zeros_like(added)
        )
        for at, count in zip(mine, share, strict=True):
            people[at, name][step] += count
        added = added - share


def _added(terms: Terms, people: dict[tuple[int, str], Whole], kind: str, step: int, count: int) -> Whole:
    """New workers by cell of a class: first by area, then by sector within the area."""
    cells, mine = terms.province.cells, terms.cells_of[kind]
    own = {at: terms.province.own_after(cell, terms.months_ahead(step)) for at, cell in enumerate(cells)}
    planned = {at: int(sum(people[at, name][step] for name in terms.wish.fundings)) for at in range(len(cells))}
    room = {at: terms.room_of(at, step) - planned[at] for at in mine}
    by_area = {area: [at for at in mine if cells[at].area == area] for area in terms.areas}
    in_area = {area: [at for at, cell in enumerate(cells) if cell.area == area] for area in terms.areas}
    have = np.array([sum(own[at] + planned[at] for at in in_area[area]) for area in terms.areas])
    weight = np.array([sum(cells[at].eligible for at in in_area[area]) for area in terms.areas], dtype=np.float64)
    free = np.array([sum(room[at] for at in by_area[area]) for area in terms.areas], dtype=np.int64)
    given = np.zeros_like(free)
    for wanted in (*_lacking(terms, planned, in_area, kind, step), free):
        still = np.clip(np.minimum(wanted, free) - given, 0, None)
        given = given + fill(min(count - int(given.sum()), int(still.sum())), have + given, weight, still)
    found = dict.fromkeys(mine, 0)
    for area, share in zip(terms.areas, given, strict=True):
        inside = by_area[area]
        parts = fill(
            int(share),
            np.array([own[at] + planned[at] for at in inside]),
            np.array([cells[at].eligible for at in inside], dtype=np.float64),
            np.array([room[at] for at in inside], dtype=np.int64),
        )
        found.update(zip(inside, parts.tolist(), strict=True))
    return np.array([found[at] for at in mine], dtype=np.int64)


def _lacking(
    terms: Terms, planned: dict[int, int], in_area: dict[str, list[int]], kind: str, step: int
) -> tuple[Whole, Whole]:
    """What areas still lack to their floors, from the first month on, since who is protected stays where he is: first what only this
    class has room for, then all of it."""
    cells, alone, lacking = terms.province.cells, [], []
    for area in terms.areas:
        have = sum(planned[at] for at in in_area[area])
        lacks = max(0, _to_reach(terms, area, step) - have)
        others = [at for at in in_area[area] if cells[at].rated_as != kind]
        beside = sum(max(0, terms.room_of(at, terms.last) - planned[at]) for at in others)
        alone.append(max(0, lacks - beside))
        lacking.append(lacks)
    return np.array(alone, dtype=np.int64), np.array(lacking, dtype=np.int64)


def _to_reach(terms: Terms, area: str, step: int) -> int:
    """The floor of an area; where the lapsed need not be replaced, so many that enough are left in the last month."""
    floor_of = terms.floors[area]
    if terms.wish.steady or not floor_of:
        return floor_of
    least = min(terms.province.stays(name) for name in terms.wish.fundings)
    return ceil(floor_of / max(least, 0.01) ** (terms.last - step) - SLACK)


def short(terms: Terms, people: dict[tuple[int, str], Whole]) -> dict[str, int]:
    """By area, workers that a placing lacks to the floor in the last month; empty when every floor is met."""
    found = dict(terms.floors)
    for (at, _name), counts in people.items():
        found[terms.province.cells[at].area] -= int(counts[-1])
    return {area: lacks for area, lacks in found.items() if lacks > 0}


def reserve(terms: Terms, people: dict[tuple[int, str], Whole]) -> dict[str, int]:
    """By class, how many more at the end would fill what a placing lacks."""
    found = dict(terms.reserve)
    for area, lacks in short(terms, people).items():
        kind = max(CLASSES, key=lambda one: terms.room_of_area(area, one))
        found[kind] = found.get(kind, 0) + lacks
    return found
