"""Before a rate changes: who must change a deduction from how much to how much, and who need not."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import make_agency, make_donor, make_worker

from sertakan.contributions.queries.deductions import change_months, rate_change_of
from sertakan.core.month import Month
from sertakan.sponsorship import services

pytestmark = pytest.mark.django_db
JANUARY, APRIL = Month(2027, 1), Month(2027, 4)


@pytest.fixture
def agency():
    return make_agency("Dinas Sosial")


def _workers(agency, donor, count=1, **facts):
    for _ in range(count):
        yield make_worker(agency, donor=donor, **{"start_month": date(2026, 10, 1), "months": 12, **facts}).sponsorship


def _pays(agency, name, *groups, nip=""):
    donor = make_donor(agency, name, nip=nip)
    made = [one for count, facts in groups for one in _workers(agency, donor, count, **facts)]
    return donor, made


def test_the_months_ahead_in_which_a_rate_changes_are_read_from_the_law():
    assert change_months(since=Month(2026, 11)) == [JANUARY, APRIL]
    assert change_months(since=JANUARY) == [JANUARY, APRIL]
    assert change_months(since=Month(2027, 2)) == [APRIL]
    assert change_months(since=Month(2027, 5)) == []


def test_in_january_the_half_rate_ends_for_all_but_transport(agency):
    _pays(agency, "A", (2, {}))
    _pays(agency, "B", (1, {"sector": "transport"}))

    [change] = rate_change_of(JANUARY).agencies

    assert [(one.name, one.workers, one.before, one.after) for one in change.deductions] == [
        ("A", 2, 16_800, 33_600),
        ("B", 1, 8_400, 8_400),
    ]
    assert [one.name for one in change.changing] == ["A"]
    assert (change.before, change.after, change.unchanged_workers) == (25_200, 42_000, 1)


def test_in_april_transport_follows(agency):
    _pays(agency, "A", (1, {}))
    _pays(agency, "B", (1, {"sector": "transport"}))

    [change] = rate_change_of(APRIL).agencies

    assert [(one.name, one.before, one.after) for one in change.changing] == [("B", 8_400, 16_800)]


def test_money_of_the_budget_was_always_full(agency):
    _pays(agency, "A", (1, {"funding": "apbd"}))

    [change] = rate_change_of(JANUARY).agencies
    [deduction] = change.deductions

    assert (deduction.before, deduction.after, deduction.unchanged, deduction.always_full) == (
        16_800,
        16_800,
        True,
        True,
    )
    assert change.always_full_workers == 1


def test_old_age_savings_were_never_reduced(agency):
    _pays(agency, "A", (1, {"programmes": ["jkk", "jkm", "jht"]}))

    [deduction] = rate_change_of(JANUARY).agencies[0].deductions

    assert (deduction.before, deduction.after) == (28_400, 36_800)


def test_whoever_ends_with_the_month_before_is_supposed_to_go_on_unless_decided_otherwise(agency):
    _pays(agency, "A", (1, {"months": 3}))
    _, [stops] = _pays(agency, "B", (1, {}))
    services.declare_departure(donor=stops.donor, reason="retires", last_month=Month(2026, 12))
    services.decide_succession(sponsorship=stops, next_donor=None)
    _, [ended] = _pays(agency, "C", (1, {}))
    services.end_sponsorship(sponsorship=ended, reason="died", effective_on=date(2026, 11, 2))

    assert [one.name for one in rate_change_of(JANUARY).agencies[0].deductions] == ["A"]


def test_a_mandate_is_named_and_measured_against_the_new_amount(agency):
    low, _ = _pays(agency, "A", (1, {}))
    high, _ = _pays(agency, "B", (1, {}))
    _pays(agency, "C", (1, {}))
    services.record_mandate(donor=low, kind="salary", signed_on=date(2026, 9, 1), limit=16_799)
    services.record_mandate(donor=high, kind="salary", signed_on=date(2026, 9, 1), limit=16_800)

    [change] = rate_change_of(JANUARY).agencies

    assert [(one.mandate, one.above_limit) for one in change.deductions] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert change.without_mandate == 1


def test_the_change_is_made_before_the_payroll_of_the_month_before_closes(agency):
    change = rate_change_of(JANUARY)

    assert change.closes_on == date(2026, 12, 10)
    assert not change.law_confirmed
    assert change.agencies == ()


def test_an_agency_sees_its_own_payers_only(agency, acting_as):
    other = make_agency()
    _pays(agency, "A", (1, {}))
    _pays(other, "B", (1, {}))
    acting_as("pic", other)

    assert [one.name for change in rate_change_of(JANUARY).agencies for one in change.deductions] == ["B"]
