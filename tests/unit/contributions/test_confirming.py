"""Only what BPJS confirmed makes a paid month, and only with a number; the same word twice changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sertakan.contributions import queries, services
from sertakan.contributions.allocation import allocate
from sertakan.contributions.errors import (
    CannotConfirmPayment,
    ConfirmationFileUnreadable,
    CreditTooSmall,
    MonthNotPaid,
    PaidOnWrong,
    RefundDecided,
    RefundMoreThanAsked,
    SurplusTooSmall,
)
from sertakan.contributions.models import Confirmation, NotCollected, PaidMonth, PaidTwice, Transfer
from sertakan.contributions.services import placing
from sertakan.core.month import Month
from sertakan.sponsorship.errors import DonorUnknown

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)


def winter(office, **facts):
    return office.worker(start_month=date(2026, 12, 1), months=facts.pop("months", 3), **facts)


def test_a_confirmed_payment_becomes_months_at_the_rate_of_each(office, money):
    donor = office.donor()
    worker = winter(office, donor=donor)
    money.number(worker)
    money.answer(worker, 50_400, months=3)
    found = services.pull_confirmations()
    assert (found.confirmations, found.months, found.surplus) == (1, 3, 8_400)
    assert money.paid(worker) == ["2026-12", "2027-01", "2027-02"]
    assert list(PaidMonth.objects.order_by("month").values_list("total", flat=True)) == [8_400, 16_800, 16_800]
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}
    assert money.balances() == {
        "contribution": 42_000, "surplus": 8_400, "in_transit": -50_400, "donor_funds": 50_400, "settled": -50_400
    }  # fmt: skip


def test_the_order_in_which_the_legs_become_known_does_not_matter(office, money):
    donor = office.donor()
    worker = winter(office, donor=donor)
    money.number(worker)
    money.answer(worker, 8_400, months=1)
    services.pull_confirmations()
    bill = money.issue(DECEMBER)
    assert queries.open_dues(office.agency.pk).height == 0
    money.collect(donor, 8_400, bill=bill)
    money.remit(8_400)
    assert money.balances() == {"contribution": 8_400, "settled": -8_400}
    assert queries.donor_statement(donor, 2026).credit == 0


def test_what_was_remitted_waits_and_is_no_paid_month(office, money):
    worker = winter(office, donor=office.donor())
    money.number(worker)
    money.issue(DECEMBER)
    money.remit(8_400)
    services.pull_confirmations()
    assert money.paid(worker) == []


def test_pulling_again_changes_nothing(office, money):
    worker = winter(office)
    money.number(worker)
    money.answer(worker, 25_200)
    services.pull_confirmations()
    counts = (Transfer.objects.count(), PaidMonth.objects.count(), Confirmation.objects.count())
    assert services.pull_confirmations() == placing.Placed()
    assert (Transfer.objects.count(), PaidMonth.objects.count(), Confirmation.objects.count()) == counts


def test_months_come_when_the_number_comes(office, money):
    worker = winter(office, donor=office.donor())
    money.answer(worker, 42_000, months=3)
    assert services.pull_confirmations().waiting == 1
    assert money.paid(worker) == []
    assert money.balances()["surplus"] == 42_000
    money.number(worker)
    assert services.pull_confirmations().months == 3
    assert money.paid(worker) == ["2026-12", "2027-01", "2027-02"]
    assert "surplus" not in money.balances()


def test_month_by_month_the_next_unpaid_month_is_paid(office, money):
    worker = winter(office, months=12)
    money.number(worker)
    for amount in (8_400, 16_800, 16_800):
        money.answer(worker, amount, months=1)
        services.pull_confirmations()
    assert money.paid(worker) == ["2026-12", "2027-01", "2027-02"]


def test_a_deduction_left_at_the_half_rate_does_not_pay_january(office, money):
    worker = winter(office)
    money.number(worker)
    money.answer(worker, 8_400, months=1)
    money.answer(worker, 8_400, months=1)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12"]
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}
    money.answer(worker, 8_400, months=1)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12", "2027-01"]
    assert queries.surplus_of([worker.person_id]) == {}


def test_surplus_pays_a_later_month_only_when_bpjs_counted_it_and_it_pays_it_whole(office, money):
    worker = winter(office)
    money.number(worker)
    money.answer(worker, 33_600, months=1)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12"]
    assert services.use_surplus([worker.person_id], JANUARY).months == 1
    assert services.use_surplus([worker.person_id], JANUARY).months == 0
    assert services.use_surplus([worker.person_id], Month(2027, 2)).months == 0
    assert money.paid(worker) == ["2026-12", "2027-01"]
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}


def test_a_second_payer_of_a_month_is_shown_and_the_money_kept_for_the_worker(office, money, build_office, money_of):
    first, other = winter(office, months=1), money_of(build_office("17-UJI-02", "Badan Contoh"))
    money.number(first)
    second = other.office.worker(start_month=date(2026, 12, 1), months=1)
    from sertakan.people.models import Person
    from sertakan.sponsorship.models import Sponsorship

    Sponsorship.objects.filter(pk=second.pk).update(person_id=first.person_id)
    second.refresh_from_db()
    assert Person.objects.filter(pk=first.person_id).exists()
    money.answer(first, 8_400)
    services.pull_confirmations()
    other.answer(second, 8_400)
    found = services.pull_confirmations()
    assert (found.months, found.paid_twice, found.surplus) == (0, 1, 8_400)
    twice = PaidTwice.objects.get()
    assert (twice.sponsorship_id, twice.first_sponsorship_id, twice.amount) == (second.pk, first.pk, 8_400)
    assert [one.membership_id for one in queries.paid_twice(DECEMBER)] == [twice.membership_id]


def test_a_withdrawn_month_leaves_the_view_and_may_be_confirmed_anew(office, money):
    donor = office.donor()
    worker = winter(office, donor=donor, months=1)
    member = money.number(worker)
    money.issue(DECEMBER)
    money.answer(worker, 8_400)
    services.pull_confirmations()
    services.withdraw_month(membership_id=member.pk, month=DECEMBER, reason="BPJS keliru")
    assert money.paid(worker) == []
    assert PaidMonth.objects.count() == 1
    assert queries.open_dues(office.agency.pk)["open"].to_list() == [8_400]
    assert "contribution" not in money.balances()
    with pytest.raises(MonthNotPaid):
        services.withdraw_month(membership_id=member.pk, month=DECEMBER, reason="lagi")
    money.answer(worker, 8_400)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12"]
    assert PaidMonth.objects.filter(version=2).count() == 1


def test_one_month_of_a_member_stands_once(office, money):
    worker = winter(office, months=1)
    money.number(worker)
    money.answer(worker, 8_400)
    services.pull_confirmations()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_paidmonth SELECT (jsonb_populate_record(p, jsonb_build_object('version', 2))).*"
            " FROM contributions_paidmonth p"
        )


def test_who_is_not_bpjs_confirms_nothing(office, money, acting_as):
    acting_as("pic", office.agency)
    with pytest.raises(CannotConfirmPayment):
        services.pull_confirmations()


def test_paid_months_answer_as_the_protection_wants_them(office, money):
    worker = winter(office, months=2)
    member = money.number(worker)
    money.answer(worker, 25_200, paid_on=date(2026, 11, 20))
    services.pull_confirmations()
    assert queries.paid_frame(DECEMBER, DECEMBER).to_dicts() == [
        {"membership": member.pk, "month": "2026-12", "paid_on": date(2026, 11, 20)}
    ]
    assert queries.paid_frame(DECEMBER, JANUARY).height == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payments=st.lists(st.tuples(st.integers(1, 120_000), st.integers(1, 6)), min_size=1, max_size=5),
    together=st.booleans(),
)
def test_the_register_is_laid_out_as_one_worker_is(office, money, payments, together):
    """The set-based way is the twin of `allocation.allocate`, and no rupiah is lost on it."""
    with transaction.atomic():
        worker = winter(office, months=12)
        money.number(worker)
        taken, credit = [], 0
        for amount, months in payments:
            money.answer(worker, amount, months=months)
            if not together:
                services.pull_confirmations()
            found = allocate(
                amount, start=DECEMBER, months=months, dasar=1_000_000, sector="other", funding="private",
                programmes=("jkk", "jkm"), credit=credit, taken=taken, last=DECEMBER.next(11),
            )  # fmt: skip
            taken += [one.month for one in found.months]
            credit = found.surplus
        services.pull_confirmations()
        assert money.paid(worker) == [str(month) for month in taken]
        assert queries.surplus_of([worker.person_id]).get(worker.person_id, 0) == credit
        balances = queries.balances(office.agency.pk)
        assert sum(balances.values()) == 0
        assert balances.get("contribution", 0) + balances.get("surplus", 0) == sum(amount for amount, _ in payments)
        paid = sum(PaidMonth.objects.filter(sponsorship=worker).values_list("total", flat=True))
        assert paid == balances.get("contribution", 0)
        transaction.set_rollback(True)


def write(tmp_path, text):
    path = tmp_path / "konfirmasi.csv"
    path.write_text(text)
    return path


def test_a_file_confirms_by_number_and_holds_what_is_in_doubt(office, money, tmp_path):
    worker = winter(office)
    money.number(worker, "90000000001")
    path = write(
        tmp_path,
        "KPJ,Bulan iuran,Jumlah bayar,Tanggal bayar\n"
        "90000000001,2026-12,8.400,20-11-2026\n"
        "90000000001,Januari 2027,16800,20-11-2026\n"
        "90000000009,2026-12,8400,20-11-2026\n"
        "9000000001,2026-12,8400,20-11-2026\n"
        "90000000001,2026-12,16.8,20-11-2026\n"
        "90000000001,kapan saja,8400,20-11-2026\n"
        "90000000001,2026-12,8400,20-11-2036\n",
    )
    read = services.read_confirmation_file(path)
    placed, held = services.confirm_file(read)
    assert money.paid(worker) == ["2026-12", "2027-01"]
    assert placed.months == 2
    assert [(row.number, row.column, row.cause) for row in held] == [
        (4, "kpj", "number_unknown"), (5, "kpj", "number_malformed"), (6, "amount", "amount_unreadable"),
        (7, "month", "month_unreadable"), (8, "paid_on", "date_in_future"),
    ]  # fmt: skip
    assert all("Baris" in row.message and "unggah lagi" in row.message for row in held)
    again, _ = services.confirm_file(services.read_confirmation_file(path))
    assert again.months == 0
    assert Confirmation.objects.count() == 2


def test_each_month_of_a_number_is_that_of_who_pays_it(office, money, tmp_path):
    from sertakan.sponsorship.models import Sponsorship

    first = office.worker(donor=office.donor("Pembayar Lama"), months=4)
    money.number(first, "90000000001")
    second = office.worker(donor=office.donor("Pembayar Baru"), start_month=date(2027, 1, 1), months=3)
    Sponsorship.objects.filter(pk=second.pk).update(person_id=first.person_id)
    path = write(
        tmp_path,
        "KPJ,Bulan iuran,Jumlah bayar,Tanggal bayar\n"
        "90000000001,2026-12,8400,20-11-2026\n90000000001,2027-01,16800,20-11-2026\n",
    )
    services.confirm_file(services.read_confirmation_file(path))
    assert (money.paid(first), money.paid(second)) == (["2026-12"], ["2027-01"])


@pytest.mark.parametrize("code_first", [True, False])
def test_a_code_and_a_file_that_names_its_workers_confirm_the_same_money_once(office, money, tmp_path, code_first):
    workers = [winter(office), winter(office)]
    for place, worker in enumerate(workers, start=1):
        money.number(worker, f"9000000000{place}")
    code = services.add_code(
        agency_id=office.agency.pk, code="IUR-1", amount=16_800, sponsorship_ids=[one.pk for one in workers], start=DECEMBER, months=1,
    )  # fmt: skip
    path = write(tmp_path, "KPJ,Bulan iuran,Jumlah bayar,Tanggal bayar\n90000000001,2026-12,8400,20-11-2026\n")
    steps = [
        lambda: services.confirm_code(code, paid_on=date(2026, 11, 20), amount=16_800),
        lambda: services.confirm_file(services.read_confirmation_file(path)),
    ]
    for step in steps if code_first else reversed(steps):
        step()
    assert [money.paid(one) for one in workers] == [["2026-12"], ["2026-12"]]
    balances = money.balances()
    assert (balances["contribution"], balances["in_transit"], balances.get("surplus", 0)) == (16_800, -16_800, 0)


def test_a_file_without_the_needed_columns_is_refused(tmp_path):
    with pytest.raises(ConfirmationFileUnreadable, match="jumlah"):
        services.read_confirmation_file(write(tmp_path, "Nama,KPJ\nA,90000000001\n"))


def test_an_inactive_membership_owes_nothing_and_comes_back_with_the_current_month(office, money, monkeypatch):
    donor = office.donor()
    worker = office.worker(donor=donor)
    money.issue(Month(2026, 10))
    money.issue(Month(2026, 11))
    assert queries.open_dues(office.agency.pk)["open"].sum() == 16_800
    assert services.close_not_collected([worker.pk], reason="tiga bulan tidak dibayar") == 2
    assert services.close_not_collected([worker.pk]) == 0
    assert queries.open_dues(office.agency.pk).height == 0
    assert queries.legs(Month(2026, 10))[0].not_collected == 8_400
    assert NotCollected.objects.count() == 2
    assert services.make_bills(DECEMBER, office.agency).lines == 0
    assert services.make_bills(Month(2026, 11), office.agency).unchanged
    monkeypatch.setenv("SERTAKAN_TODAY", "2027-02-10")
    assert services.reactivate_billing(worker.pk) == Month(2027, 2)
    assert services.make_bills(JANUARY, office.agency).lines == 0
    assert services.make_bills(Month(2027, 2), office.agency).lines == 1


def test_a_month_closed_and_then_corrected_is_released_once(office, money):
    donor = office.donor()
    gone, stays = office.worker(donor=donor), office.worker(donor=donor)
    november = Month(2026, 11)
    money.issue(november)
    services.close_not_collected([gone.pk], reason="nonaktif")
    type(gone).objects.filter(pk=gone.pk).update(
        ended_on=date(2026, 10, 31), last_payable_month=date(2026, 10, 1), state="ended", end_reason="moved"
    )
    assert money.issue(november).line_count == 1
    assert queries.open_dues(office.agency.pk)["open"].sum() == 8_400
    assert money.balances()["pledge"] == 8_400
    type(gone).objects.filter(pk=gone.pk).update(
        ended_on=None, last_payable_month=None, state=stays.state, end_reason=""
    )
    assert money.issue(november).line_count == 2
    assert money.balances()["pledge"] == 8_400


def test_money_asked_back_pays_no_month_until_bpjs_answers(office, money):
    donor = office.donor()
    worker = winter(office, donor=donor, months=1)
    money.number(worker)
    money.answer(worker, 33_600)
    services.pull_confirmations()
    with pytest.raises(SurplusTooSmall):
        services.ask_refund(agency_id=office.agency.pk, person_id=worker.person_id, amount=25_201, reason="x")
    asked = services.ask_refund(
        agency_id=office.agency.pk, person_id=worker.person_id, amount=25_200, reason="terbayar lebih", donor_id=donor.pk,
        funding="private",
    )  # fmt: skip
    assert queries.surplus_of([worker.person_id]) == {}
    assert queries.donor_statement(donor, 2026).credit == 0
    with pytest.raises(RefundMoreThanAsked):
        services.decide_refund(asked.pk, returned=25_201, decided_on=date(2026, 11, 23))
    services.decide_refund(asked.pk, returned=16_800, decided_on=date(2026, 11, 23), reference="BPJS-1")
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}
    assert money.balances()["treasury"] == 16_800
    with pytest.raises(RefundDecided):
        services.decide_refund(asked.pk, returned=0, decided_on=date(2026, 11, 23))


def test_nobody_asks_back_what_lies_in_the_ledger_of_another_agency(office, money, build_office, money_of):
    other = money_of(build_office("17-UJI-02", "Badan Contoh"))
    worker = other.office.worker(start_month=date(2026, 12, 1), months=1)
    other.number(worker)
    other.answer(worker, 10_000)
    services.pull_confirmations()
    with pytest.raises(SurplusTooSmall):
        services.ask_refund(agency_id=office.agency.pk, person_id=worker.person_id, amount=1_600, reason="keliru")
    assert services.ask_refund(agency_id=other.agency.pk, person_id=worker.person_id, amount=1_600, reason="lebih").pk


def test_money_that_went_on_to_bpjs_is_not_paid_back_to_a_donor(office, money):
    donor, today = office.donor(), date(2026, 11, 23)
    facts = {"agency_id": office.agency.pk, "donor_id": donor.pk, "funding": "private", "amount": 8_400}
    services.enter_slip(
        agency_id=office.agency.pk, donor_id=donor.pk, amount=8_400, paid_on=today, reference="S-1", channel="counter"
    )
    with pytest.raises(CreditTooSmall):
        services.pay_back(**facts, paid_on=today, reason="keluar")
    money.collect(donor, 8_400)
    services.pay_back(**facts, paid_on=today, reason="keluar")
    assert "treasury" not in money.balances()


def test_a_refund_names_a_donor_of_the_agency_and_a_day_that_was(office, money, build_office):
    worker, stranger = winter(office, months=1), build_office("17-UJI-02", "Badan Contoh").donor()
    money.number(worker)
    money.answer(worker, 10_000)
    services.pull_confirmations()
    facts = {"agency_id": office.agency.pk, "person_id": worker.person_id, "amount": 1_600, "reason": "lebih"}
    with pytest.raises(DonorUnknown):
        services.ask_refund(**facts, donor_id=stranger.pk, funding="private")
    asked = services.ask_refund(**facts)
    with pytest.raises(PaidOnWrong):
        services.decide_refund(asked.pk, returned=1_600, decided_on=date(2026, 11, 24))
    with pytest.raises(PaidOnWrong):
        services.pay_back(
            agency_id=office.agency.pk, donor_id=None, funding="private", amount=1, paid_on=date(2062, 1, 1), reason="x"
        )
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_example_in_the_explanation_is_true(office, money):
    donor = office.donor("Ratna Contoh")
    worker = winter(office, donor=donor, months=12)
    money.number(worker)
    december = money.issue(DECEMBER)
    money.collect(donor, 16_800, bill=december)
    assert queries.donor_statement(donor, 2026).credit == 8_400
    money.remit(16_800)
    money.answer(worker, 16_800, months=1)
    services.pull_confirmations()
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}
    assert queries.donor_statement(donor, 2026).credit == 0
    assert money.balances() == {"contribution": 8_400, "surplus": 8_400, "settled": -16_800}
    january = money.issue(JANUARY)
    money.collect(donor, 8_400, bill=january, line=3)
    assert queries.open_dues(office.agency.pk)["open"].to_list() == [8_400]
    money.remit(8_400, line=4)
    money.answer(worker, 8_400, months=1)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12", "2027-01"]
    assert queries.open_dues(office.agency.pk).height == 0
    assert money.balances() == {"contribution": 25_200, "settled": -25_200}
    money.collect(donor, 8_400, line=5)
    money.remit(8_400, line=6)
    money.answer(worker, 8_400, months=1)
    services.pull_confirmations()
    assert money.paid(worker) == ["2026-12", "2027-01"]
    assert queries.surplus_of([worker.person_id]) == {worker.person_id: 8_400}


def test_an_agency_sees_the_months_of_its_workers_whoever_paid_and_no_others(office, money, build_office, acting_as):
    from sertakan.people.models import PersonAgency

    other = build_office("17-UJI-02", "Badan Contoh")
    workers = [winter(office, months=1) for _ in range(2)]
    for worker in workers:
        money.number(worker)
        money.answer(worker, 8_400)
    services.pull_confirmations()
    PersonAgency.objects.create(person_id=workers[0].person_id, agency=other.agency, valid_from=date(2026, 11, 1))
    acting_as("pic", other.agency)
    assert [money.paid(worker) for worker in workers] == [["2026-12"], []]
    assert not Confirmation.objects.exists()
    assert not Transfer.objects.exists()
