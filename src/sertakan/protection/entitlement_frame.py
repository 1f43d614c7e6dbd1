"""Sums of a whole register: the twin of `entitlement.py` in columns, for lists and warnings."""

from __future__ import annotations

from datetime import date

import polars as pl

from sertakan.core.month import Month
from sertakan.protection.clock import WAITING
from sertakan.protection.errors import BenefitsUnknown, NoCoverProgramme
from sertakan.rules import RuleSet, Settings, load_rules, read_programmes
from sertakan.rules.contribution import regime_of
from sertakan.rules.errors import BaseNotInTable, NoProgramme, UnknownProgramme
from sertakan.rules.reasons import day_in_words

_SUMS = ("jkm", "jkk_death", "jkk_disability")


def entitlement_frame(
    covers: pl.DataFrame, *, on: date, rules: RuleSet | None = None, settings: Settings | None = None
) -> pl.DataFrame:
    """Add the sums of an event on the day to what `cover_frame` gave for that day.

    Columns read besides its own: `dasar` (whole rupiah) and `programmes` (text ``jkk,jkm``). Columns added: jkm_now, jkm_after,
    jkk_death_now, jkk_death_after, jkk_disability_now, jkk_disability_after (whole rupiah, 0 for a programme not chosen), held (cash
    waits for settling), entitlement_refusal (code or null; then all sums are null). Refuses BenefitsUnknown for a day without known
    amounts.
    """
    law = (rules or load_rules()).with_settings(settings)
    amounts = {name: _whole(law, name, on) for name in _AMOUNTS}
    refusal = _refusal(covers, law, on).alias("entitlement_refusal")
    covered = pl.col("protected_since").is_not_null()
    held = covered & (pl.col("arrears") > 0)
    if law.settings.gap_must_be_settled_first:
        held |= covered & (pl.col("gaps") > 0)
    waits = law.parameter(WAITING, on) is not None
    whole = pl.lit(amounts["jkm_death_sum"] + amounts["jkm_periodic_lump_sum"] + amounts["jkm_funeral"])
    early = pl.lit(_whole(law, "jkm_waiting_benefit_before", on)) if waits else whole
    reached = pl.col("full_death_benefit_reached") if waits else pl.lit(value=True)
    jkm = pl.when(reached).then(whole).otherwise(early)
    funeral = (
        pl.when(reached).then(pl.lit(amounts["jkm_funeral"])).otherwise(early)
        if waits
        else pl.lit(amounts["jkm_funeral"])
    )
    at_once = {
        "jkm": funeral if _yes(law, "jkm_arrears_pays_funeral", on) else pl.lit(0),
        "jkk": None if _yes(law, "jkk_arrears_pays_cash", on) else pl.lit(0),
    }
    dasar = pl.col("dasar").cast(pl.Int64)
    after = {
        "jkm": jkm,
        "jkk_death": dasar * amounts["jkk_death_multiple_of_dasar"]
        + amounts["jkk_periodic_lump_sum"]
        + amounts["jkk_funeral"],
        "jkk_disability": dasar * amounts["jkk_total_disability_multiple_of_dasar"] + amounts["jkk_periodic_lump_sum"],
    }
    made = covers.with_columns(refusal, held.fill_null(value=False).alias("held"))
    kept = pl.col("entitlement_refusal").is_null()
    columns = []
    for name in _SUMS:
        programme = name[:3]
        mine = covered & _has(covers, programme)
        later = pl.when(mine).then(after[name]).otherwise(0).cast(pl.Int64)
        waiting = at_once[programme]
        now = later if waiting is None else pl.when(pl.col("held") & mine).then(waiting).otherwise(later).cast(pl.Int64)
        columns += [pl.when(kept).then(now).alias(f"{name}_now"), pl.when(kept).then(later).alias(f"{name}_after")]
    return made.with_columns(columns)


_AMOUNTS = (
    "jkm_death_sum", "jkm_periodic_lump_sum", "jkm_funeral", "jkk_death_multiple_of_dasar", "jkk_total_disability_multiple_of_dasar",
    "jkk_periodic_lump_sum", "jkk_funeral",
)  # fmt: skip


def _whole(law: RuleSet, name: str, on: date) -> int:
    value = law.whole(name, on)
    if value is None:
        raise BenefitsUnknown(day=day_in_words(on))
    return value


def _yes(law: RuleSet, name: str, on: date) -> bool:
    found = law.parameter(name, on)
    if found is None:
        raise BenefitsUnknown(day=day_in_words(on))
    return bool(found.value)


def _has(covers: pl.DataFrame, programme: str) -> pl.Expr:
    """Whether a programme was chosen; each text that occurs is read once."""
    chosen = [text for text in covers.get_column("programmes").unique().drop_nulls() if programme in _read(text)]
    return pl.col("programmes").is_in(chosen).fill_null(value=False)


def _read(text: str) -> tuple[str, ...]:
    try:
        return read_programmes(text)
    except (NoProgramme, UnknownProgramme):
        return ()


def _refusal(covers: pl.DataFrame, law: RuleSet, on: date) -> pl.Expr:
    """The first refusal in the order of the scalar twin, as code."""
    texts = covers.get_column("programmes").unique().to_list()
    codes = [_programmes_refusal(text or "") for text in texts]
    bases = list(regime_of(Month.of(on), law).table.by_dasar)
    unknown_base = ~pl.col("dasar").is_in(bases).fill_null(value=False)
    return pl.coalesce(
        pl.col("refusal"),
        pl.col("programmes").replace_strict(texts, codes, return_dtype=pl.String),
        pl.when(unknown_base).then(pl.lit(BaseNotInTable.code)),
    )


def _programmes_refusal(text: str) -> str | None:
    try:
        chosen = read_programmes(text)
    except (NoProgramme, UnknownProgramme) as refused:
        return refused.code
    return None if {"jkk", "jkm"} & set(chosen) else NoCoverProgramme.code
