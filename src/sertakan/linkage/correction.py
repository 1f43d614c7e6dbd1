"""What adding up weights gets wrong, learned from labelled pairs: comparisons depend on each other, so that sums promise too much.

A corrected weight is the weight times a factor of its comparison, plus a number for the level reached; what relatives have in common gets a
factor, too, and `base` goes to the prior. A logistic regression finds these numbers; without reason they stay 1 and 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import polars as pl

LEVEL_PENALTY: Final = 1.0
FACTOR_PENALTY: Final = 10.0
"""How strongly numbers are held at 0 and factors at 1, in squared bits (ridge)."""

STEPS: Final = 60
FARTHEST: Final = 30.0
"""Bits beyond even odds from which on a rival is as sure as can be."""

RELATED: Final = 4.0
"""So many bits below even odds two records are still taken for perhaps one person, and so for no rivals."""

_MISSING: Final = "missing"
_FREE: Final = 1e-6


@dataclass(frozen=True)
class Rivals:
    """Bits for a pair whose records have no rival, for one that has, and for every bit by which the rival is likelier than not.

    A rival is another record, likelier than not the same person as the one of the two, and hardly the same as the other.
    """

    free: float = 0.0
    contested: float = 0.0
    by_bit: float = 0.0


@dataclass(frozen=True)
class Correction:
    """Bits for the prior, the factor of the relatives' part, factors by comparison, and bits by comparison and level.

    listed: rivals of a record of a list for its place in the register; within: rivals of both records within one set.
    """

    base: float = 0.0
    family: float = 1.0
    factors: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    listed: Rivals = Rivals()
    within: Rivals = Rivals()

    def as_dict(self) -> dict[str, Any]:
        """As the model's JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Correction:
        """Read what `as_dict` wrote."""
        rivals = (Rivals(**raw["listed"]), Rivals(**raw["within"]))
        return cls(raw["base"], raw["family"], raw["factors"], raw["levels"], *rivals)


def fit(pairs: pl.DataFrame) -> Correction:
    """From pairs of an uncorrected model with `right`: whether the two records are truly one person. Never given a test half."""
    import numpy as np

    compared = [
        name.removeprefix("w_")
        for name in pairs.columns
        if name.startswith("w_") and name not in ("w_family", "w_rivals")
    ]
    levels = [
        (name, label)
        for name in compared
        for label in sorted(pairs[f"level_{name}"].unique().to_list())
        if label != _MISSING
    ]
    columns = [pairs[f"w_{name}"].to_numpy() for name in compared]
    columns += [pairs["w_family"].to_numpy(), np.ones(pairs.height)]
    columns += [(pairs[f"level_{name}"] == label).to_numpy().astype(float) for name, label in levels]
    table = np.column_stack(columns) * math.log(2)
    penalty = np.array([FACTOR_PENALTY] * (len(compared) + 1) + [_FREE] + [LEVEL_PENALTY] * len(levels))
    found = _regressed(table, pairs, penalty)
    bits = [round(float(value), 4) for value in found]
    factors = {name: round(1 + bits[at], 4) for at, name in enumerate(compared)}
    after = len(compared)
    by_level: dict[str, dict[str, float]] = {name: {} for name in compared}
    for (name, label), value in zip(levels, bits[after + 2 :], strict=True):
        by_level[name][label] = value
    return Correction(bits[after + 1], round(1 + bits[after], 4), factors, by_level)


def rivalry(pairs: pl.DataFrame, even: float, *, within: bool) -> pl.Series:
    """By how many bits the strongest rival of each pair [left, right, weight] is likelier than not; null where there is none.

    even: the weight of even odds. within: one set, where both records of a pair may have rivals, and rivals were compared with both. Else
    the left record may have them, in the register, whose records are different people.
    """
    likely = pairs.filter(pl.col("weight") > even)
    near = pairs.filter(pl.col("weight") > even - RELATED)
    rows = pairs.select("left", "right").with_row_index("at")
    found = []
    for one, other in (("left", "right"), ("right", "left")) if within else (("left", "right"),):
        edges = [likely.select(one=one, rival=other, weight="weight")]
        if within:
            edges.append(likely.select(one=other, rival=one, weight="weight"))
        met = rows.select("at", one=one, other=other).join(pl.concat(edges), on="one")
        met = met.filter(pl.col("rival") != pl.col("other"))
        if within:
            known = [near.select(other=one, rival=other), near.select(other=other, rival=one)]
            met = met.join(pl.concat(known), on=["other", "rival"], how="anti")
        found.append(met.select("at", "weight"))
    strongest = pl.concat(found).group_by("at").agg(pl.col("weight").max())
    joined = rows.select("at").join(strongest, on="at", how="left", maintain_order="left")
    return (joined["weight"] - even).clip(0.0, FARTHEST)


def rivals_sum(pairs: pl.DataFrame, known: Rivals, even: float, *, within: bool) -> pl.Series:
    """The bits of every pair [left, right, weight] for its rivals."""
    strength = rivalry(pairs, even, within=within)
    return pl.select(
        pl.when(strength.is_null()).then(known.free).otherwise(known.contested + known.by_bit * strength)
    ).to_series()


def fit_rivals(pairs: pl.DataFrame, *, within: bool) -> Rivals:
    """From labelled pairs [left_id, right_id, weight, probability, right] of one run. Never given a test half."""
    odds = (pairs["probability"] / (1 - pairs["probability"])).log() / math.log(2)
    even = float((pairs["weight"] - odds).filter(odds.abs() < RELATED).median() or 0.0)  # type: ignore[arg-type]
    strength = rivalry(pairs.select(left="left_id", right="right_id", weight="weight"), even, within=within)
    columns = [strength.is_null().cast(pl.Float64), strength.is_not_null().cast(pl.Float64), strength.fill_null(0.0)]
    table = pl.DataFrame([column.alias(str(at)) for at, column in enumerate(columns)]).to_numpy() * math.log(2)
    return Rivals(*(round(float(value), 4) for value in _regressed(table, pairs, [LEVEL_PENALTY] * 3)))


def _regressed(table: Any, pairs: pl.DataFrame, penalty: Any) -> Any:
    """Ridge logistic regression of `right`, on top of what the probabilities say already."""
    import numpy as np

    known = pairs["probability"].clip(1e-12, 1 - 1e-12)
    offset = (known / (1 - known)).log().to_numpy()
    right = pairs["right"].to_numpy().astype(float)
    found = np.zeros(table.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(offset + table @ found)))
        slope = table.T @ (right - likely) - np.asarray(penalty) * found
        curve = (table.T * (likely * (1 - likely))) @ table + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    return found
