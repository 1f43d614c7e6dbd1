"""Who loses cover soon and why, for a whole register on a day, before it happens: from what `cover_frame` gave for that day.

Pure and set-based. A membership stands at most once in each of three lists: what is unpaid (due soon, in arrears, lapsing next), what
nobody pays for any more (a prepayment or a budget year ends), and what begins anew (waiting for the full death benefit after a lapse).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import polars as pl

from sertakan.core.month import Month
from sertakan.protection.clock import Clock
from sertakan.protection.entitlement_frame import entitlement_frame
from sertakan.rules import RuleSet, Settings, load_rules
from sertakan.rules.calendar import is_working_day

Kind = Literal[
    "due_soon", "arrears_1", "arrears_2", "arrears_3", "lapses_next", "prepayment_ends", "budget_year_ends", "code_unpaid",
    "waits_again",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = (
    "lapses_next", "arrears_3", "arrears_2", "arrears_1", "code_unpaid", "due_soon", "budget_year_ends", "prepayment_ends",
    "waits_again",
)  # fmt: skip
"""The most pressing first."""

BUDGETS: Final = ("apbd", "apbn", "apbdes")
"""Money that ends with its year."""
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class WarningDays:
    """How many days before something happens it is told. Where that day is no working day, it is told on the one before."""

    due: int = 5
    lapse: int = 7
    prepayment: int = 30
    budget: int = 90
    code: int = 2


def told_from(day: date, days: int) -> date:
    """The day from which something that falls on `day` is told: `days` before, or the last working day before that."""
    found = day - timedelta(days=days)
    while days and not is_working_day(found):
        found -= timedelta(days=1)
    return found


COLUMNS: Final = ("membership", "person", "agency", "donor", "sponsorship", "funding")
_ADDED: Final[dict[str, pl.DataType]] = {
    "kind": pl.String(), "month": pl.Date(), "due_on": pl.Date(), "state": pl.String(), "lapses_on": pl.Date(),
    "family_if_paid": pl.Int64(), "family_if_unpaid": pl.Int64(), "lost": pl.Int64(),
}  # fmt: skip


def warnings_frame(
    covers: pl.DataFrame,
    *,
    on: date,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
    days: WarningDays | None = None,
) -> pl.DataFrame:
    """All warnings of a day but those of payment codes (`code_warnings`).

    `covers`: what `cover_frame` gave for `on`, with the columns person, agency, donor, sponsorship (numbers or null), funding, programmes
    (text), dasar, last_month (first day of the last month that somebody has promised to pay, null where nobody has).
    Answers one row per membership and kind: membership, person, agency, donor, sponsorship, funding; kind; month (first day; the month
    it is about); due_on (the day by which to act); state; lapses_on (the earliest day without cover when nothing more is paid; null where
    the month after is paid already);
    family_if_paid, family_if_unpaid (whole rupiah a family receives after a death that is not from work, when the month is paid and when
    it is not) and lost (the difference, never below 0). Memberships with a refusal are passed over.
    """
    law = (rules or load_rules()).with_settings(settings)
    clock, days = Clock(law), days or WarningDays()
    live = covers.filter(pl.col("protected_since").is_not_null() & pl.col("next_month").is_not_null())
    parts = [
        _unpaid(live, on, clock, days),
        _ending(live, on, clock, days),
        _budget(live, on, clock, days),
        _anew(live),
    ]
    return _with_loss(pl.concat(parts), on, law)


def _row(kind: pl.Expr, month: pl.Expr, due_on: pl.Expr, lapses_on: pl.Expr) -> list[pl.Expr]:
    return [
        pl.all(),
        kind.cast(pl.String).alias("kind"),
        month.cast(pl.Date).alias("month"),
        due_on.cast(pl.Date).alias("due_on"),
        lapses_on.cast(pl.Date).alias("lapses_on"),
    ]


def _unpaid(live: pl.DataFrame, on: date, clock: Clock, days: WarningDays) -> pl.DataFrame:
    """A month that stands open: due soon, overdue for one, two or three months, or about to end the cover."""
    now = Month.of(on)
    last_unpaid = now if clock.due(now) < on else now.previous()
    promised = (pl.col("last_month") >= pl.col("next_month")).fill_null(value=False)
    behind = pl.col("arrears") > 0
    lapsing = (pl.col("next_state") == "inactive") & _near(live, "next_pay_by", on, days.lapse)
    due = ~behind & promised & _near(live, "next_due_on", on, days.due)
    number = pl.col("arrears").clip(1, 3)
    kind = (
        pl.when(lapsing)
        .then(pl.lit("lapses_next"))
        .when(behind)
        .then(pl.concat_str(pl.lit("arrears_"), number.cast(pl.String)))
        .when(due)
        .then(pl.lit("due_soon"))
    )
    limit = clock.limit
    ends = {run: clock.lapse(last_unpaid.next(max(limit - run, 0) + 1)) for run in range(1, max(limit, 1) + 1)}
    open_on = pl.col("next_month") == last_unpaid.next().first_day  # the month after is not paid ahead
    gone = pl.when(open_on).then(
        pl.col("arrears").replace_strict(list(ends), list(ends.values()), default=None, return_dtype=pl.Date)
    )
    settle_by = pl.lit(clock.due(last_unpaid.next()))
    month = pl.when(behind).then(pl.lit(last_unpaid.first_day)).otherwise(pl.col("next_month"))
    due_on = pl.when(lapsing).then("next_pay_by").when(behind).then(settle_by).otherwise(pl.col("next_due_on"))
    lapses_on = pl.when(lapsing).then("next_state_from").when(behind).then(gone)
    return live.with_columns(_row(kind, month, due_on, lapses_on)).filter(pl.col("kind").is_not_null())


def _ending(live: pl.DataFrame, on: date, clock: Clock, days: WarningDays) -> pl.DataFrame:
    """Everything promised is paid, and nobody has promised the month after."""
    last = pl.col("last_month")
    ends = (pl.col("arrears") == 0) & (last < pl.col("next_month")) & _near(live, "next_due_on", on, days.prepayment)
    budget = pl.col("funding").is_in(BUDGETS) & (last.dt.month() == _DECEMBER)
    none = pl.lit(None, pl.Date)
    found = live.filter(ends.fill_null(value=False) & ~budget.fill_null(value=False))
    return found.with_columns(_row(pl.lit("prepayment_ends"), pl.col("next_month"), pl.col("next_due_on"), none))


def _budget(live: pl.DataFrame, on: date, clock: Clock, days: WarningDays) -> pl.DataFrame:
    """Public money pays until December, and January has no payer yet. Told until January's due day."""
    none = pl.lit(None, pl.Date)
    rows = [live.clear().with_columns(_row(pl.lit("budget_year_ends"), none, none, none))]
    for year in (on.year - 1, on.year):
        december, january = Month(year, _DECEMBER), Month(year + 1, 1)
        if not told_from(december.last_day, days.budget) <= on <= clock.due(january):
            continue
        found = live.filter(
            pl.col("funding").is_in(BUDGETS).fill_null(value=False)
            & (pl.col("last_month") == december.first_day).fill_null(value=False)
            & (pl.col("next_month") <= january.first_day)
        )
        month, due = pl.lit(january.first_day), pl.lit(clock.due(january))
        rows.append(found.with_columns(_row(pl.lit("budget_year_ends"), month, due, none)))
    return pl.concat(rows)


def _anew(live: pl.DataFrame) -> pl.DataFrame:
    """Paid again after a lapse: covered, but the family gets the full sum only after the months in a row."""
    waiting = pl.col("reactivated_on").is_not_null() & ~pl.col("full_death_benefit_reached") & (pl.col("arrears") == 0)
    month = pl.col("reactivated_on").dt.truncate("1mo")
    none = pl.lit(None, pl.Date)
    return live.filter(waiting).with_columns(
        _row(pl.lit("waits_again"), month, pl.col("full_death_benefit_from"), none)
    )


def _near(frame: pl.DataFrame, column: str, on: date, days: int) -> pl.Expr:
    """Whether a day is not over and is told by now; each day that occurs is looked up once."""
    every = [day for day in frame.get_column(column).unique().to_list() if day is not None]
    near = [day for day in every if told_from(day, days) <= on <= day]
    return pl.col(column).is_in(near).fill_null(value=False)


def _with_loss(found: pl.DataFrame, on: date, law: RuleSet) -> pl.DataFrame:
    """What the family receives when the month is paid, and when it is not."""
    kind = pl.col("kind")
    ahead = kind.is_in(["due_soon", "prepayment_ends", "budget_year_ends"])
    anew = kind == "waits_again"
    reached = pl.col("full_death_benefit_reached")
    gone = kind == "lapses_next"
    settled_on = pl.when(ahead | gone).then(pl.col("next_state_from")).otherwise(pl.lit(on))
    if_paid = found.with_columns(
        arrears=pl.lit(0, pl.Int32),
        gaps=pl.lit(0, pl.Int32),
        full_death_benefit_reached=anew | reached | (pl.col("full_death_benefit_from") <= settled_on),
    )
    if_unpaid = found.with_columns(
        arrears=pl.when(ahead).then(1).otherwise(pl.col("arrears")).cast(pl.Int32),
        protected_since=pl.when(~gone).then("protected_since"),
        full_death_benefit_reached=~anew & (reached | (pl.col("full_death_benefit_from") < pl.col("next_month"))),
    )
    paid = entitlement_frame(if_paid, on=on, rules=law).select(family_if_paid=pl.col("jkm_after"))
    unpaid = entitlement_frame(if_unpaid, on=on, rules=law).select(family_if_unpaid=pl.col("jkm_now"))
    with_sums = pl.concat([found, paid, unpaid], how="horizontal")
    lost = (pl.col("family_if_paid") - pl.col("family_if_unpaid")).clip(lower_bound=0).alias("lost")
    return with_sums.with_columns(lost).select(*COLUMNS, *(pl.col(name).cast(kind) for name, kind in _ADDED.items()))


def code_warnings(
    lines: pl.DataFrame,
    *,
    on: date,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
    days: WarningDays | None = None,
) -> pl.DataFrame:
    """Payment codes of which some have not paid shortly before the due day: those in arrears would take the others with them.

    `lines`: code, agency, expires_on (date or null), membership (null before the number), person, donor, sponsorship, funding, month
    (first day), paid (whether the payer's money is there). Answers all lines of such codes with kind, due_on (the due day or the code's
    last day, whichever is first), paid, paid_lines and unpaid_lines of the code.
    """
    law = (rules or load_rules()).with_settings(settings)
    clock, days = Clock(law), days or WarningDays()
    months = lines.get_column("month").unique().to_list()
    dues = [clock.due(Month.of(month)) for month in months]
    due = pl.col("month").replace_strict(months, dues, default=None, return_dtype=pl.Date)
    by = pl.min_horizontal(due, "expires_on").min().over("code")
    counted = lines.with_columns(
        kind=pl.lit("code_unpaid"),
        due_on=by,
        paid_lines=pl.col("paid").sum().over("code").cast(pl.Int64),
        unpaid_lines=(~pl.col("paid")).sum().over("code").cast(pl.Int64),
    )
    return counted.filter((pl.col("unpaid_lines") > 0) & _near(counted, "due_on", on, days.code))
