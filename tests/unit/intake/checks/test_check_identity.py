"""NIK, NIP and KPJ: repaired where certain, held where digits may be lost."""

from __future__ import annotations

import polars as pl
import pytest
from intake_sheets import checked, codes, context, finding, record

NIK = "1701041208850003"


def test_a_faultless_row_has_no_findings():
    result = checked({})
    assert codes(result) == []
    assert record(result)["state"] == "accepted"


def test_a_blank_nik_is_held():
    result = checked({"NIK": None})
    assert "nik_missing" in codes(result)
    assert record(result)["state"] == "held"


@pytest.mark.parametrize("text", ["1701041208850003", "1701041208850000", "1701041208850003.0"])
def test_a_number_cell_is_held_even_when_it_looks_whole(text):
    result = checked({"NIK": (text, "n")})
    assert codes(result) == ["nik_numeric_cell"]
    assert record(result)["nik"] is None


def test_text_with_decimals_came_from_a_number_and_is_held():
    assert codes(checked({"NIK": NIK + ".0"})) == ["nik_numeric_cell"]


@pytest.mark.parametrize("text", ["1,70104E+15", "1.70104120885E+15", "1E+15"])
def test_scientific_notation_is_held(text):
    assert "nik_scientific" in codes(checked({"NIK": text}))


@pytest.mark.parametrize(
    "text",
    ["'" + NIK, "1701 0412 0885 0003", "170104.120885.0003", "1701-0412-0885-0003", "NIK: " + NIK, NIK + "\u00a0"],
)
def test_spaces_dots_dashes_and_apostrophes_are_taken_out(text):
    result = checked({"NIK": text})
    assert set(codes(result)) <= {"nik_cleaned"}
    assert record(result)["nik"] == NIK


def test_what_was_cleaned_is_shown():
    found = finding(checked({"NIK": "'" + NIK}), "nik_cleaned")
    assert (found["raw"], found["value"], found["severity"]) == ("'" + NIK, NIK, "repaired")


def test_letters_that_stand_for_digits_are_read_when_the_result_is_plausible():
    result = checked({"NIK": "17O1O412O885OOO3"})
    assert codes(result) == ["nik_letters_repaired"]
    assert record(result)["nik"] == NIK
    assert record(checked({"NIK": "l7010412088500O3"}))["nik"] == NIK


@pytest.mark.parametrize("text", ["17O1991208850003", "1701O49908850003", "S701041208850003", "17010412088500B3"])
def test_letters_are_held_when_area_or_date_is_not_plausible_or_the_letter_is_no_digit(text):
    result = checked({"NIK": text})
    assert "nik_letters" in codes(result)
    assert record(result)["nik"] is None


@pytest.mark.parametrize(("text", "digits"), [("170104120885003", 15), ("17010412088500033", 17)])
def test_fifteen_or_seventeen_digits_are_held(text, digits):
    found = finding(checked({"NIK": text}), "nik_length")
    assert found["facts"] == {"digits": digits}


@pytest.mark.parametrize("text", ["1701043208850003", "1701041213850003", "1701043002850003", "1234567890123456"])
def test_an_impossible_date_inside_is_held(text):
    assert "nik_date_impossible" in codes(checked({"NIK": text}))


def test_the_serial_0000_is_held():
    assert codes(checked({"NIK": "1701041208850000"})) == ["nik_zero_serial"]


def test_a_column_of_text_in_which_nearly_all_end_in_zero_is_held():
    rows = [{"NIK": f"17010412088{50000 + number * 10}"} for number in range(1, 11)]
    result = checked(*rows)
    assert set(codes(result)) == {"nik_last_digit_lost"}
    assert set(result.records["state"]) == {"held"}


def test_one_nik_that_ends_in_zero_is_fine():
    assert codes(checked({"NIK": "1701041208850010"})) == []


def test_an_unknown_prefix_is_a_warning_only():
    result = checked({"NIK": "1701991208850003"})
    assert codes(result) == ["nik_prefix_unknown"]
    assert record(result)["state"] == "accepted"


def test_where_no_districts_are_known_the_regency_is_enough():
    assert codes(checked({"NIK": "9171011208850003"})) == []


def test_a_nik_equal_to_the_family_card_is_pointed_out():
    assert "nik_family_card" in codes(checked({"No KK": NIK}))


def test_a_number_with_a_day_of_issue_in_place_of_the_birth_date_looks_like_a_family_card():
    result = checked({"NIK": "1701041208150003"})
    assert "nik_family_card" in codes(result)
    assert "birth_date_nik_differs" in codes(result)


def test_a_sheet_without_a_nik_column_says_so_once_and_holds_all_rows():
    result = checked({}, {}, drop=["NIK"])
    (row,) = result.findings.filter(pl.col("code") == "nik_missing")["row"]
    assert row == 3
    assert set(result.records["state"]) == {"held"}


def test_no_finding_carries_a_nik_in_its_facts():
    rows = [{"NIK": text} for text in ("'" + NIK, "1701043208850003", "170104120885000", "17O1O412O885OOO4")]
    result = checked(*rows, {})
    assert not result.findings["facts"].str.contains(r"\d{10}").any()


def test_a_nip_of_18_digits_may_carry_spaces():
    result = checked({"NIP": "19850812 201001 1 003"})
    assert codes(result) == []
    assert record(result)["donor_nip"] == "198508122010011003"


def test_a_nip_in_a_number_cell_is_held():
    assert codes(checked({"NIP": ("198508122010011000", "n")})) == ["nip_numeric_cell"]
    assert codes(checked({"NIP": "1,98508E+17"})) == ["nip_numeric_cell"]


def test_a_nip_of_another_length_is_held():
    assert finding(checked({"NIP": "19850812201001100"}), "nip_length")["facts"] == {"digits": 17}


def test_a_nip_with_an_impossible_date_is_held():
    assert codes(checked({"NIP": "198513122010011003"})) == ["nip_date_impossible"]


def test_a_blank_nip_is_fine():
    assert codes(checked({"NIP": "-"})) == []


def test_a_membership_number_is_text_of_eleven_digits():
    result = checked({"No. KPJ": "01234567890"})
    assert codes(result) == []
    assert record(result)["kpj"] == "01234567890"


def test_a_membership_number_that_lost_its_zeros_is_held_with_a_proposal():
    found = finding(checked({"No. KPJ": ("1234567890", "n")}), "kpj_lost_zeros")
    assert (found["severity"], found["value"]) == ("hold", "01234567890")


def test_a_membership_number_of_another_length_is_held():
    assert codes(checked({"No. KPJ": "1234567"})) == ["kpj_length"]


@pytest.mark.parametrize("prefix", ["110101", "177101", "917101", "940101", "960101"])
def test_a_nik_of_any_province_survives_exactly(prefix):
    nik = prefix + "1208859003"
    result = checked({"NIK": nik}, world=context(nik_prefixes=frozenset({prefix})))
    assert record(result)["nik"] == nik
