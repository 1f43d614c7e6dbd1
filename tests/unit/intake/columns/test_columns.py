"""Which column holds what: headings, parents, slips, content, answers, questions."""

from __future__ import annotations

import pytest
from intake_sheets import table

from sertakan.intake.columns import CANONICAL, ColumnMap, heading_keys, map_columns
from sertakan.intake.columns.headings import meaning_of, synonyms
from sertakan.intake.columns.model import TARGETS

NIKS = ["1701041208850003", "1701045208850007", "1701041208850009", "1701041208850011"]
NIPS = ["198508122010011003", "197508122005012001", "198008122006041002", "199008122015032005"]
PEOPLE = ["Suparman", "Dewi Kartika", "Rudi Hartono", "Siti Aminah"]


def mapped(headings, *rows, **how) -> ColumnMap:
    return map_columns(table(headings, rows), **how)


def where(found: ColumnMap) -> dict[str, int]:
    return {name: column.index for name, column in found.columns.items()}


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("No. KTP", "nik"), ("NIK/No KTP", "nik"), ("N I K", "nik"), ("NIK (16 digit)", "nik"), ("Nama Lengkap", "name"),
        ("Nama sesuai KTP", "name"), ("JK", "sex"), ("L/P", "sex"), ("Jns. Kelamin", "sex"), ("No HP/WA", "phone"), ("Telp.", "phone"),
        ("Pekerjaan", "occupation"), ("Jenis Pekerjaan", "occupation"), ("Penghasilan/bln", "income"), ("Upah", "income"),
        ("Dasar Upah", "dasar"), ("Nama ASN", "donor_name"), ("Nama Donatur", "donor_name"), ("NIP", "donor_nip"),
        ("Ibu Kandung", "mother_name"), ("Lokasi Bekerja", "work_place"), ("Jam Kerja", "work_hours"), ("No. KPJ", "kpj"),
        ("Tgl Persetujuan", "consent_date"), ("Ket.", "remark"), ("TTL", "birth_place_date"), ("Tempat/Tgl Lahir", "birth_place_date"),
        ("Tmp. Lahir", "birth_place"), ("Tgl. Lahir", "birth_date"), ("Alamat Rumah", "address"), ("Desa/Kel.", "area_village"),
        ("Kec.", "area_district"), ("Kab/Kota", "area_regency"), ("RT/RW", "rt_rw"), ("Sumber Dana", "funding"), ("E-mail", "email"),
        ("Bulan Mulai", "start_month"), ("Jml Bulan", "months"), ("Program", "programmes"), ("Sektor", "sector"),
        ("Pekerjaan ke-2", "occupation_2"), ("Full name", "name"), ("Date of birth", "birth_date"), ("National ID number", "nik"),
        ("Occupation", "occupation"), ("birth_date", "birth_date"), ("area_code", "area_code"), ("No. KK", "family_card"),
        ("Nama Pekerja Rentan", "name"), ("NIK Pekerja", "nik"), ("NIP ASN Penanggung", "donor_nip"), ("Alamat Tempat Kerja", "work_place"),
        ("Iuran", "ignore"), ("No", "ignore"), ("No. Urut", "ignore"), ("NIK ASN", "ignore"), ("No HP Donatur", "ignore"),
    ],
)  # fmt: skip
def test_headings_as_agencies_write_them_are_known(heading, target):
    assert meaning_of(heading).target == target


@pytest.mark.parametrize(
    ("heading", "target"), [("Jenis Pekerjan", "occupation"), ("Nama Lengkp", "name"), ("Kecamtan", "area_district")]
)
def test_a_slip_in_a_heading_is_forgiven(heading, target):
    meaning = meaning_of(heading)
    assert (meaning.target, meaning.by) == (target, "spelling")


@pytest.mark.parametrize(
    ("heading", "target"),
    [("Pekerja / Nama", "name"), ("ASN / Nama", "donor_name"), ("Donatur / NIP", "donor_nip"), ("Data Pekerja / NIK", "nik"),
     ("Alamat / Desa", "area_village"), ("Tempat Kerja / Alamat", "work_place"), ("ASN / No HP", "ignore")],
)  # fmt: skip
def test_the_heading_above_decides_whose_name_it_is(heading, target):
    meaning = meaning_of(heading)
    assert (meaning.target, meaning.by) == (target, "parent")


def test_a_slip_that_could_be_two_words_is_asked_about():
    (question,) = mapped(["Pekerjan"], ["nelayan"], ["x"]).questions
    assert set(question.candidates) >= {"occupation", "name"}


def test_unknown_headings_have_no_meaning():
    assert meaning_of("Warna Kesukaan") is None
    assert meaning_of("") is None


def test_every_synonym_means_something_known():
    assert set(synonyms().values()) <= TARGETS
    assert set(CANONICAL) <= set(synonyms().values())


def test_content_is_enough_where_headings_say_nothing():
    rows = list(
        zip(
            NIKS,
            PEOPLE,
            ["081271234567", "081311112222", "085211112222", "082211112222"],
            ["L", "P", "L", "P"],
            strict=True,
        )
    )
    found = mapped(["A", "Nama", "B", "C"], *rows)
    assert where(found) == {"nik": 0, "name": 1, "phone": 2, "sex": 3}
    assert found.columns["nik"].by == "content"


def test_eighteen_digits_are_a_nip_and_sixteen_a_nik():
    found = mapped(["X", "Y"], *zip(NIPS, NIKS, strict=True))
    assert where(found) == {"nik": 1, "donor_nip": 0}


def test_numbers_stored_as_floats_still_show_the_nik_column():
    found = mapped(["X"], *[[(f"{nik}", "n")] for nik in NIKS])
    assert where(found) == {"nik": 0}


def test_place_and_date_in_one_cell_are_seen_under_any_heading():
    cells = ["Manna, 12-08-1985", "Curup, 1 Mei 1990", "Bengkulu / 3/4/1988", "Tais 12.12.1977"]
    for heading in ("TTL", "Tempat Lahir", "Tanggal Lahir", "Kolom X"):
        found = mapped([heading], *[[cell] for cell in cells])
        assert found.combined is not None, heading
        assert found.combined.index == 0


def test_a_heading_for_both_with_dates_only_is_a_date():
    found = mapped(["TTL"], ["12-08-1985"], ["01-05-1990"])
    assert (found.combined, where(found)) == (None, {"birth_date": 0})


def test_a_column_of_small_numbers_under_a_word_for_months_is_their_number():
    assert where(mapped(["Periode"], ["3"], ["6"])) == {"months": 0}
    assert where(mapped(["Periode"], ["Desember 2026"], ["Januari 2027"])) == {"start_month": 0}


def test_two_names_are_told_apart_by_the_numbers_beside_them():
    rows = zip(PEOPLE, NIPS, reversed(PEOPLE), NIKS, strict=True)
    found = mapped(["Nama", "NIP", "Nama", "NIK"], *rows)
    assert where(found) == {"nik": 3, "name": 2, "donor_name": 0, "donor_nip": 1}
    assert found.questions == ()


def test_two_columns_with_one_meaning_are_asked_about():
    found = mapped(["Nama", "Nama"], ["Suparman", "Dewi"], ["Rudi", "Siti"])
    (question,) = found.questions
    assert (question.canonical, question.candidates) == ("name", ("nama", "nama#2"))
    assert "name" not in found.columns


def test_an_answer_settles_a_question_and_can_be_remembered():
    rows = (["Suparman", "Dewi"], ["Rudi", "Siti"])
    assert where(mapped(["Nama", "Nama"], *rows, answers={"nama#2": "name", "nama": "donor_name"})) == {
        "name": 1,
        "donor_name": 0,
    }
    again = mapped(["Nama", "Nama"], *rows, remembered={"nama#2": "name"})
    assert (again.columns["name"].index, again.columns["name"].by) == (1, "remembered")


def test_what_an_agency_said_before_wins_over_the_word():
    found = mapped(
        ["Kerja Apa", "Pekerjaan"], ["nelayan", "x"], remembered={"Kerja Apa": "occupation", "pekerjaan": "ignore"}
    )
    assert where(found) == {"occupation": 0}


def test_an_answer_that_means_nothing_is_left_aside():
    assert where(mapped(["NIK"], *[[nik] for nik in NIKS], remembered={"nik": "nonsense"})) == {"nik": 0}


def test_two_equal_columns_are_one():
    found = mapped(["NIK", "No KTP"], *[[nik, nik] for nik in NIKS])
    assert (where(found), found.questions) == ({"nik": 0}, ())


def test_the_filled_one_of_two_columns_is_taken():
    found = mapped(["NIK", "No KTP"], *[[None, nik] for nik in NIKS])
    assert where(found) == {"nik": 1}


def test_a_heading_that_its_content_contradicts_is_asked_about():
    found = mapped(["Nama"], *[[nik] for nik in NIKS])
    (question,) = found.questions
    assert (question.canonical, question.column, question.candidates) == (None, "c0", ("nik", "name"))


def test_a_needed_column_is_asked_for_when_texts_are_left():
    found = mapped(["NIK", "Siapa"], *zip(NIKS, PEOPLE, strict=True))
    assert [question.canonical for question in found.questions] == ["name", "occupation"] or found.questions[
        0
    ].canonical == "name"


def test_a_clear_sheet_asks_nothing_and_names_what_it_left_aside():
    headings = ["No", "NIK", "Nama", "Pekerjaan", "Iuran", "Warna"]
    found = mapped(
        headings,
        *[
            [str(at), nik, name, "nelayan", "16800", None]
            for at, (nik, name) in enumerate(zip(NIKS, PEOPLE, strict=True))
        ],
    )
    assert found.questions == ()
    assert [column.heading for column in found.unmapped] == ["No", "Iuran", "Warna"]


def test_parts_of_a_place_are_parts():
    found = mapped(["Desa", "Kecamatan", "Kabupaten", "RT", "RW"], ["Sukarami", "Selebar", "Bengkulu", "1", "2"])
    assert set(found.parts) == {"area_village", "area_district", "area_regency", "rt", "rw"}


def test_equal_headings_get_their_number():
    assert heading_keys(("Nama", "NAMA ", "", "No. KTP")) == ("nama", "nama#2", "c2", "no ktp")


def test_a_map_can_be_stored():
    import json

    assert json.loads(json.dumps(mapped(["NIK", "Nama", "Nama"], ["1", "a", "b"]).as_json()))["questions"]


def test_an_empty_sheet_maps_by_its_headings():
    assert where(mapped(["NIK", "Nama"])) == {"nik": 0, "name": 1}
