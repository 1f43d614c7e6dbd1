"""The recap of an agency for one month, in the columns that offices ask for: values in, workbook and letter out.

States of cover are values here, because cover is computed downstream of money. Whole numbers of persons never stand in a recap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sertakan.agencies.models import Agency
from sertakan.contributions.documents.facts import in_indonesian, moment, programmes_in_words
from sertakan.contributions.receipts.paper import TEMPLATES
from sertakan.core import typeset
from sertakan.core.money import Rupiah, format_number, format_rupiah, terbilang
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, funding_in_words, month_in_words

STATE_WORDS = {
    "not_yet": "belum bernomor",
    "active": "aktif",
    "arrears_1": "menunggak 1 bulan",
    "arrears_2": "menunggak 2 bulan",
    "arrears_3": "menunggak 3 bulan",
    "inactive": "nonaktif",
    "refused": "ditolak BPJS",
}
"""Documents are Indonesian."""


@dataclass(frozen=True, slots=True)
class RecapRow:
    """One worker of the recap. Numbers of persons by their last four digits."""

    donor: str
    nip: str
    worker: str
    nik_last_four: str
    sex: str
    born: date | None
    domicile: str
    work_area: str
    occupation: str
    phone: str
    programmes: str
    dasar: Rupiah
    funding: str
    paid_from: Month | None
    paid_until: Month | None
    amount: Rupiah
    paid_on: date | None
    reference: str
    kpj_last_four: str
    state: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Recap:
    """An agency's month: rows of workers, and the sums that go to the province. `on`: the day of the states."""

    agency: Agency
    month: Month
    on: date
    made_at: datetime
    rows: tuple[RecapRow, ...]
    staff: int | None
    donors: int
    due: Rupiah
    paid: Rupiah
    pic: str
    rules_version: str

    def count(self, *states: str) -> int:
        """Workers in one of these states."""
        return sum(1 for row in self.rows if row.state in states)

    @property
    def numbered(self) -> int:
        return self.count("active", "arrears_1", "arrears_2", "arrears_3", "inactive")

    @property
    def share(self) -> str:
        """Staff taking part in per cent, as it is written; a dash where the number of staff is not known."""
        if not self.staff:
            return "–"
        tenths = round(1000 * self.donors / self.staff)
        return f"{format_number(tenths // 10)},{tenths % 10} %"


def _sums(recap: Recap) -> list[tuple[str, str]]:
    """The line of the agency, as name and value."""
    return [
        ("Jumlah ASN", "–" if recap.staff is None else format_number(recap.staff)),
        ("ASN yang ikut", format_number(recap.donors)),
        ("Persentase ikut", recap.share),
        ("Pekerja diusulkan", format_number(len(recap.rows))),
        ("Pekerja bernomor", format_number(recap.numbered)),
        ("Ditolak BPJS", format_number(recap.count("refused"))),
        ("Aktif", format_number(recap.count("active"))),
        *((f"Menunggak {n} bulan", format_number(recap.count(f"arrears_{n}"))) for n in (1, 2, 3)),
        ("Nonaktif", format_number(recap.count("inactive"))),
        ("Iuran ditagih", format_rupiah(recap.due)),
        ("Iuran dikonfirmasi BPJS", format_rupiah(recap.paid)),
        ("Petugas OPD (PIC)", recap.pic or "–"),
    ]


@in_indonesian
def recap_pdf(recap: Recap) -> bytes:
    """The recap as a letter in landscape, with lines for obstacle and follow-up."""
    data = {
        **_head(recap),
        "sums": [{"name": name, "value": value} for name, value in _sums(recap)],
        "rows": [
            {
                "no": str(place),
                "donor": row.donor or "–",
                "worker": row.worker,
                "nik": _masked(row.nik_last_four, 16),
                "kpj": _masked(row.kpj_last_four, 11),
                "occupation": row.occupation or "–",
                "place": row.domicile or "–",
                "programmes": programmes_in_words(row.programmes),
                "dasar": format_rupiah(row.dasar),
                "span": _span(row),
                "amount": format_rupiah(row.amount) if row.amount else "–",
                "paid_on": day_in_words(row.paid_on) if row.paid_on else "–",
                "state": STATE_WORDS[row.state],
            }
            for place, row in enumerate(recap.rows, start=1)
        ],
    }
    return typeset.pdf(TEMPLATES / "recap.typ", data)


@in_indonesian
def recap_workbook(recap: Recap) -> bytes:
    """The recap as a workbook with every column; text is written as text, never as a formula."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": _head(recap)["title"]})
        styles = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#E3EDEA", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "money": book.add_format({"num_format": '"Rp"#,##0'}),
            "day": book.add_format({"num_format": "d mmmm yyyy", "align": "left"}),
            "bold": book.add_format({"bold": True, "top": 1}),
            "sum": book.add_format({"bold": True, "top": 1, "num_format": '"Rp"#,##0'}),
        }
        _summary_sheet(book, styles, recap)
        _worker_sheet(book, styles, recap)
    return out.getvalue()


_COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("No.", 5, "number"), ("OPD", 24, "text"), ("Nama donatur", 24, "text"), ("NIP donatur", 20, "text"),
    ("Nama pekerja", 26, "text"), ("NIK (tersamar)", 18, "text"), ("Jenis kelamin", 8, "text"),
    ("Tanggal lahir", 18, "day"), ("Kabupaten/kota domisili", 22, "text"), ("Kabupaten/kota tempat kerja", 22, "text"),
    ("Pekerjaan", 22, "text"), ("Telepon", 16, "text"), ("Program", 14, "text"), ("Dasar upah", 14, "money"),
    ("Sumber dana", 20, "text"), ("Dibayar dari", 16, "text"), ("Dibayar sampai", 16, "text"),
    ("Iuran bulan ini", 14, "money"), ("Tanggal bayar", 18, "day"), ("Referensi bayar", 18, "text"),
    ("KPJ (tersamar)", 14, "text"), ("Status", 18, "text"), ("Tanggal status", 18, "day"),
    ("Kartu diserahkan", 14, "text"), ("Keterangan", 28, "text"),
)  # fmt: skip


def _worker_sheet(book: Any, styles: dict[str, Any], recap: Recap) -> None:
    sheet = book.add_worksheet("Per pekerja")
    sheet.freeze_panes(1, 5)
    for at, (heading, width, _) in enumerate(_COLUMNS):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, heading, styles["head"])
    for place, row in enumerate(recap.rows, start=1):
        values = (
            place, recap.agency.name, row.donor, row.nip, row.worker, _masked(row.nik_last_four, 16), row.sex, row.born,
            row.domicile, row.work_area, row.occupation, row.phone, programmes_in_words(row.programmes), row.dasar,
            funding_in_words(row.funding), str(row.paid_from or ""), str(row.paid_until or ""), row.amount or None,
            row.paid_on, row.reference, _masked(row.kpj_last_four, 11), STATE_WORDS[row.state], recap.on, "", row.remark,
        )  # fmt: skip
        for at, (value, (_, _, kind)) in enumerate(zip(values, _COLUMNS, strict=True)):
            _write(sheet, place, at, value, kind, styles)
    last = len(recap.rows) + 1
    sheet.write_string(last, 4, "Jumlah", styles["bold"])
    sheet.write_number(last, 17, recap.paid, styles["sum"])
    sheet.autofilter(0, 0, max(1, len(recap.rows)), len(_COLUMNS) - 1)


def _write(sheet: Any, row: int, at: int, value: Any, kind: str, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if kind == "day":
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), styles["day"])  # noqa: DTZ001
    elif kind in ("money", "number"):
        sheet.write_number(row, at, value, styles["money"] if kind == "money" else None)
    else:
        sheet.write_string(row, at, str(value))


def _summary_sheet(book: Any, styles: dict[str, Any], recap: Recap) -> None:
    sheet = book.add_worksheet("Per OPD")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 44)
    head = _head(recap)
    sheet.write_string(0, 0, head["title"], styles["title"])
    lines = [
        *_sums(recap),
        ("Kendala", ""),
        ("Tindak lanjut", ""),
        ("Keadaan per", day_in_words(recap.on)),
        ("Dibuat", head["made"]),
        ("Aturan versi", recap.rules_version),
    ]
    for row, (name, value) in enumerate(lines, start=2):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)


def _head(recap: Recap) -> dict[str, Any]:
    return {
        "title": f"Rekap perlindungan pekerja {month_in_words(recap.month)} · {recap.agency.name}",
        "province": recap.agency.province.name,
        "agency": recap.agency.name,
        "month": month_in_words(recap.month),
        "on": day_in_words(recap.on),
        "made": moment(recap.made_at),
        "total": format_rupiah(recap.paid),
        "words": terbilang(recap.paid),
        "rules_version": recap.rules_version,
    }


def _span(row: RecapRow) -> str:
    if row.paid_from is None or row.paid_until is None:
        return "–"
    first, last = str(row.paid_from), str(row.paid_until)
    return first if first == last else f"{first} s.d. {last}"


def _masked(last_four: str, length: int) -> str:
    return "*" * (length - 4) + last_four if last_four else "–"
