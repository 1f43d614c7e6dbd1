"""What is handed out about a file: no identity number in the open unless somebody asks and says why."""

from __future__ import annotations

import json
from datetime import date

import pytest
import time_machine
from invented_lists import HEADINGS, line, nik

from sertakan.programme.report import mask_text, report


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel(date(2026, 11, 23), tick=True):
        yield


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("NIK istri 1771021203859001", "NIK istri ************9001"),
        ("1771021203859001/1771021203859002", "****************/************9002"),
        ("KTP 177102 120385 9001 ada", "KTP ****** ****** 9001 ada"),
        ("NIP 198001012005011001", "NIP **************1001"),
        ("17710212038590", "17710212038590"),
        ("Jl. Merdeka 12, HP 081234567890", "Jl. Merdeka 12, HP 081234567890"),
        (None, None),
    ],
)
def test_identity_numbers_inside_other_texts_are_hidden(text, shown):
    assert mask_text(text) == shown


@pytest.mark.usefixtures("reference")
def test_numbers_in_the_wrong_cells_are_masked_too(hand_in):
    number = nik(9001)
    content = "\n".join(
        [
            f"{HEADINGS};Keterangan;Alamat",
            f"{line(9001, name=f'Budi {number}')};NIK istri {number[:6]} {number[6:12]} {number[12:]};KTP {number}",
            f"{line(9002, work=number)};;",
        ]
    )
    file = hand_in(content.encode())
    masked = json.dumps(report(file, unchanged=False, with_rows=True), default=str)
    whole = json.dumps(report(file, unchanged=False, with_rows=True, unmasked=True), default=str)
    assert number in whole
    assert number not in masked
    assert number[6:12] not in masked


@pytest.mark.usefixtures("reference")
def test_the_raw_text_of_a_ditto_is_what_was_written(hand_in):
    file = hand_in(f"{HEADINGS}\n{line(9001)}\n{line(9002, work='sda')}\n".encode())
    (carried,) = [found for found in report(file, unchanged=False)["findings"] if found["code"] == "carried_down"]
    assert (carried["raw"], carried["value"]) == ("sda", "tukang-ojek")


@pytest.mark.usefixtures("reference")
def test_a_cell_that_swallowed_a_file_is_held_and_the_rest_is_taken(hand_in):
    from sertakan.core.scope import SYSTEM
    from sertakan.programme import files

    file = hand_in(f"{HEADINGS}\n{line(9001, name='Budi ' * 20_000)}\n{line(9002)}\n".encode())
    _, done = files.accept(file_id=file.pk, actor=SYSTEM)
    assert done.rows == 1


@pytest.mark.usefixtures("reference")
def test_pasted_bytes_that_are_no_text_are_refused_in_words(hand_in):
    from sertakan.intake.errors import ReadingError

    with pytest.raises(ReadingError):
        hand_in(b"\xff\xfe\x00", name="tempelan.tempelan")


@pytest.mark.usefixtures("reference")
def test_a_choice_for_the_whole_file_reaches_rows_that_passed_already(hand_in):
    from sertakan.core.scope import SYSTEM
    from sertakan.programme import files

    file = hand_in(f"{HEADINGS}\n{line(9001)}\n{line(9002)}\n".encode())
    files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, 2): {"funding": "zakat"}})
    file = files.answer(file_id=file.pk, actor=SYSTEM, defaults={"funding": "apbd"})
    shown = report(file, unchanged=False, with_rows=True)["records"]
    assert [(row["row"], row["funding"]) for row in shown] == [(2, "zakat"), (3, "apbd")]
