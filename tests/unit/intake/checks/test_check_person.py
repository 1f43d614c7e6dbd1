"""Name, birth date, sex and phone."""

from __future__ import annotations

from datetime import date

import pytest
from intake_sheets import checked, codes, finding, record

BORN = date(1985, 8, 12)


def born(text, kind="s", **other):
    return checked({"Tanggal Lahir": (text, kind) if text else None, **other})


@pytest.mark.parametrize(
    ("text", "name", "titles"),
    [
        ("H. Ahmad Yani, S.Pd", "Ahmad Yani", "H., S.Pd"),
        ("Hj Siti Aminah", "Siti Aminah", "Hj"),
        ("Dr. H. Zainal Abidin, S.H., M.Si", "Zainal Abidin", "Dr. H., S.H., M.Si"),
        ("Drs. Herman", "Herman", "Drs."),
        ("Budi Santoso S.Pd.I", "Budi Santoso", "S.Pd.I"),
        ("Rina Lestari, SE", "Rina Lestari", "SE"),
        ("Ir. Joko", "Joko", "Ir."),
        ("Ibu Dewi", "Dewi", "Ibu"),
    ],
)
def test_titles_go_into_their_own_field(text, name, titles):
    result = checked({"Nama": text})
    assert codes(result) == ["titles_stripped"]
    assert (record(result)["name"], record(result)["titles"]) == (name, titles)


@pytest.mark.parametrize(
    "name",
    ["Suparman", "M. Rizki", "R. Suparta", "Ra'uf Hidayat", "Siti binti Ali", "A. H. Nasution", "Hendra Saputra", "Prawira Sej",
     "Irma Yuni", "Hadi", "Ustaman", "Nyoman", "Tn Ali".replace("Tn ", ""), "Prof", "Serly Se"],
)  # fmt: skip
def test_names_in_good_order_stay_as_they_are(name):
    result = checked({"Nama": name})
    assert codes(result) == []
    assert record(result)["name"] == name


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("Siti Aminah (janda)", "Siti Aminah", "janda"),
        ("Dewi Sari/istri", "Dewi Sari", "istri"),
        ("a.n. Rudi", "Rudi", None),
    ],
)
def test_notes_are_cut_out_of_the_name(text, name, note):
    result = checked({"Nama": text})
    assert record(result)["name"] == name
    assert record(result)["name_note"] == note
    assert ("name_note_cut" in codes(result)) == (note is not None)


@pytest.mark.parametrize("text", ["Budi/Alm", "Budi (Alm)", "Alm. Budi", "Budi Almarhum", "Almh Siti", "Budi, alm."])
def test_a_worker_who_has_died_is_held(text):
    result = checked({"Nama": text})
    assert "worker_deceased" in codes(result)
    assert record(result)["state"] == "held"
    assert record(result)["name"] in {"Budi", "Siti"}


def test_a_remark_that_the_worker_has_died_holds_the_row():
    assert finding(checked({"Ket.": "sudah meninggal"}), "worker_deceased")["column"] == "remark"


@pytest.mark.parametrize("name", ["Salma", "Almira Putri", "Halim", "Kamaludin"])
def test_names_that_only_contain_alm_are_alive(name):
    assert codes(checked({"Nama": name})) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("SITI AMINAH", "Siti Aminah"), ("siti aminah", "Siti Aminah"), ("SITI aminah", "Siti Aminah"), ("M. RIZKI", "M. Rizki"),
     ("ZAINAL BIN ALI", "Zainal bin Ali"), ("NU'MAN", "Nu'man")],
)  # fmt: skip
def test_capitals_are_tidied_and_shown(text, name):
    result = checked({"Nama": text})
    assert codes(result) == ["name_case"]
    assert record(result)["name"] == name


def test_a_big_sheet_in_capitals_gets_one_finding():
    result = checked(*[{"Nama": "SITI AMINAH"} for _ in range(60)])
    assert finding(result, "name_case")["facts"] == {"scope": "sheet", "rows": 60}


@pytest.mark.parametrize("text", [None, "-", "...", "12345", "#REF!"])
def test_a_name_without_letters_is_held(text):
    assert "name_missing" in codes(checked({"Nama": text}))


def test_an_error_cell_is_no_name():
    assert "name_missing" in codes(checked({"Nama": ("#N/A", "e")}))


def test_digits_in_a_name_are_a_warning():
    assert codes(checked({"Nama": "Budi 2"})) == ["name_has_digits"]


def test_unusual_signs_in_a_name_are_a_warning():
    result = checked({"Nama": "Budi/Ani"})
    assert codes(result) == ["name_odd_characters"]
    assert record(result)["name"] == "Budi/Ani"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("12-08-1985", "s", None), ("12/08/1985", "s", None), ("12.08.1985", "s", None), ("1985-08-12", "s", None),
        ("1985-08-12", "d", None), ("12 - 8 - 1985", "s", None), ("12 08 1985", "s", None),
        ("12 Agustus 1985", "s", "birth_date_words"), ("12 agt 1985", "s", "birth_date_words"), ("12-Aug-1985", "s", "birth_date_words"),
        ("Senin, 12 Agustus 1985", "s", "birth_date_words"), ("12 Agustsu 1985", "s", "birth_date_words"),
        ("12-Agt-85", "s", "birth_date_short_year"), ("12/08/85", "s", "birth_date_short_year"),
        ("19850812", "s", "birth_date_compact"), ("12081985", "s", "birth_date_compact"), ("12081985", "n", "birth_date_compact"),
        ("31271", "s", "birth_date_serial"), ("31271", "n", "birth_date_serial"), ("31271.0", "n", "birth_date_serial"),
        ("08/12/1985", "s", "birth_date_swapped"), ("1985-12-08", "d", "birth_date_swapped"),
        ("1985", "s", "birth_date_from_year"), (None, "s", "birth_date_from_nik"),
    ],
)  # fmt: skip
def test_birth_dates_are_read_as_people_write_them(text, kind, code):
    result = born(text, kind)
    assert codes(result) == ([code] if code else [])
    assert record(result)["birth_date"] == BORN


def test_a_date_that_can_only_be_month_first_is_turned():
    result = born("08/25/1985", NIK="1701042508850003")
    assert codes(result) == ["birth_date_order"]
    assert record(result)["birth_date"] == date(1985, 8, 25)


@pytest.mark.parametrize(("text", "month"), [("12 Pebruari 1985", 2), ("12 Nopember 1985", 11), ("12 Des 1985", 12)])
def test_old_spellings_of_months_are_known(text, month):
    assert record(born(text))["birth_date"] == date(1985, month, 12)


def test_when_the_nik_agrees_with_neither_order_the_day_stands_first_and_the_nik_warns():
    result = born("03/04/1985")
    assert codes(result) == ["birth_date_nik_differs"]
    assert record(result)["birth_date"] == date(1985, 4, 3)


@pytest.mark.parametrize("text", ["dua belas", "12 Agustus", "12/08", "12 Xyz 1985"])
def test_an_unreadable_birth_date_is_held_with_the_proposal_of_the_nik(text):
    (found,) = [f for f in born(text).findings.to_dicts() if f["severity"] == "hold"]
    assert found["code"] in {"birth_date_unreadable", "birth_date_from_nik"}
    assert found["value"] == "1985-08-12"


@pytest.mark.parametrize("text", ["31/02/1985", "12-08-2099", "12-08-1885", "00/00/0000"])
def test_an_impossible_birth_date_is_held(text):
    assert "birth_date_impossible" in codes(born(text))


def test_a_year_that_is_not_that_of_the_nik_is_held():
    assert codes(born("1960")) == ["birth_date_year_only"]


def test_a_blank_date_is_held_when_the_nik_cannot_decide_the_century():
    result = born(None, NIK="1701041208200003")
    assert "birth_date_missing" in codes(result)


def test_a_sheet_without_birth_dates_takes_them_from_the_nik_and_says_so_once():
    result = checked({}, {}, drop=["Tanggal Lahir"])
    assert codes(result) == ["birth_date_from_nik"]
    assert result.records["birth_date"].to_list() == [BORN, BORN]


def test_sixty_five_on_the_day_of_checking_is_too_old():
    result = born("23-11-1961", NIK="1701042311610003")
    assert finding(result, "age_limit")["facts"] == {"age": 65, "limit": 65}
    assert codes(born("24-11-1961", NIK="1701042411610003")) == []


def test_under_eighteen_is_a_warning():
    assert codes(born("24-11-2008", NIK="1701042411080003")) == ["under_age"]
    assert codes(born("23-11-2008", NIK="1701042311080003")) == []


def test_birth_dates_that_heap_on_the_last_of_december_are_not_flagged():
    assert codes(born("31/12/1970", NIK="1701043112700003")) == []


def test_place_and_date_in_one_cell_are_two_things():
    rows = [{"TTL": "Manna, 12-08-1985"}, {"TTL": "Kota Bengkulu / 12 Agustus 1985"}]
    result = checked(*rows, drop=["Tempat Lahir", "Tanggal Lahir"])
    assert result.records["birth_place"].to_list() == ["Manna", "Kota Bengkulu"]
    assert result.records["birth_date"].to_list() == [BORN, BORN]
    assert codes(result, row=4) == []


@pytest.mark.parametrize("text", ["L", "l", "LK", "Laki-laki", "laki laki", "Pria", "M"])
def test_words_for_men_are_known(text):
    result = checked({"Jenis Kelamin": text})
    assert (codes(result), record(result)["sex"]) == ([], "L")


@pytest.mark.parametrize("text", ["P", "PR", "Perempuan", "Wanita", "F"])
def test_a_sex_other_than_in_the_nik_is_a_warning(text):
    result = checked({"Jenis Kelamin": text})
    assert (codes(result), record(result)["sex"]) == (["sex_nik_differs"], "P")


@pytest.mark.parametrize("cell", ["1", ("1", "n"), ("1.0", "n")])
def test_the_code_1_is_shown_as_a_repair(cell):
    result = checked({"Jenis Kelamin": cell})
    assert (codes(result), record(result)["sex"]) == (["sex_code"], "L")


def test_a_blank_sex_is_taken_from_the_nik():
    result = checked({"Jenis Kelamin": None, "NIK": "1701045208850003"})
    assert (codes(result), record(result)["sex"]) == (["sex_from_nik"], "P")


def test_a_sex_that_cannot_be_read_is_a_warning_with_that_of_the_nik():
    result = checked({"Jenis Kelamin": "xyz"})
    assert (codes(result), record(result)["sex"]) == (["sex_unreadable"], "L")


@pytest.mark.parametrize(
    ("text", "code"),
    [("081271234567", None), ("+62 812-7123-4567", None), ("62812 7123 4567", None), ("0812.7123.4567", None),
     ("(0812) 71234567", None), ("81271234567", "phone_zero_missing"), ("081271234567 / 081311112222", "phone_first_of_several")],
)  # fmt: skip
def test_phones_become_e164(text, code):
    result = checked({"No HP": text})
    assert codes(result) == ([code] if code else [])
    assert record(result)["phone"] == "+6281271234567"


def test_a_phone_in_a_number_cell_gets_its_zero_back():
    result = checked({"No HP": ("81271234567", "n")})
    assert (codes(result), record(result)["phone"]) == (["phone_zero_missing"], "+6281271234567")


@pytest.mark.parametrize("text", ["0812", "tidak punya", "8,12E+10", "123456789012345678"])
def test_an_unreadable_phone_is_a_warning_and_not_kept(text):
    result = checked({"No HP": text})
    assert (codes(result), record(result)["phone"]) == (["phone_unreadable"], None)


def test_a_missing_phone_is_a_warning():
    assert codes(checked({"No HP": "-"})) == ["phone_missing"]
    assert codes(checked({}, {}, drop=["No HP"])) == ["phone_missing"]


def test_an_unreadable_mail_address_is_a_warning():
    assert codes(checked({"Email": "siapa@"})) == ["email_unreadable"]
    assert record(checked({"Email": "Siapa@Contoh.ID"}))["email"] == "siapa@contoh.id"
