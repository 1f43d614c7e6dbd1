"""Donors who go: listed half a year ahead where it can be known, and every worker gets a next payer or a decision to stop."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from tests.factories import make_agency, make_donor, make_worker

from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.sponsorship import errors, services
from sertakan.sponsorship.leaving import dependents, leaving, mandate_of
from sertakan.sponsorship.models import Departure, Sponsorship, Succession

pytestmark = pytest.mark.django_db
RETIRES_IN_MAY = "196905101994031005"  # 58 in May 2027
RETIRES_IN_JUNE = "196906101994031005"


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=WIB), tick=False):
        yield


@pytest.fixture
def agency():
    return make_agency("Dinas Sosial")


def _paying(agency, *, nip="", name="", workers=1, months=12, **facts):
    donor = make_donor(agency, name, nip=nip)
    made = [
        make_worker(agency, donor=donor, months=months, start_month=date(2026, 9, 1), **facts) for _ in range(workers)
    ]
    return donor, [one.sponsorship for one in made]


def test_a_donor_is_listed_six_months_before_the_last_salary_and_not_seven(agency):
    soon, _ = _paying(agency, nip=RETIRES_IN_MAY)
    _paying(agency, nip=RETIRES_IN_JUNE)

    [found] = leaving()

    assert (found.donor_id, found.reason, found.last_month) == (soon.pk, "retires", Month(2027, 5))
    assert not found.declared
    assert found.decide_by == date(2027, 5, 1)


def test_a_higher_post_retires_later_and_a_contract_when_it_ends(agency):
    senior, _ = _paying(agency, nip=RETIRES_IN_MAY)
    contract, _ = _paying(agency, nip="199001012022211003")
    assert [one.donor_id for one in leaving()] == [senior.pk]

    services.describe_donor(donor=senior, post="senior")
    services.describe_donor(donor=contract, employment="pppk", contract_ends_on=date(2026, 12, 31))

    [found] = leaving()
    assert (found.donor_id, found.reason, found.last_month) == (contract.pk, "contract_ends", Month(2026, 12))


def test_a_donor_without_workers_or_without_a_number_is_not_guessed(agency):
    make_donor(agency, nip=RETIRES_IN_MAY)
    _paying(agency)
    _paying(agency, nip="123456789012345678")

    assert leaving() == []


def test_whoever_should_have_been_decided_stays_on_the_list(agency):
    donor, [one] = _paying(agency)
    services.declare_departure(donor=donor, reason="died", last_month=Month(2026, 10))

    [found] = leaving()
    assert (found.open, found.declared, found.reason_in_words) == (1, True, "Meninggal")

    services.decide_succession(sponsorship=one, next_donor=None)
    assert leaving() == []


def test_the_next_payer_begins_with_the_month_after_the_last_deduction(agency):
    donor, [one] = _paying(agency, nip="196812101994031005")  # December 2026
    successor = make_donor(agency)

    decided = services.decide_succession(sponsorship=one, next_donor=successor)

    one.refresh_from_db()
    fresh = decided.next_sponsorship
    assert one.last_payable_month == date(2026, 12, 1)
    assert (fresh.donor_id, fresh.start_month, fresh.months, fresh.state) == (
        successor.pk,
        date(2027, 1, 1),
        8,
        "checked",
    )
    assert (fresh.person_id, fresh.programmes, fresh.funding) == (one.person_id, one.programmes, one.funding)
    assert Departure.objects.get().last_month == date(2026, 12, 1)
    [found] = leaving()
    assert (found.workers, found.decided, found.open) == (1, 1, 0)
    assert [(entry.sponsorship.pk, entry.succession.decision) for entry in dependents(donor)] == [
        (one.pk, "next_payer")
    ]


def test_the_bills_follow_the_next_payer(agency):
    from sertakan.contributions.queries import donor_sums
    from sertakan.contributions.services import make_bills

    donor, [one] = _paying(agency, nip="196812101994031005")
    successor = make_donor(agency)
    services.decide_succession(sponsorship=one, next_donor=successor)

    december, january = (make_bills(month, agency).bills[0].bill for month in (Month(2026, 12), Month(2027, 1)))

    assert [row.donor_id for row in donor_sums(december)] == [donor.pk]
    assert [row.donor_id for row in donor_sums(january)] == [successor.pk]


def test_a_decision_can_be_taken_back_until_something_came_of_it(agency):
    _, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    fresh = services.decide_succession(sponsorship=one, next_donor=make_donor(agency)).next_sponsorship

    services.undo_succession(sponsorship=one)

    one.refresh_from_db()
    fresh.refresh_from_db()
    assert one.last_payable_month is None
    assert (fresh.state, fresh.end_reason) == ("ended", "taken_back")
    assert not Succession.objects.exists()
    assert services.decide_succession(sponsorship=one, next_donor=None).decision == "stop"


def test_a_stop_ends_cover_only_when_its_last_month_is_over(agency):
    _, [one] = _paying(agency)
    services.declare_departure(donor=one.donor, reason="stops", last_month=Month(2026, 11))
    services.decide_succession(sponsorship=one, next_donor=None)

    assert services.carry_out_stops(on=date(2026, 11, 30)) == 0
    assert services.carry_out_stops(on=date(2026, 12, 1)) == 1
    assert services.carry_out_stops(on=date(2026, 12, 1)) == 0

    one.refresh_from_db()
    assert (one.state, one.end_reason, one.ended_on) == ("ended", "donor_stopped", date(2026, 11, 30))


def test_two_decisions_for_one_worker_are_refused_and_change_nothing(agency):
    _, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    services.decide_succession(sponsorship=one, next_donor=make_donor(agency))

    with pytest.raises(errors.SuccessionDecided):
        services.decide_succession(sponsorship=one, next_donor=None)

    assert Sponsorship.objects.count() == 2
    assert Succession.objects.get().decision == "next_payer"


def test_a_next_payer_who_leaves_too_or_is_the_same_is_refused(agency):
    donor, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    going = make_donor(agency)
    services.declare_departure(donor=going, reason="transfers", last_month=Month(2027, 1))

    with pytest.raises(errors.NextPayerLeaves):
        services.decide_succession(sponsorship=one, next_donor=going)
    with pytest.raises(errors.NextPayerMissing):
        services.decide_succession(sponsorship=one, next_donor=donor)

    assert Sponsorship.objects.count() == 1


def test_a_donor_of_another_agency_is_named_by_the_province(agency, acting_as):
    other = make_agency("Dinas Kesehatan")
    _, [one] = _paying(agency, nip=RETIRES_IN_MAY)

    fresh = services.decide_succession(sponsorship=one, next_donor=make_donor(other)).next_sponsorship

    assert fresh.agency_id == other.pk
    acting_as("pic", other)
    assert Sponsorship.objects.get().person.name


def test_a_donor_of_another_agency_is_not_named_by_a_pic(agency, acting_as):
    elsewhere = make_donor(make_agency("Dinas Kesehatan"))
    _, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    acting_as("pic", agency)

    with pytest.raises(errors.NextPayerMissing):
        services.decide_succession(sponsorship=one, next_donor=elsewhere)

    assert not Departure.objects.exists()


def test_a_mandate_does_not_move_to_the_next_payer(agency):
    donor, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    successor = make_donor(agency)
    services.record_mandate(donor=donor, kind="salary", signed_on=date(2026, 9, 1))

    services.decide_succession(sponsorship=one, next_donor=successor)

    assert mandate_of(donor) is not None
    assert mandate_of(successor) is None


def test_a_mandate_is_recorded_once_and_ends_with_a_reason(agency):
    donor = make_donor(agency)
    first = services.record_mandate(donor=donor, kind="allowance", signed_on=date(2026, 9, 1), limit=50_000)
    assert services.record_mandate(donor=donor, kind="allowance", signed_on=date(2026, 9, 1), limit=50_000) == first
    with pytest.raises(errors.MandateInForce):
        services.record_mandate(donor=donor, kind="salary", signed_on=date(2026, 10, 1))
    with pytest.raises(errors.MandateDateWrong):
        services.end_mandate(donor=donor, on=date(2026, 8, 31), reason="dicabut")

    services.end_mandate(donor=donor, on=date(2026, 11, 1), reason="dicabut")
    assert mandate_of(donor) is None
    with pytest.raises(errors.MandateUnknown):
        services.end_mandate(donor=donor, on=date(2026, 11, 1), reason="dicabut")
    with pytest.raises(errors.MandateDateWrong):
        services.record_mandate(donor=donor, kind="salary", signed_on=date(2026, 11, 24))


def test_a_departure_with_successors_cannot_be_taken_back_before_them(agency):
    donor, [one] = _paying(agency)
    services.declare_departure(donor=donor, reason="transfers", last_month=Month(2026, 12))
    services.decide_succession(sponsorship=one, next_donor=make_donor(agency))

    with pytest.raises(errors.DepartureHasSuccessors):
        services.cancel_departure(donor=donor)
    services.undo_succession(sponsorship=one)
    services.cancel_departure(donor=donor)

    assert leaving() == []


def test_an_agency_sees_and_decides_its_own_only(agency, acting_as):
    donor, [one] = _paying(agency, nip=RETIRES_IN_MAY)
    acting_as("pic", make_agency())

    assert leaving() == []
    with pytest.raises(errors.DonorUnknown):
        services.declare_departure(donor=donor, reason="stops", last_month=Month(2026, 12))
    with pytest.raises(errors.SponsorshipUnknown):
        services.decide_succession(sponsorship=one, next_donor=None)
    assert not Departure.objects.exists()


def test_another_donor_may_pay_from_a_month_on_though_nobody_leaves(agency):
    _, [one] = _paying(agency)
    other = make_donor(agency)

    fresh = services.change_donor(sponsorship=one, donor=other, first_month=Month(2027, 2))

    one.refresh_from_db()
    assert (one.last_payable_month, one.state) == (date(2027, 1, 1), "checked")
    assert (fresh.donor_id, fresh.start_month, fresh.months, fresh.continues_id) == (
        other.pk,
        date(2027, 2, 1),
        7,
        one.pk,
    )
    with pytest.raises(errors.AlreadyContinued):
        services.change_donor(sponsorship=one, donor=make_donor(agency), first_month=Month(2027, 3))


def test_a_donor_cannot_change_before_the_first_month_or_to_the_same(agency):
    donor, [one] = _paying(agency)
    with pytest.raises(errors.MonthsOverlap):
        services.change_donor(sponsorship=one, donor=make_donor(agency), first_month=Month(2026, 8))
    with pytest.raises(errors.NextPayerMissing):
        services.change_donor(sponsorship=one, donor=donor, first_month=Month(2027, 2))
    assert Sponsorship.objects.count() == 1
