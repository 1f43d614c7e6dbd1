"""Money, programmes, funds, months, donor, consent."""

from __future__ import annotations

from datetime import date

import pytest
from intake_sheets import checked, codes, context, finding, record


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("1.500.000", 1_500_000, None), ("Rp 1.500.000,-", 1_500_000, None), ("1500000.00", 1_500_000, None),
        ("1,500,000", 1_500_000, None), ("Rp1.500.000,00", 1_500_000, None), ("1 500 000", 1_500_000, None),
        (("1500000", "n"), 1_500_000, None), (("1500000.0", "n"), 1_500_000, None), ("1.500.000/bln", 1_500_000, None),
        ("1,5 jt", 1_500_000, "amount_words"), ("1.5jt", 1_500_000, "amount_words"), ("2juta", 2_000_000, "amount_words"),
        ("800rb", 800_000, "amount_words"), ("1 juta 500 ribu", 1_500_000, "amount_words"), ("1.500 rb", 1_500_000, "amount_words"),
        ("0", 0, None),
    ],
)  # fmt: skip
def test_incomes_are_read_as_people_write_them(cell, value, code):
    result = checked({"Penghasilan": cell, "Dasar Upah": "2000000"})
    assert codes(result) == ([code] if code else [])
    assert record(result)["income"] == value


@pytest.mark.parametrize(
    ("cell", "first"),
    [("16.8", 16_800), (("16.8", "n"), 16_800), ("1.5", 1_500_000), ("1500", 1_500_000), ("1.500 jt", 1_500_000)],
)
def test_an_ambiguous_amount_is_held_with_its_likely_meaning(cell, first):
    found = finding(checked({"Penghasilan": cell}), "amount_ambiguous")
    assert (found["severity"], found["value"]) == ("hold", str(first))


@pytest.mark.parametrize("text", ["cukup", "1jt-2jt", "50.000/hari", "-5000", "1.50.000", "#REF!", "5 karung"])
def test_an_unreadable_amount_is_held_and_never_zero(text):
    result = checked({"Penghasilan": text})
    assert "amount_unreadable" in codes(result)
    assert record(result)["income"] is None


def test_a_blank_base_is_the_lowest_row_and_shown():
    result = checked({"Dasar Upah": None})
    assert finding(result, "dasar_lowest")["facts"] == {"dasar": 1_000_000}
    assert record(result)["dasar"] == 1_000_000


def test_a_sheet_without_a_base_says_so_once():
    result = checked({"Penghasilan": "3000000"}, {}, drop=["Dasar Upah"])
    assert codes(result) == ["income_above_dasar", "dasar_lowest"] or set(codes(result)) == {
        "income_above_dasar",
        "dasar_lowest",
    }
    assert finding(result, "income_above_dasar")["facts"]["rows"] == 1
    assert result.records["dasar"].to_list() == [1_000_000, 1_000_000]


def test_a_base_that_is_no_row_is_held_with_the_nearest():
    found = finding(checked({"Dasar Upah": "1500000"}), "dasar_not_a_row")
    assert [c["amount"] for c in found["facts"]["candidates"]] == [1_400_000, 1_600_000]
    assert record(checked({"Dasar Upah": "1500000"}))["dasar"] is None


def test_income_never_raises_the_base_but_is_told():
    result = checked({"Penghasilan": "3.000.000"})
    assert finding(result, "income_above_dasar")["facts"] == {"dasar": 1_000_000, "tier_dasar": 2_950_000}
    assert (record(result)["dasar"], record(result)["state"]) == (1_000_000, "accepted")


@pytest.mark.parametrize(("income", "above"), [("1099000", False), ("1099500", False), ("1100000", True)])
def test_an_income_in_the_gap_belongs_to_the_lower_row(income, above):
    assert ("income_above_dasar" in codes(checked({"Penghasilan": income}))) is above


@pytest.mark.parametrize(
    ("text", "value"),
    [("JKK JKM", "jkk,jkm"), ("JKK+JKM", "jkk,jkm"), ("jkk/jkm", "jkk,jkm"), ("2 program", "jkk,jkm"), ("2", "jkk,jkm"),
     ("3 program", "jkk,jkm,jht"), ("JKK, JKM, JHT", "jkk,jkm,jht"), ("JKKJKM", "jkk,jkm"), ("3 Program (JKK, JKM, JHT)", "jkk,jkm,jht"),
     ("Jaminan Kecelakaan Kerja dan Jaminan Kematian", "jkk,jkm")],
)  # fmt: skip
def test_programmes_are_read(text, value):
    result = checked({"Program": text})
    assert (codes(result), record(result)["programmes"]) == ([], value)


def test_programmes_without_both_basic_ones_are_held():
    assert codes(checked({"Program": "JKK"})) == ["programmes_incomplete"]
    assert codes(checked({"Program": "JHT"})) == ["programmes_incomplete"]


def test_unknown_programmes_are_held():
    assert codes(checked({"Program": "JKK JKM JP"})) == ["programmes_unknown"]


def test_blank_programmes_are_the_basic_two_and_shown():
    result = checked({"Program": None})
    assert (codes(result), record(result)["programmes"]) == (["programmes_default"], "jkk,jkm")
    assert finding(checked({}, {}, drop=["Program"]), "programmes_default")["row"] == 3


def test_columns_per_programme_choose_them():
    rows = [{"JKK": "10000", "JKM": "6800", "JHT": "20000"}, {"JKK": "10000", "JKM": "6800", "JHT": "0"}]
    result = checked(*rows, drop=["Program"])
    assert result.records["programmes"].to_list() == ["jkk,jkm,jht", "jkk,jkm"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("Pribadi", "private"), ("ASN", "private"), ("CSR", "csr"), ("Baznas", "zakat"), ("APBD Provinsi", "apbd"), ("APBN", "apbn"),
     ("APBDes", "apbdes"), ("Dana Desa", "apbdes")],
)  # fmt: skip
def test_sources_of_funds_are_read(text, value):
    result = checked({"Sumber Dana": text})
    assert (codes(result), record(result)["funding"]) == ([], value)


def test_an_unknown_source_of_funds_is_held():
    assert codes(checked({"Sumber Dana": "arisan"})) == ["funding_unknown"]


def test_a_blank_source_of_funds_is_the_default_and_shown():
    result = checked({"Sumber Dana": None})
    assert (codes(result), record(result)["funding"]) == (["funding_default"], "private")


@pytest.mark.parametrize(
    "cell", ["Desember 2026", "12/2026", "2026-12", "Des 26", "Des-26", "desember 2026", "01/12/2026", ("2026-12-01", "d"),
             ("46357", "n"), "TMT 1 Desember 2026", "202612"]
)  # fmt: skip
def test_first_months_are_read(cell):
    result = checked({"Bulan Mulai": cell})
    assert (codes(result), record(result)["start_month"]) == ([], "2026-12")


@pytest.mark.parametrize("text", ["Desember", "segera", "13/2026", "2026", "12-12"])
def test_a_first_month_without_a_sure_year_is_held(text):
    result = checked({"Bulan Mulai": text})
    assert codes(result) == ["start_month_unreadable"]
    assert record(result)["start_month"] is None


def test_a_month_name_alone_proposes_the_next_such_month():
    assert finding(checked({"Bulan Mulai": "Januari"}), "start_month_unreadable")["value"] == "2027-01"


def test_a_first_month_in_the_past_is_a_warning():
    assert codes(checked({"Bulan Mulai": "Oktober 2026"})) == ["start_month_past"]
    assert codes(checked({"Bulan Mulai": "November 2026"})) == []


@pytest.mark.parametrize(("today", "month"), [(date(2026, 11, 15), "2026-11"), (date(2026, 11, 16), "2026-12")])
def test_a_blank_first_month_is_this_one_until_the_fifteenth(today, month):
    result = checked({"Bulan Mulai": None}, world=context(today=today))
    assert record(result)["start_month"] == month
    assert "start_month_default" in codes(result)


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("3 bulan", 3), ("1 thn", 12), ("setahun", 12), ("enam", 6), ("6.0", 6)]
)
def test_numbers_of_months_are_read(text, value):
    result = checked({"Jumlah Bulan": text})
    assert (codes(result), record(result)["months"]) == ([], value)


def test_more_than_twelve_months_are_held():
    assert codes(checked({"Jumlah Bulan": "13"})) == ["months_out_of_range"]
    assert codes(checked({"Jumlah Bulan": "0"})) == ["months_out_of_range"]


def test_a_number_of_months_that_cannot_be_read_is_held():
    assert codes(checked({"Jumlah Bulan": "lama"})) == ["months_unreadable"]
    assert codes(checked({"Jumlah Bulan": "1,5"})) == ["months_unreadable"]


def test_a_number_that_is_no_choice_of_prepayment_is_a_warning():
    assert finding(checked({"Jumlah Bulan": "4"}), "months_not_prepay")["facts"] == {"choices": "1, 3, 6, 12"}


def test_a_blank_number_of_months_is_the_default():
    result = checked({"Jumlah Bulan": None})
    assert (codes(result), record(result)["months"]) == (["months_default"], 1)


def test_a_missing_donor_is_a_warning():
    assert codes(checked({"Nama ASN": None})) == ["donor_missing"]


@pytest.mark.parametrize(("text", "code"), [("ya", "consent_without_date"), ("✓", "consent_without_date"), (None, "consent_missing"),
                                            ("mungkin", "consent_unreadable"), ("01-12-2027", "consent_in_future")])  # fmt: skip
def test_consent_without_a_usable_date_is_a_warning(text, code):
    result = checked({"Tgl Persetujuan": text})
    assert codes(result) == [code]
    assert record(result)["state"] == "accepted"
    assert record(result)["consent_date"] is None
    assert record(result)["consent"] is (True if code == "consent_without_date" else None)


@pytest.mark.parametrize("text", ["tidak", "belum", "Tidak bersedia"])
def test_a_refused_consent_is_held(text):
    result = checked({"Tgl Persetujuan": text})
    assert (codes(result), record(result)["state"]) == (["consent_refused"], "held")


@pytest.mark.parametrize("cell", ["20-11-2026", "20 November 2026", ("2026-11-20", "d"), "ya, 20-11-2026", "20/11/26"])
def test_a_dated_consent_is_kept(cell):
    result = checked({"Tgl Persetujuan": cell})
    assert (codes(result), record(result)["consent_date"]) == ([], date(2026, 11, 20))


def test_a_sheet_without_consent_says_so_once():
    assert codes(checked({}, {}, drop=["Tgl Persetujuan"])) == ["consent_missing"]


def test_ditto_marks_take_what_stands_above():
    result = checked({}, {"Nama ASN": "sda", "Pekerjaan": '"'}, {"Nama ASN": "s.d.a", "Pekerjaan": "idem"})
    assert result.records["donor_name"].to_list() == ["Invented Donor"] * 3
    assert result.records["occupation"].to_list() == ["nelayan"] * 3
    assert codes(result) == ["carried_down"] * 4


def test_a_choice_for_the_whole_file_fills_blanks_and_is_one_finding():
    result = checked({"Pekerjaan": None}, {}, world=context(defaults={"occupation": "buruh-tani"}))
    assert finding(result, "default_applied")["facts"] == {"scope": "sheet", "rows": 1, "default": "buruh-tani"}
    assert result.records["occupation"].to_list() == ["buruh-tani", "nelayan"]


def test_a_choice_for_the_whole_file_stands_for_an_absent_column():
    result = checked({}, {}, drop=["Sumber Dana"], world=context(defaults={"funding": "apbd"}))
    assert codes(result) == ["default_applied"]
    assert result.records["funding"].to_list() == ["apbd", "apbd"]
