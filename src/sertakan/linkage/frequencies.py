"""How frequent names, dates and places are: a rare value that two records share says more than a frequent one.

The frequency of a name is that of its words multiplied, or that of the whole name where it comes more often than its words let expect;
of two names of which one is part of the other, the shorter one is what they share, and it is the more frequent of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from sertakan.linkage.model import FREQUENCIES

RAREST: Final = 1e-7
"""No value counts as rarer: a name that nobody else bears may be a slip."""


@dataclass(frozen=True)
class Frequencies:
    """Counts [value, count] of values, and of their words, by column; `rows` that have the column at all."""

    values: dict[str, pl.DataFrame]
    words: dict[str, pl.DataFrame]
    rows: dict[str, int]


def count(prepared: pl.DataFrame) -> Frequencies:
    """Count the values of all columns that have a frequency."""
    return of_tallies(
        {
            column: prepared.select(value=pl.col(column))
            .drop_nulls()
            .group_by("value")
            .agg(count=pl.len().cast(pl.UInt32))
            for column in FREQUENCIES
            if column in prepared.columns
        }
    )


def of_tallies(tallies: dict[str, pl.DataFrame]) -> Frequencies:
    """From [value, count] by column, wherever they were counted."""
    values, words, rows = {}, {}, {}
    for column, tally in tallies.items():
        rows[column] = int(tally["count"].sum())
        if FREQUENCIES[column]:
            words[column] = _word_counts(tally)
            tally = _beyond_words(tally.filter(pl.col("count") > 1), words[column], rows[column])
        values[column] = tally.sort("value")
    return Frequencies(values, words, rows)


def _beyond_words(tally: pl.DataFrame, words: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Names that come more often than their words let expect: the others need not be kept."""
    products = _products(tally.select("value"), words, rows)
    kept = tally.join(products, on="value").filter(pl.col("count") / rows > pl.col("product"))
    return kept.select("value", "count")


def _products(distinct: pl.DataFrame, words: pl.DataFrame, rows: int) -> pl.DataFrame:
    """[value, product]: the shares of the words of each value multiplied, always in the same order."""
    return (
        distinct.with_columns(word=pl.col("value").str.split(" "))
        .explode("word")
        .join(words.rename({"value": "word"}), on="word", how="left")
        .group_by("value")
        .agg(product=((pl.col("count").fill_null(1) / rows).log()).sort().sum().exp())
    )


def _word_counts(tally: pl.DataFrame) -> pl.DataFrame:
    """[value, count] of the words of values; an initial stands for every word that begins with it."""
    exploded = tally.select(pl.col("value").str.split(" "), "count").explode("value")
    words = exploded.group_by("value").agg(pl.col("count").sum())
    initials = (
        words.filter(pl.col("value").str.contains(r"^[A-Z]"))
        .group_by(value=pl.col("value").str.slice(0, 1))
        .agg(pl.col("count").sum())
    )
    long = words.filter(~pl.col("value").is_in(initials["value"].implode()))
    return pl.concat([long, initials]).sort("value")


def add(prepared: pl.DataFrame, known: Frequencies) -> pl.DataFrame:
    """`prepared` with a column ``tf_<column>`` (share of rows, at least RAREST) for every column that has one."""
    found: list[pl.Series] = []
    for column in FREQUENCIES:
        if column in prepared.columns and column in known.rows:
            found.append(_shares(prepared[column], known, column).alias(f"tf_{column}"))
    return prepared.with_columns(found)


def _shares(values: pl.Series, known: Frequencies, column: str) -> pl.Series:
    rows = max(known.rows[column], 1)
    distinct = pl.DataFrame({"value": values}).unique().drop_nulls()
    shares = distinct.join(known.values[column], on="value", how="left").with_columns(
        share=pl.col("count").fill_null(1) / rows
    )
    if column in known.words:
        product = _products(distinct, known.words[column], rows)
        whole = pl.col("count").fill_null(0) / rows
        shares = shares.join(product, on="value").with_columns(share=pl.max_horizontal(whole, "product"))
    table = shares.select("value", share=pl.col("share").clip(RAREST, 1.0).cast(pl.Float64))
    return pl.DataFrame({"value": values}).join(table, on="value", how="left", maintain_order="left")["share"]
