"""Areas inside their parents; words for work and their sector."""

from __future__ import annotations

import pytest
from intake_sheets import OCCUPATIONS, checked, codes, context, finding, record

PASAR_BAWAH = "17.01.04.1001"


def placed(village, district=None, regency=None, **other):
    return checked({"Desa/Kelurahan": village, "Kecamatan": district, "Kabupaten": regency, "Alamat": None, **other})


@pytest.mark.parametrize(
    ("village", "district", "regency", "code"),
    [
        ("Pasar Bawah", "Pasar Manna", "Bengkulu Selatan", PASAR_BAWAH),
        ("Kel. Pasar Bawah", "Kec. Pasar Manna", "Kab. Bengkulu Selatan", PASAR_BAWAH),
        ("Ps. Bawah", "Ps. Manna", "Bkl Selatan", PASAR_BAWAH),
        ("Pasar Bawah", None, "BS", PASAR_BAWAH),
        ("PASAR BAWAH", None, None, PASAR_BAWAH),
        ("Sp. Tiga", "Pasar Manna", None, "17.01.04.2003"),
        ("Tj. Agung", "Kedurang", None, "17.01.01.2007"),
        ("Keban Agung 2", "Kedurang", None, "17.01.01.2006"),
        ("Pd. Kuas", "Sukaraja", "Seluma", "17.05.01.2002"),
        ("Bumi Ayu", "Selebar", "Kota Bengkulu", "17.71.01.1004"),
        ("Bumi Ayu", "Selebar", "Kodya Bengkulu", "17.71.01.1004"),
        ("Sukarami", None, "Seluma", "17.05.01.2001"),
        (None, "Kedurang", None, "17.01.01"),
        (None, None, "Bengkulu Selatan", "17.01"),
        ("Desa Sukarami Kec. Selebar", None, None, "17.71.01.1001"),
        ("Sukarami, Selebar, Kota Bengkulu", None, None, "17.71.01.1001"),
    ],
)
def test_a_place_is_found_inside_its_parents(village, district, regency, code):
    result = placed(village, district, regency)
    assert codes(result) == []
    assert record(result)["area_code"] == code


def test_a_village_name_in_two_places_is_held_with_both_and_their_parents():
    result = placed("Sukarami")
    found = finding(result, "area_ambiguous")
    assert found["severity"] == "hold"
    assert {(c["code"], c["parents"]) for c in found["facts"]["candidates"]} == {
        ("17.71.01.1001", "Kec. Selebar, Kota Bengkulu"),
        ("17.05.01.2001", "Kec. Sukaraja, Kabupaten Seluma"),
    }


def test_an_answer_about_a_place_settles_it():
    answers = {("area_code", "Sukarami"): "17.05.01.2001"}
    result = checked(
        {"Desa/Kelurahan": "SUKARAMI", "Kecamatan": None, "Kabupaten": None}, world=context(value_answers=answers)
    )
    assert codes(result) == []
    assert record(result)["area_code"] == "17.05.01.2001"


def test_a_section_row_names_the_district():
    result = checked({"Desa/Kelurahan": "Sukarami"}, drop=["Kecamatan", "Kabupaten"], sections=["Kecamatan Selebar"])
    assert codes(result) == []
    assert record(result)["area_code"] == "17.71.01.1001"


def test_the_name_of_the_sheet_names_the_village_or_the_district():
    drop = ["Desa/Kelurahan", "Kecamatan", "Kabupaten", "Alamat"]
    assert record(checked({}, drop=drop, sheet="Pasar Bawah"))["area_code"] == PASAR_BAWAH
    assert (
        record(checked({"Desa/Kelurahan": "Sukarami"}, drop=drop[1:], sheet="Kec. Selebar"))["area_code"]
        == "17.71.01.1001"
    )


def test_a_spelling_slip_inside_a_known_district_is_repaired():
    result = placed("Simpang Tigaa", "Pasar Manna")
    found = finding(result, "area_spelling")
    assert (found["value"], record(result)["area_code"]) == ("17.01.04.2003", "17.01.04.2003")


def test_a_less_certain_slip_is_proposed_and_only_the_district_is_taken():
    result = placed("Bumi Ayo", "Selebar")
    found = finding(result, "area_proposed")
    assert (found["severity"], found["value"]) == ("warning", "17.71.01.1004")
    assert record(result)["area_code"] == "17.71.01"


def test_an_unknown_village_keeps_its_words_in_the_address():
    result = placed("Negeri Entah", "Selebar", Alamat="Jl. Mawar 2")
    assert codes(result) == ["area_unknown"]
    assert record(result)["area_code"] == "17.71.01"
    assert record(result)["address"] == "Jl. Mawar 2, Negeri Entah, Kec. Selebar"


def test_a_village_in_another_district_than_written_is_told():
    result = placed("Padang Kuas", "Seluma", "Seluma")
    found = finding(result, "area_parent_differs")
    assert found["facts"]["candidates"][0]["code"] == "17.05.01.2002"
    assert record(result)["area_code"] == "17.05.02"


def test_no_place_at_all_is_a_warning():
    assert codes(placed(None)) == ["area_missing"]
    drop = ["Desa/Kelurahan", "Kecamatan", "Kabupaten", "Alamat"]
    assert finding(checked({}, {}, drop=drop), "area_missing")["facts"]["scope"] == "sheet"


@pytest.mark.parametrize("text", ["17.01.04.1001", "1701041001"])
def test_a_code_is_a_place(text):
    drop = ["Desa/Kelurahan", "Kecamatan", "Kabupaten"]
    assert record(checked({"Kode Wilayah": text}, drop=drop))["area_code"] == PASAR_BAWAH


def test_an_address_that_names_its_village_is_enough():
    drop = ["Desa/Kelurahan", "Kecamatan", "Kabupaten"]
    result = checked({"Alamat": "Jl. Merdeka No 3 RT 02, Desa Padang Kuas Kec. Sukaraja"}, drop=drop)
    assert codes(result) == []
    assert record(result)["area_code"] == "17.05.01.2002"


def test_an_address_that_names_no_place_is_a_warning():
    drop = ["Desa/Kelurahan", "Kecamatan", "Kabupaten"]
    assert codes(checked({"Alamat": "belakang masjid"}, drop=drop)) == ["area_unknown"]


def test_neighbourhood_numbers_join_the_address():
    assert record(checked({"RT": "3", "RW": ("1", "n")}))["address"] == "Jl. Merdeka 1 RT 3 RW 1"


def test_a_neighbourhood_number_that_became_a_date_is_not_used():
    result = checked({"RT/RW": ("2026-01-03", "d")})
    assert codes(result) == ["rt_rw_is_date"]
    assert record(result)["address"] == "Jl. Merdeka 1"


def test_an_unknown_area_of_work_is_a_warning():
    assert codes(checked({"Wilayah Kerja": "Negeri Entah"})) == ["work_area_unknown"]
    assert record(checked({"Wilayah Kerja": "Kec. Kedurang"}))["work_area_code"] == "17.01.01"


@pytest.mark.parametrize(
    ("text", "code"),
    [("nelayan", "nelayan"), ("NELAYAN", "nelayan"), ("Petani", "petani-padi"), ("ART", "asisten-rumah-tangga"),
     ("Buka Warung", "warung"), ("supir truk", "sopir-truk"), ("Sopir Truk", "sopir-truk"), ("tukang-ojek", "tukang-ojek")],
)  # fmt: skip
def test_field_words_become_codes(text, code):
    result = checked({"Pekerjaan": text})
    assert codes(result) == []
    assert record(result)["occupation"] == code


def test_transport_work_has_the_transport_sector():
    assert record(checked({"Pekerjaan": "tukang ojek"}))["sector"] == "transport"
    assert record(checked({"Pekerjaan": "nelayan"}))["sector"] == "other"


@pytest.mark.parametrize("text", ["sopir", "Supir", "driver", "SOPIR"])
def test_a_bare_driver_is_held_and_asked(text):
    found = finding(checked({"Pekerjaan": text}), "occupation_ambiguous")
    assert found["severity"] == "hold"
    assert {"sopir-angkot", "sopir-truk", "sopir-pribadi"} <= {c["code"] for c in found["facts"]["candidates"]}


def test_a_bare_driver_with_a_sector_is_not_asked():
    transport = record(checked({"Pekerjaan": "sopir", "Sektor": "transportasi"}))
    other = record(checked({"Pekerjaan": "sopir", "Sektor": "lainnya"}))
    assert (transport["occupation"], transport["sector"], transport["state"]) == (
        "sopir-angkot",
        "transport",
        "accepted",
    )
    assert (other["occupation"], other["sector"], other["state"]) == ("sopir-pribadi", "other", "accepted")


@pytest.mark.parametrize(("setting", "sector"), [(None, "other"), (False, "other"), (True, "transport")])
def test_a_private_driver_follows_the_setting(setting, sector):
    world = context(settings={"private_driver_is_transport": setting})
    result = checked({"Pekerjaan": "Supir Pribadi"}, world=world)
    assert (codes(result), record(result)["sector"]) == ([], sector)


def test_a_private_driver_that_the_table_does_not_know_is_held():
    import polars as pl

    rows = [row for row in OCCUPATIONS if row[0] != "sopir-pribadi"]
    occupations = pl.DataFrame(rows, schema=["code", "term", "synonyms", "transport"], orient="row")
    assert record(checked({"Pekerjaan": "sopir pribadi"}, world=context(occupations=occupations)))["state"] == "held"


def test_an_answer_about_a_word_settles_it():
    world = context(value_answers={("occupation", "sopir"): "sopir-truk"})
    result = checked({"Pekerjaan": "Sopir"}, world=world)
    assert (codes(result), record(result)["occupation"]) == ([], "sopir-truk")


def test_an_unknown_word_is_held_with_at_most_three_proposals():
    found = finding(checked({"Pekerjaan": "tukang cuki baju"}), "occupation_unknown")
    assert found["severity"] == "hold"
    assert 1 <= len(found["facts"]["candidates"]) <= 3


def test_a_slip_in_a_word_is_repaired():
    result = checked({"Pekerjaan": "asisten rumah tanga"})
    assert (codes(result), record(result)["occupation"]) == (["occupation_spelling"], "asisten-rumah-tangga")


def test_two_kinds_of_work_in_one_cell_are_separated():
    result = checked({"Pekerjaan": "nelayan / buruh tani"})
    assert codes(result) == ["occupation_split"]
    assert (record(result)["occupation"], record(result)["occupation_2"]) == ("nelayan", "buruh-tani")


def test_more_than_two_kinds_of_work_are_a_warning():
    result = checked({"Pekerjaan": "nelayan, buruh tani, tukang ojek"})
    assert set(codes(result)) == {"occupation_split", "occupation_too_many"}


def test_an_unknown_second_occupation_is_a_warning():
    assert codes(checked({"Pekerjaan 2": "xyz"})) == ["occupation_2_unknown"]
    assert record(checked({"Pekerjaan 2": "buruh tani"}))["occupation_2"] == "buruh-tani"


def test_a_blank_occupation_is_held():
    assert codes(checked({"Pekerjaan": None})) == ["occupation_missing"]


def test_a_sheet_without_occupations_says_so_once():
    result = checked({}, {}, drop=["Pekerjaan"])
    assert codes(result) == ["occupation_missing"]
    assert set(result.records["state"]) == {"held"}


def test_a_sector_that_is_not_that_of_the_work_is_a_warning():
    result = checked({"Sektor": "transportasi"})
    assert (codes(result), record(result)["sector"]) == (["sector_differs"], "transport")


def test_a_sector_that_cannot_be_read_is_a_warning():
    result = checked({"Sektor": "xyz"})
    assert (codes(result), record(result)["sector"]) == (["sector_unreadable"], "other")
