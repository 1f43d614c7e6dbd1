"""Linear and mixed-integer programmes in rows and columns, handed to HiGHS.

Q. Huangfu, J. A. J. Hall (2018), Parallelizing the dual revised simplex method. The licence of HiGHS is MIT.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sertakan.planning.errors import SolverFailed

SECONDS: Final = 4.0
NEAR: Final = 1e-6
"""An answer counts as the best when no other can be better by more than one in a million (and always when it is the best)."""
NEIGHBOURS: Final = 12
"""How far from a fractional answer its whole neighbours are looked for."""
_FIRST = Lock()


@dataclass(frozen=True, slots=True)
class Row:
    """`low` <= sum of coefficient * column <= `high`; None for no bound."""

    name: str
    parts: Mapping[int, float]
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Programme:
    """Columns are whole numbers from zero up, with a value each; the sum of values is made largest (or smallest)."""

    columns: int
    rows: list[Row] = field(default_factory=list)

    def add(
        self, name: str, parts: Mapping[int, float], *, low: float | None = None, high: float | None = None
    ) -> None:
        """One more condition; one without columns is left out when it holds anyway, and kept as a contradiction when not."""
        kept = {column: value for column, value in parts.items() if value}
        self.rows.append(Row(name, kept, low, high))


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` of the columns, the `best` sum, the `bound` no answer can beat; `duals` of the rows when fractions were allowed."""

    values: tuple[float, ...]
    best: float
    bound: float
    duals: tuple[float, ...] = ()


def solve(
    programme: Programme,
    values: list[float],
    *,
    most: bool,
    whole: bool = True,
    gap: float = 0.0,
    near: float = NEAR,
    seconds: float = SECONDS,
    around: Answer | None = None,
    start: Answer | None = None,
) -> Answer | None:
    """The best answer, or None when the conditions contradict each other. Whole answers are at most `gap` away from the best.

    `around`: look only near this answer. `start`: an answer that keeps the conditions, to begin from. Raises SolverFailed when HiGHS
    comes to no answer in time.
    """
    highspy = _quiet_library()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", near)
    solver.setOptionValue("mip_abs_gap", gap)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-7)
    solver.passModel(_model(highspy, programme, values, most=most, whole=whole, around=around))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = list(start.values)
        solver.setSolution(known)
    solver.run()
    status = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return None
    info = solver.getInfo()
    if (
        status not in (kinds.kOptimal, kinds.kTimeLimit)
        or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible
    ):
        raise SolverFailed(status=solver.modelStatusToString(status))
    found = solver.getSolution()
    best = float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if whole else best
    return Answer(tuple(found.col_value), best, bound, () if whole else tuple(found.row_dual))


@cache
def _quiet_library() -> Any:
    """HiGHS greets on standard output when it is first made, where a program may wait for one JSON document: once, into nothing."""
    import highspy

    with _FIRST, Path(os.devnull).open("wb") as nothing:
        kept = os.dup(1)
        try:
            os.dup2(nothing.fileno(), 1)
            highspy.Highs()
            with suppress(OSError, AttributeError):
                ctypes.CDLL(None).fflush(None)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
    return highspy


def _model(
    highspy: Any, programme: Programme, values: list[float], *, most: bool, whole: bool, around: Answer | None
) -> Any:
    import numpy as np

    endless = highspy.kHighsInf
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = programme.columns, len(programme.rows)
    model.col_cost_ = np.array(values, dtype=np.float64)
    near = np.array(around.values if around else [])
    model.col_lower_ = np.maximum(0, np.floor(near) - NEIGHBOURS) if around else np.zeros(programme.columns)
    model.col_upper_ = np.ceil(near) + NEIGHBOURS if around else np.full(programme.columns, endless)
    model.row_lower_ = np.array([-endless if row.low is None else row.low for row in programme.rows], dtype=np.float64)
    model.row_upper_ = np.array([endless if row.high is None else row.high for row in programme.rows], dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts = np.cumsum([0, *(len(row.parts) for row in programme.rows)])
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = np.array([column for row in programme.rows for column in row.parts], dtype=np.int32)
    model.a_matrix_.value_ = np.array(
        [value for row in programme.rows for value in row.parts.values()], dtype=np.float64
    )
    model.sense_ = highspy.ObjSense.kMaximize if most else highspy.ObjSense.kMinimize
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * programme.columns
    return model
