"""The sums that hold between published counts, and which hidden ones follow from them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sertakan.coverage.figures import AREAS, WIDTHS

Key = tuple[str, str, str]
"""by, within, code."""
EVERYBODY: Final[Key] = ("", "", "")
"""The number of all persons: always published."""
_ALMOST_ZERO: Final = 1e-7

Unknown = TypeVar("Unknown", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum:
    """`whole` is the sum of `parts`, and everybody knows it."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def every(self) -> tuple[Key, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


def sums_of(cells: Iterable[Key]) -> list[Sum]:
    """Every sum that holds between published cells: areas below areas, attributes over everybody, over regencies and within them."""
    parts: dict[Key, list[Key]] = {}
    for key in cells:
        by, within, code = key
        if by in AREAS:
            parts.setdefault(_above(by, code), []).append(key)
        elif not within:
            parts.setdefault((EVERYBODY[0], by, ""), []).append(key)
        else:
            parts.setdefault(("regency", by, within), []).append(key)
            parts.setdefault((by, "", code), []).append(key)
    found = []
    for (by, within, code), several in parts.items():
        whole = EVERYBODY if not by else ("regency", "", code) if by == "regency" and within else (by, within, code)
        found.append(Sum(whole, tuple(several)))
    return found


def with_everybody(cells: Mapping[Key, int]) -> dict[Key, int]:
    """`cells` and the number of all."""
    return {**cells, EVERYBODY: sum(count for (by, _within, _code), count in cells.items() if by == AREAS[0])}


def _above(by: str, code: str) -> Key:
    if by == AREAS[0]:
        return EVERYBODY
    level = AREAS[AREAS.index(by) - 1]
    return (level, "", code[: WIDTHS[level]])


def determined(sums: Iterable[Sum], hidden: set[Key]) -> set[Key]:
    """The hidden cells that follow from the sums and the shown cells alone: those that are fixed in every solution of the equations."""
    return {key for rows, keys in groups([equation(one, hidden) for one in sums]) for key in fixed(rows, keys)}


def equation(one: Sum, hidden: set[Key]) -> dict[Key, int]:
    """The hidden cells of a sum with their signs; what is shown is a number and does not matter for what follows."""
    row = {key: 1 for key in one.parts if key in hidden}
    if one.whole in hidden:
        row[one.whole] = -1
    return row


def fixed(rows: Sequence[Mapping[Unknown, int]], keys: Sequence[Unknown]) -> set[Unknown]:
    """The unknowns of one group of equations that have the same value in every solution."""
    import numpy as np

    if len(rows) == 1:
        return set(keys) if len(keys) == 1 else set()
    place = {key: column for column, key in enumerate(keys)}
    matrix = np.zeros((len(rows), len(keys)))
    for number, row in enumerate(rows):
        for key, sign in row.items():
            matrix[number, place[key]] = sign
    # What the equations leave free: a cell is fixed when no direction in which all equations stay true moves it. The part of each unit
    # vector outside of the space of the rows has the length 0 then.
    _left, values, right = np.linalg.svd(matrix, full_matrices=False)
    basis = right[values > _ALMOST_ZERO * max(1.0, float(values[0]) if len(values) else 1.0)]
    free = 1.0 - (basis**2).sum(axis=0)
    return {key for key, column in place.items() if free[column] < _ALMOST_ZERO}


def groups(rows: Sequence[Mapping[Unknown, int]]) -> list[tuple[list[Mapping[Unknown, int]], list[Unknown]]]:
    """Equations that share unknowns, each once, and the unknowns in them."""
    parent: dict[Unknown, Unknown] = {}

    def root(key: Unknown) -> Unknown:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    once = {frozenset(row.items()): row for row in rows if row}
    for row in once.values():
        first, *others = row
        start = root(first)
        for other in others:
            parent[root(other)] = start
    grouped: dict[Unknown, tuple[list[Mapping[Unknown, int]], dict[Unknown, None]]] = {}
    for row in once.values():
        several, keys = grouped.setdefault(root(next(iter(row))), ([], {}))
        several.append(row)
        keys.update(dict.fromkeys(row))
    return [(several, list(keys)) for several, keys in grouped.values()]
