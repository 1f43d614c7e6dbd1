"""The workbook for BPJS: columns of a layout, identity numbers as text, a sheet that explains.

Pure: facts in, bytes out, the same bytes for the same facts. Rights and trail are the business of `services.batches`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sertakan.sponsorship.catalogue import Layout, LayoutColumn

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBER_FORMATS = {"text": "@", "number": "0", "money": "#,##0", "date": "dd-mm-yyyy", "month": "mm-yyyy"}
_MOMENT = datetime(2025, 9, 1)  # noqa: DTZ001 - a fixed property, so that equal content gives equal bytes


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands about a batch above its rows and on the sheet that explains."""

    batch: int
    kind: str
    agency: str
    office: str
    on: date
    follows: int | None = None


def batch_workbook(heading: Heading, rows: Sequence[Mapping[str, Any]], layout: Layout) -> bytes:
    """One XLSX with the rows of a batch. `rows`: a mapping from field names of the layout to text, int, date or None."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": layout.title, "subject": f"Batch {heading.batch}", "created": _MOMENT})
        styles = {
            name: book.add_format({"num_format": form, "valign": "top"}) for name, form in _NUMBER_FORMATS.items()
        }
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE9E4", "border": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(layout.sheet[:31])
        _write_rows(sheet, rows, layout, styles, bold)
        _write_guide(book.add_worksheet("Petunjuk"), heading, len(rows), layout, wrapped)
    return out.getvalue()


def _write_rows(
    sheet: Worksheet, rows: Sequence[Mapping[str, Any]], layout: Layout, styles: Mapping[str, Any], bold: Any
) -> None:
    for position, column in enumerate(layout.columns):
        sheet.set_column(position, position, column.width, styles[column.format])
        sheet.write_string(0, position, column.heading, bold)
    for number, row in enumerate(rows, start=1):
        for position, column in enumerate(layout.columns):
            _write_cell(sheet, number, position, row.get(column.field), column, styles[column.format])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(layout.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, shape: LayoutColumn, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif shape.format == "text":
        sheet.write_string(row, column, str(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)


def _write_guide(sheet: Worksheet, heading: Heading, size: int, layout: Layout, style: Any) -> None:
    told = [
        f"{layout.title}: {heading.kind}",
        f"Batch nomor {heading.batch}" + (f", susulan dari batch nomor {heading.follows}" if heading.follows else ""),
        f"Perangkat daerah: {heading.agency}",
        f"Kantor tujuan: {heading.office}",
        f"Disusun per {heading.on:%d-%m-%Y}; {size} pekerja.",
        "",
        "Cara membaca",
        "NIK, nomor peserta (KPJ), dan nomor telepon adalah teks. Jangan mengubah format kolomnya menjadi angka: digitnya akan hilang.",
        "Bulan ditulis sebagai hari pertama bulan itu dan ditampilkan sebagai bulan-tahun. Uang dalam rupiah penuh.",
        "Kolom KPJ hanya terisi bagi pekerja yang sudah bernomor; mereka diaktifkan kembali, bukan didaftarkan baru.",
        "",
        "Cara menjawab",
        "Jawaban dicocokkan berdasarkan batch dan NIK. Boleh sebagian, dalam urutan apa pun, dan boleh dikirim ulang.",
        "(a) Diterima atau ditolak: kolom NIK, Hasil, Alasan penolakan, Kode iuran, Jumlah iuran, Berlaku sampai.",
        "(b) Pembayaran dipastikan: kolom NIK, Tanggal bayar, Jumlah dibayar, Nomor referensi, Bulan dibayar.",
        "(c) Nomor peserta: kolom NIK, KPJ (11 digit, teks), Tanggal terbit. Kepesertaan mulai pada tanggal terbit.",
        "",
        "Berkas ini memuat data pribadi. Simpan seperlunya, kirim hanya lewat saluran resmi, dan hapus bila tidak dipakai lagi.",
    ]
    sheet.set_column(0, 0, 110, style)
    for number, line in enumerate(told):
        sheet.write_string(number, 0, line, style)
