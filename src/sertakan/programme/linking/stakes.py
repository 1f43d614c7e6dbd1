"""What a mistake about a pair would cost, in whole rupiah, and why two people must agree.

Expected loss of the wrong answer, with p the probability that both are one person:

    p x (money paid twice + a benefit claimed twice) + (1 - p) x (cover that one of two persons loses)

- money paid twice: the smaller monthly contribution of the two, for the months that both still run;
- a benefit claimed twice: the death benefit (JKM), when both have a membership number;
- cover lost: the death benefit for two persons with cover of their own, half of it when one of them has cover.

The benefit is that of the rules in force (`jkm_total`). p is taken in millionths, so that no rounding of floats reaches an amount.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month

if TYPE_CHECKING:
    from sertakan.rules import RuleSet

BOTH_MEMBERS, TWO_PAYERS, NUMBERS_DIFFER = "both_members", "two_payers", "numbers_differ"
_MOST_SLIPS = 2

_SPONSORED = """
WITH everybody AS (
    SELECT p AS person_id, p AS own_id FROM unnest(%(persons)s::bigint[]) p
    UNION ALL SELECT s.person_id, s.same_id FROM people_same s WHERE s.person_id = ANY (%(persons)s)
)
SELECT e.person_id, s.agency_id, coalesce(s.donor_id, 0), s.programmes, s.dasar, s.sector, s.funding, s.start_month, s.months
FROM everybody e JOIN sponsorship_sponsorship s ON s.person_id = e.own_id
WHERE s.state NOT IN ('ended', 'refused') ORDER BY e.person_id, s.id
"""
_MEMBERS = """
SELECT DISTINCT p FROM unnest(%(persons)s::bigint[]) p
WHERE EXISTS (SELECT 1 FROM people_identifier i WHERE i.person_id = p AND i.kind = 'kpj')
   OR EXISTS (SELECT 1 FROM people_same s JOIN people_identifier i ON i.person_id = s.same_id AND i.kind = 'kpj' WHERE s.person_id = p)
"""


@dataclass(frozen=True, slots=True)
class Stake:
    """What hangs on one person: who pays, rupiah a month, months that still run, whether there is a membership number."""

    payers: frozenset[tuple[int, int]] = frozenset()
    monthly: Rupiah = 0
    months: int = 0
    running: int = 0
    member: bool = False

    @property
    def covered(self) -> bool:
        """Whether cover exists or is on its way."""
        return self.member or self.running > 0


NOTHING = Stake()


def stakes(persons: Collection[int]) -> dict[int, Stake]:
    """By person, for those on whom anything hangs. Two statements, however many."""
    from sertakan.rules import load_rules

    ids, today = list(persons), clock.today()
    rules, month = load_rules(), Month.of(today)
    known: dict[tuple[object, ...], Rupiah] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"persons": ids})
        members = {int(row[0]) for row in cursor.fetchall()}
        cursor.execute(_SPONSORED, {"persons": ids})
        rows = cursor.fetchall()
    found = {person: Stake(member=True) for person in members}
    for person, agency, donor, programmes, dasar, sector, funding, start, months in rows:
        key = (tuple(programmes), dasar, sector, funding)
        if key not in known:
            known[key] = _monthly(month, rules, programmes, dasar, sector, funding)
        before = found.get(person, NOTHING)
        found[person] = Stake(
            payers=before.payers | {(agency, donor)},
            monthly=max(before.monthly, known[key]),
            months=max(before.months, _left(start, months, month)),
            running=before.running + 1,
            member=before.member,
        )
    return found


def _monthly(month: Month, rules: RuleSet, programmes: list[str], dasar: int, sector: str, funding: str) -> Rupiah:
    from sertakan.rules import contribution, read_programmes

    try:
        chosen = read_programmes(",".join(programmes))
        return contribution(month, dasar=dasar, sector=sector, funding=funding, programmes=chosen, rules=rules).total
    except DomainError:  # a month or a base that the law does not know: nothing is billed either
        return 0


def _left(start: date, months: int, now: Month) -> int:
    first = Month.of(start)
    return max(0, first.next(months) - max(first, now))


def death_benefit() -> Rupiah:
    """The sum that a family gets in case of death, by the rules in force; 0 where they do not say."""
    from sertakan.rules import load_rules

    found = load_rules().parameter("jkm_total", clock.today())
    return found.value if found is not None and isinstance(found.value, int) else 0


def cost_of(probability: float, left: Stake, right: Stake, *, benefit: Rupiah) -> Rupiah:
    """Whole rupiah: see above."""
    millionths = min(max(round(probability * 1_000_000), 0), 1_000_000)
    twice = min(left.monthly, right.monthly) * min(left.months, right.months)
    claimed = benefit if left.member and right.member else 0
    lost = benefit * (left.covered + right.covered) // 2
    return (millionths * (twice + claimed) + (1_000_000 - millionths) * lost) // 1_000_000


def numbers_differ(one: str | None, other: str | None) -> bool:
    """Whether two identity numbers are further apart than typing errors go: more than two slips, exchanged digits, or a lost end."""
    if not one or not other or one.startswith(other) or other.startswith(one):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=_MOST_SLIPS) > _MOST_SLIPS


def risks_of(left: Stake, right: Stake, *, other_number: bool) -> list[str]:
    """Why two people must agree that a pair is one person; empty when one may. `other_number`: as `numbers_differ` says."""
    found = []
    if left.member and right.member:
        found.append(BOTH_MEMBERS)
    if left.running and right.running and len(left.payers | right.payers) > 1:
        found.append(TWO_PAYERS)
    if other_number:
        found.append(NUMBERS_DIFFER)
    return found


def prefer(left: int, right: int, known: dict[int, Stake]) -> tuple[int, int]:
    """(who goes on, who goes): a member before others, who has a payer before others, the older record before the newer."""

    def worth(person: int) -> tuple[bool, bool, int]:
        stake = known.get(person, NOTHING)
        return (stake.member, stake.running > 0, -person)

    return (left, right) if worth(left) >= worth(right) else (right, left)
