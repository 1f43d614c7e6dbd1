"""Answers of BPJS: any order, in parts, again; what cannot be applied is held and nothing is lost."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from sertakan.core.scope import SYSTEM, acting

pytestmark = pytest.mark.django_db


def _take(batch, data, name="jawaban.xlsx"):
    from sertakan.sponsorship import services

    return services.take_answer(batch=batch, source=data, name=name)


def _codes(account):
    return [finding.code for finding in account.findings if finding.severity == "hold"]


def _standing(sponsorship):
    """Everything an answer may leave behind, without ids and moments."""
    from sertakan.sponsorship import queries
    from sertakan.sponsorship.models import BatchLine, Membership

    sponsorship.refresh_from_db()
    line = BatchLine.objects.get(sponsorship=sponsorship)
    member = Membership.objects.filter(person_id=sponsorship.person_id).first()
    line.batch.refresh_from_db()
    return {
        "sponsorship": sponsorship.state,
        "batch": line.batch.state,
        "line": (line.answer, line.open, line.payment_code, line.payment_amount, line.reason_code),
        "dates": queries.dates_of(sponsorship),
        "payments": sorted(line.payments.values_list("paid_on", "amount", "reference", "months")),
        "member": member and (member.issued_on, member.existed, member.identifier.last_four),
    }


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c"])))
def test_the_order_of_the_three_files_does_not_matter(world, answers, order):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    files = {
        "a": answers.accepted(sponsorship.nik),
        "b": answers.paid(sponsorship.nik),
        "c": answers.numbered({sponsorship.nik: "01234567890"}),
    }
    for kind in order:
        assert _take(batch, files[kind]).applied == 1
    standing = _standing(sponsorship)
    assert standing["sponsorship"] == "member"
    assert standing["batch"] == "closed"
    assert standing["line"] == ("numbered", False, "IUR001", 50_400, "")
    assert standing["payments"] == [(date(2026, 11, 20), 50_400, "REF-1", 3)]
    assert standing["member"] == (date(2026, 11, 21), False, "7890")
    dates = standing["dates"]
    assert (dates.checked_on, dates.accepted_on) == (date(2026, 11, 23), date(2026, 11, 23))
    assert (dates.first_paid_on, dates.issued_on) == (date(2026, 11, 20), date(2026, 11, 21))


@pytest.mark.parametrize("order", list(permutations(["a", "old", "b", "c"])))
def test_an_existing_member_is_attached_in_whatever_order_the_files_come(world, answers, order):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    files = {
        "a": answers.refused({sponsorship.nik: "Sudah terdaftar aktif"}),
        "old": answers.accepted(sponsorship.nik, code="IUR002"),
        "b": answers.paid(sponsorship.nik),
        "c": answers.numbered({sponsorship.nik: "00000009001"}, on=date(2024, 5, 2)),
    }
    for kind in order:
        assert _codes(_take(batch, files[kind])) == []
    standing = _standing(sponsorship)
    assert standing["sponsorship"] == "member"
    assert standing["line"] == ("numbered", False, "IUR002", 50_400, "already_active_member")
    assert standing["member"] == (date(2024, 5, 2), True, "9001")


@pytest.mark.parametrize("order", list(permutations(["first", "second"])))
def test_the_payment_code_that_lives_longest_counts(world, answers, order):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    files = {
        "first": answers.accepted(sponsorship.nik, code="LAMA", until=date(2026, 11, 30)),
        "second": answers.accepted(sponsorship.nik, code="BARU", until=date(2026, 12, 15)),
    }
    for name in order:
        assert _codes(_take(batch, files[name])) == []
    assert _standing(sponsorship)["line"][2] == "BARU"


def test_one_step_after_the_other_leads_from_sent_to_member(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    seen = [_standing(sponsorship)["sponsorship"]]
    for data in (
        answers.accepted(sponsorship.nik),
        answers.paid(sponsorship.nik),
        answers.numbered({sponsorship.nik: "01234567890"}),
    ):
        _take(batch, data)
        seen.append(_standing(sponsorship)["sponsorship"])
    assert seen == ["sent", "awaiting_payment", "awaiting_number", "member"]


def test_the_same_file_again_changes_nothing_and_says_so(world, answers):
    from sertakan.sponsorship.models import AnswerFile

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    for data in (
        answers.accepted(sponsorship.nik),
        answers.paid(sponsorship.nik),
        answers.numbered({sponsorship.nik: "01234567890"}),
    ):
        first = _take(batch, data)
        before = _standing(sponsorship)
        again = _take(batch, data)
        assert (first.changed, again.changed) == (True, False)
        assert (again.rows, again.applied, again.unchanged, again.held) == (1, 0, 1, 0)
        assert again.file_id == first.file_id
        assert _standing(sponsorship) == before
    assert AnswerFile.objects.count() == 3


def test_a_second_payment_is_kept_beside_the_first(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.paid(sponsorship.nik, on=date(2026, 11, 22), reference="REF-2"))
    _take(batch, answers.paid(sponsorship.nik, on=date(2026, 11, 20), reference="REF-1"))
    standing = _standing(sponsorship)
    assert len(standing["payments"]) == 2
    assert standing["dates"].first_paid_on == date(2026, 11, 20)


def test_a_partial_answer_leaves_the_others_waiting(world, answers):
    one, two = world.sponsorship(), world.sponsorship()
    batch = world.sent(one, two)
    _take(batch, answers.accepted(one.nik))
    assert _standing(two)["sponsorship"] == "sent"
    assert _standing(two)["batch"] == "sent"
    _take(batch, answers.accepted(one.nik, two.nik))
    assert _standing(two)["batch"] == "answered"


def test_a_number_without_its_date_of_issue_is_held_and_makes_no_member(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.paid(sponsorship.nik))
    account = _take(batch, answers.numbered({sponsorship.nik: "01234567890"}, on=None))
    assert _codes(account) == ["issue_date_missing"]
    standing = _standing(sponsorship)
    assert standing["sponsorship"] == "awaiting_number"
    assert standing["member"] is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1234567890", "number_malformed"),
        ("123456789012", "number_malformed"),
        ("1234567890A", "number_malformed"),
        (12345678901, "number_numeric"),
        (1234567890, "number_numeric"),
    ],
)
def test_a_number_that_is_not_eleven_digits_of_text_is_held(world, answers, number, code):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    account = _take(batch, answers.numbered({sponsorship.nik: number}))
    assert _codes(account) == [code]
    assert _standing(sponsorship)["member"] is None


def test_a_csv_keeps_the_zero_in_front_of_a_number(world):
    from sertakan.core import encryption
    from sertakan.people.models import Identifier

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    text = f"NIK;KPJ;Tanggal terbit\n{sponsorship.nik};00012345678;21 November 2026\n"
    assert _take(batch, text.encode(), name="nomor.csv").members == 1
    number = Identifier.objects.get(kind="kpj")
    assert encryption.decrypt(bytes(number.sealed)) == b"00012345678"


def test_a_date_of_issue_in_the_future_is_held(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    account = _take(batch, answers.numbered({sponsorship.nik: "01234567890"}, on=date(2062, 11, 21)))
    assert _codes(account) == ["date_in_future"]


@pytest.mark.parametrize("day", ["21-11-26", "21/13/2026", "46347", "31-02-2026", "segera"])
def test_a_date_that_can_be_read_in_two_ways_is_held(world, answers, day):
    from sertakan.sponsorship.models import Membership

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    data = answers.file(("NIK", "KPJ", "Tanggal terbit"), (sponsorship.nik, "01234567890", day))
    assert _codes(_take(batch, data)) == ["date_unreadable"]
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    "day", ["2026-11-21", "21-11-2026", "21/11/2026", "21.11.2026", "21 November 2026", "21 Nov 2026"]
)
def test_a_date_is_read_in_the_usual_spellings(world, answers, day):
    from sertakan.sponsorship.models import Membership

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.file(("NIK", "KPJ", "Tanggal terbit"), (sponsorship.nik, "01234567890", day)))
    assert Membership.objects.get().issued_on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("16.8", "amount_unreadable"),
        ("1,5 jt", "amount_unreadable"),
        ("0", "amount_unreadable"),
        ("", "payment_amount_missing"),
    ],
)
def test_a_payment_whose_amount_is_doubtful_is_held(world, answers, amount, code):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    data = answers.file(
        ("NIK", "Tanggal bayar", "Jumlah dibayar", "Nomor referensi"), (sponsorship.nik, "20-11-2026", amount, "R")
    )
    assert _codes(_take(batch, data)) == [code]
    assert _standing(sponsorship)["payments"] == []


@pytest.mark.parametrize("amount", ["50400", "50.400", "Rp 50.400,-", "Rp50.400,00", "50,400", 50400])
def test_an_amount_is_read_in_the_usual_spellings(world, answers, amount):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.file(("NIK", "Tanggal bayar", "Jumlah dibayar"), (sponsorship.nik, "20-11-2026", amount)))
    assert _standing(sponsorship)["payments"] == [(date(2026, 11, 20), 50_400, "", None)]


def test_an_unknown_nik_and_one_of_another_batch_are_held_and_kept(world, answers):
    import json

    from sertakan.core import encryption
    from sertakan.sponsorship.models import AnswerLine

    mine, other = world.sponsorship(), world.sponsorship()
    batch, other_batch = world.sent(mine), world.sent(other)
    account = _take(batch, answers.accepted(mine.nik, other.nik, "9901011503859999"))
    assert (account.rows, account.applied, account.held) == (3, 1, 2)
    assert _codes(account) == ["other_batch", "nik_unknown"]
    assert str(other_batch.pk) in account.findings[0].message
    kept = AnswerLine.objects.filter(outcome="held").order_by("number")
    assert [json.loads(encryption.decrypt(bytes(row.sealed)))["nik"] for row in kept] == [other.nik, "9901011503859999"]
    assert _standing(other)["sponsorship"] == "sent"


def test_no_message_of_a_finding_carries_a_nik_or_a_number(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    account = _take(batch, answers.numbered({sponsorship.nik: "1234567890", "9901011503859999": "01234567890"}))
    for finding in account.findings:
        assert sponsorship.nik not in finding.message + finding.remedy
        assert "9901011503859999" not in finding.message + finding.remedy


@pytest.mark.parametrize("nik", [9901011503859001.0, "990101150385900", "99010115038590O1"])
def test_a_nik_that_lost_digits_is_held(world, answers, nik):
    batch = world.sent(world.sponsorship())
    assert _codes(_take(batch, answers.file(("NIK", "Hasil"), (nik, "Diterima")))) in (
        ["nik_numeric"],
        ["nik_malformed"],
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("umur > 65", "age"),
        ("NIK tidak valid", "nik_invalid"),
        ("sudah dibayar APBD", "other_payer"),
        ("data tidak lengkap", "incomplete"),
        ("lain-lain", "other"),
    ],
)
def test_a_refusal_is_understood_by_its_reason(world, answers, words, code):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.refused({sponsorship.nik: words}))
    standing = _standing(sponsorship)
    assert standing["sponsorship"] == "refused"
    assert standing["line"][4] == code
    assert standing["batch"] == "closed"


@pytest.mark.parametrize(
    ("words", "code"), [("xyz", "reason_unknown"), ("NIK salah, usia 67", "reason_unknown"), ("", "reason_missing")]
)
def test_a_refusal_without_a_clear_reason_is_held(world, answers, words, code):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    assert _codes(_take(batch, answers.refused({sponsorship.nik: words}))) == [code]
    assert _standing(sponsorship)["sponsorship"] == "sent"


def test_an_answer_that_contradicts_what_is_known_is_held_and_changes_nothing(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.accepted(sponsorship.nik))
    before = _standing(sponsorship)
    assert _codes(_take(batch, answers.refused({sponsorship.nik: "umur"}))) == ["answer_contradicts"]
    assert _standing(sponsorship) == before


def test_a_second_number_for_a_member_is_held(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    _take(batch, answers.numbered({sponsorship.nik: "01234567890"}))
    assert _codes(_take(batch, answers.numbered({sponsorship.nik: "09876543210"}))) == ["other_number_known"]
    assert _standing(sponsorship)["member"][2] == "7890"


def test_the_number_of_another_person_is_held(world, answers):
    one, two = world.sponsorship(), world.sponsorship()
    batch = world.sent(one, two)
    _take(batch, answers.numbered({one.nik: "01234567890"}))
    assert _codes(_take(batch, answers.numbered({two.nik: "01234567890"}))) == ["number_of_another_person"]


def test_one_number_on_two_niks_of_a_file_holds_both(world, answers):
    one, two = world.sponsorship(), world.sponsorship()
    batch = world.sent(one, two)
    account = _take(batch, answers.numbered({one.nik: "01234567890", two.nik: "01234567890"}))
    assert _codes(account) == ["number_twice", "number_twice"]
    assert account.members == 0


def test_already_member_attaches_to_the_number_that_is_known(world, answers):
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import Membership

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    services.register_existing(person=sponsorship.person, kpj="00000009002", sponsorship=sponsorship)
    _take(batch, answers.refused({sponsorship.nik: "sudah peserta"}))
    assert _standing(sponsorship)["sponsorship"] == "member"
    assert Membership.objects.count() == 1


def test_one_file_may_bring_everything_at_once(world, answers):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    headings = ("No. KTP", "Status", "Kode bayar", "Tgl bayar", "Jumlah bayar", "No. KPJ", "Tgl. terbit")
    row = (sponsorship.nik, "OK", "IUR9", "20-11-2026", "50.400", "01234567890", "21-11-2026")
    account = _take(batch, answers.file(headings, row))
    assert (account.applied, account.members) == (1, 1)
    assert _standing(sponsorship)["line"][:3] == ("numbered", False, "IUR9")


def test_the_filled_in_answer_sheet_of_the_export_is_understood(world):
    from io import BytesIO

    import openpyxl

    from sertakan.sponsorship import services

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    book = openpyxl.load_workbook(BytesIO(services.export_batch(batch=batch, layout="bpu-kolektif-jawaban").data))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Hasil"], "Diterima")
    sheet.cell(2, columns["Kode iuran"], "IUR7")
    out = BytesIO()
    book.save(out)
    account = _take(batch, out.getvalue())
    assert (account.rows, account.applied) == (1, 1)
    assert _standing(sponsorship)["line"][2] == "IUR7"


def test_a_file_without_nik_or_without_answers_is_refused(world, answers):
    from sertakan.sponsorship import errors
    from sertakan.sponsorship.models import AnswerFile

    batch = world.sent(world.sponsorship())
    with pytest.raises(errors.AnswerWithoutNik):
        _take(batch, answers.file(("Nama", "Hasil", "Kode iuran"), ("Seseorang", "Diterima", "X")))
    with pytest.raises(errors.AnswerWithoutAnswer):
        _take(batch, answers.file(("NIK", "Nama", "Alamat"), ("9901011503859001", "Seseorang", "Jalan")))
    assert not AnswerFile.objects.exists()


def test_a_draft_cannot_be_answered(world, answers):
    from sertakan.sponsorship import errors

    sponsorship = world.sponsorship()
    with pytest.raises(errors.BatchNotSent):
        _take(world.draft(sponsorship), answers.accepted(sponsorship.nik))


def test_an_answer_after_the_end_is_noted_and_wakes_nothing_up(world, answers):
    from sertakan.sponsorship import queries, services

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    services.end_sponsorship(sponsorship=sponsorship, reason="died", effective_on=date(2026, 11, 23))
    account = _take(batch, answers.numbered({sponsorship.nik: "01234567890"}))
    assert "ended_meanwhile" in [finding.code for finding in account.findings]
    assert _standing(sponsorship)["sponsorship"] == "ended"
    assert _standing(sponsorship)["member"] is not None
    ready = queries.candidates(kind="stop", agency_id=world.agency.pk)
    assert [one.sponsorship_id for one in ready] == [sponsorship.pk]


def test_the_leader_may_not_take_in_an_answer_and_nothing_is_kept(world, answers, acting_as):
    from sertakan.sponsorship import errors
    from sertakan.sponsorship.models import AnswerFile

    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    acting_as("auditor")
    with pytest.raises(errors.NotYourAnswer):
        _take(batch, answers.accepted(sponsorship.nik))
    assert not AnswerFile.objects.exists()


def test_the_pic_of_the_agency_and_the_officer_take_in_answers_within_their_scope(world, answers, acting_as):
    sponsorship = world.sponsorship()
    batch = world.sent(sponsorship)
    acting_as("pic", world.agency)
    assert _take(batch, answers.accepted(sponsorship.nik)).applied == 1
    assert _take(batch, answers.numbered({sponsorship.nik: "01234567890"})).members == 1
    acting_as("bpjs")
    assert _take(batch, answers.paid(sponsorship.nik)).applied == 1
    with acting(SYSTEM):
        assert _standing(sponsorship)["sponsorship"] == "member"


@pytest.mark.parametrize("table", ["sponsorship_answerfile", "sponsorship_answerline", "sponsorship_confirmedpayment"])
def test_answers_are_only_added_to(world, answers, table):
    from django.db import DatabaseError, connection, transaction

    sponsorship = world.sponsorship()
    _take(world.sent(sponsorship), answers.paid(sponsorship.nik))
    for change in (f"UPDATE {table} SET agency_id = agency_id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_findings_in_a_text_file_name_the_file(world):
    batch = world.sent(world.sponsorship())
    data = b"NIK;KPJ;Tanggal terbit\n1771021203859998;01234567891;20/11/2026\n"
    account = _take(batch, data, name="jawaban BPJS.csv")
    assert {found.sheet for found in account.findings} == {"jawaban BPJS"}
