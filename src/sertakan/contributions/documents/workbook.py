"""A bill as a workbook: summary, one row per donor, one row per worker. Identity numbers are masked."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from sertakan.contributions.documents import facts
from sertakan.contributions.models import Bill, BillLine
from sertakan.contributions.queries import bill_lines, differences, donor_sums, programme_totals
from sertakan.people.models import Identifier
from sertakan.rules.reasons import funding_in_words, sector_in_words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_MONEY = '"Rp"#,##0'
_DAY = "d mmmm yyyy"


@facts.in_indonesian
def bill_workbook(bill: Bill) -> bytes:
    """The workbook of a bill as bytes (xlsx). Text is always written as text, never as a formula."""
    import xlsxwriter

    data = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": f"Tagihan {bill.number}", "subject": f"Iuran {bill.billed_month}"})
        _Sheets(book, bill).write()
    return data.getvalue()


class _Sheets:
    """Writes the sheets of one bill with formats in common."""

    def __init__(self, book: Workbook, bill: Bill) -> None:
        self.book, self.bill = book, bill
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E3EDEA", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.money = book.add_format({"num_format": _MONEY})
        self.sum = book.add_format({"num_format": _MONEY, "bold": True, "top": 1})
        self.bold = book.add_format({"bold": True, "top": 1})
        self.day = book.add_format({"num_format": _DAY, "align": "left"})
        self.changes = facts.changes(bill)

    def write(self) -> None:
        self._summary()
        self._donors()
        self._workers()
        if self.bill.corrects_id is not None:
            self._differences()

    def _summary(self) -> None:
        sheet = self.book.add_worksheet("Ringkasan")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 3, 20)
        header = facts.header(self.bill)
        sheet.write_string(0, 0, f"Tagihan iuran {header['month']} · {header['agency']}", self.title)
        lines = [
            ("Nomor", header["number"]),
            ("Keadaan", self.bill.get_state_display()),
            *((("Mengoreksi tagihan", header["corrects"]),) if header["corrects"] else ()),
            ("Pekerja", header["workers"]),
            ("Mendapat keringanan", header["discounted"]),
            *((f"Jatuh tempo {due['what']}", due["day"]) for due in header["due"]),
            ("Terbilang", header["words"]),
            ("Aturan versi", f"{header['rules_version']} (diketahui per {header['as_of']})"),
            ("Dihitung", header["computed_at"]),
        ]
        if header["note"]:
            lines.append(("Catatan", header["note"]))
        for row, (name, value) in enumerate(lines, start=2):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, str(value))
        row = len(lines) + 3
        self._heads(sheet, row, ("Program", "Pekerja", "Iuran penuh", "Iuran ditagih"))
        totals = programme_totals(self.bill)
        for total in totals:
            row += 1
            sheet.write_string(row, 0, facts.PROGRAMME_NAMES[total.programme])
            sheet.write_number(row, 1, total.workers)
            sheet.write_number(row, 2, total.full, self.money)
            sheet.write_number(row, 3, total.amount, self.money)
        row += 1
        sheet.write_string(row, 0, "Jumlah", self.bold)
        sheet.write_blank(row, 1, None, self.bold)
        sheet.write_number(row, 2, self.bill.total_full, self.sum)
        sheet.write_number(row, 3, self.bill.total, self.sum)
        if self.changes:
            self._changes(sheet, row + 2)

    def _changes(self, sheet: Worksheet, row: int) -> None:
        sheet.write_string(row, 0, "Perubahan tarif", self.title)
        self._heads(sheet, row + 1, ("Kelompok", "Pekerja", "Bulan sebelumnya", "Bulan ini", "Keterangan dan dasar"))
        sheet.set_column(4, 4, 90)
        for place, change in enumerate(self.changes, start=row + 2):
            group = f"{sector_in_words(change.sector)}, {funding_in_words(change.funding)}"
            sheet.write_string(place, 0, f"{group}, {facts.programmes_in_words(change.programmes)}")
            sheet.write_number(place, 1, change.workers)
            sheet.write_number(place, 2, change.before, self.money)
            sheet.write_number(place, 3, change.after, self.money)
            sheet.write_string(place, 4, " ".join(filter(None, (change.text, change.reason, change.source))), self.wrap)

    def _donors(self) -> None:
        sheet = self.book.add_worksheet("Per donatur")
        titles = ("No.", "Donatur", "NIP", "Pekerja", "Bulan", "JKK", "JKM", "JHT", "Jumlah", "Kuasa potong")
        self._heads(sheet, 0, titles)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, 2, 22)
        sheet.set_column(5, 8, 15)
        sheet.freeze_panes(1, 2)
        donors = donor_sums(self.bill)
        for row, donor in enumerate(donors, start=1):
            sheet.write_number(row, 0, row)
            sheet.write_string(row, 1, donor.name)
            sheet.write_string(row, 2, donor.nip, self.text)
            sheet.write_number(row, 3, donor.workers)
            sheet.write_number(row, 4, donor.months)
            for column, amount in enumerate((donor.jkk, donor.jkm, donor.jht, donor.amount), start=5):
                sheet.write_number(row, column, amount, self.money)
            sheet.write_string(row, 9, facts.MANDATE[donor.mandate], self.text)
        last = len(donors) + 1
        sheet.write_string(last, 1, "Jumlah", self.bold)
        sheet.write_number(last, 3, self.bill.line_count, self.bold)
        amounts = (self.bill.jkk, self.bill.jkm, self.bill.jht, self.bill.total)
        for column, amount in enumerate(amounts, start=5):
            sheet.write_number(last, column, amount, self.sum)
        sheet.autofilter(0, 0, max(len(donors), 1), len(titles) - 1)

    def _workers(self) -> None:
        sheet = self.book.add_worksheet("Per pekerja")
        titles = [
            "No.", "Nama pekerja", "NIK", "Donatur", "Program", "Dasar upah", "Sektor", "Sumber dana", "JKK", "JKM", "JHT",
            "Jumlah", "Iuran penuh", "Keringanan", "Jatuh tempo JKK/JKM", "Jatuh tempo JHT",
        ]  # fmt: skip
        before = {(one.sector, one.funding, one.programmes, one.dasar): one.before for one in self.changes}
        if before:
            titles += ["Bulan sebelumnya", "Selisih"]
        self._heads(sheet, 0, titles)
        sheet.set_column(1, 3, 26)
        sheet.set_column(5, len(titles) - 1, 15)
        sheet.freeze_panes(1, 2)
        masked = _masked_numbers(self.bill)
        row = 0
        for row, line in enumerate(bill_lines(self.bill).iterator(chunk_size=5000), start=1):
            self._worker(sheet, row, line, masked.get(line.person_id, ""))
            if before:
                was = before[(line.sector, line.funding, line.programmes, line.dasar)]
                sheet.write_number(row, 16, was, self.money)
                sheet.write_number(row, 17, line.total - was, self.money)
        sheet.autofilter(0, 0, max(row, 1), len(titles) - 1)

    def _worker(self, sheet: Worksheet, row: int, line: BillLine, nik: str) -> None:
        sheet.write_number(row, 0, row)
        sheet.write_string(row, 1, line.person.name)
        sheet.write_string(row, 2, nik, self.text)
        sheet.write_string(row, 3, line.donor.name if line.donor else "")
        sheet.write_string(row, 4, facts.programmes_in_words(line.programmes))
        sheet.write_number(row, 5, line.dasar, self.money)
        sheet.write_string(row, 6, sector_in_words(line.sector))
        sheet.write_string(row, 7, funding_in_words(line.funding))
        full = line.jkk_full + line.jkm_full + line.jht_full
        for column, amount in enumerate((line.jkk, line.jkm, line.jht, line.total, full), start=8):
            sheet.write_number(row, column, amount, self.money)
        sheet.write_string(row, 13, "ya" if line.discount else "tidak")
        for column, day in ((14, line.due_on_jkk_jkm), (15, line.due_on_jht)):
            if day is not None:
                sheet.write_datetime(row, column, day, self.day)

    def _differences(self) -> None:
        sheet = self.book.add_worksheet("Koreksi")
        self._heads(sheet, 0, ("Pekerja", "Perubahan", "Tagihan lama", "Tagihan ini", "Selisih"))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 4, 16)
        kinds = {"added": "ditambahkan", "removed": "dihapus", "changed": "diubah"}
        for row, found in enumerate(differences(self.bill), start=1):
            sheet.write_string(row, 0, found.person_name)
            sheet.write_string(row, 1, kinds[found.kind])
            for column, amount in enumerate((found.before, found.after, found.after - found.before), start=2):
                sheet.write_number(row, column, amount, self.money)

    def _heads(self, sheet: Worksheet, row: int, titles: Any) -> None:
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.head)


def _masked_numbers(bill: Bill) -> dict[int, str]:
    """The last four digits of each worker's NIK behind stars. Nothing is decrypted."""
    people = BillLine.objects.filter(month=bill.month, bill=bill).values("person_id")
    rows = Identifier.objects.filter(kind=Identifier.Kind.NIK, person_id__in=people).values_list(
        "person_id", "last_four"
    )
    return {person_id: "*" * 12 + last_four for person_id, last_four in rows}
