"""Refusals about accounts, statements and matches: what happened, what is safe, what to do."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class StatementRefused(DomainError):
    """A file as a whole could not be read as a bank statement. Subclasses say why."""

    code = "statement_refused"
    message = "Berkas ini tidak dapat dibaca sebagai rekening koran."


class StatementUnreadable(StatementRefused):
    """Broken, or a process had to be stopped. Facts: format."""

    code = "statement_unreadable"
    message = (
        "Berkas %(format)s ini rusak atau tidak lengkap, maka tidak ada satu baris pun yang disimpan. "
        "Unduh ulang dari bank, lalu unggah lagi."
    )


class StatementTooSlow(StatementRefused):
    """Reading took longer than allowed. Facts: format, seconds."""

    code = "statement_too_slow"
    message = (
        "Membaca berkas %(format)s ini tidak selesai dalam %(seconds)s detik, maka dihentikan; tidak ada yang disimpan. "
        "Unduh untuk masa yang lebih pendek, lalu unggah lagi."
    )


class StatementEntityBomb(StatementRefused):
    """XML with a document type: no bank writes one."""

    code = "statement_entity_bomb"
    message = (
        "Berkas XML ini memuat deklarasi (DTD) yang berbahaya dan tidak pernah dibuat oleh bank, maka ditolak. "
        "Unduh ulang dari bank, lalu unggah lagi."
    )


class LayoutUnknown(StatementRefused):
    """A table whose headings belong to no layout. Facts: headings (joined), sheets."""

    code = "statement_layout_unknown"
    message = (
        "Susunan kolom berkas ini belum dikenal (%(headings)s). Ajarkan sekali di halaman Rekening > Ajarkan susunan kolom "
        "dengan berkas yang sama, lalu unggah lagi. Belum ada yang disimpan."
    )


class LayoutsCompete(StatementRefused):
    """The headings fit several layouts equally. Facts: layouts."""

    code = "layouts_compete"
    message = (
        "Susunan kolom berkas ini cocok dengan lebih dari satu bank (%(layouts)s). "
        "Pilih susunannya pada rekening itu, lalu unggah lagi. Belum ada yang disimpan."
    )


class NoStatementLines(StatementRefused):
    """Read without fault, but no movement stands in it."""

    code = "no_statement_lines"
    message = "Tidak ada mutasi di dalam berkas ini. Periksa masa yang dipilih saat mengunduh dari bank."


class AccountUnknown(StatementRefused):
    """The number in the file is none of ours. Facts: number (masked)."""

    code = "account_unknown"
    message = (
        "Rekening %(number)s pada berkas ini belum terdaftar. Daftarkan dahulu di halaman Rekening, "
        "atau sebutkan rekeningnya (--account), lalu unggah lagi. Belum ada yang disimpan."
    )


class AccountNotNamed(StatementRefused):
    """The file does not say which account it is about."""

    code = "account_not_named"
    message = (
        "Berkas ini tidak menyebut nomor rekening. Sebutkan rekeningnya (--account atau pilihan di halaman unggah)."
    )


class AccountDiffers(StatementRefused):
    """The file is about another account than the one chosen. Facts: number, chosen (both masked)."""

    code = "account_differs"
    message = (
        "Berkas ini tentang rekening %(number)s, padahal yang dipilih rekening %(chosen)s. Belum ada yang disimpan."
    )


class SeveralAccounts(StatementRefused):
    """One file, several accounts. Facts: count."""

    code = "several_accounts"
    message = (
        "Berkas ini memuat mutasi %(count)s rekening. Unduh dari bank satu berkas per rekening, "
        "atau daftarkan semua rekening itu. Belum ada yang disimpan."
    )


class TeachingRefused(DomainError):
    """What was taught cannot be right. Facts: why."""

    code = "teaching_refused"
    message = "Susunan kolom ini belum dapat disimpan: %(why)s"


class AccountNotFound(NotFound):
    code = "bank_account_not_found"
    message = "Rekening ini tidak ditemukan dalam lingkup Anda."


class AccountTaken(Conflict):
    code = "bank_account_taken"
    message = "Nomor rekening ini sudah terdaftar. Satu rekening hanya dapat dimiliki satu perangkat daerah."


class AccountNumberWrong(DomainError):
    code = "bank_account_number_wrong"
    message = "Nomor rekening terdiri atas 6 sampai 20 angka. Periksa nomornya; belum ada yang disimpan."


class StatementNotFound(NotFound):
    code = "statement_not_found"
    message = "Rekening koran ini tidak ditemukan dalam lingkup Anda."


class LineNotFound(NotFound):
    code = "statement_line_not_found"
    message = "Baris rekening koran ini tidak ditemukan dalam lingkup Anda."


class LineNotOpen(Conflict):
    """Somebody else was first. Facts: state (in words)."""

    code = "line_not_open"
    message = "Baris ini sudah %(state)s oleh orang lain atau oleh pencocokan otomatis. Muat ulang halaman; tidak ada yang berubah."


class LineUnreadable(Conflict):
    code = "line_unreadable"
    message = (
        "Baris ini tidak dapat dicocokkan karena tanggal atau jumlahnya tidak terbaca. "
        "Unduh ulang rekening koran dari bank dalam bentuk lain, atau abaikan baris ini dengan alasan."
    )


class LineNotMatched(Conflict):
    code = "line_not_matched"
    message = "Baris ini tidak sedang dicocokkan, maka tidak ada yang dibatalkan."


class MatchingUnderWay(Conflict):
    code = "matching_under_way"
    message = "Pencocokan otomatis untuk perangkat daerah ini sedang berjalan. Tunggu sebentar, lalu ulangi; belum ada yang berubah."


class TargetGone(Conflict):
    """What the line was to be matched with has changed. Facts: none."""

    code = "match_target_gone"
    message = (
        "Iuran atau kode yang dipilih sudah berubah sejak halaman ini dibuka. Muat ulang, lalu pilih lagi; "
        "belum ada yang berubah."
    )


class AmountDiffers(Conflict):
    """The amount of the line is not what was chosen. Facts: line, chosen (amounts in words)."""

    code = "match_amount_differs"
    message = "Jumlah baris ini %(line)s, sedangkan yang dipilih berjumlah %(chosen)s. Belum ada yang berubah."


class DirectionWrong(Conflict):
    code = "match_direction_wrong"
    message = (
        "Uang masuk dicocokkan dengan iuran donatur, uang keluar dengan kode iuran BPJS. "
        "Baris ini berarah lain; belum ada yang berubah."
    )


class ReasonMissing(DomainError):
    code = "reopening_reason_missing"
    message = "Tulis alasannya agar orang lain dapat memahaminya nanti. Belum ada yang berubah."


class NotYourAccount(NotAllowed):
    code = "not_your_account"
    message = (
        "Rekening koran hanya dapat diunggah dan dicocokkan oleh petugas OPD untuk instansinya sendiri, "
        "koordinator provinsi, atau operator."
    )


class NotAMemberList(StatementRefused):
    code = "not_a_member_list"
    message = (
        "Berkas ini bukan daftar peserta BPJS: tidak ada kolom NIK atau KPJ beserta nama. "
        "Minta daftar peserta sebulan dari BPJS (KPJ, NIK, nama, status, bulan iuran), lalu unggah lagi."
    )


class DifferenceNotFound(NotFound):
    code = "difference_not_found"
    message = "Perbedaan ini tidak ditemukan dalam lingkup Anda."


class DifferenceClosed(Conflict):
    code = "difference_closed"
    message = "Perbedaan ini sudah selesai. Muat ulang halaman; tidak ada yang berubah."


class NotYourComparison(NotAllowed):
    code = "not_your_comparison"
    message = "Daftar peserta BPJS hanya dapat dimasukkan oleh petugas BPJS, koordinator provinsi, atau operator."
