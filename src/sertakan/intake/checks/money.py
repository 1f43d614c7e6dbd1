"""Amounts of money as people write them, and the base against the income. Adds `dasar` and `income`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from sertakan.core.money import Rupiah
from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.sheet import Sheet

SMALLEST: Final = 10_000
"""A monthly amount below this (but not 0) is no rupiah amount as written: thousands were probably left away."""

LARGEST: Final = 10_000_000_000
_UNITS: Final = {"ribu": 1_000, "rb": 1_000, "k": 1_000, "juta": 1_000_000, "jt": 1_000_000, "jta": 1_000_000}
_WORDED = re.compile(r"(\d+(?:[.,]\d+)*)\s*(ribu|rb|k|juta|jta|jt)\b\.?")
_NOISE = re.compile(r"^(?:rp|idr|rupiah)\.?\s*|\s*(?:rupiah|idr)$")
_PERIOD = re.compile(r"\s*(?:/|per|se)\s*(?:bulan|bln|bl|month)\.?$")
_POINTS = re.compile(r"^\d{1,3}(?:\.\d{3})+$")
_COMMAS = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_SPACED = re.compile(r"^\d{1,3}(?: \d{3})+$")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a text says in whole rupiah. Without `value`: `candidates` when it is ambiguous, none when unreadable."""

    value: Rupiah | None = None
    candidates: tuple[Rupiah, ...] = ()
    worded: bool = False


UNREADABLE: Final = Amount()


def read_amount(text: str) -> Amount:
    """Read an amount a month. “1,5 jt”, “1.500.000”, “Rp 1.500.000,-”, “1500000.00”, “1,500,000”; never a guess.

    >>> read_amount("16.8").candidates
    (16800,)
    """
    plain = " ".join(text.lower().replace("\u00a0", " ").split())
    plain = _PERIOD.sub("", _NOISE.sub("", plain)).strip()
    plain = re.sub(r"\s*[,.]\s*[-=–—]+$|[-=–—]+$", "", plain).strip()
    if not plain or not re.fullmatch(r"[0-9., a-z]+", plain):
        return UNREADABLE
    if re.search(r"[a-z]", plain):
        return _worded(plain)
    return _plain(plain)


def _worded(text: str) -> Amount:
    """Numbers with ribu or juta, added up: “1 juta 500 ribu”."""
    pieces = _WORDED.findall(text)
    if not pieces or _WORDED.sub("", text).strip():
        return UNREADABLE
    total, last = Decimal(0), 10**12
    doubtful = False
    for number, unit in pieces:
        factor = _UNITS[unit]
        if factor >= last:
            return UNREADABLE
        last = factor
        found = _with_fraction(number)
        if found is None:
            return UNREADABLE
        doubtful = doubtful or (factor == 1_000_000 and found >= 1000)
        total += found * factor
    if total != total.to_integral_value() or total > LARGEST:
        return UNREADABLE
    if doubtful:
        return Amount(candidates=(int(total / 1000),))
    return Amount(int(total), worded=True)


def _with_fraction(number: str) -> Decimal | None:
    """“1,5” is one and a half; “1.500” in front of ribu or juta is one thousand five hundred."""
    if _POINTS.fullmatch(number) or _COMMAS.fullmatch(number):
        return Decimal(re.sub(r"[.,]", "", number))
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", number):
        return Decimal(number.replace(",", "."))
    return None


def _plain(text: str) -> Amount:
    """Digits with separators only."""
    whole = re.sub(r"[.,]0{1,2}$", "", text) if re.search(r"\d{4,}[.,]0{1,2}$|\d{3}[.,]0{2}$", text) else text
    if _POINTS.fullmatch(whole) or _COMMAS.fullmatch(whole) or _SPACED.fullmatch(whole):
        return _sized(int(re.sub(r"[., ]", "", whole)))
    if whole.isdigit():
        return _sized(int(whole))
    if re.fullmatch(r"\d{1,3}[.,]\d{1,2}", text):
        number = Decimal(text.replace(",", "."))
        return Amount(candidates=tuple(int(number * factor) for factor in _factors(number)))
    return UNREADABLE


def _sized(value: int) -> Amount:
    if value > LARGEST:
        return UNREADABLE
    if 0 < value < SMALLEST:
        return Amount(candidates=tuple(value * factor for factor in _factors(Decimal(value))))
    return Amount(value)


def _factors(number: Decimal) -> tuple[int, ...]:
    """By how much a short number was probably shortened: so that a monthly amount comes out."""
    return tuple(factor for factor in (1_000, 1_000_000) if SMALLEST <= number * factor <= 100_000_000)


def check_money(sheet: Sheet, context: CheckContext) -> None:
    """Read base and income. The base is chosen; an income above it never raises it, but is said."""
    for column in ("income", "dasar"):
        _read(sheet, column)
    rows = sorted(context.tiers, key=lambda row: row.income_from)
    _check_base(sheet, context.lowest_dasar, sorted(row.dasar for row in rows))
    bounds = pl.Series([row.income_from for row in rows], dtype=pl.Int64)
    bases = pl.Series([row.dasar for row in rows], dtype=pl.Int64)
    income = sheet.frame["income"]
    place = (bounds.search_sorted(income.fill_null(0), side="right") - 1).clip(0)
    own = bases.gather(place)
    sheet.frame = sheet.frame.with_columns(
        _tier_dasar=pl.select(pl.when(pl.lit(income).is_not_null()).then(pl.lit(own))).to_series()
    )
    above = pl.col("_tier_dasar") > pl.col("dasar")
    if sheet.has("dasar"):
        facts = pl.struct(dasar="dasar", tier_dasar="_tier_dasar").struct.json_encode()
        sheet.find("income_above_dasar", "income", above, facts=facts)
    else:
        sheet.find_sheet("income_above_dasar", "income", facts={"dasar": context.lowest_dasar}, where=above)


def _read(sheet: Sheet, column: str) -> None:
    schema = {
        "value": pl.Int64(), "candidates": pl.List(pl.Int64()), "worded": pl.Boolean(), "known": pl.Boolean(),
    }  # fmt: skip

    def look(text: str) -> dict[str, object]:
        amount = read_amount(text)
        return {
            "value": amount.value, "candidates": list(amount.candidates), "worded": amount.worded, "known": True,
        }  # fmt: skip

    sheet.by_value(column, look, schema)
    value = pl.col(f"{column}_value")
    text = pl.col(f"t_{column}")
    candidates = pl.col(f"{column}_candidates")
    unread = text.is_not_null() & value.is_null()
    ambiguous = unread & (candidates.list.len() > 0)
    sheet.add(value.alias(column))
    facts = pl.struct(candidates=candidates.list.eval(pl.struct(amount=pl.element()))).struct.json_encode()
    first = candidates.list.get(0, null_on_oob=True)
    sheet.find("amount_ambiguous", column, ambiguous, value=first, facts=facts)
    sheet.find("amount_unreadable", column, unread & ~ambiguous)
    sheet.find("amount_words", column, pl.col(f"{column}_worded"), value=value)


def _check_base(sheet: Sheet, lowest: Rupiah, bases: list[Rupiah]) -> None:
    if not sheet.has("dasar"):
        sheet.add(dasar=pl.lit(lowest, dtype=pl.Int64))
        sheet.find_sheet("dasar_lowest", "dasar", value=str(lowest), facts={"dasar": lowest})
        return
    chosen = pl.col("dasar")
    wrong = chosen.is_not_null() & ~chosen.is_in(bases)
    near = {value: _nearest(value, bases) for value in sheet.frame.filter(wrong)["dasar"].unique().to_list()}
    if near:
        facts = pl.struct(
            candidates=chosen.replace_strict(near, default=None, return_dtype=pl.List(pl.Int64)).list.eval(
                pl.struct(amount=pl.element())
            ),
            count=pl.lit(len(bases)),
        ).struct.json_encode()
        sheet.find("dasar_not_a_row", "dasar", wrong, value=chosen, facts=facts)
    blank = pl.col("t_dasar").is_null()
    sheet.find("dasar_lowest", "dasar", blank, value=pl.lit(str(lowest)), facts={"dasar": lowest})
    sheet.add(dasar=pl.when(blank).then(pl.lit(lowest, dtype=pl.Int64)).when(~wrong).then(chosen))


def _nearest(value: int, bases: list[Rupiah]) -> list[Rupiah]:
    return sorted(sorted(bases, key=lambda base: (abs(base - value), base))[:2])
