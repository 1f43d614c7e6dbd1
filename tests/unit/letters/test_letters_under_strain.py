"""Letters with odd signs, long names, many recipients, a screen in English, a crash: each can be printed, all its forms say the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.utils import translation

from sertakan.core.money import terbilang
from sertakan.letters import composing, errors, services
from sertakan.letters.models import Letter, Office, Register
from sertakan.letters.services import OfficeWords, Recipient
from unit.letters.test_letters import BLOCKS, OWN, REMINDER, write

MEETING = {"rapat": "Rapat", "hari": "Senin, 7 Desember 2026", "waktu": "09.00 WIB", "tempat": "Aula"}
LONG = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana"


@pytest.fixture
def system(reference: None) -> None:
    """Reference data, as the system."""


@contextmanager
def opened(document: bytes) -> Iterator[Any]:
    found = pypdfium2.PdfDocument(document)
    try:
        yield found
    finally:
        found.close()


def pages(document: bytes) -> list[str]:
    with opened(document) as found:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in found]


def document_of(letter: Letter) -> tuple[list[str], list[list[str]], str]:
    """Paragraphs, cells of all tables and the footer of the DOCX."""
    from docx import Document

    book = Document(io.BytesIO(services.docx(letter)))
    cells = [[cell.text for cell in row.cells] for table in book.tables for row in table.rows]
    return [one.text for one in book.paragraphs], cells, book.sections[0].footer.paragraphs[0].text


# Signs

ODD = {
    "an emoji": ("Rapat 🎉 gembira", "Rapat □ gembira"),
    "a family of emoji": ("Untuk 👨‍👩‍👧 kita", "Untuk"),
    "signs of other scripts": ("中文 dan 한국어", "dan"),
    "control signs": ("a\x07b", "a b"),
    "signs that are none": ("sudah\uffff lewat", "lewat"),
    "thirty emoji": ("".join(chr(0x1F600 + one) for one in range(30)) + " akhir", "akhir"),
    "words of a typesetter": ("#pagebreak() $x$ `raw` @label <x> *tebal* _miring_ ~", "#pagebreak() $x$ `raw` @label <x> *tebal* _miring_"),
    "arrows and fractions": ("→ ≠ ½ é ñ ✓", "½ é ñ"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_a_letter_with_odd_signs_can_be_printed_and_edited(system: None, kind: str) -> None:
    text, shown = ODD[kind]
    letter = write(facts={**REMINDER, "kewajiban": text})
    assert " ".join(shown.split()) in pages(services.pdf(letter))[0]
    assert services.docx(letter)
    assert services.preview("reminder_before", replace(OWN, opening=text)).startswith(b"\x89PNG")


def test_signs_in_tables_do_not_break_the_workbook(system: None) -> None:
    from openpyxl import load_workbook

    table = {"kind": "table", "caption": "a/b*c?", "heading": ["O\uffffPD"], "numbers": [], "rows": [["x\x07\uffffy"]]}
    letter = write("recap", facts={"per": date(2026, 11, 30), "blocks": [table]})
    assert load_workbook(io.BytesIO(services.xlsx(letter))).worksheets[0]["A5"].value == "xy"


# Words of numbers, days and languages


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol"), (11, "sebelas"), (12, "dua belas"), (21, "dua puluh satu"), (100, "seratus"), (111, "seratus sebelas"),
        (1_000, "seribu"), (1_001, "seribu satu"), (1_100, "seribu seratus"), (2_000, "dua ribu"), (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"), (1_000_000, "satu juta"), (1_000_100, "satu juta seratus"),
        (42_000_000, "empat puluh dua juta"), (1_000_000_000, "satu miliar"), (3_000_000_000_000, "tiga triliun"),
        (20_731_200, "dua puluh juta tujuh ratus tiga puluh satu ribu dua ratus"),
    ],
)  # fmt: skip
def test_amounts_in_words(amount: int, words: str) -> None:
    assert terbilang(amount) == f"{words} rupiah"


def test_a_letter_is_indonesian_whatever_language_the_screen_has(system: None) -> None:
    with translation.override("en"):
        letter = write()
        printed = pages(services.pdf(letter))[0]
        said = "\n".join(document_of(letter)[0])
    for text in (printed, said):
        assert "23 November 2026" in text
        assert "paling lambat 15 Desember 2026" in text
        assert "December" not in text
    with translation.override("en"):
        assert composing.in_words(1_234_567) == "1.234.567"
    assert composing.in_words(Decimal("27.39")) == "27,39"
    assert composing.in_words(0.5) == "0,5"


# Recipients


def test_forty_four_recipients_stand_in_a_list_behind_the_letter(system: None) -> None:
    to = [Recipient(f"Kepala {LONG} {one}") for one in range(1, 45)]
    letter = write("invitation", to=to, facts=MEETING, copies=[f"Asisten {one}" for one in range(9)])
    first, *behind = pages(services.pdf(letter))
    assert "Yth. (daftar terlampir) di tempat" in first
    assert "Asisten 8" in first
    assert f"Lampiran surat {letter.number}" in behind[0]
    assert all(f"Berencana {one}" in " ".join(behind) for one in range(1, 45))
    said, _cells, _foot = document_of(letter)
    assert "Yth. (daftar terlampir)" in said
    assert f"44. Kepala {LONG} 44" in said


def test_a_few_recipients_stand_above_the_letter(system: None) -> None:
    letter = write("invitation", to=[Recipient(f"Kepala Dinas {one}") for one in "ABC"], facts=MEETING)
    (printed,) = pages(services.pdf(letter))
    assert "Yth. 1. Kepala Dinas A 2. Kepala Dinas B 3. Kepala Dinas C di tempat" in printed
    assert printed.count("di tempat") == 1
    assert "3. Kepala Dinas C" in document_of(letter)[0]


def test_recipients_of_different_places_keep_theirs(system: None) -> None:
    to = [Recipient("Bupati Rekaan", "di Curup"), Recipient("Wali Kota Rekaan", "di Kota")]
    letter = write("invitation", to=to, facts=MEETING)
    (printed,) = pages(services.pdf(letter))
    assert "1. Bupati Rekaan, di Curup 2. Wali Kota Rekaan, di Kota" in printed
    assert "2. Wali Kota Rekaan, di Kota" in document_of(letter)[0]


# The same in every form


def test_pdf_docx_and_xlsx_say_the_same(system: None) -> None:
    from openpyxl import load_workbook

    letter = write("recap", facts={"per": date(2026, 11, 30), "blocks": BLOCKS})
    printed = " ".join(pages(services.pdf(letter)))
    said, cells, foot = document_of(letter)
    words = [
        letter.number,
        letter.subject,
        *letter.content["paragraphs"],
        letter.content["opening"],
        letter.content["closing"],
    ]
    for text in words:
        assert text in printed
        assert any(text in one for one in said)
    sheet = load_workbook(io.BytesIO(services.xlsx(letter))).worksheets[0]
    for row, written in zip(BLOCKS[3]["rows"], sheet.iter_rows(min_row=5, values_only=True), strict=True):
        shown = [composing.in_words(cell) for cell in row]
        assert list(written) == row
        assert shown in cells
        assert all(cell in printed for cell in shown)
    assert foot == f"{letter.number} · keadaan data 30 November 2026"
    assert foot in printed
    assert sheet["A3"].value == foot


def test_a_wide_table_leaves_room_for_long_names(system: None) -> None:
    """Eight columns of figures beside a name of thirteen words: no page for three rows."""
    rows = [[f"{LONG} {one}", *[1_234_567] * 8] for one in range(44)]
    heading = ["OPD", *[f"Kolom panjang {one}" for one in range(8)]]
    table = {"kind": "table", "caption": "", "heading": heading, "numbers": [*range(1, 9)], "rows": rows}
    letter = write("recap", facts={"per": date(2026, 11, 30), "blocks": [table]})
    assert len(pages(services.pdf(letter))) <= 6


# Letterhead and numbers


@pytest.mark.parametrize(
    ("changed", "refusal", "said"),
    [
        ({"number_form": "{urut}/{tanda}/{tahun}" + "x" * 90}, errors.TemplateTooLong, "80"),
        ({"place": "x" * 81}, errors.TemplateTooLong, "Tempat"),
        ({"number_form": "{urut}/{tanda}/{tahun}/{"}, errors.PlaceholderBroken, "tidak berpasangan"),
        ({"number_form": "{urut}{tahun}{tanda}{tanda}"}, errors.NumberPartTwice, "dua kali"),
        ({"name": " "}, errors.TemplateIncomplete, "Nama kantor"),
    ],
)  # fmt: skip
def test_a_letterhead_that_could_not_be_printed_is_refused(
    system: None, changed: dict[str, str], refusal: Any, said: str
) -> None:
    with pytest.raises(refusal) as caught:
        services.change_office(OfficeWords(**{"government": "P", "name": "K", "place": "T", **changed}))
    assert said in str(caught.value)
    assert not Office.objects.exists()


def test_a_writer_that_dies_in_the_middle_leaves_no_gap(committed_reference: str) -> None:
    """The database ends the connection after the number was taken, as when a machine loses its power."""
    from django.db import OperationalError, connection, transaction

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM):
        assert write().serial == 1
    with pytest.raises(OperationalError), acting(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        assert write().serial == 2
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    with acting(SYSTEM):
        assert write().serial == 2
        assert Register.objects.get().last == 2
        assert list(Letter.objects.order_by("serial").values_list("serial", flat=True)) == [1, 2]
