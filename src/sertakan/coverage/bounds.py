"""How far a hidden number is open to somebody who knows that none is below zero: linear programmes, solved by HiGHS.

Equations alone leave numbers free that the zero below them pins: where few people stand in many cells, the sums of two areas and of their
sectors may agree in one way only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

Unknown = TypeVar("Unknown", bound=Hashable)
APART: Final = 1 - 1e-6
"""Two values that are this far apart are two counts."""


def pinned(
    rows: Sequence[Mapping[Unknown, int]],
    keys: Sequence[Unknown],
    asked: Collection[Unknown],
    values: Mapping[Unknown, int],
    least: Mapping[Unknown, int] | None = None,
) -> set[Unknown]:
    """Those of `asked` that can have one value only when all equations `rows` between `keys` hold and nothing is below `least` (0).

    `values` are the true numbers, from which the right sides follow.
    """
    place = {key: at for at, key in enumerate(keys)}
    left = {key for key in asked if key in place}
    if not left:
        return set()
    solver = _Answers([{place[key]: sign for key, sign in row.items()} for row in rows],
                     [sum(sign * values[key] for key, sign in row.items()) for row in rows],
                     [(least or {}).get(key, 0) for key in keys])  # fmt: skip
    # One answer that differs at many places clears all of them at once.
    for direction in (1, -1):
        answer = solver.furthest({place[key]: direction for key in left})
        left = {key for key in left if abs(answer[place[key]] - values[key]) < APART}
    found = set()
    for key in sorted(left, key=lambda one: place[one]):
        if key not in left:
            continue
        low, high = (solver.furthest({place[key]: direction}) for direction in (1, -1))
        if high[place[key]] - low[place[key]] < APART:
            found.add(key)
        left = {other for other in left if all(abs(one[place[other]] - values[other]) < APART for one in (low, high))}
    return found


class _Answers:
    """One set of equations, asked many times."""

    def __init__(self, rows: list[dict[int, int]], right: list[int], least: list[int]) -> None:
        import numpy as np

        highs = _quiet_library()
        model = highs.HighsLp()
        self.columns = len(least)
        model.num_col_, model.num_row_ = self.columns, len(rows)
        model.col_cost_ = np.zeros(self.columns)
        model.col_lower_ = np.array(least, dtype=np.float64)
        most = float(sum(abs(one) for one in right) + sum(abs(one) for one in least) + 1_000)
        model.col_upper_ = np.full(self.columns, most)
        model.row_lower_ = model.row_upper_ = np.array(right, dtype=np.float64)
        model.a_matrix_.format_ = highs.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([column for row in rows for column in row], dtype=np.int32)
        model.a_matrix_.value_ = np.array([sign for row in rows for sign in row.values()], dtype=np.float64)
        self.highs = highs.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(model)

    def furthest(self, costs: Mapping[int, int]) -> Sequence[float]:
        """An answer with the least sum of these costs."""
        import numpy as np

        cost = np.zeros(self.columns)
        for column, value in costs.items():
            cost[column] = value
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), cost)
        self.highs.run()
        return self.highs.getSolution().col_value  # type: ignore[no-any-return]


@cache
def _quiet_library() -> Any:
    """HiGHS greets on standard output when it is first made, where a program may wait for one JSON document: once, into nothing."""
    import highspy

    with Path(os.devnull).open("wb") as nothing:
        kept = os.dup(1)
        try:
            os.dup2(nothing.fileno(), 1)
            highspy.Highs()
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).fflush(None)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
    return highspy
