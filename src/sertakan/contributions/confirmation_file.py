"""Reads a confirmation file of BPJS: per payment code, or per membership number and month. What is in doubt is held, never zero."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from sertakan.contributions.errors import ConfirmationFileUnreadable
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.sponsorship import catalogue
from sertakan.sponsorship.answers.reading import Cell, Unreadable, columns_of, read_amount, read_day

_MONTH_HEADINGS = frozenset(
    {"bulan", "bulan iuran", "periode", "periode iuran", "blth", "untuk bulan", "bulan bayar", "month", "period"}
)
FIRST_DAY = date(2015, 7, 1)
_AMOUNTS = ("paid_amount", "payment_amount")
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.]?(\d{2})(?:-\d{2})?$")
_MONTH_YEAR = re.compile(r"^(\d{1,2}|[a-z]+)[\s./-]+(\d{4})$")


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """One row that can be applied: a payment code, or a membership number with its month."""

    sheet: str
    number: int
    code: str
    kpj: str
    month: Month | None
    amount: Rupiah
    paid_on: date

    def source(self, index: bytes) -> int:
        """A number that is the same for the same fact, whichever file brings it. `index`: keyed index of the membership number."""
        text = f"{self.month}|{self.amount}|{self.paid_on}".encode()
        return int.from_bytes(hashlib.sha256(index + text).digest()[:8], "big") >> 1


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row that was not applied: its place, and the code of the cause."""

    sheet: str
    number: int
    column: str
    cause: str

    @property
    def message(self) -> str:
        """Place, cause and remedy in one sentence or two."""
        cause, remedy = _causes()[self.cause]
        place = _("Baris %(row)s, kolom %(column)s") % {"row": self.number, "column": _names()[self.column]}
        return f"{place}: {cause} {remedy}"


@dataclass(frozen=True, slots=True)
class ConfirmationFile:
    """What was read: ``rows + held`` is every row of the file that has something in it."""

    rows: tuple[ConfirmationRow, ...]
    held: tuple[HeldRow, ...]


def _names() -> dict[str, str]:
    return {
        "code": _("kode iuran"),
        "kpj": "KPJ",
        "month": _("bulan"),
        "amount": _("jumlah"),
        "paid_on": _("tanggal bayar"),
    }


def _causes() -> dict[str, tuple[str, str]]:
    return {
        "missing": (_("tidak ada isinya."), _("Isi, lalu unggah lagi; baris lain sudah diproses.")),
        "amount_unreadable": (
            _("jumlah uang tidak terbaca dengan pasti."),
            _("Tulis angka bulat tanpa pecahan, misalnya 16.800, lalu unggah lagi."),
        ),
        "date_unreadable": (
            _("tanggal tidak terbaca dengan pasti."),
            _("Tulis seperti 15-12-2026, lalu unggah lagi."),
        ),
        "date_in_future": (_("tanggal bayar setelah hari ini."), _("Periksa tahunnya, lalu unggah lagi.")),
        "month_unreadable": (_("bulan iuran tidak terbaca."), _("Tulis seperti 2026-12, lalu unggah lagi.")),
        "number_numeric": (
            _("sel ini bertipe angka, maka nol di depan bisa hilang."),
            _("Ubah sel menjadi Teks, tulis ulang nomornya, lalu unggah lagi."),
        ),
        "number_malformed": (_("nomor ini tidak 11 angka."), _("Tulis ke-11 angkanya, lalu unggah lagi.")),
        "number_unknown": (
            _("nomor peserta ini tidak ada dalam daftar."),
            _("Muat dahulu jawaban BPJS yang membawa nomornya, lalu unggah lagi."),
        ),
        "code_unknown": (
            _("kode iuran ini belum tercatat."),
            _("Catat kode itu dengan pekerjanya, lalu unggah lagi."),
        ),
        "amount_below_code": (
            _("jumlahnya kurang dari iuran pekerja dalam kode ini."),
            _("Sebut KPJ pekerja yang dibayar, satu baris untuk satu pekerja."),
        ),
    }


def read_confirmations(path: Path, *, today: date) -> ConfirmationFile:
    """Every row of every table with the needed columns. Raises ConfirmationFileUnreadable, and what `intake.reading` raises."""
    from sertakan.intake.reading import read_workbook

    rows: list[ConfirmationRow] = []
    held: list[HeldRow] = []
    missing: set[str] = set()
    used = False
    for table in read_workbook(path).sheets:
        columns = _columns(table.headings)
        lacking = _lacking(columns)
        if lacking:
            missing |= lacking
            continue
        used = True
        names = [f"c{place}" for place in columns.values()]
        texts, kinds = table.cells.select(names).iter_rows(), table.kinds.select(names).iter_rows()
        for number, row, row_kinds in zip(table.rows.to_list(), texts, kinds, strict=True):
            cells = {
                column: Cell(text.strip(), kind or "s")
                for column, text, kind in zip(columns, row, row_kinds, strict=True)
                if text is not None and text.strip()
            }
            if not cells:
                continue
            read = _read_row(cells, table.sheet, int(number), today)
            (held if isinstance(read, HeldRow) else rows).append(read)  # type: ignore[arg-type]
    if not used:
        raise ConfirmationFileUnreadable(missing=", ".join(sorted(missing)) or "-")
    return ConfirmationFile(tuple(rows), tuple(held))


def _columns(headings: tuple[str, ...]) -> dict[str, int]:
    found = columns_of(headings)
    columns: dict[str, int] = {name: place for name, place in found.items() if name in ("kpj", "paid_on")}
    if "payment_code" in found:
        columns["code"] = found["payment_code"]
    amount = next((found[name] for name in _AMOUNTS if name in found), None)
    for place, heading in enumerate(headings):
        plain = catalogue.plain(heading or "")
        if plain in _MONTH_HEADINGS:
            columns.setdefault("month", place)
        elif plain in ("kode", "code"):
            columns.setdefault("code", place)
        elif plain in ("jumlah", "nominal") and amount is None:
            amount = place
        elif plain in ("tanggal", "tgl", "date"):
            columns.setdefault("paid_on", place)
    if amount is not None:
        columns["amount"] = amount
    return columns


def _lacking(columns: Mapping[str, int]) -> set[str]:
    names = _names()
    lacking = {names[column] for column in ("amount", "paid_on") if column not in columns}
    if "code" not in columns and "kpj" not in columns:
        lacking.add(f"{names['code']}/{names['kpj']}")
    return lacking


def _read_row(cells: Mapping[str, Cell], sheet: str, number: int, today: date) -> ConfirmationRow | HeldRow:
    code = cells["code"].text if "code" in cells else ""
    if not code and "kpj" not in cells:
        return HeldRow(sheet, number, "kpj", "missing")
    kpj, month = "", None
    if not code:
        cell = cells["kpj"]
        kpj = re.sub(r"[\s.\-'`]+", "", cell.text)
        if cell.kind != "s":
            return HeldRow(sheet, number, "kpj", "number_numeric")
        if len(kpj) != 11 or not (kpj.isascii() and kpj.isdigit()):
            return HeldRow(sheet, number, "kpj", "number_malformed")
        month = _month(cells["month"].text) if "month" in cells else None
        if month is None:
            return HeldRow(sheet, number, "month", "month_unreadable" if "month" in cells else "missing")
    for column in ("amount", "paid_on"):
        if column not in cells:
            return HeldRow(sheet, number, column, "missing")
    try:
        amount = read_amount(cells["amount"])
    except Unreadable:
        return HeldRow(sheet, number, "amount", "amount_unreadable")
    try:
        paid_on = read_day(cells["paid_on"])
    except Unreadable:
        return HeldRow(sheet, number, "paid_on", "date_unreadable")
    if paid_on < FIRST_DAY:
        return HeldRow(sheet, number, "paid_on", "date_unreadable")
    if paid_on > today:
        return HeldRow(sheet, number, "paid_on", "date_in_future")
    return ConfirmationRow(sheet, number, code, kpj, month, amount, paid_on)


def _month(text: str) -> Month | None:
    """``2026-12``, ``202612``, ``12/2026``, ``Desember 2026``, the first day of a date; None in doubt."""
    plain = text.casefold().strip().removesuffix("t00:00:00")
    found = _YEAR_MONTH.match(plain)
    try:
        if found:
            return Month(int(found[1]), int(found[2]))
        if found := _MONTH_YEAR.match(plain):
            number = int(found[1]) if found[1].isdigit() else catalogue.month_names().get(found[1], 0)
            return Month(int(found[2]), number)
    except ValueError:
        return None
    return None
