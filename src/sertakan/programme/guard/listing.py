"""The open warnings as a file: a workbook, or lines of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from sertakan.core.month import Month
from sertakan.protection.models import LapseWarning
from sertakan.rules.reasons import month_in_words

COLUMNS = (
    "Peringatan", "Pekerja", "OPD", "Donatur", "Sumber dana", "Bulan", "Bertindak paling lambat", "Berhenti pada",
    "Santunan bila dibayar", "Santunan bila tidak", "Hilang", "Uang", "Sejak", "Diberi tahu",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(warnings: Iterable[LapseWarning], labels: dict[str, str]) -> list[tuple[Any, ...]]:
    """The cells of `COLUMNS` for each warning; `labels` names the kinds."""
    return [
        (
            labels.get(one.kind, one.kind),
            one.person.name,
            one.agency.short_name if one.agency else "",
            one.donor.name if one.donor else "",
            one.funding.upper() if one.funding.startswith("apb") else one.funding,
            month_in_words(Month.of(one.month), "id"),
            one.due_on,
            one.lapses_on,
            one.family_if_paid,
            one.family_if_unpaid,
            one.lost,
            "menunggu konfirmasi BPJS" if one.remitted else "sudah pada bendahara" if one.donor_paid else "",
            one.raised_on,
            one.told_on,
        )
        for one in warnings
    ]


def workbook(cells: list[tuple[Any, ...]], *, title: str) -> bytes:
    """An XLSX sheet: text stays text, days and rupiah are what they are."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Peringatan")
        bold, day, money = (
            book.add_format(shape) for shape in ({"bold": True}, {"num_format": "dd-mm-yyyy"}, {"num_format": "#,##0"})
        )
        sheet.write_string(0, 0, title, bold)
        for position, heading in enumerate(COLUMNS):
            sheet.write_string(2, position, heading, bold)
            sheet.set_column(position, position, max(14, len(heading) + 2))
        for number, row in enumerate(cells, start=3):
            for position, value in enumerate(row):
                if isinstance(value, date):
                    moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
                    sheet.write_datetime(number, position, moment, day)
                elif isinstance(value, int):
                    sheet.write_number(number, position, value, money)
                elif value:
                    sheet.write_string(number, position, value)
        sheet.freeze_panes(3, 2)
        sheet.autofilter(2, 0, 2 + len(cells), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def lines(cells: list[tuple[Any, ...]]) -> bytes:
    """CSV with semicolons, as a spreadsheet in Indonesia opens it; no cell begins a formula."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for row in cells:
        writer.writerow([_safe(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
