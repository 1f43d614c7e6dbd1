"""What one participant owes for one month, and why. `frame.py` does the same for whole files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.calendar import Holidays, next_working_day
from sertakan.rules.errors import (
    BaseMissing,
    BaseNotInTable,
    IncomeInGap,
    IncomeNegative,
    MonthBeforeLaw,
    MonthWithoutLaw,
    NoProgramme,
    UnknownFunding,
    UnknownProgramme,
    UnknownSector,
)
from sertakan.rules.loading import load_rules
from sertakan.rules.reasons import KNOWN_RULES, SUMMED, Reason, month_in_words
from sertakan.rules.ruleset import FUNDINGS, PROGRAMMES, SECTORS, Discount, DueDay, Regime, RuleSet, Settings, Tier


@dataclass(frozen=True, slots=True)
class Contribution:
    """The contribution of one month, in whole rupiah.

    `amounts` is what is owed, `full_amounts` the same before any reduction; both have the chosen programmes only.
    `confirmed` is False for months after the last confirmed one: computed by the rules known on `as_of`.
    """

    month: Month
    tier: int
    dasar: Rupiah
    amounts: dict[str, Rupiah]
    total: Rupiah
    full_amounts: dict[str, Rupiah]
    discount: str | None
    due_on: dict[str, date]
    reasons: tuple[Reason, ...]
    rules_version: str
    confirmed: bool
    as_of: date


def contribution(
    month: Month,
    *,
    dasar: Rupiah | None = None,
    income: Rupiah | None = None,
    sector: str,
    funding: str,
    programmes: Iterable[str],
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> Contribution:
    """Compute one month. A chosen `dasar` decides; `income` (rupiah a month) only when there is none.

    Refuses, in this order: a month without known law, an unknown sector, funding or programme, a base that is
    missing or not
    in the table. PP 44/2015, PP 46/2015, PP 50/2025.
    """
    law = (rules or load_rules()).with_settings(settings)
    regime = regime_of(month, law)
    if sector not in SECTORS:
        raise UnknownSector(choices=", ".join(SECTORS))
    if funding not in FUNDINGS:
        raise UnknownFunding(choices=", ".join(FUNDINGS))
    chosen = chosen_programmes(programmes)
    tier, base_reason = _base(regime, dasar, income, law)

    full_of = {"jkk": tier.jkk, "jkm": regime.jkm, "jht": tier.jht}
    full = {programme: full_of[programme] for programme in chosen}
    window = law.discount(month, sector)
    applied = window if window is not None and not law.excludes(window, funding) else None
    amounts = dict(full)
    if applied is not None:
        amounts |= {name: applied.reduced(full[name]) for name in chosen if name in applied.programmes}
    reduced = applied is not None and any(name in applied.programmes for name in chosen)
    total = sum(amounts.values())
    due_on = {name: due_date(name, month, rules=law) for name in chosen}

    reasons = [base_reason, *_full_reasons(regime, tier, full)]
    reasons.append(_discount_reason(law, month, sector, funding, full, amounts))
    if reduced and applied is not None and "jht" in chosen and "jht" not in applied.programmes:
        reasons.append(Reason("jht_not_discounted", {}, applied.legal_ref))
    reasons.append(Reason("total", {"month": month, "amount": total}, SUMMED))
    reasons += _due_reasons(regime, month, due_on)
    confirmed = law.confirmed(month)
    if not confirmed:
        reasons.append(Reason("as_known", {"month": month, "as_of": law.as_of}, KNOWN_RULES))
    return Contribution(
        month=month,
        tier=tier.tier,
        dasar=tier.dasar,
        amounts=amounts,
        total=total,
        full_amounts=full,
        discount=applied.id if reduced and applied is not None else None,
        due_on=due_on,
        reasons=tuple(reasons),
        rules_version=law.version,
        confirmed=confirmed,
        as_of=law.as_of,
    )


def explain(
    month: Month,
    *,
    dasar: Rupiah | None = None,
    income: Rupiah | None = None,
    sector: str,
    funding: str,
    programmes: Iterable[str],
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> tuple[Reason, ...]:
    """The steps of `contribution`: row, amounts, reduction or why none, total, due dates, and how sure the month is."""
    return contribution(
        month,
        dasar=dasar,
        income=income,
        sector=sector,
        funding=funding,
        programmes=programmes,
        rules=rules,
        settings=settings,
    ).reasons


def due_date(
    programme: str,
    month: Month,
    holidays: Holidays | None = None,
    *,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> date:
    """The last day to pay: the 15th of the month (JKK, JKM) or of the next (JHT), moved to the next working day.

    PP 44/2015 Art 24(3), PP 46/2015 Art 21(3). `holidays` (a set of dates or a function) replaces the national
    calendar.
    """
    law = (rules or load_rules()).with_settings(settings)
    if programme not in PROGRAMMES:
        raise UnknownProgramme(choices=", ".join(PROGRAMMES))
    regime = regime_of(month, law)
    rule = regime.due_jht if programme == "jht" else regime.due_jkk_jkm
    return next_working_day(planned_due_day(rule, month), holidays, joint_leave=law.settings.joint_leave_is_holiday)


def planned_due_day(rule: DueDay, month: Month) -> date:
    """The due day before weekends and holidays are looked at."""
    return month.next(rule.month_offset).first_day.replace(day=rule.day)


def regime_of(month: Month, rules: RuleSet) -> Regime:
    """The contribution law of a month, or a refusal: outside what is known nothing is guessed."""
    if month < rules.first_month:
        raise MonthBeforeLaw(month=month_in_words(month), first=month_in_words(rules.first_month))
    regime = rules.regime(month)
    if regime is None:
        raise MonthWithoutLaw(month=month_in_words(month))
    return regime


def chosen_programmes(programmes: Iterable[str]) -> tuple[str, ...]:
    """The programmes in the order JKK, JKM, JHT, each once. Refuses an unknown one and an empty choice."""
    wanted = frozenset(programmes)
    if not wanted <= frozenset(PROGRAMMES):
        raise UnknownProgramme(choices=", ".join(PROGRAMMES))
    if not wanted:
        raise NoProgramme(choices=", ".join(PROGRAMMES))
    return tuple(name for name in PROGRAMMES if name in wanted)


def read_programmes(text: str) -> tuple[str, ...]:
    """Read ``jkk,jkm`` (spaces around a name allowed). Refuses as `chosen_programmes`."""
    return chosen_programmes(name for part in text.split(",") if (name := part.strip()))


def tier_of_income(
    income: Rupiah, *, month: Month, rules: RuleSet | None = None, settings: Settings | None = None
) -> Tier:
    """The row of the table that an income (rupiah a month) reaches; gaps are decided by `income_gap_rule`."""
    law = (rules or load_rules()).with_settings(settings)
    return _tier_of_income(regime_of(month, law), income, law)


def tier_of_dasar(dasar: Rupiah, *, month: Month, rules: RuleSet | None = None) -> Tier:
    """The row of the table with exactly this base."""
    return _tier_of_dasar(regime_of(month, rules or load_rules()), dasar)


def _tier_of_income(regime: Regime, income: Rupiah, rules: RuleSet) -> Tier:
    if income < 0:
        raise IncomeNegative()
    rows = regime.table.rows
    place = bisect_right(rows, income, key=lambda row: row.income_from) - 1
    if not _in_gap(rows[place], income) or rules.settings.income_gap_rule == "last_lower_bound_reached":
        return rows[place]
    if rules.settings.income_gap_rule == "next_row":
        return rows[place + 1]
    raise IncomeInGap()


def _in_gap(row: Tier, income: Rupiah) -> bool:
    return row.income_to is not None and income > row.income_to


def _tier_of_dasar(regime: Regime, dasar: Rupiah) -> Tier:
    row = regime.table.by_dasar.get(dasar)
    if row is None:
        rows = regime.table.rows
        raise BaseNotInTable(rows=len(rows), lowest=format_rupiah(rows[0].dasar), highest=format_rupiah(rows[-1].dasar))
    return row


def _base(regime: Regime, dasar: Rupiah | None, income: Rupiah | None, rules: RuleSet) -> tuple[Tier, Reason]:
    rows = regime.table.rows
    source = regime.table.legal_ref_jkk
    if dasar is not None:
        tier = _tier_of_dasar(regime, dasar)
        return tier, Reason("base_chosen", {"dasar": tier.dasar, "tier": tier.tier, "rows": len(rows)}, source)
    if income is None:
        raise BaseMissing(lowest=format_rupiah(rows[0].dasar))
    tier = _tier_of_income(regime, income, rules)
    facts = {"income": income, "tier": tier.tier, "rows": len(rows), "dasar": tier.dasar, "lower": tier.income_from}
    inside = tier.income_from <= income and not _in_gap(tier, income)
    if inside:
        return tier, Reason("base_by_income", facts, source)
    return tier, Reason("base_by_income_in_gap", facts, f"{source}; income_gap_rule")


def _full_reasons(regime: Regime, tier: Tier, full: dict[str, Rupiah]) -> list[Reason]:
    sources = {"jkk": regime.table.legal_ref_jkk, "jkm": regime.jkm_ref, "jht": regime.table.legal_ref_jht}
    return [Reason(f"{name}_full", {"dasar": tier.dasar, "amount": full[name]}, sources[name]) for name in full]


def _discount_reason(
    rules: RuleSet, month: Month, sector: str, funding: str, full: dict[str, Rupiah], amounts: dict[str, Rupiah]
) -> Reason:
    """The reduction that was applied, or why none was."""
    window = rules.discount(month, sector)
    if window is None:
        return _no_window(rules, month, sector)
    facts: dict[str, object] = {"sector": sector, "month_from": window.month_from, "month_to": window.month_to}
    names = [name for name in full if name in window.programmes]
    if not names:
        return Reason("discount_other_programmes", facts, window.legal_ref)
    if rules.excludes(window, funding):
        setting = "; apbdes_counts_as_apbd" if funding not in window.excluded_funding else ""
        return Reason("discount_funding_excluded", {**facts, "funding": funding}, window.legal_ref + setting)
    facts |= {"full": sum(full[name] for name in names), "amount": sum(amounts[name] for name in names)}
    return Reason("discount_applied", facts, window.legal_ref)


def _no_window(rules: RuleSet, month: Month, sector: str) -> Reason:
    windows = sorted((found for found in rules.discounts if found.sector == sector), key=lambda found: found.month_from)
    facts: dict[str, object] = {"sector": sector, "month": month}
    coming = next((found for found in windows if found.month_from > month), None)
    if coming is not None:
        return Reason("discount_not_yet", {**facts, "month_from": coming.month_from}, coming.legal_ref)
    past: Discount | None = windows[-1] if windows else None
    if past is not None:
        return Reason("discount_over", {**facts, "month_to": past.month_to}, past.legal_ref)
    return Reason("discount_none", facts, KNOWN_RULES)


def _due_reasons(regime: Regime, month: Month, due_on: dict[str, date]) -> list[Reason]:
    reasons = []
    first = due_on.get("jkk", due_on.get("jkm"))
    for code, day, rule, source in (
        ("due_jkk_jkm", first, regime.due_jkk_jkm, regime.due_jkk_jkm_ref),
        ("due_jht", due_on.get("jht"), regime.due_jht, regime.due_jht_ref),
    ):
        if day is None:
            continue
        planned = planned_due_day(rule, month)
        moved = code if day == planned else f"{code}_moved"
        reasons.append(Reason(moved, {"day": day, "planned": planned}, source))
    return reasons
