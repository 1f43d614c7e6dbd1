"""What was not published, estimated from its margins by iterative proportional fitting, with an interval from drawn margins and seeds.

Pure numpy, no Django. `docs/explanation/coverage.md` works a table by hand and says what the interval does and does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sertakan.coverage.errors import MarginsDoNotFit

if TYPE_CHECKING:
    import numpy as np

    Table = np.ndarray[Any, np.dtype[np.float64]]

TOLERANCE: Final = 1e-10
MOST_ROUNDS: Final = 1_000
DRAWS: Final = 400
FIRST_DRAW: Final = 20_250_901
"""Draws begin here every time, so that the same margins give the same interval."""
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Errors:
    """Relative standard errors: of the total, of a row's share of it, of a column's share, and of how a cell differs from the seed."""

    total: float = 0.01
    rows: float = 0.06
    columns: float = 0.03
    cells: float = 0.25


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted table and, for each cell and each row, the bounds between which 95 of 100 draws lie."""

    values: Table
    low: Table
    high: Table
    row_low: Table
    row_high: Table


def fit(seed: Table, rows: Table, columns: Table) -> Table:
    """`seed` scaled row by row and column by column until it has these sums; the last two axes are the table, others stand for draws.

    Cells that are zero stay zero. Raises MarginsDoNotFit where the sums differ or a sum has no cell to stand in.
    """
    import numpy as np

    table = np.array(seed, dtype=float)
    table = np.broadcast_to(table, (*rows.shape[:-1], *table.shape[-2:])).copy()
    _check(table, rows, columns)
    for _round in range(MOST_ROUNDS):
        sums = table.sum(axis=-1)
        table *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[..., :, None]
        sums = table.sum(axis=-2)
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)[..., None, :]
        worst = np.abs(table.sum(axis=-1) - rows).max(initial=0.0)
        if worst <= TOLERANCE * max(1.0, float(rows.max(initial=0.0))):
            break
    return table


def _check(table: Table, rows: Table, columns: Table) -> None:
    import numpy as np

    of_rows, of_columns = rows.sum(axis=-1), columns.sum(axis=-1)
    empty = ((table.sum(axis=-1) <= 0) & (rows > 0)).any() or ((table.sum(axis=-2) <= 0) & (columns > 0)).any()
    if empty or not np.allclose(of_rows, of_columns, rtol=_SAME, atol=0):
        raise MarginsDoNotFit(
            one="baris", other="kolom", sum_one=f"{float(np.ravel(of_rows)[0]):g}",
            sum_other=f"{float(np.ravel(of_columns)[0]):g}",
        )  # fmt: skip


def estimate(seed: Table, rows: Table, columns: Table, *, errors: Errors, draws: int = DRAWS) -> Fitted:
    """The fitted table, and bounds from `draws` tables whose margins and seed are drawn from log-normal distributions around these."""
    import numpy as np

    values = fit(seed, rows, columns)
    draw = np.random.default_rng(FIRST_DRAW)
    total = rows.sum() * _around(draw, errors.total, (draws, 1))
    drawn_rows = _shares(rows * _around(draw, errors.rows, (draws, rows.size))) * total
    drawn_columns = _shares(columns * _around(draw, errors.columns, (draws, columns.size))) * total
    drawn = fit(seed * _around(draw, errors.cells, (draws, *seed.shape)), drawn_rows, drawn_columns)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    row_low, row_high = np.quantile(drawn_rows, [0.025, 0.975], axis=0)
    return Fitted(
        values, np.minimum(low, values), np.maximum(high, values), np.minimum(row_low, rows), np.maximum(row_high, rows)
    )


def _around(draw: Any, error: float, shape: tuple[int, ...]) -> Table:
    """Factors around 1 with this relative standard error."""
    import numpy as np

    spread = np.sqrt(np.log1p(error**2))
    return np.exp(draw.normal(-(spread**2) / 2, spread, shape))  # type: ignore[no-any-return]


def _shares(table: Table) -> Table:
    return table / table.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]
