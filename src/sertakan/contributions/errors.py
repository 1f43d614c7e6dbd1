"""Refusals about bills."""

from __future__ import annotations

from sertakan.core.errors import Conflict, NotAllowed, NotFound


class BillNotFound(NotFound):
    code = "bill_not_found"
    message = "Tagihan ini tidak ditemukan dalam lingkup Anda."


class MonthNotConfirmed(Conflict):
    code = "month_not_confirmed"
    message = (
        "Tagihan %(month)s belum dapat diterbitkan: operator belum mengonfirmasi bulan itu menurut aturan versi "
        "%(rules_version)s. Minta operator memeriksa dan mengonfirmasi bulan itu, lalu terbitkan lagi."
    )


class BillNotDraft(Conflict):
    code = "bill_not_draft"
    message = "Tagihan %(number)s sudah %(state)s, maka tidak dapat diterbitkan lagi. Perubahan hanya melalui tagihan koreksi."


class BillSuperseded(Conflict):
    code = "bill_superseded"
    message = "Tagihan %(number)s sudah diganti. Buka tagihan terbaru untuk bulan itu."


class CannotMakeBills(NotAllowed):
    code = "cannot_make_bills"
    message = (
        "Tagihan hanya dapat dihitung oleh petugas OPD untuk instansinya sendiri, koordinator provinsi, atau operator."
    )


class CannotIssueBill(NotAllowed):
    code = "cannot_issue_bill"
    message = "Tagihan hanya dapat diterbitkan oleh petugas OPD untuk instansinya sendiri, koordinator provinsi, atau operator."


class CannotConfirmMonth(NotAllowed):
    code = "cannot_confirm_month"
    message = "Bulan tagihan hanya dapat dikonfirmasi oleh operator sistem."


class DonorNotInBill(NotFound):
    code = "donor_not_in_bill"
    message = "Donatur ini tidak memiliki pekerja dalam tagihan %(number)s."
