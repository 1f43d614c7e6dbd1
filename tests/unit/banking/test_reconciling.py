"""From a file of the bank to matched lines, the ledger, and back."""

from __future__ import annotations

import pytest

from sertakan.banking import errors, services
from sertakan.banking.models import Match, StatementFile, StatementLine
from sertakan.contributions.queries.money import balances

NIP = "198503152010011001"
ROWS = (
    ("02/12/2026", f"TRF {NIP} IURAN DES", 16_800, "C"),
    ("03/12/2026", "IURAN DARI MUHAMMAD JUMADI", 16_800, "C"),
    ("03/12/2026", "TRF DARI SITI AMINAH", 16_800, "C"),
    ("04/12/2026", "BIAYA ADM", 15_000, "D"),
    ("05/12/2026", "SETOR TUNAI", 75_000, "C"),
    ("06/12/2026", "SETOR TUNAI", "16.8x", "C"),
)


def shown(result) -> dict:
    names = ("lines", "matched", "open", "ignored", "unreadable", "unchanged", "amount_matched")
    return {name: getattr(result, name) for name in names}


def line_of(amount: int, direction: str = "in") -> StatementLine:
    return StatementLine.objects.filter(amount=amount, direction=direction).order_by("pk").first()


def test_every_line_of_a_file_is_accounted_for(desk, make_statement, reconciled):
    per_worker = desk.bills[0].total // 4
    rows = [(day, text, per_worker if amount == 16_800 else amount, side) for day, text, amount, side in ROWS]
    result = reconciled(make_statement(*rows))
    assert shown(result) == {
        "lines": 6, "matched": 2, "open": 2, "ignored": 1, "unreadable": 1, "unchanged": False, "amount_matched": 2 * per_worker,
    }  # fmt: skip
    assert balances(desk.agency.pk)["treasury"] == 2 * per_worker
    assert desk.open_amount() == 2 * per_worker


def one(desk) -> int:
    return desk.bills[0].total // 4


def test_the_same_file_twice_changes_nothing(desk, make_statement, reconciled):
    data = make_statement(("02/12/2026", f"TRF {NIP}", one(desk), "C"), ("05/12/2026", "SETOR TUNAI", 75_000, "C"))
    first, second = reconciled(data), reconciled(data)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert {**shown(first), "unchanged": True} == shown(second)
    assert (StatementFile.objects.count(), StatementLine.objects.count(), Match.objects.count()) == (1, 2, 1)


def test_a_file_that_overlaps_another_brings_only_what_is_new(desk, make_statement, reconciled):
    rows = [("02/12/2026", f"TRF {NIP}", one(desk), "C"), ("05/12/2026", "SETOR TUNAI", 75_000, "C")]
    reconciled(make_statement(*rows))
    result = reconciled(make_statement(*rows, ("06/12/2026", "SETOR TUNAI", 5_000, "C")))
    assert (result.lines, result.known, result.matched, result.open) == (3, 2, 1, 2)
    assert StatementLine.objects.count() == 3


def test_two_lines_that_say_the_same_are_two_lines(desk, make_statement, reconciled):
    data = make_statement(*[("05/12/2026", "SETOR TUNAI", 75_000, "C")] * 3)
    assert reconciled(data).lines == 3
    assert StatementLine.objects.count() == 3
    assert reconciled(data).unchanged


def test_an_amount_that_cannot_be_read_is_kept_as_it_was_written_and_never_zero(desk, make_statement, reconciled):
    from sertakan.banking.queries import shown as opened

    reconciled(make_statement(("06/12/2026", "SETOR TUNAI", "16.8x", "C"), ("06/12/2026", "BUNGA", "12.55", "C")))
    lines = opened(StatementLine.objects.order_by("number"))
    assert [entry.line.amount for entry in lines] == [None, None]
    assert [entry.line.state for entry in lines] == ["unreadable", "unreadable"]
    assert [entry.line.why for entry in lines] == ["amount_unreadable", "decimal_part"]
    assert lines[0].said.raw.startswith("16.8x")


def test_what_a_line_says_does_not_lie_open_in_the_database(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", f"TRF {NIP} RATNA", one(desk), "C")))
    line = StatementLine.objects.get()
    assert b"RATNA" not in bytes(line.sealed)
    assert NIP.encode() not in bytes(line.sealed)


def test_unmatching_restores_the_line_the_dues_and_the_ledger(desk, make_statement, reconciled):
    before = (desk.open_amount(), balances(desk.agency.pk))
    reconciled(make_statement(("02/12/2026", f"TRF {NIP}", one(desk), "C")))
    line = StatementLine.objects.get()
    services.unmatch_line(line, reason="salah orang")
    line.refresh_from_db()
    assert line.state == "open"
    after = balances(desk.agency.pk)
    assert (desk.open_amount(), {kind: sum_ for kind, sum_ in after.items() if sum_}) == (before[0], before[1])
    assert Match.objects.get().undone_why == "salah orang"


def test_a_line_whose_posting_was_taken_back_in_the_ledger_is_opened_again(desk, make_statement, reconciled):
    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month

    reconciled(make_statement(("02/12/2026", f"TRF {NIP}", one(desk), "C")))
    part = Match.objects.get().parts[0]
    contributions.reverse(part["transfer"], Month.parse(part["booked"]), reason="salah")
    services.unmatch_line(StatementLine.objects.get(), reason="salah orang")
    assert StatementLine.objects.get().state == "open"
    assert not any(balances(desk.agency.pk)[kind] for kind in ("treasury", "donor_funds"))


def test_a_payment_of_a_code_that_bpjs_confirmed_first_is_offered_until_it_is_booked(desk, make_statement, reconciled):
    from datetime import date

    from sertakan.banking.candidates import candidates_of
    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month
    from sertakan.sponsorship.models import Sponsorship

    worker = Sponsorship.objects.get(person=desk.workers[0].person)
    code = contributions.add_code(
        agency_id=desk.agency.pk, code="2612000123", amount=one(desk), sponsorship_ids=[worker.pk], start=Month(2026, 12), months=1,
    )  # fmt: skip
    contributions.confirm_code(code, paid_on=date(2026, 12, 2), amount=one(desk))
    rows = [("02/12/2026", "BPJS TK", one(desk), "D"), ("03/12/2026", "BPJS TK", one(desk), "D")]
    reconciled(make_statement(*rows, number="1234567891"))
    first, second = StatementLine.objects.order_by("pk")
    assert [found.title for found in candidates_of(first)] == ["2612000123"]
    services.match_by_hand(first, code_id=code.pk)
    assert candidates_of(second) == []
    assert balances(desk.agency.pk)["in_transit"] == 0


def test_a_line_that_names_a_code_bpjs_confirmed_first_books_its_payment_once(desk, make_statement, reconciled):
    from datetime import date

    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month
    from sertakan.sponsorship.models import Sponsorship

    worker = Sponsorship.objects.get(person=desk.workers[0].person)
    code = contributions.add_code(
        agency_id=desk.agency.pk, code="2612000123", amount=one(desk), sponsorship_ids=[worker.pk], start=Month(2026, 12), months=1,
    )  # fmt: skip
    contributions.confirm_code(code, paid_on=date(2026, 12, 2), amount=one(desk))
    rows = [(day, "BPJS TK 2612000123", one(desk), "D") for day in ("02/12/2026", "03/12/2026")]
    reconciled(make_statement(*rows, number="1234567891"))
    first, second = StatementLine.objects.order_by("pk")
    assert (first.state, second.state, second.why) == ("matched", "open", "code_paid")
    assert balances(desk.agency.pk)["in_transit"] == 0
    code.refresh_from_db()
    assert code.state == "confirmed"


def test_an_unmatched_line_can_be_matched_again(desk, make_statement, reconciled):
    data = make_statement(("02/12/2026", f"TRF {NIP}", one(desk), "C"))
    reconciled(data)
    services.unmatch_line(StatementLine.objects.get(), reason="coba lagi")
    assert reconciled(data).matched == 1
    assert Match.objects.filter(undone_at__isnull=True).count() == 1


def test_a_clerk_matches_by_hand_with_the_dues_of_a_donor(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", one(desk), "C")))
    line = StatementLine.objects.get()
    services.match_by_hand(line, donor_id=desk.donors[2].pk, bills=[desk.bills[0].pk])
    line.refresh_from_db()
    assert (line.state, line.why) == ("matched", "by_hand")
    assert desk.open_amount() == 3 * one(desk)


def test_money_beyond_the_dues_of_a_donor_becomes_credit(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", one(desk) + 1_000, "C")))
    services.match_by_hand(StatementLine.objects.get(), donor_id=desk.donors[2].pk)
    assert desk.open_amount() == 3 * one(desk)
    assert balances(desk.agency.pk)["donor_funds"] == -(one(desk) + 1_000)


def test_a_target_of_another_amount_or_direction_is_refused_and_the_line_stays_open(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", 999, "C")))
    line = StatementLine.objects.get()
    with pytest.raises(errors.AmountDiffers):
        services.match_by_hand(line, donor_id=desk.donors[2].pk, bills=[desk.bills[0].pk])
    with pytest.raises(errors.DirectionWrong):
        services.match_by_hand(line, code_id=1)
    with pytest.raises(errors.TargetGone):
        services.match_by_hand(line, donor_id=999_999)
    line.refresh_from_db()
    assert line.state == "open"
    assert not Match.objects.exists()


def test_a_line_is_left_aside_with_a_reason_and_opened_again(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", 999, "C"), ("02/12/2026", "X", "1x", "C")))
    for line in StatementLine.objects.all():
        before = line.state
        with pytest.raises(errors.ReasonMissing):
            services.ignore_line(line, reason=" ")
        services.ignore_line(line, reason="titipan lain")
        line.refresh_from_db()
        assert (line.state, line.note) == ("ignored", "titipan lain")
        services.reopen_line(line)
        line.refresh_from_db()
        assert line.state == before


def test_a_matched_line_says_so_to_whoever_comes_second(desk, make_statement, reconciled):
    reconciled(make_statement(("02/12/2026", f"TRF {NIP}", one(desk), "C")))
    with pytest.raises(errors.LineNotOpen):
        services.match_by_hand(StatementLine.objects.get(), donor_id=desk.donors[2].pk)
    with pytest.raises(errors.LineNotOpen):
        services.ignore_line(StatementLine.objects.get(), reason="x")


def test_the_number_in_the_file_finds_the_account_and_an_unknown_one_is_refused(desk, make_statement, reconciled):
    row = ("02/12/2026", "SETOR TUNAI", 999, "C")
    assert reconciled(make_statement(row)).taken[0].account == desk.account
    with pytest.raises(errors.AccountUnknown) as refusal:
        reconciled(make_statement(row, number="99887766"))
    assert "99887766" not in str(refusal.value)
    with pytest.raises(errors.AccountDiffers):
        reconciled(make_statement(row), account=desk.paying)
    with pytest.raises(errors.AccountNotNamed):
        reconciled(make_statement(row).split(b"\n", 1)[1])
    assert reconciled(make_statement(row).split(b"\n", 1)[1], account=desk.account).lines == 1


def test_a_payment_to_bpjs_is_remitted_with_its_code(desk, make_statement, reconciled):
    from sertakan.contributions.models import PaymentCode, PaymentCodeLine
    from sertakan.core import clock

    total = one(desk)
    code = PaymentCode.objects.create(
        agency=desk.agency, code="2612000123", kind="worker", amount=total, months=1, created_at=clock.now()
    )
    worker = desk.workers[0]
    PaymentCodeLine.objects.create(
        code=code, agency=desk.agency, sponsorship=worker.sponsorship, person=worker.person, month=desk.bills[0].month,
        jkk=total, jkm=0, jht=0, total=total,
    )  # fmt: skip
    data = make_statement(("12/12/2026", "BPJS TK 2612000123", total, "D"), number="1234567891")
    assert shown(reconciled(data))["matched"] == 1
    code.refresh_from_db()
    assert code.state == "remitted"
    assert balances(desk.agency.pk)["in_transit"] == total
    services.unmatch_line(StatementLine.objects.get(), reason="salah")
    code.refresh_from_db()
    assert code.state == "open"


def test_a_clerk_of_another_agency_sees_and_takes_nothing(desk, make_statement, reconciled, acting_as):
    import factories

    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", 999, "C")))
    other = factories.make_agency()
    line = StatementLine.objects.get()
    acting_as("pic", other)
    assert not StatementLine.objects.exists()
    assert not StatementFile.objects.exists()
    with pytest.raises(errors.NotYourAccount):
        services.ignore_line(line, reason="x")
    with pytest.raises(errors.AccountUnknown):
        services.take_statement(source=make_statement(("02/12/2026", "SETOR", 5, "C")), agency=other)


def test_one_number_belongs_to_one_account(desk):
    with pytest.raises(errors.AccountTaken):
        services.open_account(agency=desk.agency, bank="BNI", number="0001234567890", purpose="remittance")
    with pytest.raises(errors.AccountNumberWrong):
        services.open_account(agency=desk.agency, bank="BNI", number="12A4567", purpose="remittance")


def test_lines_can_neither_be_changed_nor_taken_away(desk, make_statement, reconciled):
    from django.db import DatabaseError, transaction

    reconciled(make_statement(("02/12/2026", "SETOR TUNAI", 999, "C")))
    with pytest.raises(DatabaseError), transaction.atomic():
        StatementLine.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatementLine.objects.all().delete()


def test_a_file_in_small_chunks_ends_like_the_file_in_one(desk, make_statement, reconciled):
    rows = [
        (f"{day:02d}/12/2026", f"TRF {NIP}" if day == 7 else f"SETOR {day}", one(desk), "C") for day in range(1, 13)
    ]
    assert shown(reconciled(make_statement(*rows), chunk=3))["matched"] == 1
