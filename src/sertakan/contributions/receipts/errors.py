"""Refusals about receipts and slips."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class SlipUnreadable(DomainError):
    code = "slip_unreadable"
    message = "Kode ini tidak terbaca sebagai kode slip Sertakan. Pindai lagi kotaknya, atau ketik 13 huruf dan angka di bawah kotak."


class SlipForged(DomainError):
    code = "slip_forged"
    message = (
        "Tanda tangan kode ini tidak cocok: isinya diubah, atau bukan kami yang menerbitkannya. Jangan dipercaya; tanyakan "
        "kepada petugas yang memberikannya."
    )


class SlipUnknown(NotFound):
    code = "slip_unknown"
    message = "Tidak ada slip dengan kode ini. Periksa setiap huruf dan angkanya, atau pindai kotaknya."


class SlipWithdrawn(DomainError):
    code = "slip_withdrawn"
    message = "Slip ini sudah ditarik dan tidak berlaku lagi. Minta slip baru kepada petugas."
    status = 410


class SlipTooEarly(Conflict):
    code = "slip_before_number"
    message = (
        "Slip belum dapat diterbitkan: nomor peserta dari BPJS Ketenagakerjaan belum ada. Sebelum nomor terbit, pekerja belum "
        "terlindungi dan tidak boleh memegang tanda apa pun."
    )


class SlipNothingPaid(Conflict):
    code = "slip_nothing_paid"
    message = (
        "Slip belum dapat diterbitkan: belum ada bulan yang dikonfirmasi BPJS sebagai dibayar. Setoran yang menunggu konfirmasi "
        "belum dihitung."
    )


class NoSlips(Conflict):
    code = "slips_none"
    message = (
        "Belum ada pekerja yang dapat menerima slip: slip menunggu nomor peserta dan bulan yang dikonfirmasi BPJS."
    )


class CannotIssueSlips(NotAllowed):
    code = "cannot_issue_slips"
    message = (
        "Slip pekerja hanya diterbitkan oleh petugas OPD untuk pekerjanya sendiri, koordinator provinsi, atau operator."
    )


class NothingReceived(NotFound):
    code = "receipt_nothing_received"
    message = (
        "Belum ada uang dari donatur ini yang tercatat diterima pada masa itu, maka tidak ada bukti yang dapat dibuat."
    )
