"""Voluntary means: an unpaid month is nobody's debt. When a membership turns inactive its open promises end and bills stop.

Who is inactive is said by who calls (`protection` knows); coming back bills from the current month on only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db import connection, transaction

from sertakan.contributions import policies
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import BillingStop, NotCollected
from sertakan.contributions.queries.money import funds_of
from sertakan.contributions.services.posting import PLEDGE_CONTROL, Posting, lock_ledger, pledge, post
from sertakan.core import audit, clock
from sertakan.core.month import Month
from sertakan.sponsorship.models import Sponsorship

# Lines of the bill that counts, of months that BPJS did not confirm and nobody has closed.
_UNPAID = """
SELECT l.sponsorship_id, l.month, l.bill_id, l.agency_id, l.donor_id, l.funding, l.jkk, l.jkm, l.jht
FROM contributions_billline l JOIN contributions_bill b ON b.id = l.bill_id AND b.state = 'issued'
WHERE l.sponsorship_id = ANY (%(ids)s) AND l.month >= %(first)s AND l.month <= %(last)s
  AND NOT EXISTS (SELECT 1 FROM contributions_paid p WHERE p.sponsorship_id = l.sponsorship_id AND p.month = l.month)
  AND NOT EXISTS (SELECT 1 FROM contributions_notcollected n WHERE n.sponsorship_id = l.sponsorship_id AND n.month = l.month)
ORDER BY l.agency_id, l.sponsorship_id, l.month
"""
_LOOK_BACK = 24


@transaction.atomic
def close_not_collected(sponsorship_ids: Collection[int], *, on: date | None = None, reason: str = "") -> int:
    """Their memberships turned inactive: release what is still open of their unpaid months, and bill nothing from next month on.

    Returns how many months were closed. Safe to repeat. Money that came in stays the donor's.
    """
    today = on or clock.today()
    now = Month.of(today)
    chosen = list(Sponsorship.objects.filter(pk__in=list(sponsorship_ids)).order_by("pk"))
    for agency_id in {one.agency_id for one in chosen}:
        policies.check_can_post(agency_id)
    lock_ledger(one.agency_id for one in chosen)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNPAID,
            {
                "ids": [one.pk for one in chosen], "first": now.previous(_LOOK_BACK).first_day, "last": now.first_day,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    closed = []
    by_agency = defaultdict(list)
    for row in rows:
        by_agency[row[3]].append(row)
    for agency_id, lines in by_agency.items():
        held = funds_of(agency_id, {line[4] for line in lines})
        postings: list[Posting] = []
        for sponsorship_id, month, bill_id, _agency, donor, funding, *amounts in lines:
            released = 0
            for programme, amount in zip(("jkk", "jkm", "jht"), amounts, strict=True):
                cell = held[donor, funding].cells.get((month, programme)) if (donor, funding) in held else None
                part = min(amount, cell.open) if cell else 0
                if cell is None or part <= 0:
                    continue
                cell.closed += part
                released += part
                postings.append(
                    Posting(
                        agency_id, "released", PLEDGE_CONTROL, pledge(donor, funding, programme), part, today,
                        Evidence("decision", sponsorship_id), entry=len(postings), donor_id=donor, funding=funding,
                        programme=programme, contribution_month=month, bill_id=bill_id, note=reason,
                    )
                )  # fmt: skip
            closed.append(
                NotCollected(
                    sponsorship_id=sponsorship_id, month=month, agency_id=agency_id, bill_id=bill_id, amount=released,
                    closed_on=today, reason=reason[:300],
                )
            )  # fmt: skip
        post(postings)
    NotCollected.objects.bulk_create(closed)
    stopped = _stop(chosen, now.next(), reason)
    if closed or stopped:
        audit.record(
            "contributions.not_collected",
            facts={"months": len(closed), "amount": sum(one.amount for one in closed), "stopped": stopped},
            reason=reason,
        )
    return len(closed)


def _stop(chosen: list[Sponsorship], first: Month, reason: str) -> int:
    standing = set(
        BillingStop.objects.filter(sponsorship__in=chosen, until_month__isnull=True).values_list(
            "sponsorship_id", flat=True
        )
    )
    made = [
        BillingStop(sponsorship=one, agency_id=one.agency_id, from_month=first.first_day, reason=reason[:300])
        for one in chosen
        if one.pk not in standing
    ]
    BillingStop.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def reactivate_billing(sponsorship_id: int, *, on: date | None = None) -> Month:
    """The worker comes back: billed from the current month on. The months between are never billed; returns the first one that is."""
    now = Month.of(on or clock.today())
    one = Sponsorship.objects.get(pk=sponsorship_id)
    policies.check_can_post(one.agency_id)
    for stop in BillingStop.objects.select_for_update(of=("self",)).filter(sponsorship=one, until_month__isnull=True):
        stop.until_month = max(stop.from_month, now.first_day)
        stop.save(update_fields=["until_month"])
        audit.record("contributions.billing_resumed", target=one, agency_id=one.agency_id, facts={"month": str(now)})
    return now
