"""Which counts are not shown, so that no published figure points at a person, alone or together with others.

A count from 1 to below the threshold is small. Hiding it alone is not enough where its neighbours and their sum are shown, so others are
hidden with it, over the whole set of what is published at once (`docs/explanation/coverage.md`). A zero is shown: it points at nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sertakan.coverage.figures import AREAS, WIDTHS

Key = tuple[str, str, str]
"""by, within, code."""
EVERYBODY: Final[Key] = ("", "", "")
"""The number of all persons: always published."""
_ALMOST_ZERO: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Sum:
    """`whole` is the sum of `parts`, and everybody knows it."""

    whole: Key
    parts: tuple[Key, ...]


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


def _above(by: str, code: str) -> Key:
    if by == AREAS[0]:
        return EVERYBODY
    level = AREAS[AREAS.index(by) - 1]
    return (level, "", code[: WIDTHS[level]])


def hidden_cells(cells: Mapping[Key, int], *, threshold: int) -> set[Key]:
    """The cells of `cells` (all that are published, with their counts) that may not be shown. The same cells give the same answer."""
    counts = {**cells, EVERYBODY: sum(count for (by, _within, _code), count in cells.items() if by == AREAS[0])}
    sums = [one for one in sums_of(sorted(cells)) if one.whole in counts]
    hidden = {key for key, count in cells.items() if 0 < count < threshold}
    while True:
        _guard_sums(sums, counts, hidden, threshold)
        certain = determined(sums, hidden)
        grown = len(hidden)
        for key in sorted(certain):
            _hide_beside(key, sums, counts, hidden)
        if len(hidden) == grown:
            return hidden


def _guard_sums(sums: list[Sum], counts: Mapping[Key, int], hidden: set[Key], threshold: int) -> None:
    """Hide further cells until no single sum gives a hidden one away, or that all hidden in it are few."""
    waiting = list(range(len(sums)))
    users: dict[Key, list[int]] = {}
    for place, one in enumerate(sums):
        for key in (one.whole, *one.parts):
            users.setdefault(key, []).append(place)
    while waiting:
        one = sums[waiting.pop()]
        added = _next_to_hide(one, counts, hidden, threshold)
        if added is not None:
            hidden.add(added)
            waiting.extend(users[added])


def _next_to_hide(one: Sum, counts: Mapping[Key, int], hidden: set[Key], threshold: int) -> Key | None:
    inside = [key for key in one.parts if key in hidden]
    whole_hidden = one.whole in hidden
    many = len(inside) + whole_hidden
    if not many:
        return None
    if many > 1:
        if whole_hidden:
            return None
        left = sum(counts[key] for key in inside)
        if left >= max(threshold, len(inside) + 1):
            return None
    open_parts = [key for key in one.parts if key not in hidden]
    full = [key for key in open_parts if counts[key]]
    if full:
        return min(full, key=lambda key: (counts[key], key))
    if not whole_hidden and one.whole != EVERYBODY:
        return one.whole
    return min(open_parts) if open_parts and many == 1 else None


def _hide_beside(key: Key, sums: list[Sum], counts: Mapping[Key, int], hidden: set[Key]) -> None:
    """Hide the smallest open cell that shares a sum with one that could be worked out; zeros and wholes last."""
    around = {other for one in sums if key == one.whole or key in one.parts for other in (one.whole, *one.parts)}
    open_cells = [other for other in around if other not in hidden and other != EVERYBODY]
    if open_cells:
        hidden.add(min(open_cells, key=lambda other: (counts[other] == 0, counts[other], other)))


def determined(sums: Iterable[Sum], hidden: set[Key]) -> set[Key]:
    """The hidden cells that follow from the sums and the shown cells alone: those that are fixed in every solution of the equations."""
    found: set[Key] = set()
    for rows, keys in _components(sums, hidden):
        found |= _fixed(rows, keys)
    return found


def _fixed(rows: list[dict[Key, int]], keys: list[Key]) -> set[Key]:
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


def _components(sums: Iterable[Sum], hidden: set[Key]) -> list[tuple[list[dict[Key, int]], list[Key]]]:
    """Equations between hidden cells, in groups that share none: row by row the sign of each hidden cell."""
    parent: dict[Key, Key] = {key: key for key in hidden}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    rows = []
    for one in sums:
        row = {key: 1 for key in one.parts if key in hidden}
        if one.whole in hidden:
            row[one.whole] = -1
        if row:
            rows.append(row)
            first, *others = row
            for other in others:
                parent[root(other)] = root(first)
    grouped: dict[Key, tuple[list[dict[Key, int]], list[Key]]] = {}
    for row in rows:
        grouped.setdefault(root(next(iter(row))), ([], []))[0].append(row)
    for key in sorted(hidden):
        if root(key) in grouped:
            grouped[root(key)][1].append(key)
    return list(grouped.values())
