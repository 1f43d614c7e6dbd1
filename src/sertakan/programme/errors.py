"""Refusals of the use cases."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError


class FileAlreadySent(Conflict):
    code = "file_already_sent"
    message = (
        "Berkas ini tidak dapat ditarik kembali: %(sent)s pekerja dari berkas ini sudah dikirim ke BPJS Ketenagakerjaan. "
        "Hentikan pekerja yang bersangkutan lewat batch berhenti. Tidak ada yang berubah."
    )


class FileTakenBack(Conflict):
    code = "file_taken_back"
    message = "Berkas ini sudah ditarik kembali. Unggah lagi berkasnya bila diperlukan. Tidak ada yang berubah."


class FileNotRead(Conflict):
    code = "file_not_read"
    message = "Berkas ini belum selesai dibaca. Tunggu sampai selesai, lalu coba lagi."


class RowUnknown(DomainError):
    code = "row_unknown"
    message = "Baris %(row)s pada lembar %(sheet)s tidak ada di berkas ini. Tidak ada yang berubah."
    status = 404


class NumberInAddress(DomainError):
    code = "number_in_address"
    message = (
        "Nomor orang tidak boleh berada di alamat halaman, sebab alamat tersimpan di riwayat peramban dan catatan server. "
        "Ketik nomor itu di kotak pencarian; lewat API, kirim dengan POST."
    )


class RowRegistered(Conflict):
    code = "row_registered"
    message = (
        "Baris %(row)s sudah tercatat sebagai pekerja, maka tidak diubah lewat berkas ini. "
        "Ubah atau hentikan pekerjanya lewat kiriman, atau tarik kembali seluruh berkas. Tidak ada yang berubah."
    )


class ColumnUnknown(DomainError):
    code = "column_unknown"
    message = "Kolom %(column)s tidak dikenal. Tidak ada yang berubah."


class Cancelled(Conflict):
    code = "cancelled"
    message = "Pekerjaan ini dibatalkan. Tidak ada yang disimpan; berkasnya tetap ada dan dapat diperiksa lagi."
