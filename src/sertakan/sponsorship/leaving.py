"""Donors who go, and what is open for the workers they pay for: known from the number and the post, or declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from sertakan.core import clock, scope
from sertakan.core.month import Month
from sertakan.rules import RuleSet, load_rules
from sertakan.rules.careers import POSTS, retirement_age
from sertakan.sponsorship.models import Departure, Donor, Mandate, Sponsorship, Succession
from sertakan.sponsorship.queries import followed

_OPEN = """
SELECT s.donor_id, s.agency_id, count(*) AS workers, count(d.id) AS decided
FROM sponsorship_sponsorship s
LEFT JOIN sponsorship_departure gone ON gone.donor_id = s.donor_id AND gone.cancelled_at IS NULL
LEFT JOIN sponsorship_succession d ON d.sponsorship_id = s.id AND d.departure_id = gone.id
WHERE s.donor_id IS NOT NULL AND s.state NOT IN ('ended', 'refused') {scope}
  AND s.start_month + s.months * interval '1 month' > %(since)s
  AND (d.id IS NOT NULL OR NOT EXISTS (
    SELECT FROM sponsorship_sponsorship f WHERE f.continues_id = s.id AND f.state NOT IN ('ended', 'refused')))
GROUP BY 1, 2
"""

_LEAVING = f"""
WITH paying AS ({_OPEN}),
known AS (
    SELECT p.*, donor.name, donor.sort_key, donor.nip, post.contract_ends_on, coalesce(post.post, 'general') AS post,
           departure.reason AS declared, departure.last_month AS declared_month, departure.id AS departure_id,
           CASE WHEN donor.nip ~ '^[12][0-9]{{3}}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{{4}}(0[1-9]|1[0-2])'
                THEN make_date(substr(donor.nip, 1, 4)::int, substr(donor.nip, 5, 2)::int, 1) END AS born,
           EXISTS (SELECT FROM sponsorship_mandate m WHERE m.donor_id = p.donor_id AND m.ended_on IS NULL) AS mandate
    FROM paying p JOIN sponsorship_donor donor ON donor.id = p.donor_id
    LEFT JOIN sponsorship_donorpost post ON post.donor_id = p.donor_id
    LEFT JOIN sponsorship_departure departure ON departure.donor_id = p.donor_id AND departure.cancelled_at IS NULL
),
dated AS (
    SELECT k.*, coalesce(declared, CASE WHEN contract_ends_on IS NOT NULL THEN 'contract_ends' ELSE 'retires' END) AS reason,
           coalesce(declared_month, date_trunc('month', contract_ends_on)::date, (born + a.age * interval '1 year')::date) AS last_month
    FROM known k LEFT JOIN unnest(%(posts)s::text[], %(ages)s::int[]) a (post, age) ON a.post = k.post
)
SELECT donor_id, d.agency_id, agency.name, agency.short_name, d.name, nip, reason, declared IS NOT NULL, last_month, workers, decided,
       mandate, departure_id
FROM dated d JOIN agencies_agency agency ON agency.id = d.agency_id
WHERE last_month <= %(until)s AND (decided < workers OR last_month >= %(since)s)
ORDER BY last_month, agency.sort_key, d.sort_key, donor_id
"""

_LAST_MONTH = 8


@dataclass(frozen=True, slots=True)
class Leaving:
    """A donor whose last deduction is known. `declared` False: computed from the number and the post, or from the end of the contract.

    `workers` who depend on the donor, `decided` for how many of them it is known what follows.
    """

    donor_id: int
    agency_id: int
    agency: str
    agency_short: str
    name: str
    nip: str
    reason: str
    declared: bool
    last_month: Month
    workers: int
    decided: int
    mandate: bool
    departure_id: int | None

    @property
    def open(self) -> int:
        """Workers of whom nobody has said yet who pays next."""
        return self.workers - self.decided

    @property
    def decide_by(self) -> date:
        """The day of the last deduction: until then it should be known who pays next."""
        return self.last_month.first_day

    @property
    def reason_in_words(self) -> str:
        return str(Departure.Reason(self.reason).label)


def leaving(*, agency_id: int | None = None, on: date | None = None, rules: RuleSet | None = None) -> list[Leaving]:
    """Donors in scope whose last deduction lies at most `donor_leaving_notice_months` ahead, or has passed with workers undecided.

    Earliest first. Contract employees are listed once the end of their contract is known. Read as who sees all and cut to the agencies of
    who asks, so that a worker whom another agency goes on paying for is not taken for open.
    """
    actor = scope.current()
    within = None if actor.sees_all else sorted(actor.agency_ids)
    if agency_id is not None:
        within = [agency_id] if within is None or agency_id in within else []
    law, today = rules or load_rules(), on or clock.today()
    months = Month.of(today)
    parameters: dict[str, Any] = {
        "since": months.first_day,
        "until": months.next(law.settings.donor_leaving_notice_months).first_day,
        "posts": list(POSTS),
        "ages": [retirement_age(post, today, rules=law) for post in POSTS],
        "within": within,
    }
    only = "" if within is None else "AND s.agency_id = ANY (%(within)s)"
    with scope.acting(scope.SYSTEM, reason=scope.current_reason(), job="donatur pergi"), connection.cursor() as cursor:
        cursor.execute(_LEAVING.replace("{scope}", only), parameters)
        rows = cursor.fetchall()
    return [_leaving(row) for row in rows]


def _leaving(row: tuple[Any, ...]) -> Leaving:
    found = list(row)
    found[_LAST_MONTH] = Month.of(row[_LAST_MONTH])
    return Leaving(*found)


@dataclass(frozen=True, slots=True)
class Dependent:
    """A worker of a donor, and what was decided for the time after."""

    sponsorship: Sponsorship
    last_month: Month
    succession: Succession | None


def dependents(donor: Donor, *, on: date | None = None) -> list[Dependent]:
    """The workers that a donor pays for now or from later on, by name; also those whose next payer is decided."""
    since = Month.of(on or clock.today())
    decided = Succession.objects.filter(departure__cancelled_at__isnull=True).select_related(
        "next_donor__agency", "departure"
    )
    found = (
        Sponsorship.objects.filter(donor=donor)
        .exclude(state__in=["ended", "refused"])
        .select_related("person", "agency")
        .prefetch_related(Prefetch("successions", decided, to_attr="decided"))
        .order_by("person__sort_key", "pk")
    )
    continued = followed([one.pk for one in found])
    listed = []
    for one in found:
        last = Month.of(one.start_month).next(one.months - 1)
        succession = next((entry for entry in one.decided if entry.departure.donor_id == donor.pk), None)
        if last >= since and (succession is not None or one.pk not in continued):
            listed.append(Dependent(one, last, succession))
    return listed


def mandate_of(donor: Donor) -> Mandate | None:
    """The mandate in force, with its kind and limit; None when there is none on file."""
    return Mandate.objects.filter(donor=donor, ended_on__isnull=True).first()


def departure_of(donor: Donor) -> Departure | None:
    """The departure that was declared and not taken back."""
    return Departure.objects.filter(donor=donor, cancelled_at__isnull=True).first()
