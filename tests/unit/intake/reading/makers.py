"""Writes small files of every format that can be read. All people are invented."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sertakan.intake.reading import SheetTable

Rows = Sequence[Sequence[Any]]

HEADINGS = ["No", "NIK", "Nama", "Tgl Lahir", "No HP", "Pekerjaan"]
SIMPLE: list[list[Any]] = [
    HEADINGS,
    ["1", "1771014508859001", "Siti Aminah", "05-08-1985", "081200000001", "Petani"],
    ["2", "1771011207809002", "Budi Hartono", "12-07-1980", "081200000002", "Nelayan"],
    ["3", "1771016001909003", "Ratna Dewi", "20-01-1990", "081200000003", "Buruh"],
]


def xlsx(path: Path, rows: Rows) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def xlsxwriter(path: Path, rows: Rows) -> Path:
    import xlsxwriter as library

    book = library.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("Data")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)
    book.close()
    return path


def xlsm(path: Path, rows: Rows) -> Path:
    """A macro workbook: the cells of an .xlsx and a part that would be the macros."""
    plain = xlsx(path.with_suffix(".xlsx"), rows)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "[Content_Types].xml":
                content = content.replace(
                    b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
                )
            target.writestr(info.filename, content)
        target.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 broken on purpose")
    plain.unlink()
    return path


def xls(path: Path, rows: Rows) -> Path:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    date_style = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write(number, column, value, date_style)
            elif value is not None:
                sheet.write(number, column, value)
    book.save(str(path))
    return path


def ods(path: Path, rows: Rows) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Data")
    for row in rows:
        line = TableRow()
        for value in row:
            if value is None:
                line.addElement(TableCell())
                continue
            if isinstance(value, bool):
                cell = TableCell(valuetype="boolean", booleanvalue=str(value).lower())
            elif isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=repr(value))
            elif isinstance(value, dt.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    blank = TableRow(numberrowsrepeated="1048000")
    blank.addElement(TableCell(numbercolumnsrepeated="16384"))
    table.addElement(blank)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + content


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def xlsb(path: Path, rows: Rows, *, merges: Sequence[tuple[int, int, int, int]] = (), sheet: str = "Data") -> Path:
    """A minimal binary workbook after [MS-XLSB]: texts inline, numbers as doubles. `merges`: first row, last row, left, right."""
    width = max(len(row) for row in rows)
    body = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, width - 1)) + _record(145)
    for number, row in enumerate(rows):
        body += _record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, value in enumerate(row):
            cell = struct.pack("<II", column, 0)
            if isinstance(value, bool):
                body += _record(4, cell + bytes([value]))
            elif isinstance(value, (int, float)):
                body += _record(5, cell + struct.pack("<d", value))
            elif isinstance(value, str) and value.startswith("#"):
                body += _record(3, cell + bytes([{"#DIV/0!": 7, "#N/A": 42}[value]]))
            elif value is not None:
                body += _record(6, cell + _wide(str(value)))
    body += _record(146)
    if merges:
        body += _record(177, struct.pack("<I", len(merges)))
        body += b"".join(_record(176, struct.pack("<4I", *merge)) for merge in merges) + _record(178)
    body += _record(130)
    book = (
        _record(131)
        + _record(143)
        + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet))
        + _record(144)
        + _record(132)
    )
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'  # noqa: E501
    )
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations % ("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relations % ("worksheet", "worksheets/sheet1.bin"))
        archive.writestr("xl/worksheets/sheet1.bin", body)
    return path


def text(delimiter: str, encoding: str) -> Callable[[Path, Rows], Path]:
    def write(path: Path, rows: Rows) -> Path:
        lines = []
        for row in rows:
            cells = ["" if value is None else str(value) for value in row]
            lines.append(delimiter.join(f'"{c}"' if delimiter in c or "\n" in c else c for c in cells))
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def html(path: Path, rows: Rows) -> Path:
    """What old applications export as "Excel"."""
    body = "".join(
        "<tr>" + "".join(f"<td class=x>{'' if v is None else v}</td>" for v in row) + "</tr>\n" for row in rows
    )
    path.write_text(
        f"<html><head><meta charset=utf-8><style>td {{}}</style></head><body><table border=1>{body}</table></body></html>"
    )
    return path


def xml2003(path: Path, rows: Rows) -> Path:
    def cell(value: Any) -> str:
        kind = "Number" if isinstance(value, (int, float)) else "String"
        return (
            f'<Cell><Data ss:Type="{kind}">{value!r}</Data></Cell>'
            if kind == "Number"
            else f'<Cell><Data ss:Type="{kind}">{value or ""}</Data></Cell>'
        )

    body = "".join("<Row>" + "".join(cell(value) for value in row) + "</Row>" for row in rows)
    path.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'  # noqa: E501
        f'<Worksheet ss:Name="Data"><Table>{body}</Table></Worksheet></Workbook>'
    )
    return path


FORMATS: dict[str, tuple[str, Callable[[Path, Rows], Path]]] = {
    "xlsx": (".xlsx", xlsx),
    "xlsx-xlsxwriter": (".xlsx", xlsxwriter),
    "xlsm": (".xlsm", xlsm),
    "xls": (".xls", xls),
    "ods": (".ods", ods),
    "xlsb": (".xlsb", xlsb),
    "csv-comma": (".csv", text(",", "utf-8")),
    "csv-semicolon-bom": (".csv", text(";", "utf-8-sig")),
    "csv-tab-utf16": (".txt", text("\t", "utf-16")),
    "csv-pipe-cp1252": (".csv", text("|", "cp1252")),
    "html-named-xls": (".xls", html),
    "xml-named-xls": (".xls", xml2003),
    "csv-named-xls": (".xls", text("\t", "utf-8")),
}
NUMERIC = ("xlsx", "xlsx-xlsxwriter", "xlsm", "xls", "ods", "xlsb", "xml-named-xls")


def column(table: SheetTable, heading: str) -> list[str | None]:
    return table.cells[f"c{table.headings.index(heading)}"].to_list()


def kinds(table: SheetTable, heading: str) -> list[str | None]:
    return table.kinds[f"c{table.headings.index(heading)}"].to_list()


def codes(table: SheetTable) -> dict[str, tuple[int, ...]]:
    return {note.code: note.rows for note in table.notes}


LEFT_OUT = {
    "title_rows",
    "other_table",
    "column_numbers",
    "blank_rows",
    "numbered_blank",
    "total_rows",
    "signature_rows",
    "section_rows",
    "repeated_heading",
    "text_rows",
    "chat_rows",
}


def accounted(tables: Sequence[SheetTable]) -> set[int]:
    """Row numbers that are entries, headings, or noted as left out. Fails when one is in two places."""
    seen: list[int] = []
    for table in tables:
        seen += table.rows.to_list() + list(table.header_rows)
        for note in table.notes:
            if note.code in LEFT_OUT:
                seen += note.rows
    assert len(seen) == len(set(seen)), "a row is in two places"
    return set(seen)


def series(values: Sequence[Any]) -> list[Any]:
    return pl.Series(values).to_list()
