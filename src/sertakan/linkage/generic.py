"""Columns nobody foresaw: how texts, codes and numbers of any list become comparison columns, levels and blocks of the model.

Everything is plain data for the same engine: `prepare` adds columns to a frame of `mapping.ListMapping.apply`, and `settings` says how
they are compared. Nothing here knows what the list is about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

from sertakan.linkage.model import MODEL, Block, Comparison, Level, Settings

Kind = Literal["text", "word", "code", "number", "year", "date"]
RARE: Final = 0.002
"""A value that at most this share of records has says more than others."""

MOST_WEIGHT: Final = 5
"""A rare word counts as this many frequent ones when two texts are compared."""

_PREFIX: Final = "x_"
_ISO: Final = r"^\d{4}-\d\d-\d\d$"


@dataclass(frozen=True, slots=True)
class Column:
    """One generic column (`name` is x_0, x_1 ...) and what its values are like."""

    name: str
    kind: Kind


BIRTH: Final = Column("birth_date", "date")


def generic_columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    """The generic columns of a mapped list, with their kinds; dates of birth that all stand in figures are one of them.

    Dates that no calendar has (month 13, year 1064) are errors like others, and compared digit by digit.
    """
    born = (BIRTH,) if "birth_date" in frame.columns and _in_figures(frame["birth_date"]) else ()
    return born + tuple(
        Column(name, kind_of(frame[name])) for name in frame.columns if name.startswith(_PREFIX) and name[2:].isdigit()
    )


def _in_figures(values: pl.Series) -> bool:
    filled = values.drop_nulls()
    return not filled.is_empty() and bool(filled.str.contains(_ISO).mean() >= 0.98)  # type: ignore[operator]


def kind_of(values: pl.Series) -> Kind:
    """What the filled values look like."""
    filled = values.drop_nulls().head(5_000)
    if filled.is_empty():
        return "word"
    numbers = filled.str.replace_all(r"[\s$€£,]|Rp\.?", "").cast(pl.Float64, strict=False)
    if numbers.is_not_null().mean() >= 0.95:  # type: ignore[operator]
        whole = numbers.drop_nulls()
        if (whole.is_between(1800, 2100) & (whole == whole.round())).mean() >= 0.95:  # type: ignore[operator]
            return "year"
        several_digits = filled.str.contains(r"^0|^\d{5,}$").mean() >= 0.5  # type: ignore[operator]
        return "code" if several_digits else "number"
    words = filled.str.count_matches(r"\S+").mean()
    if float(words or 0) > 1.3:  # type: ignore[arg-type]
        return "text"
    digits = filled.str.contains(r"\d").mean() >= 0.8  # type: ignore[operator]
    return "code" if digits else "word"


def prepare(frame: pl.DataFrame, columns: tuple[Column, ...]) -> pl.DataFrame:
    """`frame` with the comparison columns of `columns`."""
    added = [_prepared(frame[one.name], one) for one in columns]
    return pl.concat([frame, *added], how="horizontal") if added else frame


def _prepared(values: pl.Series, column: Column) -> pl.DataFrame:
    """Comparison columns of one generic column; all null where the value is missing."""
    name = column.name
    if column.kind == "date":
        digits = values.set(~values.str.contains(_ISO), None).str.replace_all("-", "")
        return pl.DataFrame({f"{name}_text": digits, f"{name}_share": _shares(digits)})
    if column.kind in ("number", "year"):
        number = values.str.replace_all(r"[\s$€£,]|Rp\.?", "").cast(pl.Float64, strict=False)
        return pl.DataFrame({f"{name}_number": number, f"{name}_text": number.cast(pl.String)})
    folded = (
        values.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all(r"['’`]", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", "" if column.kind == "code" else " ")
        .str.strip_chars()
    )
    text = folded.set(folded == "", None).alias(f"{name}_text")
    share = _shares(text).alias(f"{name}_share")
    frame = pl.DataFrame([text, share])
    return frame if column.kind != "text" else frame.hstack(_word_columns(text, name))


def _shares(text: pl.Series) -> pl.Series:
    counts = text.to_frame("text").select(pl.len().over("text")).to_series()
    return (counts / max(text.len(), 1)).set(text.is_null(), None)


def _word_columns(text: pl.Series, name: str) -> list[pl.Series]:
    """[words, bag, doubles]: the words; each as often as it is rare (numbered, so that sets can be counted); words two by two."""
    rows = pl.DataFrame({"words": text.str.split(" ")}).with_row_index("row")
    words = rows.explode("words").filter(pl.col("words").is_not_null()).unique(maintain_order=True)
    count = max(text.len(), 1)
    weight = (
        ((count / pl.len().over("words")).log() / math.log(max(count, 3)) * MOST_WEIGHT).ceil().clip(1, MOST_WEIGHT)
    )
    words = words.with_columns(weight=weight.cast(pl.Int64), at=pl.col("words").rank("dense").cast(pl.Int64))
    bags = words.select("row", "at", copy=pl.int_ranges(0, "weight")).explode("copy")
    bag = bags.group_by("row", maintain_order=True).agg(bag=pl.col("at") * (MOST_WEIGHT + 1) + pl.col("copy"))
    listed = words.group_by("row", maintain_order=True).agg(
        words=pl.col("words"),
        doubles=(pl.col("words") + " " + pl.col("words").shift(-1)).drop_nulls(),
    )
    done = (
        rows.select("row")
        .join(listed, on="row", how="left", maintain_order="left")
        .join(bag, on="row", how="left", maintain_order="left")
    )
    return [done[one].alias(f"{name}_{one}") for one in ("words", "bag", "doubles")]


# --- levels ----------------------------------------------------------------------------------------------------------------------------


def settings(columns: tuple[Column, ...], *, people: bool) -> Settings:
    """The model for a list with these generic columns; with the comparisons of persons where it is about persons."""
    comparisons = tuple(_comparison(one) for one in columns)
    blocks = tuple(block for one in columns for block in _blocks(one))
    known = MODEL if people else Settings(MODEL.version, _of_anything(), (), ())
    if BIRTH in columns:
        known = replace(known, comparisons=tuple(one for one in known.comparisons if one.name != "birth"))
    return Settings(
        version=f"{MODEL.version}+{','.join(f'{one.name}:{one.kind}' for one in columns)}"
        if columns
        else MODEL.version,
        comparisons=(*known.comparisons, *comparisons),
        blocks=(*known.blocks, *blocks),
        family=known.family,
        largest_block=MODEL.largest_block,
        loose_up_to=MODEL.loose_up_to,
    )


def _of_anything() -> tuple[Comparison, ...]:
    """Telephone and e-mail are compared in lists of anything."""
    return tuple(one for one in MODEL.comparisons if one.name in ("phone", "email"))


def _comparison(column: Column) -> Comparison:
    make = {"text": _text, "word": _word, "code": _code, "number": _number, "year": _year, "date": _date}[column.kind]
    return make(column.name)


def _missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _same(name: str) -> tuple[Level, Level]:
    same = f"{name}_text_l = {name}_text_r"
    return (
        Level("same, rare", f"{same} and {name}_share_l <= {RARE} and {name}_share_r <= {RARE}", m=0.3, u=1e-4),
        Level("same", same, m=0.3, u=1e-2),
    )


def _text(name: str) -> Comparison:
    common = f"(len(list_intersect({name}_bag_l, {name}_bag_r)) * 1.0)"
    either = f"(len({name}_bag_l) + len({name}_bag_r) - len(list_intersect({name}_bag_l, {name}_bag_r)))"
    least = f"least(len({name}_bag_l), len({name}_bag_r))"
    edits = f"levenshtein({name}_text_l, {name}_text_r) * 8 <= greatest(length({name}_text_l), length({name}_text_r))"
    return Comparison(
        name,
        (f"{name}_text", f"{name}_share", f"{name}_words", f"{name}_bag"),
        _missing(f"{name}_text"),
        (
            *_same(name),
            Level("nearly the same", f"{common} >= 0.8 * {either} or {edits}", m=0.15, u=1e-4),
            Level("much in common", f"{common} >= 0.55 * {either}", m=0.1, u=1e-3),
            Level("one within the other", f"{common} >= 0.95 * {least}", m=0.05, u=2e-3),
            Level("half in common", f"{common} >= 0.35 * {either}", m=0.04, u=5e-3),
            Level("something in common", f"{common} >= 0.15 * {either}", m=0.03, u=5e-2),
            Level("other", "ELSE", m=0.03, u=0.93),
        ),
    )  # fmt: skip


def _word(name: str) -> Comparison:
    return Comparison(
        name,
        (f"{name}_text", f"{name}_share"),
        _missing(f"{name}_text"),
        (
            *_same(name),
            Level("one slip", f"NEAR({name}_text, 1)", m=0.1, u=1e-3),
            Level("two slips", f"NEAR({name}_text, 2) and length({name}_text_l) >= 6", m=0.05, u=2e-3),
            Level("other", "ELSE", m=0.2, u=0.98),
        ),
    )


def _code(name: str) -> Comparison:
    return Comparison(
        name,
        (f"{name}_text", f"{name}_share"),
        _missing(f"{name}_text"),
        (
            *_same(name),
            Level("one slip", f"NEAR({name}_text, 1)", m=0.1, u=1e-4),
            Level("two slips", f"NEAR({name}_text, 2) and length({name}_text_l) >= 6", m=0.05, u=1e-3),
            Level("other", "ELSE", m=0.2, u=0.98),
        ),
    )


def _date(name: str) -> Comparison:
    """Eight figures. Year, month and day can each be wrong as a whole, or one figure of them."""
    left, right = f"{name}_text_l", f"{name}_text_r"

    def part(side: str, at: int, size: int) -> str:
        return f"substr({side}, {at}, {size})"

    def alike(at: int, size: int) -> str:
        return f"{part(left, at, size)} = {part(right, at, size)}"

    swapped = f"{alike(1, 4)} and {part(left, 5, 2)} = {part(right, 7, 2)} and {part(left, 7, 2)} = {part(right, 5, 2)}"
    two = f"({alike(1, 6)}) or ({alike(5, 4)}) or ({alike(1, 4)} and {alike(7, 2)})"
    return Comparison(
        name,
        (f"{name}_text", f"{name}_share"),
        _missing(f"{name}_text"),
        (
            *_same(name),
            Level("day and month swapped", swapped, m=0.02, u=3e-5),
            Level("one slip", f"NEAR({name}_text, 1)", m=0.1, u=1e-3),
            Level("two parts the same", two, m=0.05, u=5e-3),
            Level("two slips", f"NEAR({name}_text, 2)", m=0.05, u=1e-2),
            Level("other", "ELSE", m=0.05, u=0.98),
        ),
    )


def _number(name: str) -> Comparison:
    apart = f"abs({name}_number_l - {name}_number_r)"
    size = f"greatest(abs({name}_number_l), abs({name}_number_r))"
    return Comparison(
        name,
        (f"{name}_number", f"{name}_text"),
        _missing(f"{name}_number"),
        (
            Level("same", f"{name}_number_l = {name}_number_r", m=0.6, u=1e-2),
            Level("within 3 %", f"{apart} <= 0.03 * {size}", m=0.1, u=2e-2),
            Level("within 15 %", f"{apart} <= 0.15 * {size}", m=0.1, u=1e-1),
            Level("other", "ELSE", m=0.2, u=0.87),
        ),
    )


def _year(name: str) -> Comparison:
    return Comparison(
        name,
        (f"{name}_number", f"{name}_text"),
        _missing(f"{name}_number"),
        (
            Level("same", f"{name}_number_l = {name}_number_r", m=0.85, u=5e-2),
            Level("a year apart", f"abs({name}_number_l - {name}_number_r) <= 1", m=0.1, u=1e-1),
            Level("other", "ELSE", m=0.05, u=0.85),
        ),
    )


def _blocks(column: Column) -> tuple[Block, ...]:
    """Texts meet in rare words and in words two by two; words and codes as a whole."""
    name = column.name
    if column.kind == "text":
        return (
            Block((f"{name}_text",)),
            Block((), f"{name}_doubles"),
            Block((), f"{name}_words", loose=True),
        )
    if column.kind in ("word", "code", "date"):
        return (Block((f"{name}_text",)),)
    return ()
