"""Held rows out as a workbook in which only they stand, and back in again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sertakan.core import audit
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.programme.labels import COLUMN_LABELS

if TYPE_CHECKING:
    from sertakan.intake.table import Workbook

ORIGIN = "Baris asal (jangan diubah)"
_ORIGIN_FORM = re.compile(r"^(\d+)-(\d+)-(\d+)$")
_ALWAYS = ("nik", "name", "birth_date", "occupation")


def held_workbook(file: File) -> bytes:
    """The held rows of a file as XLSX: every cell is text, faulty ones are coloured and carry the reason as a comment.

    Identity numbers stand in it whole, for they have to be repaired; the download leaves an event in the trail.
    """
    import xlsxwriter

    rows = intake.contents(intake.current_rows(file, states=["held"]))
    faults = _faults(file)
    shown = [
        name
        for name in COLUMN_LABELS
        if (
            f"{intake.RAW}{name}" in rows.columns
            and (name in _ALWAYS or rows[f"{intake.RAW}{name}"].is_not_null().any() or _has_fault(faults, name))
        )
        or name in _ALWAYS
    ]
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("Perbaikan")
    head = book.add_format(
        {"bold": True, "bg_color": "#0f4c5c", "font_color": "#ffffff", "text_wrap": True, "valign": "top"}
    )
    plain, faulty = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bg_color": "#ffe8c7"})
    sheet.write_string(0, 0, ORIGIN, head)
    for at, name in enumerate(shown, start=1):
        sheet.write_string(0, at, COLUMN_LABELS[name], head)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, len(shown), 22, plain)
    sheet.freeze_panes(1, 1)
    for line, row in enumerate(rows.iter_rows(named=True), start=1):
        key = (row["sheet_no"], row["number"])
        sheet.write_string(line, 0, f"{file.pk}-{key[0]}-{key[1]}")
        for at, name in enumerate(shown, start=1):
            text = row.get(f"{intake.RAW}{name}")
            reasons = faults.get((*key, name), [])
            cell_format = faulty if reasons else plain
            if text is None:
                sheet.write_blank(line, at, None, cell_format)
            else:
                sheet.write_string(line, at, text, cell_format)
            if reasons:
                sheet.write_comment(
                    line, at, "\n".join(reasons), {"x_scale": 2.2, "y_scale": 1.4, "author": "Sertakan"}
                )
    _explain(book, rows.height)
    book.close()
    audit.record("intake.held_rows_exported", target=file, agency_id=file.agency_id, facts={"rows": rows.height})
    return out.getvalue()


def _faults(file: File) -> dict[tuple[int, int, str], list[str]]:
    from sertakan.intake.findings import render

    faults: dict[tuple[int, int, str], list[str]] = {}
    for found in intake.findings(file):
        if found["severity"] == "hold" and found["row_id"] is not None:
            words = render(found["code"], {"row": found["number"], "column": found["column"], **(found["facts"] or {})})
            key = (found["sheet"], found["number"], found["column"])
            faults.setdefault(key, []).append(f"{words['message']} {words['remedy']}")
    return faults


def _has_fault(faults: Mapping[tuple[int, int, str], Any], name: str) -> bool:
    return any(key[2] == name for key in faults)


def _explain(book: Any, rows: int) -> None:
    sheet = book.add_worksheet("Petunjuk")
    sheet.set_column(0, 0, 100)
    for line, text in enumerate(
        (
            f"Lembar Perbaikan memuat {rows} baris yang ditahan. Baris lain dari berkas semula sudah aman.",
            "Sel berwarna adalah sel yang perlu diperbaiki. Arahkan kursor ke sel itu untuk membaca sebabnya.",
            "Jangan mengubah kolom pertama. Kolom itu menghubungkan baris ini dengan berkas semula.",
            "Semua sel bertipe Teks, agar NIK dan NIP tidak kehilangan angka.",
            "Setelah selesai, simpan lalu unggah berkas ini di halaman yang sama.",
        )
    ):
        sheet.write_string(line, 0, text)


def origin_changes(workbook: Workbook) -> tuple[int, dict[tuple[int, int], dict[str, str]]] | None:
    """What a returned correction workbook says: the file it belongs to, and per row the text of each cell.

    None when the workbook is an ordinary list. Rows whose first cell was changed beyond recognition are left out.
    """
    for table in workbook.sheets:
        origin = next((at for at, heading in enumerate(table.headings) if heading.startswith("Baris asal")), None)
        if origin is None:
            continue
        names = {label: name for name, label in COLUMN_LABELS.items()}
        columns = {at: names[heading] for at, heading in enumerate(table.headings) if heading in names}
        changes: dict[tuple[int, int], dict[str, str]] = {}
        files: set[int] = set()
        for cells in table.cells.iter_rows():
            found = _ORIGIN_FORM.match((cells[origin] or "").strip())
            if found is None:
                continue
            files.add(int(found[1]))
            changes[(int(found[2]), int(found[3]))] = {name: cells[at] or "" for at, name in columns.items()}
        if len(files) == 1:
            return files.pop(), changes
    return None
