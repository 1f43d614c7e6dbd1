"""Who may be registered: age on the day, kinds of work, programmes that belong together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sertakan.rules.loading import load_rules
from sertakan.rules.reasons import Reason
from sertakan.rules.ruleset import RuleSet, Settings

Refusal = Reason


def age_on(birth_date: date, on: date) -> int:
    """Completed years on a day; negative before birth. Born on 29 February: a year older on 1 March of common years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def eligibility(
    *,
    birth_date: date,
    on: date,
    kinds_of_work: int | Iterable[str] = 1,
    programmes: Iterable[str] | None = None,
    rules: RuleSet | None = None,
    settings: Settings | None = None,
) -> tuple[Refusal, ...]:
    """Every reason why this person cannot be registered on the day `on`; empty when there is none.

    `kinds_of_work` is their number or their codes (repeated ones count once). `programmes` None: not looked at.
    Below 65 means that the 65th birthday itself is refused. PP 44/2015 Art 11(2).
    """
    law = (rules or load_rules()).with_settings(settings)
    count = kinds_of_work if isinstance(kinds_of_work, int) else len(frozenset(kinds_of_work))
    refusals = [*_age(birth_date, on, law), *_work(count, on, law)]
    if programmes is not None and law.settings.jkk_jkm_compulsory and not {"jkk", "jkm"} <= frozenset(programmes):
        refusals.append(Refusal("jkk_jkm_missing", {}, "jkk_jkm_compulsory"))
    return tuple(refusals)


def _age(birth_date: date, on: date, law: RuleSet) -> list[Refusal]:
    if birth_date > on:
        return [Refusal("birth_date_in_future", {}, "-")]
    age = age_on(birth_date, on)
    below = law.parameter("age_must_be_below_at_registration", on)
    if below is not None and isinstance(below.value, int) and age >= below.value:
        return [Refusal("age_too_high", {"age": age, "limit": below.value}, below.legal_ref)]
    lowest = law.settings.minimum_age
    if lowest is not None and age < lowest:
        return [Refusal("age_too_low", {"age": age, "limit": lowest}, "minimum_age")]
    return []


def _work(count: int, on: date, law: RuleSet) -> list[Refusal]:
    most = law.parameter("max_kinds_of_work", on)
    if count < 1:
        return [Refusal("no_kind_of_work", {}, most.legal_ref if most else "-")]
    if most is not None and isinstance(most.value, int) and count > most.value:
        return [Refusal("too_many_kinds_of_work", {"count": count, "limit": most.value}, most.legal_ref)]
    return []
