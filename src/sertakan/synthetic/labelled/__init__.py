"""Labelled lists of invented people: the truth about who is who is known, so that linkage can be measured.

`generate(records, half="train")` is what a model may be trained and its threshold set with; `half="test"` has other people and, besides the
known kinds of errors, the held-out ones. Explained in ``docs/explanation/labelled-data.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Literal

from sertakan.synthetic.dice import Dice
from sertakan.synthetic.labelled import unseen
from sertakan.synthetic.labelled.homes import invent_people
from sertakan.synthetic.labelled.kinds import FIELD_RATES, KINDS, SECOND_NAME_ERROR, Kind

if TYPE_CHECKING:
    import polars as pl

    from sertakan.synthetic.people import World

__all__ = ["COLUMNS", "FIELD_RATES", "GROUPS", "KINDS", "RECORD_COLUMNS", "Kind", "generate", "unseen"]

Half = Literal["train", "test"]

RECORD_COLUMNS = (
    "nik", "name", "mother_name", "birth_date", "birth_place", "sex", "area_code", "address", "phone", "email", "kpj",
)  # fmt: skip
GROUPS = ("group_sex", "group_single_named", "group_birth_year", "group_relation")
"""True properties of the person behind a record; not to be compared, only to count by."""

COLUMNS = ("record_id", "cluster", "source", "kinds", "changes", *GROUPS, *RECORD_COLUMNS)

ON = date(2026, 11, 1)
SHARE_HELD_OUT = 0.35
"""How many of a spoilt field's errors in the test half are of a held-out kind."""

_IN_REGISTER, _TWICE_IN_REGISTER = 0.80, 0.015
_ERRORS_IN_REGISTER = 0.10
_LISTED = {True: {0: 66, 1: 31, 2: 3}, False: {1: 95, 2: 5}}
"""How often somebody stands on lists, by whether he is in the register (weights, assumed)."""

_CHANGES = {"moved": 0.04, "other_phone": 0.10}
_BLANK_ON_LISTS = {"phone": 0.25, "mother_name": 0.40, "birth_place": 0.20, "kpj": 0.50, "address": 0.15}
"""What is true but different, or not asked for, on lists (assumed). These are no errors: `changes`, and empty cells."""


def generate(
    records: int = 200_000,
    *,
    seed: int = 1,
    half: Half = "train",
    errors: float = 0.25,
    on: date = ON,
    world: World | None = None,
) -> pl.DataFrame:
    """[records] rows with `COLUMNS`, all texts, in an order that says nothing. The same arguments give the same rows.

    errors: share of records with at least one error. People of the two halves, and of two seeds, are different ones.
    """
    import polars as pl

    dice = Dice(f"labelled/{half}/{seed}")
    people = invent_people(round(records / 1.28) + 20, dice=dice, on=on, world=world)
    frame = _written_down(people, records, dice)
    frame = _changed(frame, dice)
    frame = frame.with_columns(pl.col("birth_date").dt.strftime("%Y-%m-%d"))
    frame = _with_errors(frame, errors, held_out=SHARE_HELD_OUT if half == "test" else 0.0, dice=dice)
    order = dice.even("order", frame.height)
    return (
        frame.with_columns(order.alias("order"))
        .sort("order", "person")
        .with_columns(
            record_id=pl.format("{}{}", pl.lit(half[0]), pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)),
            cluster=pl.format("{}", "person"),
            email=pl.lit(None, dtype=pl.String),
        )
        .select(pl.col(name).cast(pl.String) for name in COLUMNS)
    )


def _written_down(people: pl.DataFrame, records: int, dice: Dice) -> pl.DataFrame:
    """One row for each time somebody is written down, with `source` and the group columns."""
    import polars as pl

    count = people.height
    draws = pl.DataFrame(
        {
            "in_register": dice.even("in register", count) < _IN_REGISTER,
            "twice": dice.even("twice", count) < _TWICE_IN_REGISTER,
            "known": dice.pick("listed known", count, _LISTED[True]),
            "new": dice.pick("listed new", count, _LISTED[False]),
        }
    )
    register = pl.when("in_register").then(1 + pl.col("twice").cast(pl.Int64)).otherwise(0)
    listed = pl.when("in_register").then("known").otherwise("new")
    times = draws.select(register=register, list=listed)
    rows = pl.concat(
        [
            people.with_columns(times[source].alias("times"), source=pl.lit(source))
            .with_columns(pl.lit(0).repeat_by("times").alias("copies"))
            .filter(pl.col("times") > 0)
            .explode("copies")
            .drop("copies", "times")
            for source in ("register", "list")
        ]
    )
    return (
        rows.sort("person", "source", maintain_order=True)
        .head(records)
        .with_columns(
            group_sex=pl.col("sex"),
            group_single_named=pl.when(pl.col("name").str.contains(" ", literal=True))
            .then(pl.lit("no"))
            .otherwise(pl.lit("yes")),
            group_birth_year=pl.col("birth_date").dt.year().cast(pl.String),
            group_relation=pl.col("relation"),
        )
    )


def _changed(frame: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """What changed in people's lives before they came on a list, and what the list did not ask."""
    import polars as pl

    count, listed = frame.height, pl.col("source") == "list"
    moved = listed & (pl.lit(dice.even("moved", count)) < _CHANGES["moved"])
    called = listed & (pl.lit(dice.even("other phone", count)) < _CHANGES["other_phone"])
    digits = (dice.even("new phone", count) * 1e8).cast(pl.Int64).cast(pl.String).str.zfill(8)
    elsewhere = frame.select("area_code", "address", by=dice.even("elsewhere", count)).sort("by")
    frame = frame.with_columns(
        area_code=pl.when(moved).then(pl.lit(elsewhere["area_code"])).otherwise("area_code"),
        address=pl.when(moved).then(pl.lit(elsewhere["address"])).otherwise("address"),
        phone=pl.when(called & pl.col("phone").is_not_null())
        .then(pl.lit("+62844") + pl.lit(digits))
        .otherwise("phone"),
        changes=pl.concat_str(
            pl.when(moved).then(pl.lit("moved")),
            pl.when(called).then(pl.lit("other_phone")),
            separator="|",
            ignore_nulls=True,
        ),
    )
    return frame.with_columns(
        pl.when(listed & (pl.lit(dice.even(f"blank {name}", count)) < share))
        .then(None)
        .otherwise(pl.col(name))
        .alias(name)
        for name, share in _BLANK_ON_LISTS.items()
    )


def _with_errors(frame: pl.DataFrame, share: float, *, held_out: float, dice: Dice) -> pl.DataFrame:
    """`frame` with errors in `share` of its rows, most of them on lists; `kinds` names them."""
    import polars as pl

    count = frame.height
    on_lists = max(1, frame.filter(pl.col("source") == "list").height)
    in_register = min(share, _ERRORS_IN_REGISTER)
    rate = min(1.0, (share * count - in_register * (count - on_lists)) / on_lists)
    draw = pl.lit(dice.even("error", count))
    hit = draw < pl.when(pl.col("source") == "list").then(rate).otherwise(in_register)
    frame = frame.with_columns(at=pl.int_range(pl.len()))
    chosen = frame.filter(hit)
    chance, kinds = dice.stream("errors"), _by_field()
    spoilt = [_spoilt(row, kinds, held_out, chance) for row in chosen.iter_rows(named=True)]
    schema = {"at": pl.Int64, "kinds": pl.String, **dict.fromkeys(FIELD_RATES, pl.String)}
    changed = pl.DataFrame(spoilt, schema=schema, orient="row") if spoilt else pl.DataFrame(schema=schema)
    kept = frame.filter(~hit).with_columns(kinds=pl.lit(""))
    renewed = chosen.drop(*FIELD_RATES).join(changed, on="at", how="left", maintain_order="left")
    return pl.concat([kept, renewed.select(kept.columns)]).sort("at").drop("at")


_Kinds = dict[tuple[str, bool], tuple[list[Kind], list[float]]]


def _by_field() -> _Kinds:
    """Kinds and their rates by field and by whether they are held out."""
    found: _Kinds = {}
    for one in KINDS.values():
        kinds, rates = found.setdefault((one.field, one.held_out), ([], []))
        kinds.append(one)
        rates.append(one.rate)
    return found


def _spoilt(row: dict[str, str | None], kinds: _Kinds, held_out: float, chance: Random) -> tuple[object, ...]:
    """(at, kinds, values by field): at least one error in a row that still can have one."""
    values = dict(row)
    done: list[str] = []
    fields = [name for name, rate in FIELD_RATES.items() if chance.random() < rate] or ["name"]
    if "name" in fields and chance.random() < SECOND_NAME_ERROR:
        fields.append("name")
    for field in fields:
        _spoil(values, field, kinds, held_out, chance, done)
    while not done:
        _spoil(values, "name", kinds, held_out, chance, done)
    return (row["at"], "|".join(dict.fromkeys(done)), *(values[name] for name in FIELD_RATES))


def _spoil(
    values: dict[str, str | None], field: str, kinds: _Kinds, held_out: float, chance: Random, done: Sequence[str]
) -> None:
    """Try some kinds of the field until one applies."""
    before = values[field]
    if not before:
        return
    unseen_now = chance.random() < held_out and (field, True) in kinds
    choices, rates = kinds[(field, unseen_now)]
    for one in chance.choices(choices, rates, k=4):
        after = one.spoil(values, chance)
        if after != before and (after is None or after.strip()):
            values[field] = after
            done.append(one.name)  # type: ignore[attr-defined]
            return
