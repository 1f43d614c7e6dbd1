"""Damage without any rule, for training: what a model is told about errors that nobody foresaw.

Signs are hit at random, stretches are lost, values are those of somebody else. Nothing here knows what a name, a number or a date is; the
held-out kinds of the test half are other faults, and stay unknown to every model.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

SHARE: Final = 0.35
"""How many of the records that have an error get one more that follows no rule (assumed)."""

FIELDS: Final = {
    "nik": 45,
    "name": 50,
    "birth_date": 28,
    "mother_name": 20,
    "phone": 15,
    "area_code": 10,
    "address": 10,
}
"""Which field is damaged (weights): in step with `FIELD_RATES`."""

_WAYS: Final = {"slips": 5, "stretch": 3, "foreign": 2}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "0123456789"


def damaged(frame: pl.DataFrame, *, seed: int = 1, share: float = SHARE) -> pl.DataFrame:
    """`frame` (of `generate`) with one more field damaged in `share` of the rows that have errors. Rows keep their order."""
    import polars as pl

    chance = Random(f"damage/{seed}")  # noqa: S311 - repeatable chance, nothing secret
    columns = {name: frame[name].to_list() for name in FIELDS}
    names, weights = list(FIELDS), list(FIELDS.values())
    ways, chances = list(_WAYS), list(_WAYS.values())
    for at, kinds in enumerate(frame["kinds"].to_list()):
        if not kinds or chance.random() >= share:
            continue
        name = chance.choices(names, weights)[0]
        value = columns[name][at]
        if not value:
            continue
        way = "foreign" if name == "area_code" else chance.choices(ways, chances)[0]
        columns[name][at] = _hit(value, way, chance) or columns[name][chance.randrange(frame.height)]
    return frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in columns.items())


def _hit(value: str, way: str, chance: Random) -> str:
    if way == "slips":
        for _ in range(chance.choices((1, 2, 3, 4), (8, 4, 2, 1))[0]):
            value = _slip(value, chance)
        return value
    if way == "stretch":
        start, width = chance.randrange(len(value)), chance.randint(2, 5)
        lost = value[start : start + width]
        new = "" if chance.random() < 0.5 else "".join(_like(sign, chance) for sign in lost)
        return value[:start] + new + value[start + width :]
    return ""


def _slip(value: str, chance: Random) -> str:
    """One sign replaced, left out, added, or exchanged with the next."""
    if not value:
        return value
    at = chance.randrange(len(value))
    before, sign, after = value[:at], value[at], value[at + 1 :]
    return chance.choice(
        (
            before + _like(sign, chance) + after,
            before + after,
            before + _like(sign, chance) + sign + after,
            before + after[:1] + sign + after[1:],
        )
    )


def _like(sign: str, chance: Random) -> str:
    """Another sign of the same sort."""
    if sign.isdigit():
        return chance.choice(_DIGITS)
    if sign.isalpha():
        new = chance.choice(_LETTERS)
        return new.upper() if sign.isupper() else new
    return sign
