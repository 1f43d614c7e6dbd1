"""The whole register as the columns that `cover_frame` takes, and its states on a day. Asked as who sees all; knows ids only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sertakan.core.month import Month
from sertakan.protection.paid_columns import PaidParts
from sertakan.rules import RuleSet

if TYPE_CHECKING:
    import polars as pl

# A number that existed before we asked and whose day nobody knows counts from the day on which we learned of it.
NUMBER = "coalesce(m.issued_on, (m.created_at AT TIME ZONE 'Asia/Jakarta')::date)"

_MEMBERSHIPS = f"""
SELECT m.id, coalesce(p.merged_into_id, m.person_id), {NUMBER} - DATE '1970-01-01'
FROM sponsorship_membership m LEFT JOIN people_person p ON p.id = m.person_id AND p.merged_into_id IS NOT NULL
ORDER BY m.id
"""


def register_frames() -> tuple[pl.DataFrame, PaidParts]:
    """[membership, person, number_issued_on] with one row per human being, and the paid months of all of them.

    Somebody whose records were merged and who has several numbers stands there once: with the first of the memberships, the earliest
    number, and the months paid under any of them.
    """
    import polars as pl

    from sertakan.core.copy import read_frame
    from sertakan.protection.store import paid_parts

    schema = {"membership": pl.Int64, "person": pl.Int64, "number_issued_on": pl.Int32}
    every = read_frame(_MEMBERSHIPS, [], schema).with_columns(pl.col("number_issued_on").cast(pl.Date))
    parts = paid_parts()
    several = every.filter(pl.col("person").is_duplicated())
    if several.is_empty():
        return every, parts
    first = pl.col("membership").min().over("person")
    earliest = pl.col("number_issued_on").min().over("person")
    told = several.with_columns(first=first, number_issued_on=earliest)
    heads = told.filter(pl.col("membership") == pl.col("first")).drop("first")
    beside = told.filter(pl.col("membership") != pl.col("first"))
    parts.also = beside.select(pl.col("first").alias("membership"), pl.col("membership").alias("other"))
    single = every.filter(~pl.col("person").is_duplicated())
    return pl.concat([single, heads]).sort("membership"), parts


def states_of(month: Month, *, today: date, rules: RuleSet | None = None) -> pl.DataFrame:
    """`cover_frame` of the register for a month: on its last day, or today while the month runs. Refuses CoverBeforeLaw."""
    from sertakan.protection.cover_frame import cover_frame

    memberships, paid = register_frames()
    return cover_frame(memberships, paid, on=day_of(month, today), rules=rules)


def day_of(month: Month, today: date) -> date:
    """The day whose state is the state of a month: its last, or today while it runs."""
    return min(month.last_day, today) if Month.of(today) >= month else month.last_day
