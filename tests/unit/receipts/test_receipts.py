"""Slips only after the number and only from confirmed months; receipts say what the ledger says, and nothing of another agency."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

import factories

sys.path.insert(0, str(Path(__file__).parents[1] / "claims"))
from claim_facts import member, paid

from sertakan.contributions.models import WorkerSlip
from sertakan.contributions.receipts import donors, recap, slips, token
from sertakan.contributions.receipts.errors import (
    CannotIssueSlips,
    NoSlips,
    NothingReceived,
    SlipForged,
    SlipNothingPaid,
    SlipTooEarly,
    SlipUnknown,
    SlipWithdrawn,
)
from sertakan.core.month import Month
from sertakan.core.scope import NOBODY, acting
from sertakan.programme import proofs, recaps

pytestmark = pytest.mark.django_db
MONTHS = [f"2026-{month:02d}" for month in range(1, 12)]


@pytest.fixture
def agency(db, _as_system, monkeypatch):
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    return factories.make_agency("Dinas-Slip")


@pytest.fixture
def donor(agency):
    return factories.make_donor(agency, "Ratna Rekaan", nip="198001012005012001")


@pytest.fixture
def worker(agency, donor):
    return factories.make_worker(agency, "Sapto #Rekaan", donor=donor, start_month=date(2026, 1, 1), months=12)


def text_of(pdf):
    sys.path.insert(0, str(Path(__file__).parents[1] / "contributions"))
    from test_documents import text_of as read

    return read(pdf)


def test_a_slip_is_refused_before_the_number(agency, worker):
    with pytest.raises(SlipTooEarly):
        slips.issue_slips(agency_id=agency.pk, person_ids=[worker.person.pk])
    with pytest.raises(NoSlips):
        slips.issue_slips(agency_id=agency.pk)
    assert not WorkerSlip.objects.exists()


def test_a_slip_is_refused_while_nothing_is_confirmed(agency, worker):
    member(worker)
    with pytest.raises(SlipNothingPaid):
        slips.issue_slips(agency_id=agency.pk, person_ids=[worker.person.pk])


def test_a_slip_says_until_when_it_is_paid_and_no_number(agency, worker):
    paid(member(worker, kpj="12345678901"), worker, *MONTHS)
    (issued,) = slips.issue_slips(agency_id=agency.pk)
    found = token.open_token(issued.token)
    assert (found.paid_until, found.signed_on, found.initials) == (Month(2026, 11), date(2026, 11, 23), "SR")
    assert worker.nik not in issued.token and "12345678901" not in issued.token
    said = text_of(slips.slips_pdf([issued], agency, address="https://contoh.go.id/cek/"))
    assert said.startswith("BUKAN KARTU PESERTA BPJS")
    assert "Sapto #Rekaan" in said and "November 2026" in said and token.grouped(issued.reference) in said
    assert worker.nik not in said and "12345678901" not in said
    assert "aktif" not in said.casefold()


def test_the_same_day_gives_the_same_slip_and_another_month_a_new_one(agency, worker, monkeypatch):
    number = member(worker)
    paid(number, worker, *MONTHS)
    first, again = (slips.issue_slips(agency_id=agency.pk)[0] for _ in range(2))
    assert first == again
    paid(number, worker, "2026-12")
    assert slips.issue_slips(agency_id=agency.pk)[0].reference != first.reference
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-24")
    assert slips.issue_slips(agency_id=agency.pk)[0].signed_on == date(2026, 11, 24)
    assert WorkerSlip.objects.count() == 3


def test_a_merged_worker_has_one_slip_with_the_months_of_both(agency, worker, donor):
    from sertakan.people import services as people

    twin = factories.make_worker(agency, "Sapto Rekaan", donor=donor, start_month=date(2026, 1, 1), months=12)
    paid(member(worker), worker, *MONTHS[:6])
    paid(member(twin), twin, *MONTHS[6:])
    people.merge(keep=worker.person.pk, gone=twin.person.pk, reason="orang yang sama")
    (issued,) = slips.issue_slips(agency_id=agency.pk)
    assert (issued.paid_from, issued.paid_until) == (Month(2026, 1), Month(2026, 11))
    assert proofs.check_slip(issued.token).state == "active"


def test_online_the_state_of_today_is_told_to_whoever_holds_the_slip(agency, worker, monkeypatch):
    paid(member(worker), worker, *MONTHS)
    (issued,) = slips.issue_slips(agency_id=agency.pk)
    with acting(NOBODY):
        found = proofs.check_slip(issued.token)
        typed = proofs.check_slip(token.grouped(issued.reference).lower())
    assert (found.state, found.signed_until, found.paid_until) == ("active", Month(2026, 11), Month(2026, 11))
    assert (found.verified, typed.verified) == (True, False)
    assert replace(typed, verified=True) == found
    monkeypatch.setenv("SERTAKAN_TODAY", "2027-01-20")
    with acting(NOBODY):
        later = proofs.check_slip(issued.token)
    assert (later.state, later.signed_until) == ("arrears_2", Month(2026, 11))
    monkeypatch.setenv("SERTAKAN_TODAY", "2027-06-20")
    with acting(NOBODY):
        assert proofs.check_slip(issued.token).state == "inactive"


def test_a_forged_an_unknown_and_a_withdrawn_slip_are_told_apart(agency, worker):
    paid(member(worker), worker, *MONTHS)
    (issued,) = slips.issue_slips(agency_id=agency.pk)
    changed = issued.token[:40] + ("0" if issued.token[40] != "0" else "1") + issued.token[41:]
    with pytest.raises(SlipForged):
        proofs.check_slip(changed)
    with pytest.raises(SlipUnknown):
        proofs.check_slip(token.new_reference())
    slips.withdraw_slip(reference=token.grouped(issued.reference))
    with pytest.raises(SlipWithdrawn):
        proofs.check_slip(issued.token)
    assert slips.issue_slips(agency_id=agency.pk)[0].reference != issued.reference


@pytest.mark.parametrize("role", ["donor", "leader", "auditor", "bpjs"])
def test_others_issue_no_slip(agency, worker, acting_as, role):
    paid(member(worker), worker, *MONTHS)
    acting_as(role)
    with pytest.raises(CannotIssueSlips):
        slips.issue_slips(agency_id=agency.pk)


def test_a_pic_issues_for_the_own_agency_only(agency, worker, acting_as):
    paid(member(worker), worker, *MONTHS)
    other = factories.make_agency("Dinas-Lain")
    acting_as("pic", other)
    with pytest.raises(CannotIssueSlips):
        slips.issue_slips(agency_id=agency.pk)
    with pytest.raises(NoSlips):
        slips.issue_slips(agency_id=other.pk)
    acting_as("pic", agency)
    assert len(slips.issue_slips(agency_id=agency.pk)) == 1


def test_many_slips_need_few_statements(agency, donor, django_assert_max_num_queries):
    for _ in range(12):
        one = factories.make_worker(agency, donor=donor, start_month=date(2026, 1, 1), months=12)
        paid(member(one), one, "2026-11")
    with django_assert_max_num_queries(14):
        assert len(slips.issue_slips(agency_id=agency.pk)) == 12


def test_the_recap_counts_states_and_adds_up_and_hides_numbers(agency, worker, donor):
    import openpyxl

    paid(member(worker, kpj="12345678901"), worker, *MONTHS)
    late = factories.make_worker(agency, "=1+1", donor=donor, start_month=date(2026, 1, 1), months=12)
    paid(member(late), late, *MONTHS[:9])
    factories.make_worker(agency, "Belum Bernomor", start_month=date(2026, 11, 1))
    found = recaps.agency_recap(agency, Month(2026, 11))
    assert [(row.worker, row.state) for row in found.rows] == [
        ("Belum Bernomor", "not_yet"), ("=1+1", "arrears_2"), ("Sapto #Rekaan", "active"),
    ]  # fmt: skip
    assert (found.donors, found.paid, found.count("active"), found.numbered) == (1, 16_800, 1, 2)
    book = openpyxl.load_workbook(BytesIO(recap.recap_workbook(found)))
    rows = list(book["Per pekerja"].iter_rows(values_only=True))
    assert rows[2][4] == "=1+1"
    assert rows[3][5] == "************" + worker.nik[-4:] and rows[3][20] == "*******8901"
    assert rows[-1][17] == 16_800 == sum(row[17] or 0 for row in rows[1:-1])
    said = text_of(recap.recap_pdf(found))
    assert "Rp16.800" in said and worker.nik not in said and "enam belas ribu delapan ratus rupiah" in said


def test_the_recap_of_a_month_looks_at_its_last_day(agency, worker):
    paid(member(worker), worker, *MONTHS[:9])
    assert recaps.agency_recap(agency, Month(2026, 9)).rows[0].state == "active"
    assert recaps.agency_recap(agency, Month(2026, 10)).rows[0].state == "arrears_1"


def test_a_donor_without_money_has_no_paper(donor):
    with pytest.raises(NothingReceived):
        donors.year_pdf(donor, 2026)
    with pytest.raises(NothingReceived):
        donors.payment_of(donor, 1)


def test_a_donors_year_is_the_sum_of_its_months(agency, worker, donor):
    import openpyxl

    paid(member(worker), worker, *MONTHS, donor=donor)
    book = openpyxl.load_workbook(BytesIO(donors.year_workbook(donor, 2026)))
    (row,) = list(book["Pekerja"].iter_rows(min_row=2, values_only=True))
    assert row == ("Sapto #Rekaan", 11, "2026-01 s.d. 2026-11", 11 * 16_800)
    assert "Sapto #Rekaan" in text_of(donors.year_pdf(donor, 2026))


def test_a_payment_is_proved_from_the_ledger_until_it_is_reversed(agency, donor):
    from sertakan.contributions.evidence import Evidence
    from sertakan.contributions.services import ledger

    made = ledger.collect(
        agency_id=agency.pk, donor_id=donor.pk, funding="private", amount=50_400, booked_on=date(2026, 11, 20),
        evidence=Evidence("bank_line", 1), reference="REF-7",
    )  # fmt: skip
    (found,) = donors.payments_of(donor)
    assert (found.amount, found.reference, found.booked_on) == (50_400, "REF-7", date(2026, 11, 20))
    said = text_of(donors.payment_pdf(donor, found))
    assert "Rp50.400" in said and "lima puluh ribu empat ratus rupiah" in said and "REF-7" in said
    assert "dipegang bendahara untuk bulan berikutnya" in said
    ledger.reverse(made.id, Month.of(made.month), reason="salah donatur")
    assert donors.payments_of(donor) == []
