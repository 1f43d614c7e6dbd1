"""Payment codes and slips: nothing is paid until code and bill agree, and nobody lapses because of another."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from sertakan.contributions import queries, services
from sertakan.contributions.errors import (
    AmountBelowCode,
    AmountDiffersFromCode,
    AmountNotPositive,
    CannotSplit,
    CodeAlreadyPaid,
    CodeDiffersFromBill,
    CodeEmpty,
    CodeExpired,
    CodeKnown,
    CodeNeedsNoExplanation,
    CodeNotFound,
    PaidOnWrong,
    PhotoNotPicture,
    PhotoTooLarge,
    SlipInFuture,
    SlipKnown,
)
from sertakan.contributions.models import PaymentCode, Slip, Transfer
from sertakan.core import files
from sertakan.core.month import Month

DECEMBER = Month(2026, 12)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def code_for(office, *workers, amount=None, months=1, code="IUR-1", **facts):
    facts = {"start": DECEMBER, "expires_on": date(2026, 12, 31), **facts}
    return services.add_code(
        agency_id=office.agency.pk, code=code, amount=amount or 8_400 * len(workers), months=months,
        sponsorship_ids=[worker.pk for worker in workers], **facts,
    )  # fmt: skip


def test_a_code_that_agrees_with_the_law_is_paid_and_waits_for_bpjs(office, money):
    worker = office.worker()
    code = code_for(office, worker)
    assert queries.difference_of(code) == 0
    money.remit(8_400, code=code)
    code.refresh_from_db()
    assert code.state == "remitted"
    assert money.balances() == {"in_transit": 8_400, "treasury": -8_400}
    assert queries.open_codes(office.agency.pk) == []


def test_nothing_is_paid_while_code_and_bill_differ_without_a_word(office, money):
    worker = office.worker()
    code = code_for(office, worker, amount=16_800)
    with pytest.raises(CodeDiffersFromBill, match=r"Rp8\.400"):
        money.remit(16_800, code=code)
    assert not Transfer.objects.exists()
    services.explain_code(code, explanation="BPJS menagih tarif penuh; kelebihan untuk Januari")
    money.remit(16_800, code=code)
    assert queries.legs(DECEMBER)[0].remitted == 8_400
    assert money.balances()["in_transit"] == 16_800


def test_a_code_that_agrees_needs_no_explanation(office, money):
    with pytest.raises(CodeNeedsNoExplanation):
        services.explain_code(code_for(office, office.worker()), explanation="x")


@pytest.mark.parametrize(("amount", "day", "refusal"), [
    (8_399, date(2026, 11, 20), AmountDiffersFromCode), (8_400, date(2027, 1, 1), CodeExpired), (0, date(2026, 11, 20), AmountNotPositive),
])  # fmt: skip
def test_another_amount_or_a_late_day_is_refused_and_leaves_the_code_open(office, money, amount, day, refusal):
    code = code_for(office, office.worker())
    with pytest.raises(refusal):
        money.remit(amount, code=code, day=day)
    code.refresh_from_db()
    assert code.state == "open"
    assert not Transfer.objects.exists()


def test_a_code_is_paid_once_and_open_again_when_the_payment_was_wrong(office, money):
    code = code_for(office, office.worker())
    made = money.remit(8_400, code=code)
    with pytest.raises(CodeAlreadyPaid):
        money.remit(8_400, code=code)
    services.reverse(made.id, made.month, reason="salah rekening")
    code.refresh_from_db()
    assert code.state == "open"
    money.remit(8_400, code=code, line=9)


def test_a_code_over_three_months_is_remitted_month_by_month(office, money):
    code = code_for(office, office.worker(), amount=42_000, months=3)
    money.remit(42_000, code=code)
    assert [queries.legs(DECEMBER.next(step))[0].remitted for step in range(3)] == [8_400, 16_800, 16_800]


def test_a_code_is_known_once_and_names_somebody(office, money):
    worker = office.worker()
    code_for(office, worker)
    with pytest.raises(CodeKnown):
        code_for(office, worker)
    with pytest.raises(CodeEmpty):
        code_for(office, code="IUR-2", amount=1)


def test_codes_come_from_answers_once(office, money):
    from sertakan.sponsorship.models import BatchLine

    worker = office.worker(start_month=date(2026, 12, 1), months=3)
    money.answer(worker, 42_000)
    BatchLine.objects.update(payment_code="VA-9", payment_amount=42_000, payment_expires_on=date(2026, 12, 31))
    made = services.import_codes()
    assert [(one.code, one.amount, queries.difference_of(one)) for one in made] == [("VA-9", 42_000, 0)]
    assert services.import_codes() == []


def test_a_code_that_is_refused_holds_up_no_other_and_a_cancelled_one_stays_so(office, money, build_office, money_of):
    from sertakan.sponsorship.models import BatchLine

    other = money_of(build_office("17-UJI-02", "Badan Contoh"))
    for place, of in ((1, other), (1, money), (2, money)):
        worker = of.office.worker(start_month=date(2026, 12, 1), months=3)
        of.answer(worker, 42_000)
        BatchLine.objects.filter(sponsorship=worker).update(payment_code=f"VA-{place}", payment_amount=42_000)
    made = services.import_codes()
    assert [one.code for one in made] == ["VA-1", "VA-2"]
    services.cancel_code(made[1], reason="BPJS memberi kode lain")
    assert services.import_codes() == []


def test_a_code_of_another_agency_is_known_too(office, money, build_office, acting_as):
    other = build_office("17-UJI-02", "Badan Contoh")
    code_for(other, other.worker(), code="IUR-1")
    worker, split = office.worker(), code_for(office, office.worker(), office.worker(), code="IUR-2")
    acting_as("pic", office.agency)
    with pytest.raises(CodeKnown):
        code_for(office, worker)
    with pytest.raises(CodeKnown):
        services.split_code(split, [split.lines.first().sponsorship_id], new_code="IUR-1")
    split.refresh_from_db()
    assert split.amount == 16_800


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(202, 11, 20)])
def test_a_code_is_not_confirmed_for_a_day_to_come_or_before_there_was_bpjs(office, money, day):
    code = code_for(office, office.worker())
    with pytest.raises(PaidOnWrong):
        services.confirm_code(code, paid_on=day, amount=8_400)
    code.refresh_from_db()
    assert (code.state, Transfer.objects.count()) == ("open", 0)


def test_a_payment_that_the_bank_shows_after_bpjs_confirmed_it_is_still_booked_once(office, money):
    worker = office.worker()
    money.number(worker)
    code = code_for(office, worker)
    services.confirm_code(code, paid_on=date(2026, 11, 20), amount=8_400)
    assert money.balances()["in_transit"] == -8_400
    money.remit(8_400, code=code)
    code.refresh_from_db()
    assert code.state == "confirmed"
    assert "in_transit" not in money.balances()
    with pytest.raises(CodeAlreadyPaid):
        money.remit(8_400, code=code, line=3)


def test_two_days_before_the_due_day_those_who_have_paid_go_ahead(office, money):
    payers, late = office.donor("Sudah Bayar"), office.donor("Belum Bayar")
    ready = [office.worker(donor=payers) for _ in range(3)]
    waiting = office.worker(donor=late)
    bill = money.issue(DECEMBER)
    money.collect(payers, 25_200, bill=bill)
    code = code_for(office, *ready, waiting)
    assert queries.split_advice(on=date(2026, 12, 12)) == []
    advice = queries.split_advice(on=date(2026, 12, 13))[0]
    assert (advice.due_on, advice.days_left, len(advice.paid), len(advice.unpaid)) == (date(2026, 12, 15), 2, 3, 1)
    fresh = services.split_code(code, [one.sponsorship_id for one in advice.paid], new_code="IUR-2")
    code.refresh_from_db()
    assert (fresh.amount, code.amount, queries.difference_of(fresh), queries.difference_of(code)) == (
        25_200,
        8_400,
        0,
        0,
    )
    money.remit(25_200, code=fresh)
    for one in ready:
        money.number(one)
    services.confirm_code(fresh, paid_on=date(2026, 11, 20), amount=25_200)
    assert [money.paid(one) for one in [*ready, waiting]] == [["2026-12"]] * 3 + [[]]


def test_a_code_is_split_into_two_parts_only(office, money):
    workers = [office.worker(), office.worker()]
    code = code_for(office, *workers)
    for chosen in ([], [one.pk for one in workers], [workers[0].pk, 10**9]):
        with pytest.raises(CannotSplit):
            services.split_code(code, chosen, new_code="IUR-2")
    with pytest.raises(CodeKnown):
        services.split_code(code, [workers[0].pk], new_code="IUR-1")
    assert PaymentCode.objects.count() == 1


def test_bpjs_confirms_a_code_once_and_the_answer_about_it_adds_nothing(office, money):
    from sertakan.sponsorship.models import BatchLine

    worker = office.worker(start_month=date(2026, 12, 1), months=3)
    money.number(worker)
    code = code_for(office, worker, amount=42_000, months=3)
    found = services.confirm_code(code, paid_on=date(2026, 11, 20), amount=42_000)
    assert (found.months, found.surplus) == (3, 0)
    assert services.confirm_code(code, paid_on=date(2026, 11, 20), amount=42_000).months == 0
    money.answer(worker, 42_000)
    BatchLine.objects.update(payment_code=code.code)
    assert services.pull_confirmations().confirmations == 0
    assert money.balances()["contribution"] == 42_000


def test_less_than_the_contributions_of_a_code_says_nobody_who_is_paid(office, money):
    workers = [office.worker(), office.worker()]
    code = code_for(office, *workers)
    with pytest.raises(AmountBelowCode):
        services.confirm_code(code, paid_on=date(2026, 11, 20), amount=8_400)
    code.refresh_from_db()
    assert code.state == "open"
    assert [money.paid(one) for one in workers] == [[], []]


def test_what_a_code_pays_above_its_workers_is_kept_apart(office, money):
    worker = office.worker()
    money.number(worker)
    code = code_for(office, worker, amount=10_000)
    services.explain_code(code, explanation="pembulatan BPJS")
    services.confirm_code(code, paid_on=date(2026, 11, 20), amount=10_000)
    balances = money.balances()
    assert (balances["contribution"], balances["surplus"]) == (8_400, 1_600)
    assert queries.surplus_of([worker.person_id]) == {}


def test_an_answer_for_each_worker_confirms_the_code(office, money):
    workers = [office.worker(start_month=date(2026, 12, 1), months=1) for _ in range(2)]
    code = code_for(office, *workers)
    for worker in workers:
        money.number(worker)
    money.answer(workers[0], 8_400)
    services.pull_confirmations()
    code.refresh_from_db()
    assert code.state == "open"
    money.answer(workers[1], 8_400)
    services.pull_confirmations()
    code.refresh_from_db()
    assert code.state == "confirmed"


def test_codes_that_nobody_paid_expire_and_a_payment_made_in_time_still_counts(office, money):
    code = code_for(office, office.worker(), expires_on=date(2026, 11, 22))
    assert services.expire_codes() == 1
    assert services.expire_codes() == 0
    money.remit(8_400, code=code, day=date(2026, 11, 21))
    code.refresh_from_db()
    assert code.state == "remitted"


def test_a_slip_is_collected_and_remitted_and_no_paid_month(office, money):
    donor = office.donor()
    worker = office.worker(donor=donor)
    money.number(worker)
    money.issue(DECEMBER)
    code = code_for(office, worker)
    slip = services.enter_slip(
        agency_id=office.agency.pk, amount=8_400, paid_on=date(2026, 11, 20), reference="INDO-77", channel="shop", photo=PNG,
        code=code,
    )  # fmt: skip
    assert files.load(slip.photo) == PNG
    assert slip.photo_type == "image/png"
    assert queries.open_dues(office.agency.pk).height == 0
    assert money.balances()["in_transit"] == 8_400
    assert money.paid(worker) == []
    with pytest.raises(SlipKnown):
        services.enter_slip(
            agency_id=office.agency.pk, amount=8_400, paid_on=date(2026, 11, 20), reference="INDO-77", channel="shop"
        )
    assert Slip.objects.count() == 1


def test_a_slip_paid_from_the_treasury_collects_nothing_again(office, money):
    donor = office.donor()
    office.worker(donor=donor)
    bill = money.issue(DECEMBER)
    money.collect(donor, 8_400, bill=bill)
    services.enter_slip(
        agency_id=office.agency.pk, amount=8_400, paid_on=date(2026, 11, 20), reference="T1", channel="counter",
        from_treasury=True, month=DECEMBER,
    )  # fmt: skip
    assert money.balances() == {"donor_funds": -8_400, "in_transit": 8_400}


@pytest.mark.parametrize(("photo", "refusal"), [
    (b"MZ-program", PhotoNotPicture), (b"<svg onload=alert(1)>", PhotoNotPicture), (b"\xff\xd8\xff" + b"0" * 9_000_000, PhotoTooLarge),
])  # fmt: skip
def test_a_photo_is_looked_at_by_its_content(office, money, photo, refusal):
    with pytest.raises(refusal):
        services.enter_slip(
            agency_id=office.agency.pk, amount=1, paid_on=date(2026, 11, 20), reference="x", channel="qris", photo=photo
        )
    assert not Slip.objects.exists()
    assert not Transfer.objects.exists()


def test_a_slip_that_was_taken_back_is_entered_anew_and_only_then(office, money):
    office.worker(donor=office.donor())
    money.issue(DECEMBER)
    facts = {
        "agency_id": office.agency.pk, "amount": 8_400, "paid_on": date(2026, 11, 20), "reference": "S-9", "channel": "counter",
        "month": DECEMBER,
    }  # fmt: skip
    first = services.enter_slip(**facts)
    for leg in ("remitted", "collected"):
        with pytest.raises(SlipKnown):
            services.enter_slip(**facts)
        posted = Transfer.objects.filter(evidence_kind="slip", evidence_id=first.pk, leg=leg).first()
        services.reverse(posted.id, posted.month, reason="donatur keliru")
    assert queries.taken_back_slips([first.pk]) == {first.pk}
    second = services.enter_slip(**facts)
    assert (first.entry, second.entry) == (1, 2)
    assert queries.taken_back_slips([first.pk, second.pk]) == {first.pk}
    with pytest.raises(SlipKnown):
        services.enter_slip(**facts)
    assert money.balances()["in_transit"] == 8_400


def test_a_slip_of_tomorrow_is_refused(office, money):
    with pytest.raises(SlipInFuture):
        services.enter_slip(
            agency_id=office.agency.pk, amount=1, paid_on=date(2026, 11, 24), reference="x", channel="qris"
        )


def test_a_refused_code_leaves_no_slip_behind(office, money):
    code = code_for(office, office.worker(), amount=9_000)
    with pytest.raises(CodeDiffersFromBill):
        services.enter_slip(
            agency_id=office.agency.pk,
            amount=9_000,
            paid_on=date(2026, 11, 20),
            reference="x",
            channel="qris",
            code=code,
        )
    assert not Slip.objects.exists()


def test_a_pic_sees_and_pays_only_own_codes(office, money, build_office, acting_as):
    other = build_office("17-UJI-02", "Badan Contoh")
    theirs = code_for(other, other.worker(), code="LAIN-1")
    mine = code_for(office, office.worker())
    acting_as("pic", office.agency)
    assert [one.code for one in queries.codes()] == ["IUR-1"]
    with pytest.raises(CodeNotFound):
        queries.get_code(theirs.pk)
    with pytest.raises(CodeNotFound):
        money.remit(8_400, code=theirs)
    money.remit(8_400, code=mine)


def test_of_two_who_pay_one_code_at_once_one_is_told(committed_db, build_office, money_of, monkeypatch):
    from django.db import connections

    from sertakan.core.scope import SYSTEM, acting

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    with acting(SYSTEM, reason="uji"):
        office = build_office()
        code = code_for(office, office.worker())
    money, outcomes, start = money_of(office), [], threading.Barrier(2)

    def pay(line):
        try:
            start.wait(10)
            with acting(SYSTEM, reason="uji"):
                money.remit(8_400, code=code, line=line)
            outcomes.append("paid")
        except CodeAlreadyPaid:
            outcomes.append("told")
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=pay, args=(line,)) for line in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["paid", "told"]
    with acting(SYSTEM, reason="uji"):
        assert money.balances() == {"in_transit": 8_400, "treasury": -8_400}


@pytest.mark.parametrize("act", ["remit", "confirm"])
def test_who_waits_for_the_ledger_holds_no_code_meanwhile(committed_db, build_office, money_of, monkeypatch, act):
    """Whoever takes a payment back holds the ledger and wants the code: the other way round both would wait for ever."""
    import time

    from django.db import connection

    from sertakan.contributions.services.posting import lock_ledger
    from sertakan.core.scope import SYSTEM, acting

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    with acting(SYSTEM, reason="uji"):
        office = build_office()
        code = code_for(office, office.worker())
    money = money_of(office)

    def work():
        try:
            with acting(SYSTEM, reason="uji"):
                if act == "remit":
                    money.remit(8_400, code=code)
                else:
                    services.confirm_code(code, paid_on=date(2026, 11, 20), amount=8_400)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with acting(SYSTEM, reason="uji"):
        lock_ledger([office.agency.pk])
        thread.start()
        for _ in range(200):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                if cursor.fetchone()[0]:
                    break
            time.sleep(0.05)
        assert PaymentCode.objects.select_for_update(of=("self",), nowait=True).get(pk=code.pk).state == "open"
    thread.join(30)
    with acting(SYSTEM, reason="uji"):
        assert PaymentCode.objects.get(pk=code.pk).state == {"remit": "remitted", "confirm": "confirmed"}[act]
