"""What a donor gave and where it went: proof of one payment, and the summary of a year. Every figure comes from the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from sertakan.agencies.models import Agency
from sertakan.contributions.documents.facts import in_indonesian
from sertakan.contributions.models import PaidMonth, Reversal, Transfer
from sertakan.contributions.queries import DonorStatement, agencies_of_donor, donor_statement
from sertakan.contributions.receipts.errors import NothingReceived
from sertakan.contributions.receipts.paper import TEMPLATES, letter_facts
from sertakan.core import typeset
from sertakan.core.money import Rupiah, format_number, format_rupiah, terbilang
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, month_in_words
from sertakan.sponsorship.models import Donor

_RECEIVED = ("collected", "identified")
_HOW = {
    "bank_line": "tercatat di rekening penampung",
    "slip": "dengan bukti setor",
    "code": "dengan kode iuran",
    "answer": "menurut jawaban BPJS",
    "confirmation": "menurut konfirmasi BPJS",
    "bill": "menurut tagihan",
    "decision": "menurut catatan petugas",
}


@dataclass(frozen=True, slots=True)
class DonorPayment:
    """Money that a donor gave: one entry of the ledger that stands."""

    transfer_id: int
    month: Month
    booked_on: date
    amount: Rupiah
    reference: str
    evidence_kind: str


def payments_of(donor: Donor, *, year: int | None = None) -> list[DonorPayment]:
    """What came in from a donor and was not taken back, newest first."""
    return payments_by_donor([donor.pk], year=year).get(donor.pk, [])


def payments_by_donor(donor_ids: Collection[int], *, year: int | None = None) -> dict[int, list[DonorPayment]]:
    """The same for many donors; who gave nothing is left out. Two statements."""
    found = Transfer.objects.filter(donor__in=list(donor_ids), leg__in=_RECEIVED)
    if year is not None:
        found = found.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 1))
    rows = list(found.order_by("-booked_on", "-id"))
    undone = set(
        Reversal.objects.filter(transfer_id__in=[row.id for row in rows]).values_list("transfer_id", flat=True)
    )
    payments: dict[int, list[DonorPayment]] = defaultdict(list)
    for row in rows:
        if row.id not in undone and row.donor_id is not None:
            payments[row.donor_id].append(
                DonorPayment(row.id, Month.of(row.month), row.booked_on, row.amount, row.reference, row.evidence_kind)
            )
    return dict(payments)


def payment_of(donor: Donor, transfer_id: int) -> DonorPayment:
    """One of the donor's payments that stand. Raises NothingReceived."""
    found = next((one for one in payments_of(donor) if one.transfer_id == transfer_id), None)
    if found is None:
        raise NothingReceived()
    return found


@in_indonesian
def payment_pdf(donor: Donor, payment: DonorPayment) -> bytes:
    """The proof of one payment: amount, day, for which months, and what BPJS has confirmed of these months by now."""
    entry = Transfer.objects.get(id=payment.transfer_id, month=payment.month.first_day)
    months: dict[Month, Rupiah] = defaultdict(int)
    for row in Transfer.objects.filter(entry_id=entry.entry_id, month=entry.month, leg="fulfilled", donor=donor):
        if row.contribution_month is not None:
            months[Month.of(row.contribution_month)] += row.amount
    statements = {year: donor_statement(donor, year) for year in {month.year for month in months}}
    confirmed = {row.month: row for found in statements.values() for row in found.months}
    ahead = payment.amount - sum(months.values())
    data = {
        **letter_facts(donor.agency),
        **_donor(donor),
        "title": f"Bukti penerimaan {payment.transfer_id}",
        "amount": format_rupiah(payment.amount),
        "words": terbilang(payment.amount),
        "day": day_in_words(payment.booked_on),
        "how": _HOW.get(payment.evidence_kind, ""),
        "reference": payment.reference,
        "months": [
            {
                "month": month_in_words(month),
                "amount": format_rupiah(amount),
                "state": _state(confirmed[month].due, confirmed[month].confirmed)
                if month in confirmed
                else "menunggu BPJS",
            }
            for month, amount in sorted(months.items())
        ],
        "ahead": format_rupiah(ahead) if ahead > 0 else "",
        **_code(f"SERTAKAN terima {payment.transfer_id} | {payment.booked_on} | {format_rupiah(payment.amount)}"),
    }
    return typeset.pdf(TEMPLATES / "payment.typ", data)


def _state(due: Rupiah, confirmed: Rupiah) -> str:
    if confirmed <= 0:
        return "menunggu konfirmasi BPJS"
    return (
        "dikonfirmasi BPJS"
        if confirmed >= due
        else f"dikonfirmasi {format_rupiah(confirmed)} dari {format_rupiah(due)}"
    )


@in_indonesian
def year_pdf(donor: Donor, year: int) -> bytes:
    """The summary of a year as a letter. Raises NothingReceived for a year without promise, money and month."""
    found = _statement(donor, year)
    data = {
        **letter_facts(donor.agency),
        **_donor(donor),
        "title": f"Ringkasan donatur {year}",
        "year": str(year),
        "amount": format_rupiah(found.confirmed),
        "words": terbilang(found.confirmed),
        "received": format_rupiah(sum(one.amount for one in payments_of(donor, year=year))),
        "held": format_rupiah(max(0, found.held)),
        "direct": format_rupiah(-found.held) if found.held < 0 else "",
        "months": [
            {
                "month": month_in_words(one.month),
                "workers": format_number(one.workers),
                "due": format_rupiah(one.due),
                "collected": format_rupiah(one.collected),
                "confirmed": format_rupiah(one.confirmed),
                "closed": format_rupiah(one.not_collected) if one.not_collected else "–",
            }
            for one in found.months
        ],
        "sums": [
            format_rupiah(sum(getattr(one, name) for one in found.months))
            for name in ("due", "collected", "confirmed", "not_collected")
        ],
        "workers": [
            {"name": name, "months": format_number(count), "span": span, "amount": format_rupiah(amount)}
            for name, count, span, amount in _workers(donor, year)
        ],
        **_code(f"SERTAKAN {year} donatur | dikonfirmasi {format_rupiah(found.confirmed)}"),
    }
    return typeset.pdf(TEMPLATES / "year.typ", data)


@in_indonesian
def year_workbook(donor: Donor, year: int) -> bytes:
    """The summary of a year as a workbook: months, payments, workers. Raises NothingReceived."""
    import xlsxwriter

    found = _statement(donor, year)
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"Ringkasan donatur {year}"})
        head = book.add_format({"bold": True, "bg_color": "#E3EDEA", "border": 1, "text_wrap": True})
        money = book.add_format({"num_format": '"Rp"#,##0'})
        months = [
            (str(one.month), one.workers, one.due, one.collected, one.confirmed, one.not_collected)
            for one in found.months
        ]
        payments = [
            (one.booked_on.isoformat(), one.amount, _HOW.get(one.evidence_kind, ""), one.reference)
            for one in payments_of(donor, year=year)
        ]
        _sheet(
            book, "Per bulan", ("Bulan", "Pekerja", "Ditagih", "Diterima", "Dikonfirmasi BPJS", "Ditutup tidak terkumpul"), months,
            head, money, {2, 3, 4, 5},
        )  # fmt: skip
        _sheet(book, "Pembayaran", ("Tanggal", "Jumlah", "Cara", "Referensi"), payments, head, money, {1})
        _sheet(
            book, "Pekerja", ("Nama", "Bulan dibayar", "Masa", "Iuran dikonfirmasi"), _workers(donor, year), head, money, {3}
        )  # fmt: skip
    return out.getvalue()


def _sheet(
    book: Any, name: str, headings: tuple[str, ...], rows: list[Any], head: Any, money: Any, amounts: set[int]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    for at, heading in enumerate(headings):
        sheet.set_column(at, at, 24)
        sheet.write_string(0, at, heading, head)
    for place, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(place, at, value, money if at in amounts else None)
            else:
                sheet.write_string(place, at, value)


def _statement(donor: Donor, year: int) -> DonorStatement:
    found = donor_statement(donor, year)
    if not found.months and not payments_of(donor, year=year):
        raise NothingReceived()
    return found


def _workers(donor: Donor, year: int) -> list[tuple[str, int, str, Rupiah]]:
    """Workers of a donor in a year: name, confirmed months, from and to, sum. From the months that stand."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.name, count(DISTINCT c.month), min(c.month), max(c.month), sum(c.total)::bigint FROM contributions_paid c"
            " JOIN people_person p ON p.id = c.person_id JOIN people_person h ON h.id = coalesce(p.merged_into_id, p.id)"
            " WHERE c.donor_id = %s AND c.month >= %s AND c.month <= %s GROUP BY h.id, h.name, h.sort_key ORDER BY h.sort_key, h.id",
            [donor.pk, date(year, 1, 1), date(year, 12, 1)],
        )
        return [
            (name, int(count), f"{Month.of(first)} s.d. {Month.of(last)}", int(amount))
            for name, count, first, last, amount in cursor.fetchall()
        ]


def _donor(donor: Donor) -> dict[str, str]:
    return {"donor": donor.name, "nip": donor.nip or "–"}


def _code(text: str) -> dict[str, str]:
    return {"qr": typeset.square_code(text), "qr_alt": f"Kode QR dengan isi: {text}"}


def years_of(agency: Agency) -> list[int]:
    """The years of which an agency has confirmed months or money, newest first."""
    paid = PaidMonth.objects.filter(agency=agency).dates("month", "year")
    given = Transfer.objects.filter(agency=agency, leg__in=_RECEIVED).dates("booked_on", "year")
    return sorted({day.year for day in (*paid, *given)}, reverse=True)


def years_of_donor(donor: Donor) -> list[int]:
    """The years of which a donor has confirmed months or money, newest first."""
    parts = agencies_of_donor(donor)
    paid = PaidMonth.objects.filter(agency__in=parts, donor=donor).dates("month", "year")
    given = Transfer.objects.filter(agency__in=parts, donor=donor, leg__in=_RECEIVED).dates("booked_on", "year")
    return sorted({day.year for day in (*paid, *given)}, reverse=True)
