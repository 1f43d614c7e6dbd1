"""Money that lies somewhere and pays no month yet: a worker's surplus at BPJS, requests to give it back, a donor's unused money."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, QuerySet

from sertakan.contributions.models import RefundRequest
from sertakan.contributions.queries.money import balances, funds_of, surplus_rows
from sertakan.core.money import Rupiah
from sertakan.sponsorship.models import Donor

MOST = 500


@dataclass(frozen=True, slots=True)
class Surplus:
    """What lies at BPJS for one worker by way of one agency, and who paid last for that worker there."""

    person_id: int
    person: str
    agency_id: int
    agency: str
    amount: Rupiah
    donor_id: int | None
    funding: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of a donor at the treasurer's that no promise takes."""

    donor_id: int
    donor: str
    funding: str
    amount: Rupiah


def surpluses(agency_id: int | None = None) -> list[Surplus]:
    """Workers with a surplus at BPJS, the largest first, at most MOST; row policies keep each agency to its own."""
    condition = "true" if agency_id is None else "t.agency_id = %(agency)s"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.person_id, p.name, x.agency_id, a.short_name, x.amount, s.donor_id, coalesce(s.funding, '')"
            f" FROM (SELECT person_id, agency_id, sum(amount)::bigint AS amount FROM ({surplus_rows(condition)}) r"
            "       GROUP BY 1, 2 HAVING sum(amount) > 0) x"
            " JOIN people_person p ON p.id = x.person_id JOIN agencies_agency a ON a.id = x.agency_id"
            " LEFT JOIN LATERAL (SELECT donor_id, funding FROM sponsorship_sponsorship WHERE person_id = x.person_id"
            "  AND agency_id = x.agency_id AND state <> 'refused' ORDER BY start_month DESC, id LIMIT 1) s ON true"
            " ORDER BY x.amount DESC, p.sort_key, x.person_id LIMIT %(most)s",
            {"agency": agency_id, "most": MOST},
        )
        return [Surplus(*row) for row in cursor.fetchall()]


def refunds(agency_id: int | None = None) -> QuerySet[RefundRequest]:
    """Requests to give money back, those without an answer first."""
    found = RefundRequest.objects.select_related("agency", "person", "donor")
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found.order_by(F("decided_on").desc(nulls_first=True), "-pk")


def credits_of(agency_id: int) -> list[Credit]:
    """Donors of an agency whose money at the treasurer's meets no promise and was not sent on to BPJS, the largest first."""
    there = balances(agency_id).get("treasury", 0)
    held = {key: min(funds.credit, there) for key, funds in funds_of(agency_id).items() if key[0] is not None}
    held = {key: amount for key, amount in held.items() if amount > 0}
    names = dict(Donor.objects.filter(pk__in={donor for donor, _ in held}).values_list("pk", "name"))
    rows = [
        Credit(donor, names[donor], funding, amount)
        for (donor, funding), amount in held.items()
        if donor is not None and donor in names
    ]
    return sorted(rows, key=lambda row: (-row.amount, row.donor))[:MOST]
