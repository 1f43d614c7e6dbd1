"""Whole rupiah out of the columns of a table. A doubt is never an amount.

A part below one rupiah that is not zero holds the line (``decimal_part``); so does whatever two readers could read differently.
"""

from __future__ import annotations

import re
from typing import Literal

import polars as pl

from sertakan.banking.reading.decimals import MOST

Mark = Literal[",", ".", ""]


def decimal_mark(texts: pl.Series, kinds: pl.Series) -> Mark:
    """The decimal mark a column of texts shows without doubt: in ``1.000,00`` and ``16800,5``; "" when it shows none, or two.

    Numbers of a workbook are no texts: their mark is the point, whatever the texts say.
    """
    shown = texts.filter(kinds == "s").drop_nulls()
    comma = _shows(shown, r",", r"\.")
    point = _shows(shown, r"\.", r",")
    return "," if comma and not point else "." if point and not comma else ""


def _shows(texts: pl.Series, mark: str, other: str) -> bool:
    """Whether some text shows `mark` as decimal mark: behind groups of `other`, with one or two digits behind it, or `other` twice."""
    certain = rf"\d{other}\d{{3}}{mark}\d|^[^.,]*\d{mark}\d{{1,2}}(?:\D*)$|\d{other}\d{{3}}{other}\d{{3}}"
    return bool(texts.str.contains(certain).any())


def read_amounts(texts: pl.Series, kinds: pl.Series, mark: Mark = "") -> pl.DataFrame:
    """[amount Int64 (may be negative or zero), problem, suffix] of a column of cells; a blank cell has none of them.

    `mark` is the decimal mark the layout names; without it, the one the column shows. `suffix` is DB, CR, D, K ... behind or before
    the figures, in capitals. ``Rp``, ``IDR``, blanks, ``,-`` are taken away; parentheses and a minus, before or behind, mean below zero.
    """
    known = mark or decimal_mark(texts, kinds)
    frame = pl.DataFrame({"text": texts.cast(pl.String), "kind": kinds.cast(pl.String)})
    text = pl.col("text").str.strip_chars().str.to_uppercase().str.replace_all(r"[\s\u00a0\u202f'’]", "")
    frame = frame.with_columns(bare=text.str.replace(r"^(?:RP\.?|IDR)", "").str.replace(r"(?:IDR)$", ""))
    frame = frame.with_columns(
        suffix=pl.coalesce(
            pl.col("bare").str.extract(r"(?:^|[0-9.,\-)])(DB|CR|DR|D|C|K)\.?$"),
            pl.col("bare").str.extract(r"^(DB|CR|DR|D|C|K)\.?[0-9(-]"),
        ).fill_null(""),
    ).with_columns(
        bare=pl.col("bare")
        .str.replace(r"(?:DB|CR|DR|D|C|K)\.?$", "")
        .str.replace(r"^(?:DB|CR|DR|D|C|K)\.?", "")
        .str.replace(r"^(?:RP\.?|IDR)", "")
        .str.replace(r"[.,]-+$", "")
    )
    negative = pl.col("bare").str.contains(r"^-[0-9]|^[0-9.,]+-$|^\([0-9.,]+\)$")
    frame = frame.with_columns(
        negative=negative.fill_null(value=False),
        digits=pl.col("bare").str.replace(r"^[-+(]", "").str.replace(r"[-)]$", ""),
    )
    frame = frame.with_columns(pl.when(pl.col("negative") | ~pl.col("bare").str.contains(r"[()]|.-|-$")).then("digits"))
    split = _split(known)
    frame = frame.with_columns(whole=split[0], part=split[1])
    whole = pl.col("whole").cast(pl.Int64, strict=False)
    amount = pl.when(whole < MOST).then(pl.when("negative").then(-whole).otherwise(whole))
    blank = pl.col("text").is_null() | (text == "") | pl.col("bare").is_in(["", "-"])
    fraction = pl.col("part").fill_null("").str.strip_chars("0") != ""
    problem = (
        pl.when(blank)
        .then(pl.lit(""))
        .when(amount.is_null())
        .then(pl.lit("amount_unreadable"))
        .when(fraction)
        .then(pl.lit("decimal_part"))
        .otherwise(pl.lit(""))
    )
    read = frame.with_columns(problem=problem, amount=amount)
    usable = (pl.col("problem") == "") & ~blank
    return read.select(amount=pl.when(usable).then("amount"), problem="problem", suffix="suffix")


def _split(mark: Mark) -> tuple[pl.Expr, pl.Expr]:
    """Whole part without its groups, and what stands behind the decimal mark; null where the text does not fit."""
    digits = pl.col("digits")
    number = pl.col("kind").is_in(["n", "i"])
    point = _by_mark(digits, ".", ",")
    comma = _by_mark(digits, ",", ".")
    if mark == ".":
        texts = point
    elif mark == ",":
        texts = comma
    else:
        # No mark is known: groups of three are groups, whichever sign parts them; one or two digits behind one sign are decimals.
        grouped = digits.str.contains(r"^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?:,\d{3})+$")
        plain = digits.str.contains(r"^\d+$")
        bare = pl.when(grouped | plain).then(digits.str.replace_all(r"[.,]", ""))
        texts = (
            pl.coalesce(bare, point[0], comma[0]),
            pl.coalesce(pl.when(bare.is_not_null()).then(pl.lit("")), point[1], comma[1]),
        )
    plain_number = digits.str.contains(r"^\d+(?:\.\d+)?$")
    return (
        pl.when(number & plain_number).then(digits.str.extract(r"^(\d+)")).when(~number).then(texts[0]),
        pl.when(number & plain_number).then(digits.str.extract(r"\.(\d+)$")).when(~number).then(texts[1]),
    )


def _by_mark(digits: pl.Expr, mark: str, group: str) -> tuple[pl.Expr, pl.Expr]:
    point, parted = re.escape(mark), re.escape(group)
    fits = digits.str.contains(rf"^(?:\d+|\d{{1,3}}(?:{parted}\d{{3}})+)(?:{point}\d{{0,2}})?$")
    whole = digits.str.extract(rf"^([\d{parted}]+)").str.replace_all(group, "", literal=True)
    return pl.when(fits).then(whole), pl.when(fits).then(digits.str.extract(rf"{point}(\d*)$").fill_null(""))
