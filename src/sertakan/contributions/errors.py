"""Refusals about bills."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


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


class NothingDeducted(NotFound):
    code = "nothing_deducted"
    message = "Pada %(month)s tidak ada iuran pekerja di %(agency)s, maka tidak ada potongan yang berubah."


class NoRateChange(NotFound):
    code = "no_rate_change"
    message = "Pada %(month)s tidak ada tarif yang berubah."


class CannotPost(NotAllowed):
    code = "cannot_post"
    message = "Uang iuran hanya dapat dicatat oleh petugas OPD untuk instansinya sendiri, koordinator provinsi, atau operator."


class CannotConfirmPayment(NotAllowed):
    code = "cannot_confirm_payment"
    message = "Pembayaran hanya dapat dikonfirmasi oleh petugas BPJS Ketenagakerjaan atau operator."


class AmountNotPositive(DomainError):
    code = "amount_not_positive"
    message = "Jumlah uang harus lebih dari nol. Belum ada yang dicatat."


class FundingMissing(DomainError):
    code = "funding_missing"
    message = "Sumber dana uang ini belum disebut. Pilih sumber dana, lalu catat lagi."


class TransferNotFound(NotFound):
    code = "transfer_not_found"
    message = "Catatan uang ini tidak ditemukan dalam lingkup Anda."


class AlreadyReversed(Conflict):
    code = "already_reversed"
    message = "Catatan uang ini sudah dibatalkan sebelumnya; tidak ada yang berubah."


class NotReversible(Conflict):
    code = "not_reversible"
    message = (
        "Catatan berjenis %(leg)s tidak dapat dibatalkan langsung. Yang dapat dibatalkan: penerimaan, pengenalan, dan penyetoran; "
        "bulan yang sudah dikonfirmasi ditarik dengan alasan."
    )


class IdentifiedMeanwhile(Conflict):
    code = "identified_meanwhile"
    message = "Pemilik uang ini sudah dikenali. Batalkan pengenalannya lebih dahulu, lalu batalkan penerimaannya."


class MoreThanUnidentified(Conflict):
    code = "more_than_unidentified"
    message = "Yang belum dikenali dari penerimaan ini tinggal %(left)s. Ubah jumlahnya, lalu catat lagi."


class CodeNotFound(NotFound):
    code = "code_not_found"
    message = "Kode iuran ini tidak ditemukan dalam lingkup Anda."


class CodeKnown(Conflict):
    code = "code_known"
    message = "Kode iuran %(code)s sudah tercatat. Buka kode itu untuk melihat rinciannya."


class CodeEmpty(DomainError):
    code = "code_empty"
    message = "Kode iuran harus menyebut paling sedikit satu pekerja dan satu bulan."


class CodeAlreadyPaid(Conflict):
    code = "code_already_paid"
    message = "Kode iuran %(code)s sudah %(state)s. Tidak ada uang yang dicatat dua kali."


class CodeExpired(Conflict):
    code = "code_expired"
    message = "Kode iuran %(code)s hanya berlaku sampai %(day)s. Minta kode baru kepada BPJS, lalu catat di sini."


class CodeDiffersFromBill(Conflict):
    code = "code_differs_from_bill"
    message = (
        "Kode iuran %(code)s berbeda %(difference)s dari iuran pekerja di dalamnya. Belum ada yang dibayar: periksa perbedaannya, "
        "minta BPJS membetulkan kode, atau tulis penjelasannya lebih dahulu."
    )


class AmountDiffersFromCode(Conflict):
    code = "amount_differs_from_code"
    message = "Jumlah %(amount)s tidak sama dengan jumlah kode iuran %(code)s, yaitu %(asked)s. Belum ada yang dicatat."


class CodeNeedsNoExplanation(Conflict):
    code = "code_needs_no_explanation"
    message = "Kode iuran %(code)s sama dengan iuran pekerja di dalamnya; tidak ada yang perlu dijelaskan."


class CannotSplit(Conflict):
    code = "cannot_split"
    message = "Kode iuran %(code)s tidak dapat dipecah: pilih sebagian pekerja, bukan semua dan bukan tidak satu pun."


class AmountBelowCode(Conflict):
    code = "amount_below_code"
    message = (
        "BPJS mengonfirmasi %(amount)s, kurang dari iuran %(expected)s dalam kode %(code)s. Unggah berkas konfirmasi yang menyebut "
        "pekerjanya, supaya jelas siapa yang terlindungi."
    )


class MonthNotPaid(NotFound):
    code = "month_not_paid"
    message = "Bulan %(month)s tidak tercatat sebagai bulan yang dibayar untuk peserta ini."


class ConfirmationFileUnreadable(DomainError):
    code = "confirmation_columns_missing"
    message = (
        "Berkas konfirmasi harus memuat kolom kode iuran atau KPJ, jumlah, dan tanggal bayar. Yang tidak ditemukan: %(missing)s. "
        "Beri nama kolom itu, lalu unggah lagi; belum ada yang dikonfirmasi."
    )


class SlipNotFound(NotFound):
    code = "slip_not_found"
    message = "Bukti bayar ini tidak ditemukan dalam lingkup Anda, atau tidak berfoto."


class SlipKnown(Conflict):
    code = "slip_known"
    message = (
        "Bukti bayar dengan nomor, tanggal, dan jumlah ini sudah tercatat. Tidak ada uang yang dicatat dua kali. "
        "Bila yang tercatat salah, batalkan dahulu di buku uang, lalu catat lagi."
    )


class PaidOnWrong(DomainError):
    code = "paid_on_wrong"
    message = "Tanggal bayar harus antara %(first)s dan hari ini. Belum ada yang dicatat."


class SlipInFuture(DomainError):
    code = "slip_in_future"
    message = "Tanggal bayar pada bukti tidak boleh setelah hari ini."


class PhotoNotPicture(DomainError):
    code = "photo_not_picture"
    message = "Berkas foto bukan gambar JPEG, PNG, WebP, atau PDF. Ambil foto bukti bayar, lalu unggah lagi."


class PhotoTooLarge(DomainError):
    code = "photo_too_large"
    message = "Foto bukti lebih besar dari %(limit)s MB. Perkecil fotonya, lalu unggah lagi."


class SurplusTooSmall(Conflict):
    code = "surplus_too_small"
    message = "Kelebihan iuran pekerja ini di BPJS hanya %(surplus)s. Ubah jumlah yang diminta kembali."


class RefundNotFound(NotFound):
    code = "refund_not_found"
    message = "Permintaan pengembalian ini tidak ditemukan dalam lingkup Anda."


class RefundDecided(Conflict):
    code = "refund_decided"
    message = "Permintaan pengembalian ini sudah dijawab; tidak ada yang berubah."


class RefundMoreThanAsked(DomainError):
    code = "refund_more_than_asked"
    message = "Yang dikembalikan tidak dapat lebih dari yang diminta, yaitu %(amount)s."


class CreditTooSmall(Conflict):
    code = "credit_too_small"
    message = "Uang donatur yang belum dipakai hanya %(credit)s. Ubah jumlah yang dibayar kembali."
