"""Texts that nobody meant to write: marks that cannot be seen, cells that ran together, minus signs. All people are invented."""

from __future__ import annotations

import pytest
from intake_sheets import checked, codes, finding, record

from sertakan.intake.checks.lengths import LONGEST


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u00ad", "\ufeff"])
def test_marks_without_width_leave_nothing_behind(mark):
    result = checked({"Nama": f"{mark}Sup{mark}arman{mark}", "NIK": f"{mark}1701041208850003"})
    assert record(result)["name"] == "Suparman"
    assert record(result)["nik"] == "1701041208850003"
    assert record(result)["state"] == "accepted"


@pytest.mark.parametrize("gap", ["\x07", "\x0b", "\x1f", "\x9d", "\u00a0", "\u200b", "\n"])
def test_control_characters_are_gaps_between_words(gap):
    assert record(checked({"Nama": f"Siti{gap}Aminah"}))["name"] == "Siti Aminah"


@pytest.mark.parametrize(
    ("heading", "column", "text"),
    [
        ("Nama", "name", "Budi " * 60),
        ("Nama ASN", "donor_name", "Invented " * 30),
        ("Tempat Lahir", "birth_place", "Manna " * 30),
        ("Alamat", "address", "Jl. Merdeka " * 40),
    ],
)
def test_a_text_that_the_register_cannot_keep_whole_is_held_and_not_cut(heading, column, text):
    result = checked({heading: text})
    assert record(result)["state"] == "held"
    assert finding(result, "text_too_long")["column"] == column
    assert finding(result, "text_too_long")["facts"]["most"] == LONGEST[column]


def test_the_longest_text_is_kept():
    longest = f"Siti {'a' * 195}"
    assert "text_too_long" not in codes(checked({"Nama": longest, "Alamat": "x" * 300}))


def test_the_lengths_are_those_of_the_register():
    from sertakan.people.models import Person
    from sertakan.sponsorship.models import Donor, Sponsorship

    kept = {"donor_name": Donor._meta.get_field("name")} | {
        name: model._meta.get_field(name)
        for model, names in (
            (Person, LONGEST.keys() - {"donor_name", "work_place", "work_hours"}),
            (Sponsorship, ("work_place", "work_hours")),
        )
        for name in names
    }
    assert {name: field.max_length for name, field in kept.items()} == LONGEST


@pytest.mark.parametrize("text", ["-1", "- 3", "−3", "–3"])
def test_a_negative_number_of_months_is_no_number_of_months(text):
    result = checked({"Jumlah Bulan": text})
    assert record(result)["months"] is None
    assert finding(result, "months_unreadable")["severity"] == "hold"


@pytest.mark.parametrize("text", ["12 – 08 – 1985", "12—08—1985", "12−08−1985"])
def test_dates_with_long_dashes_are_dates(text):
    assert str(record(checked({"Tanggal Lahir": text}))["birth_date"]) == "1985-08-12"


@pytest.mark.parametrize("name", ['"Budi', "Budi 😀 Santoso"])
def test_signs_that_no_name_has_are_shown(name):
    assert "name_odd_characters" in codes(checked({"Nama": name}))


def test_a_ditto_mark_is_shown_as_it_was_written():
    result = checked({}, {"Tempat Lahir": "sda"})
    assert finding(result, "carried_down")["facts"]["raw"] == "sda"
