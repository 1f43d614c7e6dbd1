"""An amount laid into months: at the rate of each month, in order, whole months only. What is left is the worker's surplus.

Nothing here knows a database. `services.placing` does the same for a whole register in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sertakan.contributions.errors import AmountNotPositive
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules import RuleSet, contribution, load_rules
from sertakan.rules.errors import RuleRefusal

FURTHEST = 24
"""So many months at most are looked at after the first one."""


@dataclass(frozen=True, slots=True)
class AllocatedMonth:
    """One month and its amounts, whole rupiah; JHT is that of the same month, whenever it is due."""

    month: Month
    jkk: Rupiah
    jkm: Rupiah
    jht: Rupiah

    @property
    def total(self) -> Rupiah:
        return self.jkk + self.jkm + self.jht


@dataclass(frozen=True, slots=True)
class Allocation:
    """``sum of months + surplus == amount + credit``. `credit_used`: what of the worker's earlier surplus went into months.

    `twice`: months that another payer has paid for already; their amount is part of the surplus.
    """

    months: tuple[AllocatedMonth, ...]
    surplus: Rupiah
    credit_used: Rupiah
    twice: tuple[AllocatedMonth, ...] = ()

    @property
    def total(self) -> Rupiah:
        return sum(month.total for month in self.months)


def allocate(
    amount: Rupiah,
    *,
    start: Month,
    months: int | None,
    dasar: Rupiah,
    sector: str,
    funding: str,
    programmes: Iterable[str],
    rules: RuleSet | None = None,
    credit: Rupiah = 0,
    taken: Iterable[Month] = (),
    by_others: Iterable[Month] = (),
    last: Month | None = None,
) -> Allocation:
    """Lay `amount` and the worker's earlier `credit` into months from `start`.

    `months`: how many at most (None: as many as the money pays). Months in `taken` are paid by the same payer and passed over; those in
    `by_others` are paid by another one, so their amount becomes surplus; none after `last`. A month that the money does not pay whole is
    not paid. A month without known law ends it. PP 50/2025: what was paid at the full rate counts towards the next months.
    Refuses a negative amount (AmountNotPositive).
    """
    if amount < 0 or credit < 0:
        raise AmountNotPositive()
    law, chosen, passed, double = rules or load_rules(), tuple(programmes), frozenset(taken), frozenset(by_others)
    left, month = amount + credit, start
    found: list[AllocatedMonth] = []
    while len(found) < (FURTHEST if months is None else months) and month - start < FURTHEST:
        if last is not None and month > last:
            break
        if month not in passed:
            owed = _owed(month, dasar, sector, funding, chosen, law)
            if owed is None or owed.total > left:
                break
            left -= owed.total
            found.append(owed)
        month = month.next()
    placed = tuple(entry for entry in found if entry.month not in double)
    twice = tuple(entry for entry in found if entry.month in double)
    total = sum(entry.total for entry in placed)
    return Allocation(placed, amount + credit - total, max(0, total - amount), twice)


def _owed(
    month: Month, dasar: Rupiah, sector: str, funding: str, programmes: tuple[str, ...], law: RuleSet
) -> AllocatedMonth | None:
    if month < law.first_month or law.regime(month) is None:
        return None
    try:
        amounts = contribution(
            month, dasar=dasar, sector=sector, funding=funding, programmes=programmes, rules=law
        ).amounts
    except RuleRefusal:
        return None
    return AllocatedMonth(month, amounts.get("jkk", 0), amounts.get("jkm", 0), amounts.get("jht", 0))
