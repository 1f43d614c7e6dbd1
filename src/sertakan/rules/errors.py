"""Refusals of the rules. No identity number and no raw cell text ever becomes a fact here."""

from __future__ import annotations

from typing import ClassVar

from sertakan.core.errors import DomainError


class RulesMalformed(DomainError):
    """A parameter file cannot be used. Facts: file, key, reason. Start-up stops here."""

    code = "rules_malformed"
    message = (
        "Berkas aturan %(file)s tidak dapat dipakai. Kunci %(key)s: %(reason)s. Perbaiki berkas itu, lalu mulai lagi."
    )
    status = 500


class RuleRefusal(DomainError):
    """An amount cannot be computed from these facts."""

    code: ClassVar[str] = "rule_refused"


class MonthBeforeLaw(RuleRefusal):
    code = "month_before_law"
    message = (
        "Bulan iuran %(month)s tidak dapat dihitung: aturan yang diketahui baru berlaku mulai %(first)s. "
        "Pilih bulan %(first)s atau sesudahnya."
    )


class MonthWithoutLaw(RuleRefusal):
    code = "month_without_law"
    message = "Bulan iuran %(month)s tidak dapat dihitung: tidak ada aturan yang diketahui untuk bulan itu."


class MonthUnreadable(RuleRefusal):
    code = "month_unreadable"
    message = "Bulan iuran tidak terbaca. Tulis tahun dan bulan seperti 2026-12."


class UnknownSector(RuleRefusal):
    code = "sector_unknown"
    message = "Sektor tidak dikenal. Pilih salah satu: %(choices)s."


class UnknownFunding(RuleRefusal):
    code = "funding_unknown"
    message = "Sumber dana tidak dikenal. Pilih salah satu: %(choices)s."


class UnknownProgramme(RuleRefusal):
    code = "programme_unknown"
    message = "Program tidak dikenal. Pilih dari: %(choices)s."


class NoProgramme(RuleRefusal):
    code = "programme_missing"
    message = "Belum ada program yang dipilih. Pilih dari: %(choices)s."


class BaseMissing(RuleRefusal):
    code = "base_missing"
    message = "Dasar upah dan penghasilan sama-sama kosong. Isi salah satu; dasar upah terendah adalah %(lowest)s."


class BaseNotInTable(RuleRefusal):
    code = "base_not_in_table"
    message = (
        "Dasar upah ini tidak ada dalam tabel iuran. Pilih salah satu dari %(rows)s baris tabel, dari "
        "%(lowest)s sampai %(highest)s."
    )


class IncomeNegative(RuleRefusal):
    code = "income_negative"
    message = "Penghasilan tidak boleh kurang dari nol. Periksa angkanya."


class IncomeInGap(RuleRefusal):
    code = "income_in_gap"
    message = (
        "Penghasilan ini jatuh di celah antara dua baris tabel iuran, dan pengaturan menolak menebak. Pilih "
        "dasar upah secara langsung."
    )


class IdentityRefusal(DomainError):
    """An identity number is not built as the law says. The number itself is never part of the refusal."""

    code: ClassVar[str] = "identity_refused"


class NikMalformed(IdentityRefusal):
    code = "nik_malformed"
    message = "NIK harus tepat 16 angka. Salin lagi dari KTP sebagai teks."


class NikDateImpossible(IdentityRefusal):
    code = "nik_date_impossible"
    message = "Tanggal lahir di dalam NIK (angka ke-7 sampai ke-12) tidak ada dalam kalender. Periksa NIK pada KTP."


class NikSerialZero(IdentityRefusal):
    code = "nik_serial_zero"
    message = "Empat angka terakhir NIK adalah 0000; nomor urut itu tidak dipakai. Periksa NIK pada KTP."


class NipMalformed(IdentityRefusal):
    code = "nip_malformed"
    message = "NIP harus tepat 18 angka. Salin lagi dari kartu pegawai sebagai teks."


class NipDateImpossible(IdentityRefusal):
    code = "nip_date_impossible"
    message = "Tanggal lahir di dalam NIP (delapan angka pertama) tidak ada dalam kalender. Periksa NIP."


class NipAppointmentImpossible(IdentityRefusal):
    code = "nip_appointment_impossible"
    message = "Waktu pengangkatan di dalam NIP (angka ke-9 sampai ke-14) tidak mungkin. Periksa NIP."


class NipSexUnknown(IdentityRefusal):
    code = "nip_sex_unknown"
    message = "Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan). Periksa NIP."


class NipSerialZero(IdentityRefusal):
    code = "nip_serial_zero"
    message = "Tiga angka terakhir NIP adalah 000; nomor urut mulai dari 001. Periksa NIP."


class KpjMalformed(IdentityRefusal):
    code = "kpj_malformed"
    message = "Nomor peserta (KPJ) harus tepat 11 angka. Salin lagi dari kartu sebagai teks."
