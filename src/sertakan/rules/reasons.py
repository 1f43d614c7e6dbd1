"""The sentences of an explanation: code and facts are kept, the sentence is made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from sertakan.core.money import format_rupiah
from sertakan.core.month import Month

MONTH_NAMES: Final = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_by_income": (
            "Penghasilan %(income)s masuk baris %(tier)s dari %(rows)s tabel iuran (mulai %(lower)s), dengan "
            "dasar upah %(dasar)s."
        ),
        "base_by_income_in_gap": (
            "Penghasilan %(income)s berada di celah antara dua baris tabel iuran; menurut pengaturan dipakai "
            "baris %(tier)s dari %(rows)s dengan dasar upah %(dasar)s."
        ),
        "base_chosen": "Dasar upah %(dasar)s yang dipilih adalah baris %(tier)s dari %(rows)s tabel iuran.",
        "jkk_full": "Iuran JKK untuk dasar upah %(dasar)s adalah %(amount)s per bulan.",
        "jkm_full": "Iuran JKM adalah %(amount)s per bulan, sama untuk semua dasar upah.",
        "jht_full": "Iuran JHT untuk dasar upah %(dasar)s adalah %(amount)s per bulan.",
        "discount_applied": (
            "Keringanan sektor %(sector)s berlaku dari %(month_from)s sampai %(month_to)s: iuran JKK dan JKM "
            "turun dari %(full)s menjadi %(amount)s."
        ),
        "discount_funding_excluded": (
            "Keringanan sektor %(sector)s (%(month_from)s sampai %(month_to)s) tidak berlaku, karena iuran "
            "dibayar dari %(funding)s."
        ),
        "discount_not_yet": (
            "Belum ada keringanan untuk sektor %(sector)s pada %(month)s; keringanan mulai %(month_from)s."
        ),
        "discount_over": (
            "Keringanan untuk sektor %(sector)s sudah berakhir pada %(month_to)s; %(month)s dihitung penuh."
        ),
        "discount_none": "Tidak ada keringanan untuk sektor %(sector)s pada %(month)s.",
        "discount_other_programmes": (
            "Keringanan sektor %(sector)s hanya untuk JKK dan JKM; program yang dipilih dihitung penuh."
        ),
        "jht_not_discounted": "JHT tidak ikut mendapat keringanan.",
        "total": "Jumlah iuran %(month)s adalah %(amount)s.",
        "due_jkk_jkm": "Iuran JKK dan JKM jatuh tempo %(day)s.",
        "due_jkk_jkm_moved": "Iuran JKK dan JKM jatuh tempo %(day)s, karena %(planned)s bukan hari kerja.",
        "due_jht": "Iuran JHT jatuh tempo %(day)s.",
        "due_jht_moved": "Iuran JHT jatuh tempo %(day)s, karena %(planned)s bukan hari kerja.",
        "as_known": (
            "Bulan %(month)s dihitung menurut aturan yang diketahui per %(as_of)s; aturan bulan itu masih dapat "
            "berubah."
        ),
        "age_too_high": (
            "Usia pada tanggal pendaftaran sudah %(age)s tahun; pendaftaran hanya untuk yang belum %(limit)s tahun."
        ),
        "age_too_low": "Usia pada tanggal pendaftaran baru %(age)s tahun; paling rendah %(limit)s tahun.",
        "birth_date_in_future": "Tanggal lahir sesudah tanggal pendaftaran. Periksa tanggal lahir.",
        "too_many_kinds_of_work": "Ada %(count)s jenis pekerjaan; paling banyak %(limit)s yang dapat dicantumkan.",
        "no_kind_of_work": "Jenis pekerjaan belum diisi; paling sedikit satu.",
        "jkk_jkm_missing": "Program JKK dan JKM harus diikuti bersama; JHT adalah tambahan.",
    }
)

SECTOR_NAMES: Final = {"transport": "transportasi", "other": "selain transportasi"}
FUNDING_NAMES: Final = {
    "private": "dana pribadi",
    "csr": "dana CSR",
    "zakat": "dana zakat",
    "apbd": "APBD",
    "apbn": "APBN",
    "apbdes": "APBDes",
}
_MONEY: Final = frozenset({"income", "lower", "dasar", "amount", "full"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a computation with the text it rests on.

    `facts` holds amounts in whole rupiah, Months, dates, codes and counts; never anything about a person's identity.
    """

    code: str
    facts: Mapping[str, object]
    source: str

    @property
    def text(self) -> str:
        """The sentence in Indonesian."""
        return self.render()

    def render(self, template: str | None = None, *, language: str = "id") -> str:
        """The sentence. `template` is a translation of ``REASONS[code]``; `language` decides the names of months."""
        filled = {name: _shown(name, value, language) for name, value in self.facts.items()}
        return (REASONS[self.code] if template is None else template) % filled


def _shown(name: str, value: object, language: str) -> str:
    if isinstance(value, Month):
        return month_in_words(value, language)
    if isinstance(value, date):
        return day_in_words(value, language)
    if isinstance(value, int) and name in _MONEY:
        return format_rupiah(value)
    if name == "sector" and language == "id":
        return SECTOR_NAMES.get(str(value), str(value))
    if name == "funding" and language == "id":
        return FUNDING_NAMES.get(str(value), str(value))
    return str(value)


def month_in_words(month: Month, language: str = "id") -> str:
    """``Desember 2026``."""
    return f"{MONTH_NAMES[language][month.month - 1]} {month.year}"


def day_in_words(day: date, language: str = "id") -> str:
    """``15 Desember 2026``."""
    return f"{day.day} {MONTH_NAMES[language][day.month - 1]} {day.year}"
