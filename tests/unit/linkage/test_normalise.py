"""Records made comparable."""

from __future__ import annotations

import polars as pl
import pytest

from sertakan.linkage import normalise
from sertakan.linkage.normalise import prepare, skeleton, sound, standard


def one(column: str, value: str | None, **others: str) -> dict[str, object]:
    frame = pl.DataFrame({"record_id": ["1"], column: [value], **{name: [text] for name, text in others.items()}})
    return prepare(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("DJOEMADIE", "JUMADI"), ("SOEHARTO", "SUHARTO"), ("TJAHJO", "CAHYO"), ("FITRY", "PITRI"), ("KHADIJAH", "HADIJAH"),
        ("ZAENUDIN", "ZAINUDDIN"), ("SYAFRUDDIN", "SAPRUDIN"), ("RACHMAD", "RAHMAT"), ("SUPRIADI", "SUPRIYADI"),
        ("QOMARIAH", "KOMARIYAH"), ("FATIMAH", "PATIMA"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_name_sound_the_same(left, right):
    assert sound(left) == sound(right)
    assert skeleton(left) == skeleton(right)


@pytest.mark.parametrize(
    ("left", "right"), [("RIZKI", "RIZAL"), ("HASAN", "HUSIN"), ("DEWI", "DEWA"), ("PUTRA", "PUTRI")]
)
def test_names_of_siblings_stay_apart(left, right):
    assert sound(left) != sound(right)


def test_variants_become_the_usual_form_and_real_names_stay_what_they_are():
    assert standard("MOCHAMAD") == "MUHAMMAD"
    assert standard("SAPUTRA") == "SAPUTRA"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("H. Ahmad Yani, S.Pd", "AHMAD YANI"), ("M. Rizki", "MUHAMMAD RIZKI"), ("Mohd. Risky", "MUHAMMAD RIZKI"),
        ("St. Aminah binti Yusuf", "SITI AMINAH YUSUF"), ("Sa'diah", "SADIAH"), ("Sri Rahayu II", "SRI RAHAYU"), ("Suparman", "SUPARMAN"),
    ],
)  # fmt: skip
def test_a_name_loses_titles_and_particles(written, expected):
    assert one("name", written)["c_name_text"].replace("SA DIAH", "SADIAH") == expected


def test_order_of_words_does_not_matter_and_initials_are_made():
    left, right = one("name", "Saputra Hendra"), one("name", "Hendra Saputra")
    assert left["c_name_set"] == right["c_name_set"]
    assert one("name", "Siti Aminah Putri")["c_name_stem"] == one("name", "Siti Aminah P.")["c_name_text"]
    assert one("name", "Suparman")["c_name_short"] is None


def test_the_given_name_is_the_first_word_that_tells_siblings_apart():
    assert one("name", "Muhammad Rizki Saputra")["c_name_given"] == sound("RIZKI")
    assert one("name", "Muhammad")["c_name_given"] == sound("MUHAMMAD")


@pytest.mark.parametrize(
    ("typed", "nik", "good"),
    [
        ("1701994107859003", "1701994107859003", True), ("'1701 9941 0785 9003", "1701994107859003", True),
        ("17O19941O7859003", "1701994107859003", True), ("170199410785900", "170199410785900", False),
        ("1,70199E+15", None, None), ("", None, None), ("0000000000000000", None, None), ("1701993213859003", "1701993213859003", False),
    ],
)  # fmt: skip
def test_a_number_is_cleaned_and_judged_but_never_guessed(typed, nik, good):
    row = one("nik", typed)
    assert (row["c_nik"], row["c_nik_good"]) == (nik, good)


def test_parts_of_a_number_survive_slips():
    row = one("nik", "1701994107859003")
    assert (row["c_nik_head"], row["c_nik_tail"], row["c_nik_serial"]) == ("170199410785", "4107859003", 9003)


@pytest.mark.parametrize(
    ("written", "birth", "swapped", "heaped"),
    [
        ("1985-07-04", "19850704", "19850407", False), ("04/07/1985", "19850704", "19850407", False),
        ("12 Pebruari 1985", "19850212", "19851202", False), ("1960", None, None, True), ("1960-12-31", "19601231", None, True),
        ("Manna, 12-08-85", "19850812", "19851208", False), ("1985-13-04", "19850413", None, False), ("-", None, None, None),
        ("19150304", "19150304", "19150403", False),
    ],
)  # fmt: skip
def test_birth_dates_as_people_write_them(written, birth, swapped, heaped):
    row = one("birth_date", written)
    assert (row["c_birth"], row["c_birth_swap"], row["c_birth_heaped"]) == (birth, swapped, heaped)


def test_a_swapped_date_meets_its_own():
    assert one("birth_date", "1985-07-04")["c_birth_sort"] == one("birth_date", "1985-04-07")["c_birth_sort"]


@pytest.mark.parametrize(
    ("written", "sex"), [("L", "L"), ("Laki-laki", "L"), ("PR", "P"), ("2", "P"), ("Wanita", "P"), ("?", None)]
)
def test_sex_in_many_words(written, sex):
    assert one("sex", written)["c_sex"] == sex


def test_a_missing_sex_stands_in_a_well_formed_number():
    assert one("sex", None, nik="1701994107859003")["c_sex"] == "P"


def test_a_village_has_parents_and_other_codes_are_nothing():
    row = one("area_code", "17.71.01.1004")
    assert (row["c_village"], row["c_district"], row["c_regency"]) == ("17.71.01.1004", "17.71.01", "17.71")
    assert one("area_code", "17.71")["c_district"] is None
    assert one("area_code", "Bengkulu")["c_regency"] is None


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("+62 844-1234-5678", "84412345678"),
        ("084412345678", "84412345678"),
        ("84412345678", "84412345678"),
        ("-", None),
        ("0000000000", None),
    ],
)
def test_phones_become_national_digits(written, phone):
    assert one("phone", written)["c_phone"] == phone


def test_addresses_lose_words_that_only_announce():
    assert one("address", "Jl. Melati No. 7 RT 003 RW 001")["c_address"] == "1 3 7 MELATI"


def test_bits_never_hide_a_common_word():
    left, right = one("name", "Siti Aminah"), one("name", "Aminah Putri")
    assert left["c_name_bits"] & right["c_name_bits"]
    assert bin(one("name", "Hasan")["c_name_letters"] ^ one("name", "Hasin")["c_name_letters"]).count("1") <= 2


def test_an_empty_list_keeps_its_columns():
    empty = pl.DataFrame(schema=dict.fromkeys(normalise.CANONICAL, pl.String))
    full = prepare(pl.DataFrame({name: ["x"] for name in normalise.CANONICAL}))
    assert prepare(empty).schema == full.schema
    assert prepare(empty).height == 0


def test_columns_that_are_not_there_give_no_comparison_columns():
    assert not [name for name in prepare(pl.DataFrame({"name": ["A"]})).columns if name.startswith("c_nik")]
