"""What a month costs, at every change of the rate."""

from __future__ import annotations

import pytest

from sertakan.contributions import queries, services
from sertakan.contributions.models import BillLine
from sertakan.core.month import Month
from sertakan.rules.errors import MonthBeforeLaw

pytestmark = pytest.mark.django_db


def billed(office, month: str) -> BillLine:
    services.make_bills(Month.parse(month))
    bill = queries.current_bill(office.agency, Month.parse(month))
    return BillLine.objects.get(bill=bill, month=bill.month)


@pytest.mark.parametrize(
    ("sector", "funding", "month", "total"),
    [
        ("other", "private", "2026-12", 8_400),
        ("other", "private", "2027-01", 16_800),
        ("other", "csr", "2026-12", 8_400),
        ("transport", "private", "2026-12", 8_400),
        ("transport", "private", "2027-01", 8_400),
        ("transport", "private", "2027-03", 8_400),
        ("transport", "private", "2027-04", 16_800),
        ("other", "apbd", "2026-12", 16_800),
        ("other", "apbd", "2027-01", 16_800),
        ("transport", "apbn", "2027-03", 16_800),
        ("transport", "apbn", "2027-04", 16_800),
    ],
)
def test_a_worker_on_the_lowest_row_costs(office, sector, funding, month, total):
    office.worker(sector=sector, funding=funding)
    assert billed(office, month).total == total


def test_old_age_savings_are_never_reduced(office):
    office.worker(programmes=["jkk", "jkm", "jht"])
    line = billed(office, "2026-12")
    assert (line.jkk, line.jkm, line.jht) == (5_000, 3_400, 20_000)
    assert (line.jkk_full, line.jkm_full, line.jht_full) == (10_000, 6_800, 20_000)
    assert line.discount == "pp50_2025_other"


def test_programmes_in_another_order_are_the_same_programmes(office):
    office.worker(programmes=["jht", "jkm", "jkk"])
    assert billed(office, "2026-12").programmes == "jkk,jkm,jht"


def test_cover_is_due_in_the_month_and_savings_in_the_next(office):
    office.worker(programmes=["jkk", "jkm", "jht"])
    line = billed(office, "2026-10")
    # 15 November 2026 is a Sunday.
    assert (str(line.due_on_jkk_jkm), str(line.due_on_jht)) == ("2026-10-15", "2026-11-16")


def test_a_month_before_the_known_law_is_refused(office):
    office.worker()
    with pytest.raises(MonthBeforeLaw):
        services.make_bills(Month(2015, 6))


def test_a_month_after_the_last_confirmed_one_says_by_which_knowledge_it_was_computed(office):
    office.worker()
    services.make_bills(Month(2026, 11))
    services.make_bills(Month(2027, 1))
    assert queries.law_note(queries.current_bill(office.agency, Month(2026, 11))) == ""
    note = queries.law_note(queries.current_bill(office.agency, Month(2027, 1)))
    assert note.startswith("Dihitung menurut aturan yang diketahui per 23 November 2026")


@pytest.mark.parametrize(("month", "billed_lines"), [("2026-08", 0), ("2026-09", 1), ("2026-11", 1), ("2026-12", 0)])
def test_a_sponsorship_is_billed_from_its_first_to_its_last_month(office, month, billed_lines):
    office.worker(months=3)
    assert services.make_bills(Month.parse(month)).lines == billed_lines


def test_an_ended_sponsorship_is_billed_up_to_its_last_payable_month(office):
    office.worker(state="ended", ended_on="2026-11-20", end_reason="moved", last_payable_month="2026-10-01")
    office.worker(state="ended", ended_on="2026-11-20", end_reason="died")
    assert services.make_bills(Month(2026, 10)).lines == 2
    assert services.make_bills(Month(2026, 11)).lines == 1
    assert services.make_bills(Month(2026, 12)).lines == 0


def test_what_was_taken_back_or_refused_is_not_billed(office):
    office.worker(state="ended", ended_on="2026-11-20", end_reason="taken_back")
    office.worker(state="refused")
    assert services.make_bills(Month(2026, 11)).lines == 0


def test_a_base_outside_the_table_is_refused_and_named_and_the_rest_is_billed(office):
    wrong = office.worker(dasar=1_000_001)
    office.worker()
    account = services.make_bills(Month(2026, 12))
    assert account.lines == 1
    assert [(found.sponsorship_id, found.code) for found in account.refused] == [(wrong.pk, "base_not_in_table")]
