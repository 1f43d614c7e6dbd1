"""Numbers come through exactly: every province, every format, from the file to the opened identifier."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from sertakan.agencies.queries import find_agency
from sertakan.areas.models import IdentityPrefix
from sertakan.areas.queries import area_frame
from sertakan.core import encryption
from sertakan.core.scope import SYSTEM
from sertakan.intake import queries as intake
from sertakan.people.models import Identifier, Person
from sertakan.programme import files
from sertakan.sponsorship.models import Donor

HEADINGS = ["NIK", "Nama", "Tanggal Lahir", "No HP", "Pekerjaan", "Nama ASN", "NIP", "No KPJ", "Tgl Persetujuan"]
Rows = list[list[Any]]


def provinces() -> list[str]:
    """One district prefix of every province."""
    frame = area_frame("17")
    codes = sorted(frame.filter(frame["level"] == "province")["code"])
    known = sorted(IdentityPrefix.objects.values_list("prefix", flat=True))
    regencies = sorted(frame.filter(frame["level"] == "regency")["code"])
    first = {code: next((prefix for prefix in known if prefix.startswith(code)), None) for code in codes}
    return [
        first[code] or next(regency for regency in regencies if regency.startswith(code)).replace(".", "") + "01"
        for code in codes
    ]


def rows_of(prefixes: list[str]) -> Rows:
    """A worker of each province, with a blank line of numbers after every tenth."""
    rows: Rows = []
    for at, prefix in enumerate(prefixes):
        nik = f"{prefix}{1 + at % 28:02d}0{1 + at % 9}85{9101 + at}"
        born = f"{1 + at % 28:02d}-0{1 + at % 9}-1985"
        phone = "" if at % 3 == 2 else f"0844000{at:05d}"
        nip = f"19800101200501{1 + at % 2}9{at:02d}"
        kpj = f"000{at:08d}" if at % 2 else ""
        written = f"'{nik}" if at == 5 else nik
        rows.append(
            [
                written,
                f"Contoh {_letters(at)}",
                born,
                phone,
                "penjaga kebun",
                f"Donatur {_letters(at)}",
                nip,
                kpj,
                "01-11-2026",
            ]
        )
        if at % 10 == 9:
            rows.append(["", f"Tanpa Nomor {_letters(at)}", born, "", "penjaga kebun", "Donatur", "", "", ""])
    return rows


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def xlsx(rows: Rows) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, float):
                    sheet.write_number(at, column, value)
                elif value:
                    sheet.write_string(at, column, value)
    return out.getvalue()


def xls(rows: Rows) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(at, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows: Rows) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Data")
    for row in rows:
        line = TableRow()
        for value in row:
            number = isinstance(value, float)
            cell = (
                TableCell(valuetype="float", value=repr(value))
                if number
                else TableCell(valuetype="string")
                if value
                else TableCell()
            )
            if value != "":
                cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def separated(delimiter: str, encoding: str) -> Callable[[Rows], bytes]:
    def write(rows: Rows) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows([[_as_exported(value) for value in row] for row in rows])
        return out.getvalue().encode(encoding)

    return write


def _as_exported(value: Any) -> str:
    return f"{value:.5E}" if isinstance(value, float) else str(value)


def html(rows: Rows) -> bytes:
    lines = ["<tr>" + "".join(f"<td>{_as_exported(value)}</td>" for value in row) + "</tr>" for row in rows]
    return f"<html><body><table>{''.join(lines)}</table></body></html>".encode()


FORMATS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "xlsx": ("daftar.xlsx", xlsx),
    "xls": ("daftar.xls", xls),
    "ods": ("daftar.ods", ods),
    "comma": ("daftar.csv", separated(",", "utf-8")),
    "semicolon": ("daftar.csv", separated(";", "cp1252")),
    "tab": ("daftar.csv", separated("\t", "utf-8-sig")),
    "html": ("daftar.xls", html),
}


@pytest.mark.parametrize("kind", list(FORMATS))
def test_numbers_survive(kind: str, reference: None) -> None:
    name, write = FORMATS[kind]
    prefixes = provinces()
    assert len(prefixes) == 38
    rows = rows_of(prefixes)
    floats = [9_471_011_203_859_199.0, 1_701_041_203_859_198.0]
    lost = [[number, "Angka Hilang", "12-03-1985", "", "penjaga kebun", "Donatur", "", "", ""] for number in floats]
    kept, _ = files.receive(agency=find_agency("Dinsos"), name=name, data=write([HEADINGS, *rows, *lost]))
    file = files.check(file_id=kept.pk, actor=SYSTEM)
    whole = [row for row in rows if row[0]]
    account = intake.account(file)
    assert (account["accepted"], account["held"]) == (len(whole), len(rows) - len(whole) + len(lost))
    files.accept(file_id=file.pk, actor=SYSTEM)
    stored = {kind: sorted(_opened(kind)) for kind in ("nik", "kpj")}
    assert stored["nik"] == sorted(row[0].lstrip("'") for row in whole)
    assert stored["kpj"] == sorted(row[7] for row in whole if row[7])
    assert sorted(Donor.objects.values_list("nip", flat=True)) == sorted(row[6] for row in whole)
    phones = sorted("+62" + row[3][1:] for row in whole if row[3])
    assert sorted(Person.objects.exclude(phone="").values_list("phone", flat=True)) == phones


def _opened(kind: str) -> list[str]:
    sealed = Identifier.objects.filter(kind=kind).values_list("sealed", flat=True)
    return [number.decode() for number in encryption.decrypt_many(bytes(text) for text in sealed)]
