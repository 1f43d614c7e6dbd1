"""The letter to a treasurer before a rate changes, and the same as a workbook for the payroll."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sertakan.agencies.models import Agency
from sertakan.contributions.documents import facts
from sertakan.contributions.documents.letter import compile_letter, square_code
from sertakan.contributions.errors import NothingDeducted
from sertakan.contributions.queries.deductions import AgencyChange, Change, Deduction, rate_change_of
from sertakan.core import clock
from sertakan.core.money import format_number, format_rupiah, terbilang
from sertakan.core.month import Month
from sertakan.rules import load_rules
from sertakan.rules.reasons import day_in_words, funding_in_words, month_in_words, sector_in_words


@facts.in_indonesian
def deductions_pdf(agency: Agency, month: Month) -> bytes:
    """The letter of one agency for a change of rate. Raises NothingDeducted."""
    change, mine = _mine(agency, month)
    rules = load_rules()
    number = _number(agency, month)
    unchanged = [one for one in mine.deductions if one.unchanged]
    data: dict[str, Any] = {
        "title": f"Perubahan potongan iuran mulai {month_in_words(month)}",
        "province": agency.province.name,
        "agency": agency.name,
        "number": number,
        "date": day_in_words(clock.today()),
        "month": month_in_words(month),
        "month_before": month_in_words(month.previous()),
        "before": format_rupiah(mine.before),
        "after": format_rupiah(mine.after),
        "words": terbilang(mine.after),
        "closes_on": facts.weekday_and_day(change.closes_on),
        "opening": _opening(mine, month),
        "sentences": _sentences(mine),
        "note": ""
        if change.law_confirmed
        else f"Dihitung menurut aturan yang diketahui per {day_in_words(rules.as_of)}; aturan bulan ini masih dapat berubah.",
        "rules_version": rules.version,
        "computed_at": facts.moment(clock.now()),
        "donors": [
            {
                "no": format_number(place),
                "name": one.name,
                "nip": one.nip,
                "workers": format_number(one.workers),
                "before": format_rupiah(one.before),
                "after": format_rupiah(one.after),
                "mandate": mandate_in_words(one),
            }
            for place, one in enumerate(mine.changing, start=1)
        ],
        "unchanged": [
            {
                "no": format_number(place),
                "name": one.name,
                "nip": one.nip,
                "workers": format_number(one.workers),
                "after": format_rupiah(one.after),
                "why": why_unchanged(one),
            }
            for place, one in enumerate(unchanged, start=1)
        ],
        **square_code(
            f"SERTAKAN {number} | {month} | {format_rupiah(mine.before)} -> {format_rupiah(mine.after)} | {mine.workers} pekerja"
        ),
    }
    return compile_letter("deductions.typ", data)


@facts.in_indonesian
def deductions_workbook(agency: Agency, month: Month) -> bytes:
    """One row per payer and kind of contribution: old and new deduction. Raises NothingDeducted."""
    import xlsxwriter

    change, mine = _mine(agency, month)
    data = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": f"Perubahan potongan {month} {agency.short_name}"})
        head = book.add_format({"bold": True, "bg_color": "#E3EDEA", "border": 1, "text_wrap": True, "valign": "top"})
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": '"Rp"#,##0'})
        sheet = book.add_worksheet("Potongan")
        sheet.write_string(0, 0, f"Perubahan potongan iuran mulai {month_in_words(month)} · {agency.name}")
        sheet.write_string(1, 0, f"Ubah paling lambat {facts.weekday_and_day(change.closes_on)}")
        titles = (
            "Donatur", "NIP", "Pekerja", "Sektor", "Sumber dana", "Dasar", f"Sebulan sampai {month_in_words(month.previous())}",
            f"Sebulan mulai {month_in_words(month)}", "Selisih", "Kuasa potong", "Catatan",
        )  # fmt: skip
        for column, title in enumerate(titles):
            sheet.write_string(3, column, title, head)
        row = 4
        for one in mine.deductions:
            for group in one.groups:
                sheet.write_string(row, 0, one.name, text)
                sheet.write_string(row, 1, one.nip, text)
                sheet.write_number(row, 2, group.workers)
                sheet.write_string(row, 3, sector_in_words(group.sector), text)
                sheet.write_string(row, 4, funding_in_words(group.funding), text)
                for column, amount in enumerate(
                    (
                        group.dasar,
                        group.workers * group.before,
                        group.workers * group.after,
                        group.workers * (group.after - group.before),
                    ),
                    start=5,
                ):
                    sheet.write_number(row, column, amount, money)
                sheet.write_string(row, 9, mandate_in_words(one), text)
                sheet.write_string(row, 10, "tidak berubah, selalu penuh" if group.always_full else "", text)
                row += 1
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 22)
        sheet.set_column(2, 10, 18)
        sheet.freeze_panes(4, 1)
    return data.getvalue()


def mandate_in_words(one: Deduction) -> str:
    """Whether the paper that allows the deduction is there and is enough."""
    if one.donor_id is None:
        return "–"
    if one.above_limit:
        return f"kurang: batasnya {format_rupiah(one.limit or 0)}"
    return "ada" if one.mandate else "belum ada"


def why_unchanged(one: Deduction) -> str:
    """Why a payer's deduction stays as it is."""
    if one.always_full:
        return "dari anggaran pemerintah, selalu penuh"
    return "tarifnya tidak berubah pada bulan ini"


def _mine(agency: Agency, month: Month) -> tuple[Change, AgencyChange]:
    change = rate_change_of(month, agency_id=agency.pk)
    if not change.agencies:
        raise NothingDeducted(agency=agency.name, month=month_in_words(month.previous()))
    return change, change.agencies[0]


def _number(agency: Agency, month: Month) -> str:
    return f"PT/{month.year:04d}{month.month:02d}/{agency.code}"


def _opening(mine: AgencyChange, month: Month) -> str:
    if not mine.changing:
        return f"Mulai {month_in_words(month)} tidak ada potongan yang berubah di {mine.agency}."
    return (
        f"Mulai {month_in_words(month)} iuran {format_number(mine.changing_workers)} pekerja di sekitar pegawai "
        f"{mine.agency} berubah. Bila potongannya tetap seperti sekarang, iuran yang disetor kurang dan perlindungan pekerja terputus."
    )


def _sentences(mine: AgencyChange) -> list[str]:
    found = []
    if mine.always_full_workers:
        found.append(
            f"Untuk {format_number(mine.always_full_workers)} pekerja yang iurannya dari APBD, APBN, atau APBDes tidak ada "
            "perubahan: iurannya selalu penuh."
        )
    if mine.without_mandate:
        found.append(
            f"{format_number(mine.without_mandate)} donatur belum mempunyai kuasa potong tertulis; mintalah sebelum potongan diubah."
        )
    above = sum(1 for one in mine.changing if one.above_limit)
    if above:
        found.append(
            f"Kuasa {format_number(above)} donatur membatasi potongan di bawah jumlah yang baru; kuasa itu perlu ditandatangani lagi."
        )
    return found
