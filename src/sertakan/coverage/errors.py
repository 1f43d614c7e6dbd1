"""Refusals about coverage."""

from __future__ import annotations

from sertakan.core.errors import DomainError, NotAllowed, NotFound


class SnapshotUnknown(NotFound):
    code = "coverage_snapshot_unknown"
    message = "Belum ada hitungan cakupan untuk %(on)s. Jalankan “sertakan coverage build --month %(month)s”, atau pilih tanggal lain."


class ByUnknown(DomainError):
    code = "coverage_by_unknown"
    message = "“%(by)s” bukan cara merinci cakupan. Yang ada: %(known)s."


class RowsNotOpen(NotAllowed):
    code = "coverage_rows_not_open"
    message = (
        "Daftar orang di balik angka ini hanya terbuka bagi petugas OPD untuk OPD-nya sendiri, dan bagi koordinator."
    )


class PartMissing(NotFound):
    code = "coverage_part_missing"
    message = "Baris di balik hitungan %(month)s tidak ada lagi. Hitung ulang dengan “sertakan coverage build --month %(month)s”."


class NotYourCount(NotAllowed):
    code = "coverage_not_yours"
    message = "Cakupan dihitung dari seluruh daftar, maka hanya oleh sistem, operator atau koordinator."


class EngineUnknown(DomainError):
    code = "coverage_engine_unknown"
    message = "Mesin hitung “%(engine)s” tidak dikenal. Pilih salah satu: %(known)s."


class DenominatorFileUnreadable(DomainError):
    code = "denominator_file_unreadable"
    message = "Berkas %(file)s tidak dapat dibaca sebagai CSV berjudul kolom: %(why)s. Tidak ada yang disimpan."


class DenominatorColumnsMissing(DomainError):
    code = "denominator_columns_missing"
    message = (
        "Berkas %(file)s tidak mempunyai kolom %(columns)s. Kolom yang terbaca: %(found)s. Tidak ada yang disimpan."
    )


class DenominatorRowsWrong(DomainError):
    code = "denominator_rows_wrong"
    message = "Berkas %(file)s: %(count)s baris salah. %(first)s Tidak ada yang disimpan."


class MarginsDoNotFit(DomainError):
    code = "denominator_margins_do_not_fit"
    message = (
        "Perkiraan tidak dapat dibuat: jumlah menurut %(one)s adalah %(sum_one)s, menurut %(other)s %(sum_other)s. "
        "Jumlah kedua tepi harus sama, dan tepi yang tidak nol memerlukan sedikitnya satu sel yang tidak nol."
    )


class ExtractsWrong(DomainError):
    code = "coverage_extracts_wrong"
    message = (
        "%(count)s kesalahan pada ekstrak provinsi. %(faults)s Tidak ada yang dihitung; hitungan sebelumnya tetap."
    )


class ExtractMonthMissing(DomainError):
    code = "coverage_extract_month_missing"
    message = "Berkas-berkas itu tidak mengatakan bulannya. Sebutkan dengan --month, misalnya --month 2026-11. Tidak ada yang dihitung."


class NationDenominatorsWrong(DomainError):
    code = "coverage_nation_denominators_wrong"
    message = (
        "Berkas penyebut %(file)s tidak memuat satu baris pun berstatus “eligible” untuk sebuah provinsi. Tidak ada yang dihitung; "
        "hitungan sebelumnya tetap."
    )
