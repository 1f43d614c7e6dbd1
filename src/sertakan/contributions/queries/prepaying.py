"""What paying ahead costs: each month at its own rate, for the choices that are allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules import RuleSet, contribution, load_rules, read_programmes
from sertakan.sponsorship.models import Sponsorship


@dataclass(frozen=True, slots=True)
class Ahead:
    """So many months at once: rupiah for each month, first to last."""

    months: int
    by_month: Mapping[Month, Rupiah]
    law_confirmed: bool

    @property
    def total(self) -> Rupiah:
        return sum(self.by_month.values())

    @property
    def until(self) -> Month:
        return max(self.by_month)

    @property
    def one_rate(self) -> bool:
        """Every month costs the same."""
        return len(set(self.by_month.values())) == 1


def paying_ahead(sponsorships: Iterable[Sponsorship], start: Month, *, rules: RuleSet | None = None) -> list[Ahead]:
    """What the contributions of these workers cost for 1, 3, 6, 12 months (setting prepay_months_allowed) from `start` on.

    A worker for whom no amount is known is left out; no worker: no choice.
    """
    law = rules or load_rules()
    facts = [(tuple(one.programmes), one.dasar, one.sector, one.funding) for one in sponsorships]
    choices = sorted(law.settings.prepay_months_allowed)
    if not facts or not choices:
        return []
    by_month = {month: _sum(month, facts, law) for month in (start.next(step) for step in range(choices[-1]))}
    return [
        Ahead(
            months=count,
            by_month={start.next(step): by_month[start.next(step)] for step in range(count)},
            law_confirmed=law.confirmed(start.next(count - 1)),
        )
        for count in choices
    ]


def _sum(month: Month, facts: Iterable[tuple[tuple[str, ...], Rupiah, str, str]], law: RuleSet) -> Rupiah:
    total = 0
    for programmes, dasar, sector, funding in facts:
        try:
            chosen = read_programmes(",".join(programmes))
            total += contribution(
                month, dasar=dasar, sector=sector, funding=funding, programmes=chosen, rules=law
            ).total
        except DomainError:
            continue
    return total
