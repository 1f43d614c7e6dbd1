"""Documents open, add up, and say the same as the page."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pytest

from sertakan.contributions import documents, queries, services
from sertakan.contributions.errors import DonorNotInBill
from sertakan.core.month import Month

pytestmark = pytest.mark.django_db
JANUARY = Month(2027, 1)


def text_of(pdf: bytes) -> str:
    """The text of a PDF, page by page, through the maps that it carries from glyphs to characters."""
    objects = {int(number): body for number, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S)}

    def follow(body: bytes, key: bytes) -> bytes:
        return objects[int(re.search(rb"/" + key + rb" (\d+) 0 R", body)[1])]

    def stream(body: bytes) -> bytes:
        return zlib.decompress(re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.S)[1])

    def characters(font: bytes) -> dict[int, str]:
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", stream(follow(font, b"ToUnicode")))
        return {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}

    said = []
    for page in (body for body in objects.values() if b"/Type/Page/" in body):
        fonts = re.search(rb"/Font<<(.*?)>>", follow(page, b"Resources"))[1]
        maps = {name: characters(objects[int(number)]) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", fonts)}
        font: dict[int, str] = {}
        inside = rb"(?:\\.|[^\\()])"
        shown = rb"/(f\d+) [\d.]+ Tf|\(((?:" + inside + rb"|\(" + inside + rb"*\))*)\)"
        for name, text in re.findall(shown, stream(follow(page, b"Contents")), re.S):
            if name:
                font = maps[name]
            else:
                codes = _unescaped(text)
                said += [font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2)]
    return "".join(said)


def _unescaped(text: bytes) -> bytes:
    short = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8)]) if code.isdigit() else short.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.S)


@pytest.fixture
def bill(office):
    rina = office.donor('Rina #Contoh *tebal* $x$ "kutip"', nip="198001012005012001")
    office.worker("Ani [Rekaan]", donor=rina)
    office.worker("=1+1", donor=rina, programmes=["jkk", "jkm", "jht"])
    office.worker("Budi Rekaan", donor=office.donor("Tono Contoh"), funding="apbd")
    services.make_bills(JANUARY)
    return queries.current_bill(office.agency, JANUARY)


def test_the_workbook_opens_and_adds_up(bill):
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(documents.bill_workbook(bill)))
    assert book.sheetnames == ["Ringkasan", "Per donatur", "Per pekerja"]
    donors = list(book["Per donatur"].iter_rows(values_only=True))
    assert donors[1][1:5] == ('Rina #Contoh *tebal* $x$ "kutip"', "198001012005012001", 2, 1)
    assert donors[-1][8] == bill.total == sum(row[8] for row in donors[1:-1])
    workers = list(book["Per pekerja"].iter_rows(values_only=True))
    assert sum(row[11] for row in workers[1:]) == bill.total
    assert {row[2] for row in workers[1:]} == {"************9001", "************9002", "************9003"}
    assert workers[0][16:] == ("Bulan sebelumnya", "Selisih")
    assert sorted(row[17] for row in workers[1:]) == [0, 8_400, 8_400]


def test_names_in_the_workbook_are_text_never_formulas(bill):
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(documents.bill_workbook(bill)))
    cell = next(cell for cell in book["Per pekerja"]["B"] if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_the_letter_says_what_the_bill_says(bill):
    pdf = documents.bill_pdf(bill)
    assert pdf.startswith(b"%PDF")
    said = re.sub(r"\s+", "", text_of(pdf))
    assert "Rp70.400" in said
    assert "tujuhpuluhribuempatratusrupiah" in said
    assert "Jumat,15Januari2027" in said
    assert "Senin,15Februari2027" in said
    assert "KONSEP" in said
    assert "halaman1dari" in said
    assert "Rina#Contoh*tebal*$x$" in said
    assert "berubahdariRp8.400menjadiRp16.800" in said
    assert "tidakberubah,selalupenuh" in said
    assert bill.rules_version in said


def test_the_slip_of_a_donor_shows_own_workers_only(bill, office):
    donors = {line.donor.name: line.donor for line in queries.bill_lines(bill) if line.donor}
    said = re.sub(r"\s+", "", text_of(documents.donor_slip_pdf(bill, donors["Tono Contoh"])))
    assert "BudiRekaan" in said
    assert "Ani[Rekaan]" not in said
    assert "Rp16.800" in said
    assert "JHT:" not in said
    with pytest.raises(DonorNotInBill):
        documents.donor_slip_pdf(bill, office.donor("Tanpa Pekerja"))


def test_the_square_code_names_no_person(bill):
    text = documents.check_text(bill)
    assert text == f"SERTAKAN {bill.number} | 2027-01 | Rp70.400 | 3 pekerja | {bill.rules_version}"


def test_a_correction_lists_the_differences_on_paper_and_in_the_workbook(bill, office):
    import openpyxl

    services.confirm_month(JANUARY)
    services.issue_bill(bill)
    office.worker("Dedi Rekaan")
    services.make_bills(JANUARY)
    correction = queries.current_bill(office.agency, JANUARY)
    book = openpyxl.load_workbook(BytesIO(documents.bill_workbook(correction)))
    assert list(book["Koreksi"].iter_rows(min_row=2, values_only=True)) == [
        ("Dedi Rekaan", "ditambahkan", 0, 16_800, 16_800)
    ]
    said = re.sub(r"\s+", "", text_of(documents.bill_pdf(correction)))
    assert "mengoreksitagihanTGH/202701/17-UJI-01/1" in said


def test_an_empty_correction_still_makes_documents(office):
    sponsorship = office.worker()
    services.make_bills(JANUARY)
    services.confirm_month(JANUARY)
    services.issue_bill(queries.current_bill(office.agency, JANUARY))
    sponsorship.state, sponsorship.ended_on, sponsorship.end_reason = "ended", "2026-10-02", "own_wish"
    sponsorship.save()
    services.make_bills(JANUARY)
    correction = queries.current_bill(office.agency, JANUARY)
    assert documents.bill_pdf(correction).startswith(b"%PDF")
    assert documents.bill_workbook(correction)[:2] == b"PK"
