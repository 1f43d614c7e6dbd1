"""The sentences of an explanation: code and facts are kept, the sentence is made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from sertakan.core import language as reading
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

REASONS_IN_ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_by_income": (
            "An income of %(income)s falls into row %(tier)s of %(rows)s of the contribution table (from %(lower)s), with "
            "a wage base of %(dasar)s."
        ),
        "base_by_income_in_gap": (
            "An income of %(income)s lies in the gap between two rows of the contribution table; the settings take row "
            "%(tier)s of %(rows)s with a wage base of %(dasar)s."
        ),
        "base_chosen": "The chosen wage base of %(dasar)s is row %(tier)s of %(rows)s of the contribution table.",
        "jkk_full": "JKK for a wage base of %(dasar)s is %(amount)s a month.",
        "jkm_full": "JKM is %(amount)s a month, the same for every wage base.",
        "jht_full": "JHT for a wage base of %(dasar)s is %(amount)s a month.",
        "discount_applied": (
            "The reduction for %(sector)s holds from %(month_from)s to %(month_to)s: JKK and JKM fall from %(full)s to "
            "%(amount)s."
        ),
        "discount_funding_excluded": (
            "The reduction for %(sector)s (%(month_from)s to %(month_to)s) does not hold, because the contribution is "
            "paid from %(funding)s."
        ),
        "discount_not_yet": ("There is no reduction for %(sector)s in %(month)s yet; it starts in %(month_from)s."),
        "discount_over": "The reduction for %(sector)s ended in %(month_to)s; %(month)s is counted in full.",
        "discount_none": "There is no reduction for %(sector)s in %(month)s.",
        "discount_other_programmes": (
            "The reduction for %(sector)s is for JKK and JKM only; the chosen programmes are counted in full."
        ),
        "jht_not_discounted": "JHT has no part in the reduction.",
        "total": "The contribution of %(month)s is %(amount)s.",
        "due_jkk_jkm": "JKK and JKM are due on %(day)s.",
        "due_jkk_jkm_moved": "JKK and JKM are due on %(day)s, because %(planned)s is no working day.",
        "due_jht": "JHT is due on %(day)s.",
        "due_jht_moved": "JHT is due on %(day)s, because %(planned)s is no working day.",
        "as_known": (
            "%(month)s is computed by the rules known on %(as_of)s; the rules of that month may still change."
        ),
        "age_too_high": (
            "The age on the day of enrolment is %(age)s already; enrolment is for those who are not yet %(limit)s."
        ),
        "age_too_low": "The age on the day of enrolment is only %(age)s; the lowest is %(limit)s.",
        "birth_date_in_future": "The birth date is after the day of enrolment. Check the birth date.",
        "too_many_kinds_of_work": "There are %(count)s kinds of work; at most %(limit)s can be entered.",
        "no_kind_of_work": "No kind of work is filled in; at least one is needed.",
        "jkk_jkm_missing": "JKK and JKM have to be taken together; JHT is in addition.",
    }
)

SUMMED: Final = "Penjumlahan"
KNOWN_RULES: Final = "Daftar aturan yang diketahui"
_SOURCES_IN_ENGLISH: Final = {SUMMED: "Sum", KNOWN_RULES: "List of the known rules"}

_SECTORS: Final = {
    "id": {"transport": "transportasi", "other": "selain transportasi"},
    "en": {"transport": "transport", "other": "sectors other than transport"},
}
_FUNDINGS: Final = {
    "id": {
        "private": "dana pribadi", "csr": "dana CSR", "zakat": "dana zakat", "apbd": "APBD", "apbn": "APBN",
        "apbdes": "APBDes",
    },
    "en": {
        "private": "private money", "csr": "CSR money", "zakat": "zakat", "apbd": "the APBD budget",
        "apbn": "the APBN budget", "apbdes": "the APBDes budget",
    },
}  # fmt: skip
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
        """The sentence in the reader's language."""
        return self.render()

    def render(self, *, language: str = "") -> str:
        """The sentence in `language` (``id`` or ``en``), else in the reader's."""
        language = language or reading.reader()
        filled = {name: _shown(name, value, language) for name, value in self.facts.items()}
        sentences = REASONS_IN_ENGLISH if language == "en" else REASONS
        return sentences[self.code] % filled

    def rests_on(self, *, language: str = "") -> str:
        """The text of law, or the step, in `language`, else in the reader's. Citations stay as they are written."""
        english = (language or reading.reader()) == "en"
        return _SOURCES_IN_ENGLISH.get(self.source, self.source) if english else self.source


def _shown(name: str, value: object, language: str) -> str:
    if isinstance(value, Month):
        return month_in_words(value, language)
    if isinstance(value, date):
        return day_in_words(value, language)
    if isinstance(value, int) and name in _MONEY:
        return format_rupiah(value, language)
    if name == "sector":
        return sector_in_words(str(value), language)
    if name == "funding":
        return funding_in_words(str(value), language)
    return str(value)


def sector_in_words(sector: str, language: str = "") -> str:
    """``transportasi``."""
    return _SECTORS[language or reading.reader()].get(sector, sector)


def funding_in_words(funding: str, language: str = "") -> str:
    """``dana pribadi``."""
    return _FUNDINGS[language or reading.reader()].get(funding, funding)


def month_in_words(month: Month, language: str = "") -> str:
    """``Desember 2026``."""
    return f"{MONTH_NAMES[language or reading.reader()][month.month - 1]} {month.year}"


def day_in_words(day: date, language: str = "") -> str:
    """``15 Desember 2026``."""
    return f"{day.day} {MONTH_NAMES[language or reading.reader()][day.month - 1]} {day.year}"
