"""Ends a sponsorship, and puts another worker in a refused or stopped one's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.people.models import Person
from sertakan.people.queries import group_of
from sertakan.sponsorship import errors, policies, states
from sertakan.sponsorship.models import Sponsorship
from sertakan.sponsorship.services.batches import drop_from_drafts


@dataclass(frozen=True, slots=True)
class Work:
    """What the new worker does."""

    occupation_id: str | None = None
    second_occupation_id: str | None = None
    sector: str = "other"
    work_place: str = ""
    work_area_id: int | None = None
    work_hours: str = ""
    income: int | None = None


def claim(sponsorship: Sponsorship) -> Sponsorship:
    """The sponsorship, locked, for who may manage the agency. Raises SponsorshipUnknown, NotYourBatch."""
    found = Sponsorship.objects.select_for_update(of=("self",)).filter(pk=sponsorship.pk).first()
    if found is None:
        raise errors.SponsorshipUnknown(sponsorship=sponsorship.pk)
    policies.check_can_manage(scope.current(), found.agency_id)
    return found


@transaction.atomic
def end_sponsorship(
    *, sponsorship: Sponsorship, reason: str, effective_on: date, last_payable_month: Month | None = None
) -> Sponsorship:
    """End a sponsorship with its date, its reason and the last month that is still paid (by default the month of the date).

    It leaves every draft; once it has been sent to BPJS, it waits for a batch of the kind stop. Raises AlreadyEnded.
    """
    one = claim(sponsorship)
    if one.state == Sponsorship.State.ENDED:
        raise errors.AlreadyEnded(on=one.ended_on)
    states.check_move(one.state, Sponsorship.State.ENDED)
    one.state, one.end_reason = Sponsorship.State.ENDED, str(Sponsorship.EndReason(reason))
    one.ended_on = effective_on
    one.last_payable_month = (last_payable_month or Month.of(effective_on)).first_day
    one.save(update_fields=["state", "end_reason", "ended_on", "last_payable_month"])
    drop_from_drafts(sponsorships=[one.pk])
    audit.record(
        "sponsorship.ended",
        target=one,
        agency_id=one.agency_id,
        facts={"reason": one.end_reason, "on": effective_on.isoformat(), "last_month": str(one.last_payable_month)},
    )
    return one


@transaction.atomic
def replace_worker(
    *,
    sponsorship: Sponsorship,
    person: Person,
    work: Work,
    reason: str = "donor_stopped",
    effective_on: date | None = None,
    start_month: Month | None = None,
) -> Sponsorship:
    """The donor names another worker: the old sponsorship ends (unless it has), a new one stands ready for a batch.

    Donor, programmes, dasar, funding and months are kept. Raises SamePerson, AlreadySponsored.
    """
    old = claim(sponsorship)
    if person.pk in group_of(old.person_id):
        raise errors.SamePerson()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sponsorship_standing(%s)", [[person.pk]])
        if cursor.fetchone()[0]:  # type: ignore[index]
            raise errors.AlreadySponsored()
    today = clock.today()
    if old.state != Sponsorship.State.ENDED:
        end_sponsorship(sponsorship=old, reason=reason, effective_on=effective_on or today)
    first = start_month or max(Month.of(old.start_month), Month.of(today))
    fresh = Sponsorship.objects.create(
        agency_id=old.agency_id,
        person=person,
        donor_id=old.donor_id,
        programmes=old.programmes,
        dasar=old.dasar,
        income=work.income,
        funding=old.funding,
        sector=work.sector,
        occupation_id=work.occupation_id,
        second_occupation_id=work.second_occupation_id,
        work_place=work.work_place,
        work_area_id=work.work_area_id,
        work_hours=work.work_hours,
        start_month=first.first_day,
        months=old.months,
        created_at=clock.now(),
    )
    audit.record("sponsorship.worker_replaced", target=fresh, agency_id=fresh.agency_id, facts={"replaces": old.pk})
    return fresh
