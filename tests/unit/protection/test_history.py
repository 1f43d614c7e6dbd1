"""One person: what the database holds is what the pure functions say of it."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting
from sertakan.people import services as people
from sertakan.people.errors import PersonUnknown
from sertakan.protection import explain_json, queries

pytestmark = pytest.mark.django_db


def test_a_person_is_explained_as_the_same_facts_written_by_hand(office):
    member = office.member(paid="2026-01..2026-08")
    found = queries.person_json(member.person_id)
    written = ",".join(f"2026-{month:02d}@2026-{month:02d}-10" for month in range(1, 9))
    by_hand = explain_json(
        paid=written, on=date(2026, 11, 23), dasar=1_000_000, number_issued_on=date(2026, 1, 10), sector="other",
        funding="private",
    )  # fmt: skip
    assert {name: found[name] for name in by_hand} == by_hand
    assert found["state"] == "arrears_3"
    assert found["paid_until"] == "2026-08"


def test_a_worker_without_a_number_is_not_yet_protected(office):
    worker = office.worker()
    found = queries.today(worker.person.pk)
    assert (found.state, found.protected_since, found.paid_until) == ("not_yet", None, None)
    assert queries.person_json(worker.person.pk)["entitlement_today"]["jkm_death"]["now"] == 0


def test_money_on_its_way_is_said_and_never_makes_active(office):
    worker = office.worker()
    office.member(paid="2026-01..2026-10", worker=worker)
    office.remit(worker, Month(2026, 11))
    found = queries.today(worker.person.pk)
    assert found.waiting
    assert found.state == "arrears_1"


def test_a_confirmed_month_no_longer_waits(office):
    worker = office.worker()
    office.member(paid="2026-01..2026-11", worker=worker)
    office.remit(worker, Month(2026, 11))
    found = queries.today(worker.person.pk)
    assert (found.waiting, found.state) == (False, "active")


def test_a_code_that_nobody_paid_is_not_waiting(office):
    worker = office.worker()
    office.member(paid="2026-01..2026-10", worker=worker)
    office.remit(worker, Month(2026, 11), state="open")
    assert not queries.today(worker.person.pk).waiting


def test_a_withdrawn_month_is_unpaid(office):
    member = office.member(paid="2026-01..2026-11")
    office.withdraw(member, Month(2026, 11))
    assert queries.today(member.person_id).state == "arrears_1"


def test_merged_persons_keep_the_months_of_both_and_the_earlier_number(office, other_office):
    first = office.member(date(2026, 1, 10), "2026-01..2026-06")
    second = other_office.member(date(2026, 6, 20), "2026-07..2026-11")
    people.merge(keep=second.person_id, gone=first.person_id, reason="orang yang sama")
    for person in (first.person_id, second.person_id):
        found = queries.today(person)
        assert (found.state, found.number_issued_on, found.protected_since) == (
            "active", date(2026, 1, 10), date(2026, 1, 10),
        )  # fmt: skip


def test_a_month_paid_under_two_numbers_counts_from_the_earlier_payment(office, other_office):
    first = office.member(paid="2026-01..2026-11")
    second = other_office.member(paid="2026-11@2026-11-20")
    people.merge(keep=first.person_id, gone=second.person_id, reason="orang yang sama")
    held = queries.held_by(second.person_id)
    assert held.history.paid[Month(2026, 11)] == date(2026, 11, 10)


def test_an_old_number_of_unknown_day_counts_from_the_day_it_was_told(office):
    member = office.member(None, "2026-11@2026-11-23")
    found = queries.today(member.person_id)
    assert (found.state, found.protected_since) == ("active", date(2026, 11, 23))


def test_a_pic_sees_own_workers_with_the_months_that_another_agency_paid(office, other_office, acting_as):
    worker = office.worker()
    member = office.member(paid="2026-01..2026-05", worker=worker)
    stranger = other_office.member(paid="2026-01..2026-05")
    from sertakan.sponsorship.models import Sponsorship

    with acting(SYSTEM):
        here = worker.sponsorship
        elsewhere = Sponsorship.objects.create(
            agency=other_office.agency, person=worker.person, programmes=here.programmes, dasar=here.dasar,
            funding="csr", sector="other", start_month=date(2026, 6, 1), months=6, created_at=here.created_at,
        )  # fmt: skip
        moved = type(worker)(worker.person, worker.nik, elsewhere)
        from members import read

        other_office.pay(member, moved, read("2026-06..2026-11"))
    acting_as("pic", office.agency)
    assert queries.today(member.person_id).state == "active"
    with pytest.raises(PersonUnknown):
        queries.today(stranger.person_id)
