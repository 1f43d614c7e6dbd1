"""The conditions of a plan as a whole-number programme over sector class, source of money and month.

The law knows two classes of sectors (transport and other), and a contribution depends on class, funding and month, never on the place. So
workers of all areas and sectors of one class are interchangeable for money, and the programme counts them together; `planner.spread` then
gives them to areas and sectors. That the floors of the areas can be met by two classes with limited room is said by three conditions
(a flow with two sources: what each class must bring, and both together), so nothing is lost by counting together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, floor, gcd

from sertakan.core.money import Rupiah
from sertakan.planning.facts import CLASSES, LAST_MONTH, Province, Wish
from sertakan.planning.solving import Programme
from sertakan.rules import RuleSet, contribution

SLACK = 1e-9
WHOLE_PERSON = 1e-6
"""Who is expected to stay counts in whole persons: x >= floor(r * before) is x >= r * before - 1 + a little, for whole x."""


@dataclass(frozen=True)
class Terms:
    """What follows from a wish, what is known and the law, before anything is solved.

    `reserve`: workers of a class asked for at the end beyond the sum of the floors, where who stays does not stay where a floor needs him.
    `more`: workers asked for beyond the target, to see what they would cost.
    """

    wish: Wish
    province: Province
    law: RuleSet
    reserve: Mapping[str, int] = field(default_factory=dict)
    more: int = 0

    @cached_property
    def keys(self) -> tuple[tuple[str, str, int], ...]:
        """Columns of the programme: (class, funding, month from 0)."""
        steps = range(len(self.wish.months))
        return tuple((kind, funding, step) for kind in CLASSES for funding in self.wish.fundings for step in steps)

    @cached_property
    def place(self) -> dict[tuple[str, str, int], int]:
        return {key: column for column, key in enumerate(self.keys)}

    @cached_property
    def rates(self) -> dict[tuple[str, str, int], Rupiah]:
        """The contribution of one worker, in whole rupiah, at the rule of that very month. Raises MonthWithoutLaw."""
        wish = self.wish
        return {
            (kind, funding, step): contribution(
                wish.months[step], dasar=wish.dasar, sector=kind, funding=funding, programmes=wish.programmes, rules=self.law
            ).total
            for kind, funding, step in self.keys
        }  # fmt: skip

    @cached_property
    def last(self) -> int:
        return len(self.wish.months) - 1

    def months_ahead(self, step: int) -> int:
        """Months between what the register knows (the month before the plan) and a month of the plan."""
        return step + 1

    @cached_property
    def room(self) -> dict[tuple[str, int], int]:
        """Workers of a class who are not protected, by month."""
        return {
            (kind, step): sum(self.room_of(cell_index, step) for cell_index in self.cells_of[kind])
            for kind in CLASSES
            for step in range(self.last + 1)
        }

    @cached_property
    def cells_of(self) -> dict[str, tuple[int, ...]]:
        cells = self.province.cells
        return {kind: tuple(at for at, cell in enumerate(cells) if cell.rated_as == kind) for kind in CLASSES}

    def room_of(self, at: int, step: int) -> int:
        """Workers of a cell whom nobody protects: only whole persons, so that nobody is counted twice."""
        cell = self.province.cells[at]
        return max(0, cell.eligible - ceil(self.province.own_after(cell, self.months_ahead(step)) - SLACK))

    @cached_property
    def own(self) -> tuple[float, ...]:
        """Workers of the register still protected, by month, whoever pays for them."""
        cells = self.province.cells
        return tuple(
            sum(self.province.own_after(cell, self.months_ahead(step)) for cell in cells)
            for step in range(self.last + 1)
        )

    @cached_property
    def areas(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cell.area for cell in self.province.cells))

    @cached_property
    def floors(self) -> dict[str, int]:
        """Workers the plan must bring to an area by the last month."""
        return {area: self._floor_of(area) for area in self.areas}

    def _floor_of(self, area: str) -> int:
        cells = [cell for cell in self.province.cells if cell.area == area]
        eligible = sum(cell.eligible for cell in cells)
        own = sum(self.province.own_after(cell, self.months_ahead(self.last)) for cell in cells)
        return max(0, ceil(self.wish.floor * eligible - SLACK) - floor(own + SLACK))

    def room_of_area(self, area: str, kind: str) -> int:
        cells = self.province.cells
        return sum(self.room_of(at, self.last) for at in self.cells_of[kind] if cells[at].area == area)

    @cached_property
    def target(self) -> int:
        """Workers the plan must protect in its last month, for the target share."""
        base = self.province.base
        if self.wish.target is None or base is None:
            return 0
        least = ceil(self.wish.target * base.eligible - SLACK) + self.more
        return max(0, least - base.outside - floor(self.own[-1] + SLACK))

    @cached_property
    def needed(self) -> int:
        """Workers of the plan in its last month that target and floors ask for."""
        return max(self.target, sum(self.floors.values()))

    @cached_property
    def quotas(self) -> dict[str, int]:
        """The most workers whom the staff of an agency can pay for, by agency."""
        return {one.agency: floor(self.wish.uptake * one.count + SLACK) for one in self.province.staff}

    def staff_room(self, step: int) -> int:
        """Workers for whom civil servants can pay in a month beyond those they pay for already."""
        stays = self.province.stays("private") ** self.months_ahead(step)
        return sum(max(0, self.quotas[one.agency] - ceil(one.sponsored * stays - SLACK)) for one in self.province.staff)

    @property
    def far(self) -> bool:
        return self.wish.last > LAST_MONTH


def programme(terms: Terms, *, budget: Rupiah | None, demands: bool = True) -> Programme:
    """All conditions; `demands` adds what must be reached (target, floors) to what may not be passed."""
    rows = Programme(len(terms.keys))
    wish, place, steps = terms.wish, terms.place, range(terms.last + 1)
    _money(rows, terms, budget)
    for kind in CLASSES:
        for step in steps:
            parts = {place[kind, funding, step]: 1.0 for funding in wish.fundings}
            rows.add(f"room:{kind}:{step}", parts, high=terms.room[kind, step])
            for funding in wish.fundings if step else ():
                stays = terms.province.stays(funding)
                parts = {place[kind, funding, step]: 1.0, place[kind, funding, step - 1]: -stays}
                rows.add(f"continue:{kind}:{funding}:{step}", parts, low=WHOLE_PERSON - 1)
    for step in steps:
        everybody = {column: 1.0 for key, column in place.items() if key[2] == step}
        before = {column: 1.0 for key, column in place.items() if key[2] == step - 1}
        if "private" in wish.fundings:
            parts = {place[kind, "private", step]: 1.0 for kind in CLASSES}
            rows.add(f"staff:{step}", parts, high=terms.staff_room(step))
        if wish.steady and step:
            rows.add(f"steady:{step}", everybody | dict.fromkeys(before, -1.0), low=0)
        if wish.new_per_month is not None:
            left = {place[key]: -terms.province.stays(key[1]) for key in terms.keys if key[2] == step - 1}
            rows.add(f"new:{step}", everybody | left, high=wish.new_per_month)
        if demands and terms.needed and wish.steady:
            rows.add(f"path:{step}", everybody, low=ceil(terms.needed * (step + 1) / len(steps) - SLACK))
    if demands:
        _demands(rows, terms)
    return rows


def _money(rows: Programme, terms: Terms, budget: Rupiah | None) -> None:
    """Whole multiples of what all contributions have in common: small numbers keep the solver exact."""
    unit = gcd(*terms.rates.values())
    if budget is not None:
        rows.add("budget", {terms.place[key]: rate / unit for key, rate in terms.rates.items()}, high=budget // unit)
    for funding in terms.wish.fundings:
        limit = terms.wish.limits[funding]
        if limit is not None:
            parts = {terms.place[key]: rate / unit for key, rate in terms.rates.items() if key[1] == funding}
            rows.add(f"money:{funding}", parts, high=limit // unit)


def _demands(rows: Programme, terms: Terms) -> None:
    at_end = {kind: {terms.place[kind, name, terms.last]: 1.0 for name in terms.wish.fundings} for kind in CLASSES}
    together = at_end["transport"] | at_end["other"]
    if terms.target:
        rows.add("target", together, low=terms.target)
    if any(terms.floors.values()):
        rows.add("floor", together, low=sum(terms.floors.values()) + sum(terms.reserve.values()))
        for kind, beside in (("transport", "other"), ("other", "transport")):
            least = sum(max(0, need - terms.room_of_area(area, beside)) for area, need in terms.floors.items())
            rows.add(f"floor:{kind}", at_end[kind], low=least + terms.reserve.get(kind, 0))
