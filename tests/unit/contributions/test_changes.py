"""A bill at a change of the rate says what changes and why."""

from __future__ import annotations

import pytest

from sertakan.contributions import queries, services
from sertakan.contributions.errors import BillNotFound
from sertakan.core.month import Month

pytestmark = pytest.mark.django_db


def changes(office, month: Month):
    services.make_bills(month)
    found = queries.rate_change(office.agency, month)
    return {(one.sector, one.funding): one for one in found}


def test_in_january_2027_most_pay_double_and_read_why(office):
    office.worker()
    office.worker()
    change = changes(office, Month(2027, 1))[("other", "private")]
    assert (change.before, change.after, change.difference, change.workers) == (8_400, 16_800, 8_400, 2)
    assert change.text == (
        "Mulai Januari 2027 iuran sektor selain transportasi dari dana pribadi berubah dari Rp8.400 menjadi Rp16.800 "
        "per pekerja per bulan."
    )
    assert "Desember 2026" in change.reason
    assert change.source == "PP 50/2025 Pasal 4 ayat (1)"


def test_transport_stays_in_january_and_changes_in_april(office):
    office.worker(sector="transport")
    january = changes(office, Month(2027, 1))[("transport", "private")]
    assert january.unchanged
    assert "tidak berubah pada Januari 2027" in january.text
    april = changes(office, Month(2027, 4))[("transport", "private")]
    assert (april.before, april.after) == (8_400, 16_800)
    assert "Maret 2027" in april.reason


@pytest.mark.parametrize("month", [Month(2027, 1), Month(2027, 4)])
@pytest.mark.parametrize("funding", ["apbd", "apbn"])
@pytest.mark.parametrize("sector", ["other", "transport"])
def test_rows_paid_by_the_state_budget_never_change(office, sector, funding, month):
    office.worker(funding=funding, sector=sector)
    change = changes(office, month)[(sector, funding)]
    assert change.unchanged
    assert "tidak berubah, selalu penuh: Rp16.800" in change.text
    assert change.source == "PP 50/2025 Pasal 4 ayat (1)"


def test_a_month_without_change_says_nothing(office):
    office.worker()
    office.worker(funding="apbd")
    assert changes(office, Month(2026, 12)) == {}
    assert changes(office, Month(2027, 2)) == {}


def test_without_a_bill_there_is_no_change_to_tell(office):
    with pytest.raises(BillNotFound):
        queries.rate_change(office.agency, Month(2027, 1))


def test_the_summary_of_a_bill_is_plain_data(office):
    office.worker(programmes=["jkk", "jkm", "jht"])
    services.make_bills(Month(2027, 1))
    found = queries.bill_summary(queries.current_bill(office.agency, Month(2027, 1)))
    assert found["amounts"] == {"jkk": 10_000, "jkm": 6_800, "jht": 20_000}
    assert found["total"] == 36_800
    assert found["due_on"] == {"jkk": "2027-01-15", "jkm": "2027-01-15", "jht": "2027-02-15"}
    assert found["confirmed"] is False
    assert found["note"]
    assert found["changes"][0]["after"] == 36_800
