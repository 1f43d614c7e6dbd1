"""Contributions and eligibility of a whole frame: the twin of `contribution.py` and `eligibility.py` in columns.

A row is never refused by an exception: its refusal stands in the column ``refusal`` and its amounts are null.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

import polars as pl

from sertakan.core.month import Month
from sertakan.rules.contribution import due_date, read_programmes
from sertakan.rules.errors import (
    BaseMissing,
    BaseNotInTable,
    IncomeInGap,
    IncomeNegative,
    MonthBeforeLaw,
    MonthUnreadable,
    MonthWithoutLaw,
    NoProgramme,
    RuleRefusal,
    UnknownFunding,
    UnknownProgramme,
    UnknownSector,
)
from sertakan.rules.loading import load_rules
from sertakan.rules.ruleset import FUNDINGS, PROGRAMMES, SECTORS, Discount, Regime, RuleSet, Settings

_AMOUNTS = ("dasar", "jkk", "jkm", "jht", "total", "jkk_full", "jkm_full", "jht_full")
_BITS = {name: 1 << place for place, name in enumerate(PROGRAMMES)}
_UNKNOWN_PROGRAMME = -1
_WORK = ("_month", "_chosen", "_given", "_row", "_regime", "_off")


def contributions_frame(
    frame: pl.DataFrame, *, rules: RuleSet | None = None, settings: Settings | None = None
) -> pl.DataFrame:
    """Compute every row of a frame.

    Columns read: `month` (text YYYY-MM) or `month_ordinal` (integer, `Month.ordinal`); `dasar` and/or `income`
    (integers,
    rupiah; a given dasar decides); `sector`; `funding`; `programmes` (text jkk,jkm) or booleans `jkk`, `jkm`, `jht`.
    Columns added: tier, dasar (replaced), jkk, jkm, jht, total, jkk_full, jkm_full, jht_full (whole rupiah; 0
    for a programme
    not chosen), discount (id), due_on_jkk_jkm, due_on_jht (dates), confirmed, rules_version, refusal (code or null).
    The booleans become amounts. Refused rows have null in all of them but `dasar`, which keeps what was given.
    """
    law = (rules or load_rules()).with_settings(settings)
    given = frame.lazy().with_columns(
        _month_column(frame),
        _chosen_column(frame),
        _whole_column(frame, "dasar").alias("_given"),
        _whole_column(frame, "income"),
    )
    placed = given.with_columns(_regime_number(law).alias("_regime"))
    placed = placed.with_columns(_row_number(law).alias("_row"))
    refused = placed.with_columns(_refusal(law).alias("refusal"))
    full = refused.with_columns(*_full_amounts(law), _discount_id(law).alias("_off"))
    # Collected once here, because the calendar wants to know which months occur; collecting shares common expressions.
    owed = full.with_columns(*_owed_amounts(law)).collect()
    dated = owed.lazy().with_columns(
        *_due_columns(owed, law),
        pl.sum_horizontal("jkk", "jkm", "jht", ignore_nulls=False).alias("total"),
        pl.when(pl.col("refusal").is_null()).then(pl.col("_off")).alias("discount"),
        pl.when(pl.col("refusal").is_null())
        .then(pl.col("_month") <= law.last_confirmed_month.ordinal)
        .alias("confirmed"),
        pl.lit(law.version).alias("rules_version"),
        pl.when(pl.col("refusal").is_null()).then(pl.col("dasar")).otherwise(pl.col("_given")).alias("dasar"),
    )
    dropped = list(_WORK) if "income" in frame.columns else [*_WORK, "income"]
    return dated.drop(dropped).collect()


def _whole_column(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of whole rupiah, nulls where it is absent. TypeError for floats: no float stands for money."""
    if name not in frame.columns:
        return pl.lit(None, pl.Int64).alias(name)
    kind = frame.schema[name]
    if not kind.is_integer() and kind != pl.Null:
        raise TypeError(f"column {name} holds {kind}, not whole rupiah")
    return pl.col(name).cast(pl.Int64)


def _month_column(frame: pl.DataFrame) -> pl.Expr:
    """The month as ordinal, null where it cannot be read."""
    if "month_ordinal" in frame.columns:
        return pl.col("month_ordinal").cast(pl.Int64).alias("_month")
    if frame.schema["month"].is_integer():
        return pl.col("month").cast(pl.Int64).alias("_month")
    text = pl.col("month").cast(pl.String).str.strip_chars()
    year = text.str.slice(0, 4).cast(pl.Int64, strict=False)
    number = text.str.slice(5, 2).cast(pl.Int64, strict=False)
    read = text.str.contains(r"^[0-9]{4}-(0[1-9]|1[0-2])$") & (year >= 1)
    return pl.when(read).then(year * 12 + number - 1).alias("_month")


def _chosen_column(frame: pl.DataFrame) -> pl.Expr:
    """The programmes as bits; 0 none, -1 an unknown one."""
    if "programmes" not in frame.columns:
        bits = [pl.col(name).fill_null(value=False).cast(pl.Int64) * bit for name, bit in _BITS.items()]
        return pl.sum_horizontal(bits).alias("_chosen")
    distinct = frame.get_column("programmes").unique().drop_nulls()
    meaning = {text: _bits_of(text) for text in distinct}
    column = pl.col("programmes")
    if not meaning:
        return pl.lit(0, pl.Int64).alias("_chosen")
    return (
        column.replace_strict(list(meaning), list(meaning.values()), default=0, return_dtype=pl.Int64)
        .fill_null(0)
        .alias("_chosen")
    )


def _bits_of(text: str) -> int:
    try:
        return sum(_BITS[name] for name in read_programmes(text))
    except NoProgramme:
        return 0
    except UnknownProgramme:
        return _UNKNOWN_PROGRAMME


def _has(programme: str) -> pl.Expr:
    return (pl.col("_chosen") & _BITS[programme]) != 0


def _within(first: Month, last: Month | None) -> pl.Expr:
    from_first = pl.col("_month") >= first.ordinal
    return from_first if last is None else from_first & (pl.col("_month") <= last.ordinal)


def _regime_number(law: RuleSet) -> pl.Expr:
    """Which regime of the law a row's month lies in; null for none."""
    numbers = (
        pl.when(_within(regime.month_from, regime.month_to)).then(pl.lit(place, pl.Int64))
        for place, regime in enumerate(law.regimes)
    )
    return pl.coalesce(pl.lit(None, pl.Int64), *numbers)


def _row_number(law: RuleSet) -> pl.Expr:
    """Which row of the regime's table (0-based); null where base or income lead to none."""
    if not law.regimes:
        return pl.lit(None, pl.Int64)
    return pl.coalesce(
        *(pl.when(pl.col("_regime") == place).then(_row_in(regime, law)) for place, regime in enumerate(law.regimes))
    )


def _row_in(regime: Regime, law: RuleSet) -> pl.Expr:
    rows = regime.table.rows
    chosen = pl.col("_given").replace_strict(
        [row.dasar for row in rows], list(range(len(rows))), default=None, return_dtype=pl.Int64
    )
    bounds = pl.lit(pl.Series([row.income_from for row in rows], dtype=pl.Int64))
    income = pl.when(pl.col("income") >= 0).then(pl.col("income"))
    reached = bounds.search_sorted(income.fill_null(0), side="right").cast(pl.Int64) - 1
    gap = _in_gap(regime, reached)
    by_income = {
        "last_lower_bound_reached": reached,
        "next_row": pl.when(gap).then(reached + 1).otherwise(reached),
        "refuse": pl.when(~gap).then(reached),
    }[law.settings.income_gap_rule]
    return pl.when(pl.col("_given").is_not_null()).then(chosen).when(income.is_not_null()).then(by_income)


def _in_gap(regime: Regime, reached: pl.Expr) -> pl.Expr:
    highest = 2**62
    tops = [highest if row.income_to is None else row.income_to for row in regime.table.rows]
    return pl.col("income") > pl.lit(pl.Series(tops, dtype=pl.Int64)).gather(reached)


def _refusal(law: RuleSet) -> pl.Expr:
    """The first refusal in the order of the scalar twin, as code."""
    given, income = pl.col("_given"), pl.col("income")
    unplaced = pl.col("_row").is_null()
    steps: list[tuple[pl.Expr, type[RuleRefusal]]] = [
        (pl.col("_month").is_null(), MonthUnreadable),
        (pl.col("_month") < law.first_month.ordinal, MonthBeforeLaw),
        (pl.col("_regime").is_null(), MonthWithoutLaw),
        (~pl.col("sector").cast(pl.String).is_in(SECTORS).fill_null(value=False), UnknownSector),
        (~pl.col("funding").cast(pl.String).is_in(FUNDINGS).fill_null(value=False), UnknownFunding),
        (pl.col("_chosen") < 0, UnknownProgramme),
        (pl.col("_chosen") == 0, NoProgramme),
        (given.is_not_null() & unplaced, BaseNotInTable),
        (given.is_null() & income.is_null(), BaseMissing),
        (given.is_null() & (income < 0), IncomeNegative),
        (unplaced, IncomeInGap),
    ]
    return pl.coalesce(*(pl.when(condition).then(pl.lit(error.code)) for condition, error in steps))


def _from_table(law: RuleSet, column: str) -> pl.Expr:
    """A column of the table row that was found."""
    return pl.coalesce(
        pl.lit(None, pl.Int64),
        *(
            pl.when(pl.col("_regime") == place).then(
                pl.lit(pl.Series([getattr(row, column) for row in regime.table.rows], dtype=pl.Int64)).gather(
                    pl.col("_row").fill_null(0)
                )
            )
            for place, regime in enumerate(law.regimes)
        ),
    )


def _accepted(value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("refusal").is_null()).then(value)


def _full_amounts(law: RuleSet) -> list[pl.Expr]:
    jkm = pl.coalesce(
        pl.lit(None, pl.Int64),
        *(
            pl.when(pl.col("_regime") == place).then(pl.lit(regime.jkm, pl.Int64))
            for place, regime in enumerate(law.regimes)
        ),
    )
    nothing = pl.lit(0, pl.Int64)
    amounts = {"jkk": _from_table(law, "jkk"), "jkm": jkm, "jht": _from_table(law, "jht")}
    return [
        _accepted(_from_table(law, "tier")).alias("tier"),
        _accepted(_from_table(law, "dasar")).alias("dasar"),
        *(
            _accepted(pl.when(_has(name)).then(amount).otherwise(nothing)).alias(f"{name}_full")
            for name, amount in amounts.items()
        ),
    ]


def _applies(law: RuleSet, discount: Discount) -> pl.Expr:
    excluded = [funding for funding in FUNDINGS if law.excludes(discount, funding)]
    touched = reduce(lambda left, right: left | right, (_has(name) for name in discount.programmes))
    return (
        _within(discount.month_from, discount.month_to)
        & (pl.col("sector").cast(pl.String) == discount.sector)
        & ~pl.col("funding").cast(pl.String).is_in(excluded)
        & touched
    )


def _discount_id(law: RuleSet) -> pl.Expr:
    return pl.coalesce(
        pl.lit(None, pl.String),
        *(pl.when(_applies(law, discount)).then(pl.lit(discount.id)) for discount in law.discounts),
    )


def _owed_amounts(law: RuleSet) -> list[pl.Expr]:
    owed = []
    for name in PROGRAMMES:
        full = pl.col(f"{name}_full")
        reductions = (
            pl.when(pl.col("_off") == discount.id).then(full * discount.factor.numerator // discount.factor.denominator)
            for discount in law.discounts
            if name in discount.programmes
        )
        owed.append(pl.coalesce(*reductions, full).alias(name))
    return owed


def _due_columns(frame: pl.DataFrame, law: RuleSet) -> list[pl.Expr]:
    """Due dates come from the calendar once per month that occurs, not once per row."""
    months = frame.filter(pl.col("refusal").is_null()).get_column("_month").unique().to_list()
    columns = []
    for programme, name, wanted in (
        ("jkk", "due_on_jkk_jkm", _has("jkk") | _has("jkm")),
        ("jht", "due_on_jht", _has("jht")),
    ):
        days = [due_date(programme, Month.from_ordinal(month), rules=law) for month in months]
        day = (
            pl.col("_month").replace_strict(months, days, default=None, return_dtype=pl.Date)
            if months
            else pl.lit(None, pl.Date)
        )
        columns.append(_accepted(pl.when(wanted).then(day)).alias(name))
    return columns


def age_expression(birth_date: pl.Expr, on: date | pl.Expr) -> pl.Expr:
    """Completed years on a day, as `eligibility.age_on`; null for an unknown birth date."""
    day = pl.lit(on) if isinstance(on, date) else on
    before = _day_of_year(day) < _day_of_year(birth_date)
    return day.dt.year().cast(pl.Int32) - birth_date.dt.year() - before.cast(pl.Int32)


def _day_of_year(day: pl.Expr) -> pl.Expr:
    """Month and day as one number; a month alone is too small a type to be multiplied."""
    return day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)


def eligibility_expression(
    birth_date: pl.Expr, *, on: date, rules: RuleSet | None = None, settings: Settings | None = None
) -> pl.Expr:
    """The first age refusal of a row as code (`birth_date_in_future`, `age_too_high`, `age_too_low`), null
    when there is none.

    A row without birth date has no refusal here: that it is missing is another finding.
    """
    law = (rules or load_rules()).with_settings(settings)
    age = age_expression(birth_date, on)
    below = law.whole("age_must_be_below_at_registration", on)
    refusals = [pl.when(birth_date > pl.lit(on)).then(pl.lit("birth_date_in_future"))]
    if below is not None:
        refusals.append(pl.when(age >= below).then(pl.lit("age_too_high")))
    if law.settings.minimum_age is not None:
        refusals.append(pl.when(age < law.settings.minimum_age).then(pl.lit("age_too_low")))
    return pl.coalesce(*refusals)


def eligibility_frame(
    frame: pl.DataFrame, *, on: date, rules: RuleSet | None = None, settings: Settings | None = None
) -> pl.DataFrame:
    """Add `age` (completed years) and `age_refusal` (code or null) to a frame with a Date column `birth_date`."""
    born = pl.col("birth_date")
    return frame.with_columns(
        age_expression(born, on).alias("age"),
        eligibility_expression(born, on=on, rules=rules, settings=settings).alias("age_refusal"),
    )
