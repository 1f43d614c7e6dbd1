"""Workers over areas and sectors, as even as can be: whoever has the lowest share comes first (water filling)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.floating[Any]]

_HALVINGS = 60


def fill(count: int, have: Real, weight: Real, room: Whole) -> Whole:
    """`count` more persons over places that `have` so many of `weight`, raising the lowest shares; no place gets more than its `room`.

    Whole persons by the largest remainder, the earlier place first. `count` may not exceed the sum of `room`.
    """
    if count <= 0:
        return np.zeros(len(room), dtype=np.int64)
    if count >= room.sum():
        return room.copy()
    places = np.maximum(weight, 1e-12)
    low, high = 0.0, float(((have + room) / places).max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if np.clip(middle * weight - have, 0, room).sum() < count:
            low = middle
        else:
            high = middle
    wanted = np.clip(high * weight - have, 0, room)
    return rounded(wanted, count, room)


def rounded(wanted: Real, count: int, room: Whole) -> Whole:
    """Whole numbers near `wanted` that sum to `count`, none above `room`."""
    given = np.minimum(np.floor(wanted + 1e-9).astype(np.int64), room)
    short = count - int(given.sum())
    while short > 0:
        open_places = np.flatnonzero(given < room)
        order = open_places[np.argsort(-(wanted - given)[open_places], kind="stable")][:short]
        given[order] += 1
        short -= len(order)
    while short < 0:
        taken = np.flatnonzero(given > 0)
        order = taken[np.argsort((wanted - given)[taken], kind="stable")][:-short]
        given[order] -= 1
        short += len(order)
    return given


def by_share(count: int, weight: Whole) -> Whole:
    """`count` divided in the proportions of whole `weight`; none gets more than its weight. `count` may not exceed their sum."""
    total = int(weight.sum())
    if not total:
        return np.zeros(len(weight), dtype=np.int64)
    return rounded(weight * (count / total), count, weight)
