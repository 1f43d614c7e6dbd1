"""A bill is frozen: the same facts change nothing, other facts make a correction."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sertakan.contributions import queries, services
from sertakan.contributions.errors import (
    BillNotDraft,
    BillNotFound,
    BillSuperseded,
    CannotConfirmMonth,
    CannotMakeBills,
    MonthNotConfirmed,
)
from sertakan.contributions.models import Bill, BillLine
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month
from sertakan.rules import load_rules

pytestmark = pytest.mark.django_db
DECEMBER = Month(2026, 12)


def made(office, month=DECEMBER):
    services.make_bills(month)
    return queries.current_bill(office.agency, month)


def issued(office, month=DECEMBER):
    bill = made(office, month)
    services.confirm_month(month)
    return services.issue_bill(bill)


def test_the_same_facts_again_change_nothing_and_say_so(office):
    office.worker()
    first = services.make_bills(DECEMBER)
    again = services.make_bills(DECEMBER)
    assert not first.unchanged
    assert again.unchanged
    assert [found.outcome for found in again.bills] == ["unchanged"]
    assert (again.lines, again.total) == (first.lines, first.total)
    assert Bill.objects.count() == 1


def test_a_changed_draft_is_replaced(office):
    office.worker()
    old = made(office)
    office.worker()
    account = services.make_bills(DECEMBER)
    fresh = account.bills[0].bill
    old.refresh_from_db()
    assert account.bills[0].outcome == "replaced"
    assert (old.state, fresh.state, fresh.version, fresh.corrects) == ("superseded", "draft", 2, None)
    assert fresh.total == 2 * old.total


def test_lines_keep_their_facts_when_the_sponsorship_changes_later(office):
    sponsorship = office.worker()
    bill = issued(office)
    sponsorship.dasar, sponsorship.funding = 2_000_000, "apbd"
    sponsorship.save()
    line = BillLine.objects.get(bill=bill, month=bill.month)
    assert (line.dasar, line.funding, line.total, line.rules_version) == (
        1_000_000,
        "private",
        8_400,
        load_rules().version,
    )


def test_an_issued_bill_is_corrected_by_a_new_one_that_shows_the_differences(office):
    kept, changed, gone = office.worker("Ani Rekaan"), office.worker("Budi Rekaan"), office.worker("Cici Rekaan")
    bill = issued(office)
    changed.dasar = 2_000_000
    changed.save()
    gone.state, gone.ended_on, gone.end_reason = "ended", "2026-11-20", "moved"
    gone.save()
    added = office.worker("Dedi Rekaan")
    account = services.make_bills(DECEMBER)
    correction = account.bills[0].bill
    assert (account.bills[0].outcome, correction.corrects_id) == ("corrected", bill.pk)
    found = {one.sponsorship_id: (one.kind, one.before, one.after) for one in queries.differences(correction)}
    assert found == {
        changed.pk: ("changed", 8_400, 13_400),
        gone.pk: ("removed", 8_400, 0),
        added.pk: ("added", 0, 8_400),
    }
    assert kept.pk not in found
    services.issue_bill(correction)
    bill.refresh_from_db()
    assert bill.state == "superseded"
    assert bill.total == 25_200


def test_a_correction_that_is_no_longer_needed_falls_away(office):
    sponsorship = office.worker()
    bill = issued(office)
    sponsorship.dasar = 2_000_000
    sponsorship.save()
    services.make_bills(DECEMBER)
    sponsorship.dasar = 1_000_000
    sponsorship.save()
    account = services.make_bills(DECEMBER)
    assert [(found.bill.pk, found.outcome) for found in account.bills] == [(bill.pk, "unchanged")]
    assert not account.unchanged
    assert services.make_bills(DECEMBER).unchanged


def test_when_all_workers_are_gone_the_correction_takes_everything_back(office):
    sponsorship = office.worker()
    issued(office)
    sponsorship.state, sponsorship.ended_on, sponsorship.end_reason = "ended", "2026-10-02", "own_wish"
    sponsorship.save()
    correction = services.make_bills(DECEMBER).bills[0].bill
    assert (correction.line_count, correction.total) == (0, 0)
    assert [one.kind for one in queries.differences(correction)] == ["removed"]


def test_a_bill_goes_out_only_for_a_month_the_operator_confirmed(office):
    office.worker()
    bill = made(office)
    with pytest.raises(MonthNotConfirmed):
        services.issue_bill(bill)
    services.confirm_month(DECEMBER)
    assert services.issue_bill(bill).state == "issued"


def test_a_bill_goes_out_once(office):
    office.worker()
    bill = issued(office)
    with pytest.raises(BillNotDraft):
        services.issue_bill(bill)


def test_a_replaced_draft_cannot_go_out(office):
    office.worker()
    old = made(office)
    office.worker()
    made(office)
    services.confirm_month(DECEMBER)
    with pytest.raises(BillSuperseded):
        services.issue_bill(old)


def test_confirming_a_month_twice_is_one_confirmation(office):
    assert services.confirm_month(DECEMBER).pk == services.confirm_month(DECEMBER).pk
    assert AuditEvent.objects.filter(action="contributions.month_confirmed").count() == 1


def test_every_act_leaves_an_event(office):
    office.worker()
    bill = issued(office)
    actions = AuditEvent.objects.filter(target_kind="contributions.bill", target_id=bill.pk).order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["contributions.bill_made", "contributions.bill_issued"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contributions_billline SET total = 0, jkk = 0, jkm = 0",
        "DELETE FROM contributions_billline",
        "DELETE FROM contributions_billline_202612",
        "UPDATE contributions_bill SET total = 0, jkk = 0, jkm = 0",
        "DELETE FROM contributions_bill",
        "UPDATE contributions_confirmedmonth SET note = 'x'",
    ],
)
def test_the_database_refuses_to_change_what_was_billed(office, change):
    office.worker()
    bill = issued(office)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert BillLine.objects.get(bill=bill, month=bill.month).total == 8_400


def test_the_database_refuses_lines_that_do_not_add_up_to_their_bill(office):
    office.worker()
    bill = made(office)
    line = BillLine.objects.get(bill=bill, month=bill.month)
    other = office.worker()
    line.sponsorship_id, line.person_id = other.pk, other.person_id
    with pytest.raises(DatabaseError, match="do not add up"), transaction.atomic():
        BillLine.objects.bulk_create([line])


def test_a_line_lies_in_the_partition_of_its_month(office):
    office.worker()
    made(office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM contributions_billline")
        assert cursor.fetchall() == [("contributions_billline_202612",)]


def test_partitions_are_made_ahead_and_only_once(office):
    first = Month(2032, 1)
    assert services.ensure_partitions(5, first=first) == 4 * 6
    assert services.ensure_partitions(5, first=first) == 0


def test_a_month_far_away_is_guarded_by_the_default_partition(office):
    office.worker(start_month="2040-01-01")
    made(office, Month(2040, 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM contributions_billline")
        assert cursor.fetchall() == [("contributions_billline_rest",)]


def test_reading_a_bill_touches_one_partition(office):
    office.worker()
    bill = made(office)
    services.ensure_partitions(12, first=Month(2027, 1))
    plan = queries.bill_lines(bill).explain()
    assert "contributions_billline_202612" in plan
    assert "contributions_billline_202701" not in plan


def test_a_pic_sees_and_makes_bills_of_the_own_agency_only(office, build_office, acting_as):
    other = build_office("17-UJI-02", "Badan Contoh")
    office.worker()
    other.worker()
    theirs = made(other)
    made(office)
    office.worker()
    acting_as("pic", office.agency)
    assert {bill.agency_id for bill in queries.bills()} == {office.agency.pk}
    assert set(BillLine.objects.values_list("agency_id", flat=True)) == {office.agency.pk}
    with pytest.raises(BillNotFound):
        queries.get_bill(theirs.pk)
    account = services.make_bills(DECEMBER)
    assert [(found.bill.agency_id, found.outcome) for found in account.bills] == [(office.agency.pk, "replaced")]
    with pytest.raises(CannotMakeBills):
        services.make_bills(DECEMBER, other.agency)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contributions_billline WHERE agency_id = %s", [other.agency.pk])
        assert cursor.fetchone() == (0,)


def test_a_partition_asked_directly_shows_nothing(office):
    office.worker()
    made(office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('contributions_billline_202612', 'SELECT')")
        allowed = cursor.fetchone()[0]
        if allowed:
            cursor.execute("SELECT count(*) FROM contributions_billline_202612")
            assert cursor.fetchone() == (0,)


def test_only_the_operator_confirms_a_month(office, acting_as):
    acting_as("coordinator")
    with pytest.raises(CannotConfirmMonth):
        services.confirm_month(DECEMBER)


def test_who_only_looks_makes_no_bills(office, acting_as):
    acting_as("auditor")
    with pytest.raises(CannotMakeBills):
        services.make_bills(DECEMBER)


def test_donors_and_programmes_add_up_to_the_bill(office):
    rina = office.donor("Rina Contoh", nip="198001012005012001")
    office.worker(donor=rina)
    office.worker(donor=rina, programmes=["jkk", "jkm", "jht"])
    office.worker(funding="apbd")
    bill = made(office)
    donors = queries.donor_sums(bill)
    assert [(one.name, one.nip, one.workers, one.amount) for one in donors] == [
        ("Rina Contoh", "198001012005012001", 2, 36_800),
        ("Tanpa donatur tercatat", "", 1, 16_800),
    ]
    programmes = queries.programme_totals(bill)
    assert [(one.programme, one.workers, one.amount, one.full) for one in programmes] == [
        ("jkk", 3, 20_000, 30_000),
        ("jkm", 3, 13_600, 20_400),
        ("jht", 1, 20_000, 20_000),
    ]
    assert sum(one.amount for one in donors) == sum(one.amount for one in programmes) == bill.total
    assert bill.discounted_count == 2


WORKERS = st.lists(
    st.tuples(
        st.sampled_from([1_000_000, 1_200_000, 2_950_000, 20_700_000, 999]),
        st.sampled_from(["other", "transport"]),
        st.sampled_from(["private", "csr", "zakat", "apbd", "apbn", "apbdes"]),
        st.sampled_from([["jkk", "jkm"], ["jkk", "jkm", "jht"], ["jkm", "jkk"]]),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workers=WORKERS, month=st.integers(Month(2026, 1).ordinal, Month(2027, 6).ordinal))
def test_totals_are_the_sum_of_the_lines_and_agree_with_one_by_one(office, workers, month):
    from sertakan.rules import contribution

    when = Month.from_ordinal(month)
    with transaction.atomic():
        for dasar, sector, funding, programmes in workers:
            office.worker(
                dasar=dasar, sector=sector, funding=funding, programmes=programmes, start_month=when.first_day
            )
        account = services.make_bills(when)
        lines = list(BillLine.objects.filter(month=when.first_day))
        assert account.total == sum(line.total for line in lines)
        assert account.lines + len(account.refused) == len(workers)
        for line in lines:
            alone = contribution(
                when, dasar=line.dasar, sector=line.sector, funding=line.funding, programmes=line.programmes.split(",")
            )
            assert (line.total, line.discount) == (alone.total, alone.discount or "")
        transaction.set_rollback(True)
