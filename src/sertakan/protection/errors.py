"""Refusals about cover: what cannot be read, contradicts itself, or is not known."""

from __future__ import annotations

from typing import ClassVar

from sertakan.core.errors import DomainError


class ProtectionRefusal(DomainError):
    """Cover or an amount cannot be told from these facts."""

    code: ClassVar[str] = "protection_refused"


class PaidMonthUnreadable(ProtectionRefusal):
    code = "paid_month_unreadable"
    message = (
        "Bulan ke-%(place)s dalam daftar bulan yang dibayar tidak terbaca. Tulis tahun dan bulan seperti 2026-01, atau dengan "
        "hari pembayarannya seperti 2026-01@2026-01-14."
    )


class DayUnreadable(ProtectionRefusal):
    code = "day_unreadable"
    message = "Tanggal %(name)s tidak terbaca. Tulis tahun, bulan, dan hari seperti 2026-01-20."


class DatesContradict(ProtectionRefusal):
    code = "dates_contradict"
    message = "Pembayaran pertama (%(first_paid)s) mendahului pendaftaran (%(registered)s). Periksa kedua tanggal itu, lalu coba lagi."


class CoverBeforeLaw(ProtectionRefusal):
    code = "cover_before_law"
    message = "Perlindungan pada %(day)s tidak dapat dihitung: aturan yang diketahui baru berlaku mulai %(first)s."


class CoverTooFar(ProtectionRefusal):
    code = "cover_too_far"
    message = "Perlindungan pada %(day)s tidak dapat dihitung: hari itu terlalu jauh. Pilih hari sampai %(last)s."


class BenefitsUnknown(ProtectionRefusal):
    code = "benefits_unknown"
    message = "Besar santunan pada %(day)s tidak diketahui di sini. Jumlahnya tidak diperkirakan; tanyakan kepada BPJS Ketenagakerjaan."


class NoCoverProgramme(ProtectionRefusal):
    code = "cover_programme_missing"
    message = "Perlindungan dihitung dari JKK atau JKM. Pilih paling sedikit satu dari keduanya."


class DisabilityShareImpossible(ProtectionRefusal):
    code = "disability_share_impossible"
    message = (
        "Persentase cacat sebagian harus di atas 0 dan paling banyak %(most)s dari dasar hitungan, yaitu cacat total tetap. Salin "
        "persentase dari surat dokter dan tabel peraturan."
    )


class AmountNotWhole(ProtectionRefusal):
    code = "amount_not_whole"
    message = "Hasil hitungan bukan rupiah bulat, dan aturan pembulatannya tidak diketahui. Tanyakan kepada BPJS Ketenagakerjaan."


class MonthsImpossible(ProtectionRefusal):
    code = "months_impossible"
    message = "Lama tidak mampu bekerja harus bulan penuh, paling sedikit 1. Bagian bulan tidak diperkirakan di sini."


class MonthNotComputed(ProtectionRefusal):
    code = "month_not_computed"
    status = 404
    message = (
        "Keadaan perlindungan bulan %(month)s belum dihitung. Operator menghitungnya dengan perintah: sertakan protection refresh "
        "--month %(month)s."
    )
