"""Voluntary means that nobody owes an unpaid month: who lost cover is no longer billed, who comes back is billed from now on."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine

import factories
import members
from sertakan.contributions import services as contributions
from sertakan.contributions.models import BillingStop, NotCollected
from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM
from sertakan.programme.voluntary import billing_stopped, follow_cover
from sertakan.protection import services as protection

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=WIB), tick=False):
        yield


@pytest.fixture
def office():
    return members.Office(factories.make_agency("Dinas Sosial"))


def _billed(agency, month):
    bill = contributions.make_bills(month, agency).bills[0].bill
    return set(bill.lines.filter(month=bill.month).values_list("sponsorship_id", flat=True))


def test_who_lost_cover_is_not_billed_from_next_month_and_who_is_active_is(office):
    lapsed, active = office.worker(), office.worker()
    office.member(worker=lapsed, paid="2026-01..2026-03")
    office.member(worker=active, paid="2026-01..2026-11")
    protection.refresh(NOVEMBER)

    followed = follow_cover(SYSTEM)

    assert followed.resumed == 0
    assert billing_stopped(lapsed.sponsorship.pk).from_month == DECEMBER.first_day
    assert billing_stopped(active.sponsorship.pk) is None
    assert _billed(office.agency, DECEMBER) == {active.sponsorship.pk}
    assert follow_cover(SYSTEM) == type(followed)(0, 0)


def test_issued_months_that_nobody_paid_close_as_not_collected(office):
    lapsed = office.worker()
    office.member(worker=lapsed, paid="2026-01..2026-06")
    contributions.confirm_month(NOVEMBER)
    contributions.issue_bill(contributions.make_bills(NOVEMBER, office.agency).bills[0].bill)
    protection.refresh(NOVEMBER)

    assert follow_cover(SYSTEM).closed == 1

    [closed] = NotCollected.objects.all()
    assert (closed.sponsorship_id, closed.month, closed.amount) == (lapsed.sponsorship.pk, NOVEMBER.first_day, 8_400)


def test_a_worker_who_is_billed_again_this_month_is_given_the_month(office):
    lapsed = office.worker()
    office.member(worker=lapsed, paid="2026-01..2026-03")
    protection.refresh(NOVEMBER)
    follow_cover(SYSTEM)

    contributions.reactivate_billing(lapsed.sponsorship.pk, on=date(2026, 12, 2))
    assert follow_cover(SYSTEM, on=date(2026, 12, 2)).closed == 0
    assert billing_stopped(lapsed.sponsorship.pk) is None
    assert _billed(office.agency, DECEMBER) == {lapsed.sponsorship.pk}


def test_who_paid_again_is_billed_again(office):
    lapsed = office.worker()
    membership = office.member(worker=lapsed, paid="2026-01..2026-03")
    protection.refresh(NOVEMBER)
    follow_cover(SYSTEM)
    office.pay(membership, lapsed, {NOVEMBER: date(2026, 11, 20)})
    protection.refresh(NOVEMBER)

    assert follow_cover(SYSTEM).resumed == 1
    assert billing_stopped(lapsed.sponsorship.pk) is None


def test_a_sponsorship_begun_after_the_lapse_is_the_way_back(office):
    lapsed = office.worker()
    office.member(worker=lapsed, paid="2026-01..2026-03")
    again = lapsed.sponsorship
    type(again).objects.filter(pk=again.pk).update(start_month=date(2026, 11, 1), months=1)
    protection.refresh(NOVEMBER)

    follow_cover(SYSTEM)

    assert not BillingStop.objects.exists()


def test_nothing_is_known_before_states_are_kept(office):
    office.worker()
    assert follow_cover(SYSTEM).closed == 0
