"""What a family would receive, in rupiah, by the state on the day of the event and the law of that day.

Two amounts: `now`, and `after_settling` what stands open. Without cover both are zero; a payment made after the event changes neither
of the two, it only makes the second one payable. The scholarship is never part of a sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.protection.clock import SCHOLARSHIP, WAITING
from sertakan.protection.cover import Cover
from sertakan.protection.errors import (
    AmountNotWhole,
    BenefitsUnknown,
    DisabilityShareImpossible,
    MonthsImpossible,
    NoCoverProgramme,
)
from sertakan.protection.reasons import ARREARS_REF, NUMBER_REF, Reason
from sertakan.rules import RuleSet, Settings, contribution, load_rules
from sertakan.rules.contribution import chosen_programmes, tier_of_dasar
from sertakan.rules.reasons import day_in_words
from sertakan.rules.ruleset import DatedValue

SCHOOL_LEVELS = ("tk", "sd", "smp", "sma", "higher")
_LIMITS = {
    "transport_land": "jkk_transport_land_max",
    "transport_sea": "jkk_transport_sea_max",
    "transport_air": "jkk_transport_air_max",
    "home_care": "jkk_home_care_max",
    "denture": "jkk_denture_max",
    "hearing_aid": "jkk_hearing_aid_max",
    "glasses": "jkk_glasses_max",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a benefit with the article it rests on."""

    code: str
    now: Rupiah
    after_settling: Rupiah
    source: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """A sum of money that an event brings: `jkm_death`, `jkk_death` or `jkk_total_disability`."""

    code: str
    parts: tuple[Part, ...]

    @property
    def now(self) -> Rupiah:
        return sum(part.now for part in self.parts)

    @property
    def after_settling(self) -> Rupiah:
        return sum(part.after_settling for part in self.parts)


@dataclass(frozen=True, slots=True)
class Refund:
    """Costs that are paid back up to a limit, while there is cover; in arrears only after settling."""

    code: str
    at_most: Rupiah
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Inability:
    """What is paid for each month of temporary inability to work."""

    first_months: int
    first_monthly: Rupiah
    later_monthly: Rupiah
    source: str


@dataclass(frozen=True, slots=True)
class SchoolLevel:
    level: str
    per_year: Rupiah
    years: int


@dataclass(frozen=True, slots=True)
class Scholarship:
    """Apart from every sum. After an accident at work without waiting; after another death only when contributions ran long enough."""

    after_accident: bool
    after_other_death: bool
    held_until_settled: bool
    children: int
    per_child_at_most: Rupiah
    at_most: Rupiah
    ends_at_age: int
    levels: tuple[SchoolLevel, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """All that is known of one day. `care` says that treatment after an accident goes on without a ceiling."""

    on: date
    benefits: dict[str, Benefit]
    care: bool
    inability: Inability | None
    refunds: tuple[Refund, ...]
    held: bool
    scholarship: Scholarship | None
    reasons: tuple[Reason, ...]


def entitlement(
    found: Cover,
    *,
    dasar: Rupiah,
    programmes: Iterable[str],
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> Entitlement:
    """What an event on the day of `found` brings. `dasar` is the base reported last.

    Refuses an unknown base or programme, a choice without JKK and JKM, and a day for which the amounts are not known.
    PP 82/2019 Annex III, Art 34; PP 44/2015 Art 39, 42.
    """
    law = (rules or load_rules()).with_settings(settings)
    chosen = chosen_programmes(programmes)
    if not {"jkk", "jkm"} & set(chosen):
        raise NoCoverProgramme()
    dasar = tier_of_dasar(dasar, month=Month.of(found.on), rules=law).dasar
    held = found.covered and bool(found.arrears or (found.gaps and law.settings.gap_must_be_settled_first))
    benefits: dict[str, Benefit] = {}
    if "jkm" in chosen:
        benefits["jkm_death"] = Benefit("jkm_death", _jkm_parts(found, held, law))
    if "jkk" in chosen:
        benefits["jkk_death"] = Benefit("jkk_death", _jkk_parts(found, held, law, dasar, "death"))
        parts = _jkk_parts(found, held, law, dasar, "total_disability")
        benefits["jkk_total_disability"] = Benefit("jkk_total_disability", parts)
    accident = found.covered and "jkk" in chosen
    inability = _inability(law, found.on, dasar) if accident else None
    scholarship = _scholarship(found, held, law, chosen) if found.covered else None
    return Entitlement(
        on=found.on,
        benefits=benefits,
        care=accident and (not held or bool(_value(law, "jkk_arrears_pays_care", found.on).value)),
        inability=inability,
        refunds=_refunds(law, found.on) if accident else (),
        held=held,
        scholarship=scholarship,
        reasons=tuple(_reasons(found, benefits, inability, scholarship, held, dasar, chosen, law)),
    )


def partial_disability(
    dasar: Rupiah,
    table_share: Fraction,
    *,
    on: date,
    functional_loss: Fraction | None = None,
    rules: RuleSet | None = None,
) -> Rupiah:
    """Share of the table, times the loss of function where it is one, times 80 times the base. Both shares come from the doctor.

    Refuses a share that is not above 0 or exceeds total disability, and an amount that is no whole rupiah. PP 82/2019 Annex III.
    """
    law = rules or load_rules()
    dasar = tier_of_dasar(dasar, month=Month.of(on), rules=law).dasar
    base, total = (
        _whole(law, f"jkk_{name}", on)
        for name in ("partial_disability_base_months", "total_disability_multiple_of_dasar")
    )
    share = table_share * (1 if functional_loss is None else functional_loss)
    parts = (table_share,) if functional_loss is None else (table_share, functional_loss)
    if any(not 0 < part <= 1 for part in parts) or share * base > total:
        raise DisabilityShareImpossible(most=f"{100 * total // base}%")
    amount = share * base * dasar
    if amount.denominator != 1:
        raise AmountNotWhole()
    return amount.numerator


def temporary_inability(dasar: Rupiah, months: int, *, on: date, rules: RuleSet | None = None) -> Rupiah:
    """Pay while unable to work, for whole months: in full first, then half. Refuses anything but whole months. PP 82/2019 Annex III."""
    law = rules or load_rules()
    if months < 1:
        raise MonthsImpossible()
    found = _inability(law, on, tier_of_dasar(dasar, month=Month.of(on), rules=law).dasar)
    in_full = min(months, found.first_months)
    return in_full * found.first_monthly + (months - in_full) * found.later_monthly


def cost_of_months(
    months: Iterable[Month],
    *,
    dasar: Rupiah,
    programmes: Iterable[str],
    sector: str,
    funding: str,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> Rupiah:
    """What JKK and JKM of these months cost, each by its own law. JHT is no part: it does not decide about cover."""
    chosen = [name for name in chosen_programmes(programmes) if name != "jht"]
    return sum(
        contribution(
            month, dasar=dasar, sector=sector, funding=funding, programmes=chosen, rules=rules, settings=settings
        ).total
        for month in months
    )


def _value(law: RuleSet, name: str, on: date) -> DatedValue:
    found = law.parameter(name, on)
    if found is None:
        raise BenefitsUnknown(day=day_in_words(on))
    return found


def _whole(law: RuleSet, name: str, on: date) -> int:
    value = law.whole(name, on)
    if value is None:
        raise BenefitsUnknown(day=day_in_words(on))
    return value


def _jkm_parts(found: Cover, held: bool, law: RuleSet) -> tuple[Part, ...]:  # noqa: FBT001
    """Death sum, periodic pay and funeral; only the funeral before the three months, and only it at once while in arrears."""
    names = ("death_sum", "periodic_lump_sum", "funeral")
    values = {name: _value(law, f"jkm_{name}", found.on) for name in names}
    if not found.covered:
        return tuple(Part(name, 0, 0, values[name].legal_ref) for name in names)
    waiting = law.parameter(WAITING, found.on)
    if waiting is not None and not found.full_death_benefit_reached:
        amount = _whole(law, "jkm_waiting_benefit_before", found.on)
        amounts, source = {"funeral": amount}, waiting.legal_ref
    else:
        amounts, source = {name: _whole(law, f"jkm_{name}", found.on) for name in names}, ""
    at_once = {"funeral"} if _value(law, "jkm_arrears_pays_funeral", found.on).value else set()
    return tuple(
        Part(
            name,
            0 if held and name not in at_once else amounts.get(name, 0),
            amounts.get(name, 0),
            "; ".join(text for text in (values[name].legal_ref, source) if text),
        )
        for name in names
    )


def _jkk_parts(found: Cover, held: bool, law: RuleSet, dasar: Rupiah, event: str) -> tuple[Part, ...]:  # noqa: FBT001
    """A multiple of the base and periodic pay, with a death also the funeral. Cash waits while in arrears."""
    multiple = _whole(law, f"jkk_{event}_multiple_of_dasar", found.on)
    names = {event: multiple * dasar, "periodic_lump_sum": _whole(law, "jkk_periodic_lump_sum", found.on)}
    if event == "death":
        names["funeral"] = _whole(law, "jkk_funeral", found.on)
    at_once = not held or bool(_value(law, "jkk_arrears_pays_cash", found.on).value)
    parts = []
    for name, amount in names.items():
        source = _value(law, f"jkk_{event}_multiple_of_dasar" if name == event else f"jkk_{name}", found.on).legal_ref
        parts.append(Part(name, amount if found.covered and at_once else 0, amount if found.covered else 0, source))
    return tuple(parts)


def _inability(law: RuleSet, on: date, dasar: Rupiah) -> Inability:
    monthly = []
    for name in ("jkk_stmb_first_rate", "jkk_stmb_later_rate"):
        amount = Fraction(str(_value(law, name, on).value)) * dasar
        if amount.denominator != 1:
            raise AmountNotWhole()
        monthly.append(amount.numerator)
    source = _value(law, "jkk_stmb_first_months", on).legal_ref
    return Inability(_whole(law, "jkk_stmb_first_months", on), monthly[0], monthly[1], source)


def _refunds(law: RuleSet, on: date) -> tuple[Refund, ...]:
    return tuple(
        Refund(code, _whole(law, name, on), (value := _value(law, name, on)).legal_ref, value.confidence)
        for code, name in _LIMITS.items()
    )


def _scholarship(found: Cover, held: bool, law: RuleSet, chosen: tuple[str, ...]) -> Scholarship:  # noqa: FBT001
    on = found.on
    return Scholarship(
        after_accident="jkk" in chosen and _whole(law, "jkk_scholarship_waiting_years", on) == 0,
        after_other_death="jkm" in chosen and found.scholarship_reached,
        held_until_settled=held,
        children=_whole(law, "scholarship_max_children", on),
        per_child_at_most=_whole(law, "scholarship_per_child_max", on),
        at_most=_whole(law, "scholarship_total_max", on),
        ends_at_age=_whole(law, "scholarship_ends_at_age", on),
        levels=tuple(
            SchoolLevel(
                level,
                _whole(law, f"scholarship_{level}_per_year", on),
                _whole(law, f"scholarship_{level}_max_years", on),
            )
            for level in SCHOOL_LEVELS
        ),
        source=_value(law, "scholarship_total_max", on).legal_ref,
    )


def _reasons(
    found: Cover,
    benefits: dict[str, Benefit],
    inability: Inability | None,
    scholarship: Scholarship | None,
    held: bool,  # noqa: FBT001
    dasar: Rupiah,
    chosen: tuple[str, ...],
    law: RuleSet,
) -> list[Reason]:
    """Why these amounts, and what is not computed."""
    if not found.covered:
        early = found.state == "not_yet"
        return [
            Reason(
                "nothing_before_number" if early else "nothing_when_inactive", {}, NUMBER_REF if early else ARREARS_REF
            )
        ]
    reasons, annex = [], _value(law, "jkk_death_multiple_of_dasar", found.on)
    if "jkm" in chosen:
        reasons.append(_jkm_reason(found, benefits["jkm_death"], law))
        if held:
            reasons.append(
                Reason("jkm_in_arrears", {"months": found.to_settle}, _ref(law, "jkm_arrears_pays_funeral", found.on))
            )
    if "jkk" in chosen and inability is not None:
        facts = {"multiple": annex.value, "dasar": dasar}
        reasons.append(Reason("jkk_death", facts, annex.legal_ref))
        disability = _value(law, "jkk_total_disability_multiple_of_dasar", found.on)
        reasons.append(Reason("jkk_disability", {"multiple": disability.value, "dasar": dasar}, disability.legal_ref))
        amounts = {"amount": inability.first_monthly, "later": inability.later_monthly, "count": inability.first_months}
        reasons.append(Reason("jkk_unable", amounts, inability.source))
        reasons.append(Reason("jkk_care", {}, _ref(law, "jkk_care_has_ceiling", found.on)))
        if held:
            reasons.append(
                Reason("jkk_in_arrears", {"months": found.to_settle}, _ref(law, "jkk_arrears_pays_cash", found.on))
            )
        base = _value(law, "jkk_partial_disability_base_months", found.on)
        reasons.append(Reason("partial_disability_unknown", {"count": base.value}, base.legal_ref))
        reasons.append(Reason("prosthesis_unknown", {}, annex.legal_ref))
    if scholarship is not None:
        facts = {"count": scholarship.children, "amount": scholarship.at_most}
        reasons.append(Reason("scholarship_apart", facts, scholarship.source))
        if "jkm" in chosen and not found.scholarship_reached:
            years = _value(law, SCHOLARSHIP, found.on)
            reasons.append(Reason("scholarship_not_yet", {"years": years.value}, years.legal_ref))
    if "jht" in chosen:
        reasons.append(Reason("jht_unknown", {}, "PP 46/2015"))
    return reasons


def _jkm_reason(found: Cover, benefit: Benefit, law: RuleSet) -> Reason:
    waiting = law.parameter(WAITING, found.on)
    amount = {"amount": benefit.after_settling}
    if waiting is not None and not found.full_death_benefit_reached:
        return Reason("jkm_before_waiting", amount, waiting.legal_ref)
    return Reason("jkm_full", amount, _ref(law, "jkm_total", found.on))


def _ref(law: RuleSet, name: str, on: date) -> str:
    return _value(law, name, on).legal_ref
