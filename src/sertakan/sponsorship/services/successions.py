"""A donor goes: every worker gets a next payer, or a decision to stop, before the last deduction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.people import services as people
from sertakan.rules.careers import last_paid_month
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship import errors, queries
from sertakan.sponsorship.leaving import departure_of
from sertakan.sponsorship.models import ConfirmedPayment, Departure, Donor, DonorPost, Sponsorship, Succession
from sertakan.sponsorship.services.continuing import CARRIED
from sertakan.sponsorship.services.donors import claim_donor
from sertakan.sponsorship.services.sponsorships import claim, end_sponsorship


@transaction.atomic
def declare_departure(*, donor: Donor, reason: str, last_month: Month, note: str = "") -> Departure:
    """Say that a donor goes and which month is deducted last. The same again changes nothing. Raises DepartureInForce."""
    one = claim_donor(donor)
    known = departure_of(one)
    if known is not None:
        if (known.reason, known.last_month) == (reason, last_month.first_day):
            return known
        raise errors.DepartureInForce(month=month_in_words(Month.of(known.last_month)))
    actor = scope.current()
    departure = Departure.objects.create(
        donor=one,
        agency_id=one.agency_id,
        reason=str(Departure.Reason(reason)),
        last_month=last_month.first_day,
        note=note.strip()[:300],
        recorded_by=actor.user_id,
        recorded_label=actor.label,
        recorded_at=clock.now(),
    )
    audit.record(
        "sponsorship.donor_leaves",
        target=one,
        agency_id=one.agency_id,
        facts={"reason": departure.reason, "last_month": str(last_month)},
    )
    return departure


@transaction.atomic
def cancel_departure(*, donor: Donor) -> Departure:
    """The donor stays after all. Raises DepartureUnknown, DepartureHasSuccessors."""
    one = claim_donor(donor)
    known = departure_of(one)
    if known is None:
        raise errors.DepartureUnknown()
    decided = known.successions.count()
    if decided:
        raise errors.DepartureHasSuccessors(count=decided)
    known.cancelled_at = clock.now()
    known.save(update_fields=["cancelled_at"])
    audit.record("sponsorship.donor_stays", target=one, agency_id=one.agency_id)
    return known


@transaction.atomic
def decide_succession(*, sponsorship: Sponsorship, next_donor: Donor | None) -> Succession:
    """From the month after the last deduction on, `next_donor` pays, or (None) nobody: then the cover ends knowingly.

    Months that the leaving donor has already paid ahead stay paid; what follows begins after them. A next payer gets a sponsorship that
    continues this one; it waits for a batch of the kind continue, and for a mandate of its own. A donor of another agency may be named
    by those who act for the province. Raises DepartureUnknown, SuccessionDecided, NextPayerMissing, NextPayerLeaves, AlreadyEnded.
    """
    old = claim(sponsorship)
    if old.state == Sponsorship.State.ENDED:
        raise errors.AlreadyEnded(on=old.ended_on)
    departure = _departure(old)
    known = Succession.objects.filter(sponsorship=old, departure=departure).first()
    if known is not None:
        raise errors.SuccessionDecided(decision=known.get_decision_display().lower())
    last = max(Month.of(departure.last_month), _paid_until(old))
    fresh = None if next_donor is None else _hand_over(old, next_donor, last)
    old.last_payable_month = last.first_day
    old.save(update_fields=["last_payable_month"])
    actor = scope.current()
    succession = Succession.objects.create(
        sponsorship=old,
        departure=departure,
        agency_id=old.agency_id,
        decision="stop" if next_donor is None else "next_payer",
        next_donor=next_donor,
        next_sponsorship=fresh,
        first_month=last.next().first_day,
        decided_by=actor.user_id,
        decided_label=actor.label,
        decided_at=clock.now(),
    )
    audit.record(
        "sponsorship.succession_decided",
        target=old,
        agency_id=old.agency_id,
        facts={"decision": succession.decision, "next_donor": next_donor and next_donor.pk, "from": str(last.next())},
    )
    return succession


@transaction.atomic
def decide_successions(*, donor: Donor, choices: Mapping[int, int | None]) -> list[Succession]:
    """For sponsorships of a leaving donor, by id, the id of who pays next, or None to stop; all or none. See `decide_succession`."""
    own = Sponsorship.objects.filter(donor=donor).in_bulk(list(choices))
    payers = Donor.objects.in_bulk([payer for payer in choices.values() if payer is not None])
    decided = []
    for key, payer in choices.items():
        if key not in own:
            raise errors.SponsorshipUnknown(sponsorship=key)
        if payer is not None and payer not in payers:
            raise errors.NextPayerMissing()
        decided.append(decide_succession(sponsorship=own[key], next_donor=None if payer is None else payers[payer]))
    return decided


@transaction.atomic
def undo_succession(*, sponsorship: Sponsorship) -> None:
    """Take a decision back, as long as nothing came of it. Raises SuccessionUnknown, SuccessionUnderWay."""
    old = claim(sponsorship)
    known = (
        Succession.objects.filter(sponsorship=old, departure__cancelled_at__isnull=True, departure__donor=old.donor_id)
        .select_related("next_sponsorship")
        .first()
    )
    if known is None:
        raise errors.SuccessionUnknown()
    if old.state == Sponsorship.State.ENDED:
        raise errors.SuccessionUnderWay(why=_("kepesertaannya sudah dihentikan"))
    fresh = known.next_sponsorship
    if fresh is None and known.next_sponsorship_id is not None:  # in an agency that the actor does not see
        raise errors.SuccessionUnderWay(why=_("pembayar berikutnya di perangkat daerah lain; mintalah koordinator"))
    if fresh is not None:
        if fresh.batch_lines.exclude(batch__state="draft").exists():
            raise errors.SuccessionUnderWay(why=_("pembayar berikutnya sudah dikirim ke BPJS"))
        end_sponsorship(sponsorship=fresh, reason="taken_back", effective_on=clock.today())
    known.delete()
    old.last_payable_month = None
    old.save(update_fields=["last_payable_month"])
    audit.record("sponsorship.succession_undone", target=old, agency_id=old.agency_id)


@transaction.atomic
def change_donor(*, sponsorship: Sponsorship, donor: Donor, first_month: Month) -> Sponsorship:
    """Another donor pays from `first_month` on (later, where months were paid ahead), though the first one does not go.

    The sponsorship that comes after is returned; it waits for a batch of the kind continue. A donor of another agency is named by those
    who act for the province: so a worker moves between agencies. Raises MonthsOverlap for a month before the first one, AlreadyEnded,
    AlreadyContinued, NextPayerMissing, NextPayerLeaves.
    """
    old = claim(sponsorship)
    if old.state == Sponsorship.State.ENDED:
        raise errors.AlreadyEnded(on=old.ended_on)
    if first_month < Month.of(old.start_month):
        raise errors.MonthsOverlap(start=month_in_words(first_month), last=month_in_words(Month.of(old.start_month)))
    last = max(first_month.previous(), _paid_until(old))
    fresh = _hand_over(old, donor, last)
    old.last_payable_month = last.first_day
    old.save(update_fields=["last_payable_month"])
    audit.record(
        "sponsorship.donor_changed",
        target=old,
        agency_id=old.agency_id,
        facts={"next": fresh.pk, "donor": donor.pk, "from": str(last.next())},
    )
    return fresh


@transaction.atomic
def carry_out_stops(*, on: date | None = None) -> int:
    """End what was decided to stop and whose last month is over; returns how many. For the nightly job; safe to repeat."""
    today = on or clock.today()
    due = Sponsorship.objects.filter(
        successions__decision="stop",
        successions__departure__cancelled_at__isnull=True,
        last_payable_month__lt=Month.of(today).first_day,
    ).exclude(state__in=["ended", "refused"])
    done = 0
    for one in due.distinct().order_by("pk"):
        last = Month.of(one.last_payable_month)  # type: ignore[arg-type]
        end_sponsorship(sponsorship=one, reason="donor_stopped", effective_on=last.last_day, last_payable_month=last)
        done += 1
    return done


def _departure(old: Sponsorship) -> Departure:
    """The departure that stands, or the one that number, post or contract tell of, which is then written down."""
    if old.donor is None:
        raise errors.DepartureUnknown()
    known = departure_of(old.donor)
    if known is not None:
        return known
    post = DonorPost.objects.filter(donor=old.donor).first()
    if post is not None and post.contract_ends_on is not None:
        return declare_departure(donor=old.donor, reason="contract_ends", last_month=Month.of(post.contract_ends_on))
    last = last_paid_month(old.donor.nip, post.post if post else "general", on=clock.today())  # type: ignore[arg-type]
    if last is None:
        raise errors.DepartureUnknown()
    return declare_departure(donor=old.donor, reason="retires", last_month=last)


def _paid_until(old: Sponsorship) -> Month:
    """The last month that BPJS confirmed as paid in one go; the month before the first when nothing was."""
    first = Month.of(old.start_month)
    paid = ConfirmedPayment.objects.filter(line__sponsorship=old, months__isnull=False).values_list("months", flat=True)
    return first.previous().next(sum(months or 0 for months in paid))


def _hand_over(old: Sponsorship, donor: Donor, last: Month) -> Sponsorship:
    """The sponsorship by which `donor` pays from the month after `last` on: the months that were left, or as many again."""
    actor = scope.current()
    if donor.pk == old.donor_id or (donor.agency_id != old.agency_id and not actor.sees_all):
        raise errors.NextPayerMissing()
    leaves = departure_of(donor)
    if leaves is not None and Month.of(leaves.last_month) <= last.next():
        raise errors.NextPayerLeaves(name=donor.name, month=month_in_words(Month.of(leaves.last_month)))
    if queries.followed([old.pk]):
        raise errors.AlreadyContinued(sponsorship=old.pk, start=month_in_words(last.next()))
    left = queries.last_month(old) - last
    carried = {name: getattr(old, name) for name in CARRIED}
    if donor.agency_id != old.agency_id:
        people.make_known(person_id=old.person_id, agency_id=donor.agency_id)
    return Sponsorship.objects.create(
        **{**carried, "agency_id": donor.agency_id, "donor_id": donor.pk},
        continues=old,
        start_month=last.next().first_day,
        months=left if left > 0 else old.months,
        created_at=clock.now(),
    )
