"""Invented records for tests of linkage."""

from __future__ import annotations

from functools import cache

import polars as pl

from sertakan.linkage import normalise
from sertakan.synthetic.labelled import generate

PERSON = {
    "record_id": "a", "nik": "1771014107859003", "name": "Siti Aminah Putri", "mother_name": "Nurhayati Zubaidah",
    "birth_date": "1985-07-01",
    "sex": "P", "area_code": "17.71.01.1004", "phone": "+6284412345678", "address": "Jl. Melati No. 7 RT 003 RW 001", "kpj": None,
}  # fmt: skip


def records(*changes: dict[str, str | None]) -> pl.DataFrame:
    """One record for each set of changes to PERSON, normalised; ids a, b, c..."""
    rows = [{**PERSON, "record_id": chr(97 + at), **change} for at, change in enumerate(changes)]
    return normalise.prepare(pl.DataFrame(rows, schema=dict.fromkeys(PERSON, pl.String)))


@cache
def labelled(count: int = 4_000, half: str = "train", seed: int = 9) -> pl.DataFrame:
    """Labelled records of the generator, raw."""
    return generate(count, half=half, seed=seed)  # type: ignore[arg-type]


@cache
def crowd(count: int = 4_000, half: str = "train", seed: int = 9) -> pl.DataFrame:
    """The same, normalised."""
    wanted = ["record_id", *(name for name in normalise.CANONICAL if name in labelled(count, half, seed).columns)]
    return normalise.prepare(labelled(count, half, seed).select(wanted).drop("email"))


def right_pairs(pairs: pl.DataFrame, count: int = 4_000, half: str = "train", seed: int = 9) -> pl.Series:
    """Whether each pair is truly one person."""
    truth = dict(labelled(count, half, seed).select("record_id", "cluster").iter_rows())
    same = [truth[left] == truth[right] for left, right in pairs.select("left_id", "right_id").iter_rows()]
    return pl.Series(same, dtype=pl.Boolean)


def true_pairs(count: int = 4_000, half: str = "train", seed: int = 9) -> int:
    """How many pairs of records are one person."""
    sizes = labelled(count, half, seed).group_by("cluster").len()["len"]
    return int((sizes * (sizes - 1) // 2).sum())
