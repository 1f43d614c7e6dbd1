"""Text from a chat becomes rows; a line is either part of a row or noted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.intake.errors import EmptyFile, NoTable, ReadingError
from sertakan.intake.reading import SheetTable, read_pasted

A, B = "1771014508859001", "1771011207809002"


def read(text: str) -> SheetTable:
    (table,) = read_pasted(text).sheets
    return table


def records(text: str) -> list[dict[str, str]]:
    table = read(text)
    return [
        {heading: value for heading, value in zip(table.headings, row, strict=True) if value}
        for row in table.cells.rows()
    ]


def test_one_person_per_line() -> None:
    text = f"1. Siti Aminah {A} 081200000001\n2. Budi Hartono {B} +62 812-0000-0002\n3. Joko"
    assert records(text) == [
        {"Nama": "Siti Aminah", "NIK": A, "HP": "081200000001"},
        {"Nama": "Budi Hartono", "NIK": B, "HP": "+62 812-0000-0002"},
        {"Nama": "Joko"},
    ]
    assert read(text).rows.to_list() == [1, 2, 3]
    assert read(text).header_row == 0


def test_labelled_blocks() -> None:
    text = f"Nama : Siti Aminah\nNIK: {A}\nNo HP = 081200000001\nPekerjaan: petani\n\nNama: Budi\nNIK: {B}\nTgl lahir: 12 Juli 1980"
    assert records(text) == [
        {"Nama": "Siti Aminah", "NIK": A, "No HP": "081200000001", "Pekerjaan": "petani"},
        {"Nama": "Budi", "NIK": B, "Tgl lahir": "12 Juli 1980"},
    ]
    assert read(text).rows.to_list() == [1, 6]


def test_labels_on_one_line() -> None:
    assert records(f"1. Nama: Siti Aminah / NIK: {A} / HP: 0812-0000-0001") == [
        {"Nama": "Siti Aminah", "NIK": A, "HP": "0812-0000-0001"}
    ]


def test_blocks_without_a_blank_line_between() -> None:
    assert [r["Nama"] for r in records(f"Nama: Ani\nNIK: {A}\nNama: Budi\nNIK: {B}")] == ["Ani", "Budi"]


def test_exported_chat() -> None:
    text = (
        f"[12/08/26 10.15] Ani: Assalamualaikum pak, berikut datanya\n[12/08/26 10.16] Ani: Siti Aminah {A}\n"
        f"12/08/26 10.17 - Budi: Budi Hartono, {B}, 081200000002\n[12/08/26, 10:18:01] Ani: <Media tidak disertakan>"
    )
    table = read(text)
    assert records(text) == [
        {"Nama": "Siti Aminah", "NIK": A},
        {"Nama": "Budi Hartono", "NIK": B, "HP": "081200000002"},
    ]
    assert table.rows.to_list() == [2, 3]
    assert [(note.code, note.rows) for note in table.notes] == [("chat_rows", (1, 4))]


def test_name_and_number_on_lines_of_their_own() -> None:
    text = f"Siti Aminah\n{A}\n081200000001\nBudi Hartono\n{B}\n"
    assert records(text) == [
        {"Nama": "Siti Aminah", "NIK": A, "HP": "081200000001"},
        {"Nama": "Budi Hartono", "NIK": B},
    ]


def test_dates_sex_and_the_rest() -> None:
    assert records(f"- Siti Aminah, {A}, P, 05-08-1985, pedagang sayur, Desa Gunung Ayu") == [
        {
            "Nama": "Siti Aminah",
            "NIK": A,
            "L/P": "P",
            "Tgl Lahir": "05-08-1985",
            "Keterangan": "pedagang sayur, Desa Gunung Ayu",
        }
    ]


@pytest.mark.parametrize(
    "written",
    [
        "177101450885900",
        "17710145088590011",
        "1771 0145 0885 9001",
        "177101-450885-9001",
        "1771.0145.0885.9001",
        "17710145O88590Ol",
    ],
)
def test_faulty_niks_are_taken_as_written(written: str) -> None:
    assert records(f"1. Siti Aminah {written} 081200000001") == [
        {"Nama": "Siti Aminah", "NIK": written, "HP": "081200000001"}
    ]


def test_nip_of_18_digits() -> None:
    assert records(f"1. Siti Aminah {A} 198001012005011001")[0]["NIP"] == "198001012005011001"


def test_sections() -> None:
    table = read(f"Kecamatan Manna:\n1. Ani {A}\nKecamatan Pino\n1. Budi {B}")
    assert table.sections.to_list() == ["Kecamatan Manna", "Kecamatan Pino"]


def test_copy_out_of_a_sheet() -> None:
    table = read(f"No\tNIK\tNama\tHP\n1\t{A}\tSiti Aminah\t0812\n2\t{B}\tBudi\t\n")
    assert table.headings == ("No", "NIK", "Nama", "HP")
    assert table.rows.to_list() == [2, 3]
    table = read(f"{A}\tSiti Aminah\t0812\n{B}\tBudi\t0813")
    assert table.headings == ("", "", "")
    assert table.cells.rows()[0] == (A, "Siti Aminah", "0812")


def test_nothing_to_read() -> None:
    with pytest.raises(EmptyFile):
        read_pasted(" \n\n")
    with pytest.raises(NoTable):
        read_pasted("Selamat pagi bapak ibu\nterima kasih")


WORDS = st.sampled_from([A, B, "0812345678", "Siti", "Aminah", "Nama:", "NIK:", "HP :", "1.", "-", "L", "P", "12-08-1985", "Kecamatan Manna", "[12/08/26 10.15] Ani:", ",", "/", "\t", "petani", "<x>", "selamat pagi"])  # fmt: skip  # noqa: E501
LINES = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=12)


@settings(max_examples=400, deadline=None)
@given(LINES)
def test_no_number_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        found = read_pasted(text)
    except ReadingError:
        return
    cells = " ".join(cell for table in found.sheets for row in table.cells.rows() for cell in row if cell)
    noted = {row for table in found.sheets for note in table.notes for row in (*note.rows, *table.header_rows)}
    for number, line in enumerate(lines, 1):
        for word in (A, B):
            assert word not in line or word in cells or number in noted
