"""The four legs in the ledger: every figure derived, every correction a reversal."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sertakan.contributions import queries, services
from sertakan.contributions.errors import (
    AlreadyReversed,
    AmountNotPositive,
    BillNotFound,
    CannotPost,
    IdentifiedMeanwhile,
    MoreThanUnidentified,
    NotReversible,
    TransferNotFound,
)
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Bill, Transfer
from sertakan.core.month import Month

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)


def open_of(money):
    return {
        (row["donor_id"], str(row["month"])[:7]): row["open"] for row in queries.open_dues(money.agency.pk).to_dicts()
    }


def test_a_bill_that_goes_out_promises_what_it_asks_for_by_programme(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    office.worker(donor=donor, programmes=["jkk", "jkm", "jht"])
    bill = money.issue(DECEMBER)
    posted = Transfer.objects.filter(agency=office.agency, leg="promised")
    assert {one.programme: one.amount for one in posted} == {"jkk": 10_000, "jkm": 6_800, "jht": 20_000}
    assert sum(one.amount for one in posted) == bill.total == 36_800
    assert money.balances() == {"pledge": 36_800, "pledge_control": -36_800}


def test_a_draft_promises_nothing(office, money):
    office.worker()
    services.make_bills(DECEMBER, office.agency)
    assert not Transfer.objects.exists()


def test_promising_again_writes_nothing(office, money):
    office.worker(donor=office.donor())
    bill = money.issue(DECEMBER)
    assert services.promise(bill) == 0


def test_a_correction_posts_only_the_difference(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    office.worker(donor=donor)
    bill = money.issue(DECEMBER)
    assert bill.version == 2
    assert money.balances()["pledge"] == bill.total == 16_800
    assert [one.amount for one in Transfer.objects.filter(bill=bill).order_by("programme")] == [5_000, 3_400]


def test_a_smaller_correction_releases_and_leaves_paid_money_as_credit(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    gone = office.worker(donor=donor)
    bill = money.issue(DECEMBER)
    money.collect(donor, bill.total)
    gone.ended_on, gone.end_reason, gone.last_payable_month = date(2026, 11, 1), "moved", date(2026, 11, 1)
    gone.save()
    money.issue(DECEMBER)
    assert "pledge" not in money.balances()
    assert queries.donor_statement(donor, 2026).credit == 8_400


def test_money_that_names_a_bill_meets_it_and_the_rest_goes_to_the_oldest_month(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(Month(2026, 11))
    december = money.issue(DECEMBER)
    money.collect(donor, 10_000, bill=december)
    assert open_of(money) == {(donor.pk, "2026-11"): 8_400 - 1_600}
    assert money.balances() == {
        "pledge": 6_800, "pledge_control": -6_800, "treasury": 10_000, "donor_funds": -10_000
    }  # fmt: skip


def test_what_no_bill_asks_for_is_credit_and_meets_the_next_bill(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    money.collect(donor, 25_200)
    assert queries.donor_statement(donor, 2026).credit == 16_800
    money.issue(JANUARY)
    assert open_of(money) == {}
    assert queries.donor_statement(donor, 2027).credit == 0


def test_a_partial_payment_leaves_the_rest_open(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    money.collect(donor, 5_000)
    row = queries.open_dues(money.agency.pk).to_dicts()[0]
    assert (row["due"], row["collected"], row["open"], row["funding"]) == (8_400, 5_000, 3_400, "private")


def test_workers_without_a_named_donor_owe_and_pay_too(office, money):
    office.worker()
    money.issue(DECEMBER)
    money.collect(None, 8_400)
    assert open_of(money) == {}


def test_unidentified_money_waits_until_its_owner_is_named(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    found = services.collect(
        agency_id=office.agency.pk, donor_id=None, funding="", amount=10_000, booked_on=date(2026, 11, 20),
        evidence=Evidence("bank_line", 7),
    )  # fmt: skip
    assert money.balances()["unidentified"] == -10_000
    services.identify(
        transfer_id=found.id,
        month=found.month,
        donor_id=donor.pk,
        funding="private",
        booked_on=date(2026, 11, 23),
        amount=8_400,
    )
    assert money.balances()["unidentified"] == -1_600
    assert open_of(money) == {}
    with pytest.raises(MoreThanUnidentified):
        services.identify(
            transfer_id=found.id, month=found.month, donor_id=donor.pk, funding="private", booked_on=date(2026, 11, 23),
            amount=1_601,
        )  # fmt: skip
    with pytest.raises(IdentifiedMeanwhile):
        services.reverse(found.id, found.month, reason="salah")


def test_a_reversal_restores_everything_and_happens_once(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    before = money.balances()
    made = money.collect(donor, 20_000)
    back = services.reverse(made.id, made.month, reason="uang orang lain")
    assert (back.debit_id, back.credit_id, back.reverses_id) == (made.credit_id, made.debit_id, made.id)
    assert money.balances() == before
    assert open_of(money) == {(donor.pk, "2026-12"): 8_400}
    count = Transfer.objects.count()
    with pytest.raises(AlreadyReversed):
        services.reverse(made.id, made.month, reason="lagi")
    assert Transfer.objects.count() == count


def test_credit_that_met_a_later_bill_is_taken_back_with_the_money(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    money.issue(DECEMBER)
    made = money.collect(donor, 25_200)
    money.issue(JANUARY)
    services.reverse(made.id, made.month, reason="uang orang lain")
    assert open_of(money) == {(donor.pk, "2026-12"): 8_400, (donor.pk, "2027-01"): 16_800}


def test_the_database_refuses_a_second_reversal_and_one_that_does_not_mirror(office, money):
    donor = office.donor()
    made = money.collect(donor, 10_000)
    services.reverse(made.id, made.month, reason="salah")
    from sertakan.contributions.services.posting import take_back

    with pytest.raises(IntegrityError), transaction.atomic():
        take_back([made], booked_on=date(2026, 11, 23), note="")
    other = money.collect(donor, 10_000, line=3)
    other.amount = 9_999
    with pytest.raises(IntegrityError), transaction.atomic():
        take_back([other], booked_on=date(2026, 11, 23), note="")


@pytest.mark.parametrize("statement", [
    "UPDATE contributions_transfer SET amount = 1", "DELETE FROM contributions_transfer", "TRUNCATE contributions_transfer",
    "UPDATE contributions_account SET kind = 'refund'", "DELETE FROM contributions_reversal", "DELETE FROM contributions_slip",
    "UPDATE contributions_paidmonth SET total = 0", "DELETE FROM contributions_withdrawnmonth",
])  # fmt: skip
def test_what_is_posted_stays(office, money, statement):
    money.collect(office.donor(), 10_000)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_transfer_needs_accounts_of_its_own_agency_and_an_amount(office, money, build_office):
    other = build_office("17-UJI-02", "Badan Contoh")
    mine = money.collect(office.donor(), 10_000)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_transfer (id, month, entry_id, booked_on, leg, debit_id, credit_id, amount, agency_id,"
            " evidence_kind, evidence_id, posted_at, posted_label)"
            " SELECT nextval('contributions_transfer_id_seq'), month, 1, booked_on, leg, debit_id, credit_id, amount, %s,"
            " evidence_kind, 9, posted_at, '' FROM contributions_transfer WHERE id = %s",
            [other.agency.pk, mine.id],
        )
    with pytest.raises(AmountNotPositive):
        money.collect(office.donor("Dua"), 0)


def test_only_receipts_and_remittances_are_reversed(office, money):
    office.worker(donor=office.donor())
    money.issue(DECEMBER)
    promised = Transfer.objects.filter(leg="promised").first()
    with pytest.raises(NotReversible):
        services.reverse(promised.id, promised.month, reason="x")
    with pytest.raises(TransferNotFound):
        services.reverse(promised.id + 999, promised.month, reason="x")


def test_the_four_legs_stand_side_by_side(office, money):
    donor = office.donor()
    worker = office.worker(donor=donor)
    money.number(worker)
    bill = money.issue(DECEMBER)
    money.collect(donor, 8_400, bill=bill)
    services.remit(
        agency_id=office.agency.pk, amount=8_400, booked_on=date(2026, 11, 21), evidence=Evidence("bank_line", 5),
        month=DECEMBER,
    )  # fmt: skip
    row = queries.legs(DECEMBER, office.agency.pk)[0]
    assert (row.promised, row.collected, row.remitted, row.confirmed, row.awaiting) == (8_400, 8_400, 8_400, 0, 8_400)
    assert money.paid(worker) == []


def test_a_pic_posts_and_reads_for_the_own_agency_only(office, money, build_office, money_of, acting_as):
    other = money_of(build_office("17-UJI-02", "Badan Contoh"))
    stranger = other.office.donor()
    theirs = other.collect(stranger, 10_000)
    donor = office.donor()
    acting_as("pic", office.agency)
    money.collect(donor, 5_000)
    assert {one.agency_id for one in Transfer.objects.all()} == {office.agency.pk}
    with pytest.raises(CannotPost):
        other.collect(stranger, 5_000)
    with pytest.raises(TransferNotFound):
        services.reverse(theirs.id, theirs.month, reason="x")


@pytest.mark.parametrize("role", ["donor", "leader", "auditor", "bpjs"])
def test_who_keeps_no_money_posts_none(office, money, acting_as, role):
    donor = office.donor()
    acting_as(role, office.agency)
    with pytest.raises(CannotPost):
        money.collect(donor, 5_000)


def test_money_cannot_name_the_bill_of_another_agency(office, money, build_office, money_of):
    other = money_of(build_office("17-UJI-02", "Badan Contoh"))
    other.office.worker()
    bill = other.issue(DECEMBER)
    with pytest.raises(BillNotFound):
        money.collect(office.donor(), 5_000, bill=bill)
    assert not Transfer.objects.filter(agency=office.agency).exists()


def test_many_receipts_are_the_same_as_one_after_the_other(office, money):
    donors = [office.donor(f"Donatur {letter}") for letter in "ABC"]
    for donor in donors:
        office.worker(donor=donor)
    money.issue(DECEMBER)
    ids = services.collect_many([
        services.Receipt(office.agency.pk, donor.pk, "private", 8_400, date(2026, 11, 20), Evidence("bank_line", number))
        for number, donor in enumerate(donors, start=1)
    ])  # fmt: skip
    assert len(ids) == 3
    assert open_of(money) == {}
    assert Bill.objects.get(agency=office.agency).total == -money.balances()["donor_funds"]


def test_a_sum_of_one_month_reads_one_partition(office, money):
    money.collect(office.donor(), 10_000)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT sum(total) FROM contributions_paid WHERE month = DATE '2026-12-01'")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("EXPLAIN SELECT sum(amount) FROM contributions_transfer WHERE month = DATE '2026-11-01'")
        ledger = "\n".join(row[0] for row in cursor.fetchall())
    assert "contributions_paidmonth_202612" in plan
    assert "contributions_paidmonth_202701" not in plan
    assert "contributions_transfer_202611" in ledger
    assert "contributions_transfer_202612" not in ledger


def test_paid_months_have_no_default_partition(office, money):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid"
            " JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname IN ('contributions_paidmonth', 'contributions_transfer',"
            " 'contributions_confirmation') AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'"
        )
        assert cursor.fetchall() == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("collect"), st.integers(0, 1), st.integers(1, 40_000)),
            st.tuples(st.just("collect_december"), st.integers(0, 1), st.integers(1, 20_000)),
            st.tuples(st.just("remit"), st.just(0), st.integers(1, 40_000)),
            st.tuples(st.just("reverse"), st.integers(0, 5), st.just(0)),
            st.tuples(st.just("issue"), st.integers(0, 2), st.just(0)),
            st.tuples(st.just("confirm"), st.integers(0, 1), st.integers(1, 60_000)),
            st.tuples(st.just("close"), st.integers(0, 1), st.just(0)),
        ),
        max_size=10,
    )
)
def test_whatever_happens_the_ledger_balances_and_no_promise_is_met_twice(office, money, steps):
    with transaction.atomic():
        donors = [office.donor("Donatur A"), office.donor("Donatur B")]
        workers = [office.worker(donor=donor, start_month=date(2026, 11, 1)) for donor in donors]
        for worker in workers:
            money.number(worker)
        bill = money.issue(DECEMBER)
        made, given, confirmed = [], {0: 0, 1: 0}, 0
        for number, (step, who, amount) in enumerate(steps, start=1):
            if step.startswith("collect"):
                named = bill if step == "collect_december" else None
                made.append((who, money.collect(donors[who], amount, bill=named, line=number)))
                given[who] += amount
            elif step == "remit":
                made.append((None, money.remit(amount, line=number)))
            elif step == "reverse" and made:
                owner, one = made.pop(who % len(made))
                services.reverse(one.id, one.month, reason="salah")
                if owner is not None:
                    given[owner] -= one.amount
            elif step == "issue":
                month = Month(2026, 11).next(who)
                if services.make_bills(month, office.agency).bills:  # none when cover of both has lapsed
                    money.issue(month)
            elif step == "confirm":
                money.answer(workers[who], amount, months=3)
                services.pull_confirmations()
                confirmed += amount
            elif step == "close":
                services.close_not_collected([workers[who].pk])
        balances = queries.balances(office.agency.pk)
        assert sum(balances.values()) == 0
        assert balances.get("pledge", 0) >= 0
        assert balances.get("pledge", 0) == -balances.get("pledge_control", 0)
        assert balances.get("pledge", 0) == queries.open_dues(office.agency.pk)["open"].sum()
        assert balances.get("contribution", 0) + balances.get("surplus", 0) == confirmed
        for who, donor in enumerate(donors):
            statement = queries.donor_statement(donor, 2026)
            assert statement.received == given[who]
            assert 0 <= statement.credit <= max(0, statement.held)
        for row in queries.legs(DECEMBER):
            assert row.promised >= row.collected
            assert row.promised >= row.not_collected
        transaction.set_rollback(True)


def test_many_transfers_at_once_say_the_same_as_one_by_one(office, money, monkeypatch):
    from sertakan.contributions.services import posting

    donors = [office.donor(name) for name in ("Ratna Contoh", "Budi Contoh", "Sari Contoh")]
    for donor in donors:
        office.worker(donor=donor)
    bill = money.issue(DECEMBER)
    receipts = [
        services.Receipt(office.agency.pk, donor.pk, "private", amount, date(2026, 12, 5), Evidence("bank_line", at + 1), named, "5/12")
        for at, (donor, amount, named) in enumerate(zip(donors, (16_800, 20_000, 5_000), (bill.pk, None, None), strict=True))
    ]  # fmt: skip
    receipts.append(
        services.Receipt(office.agency.pk, None, "", 7_000, date(2026, 11, 30), Evidence("bank_line", 9), None, "")
    )

    def written(ids):
        shown = ("month", "leg", "debit__kind", "debit__donor", "credit__kind", "credit__donor", "credit__programme", "amount",
                 "donor", "funding", "programme", "contribution_month", "bill", "evidence_kind", "evidence_id", "reference", "note",
                 "posted_label")  # fmt: skip
        rows = list(Transfer.objects.filter(id__gte=min(ids)).order_by("id").values_list("id", "entry_id", *shown))
        first = rows[0][0]
        return [(number - first, entry - first, *rest) for number, entry, *rest in rows]

    with transaction.atomic():
        point = transaction.savepoint()
        one_by_one = written(services.collect_many(receipts))
        transaction.savepoint_rollback(point)
    monkeypatch.setattr(posting, "MANY_ROWS", 0)
    assert written(services.collect_many(receipts)) == one_by_one
    assert sum(money.balances().values()) == 0
