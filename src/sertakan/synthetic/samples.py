"""One list of an agency as it really comes: lovable, hand-made, and full of small faults. Every person in it is invented.

The same bytes every time. Identity numbers end in 9999, which no invented province uses.
"""

from __future__ import annotations

import csv
from datetime import datetime
from importlib import resources
from io import BytesIO
from itertools import groupby
from typing import Any

SAMPLE_NAME = "Usulan Pekerja Rentan Dinsos 2026.xlsx"
_MADE = datetime(2026, 11, 20, 8, 0)  # noqa: DTZ001  a fixed date in the file's properties, so that the bytes stay the same

_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("No", ()),
    ("NIK", ()),
    ("Data Pekerja", ("Nama Lengkap", "L/P", "Tempat, Tgl Lahir", "No. HP")),
    ("Desa/Kelurahan", ()),
    ("Jenis Pekerjaan", ()),
    ("Penghasilan/bln", ()),
    ("ASN Penanggung", ("Nama", "NIP")),
    ("Sumber Dana", ()),
    ("Mulai Bulan", ()),
    ("Jml Bulan", ()),
    ("Tgl Persetujuan", ()),
    ("Ket.", ()),
)


def sample_workbook() -> bytes:
    """The sample list of Dinas Sosial as XLSX, always the same bytes."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {"title": "Usulan pekerja rentan", "comments": "Semua orang di dalamnya rekaan.", "created": _MADE}
    )
    sheet = book.add_worksheet("Usulan")
    centre = {"align": "center", "valign": "vcenter", "text_wrap": True}
    title = book.add_format({**centre, "bold": True, "font_size": 13})
    heading = book.add_format({**centre, "bold": True, "border": 1, "bg_color": "#D9E2EF"})
    section = book.add_format({"bold": True, "border": 1, "bg_color": "#F3F3F3"})
    cell, long_number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "0"})
    width = sum(max(1, len(leaves)) for _, leaves in _HEADINGS)
    for row, text in enumerate(
        ("DAFTAR USULAN PEKERJA RENTAN DI SEKITAR ASN", "DINAS SOSIAL PROVINSI BENGKULU", "Keadaan November 2026")
    ):
        sheet.merge_range(row, 0, row, width - 1, text, title)
    _write_headings(sheet, 4, heading)
    row = 7
    number = 0
    for name, people in _sections():
        sheet.merge_range(row, 0, row, width - 1, name, section)
        row += 1
        for person in people:
            number += 1
            for column, value in enumerate([number, *person]):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, long_number)
                elif value:
                    sheet.write_string(row, column, value, cell)
                else:
                    sheet.write_blank(row, column, None, cell)
            row += 1
    sheet.merge_range(row, 0, row, 7, "Jumlah", section)
    sheet.write_formula(row, 8, f"=COUNTA(C9:C{row})", section, number)
    signature = (
        "Bengkulu, 20 November 2026",
        "Kepala Dinas Sosial",
        "",
        "Contoh Kepala Dinas, S.H.",
        "NIP. 196905171994031999",
    )
    for offset, text in enumerate(signature, start=2):
        if text:
            sheet.write_string(row + offset, 9, text)
    for column, size in enumerate((5, 19, 26, 5, 26, 18, 20, 24, 17, 28, 21, 14, 16, 9, 16, 24)):
        sheet.set_column(column, column, size)
    sheet.freeze_panes(7, 3)
    _write_summary(book.add_worksheet("Rekap"), heading, cell)
    book.close()
    return out.getvalue()


def _sections() -> list[tuple[str, list[list[Any]]]]:
    """The rows under their section (``data/sample_list.csv``). A cell that begins with “=” is a number cell, the others are text."""
    text = resources.files("sertakan.synthetic").joinpath("data/sample_list.csv").read_text("utf-8")
    _, *rows = csv.reader(text.splitlines())
    return [
        (section, [[int(cell[1:]) if cell.startswith("=") else cell for cell in row[1:]] for row in group])
        for section, group in groupby(rows, key=lambda row: row[0])
    ]


def _write_headings(sheet: Any, row: int, style: Any) -> None:
    """Two heading rows with merged cells, and the row (1) (2) (3) below them."""
    column = 0
    for text, leaves in _HEADINGS:
        if leaves:
            sheet.merge_range(row, column, row, column + len(leaves) - 1, text, style)
            for offset, leaf in enumerate(leaves):
                sheet.write_string(row + 1, column + offset, leaf, style)
        else:
            sheet.merge_range(row, column, row + 1, column, text, style)
        column += max(1, len(leaves))
    for position in range(column):
        sheet.write_string(row + 2, position, f"({position + 1})", style)


def _write_summary(sheet: Any, heading: Any, cell: Any) -> None:
    """A second sheet that holds no people."""
    for column, text in enumerate(("No", "Kecamatan", "Jumlah Pekerja")):
        sheet.write_string(0, column, text, heading)
    for row, (name, people) in enumerate(_sections(), start=1):
        sheet.write_number(row, 0, row, cell)
        sheet.write_string(row, 1, name, cell)
        sheet.write_number(row, 2, len(people), cell)
