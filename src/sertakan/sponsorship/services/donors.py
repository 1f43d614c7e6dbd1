"""The post of a donor and the mandate to deduct."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from sertakan.access.models import User
from sertakan.access.queries import actor_for
from sertakan.core import audit, clock, scope
from sertakan.core.money import Rupiah
from sertakan.sponsorship import errors, policies
from sertakan.sponsorship.models import Donor, DonorAccount, DonorPost, Mandate


def claim_donor(donor: Donor) -> Donor:
    """The donor, locked, for who may manage the agency. Raises DonorUnknown, NotYourBatch."""
    found = Donor.objects.select_for_update(of=("self",)).filter(pk=donor.pk).first()
    if found is None:
        raise errors.DonorUnknown()
    policies.check_can_manage(scope.current(), found.agency_id)
    return found


@transaction.atomic
def describe_donor(
    *, donor: Donor, employment: str = "pns", post: str = "general", contract_ends_on: date | None = None
) -> DonorPost:
    """Say what a donor's post is, so that it is known when the pay ends. The same again changes nothing."""
    one = claim_donor(donor)
    values = {
        "employment": str(DonorPost.Employment(employment)),
        "post": str(DonorPost.Post(post)),
        "contract_ends_on": contract_ends_on,
    }
    known = DonorPost.objects.filter(donor=one).first()
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return known
    described, _ = DonorPost.objects.update_or_create(donor=one, defaults={**values, "agency_id": one.agency_id})
    audit.record("sponsorship.donor_described", target=one, agency_id=one.agency_id, facts={"post": described.post})
    return described


@transaction.atomic
def record_mandate(*, donor: Donor, kind: str, signed_on: date, limit: Rupiah | None = None) -> Mandate:
    """Put a signed mandate on file. The same again changes nothing. Raises MandateInForce, MandateDateWrong.

    `limit`: the most that may be deducted in a month, rupiah; None when the paper names none.
    """
    one = claim_donor(donor)
    if signed_on > clock.today():
        raise errors.MandateDateWrong()
    known = Mandate.objects.filter(donor=one, ended_on__isnull=True).first()
    if known is not None:
        if (known.kind, known.signed_on, known.limit) == (kind, signed_on, limit):
            return known
        raise errors.MandateInForce(since=known.signed_on)
    actor = scope.current()
    mandate = Mandate.objects.create(
        donor=one,
        agency_id=one.agency_id,
        kind=str(Mandate.Kind(kind)),
        signed_on=signed_on,
        limit=limit,
        recorded_by=actor.user_id,
        recorded_label=actor.label,
        recorded_at=clock.now(),
    )
    audit.record("sponsorship.mandate_recorded", target=one, agency_id=one.agency_id, facts={"kind": mandate.kind})
    return mandate


@transaction.atomic
def end_mandate(*, donor: Donor, on: date, reason: str) -> Mandate:
    """The mandate no longer holds from a day on. Raises MandateUnknown, MandateDateWrong."""
    one = claim_donor(donor)
    known = Mandate.objects.filter(donor=one, ended_on__isnull=True).first()
    if known is None:
        raise errors.MandateUnknown()
    if on < known.signed_on:
        raise errors.MandateDateWrong()
    known.ended_on, known.end_reason = on, reason.strip()[:200] or "–"
    known.save(update_fields=["ended_on", "end_reason"])
    audit.record("sponsorship.mandate_ended", target=one, agency_id=one.agency_id, reason=known.end_reason)
    return known


@transaction.atomic
def link_account(*, donor: Donor, username: str) -> DonorAccount:
    """Let a sign-in with the role of a donor see what this donor pays for. Again changes nothing. Raises AccountUnknown, AccountTaken."""
    one = claim_donor(donor)
    user = User.objects.filter(username=username.strip()).first()
    if user is None or not actor_for(user, on=clock.today()).has("donor"):
        raise errors.AccountUnknown(username=username.strip()[:60])
    taken = DonorAccount.objects.filter(Q(user=user) | Q(donor=one)).first()
    if taken is not None:
        if (taken.user_id, taken.donor_id) == (user.pk, one.pk):
            return taken
        raise errors.AccountTaken()
    account = DonorAccount.objects.create(
        user=user, donor=one, agency_id=one.agency_id, linked_by=scope.current().user_id, linked_at=clock.now()
    )
    audit.record("sponsorship.donor_linked", target=one, agency_id=one.agency_id, facts={"user": user.pk})
    return account


@transaction.atomic
def unlink_account(*, donor: Donor) -> None:
    """The sign-in no longer sees what this donor pays for; nothing happens where none is linked."""
    one = claim_donor(donor)
    if DonorAccount.objects.filter(donor=one).delete()[0]:
        audit.record("sponsorship.donor_unlinked", target=one, agency_id=one.agency_id)
