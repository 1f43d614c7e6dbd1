"""Chance that falls the same way every time: columns of draws, each from a stream of its own, named by seed and purpose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import polars as pl


class Dice:
    """Streams of one seed. Two streams never disturb each other, so that a new column changes no other."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed

    def stream(self, purpose: str) -> Random:
        """A generator of its own for one purpose."""
        return Random(f"{self.seed}/{purpose}")  # noqa: S311

    def within(self, purpose: str) -> Dice:
        """Dice for a part, such as one agency."""
        return Dice(f"{self.seed}/{purpose}")

    def even(self, purpose: str, count: int) -> pl.Series:
        """[count] floats in [0, 1)."""
        import polars as pl

        draw = self.stream(purpose).random
        return pl.Series(purpose, [draw() for _ in range(count)], dtype=pl.Float64)

    def pick(self, purpose: str, count: int, weights: Mapping[Any, float]) -> pl.Series:
        """[count] keys of `weights`, each as often as its weight says."""
        import polars as pl

        drawn = self.stream(purpose).choices(list(weights), list(weights.values()), k=count) if count else []
        return pl.Series(purpose, drawn)


@cache
def world_data() -> dict[str, Any]:
    """The make-up of an invented province (``data/world.yaml``)."""
    text = resources.files("sertakan.synthetic").joinpath("data/world.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
