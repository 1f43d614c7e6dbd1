"""Names as people of the province bear them: by group, sex and generation; about one in ten has a single name."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sertakan.synthetic.dice import Dice, world_data

if TYPE_CHECKING:
    import polars as pl

_MIDDLE_FROM, _YOUNG_FROM = 1972, 1993
_USUAL = "melayu_bengkulu"
_POSITIONS = ("first", "last", "single")


@cache
def _parts() -> tuple[dict[str, str], ...]:
    text = resources.files("sertakan.synthetic").joinpath("data/name_parts.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _matching(group: str, sex: str, position: str, generation: str | None) -> list[str]:
    return [
        row["part"]
        for row in _parts()
        if row["group"] == group
        and sex in row["sex"]
        and row["position"] == position
        and (generation is None or row["generation"] in (generation, "any"))
        for _ in range(int(row["weight"]))
    ]


@cache
def _pool(group: str, sex: str, generation: str, position: str) -> tuple[str, ...]:
    """The parts to draw from, each as often as its weight; from a wider circle where the group has none."""
    attempts = (
        (group, position, generation),
        (group, position, None),
        (group, "first", generation) if position == "single" else (_USUAL, position, generation),
        (_USUAL, "first" if position == "single" else position, None),
    )
    for at, place, age in attempts:
        if found := _matching(at, sex, place, age):
            return tuple(found)
    raise LookupError(f"no name parts for {group} {sex} {position}")


@cache
def _pools() -> pl.DataFrame:
    """[group, sex, generation, position, at, part, size] of everything that can be drawn."""
    import polars as pl

    rows = [
        (group, sex, generation, position, at, part, len(parts))
        for group in world_data()["name_groups"]
        for sex in "LP"
        for generation in ("old", "middle", "young")
        for position in _POSITIONS
        for parts in [_pool(group, sex, generation, position)]
        for at, part in enumerate(parts)
    ]
    names = ["group", "sex", "generation", "position", "at", "part", "size"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("at", "size").cast(pl.Int64))


def name_column(people: pl.DataFrame, dice: Dice) -> pl.Series:
    """Names for `people` [sex, birth_date]."""
    import polars as pl

    count, data = people.height, world_data()
    year = pl.col("birth_date").dt.year()
    generation = pl.when(year < _MIDDLE_FROM).then(pl.lit("old")).when(year < _YOUNG_FROM).then(pl.lit("middle"))
    frame = people.select("sex", generation=generation.otherwise(pl.lit("young"))).with_columns(
        dice.pick("group", count, data["name_groups"]), dice.even("form", count), dice.even("muhammad", count)
    )
    for place in _POSITIONS:
        frame = _draw(frame, place, place, dice)
    frame = _draw(frame, "first", "second", dice)
    single = pl.col("form") < data["share_single_names"]
    three = pl.col("form") > 1 - data["share_three_parts"]
    named_after = (pl.col("muhammad") < data["share_muhammad"]) & (pl.col("sex") == "L")
    different = pl.col("second") != pl.col("first")
    full = (
        pl.when(single)
        .then("single")
        .when(named_after)
        .then(pl.concat_str(pl.lit("Muhammad"), "first", "last", separator=" "))
        .when(three & different)
        .then(pl.concat_str("first", "second", "last", separator=" "))
        .otherwise(pl.concat_str("first", "last", separator=" "))
    )
    other = pl.when(different).then(pl.concat_str("first", "second", separator=" ")).otherwise("first")
    frame = frame.select(full.alias("name"), other.alias("other"))
    avoided = pl.col("name").is_in(data["avoided_names"])
    return frame.select(pl.when(avoided).then("other").otherwise("name").alias("name")).to_series()


def _draw(frame: pl.DataFrame, position: str, name: str, dice: Dice) -> pl.DataFrame:
    import polars as pl

    pools = _pools().filter(pl.col("position") == position).drop("position")
    keys = ["group", "sex", "generation"]
    sizes = pools.select(*keys, "size").unique()
    return (
        frame.with_columns(dice.even(f"name {name}", frame.height).alias("draw"))
        .join(sizes, on=keys, how="left", maintain_order="left")
        .with_columns(at=(pl.col("draw") * pl.col("size")).floor().cast(pl.Int64))
        .join(
            pools.select(*keys, "at", pl.col("part").alias(name)), on=[*keys, "at"], how="left", maintain_order="left"
        )
        .drop("draw", "size", "at")
    )
