"""Before a rate changes: who must change a deduction, from how much to how much, and who need not.

Counted from the sponsorships that run in the month before the change; one that ends with that month is supposed to go on, one that was
decided to stop or to get another payer is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from sertakan.contributions.queries.changes import always_full
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month, months
from sertakan.rules import FUNDINGS, PROGRAMMES, SECTORS, RuleSet, contribution, load_rules, read_programmes
from sertakan.rules.careers import payroll_closes_on

LOOK_AHEAD_MONTHS = 24

_RUNNING = """
SELECT s.agency_id, s.donor_id, array_to_string(s.programmes, ',') AS programmes, s.dasar, s.sector, s.funding, count(*)
FROM sponsorship_sponsorship s
WHERE s.start_month <= %(before)s AND %(before)s < s.start_month + s.months * interval '1 month'
  AND s.state <> 'refused' AND s.end_reason <> 'taken_back'
  AND %(month)s <= coalesce(s.last_payable_month, date_trunc('month', s.ended_on)::date, %(month)s) {scope}
GROUP BY 1, 2, 3, 4, 5, 6
"""

_NAMES = """
SELECT donor.id, donor.name, donor.nip, donor.sort_key, mandate.id IS NOT NULL, mandate.limit
FROM sponsorship_donor donor
LEFT JOIN sponsorship_mandate mandate ON mandate.donor_id = donor.id AND mandate.ended_on IS NULL
WHERE donor.id = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Workers of one payer whose contribution is the same. Rupiah per worker and month."""

    programmes: str
    dasar: Rupiah
    sector: str
    funding: str
    workers: int
    before: Rupiah
    after: Rupiah
    always_full: bool

    @property
    def unchanged(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Deduction:
    """One payer of an agency: all workers together, rupiah a month. `donor_id` None: workers without a named donor."""

    agency_id: int
    donor_id: int | None
    name: str
    nip: str
    sort_key: str
    mandate: bool
    limit: Rupiah | None
    groups: tuple[Group, ...]

    @property
    def workers(self) -> int:
        return sum(group.workers for group in self.groups)

    @property
    def changing_workers(self) -> int:
        """Those whose own contribution changes; beside them others of the same payer may cost what they did."""
        return sum(group.workers for group in self.groups if not group.unchanged)

    @property
    def before(self) -> Rupiah:
        return sum(group.workers * group.before for group in self.groups)

    @property
    def after(self) -> Rupiah:
        return sum(group.workers * group.after for group in self.groups)

    @property
    def unchanged(self) -> bool:
        return all(group.unchanged for group in self.groups)

    @property
    def always_full(self) -> bool:
        """All of it comes from money that the reduction leaves out (APBD, APBN)."""
        return all(group.always_full for group in self.groups)

    @property
    def above_limit(self) -> bool:
        """The new amount is more than the mandate allows: it has to be signed anew."""
        return self.limit is not None and self.after > self.limit


@dataclass(frozen=True, slots=True)
class AgencyChange:
    """All payers of one agency at a change of rate."""

    agency_id: int
    agency: str
    short_name: str
    deductions: tuple[Deduction, ...]

    @property
    def changing(self) -> list[Deduction]:
        return [one for one in self.deductions if not one.unchanged]

    @property
    def before(self) -> Rupiah:
        return sum(one.before for one in self.deductions)

    @property
    def after(self) -> Rupiah:
        return sum(one.after for one in self.deductions)

    @property
    def workers(self) -> int:
        return sum(one.workers for one in self.deductions)

    @property
    def changing_workers(self) -> int:
        return sum(one.changing_workers for one in self.deductions)

    @property
    def unchanged_workers(self) -> int:
        return sum(group.workers for one in self.deductions for group in one.groups if group.unchanged)

    @property
    def always_full_workers(self) -> int:
        return sum(group.workers for one in self.deductions for group in one.groups if group.always_full)

    @property
    def without_mandate(self) -> int:
        return sum(1 for one in self.changing if one.donor_id is not None and not one.mandate)


@dataclass(frozen=True, slots=True)
class Change:
    """A month in which a rate changes. `closes_on`: the last day to change a deduction for it."""

    month: Month
    closes_on: date
    law_confirmed: bool
    agencies: tuple[AgencyChange, ...] = field(default=())


def change_months(*, since: Month | None = None, rules: RuleSet | None = None) -> list[Month]:
    """The months within two years from `since` (this month when left out) in which some contribution costs other than the month before."""
    law = rules or load_rules()
    first = since or Month.of(clock.today())
    return [month for month in months(first, first.next(LOOK_AHEAD_MONTHS)) if _changes(month, law)]


def _changes(month: Month, law: RuleSet) -> bool:
    regime = law.regime(month)
    if regime is None or law.regime(month.previous()) is None:
        return False
    dasar = min(regime.table.by_dasar)
    return any(
        _amount(month, PROGRAMMES, dasar, sector, funding, law)
        != _amount(month.previous(), PROGRAMMES, dasar, sector, funding, law)
        for sector, funding in product(SECTORS, FUNDINGS)
    )


def _amount(month: Month, programmes: Iterable[str], dasar: Rupiah, sector: str, funding: str, law: RuleSet) -> Rupiah:
    return contribution(month, dasar=dasar, sector=sector, funding=funding, programmes=programmes, rules=law).total


def rate_change_of(month: Month, *, agency_id: int | None = None, rules: RuleSet | None = None) -> Change:
    """Who pays what in the month before `month` and what in it, for all agencies in scope or for one; agencies and payers by name."""
    law = rules or load_rules()
    with connection.cursor() as cursor:
        scope = "" if agency_id is None else "AND s.agency_id = %(agency)s"
        cursor.execute(
            _RUNNING.replace("{scope}", scope),
            {"before": month.previous().first_day, "month": month.first_day, "agency": agency_id},
        )
        rows = cursor.fetchall()
        cursor.execute(_NAMES, [sorted({row[1] for row in rows if row[1] is not None})])
        names = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT id, name, short_name, sort_key FROM agencies_agency WHERE id = ANY (%s) ORDER BY sort_key, id",
            [sorted({row[0] for row in rows})],
        )
        agencies = cursor.fetchall()
    groups = _groups(month, rows, law)
    by_agency: dict[int, list[Deduction]] = defaultdict(list)
    for (agency, donor), found in groups.items():
        name, nip, key, mandate, limit = names.get(donor, (_("Tanpa donatur tercatat"), "", "\uffff", False, None))
        by_agency[agency].append(Deduction(agency, donor, name, nip, key, mandate, limit, tuple(found)))
    return Change(
        month=month,
        closes_on=payroll_closes_on(month, rules=law),
        law_confirmed=law.confirmed(month),
        agencies=tuple(
            AgencyChange(
                key, name, short, tuple(sorted(by_agency[key], key=lambda one: (one.sort_key, one.donor_id or 0)))
            )
            for key, name, short, _sort in agencies
        ),
    )


def _groups(
    month: Month, rows: Iterable[tuple[Any, ...]], law: RuleSet
) -> Mapping[tuple[int, int | None], list[Group]]:
    """Rated groups by agency and donor; each combination of facts is computed once, one that no amount is known for is left out."""
    known: dict[tuple[Any, ...], tuple[Rupiah, Rupiah] | None] = {}
    found: dict[tuple[int, int | None], list[Group]] = defaultdict(list)
    for agency, donor, programmes, dasar, sector, funding, workers in rows:
        facts = (programmes, dasar, sector, funding)
        if facts not in known:
            known[facts] = _rated(month, facts, law)
        amounts = known[facts]
        if amounts is None:
            continue
        found[agency, donor].append(Group(*facts, workers, *amounts, always_full(law, sector, funding)))
    return found


def _rated(month: Month, facts: tuple[Any, ...], law: RuleSet) -> tuple[Rupiah, Rupiah] | None:
    programmes, dasar, sector, funding = facts
    try:
        chosen = read_programmes(programmes)
        return (
            _amount(month.previous(), chosen, dasar, sector, funding, law),
            _amount(month, chosen, dasar, sector, funding, law),
        )
    except DomainError:
        return None
