"""Invented people who live together: the same village, address and perhaps telephone, brothers, twins, fathers and sons of one name.

They are different persons, and the hard ones to keep apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sertakan.synthetic.dice import Dice, world_data
from sertakan.synthetic.names import name_column
from sertakan.synthetic.people import World, build_world, identities, identity_numbers

if TYPE_CHECKING:
    import polars as pl

HOUSEHOLD_SIZES = {1: 55, 2: 25, 3: 13, 4: 7}
"""Registered workers under one roof (weights, assumed)."""

RELATIONS = {"spouse": 30, "sibling": 32, "child": 14, "child_of_same_name": 6, "twin": 8, "lodger": 10}
"""What the others are to the first of a household (weights, assumed)."""

_STREETS = (
    "Merpati", "Melati", "Kenanga", "Salak", "Rambutan", "Flamboyan", "Mawar", "Cempaka", "Kutilang", "Manggis", "Meranti", "Cendana",
    "Kelapa", "Bougenvil", "Pinang", "Durian", "Kamboja", "Seruni", "Nangka", "Teratai",
)  # fmt: skip


@dataclass(frozen=True)
class Ages:
    """Who is a worker on the day: 18 to 63 years."""

    on: date

    @property
    def first_year(self) -> int:
        return self.on.year - 63

    @property
    def last_year(self) -> int:
        return self.on.year - 19


@cache
def shipped_world(province: str = "17") -> World:
    """The province as it is shipped, read without a database."""
    import polars as pl

    areas = resources.files("sertakan.areas").joinpath("data")
    work = resources.files("sertakan.classification").joinpath("data/occupations.csv").read_bytes()
    upper = pl.read_csv(areas.joinpath("provinces_regencies.csv").read_bytes(), infer_schema=False)
    lower = pl.read_parquet(areas.joinpath("districts_villages.parquet").read_bytes())
    prefixes = pl.read_csv(areas.joinpath("identity_prefixes.csv").read_bytes(), infer_schema=False)["prefix"]
    frame = pl.concat([upper.select("code", "name"), lower.select("code", "name").cast(pl.String)])
    occupations = pl.read_csv(work, infer_schema=False).select("code", transport=pl.col("transport") == "ya")
    return build_world(province, frame, prefixes.to_list(), occupations)


def invent_people(count: int, *, dice: Dice, on: date, world: World | None = None) -> pl.DataFrame:
    """[count] different persons. person, household: Int64; birth_date: Date; all else texts.

    relative_nik, relative_name: of another member of the household; village_beside, home_prefix: for errors that need them.
    """
    chosen = world or shipped_world()
    alone = identities(count, world=chosen, dice=dice, on=on)
    frame = _moved_together(alone, _households(count, dice), dice, Ages(on))
    frame = _named(frame, dice)
    frame = frame.with_columns(nik=identity_numbers(dice.stream("serial").randrange(999)))
    return _with_neighbours(frame, chosen).select(
        "person", "household", "relation", "nik", "name", "mother_name", "birth_date", "birth_place", "sex", "area_code", "address",
        "phone", "kpj", "relative_nik", "relative_name", "village_beside", "home_prefix",
    )  # fmt: skip


def _households(count: int, dice: Dice) -> pl.DataFrame:
    """[person, household, place, relation]: place 0 is the first of a household, to whom the relation refers."""
    import polars as pl

    sizes = dice.pick("household", count, HOUSEHOLD_SIZES)
    members = pl.DataFrame({"household": pl.int_range(count, eager=True), "size": sizes}).select(
        pl.col("household").repeat_by("size").explode()
    )
    return (
        members.head(count)
        .with_columns(
            person=pl.int_range(pl.len()),
            place=pl.int_range(pl.len()).over("household"),
            drawn=pl.lit(dice.pick("relation", count, RELATIONS)),
        )
        .with_columns(
            relation=pl.when(pl.col("place") == 0)
            .then(pl.lit("first"))
            .when((pl.col("place") > 1) & pl.col("drawn").is_in(["spouse", "twin"]))
            .then(pl.lit("sibling"))
            .otherwise("drawn")
        )
        .drop("drawn")
    )


def _moved_together(alone: pl.DataFrame, homes: pl.DataFrame, dice: Dice, ages: Ages) -> pl.DataFrame:
    """Birth dates, sexes, districts of birth, homes and telephones of a household's members fit to its first one."""
    import polars as pl

    count = alone.height
    frame = pl.concat([homes, alone.with_columns(prefix=pl.col("nik").str.slice(0, 6))], how="horizontal")
    frame = frame.with_columns(
        phone=_phones(count, dice), address=_addresses(count, dice),
        draw=pl.lit(dice.even("together", count)), years=pl.lit(dice.even("years", count)),
    )  # fmt: skip
    first = ["sex", "birth_date", "birth_place", "prefix", "area_code", "address", "phone"]
    heads = frame.filter(pl.col("place") == 0).select(
        "household", *(pl.col(name).alias(f"first_{name}") for name in first)
    )
    frame = frame.join(heads, on="household", how="left", maintain_order="left")
    old_enough = pl.col("first_birth_date").dt.year() <= ages.on.year - 42
    is_child = pl.col("relation").is_in(["child", "child_of_same_name"])
    frame = frame.with_columns(relation=pl.when(is_child & ~old_enough).then(pl.lit("sibling")).otherwise("relation"))
    return _fitted(frame, ages)


def _fitted(frame: pl.DataFrame, ages: Ages) -> pl.DataFrame:
    import polars as pl

    relation, draw = pl.col("relation"), pl.col("draw")
    is_twin, is_son = relation == "twin", relation == "child_of_same_name"
    gap = (1 + pl.col("years") * 11).cast(pl.Int32)
    first_year = pl.col("first_birth_date").dt.year()
    beside = pl.when(draw < 0.5).then(first_year - gap).otherwise(first_year + gap)
    beside = pl.when(beside.is_between(ages.first_year, ages.last_year)).then(beside).otherwise(first_year + pl.when(
        first_year > ages.on.year - 41).then(-gap).otherwise(gap))  # fmt: skip
    later = (first_year + 20 + gap).clip(upper_bound=ages.last_year)
    born, year = pl.col("birth_date"), pl.when(relation == "sibling").then(beside).otherwise(later)
    at_year_end = (born.dt.month() == 12) & (born.dt.day() == 31)
    other_year = pl.date(year, born.dt.month(), born.dt.day().clip(upper_bound=28))
    heaped = pl.when(at_year_end).then(pl.date(year, 12, 31)).otherwise(other_year)
    is_younger = relation.is_in(["sibling", "child", "child_of_same_name"])
    from_there = is_twin | (is_younger & (draw < 0.7))
    opposite = pl.when(pl.col("first_sex") == "L").then(pl.lit("P")).otherwise(pl.lit("L"))
    home = pl.col("place") > 0
    return frame.with_columns(
        birth_date=pl.when(is_twin).then("first_birth_date").when(is_younger).then(heaped).otherwise("birth_date"),
        sex=pl.when(relation == "spouse").then(opposite).when(is_son | (is_twin & (draw < 0.7))).then("first_sex").otherwise("sex"),
        prefix=pl.when(from_there).then("first_prefix").otherwise("prefix"),
        birth_place=pl.when(from_there).then("first_birth_place").otherwise("birth_place"),
        area_code=pl.col("first_area_code"),
        address=pl.col("first_address"),
        phone=pl.when(home & (pl.col("years") < 0.35)).then(pl.coalesce("first_phone", "phone")).otherwise("phone"),
    )  # fmt: skip


def _named(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Names, and what relatives' names have in common; mothers' names; numbers of members."""
    import polars as pl

    count = frame.height
    mothers = pl.DataFrame({"sex": ["P"] * count, "birth_date": [date(1960, 1, 1)] * count})
    own = name_column(frame.select("sex", "birth_date"), dice.within("worker"))
    frame = frame.with_columns(
        own.alias("own"), name_column(mothers, dice.within("mother")).alias("mother"),
        shape=pl.lit(dice.even("shape", count)), has_kpj=pl.lit(dice.even("kpj", count)),
        digits=pl.lit((dice.even("kpj digits", count) * 1e8).cast(pl.Int64).cast(pl.String).str.zfill(8)),
    )  # fmt: skip
    heads = frame.filter(pl.col("place") == 0).select("household", first_name="own", first_mother="mother")
    frame = frame.join(heads, on="household", how="left", maintain_order="left")
    first_word, first_last = (
        pl.col("first_name").str.split(" ").list.first(),
        pl.col("first_name").str.split(" ").list.last(),
    )
    word, shape, relation = pl.col("own").str.split(" ").list.first(), pl.col("shape"), pl.col("relation")
    rhyme = pl.concat_str(
        first_word.str.slice(0, first_word.str.len_chars() - 1),
        first_word.str.slice(-1).replace({"a": "i", "i": "a", "o": "i", "n": "s", "h": "n", "u": "o"}),
    )
    rhymes = (relation == "twin") & (rhyme != first_word)  # no parents call two children by one name
    shared_last = pl.concat_str(word, first_last, separator=" ")
    several = pl.col("first_name").str.contains(" ", literal=True)
    return frame.with_columns(
        name=pl.when((relation == "child_of_same_name") & (shape < 0.6)).then("first_name")
        .when((relation.is_in(["child_of_same_name", "child"])) & (pl.col("first_sex") == "L") & (shape < 0.85)).then(shared_last)
        .when(rhymes & several & (shape < 0.4)).then(pl.concat_str(rhyme, first_last, separator=" "))
        .when(rhymes & (shape < 0.6)).then(rhyme)
        .when(relation.is_in(["twin", "sibling"]) & several & (shape > 0.7)).then(shared_last)
        .otherwise("own"),
        mother_name=pl.when(relation.is_in(["twin", "sibling"])).then("first_mother")
        .when((relation.is_in(["child", "child_of_same_name"])) & (pl.col("first_sex") == "P")).then("first_name")
        .otherwise("mother"),
        kpj=pl.when(pl.col("has_kpj") < world_data()["share_with_own_number"])
        .then(pl.concat_str(pl.lit("990"), pl.col("digits"))),
    )  # fmt: skip


def _with_neighbours(frame: pl.DataFrame, world: World) -> pl.DataFrame:
    """A relative's number and name, and the village beside one's own, for the errors that need them."""
    import polars as pl

    villages = world.villages.select("village").sort("village").with_columns(
        village_beside=pl.coalesce(
            pl.col("village").shift(-1).over(pl.col("village").str.slice(0, 8)),
            pl.col("village").shift(1).over(pl.col("village").str.slice(0, 8)),
        )
    )  # fmt: skip
    alike = pl.col("household") == pl.col("household").shift(-1)
    before = pl.col("household") == pl.col("household").shift(1)
    return frame.with_columns(
        (pl.when(alike).then(pl.col(name).shift(-1)).when(before).then(pl.col(name).shift(1))).alias(f"relative_{name}")
        for name in ("nik", "name")
    ).join(villages, left_on="area_code", right_on="village", how="left", maintain_order="left").with_columns(
        home_prefix=pl.col("area_code").str.replace_all(".", "", literal=True).str.slice(0, 6)
    )  # fmt: skip


def _phones(count: int, dice: Dice) -> pl.Series:
    import polars as pl

    digits = (dice.even("telephone", count) * 1e8).cast(pl.Int64).cast(pl.String).str.zfill(8)
    has = dice.even("has telephone", count) < world_data()["share_with_phone"]
    return pl.select(pl.when(pl.lit(has)).then(pl.lit("+62844") + pl.lit(digits))).to_series()


def _addresses(count: int, dice: Dice) -> pl.Series:
    """RT and RW; in half of all homes a street with its number before them."""
    import polars as pl

    def drawn(purpose: str, most: int) -> pl.Series:
        return (dice.even(purpose, count) * most).cast(pl.Int64) + 1

    frame = pl.DataFrame({"rt": drawn("rt", 12), "rw": drawn("rw", 5), "number": drawn("house", 120)}).with_columns(
        dice.pick("street", count, dict.fromkeys(_STREETS, 1)), dice.even("has street", count)
    )
    home = pl.format(
        "RT {} RW {}", pl.col("rt").cast(pl.String).str.zfill(3), pl.col("rw").cast(pl.String).str.zfill(3)
    )
    street = pl.format("Jl. {} No. {} {}", "street", "number", home)
    return frame.select(pl.when(pl.col("has street") < 0.5).then(street).otherwise(home)).to_series()
