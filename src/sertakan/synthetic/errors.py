"""Refusals about invented data."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError


class ProvinceExists(Conflict):
    code = "invented_province_exists"
    message = (
        "Provinsi rekaan lain (%(known)s) sudah ada di data ini, jadi tidak ada yang ditambahkan. "
        "Pakai direktori data lain dengan --data DIR."
    )


class NotADemonstration(Conflict):
    code = "not_a_demonstration"
    message = "Akun contoh hanya dibuat dalam mode contoh (SERTAKAN_DEMO=true)."


class NoAgencies(Conflict):
    code = "no_agencies"
    message = "Belum ada perangkat daerah di data ini. Muat data acuan lebih dahulu dengan: sertakan setup"


class NotInvented(Conflict):
    code = "clock_not_invented"
    message = "Waktu hanya dapat dijalankan di provinsi rekaan; data ini bukan rekaan, jadi tidak ada yang berubah."


class TooManyDays(DomainError):
    code = "clock_too_many_days"
    message = "Waktu dijalankan paling banyak %(most)s hari sekali perintah. Pilih hari yang lebih dekat, lalu ulangi."
