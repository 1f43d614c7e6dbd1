"""The sentences of cover and entitlement: code and facts are kept, the sentence is made when it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sertakan.core import language
from sertakan.core.money import format_rupiah
from sertakan.core.month import Month
from sertakan.protection.clock import SCHOLARSHIP, WAITING
from sertakan.protection.facts import PaidHistory
from sertakan.rules import RuleSet
from sertakan.rules.reasons import KNOWN_RULES, day_in_words, month_in_words

if TYPE_CHECKING:
    from sertakan.protection.cover import Cover

SENTENCES: Final[Mapping[str, str]] = {
    "number_missing": "Nomor peserta belum terbit, maka perlindungan belum mulai. Terdaftar belum berarti terlindungi.",
    "number_later": "Nomor peserta baru terbit pada %(day)s; sebelum hari itu perlindungan belum mulai.",
    "number_issued": "Nomor peserta terbit pada %(day)s; perlindungan mulai hari itu, dan bulan sebelumnya bukan tunggakan.",
    "lapsed": "Sesudah %(limit)s bulan berturut-turut tidak dibayar, kepesertaan menjadi nonaktif pada %(day)s.",
    "reactivated": "Iuran dibayar lagi dan kepesertaan aktif kembali pada %(day)s; hitungan bulan mulai dari nol.",
    "state_active": "Sampai %(day)s tidak ada bulan jatuh tempo yang belum dibayar: aktif.",
    "state_arrears": "Menunggak %(count)s bulan berturut-turut (%(months)s), masih dalam batas %(limit)s bulan.",
    "state_inactive": "Pada %(day)s kepesertaan nonaktif: tidak ada hak santunan, dan tunggakan lama tidak ditagih.",
    "gap": "Bulan %(months)s belum dibayar walaupun bulan sesudahnya sudah; lunasi supaya santunan tidak tertahan.",
    "late": "Bulan %(months)s dibayar terlambat dan tidak dihitung sebagai bulan berturut-turut.",
    "late_counted": "Bulan %(months)s dibayar terlambat; menurut pengaturan tetap dihitung berturut-turut.",
    "settled_later": "Tunggakan dilunasi sesudah %(day)s; hak yang tertahan dapat dibayarkan, perlindungan baru tidak timbul.",
    "consecutive": "%(count)s bulan berturut-turut dibayar tepat waktu sampai %(day)s.",
    "full_without_waiting": "Menurut aturan pada %(on)s, JKM penuh berlaku sejak perlindungan mulai, %(day)s.",
    "full_reached": "Syarat %(needed)s bulan berturut-turut untuk JKM penuh terpenuhi pada %(day)s.",
    "full_expected": (
        "Syarat %(needed)s bulan berturut-turut untuk JKM penuh baru terpenuhi pada %(day)s, bila setiap bulan dibayar tepat "
        "waktu. Sampai saat itu JKM hanya biaya pemakaman."
    ),
    "scholarship_reached": "Masa iuran %(years)s tahun untuk beasiswa JKM terpenuhi pada %(day)s.",
    "scholarship_expected": (
        "Masa iuran %(years)s tahun untuk beasiswa JKM baru terpenuhi pada %(day)s, bila setiap bulan dibayar tepat waktu."
    ),
    "next_month": "Bulan %(month)s harus dibayar paling lambat %(day)s.",
    "next_arrears": "Bila %(month)s tidak dibayar, mulai %(day)s kepesertaan menunggak %(count)s bulan.",
    "next_inactive": "Bila tidak dibayar, mulai %(day)s kepesertaan nonaktif dan semua hak hilang, juga kedua hitungan bulan.",
    "as_known": "Keadaan sesudah %(as_of)s dihitung menurut aturan yang diketahui hari itu; aturannya masih dapat berubah.",
    "nothing_before_number": "Belum ada santunan: perlindungan mulai dengan nomor peserta.",
    "nothing_when_inactive": "Tidak ada santunan: batas menunggak sudah terlampaui pada hari kejadian.",
    "jkk_in_arrears": "Pengobatan tetap diberikan; santunan uang JKK baru dibayar setelah tunggakan %(months)s dilunasi.",
    "jkm_in_arrears": "JKM sekarang hanya biaya pemakaman; sisanya dibayar setelah ahli waris melunasi tunggakan %(months)s.",
    "jkm_before_waiting": "Syarat bulan berturut-turut belum terpenuhi, maka JKM hanya %(amount)s.",
    "jkm_full": "Meninggal bukan karena kerja: %(amount)s.",
    "jkk_death": "Meninggal karena kerja: %(multiple)s kali dasar upah %(dasar)s, ditambah santunan berkala dan biaya pemakaman.",
    "jkk_disability": "Cacat total tetap karena kerja: %(multiple)s kali dasar upah %(dasar)s, ditambah santunan berkala.",
    "jkk_unable": (
        "Selama tidak mampu bekerja: %(amount)s sebulan untuk %(count)s bulan pertama, lalu %(later)s sebulan sampai sembuh."
    ),
    "jkk_care": "Pengobatan akibat kecelakaan kerja ditanggung sesuai kebutuhan medis, tanpa batas jumlah.",
    "scholarship_apart": (
        "Beasiswa terpisah dari jumlah santunan: paling banyak %(count)s anak, %(amount)s seluruhnya, sesuai jenjang sekolah."
    ),
    "scholarship_not_yet": "Beasiswa JKM belum dapat: masa iuran belum %(years)s tahun. Karena kecelakaan kerja tanpa masa tunggu.",
    "partial_disability_unknown": "Cacat sebagian: persentase tabel kali %(count)s kali dasar upah; persentasenya dari dokter.",
    "prosthesis_unknown": "Orthosis dan prosthesis menurut harga rumah sakit rujukan; harganya tidak diketahui di sini.",
    "jht_unknown": "JHT adalah tabungan pekerja beserta hasilnya; saldonya hanya diketahui BPJS Ketenagakerjaan.",
}
"""Indonesian sentence of every code; translated by the catalogue of the pages."""

_MONEY: Final = frozenset({"amount", "later", "dasar"})
NUMBER_REF: Final = "PP 44/2015 Pasal 11 ayat (4)-(5)"
ARREARS_REF: Final = "PP 44/2015 Pasal 39 dan 42"
REACTIVATION_REF: Final = "Praktik BPJS Ketenagakerjaan"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step with the text it rests on. `facts` holds months, dates, counts and rupiah; nothing about a person's identity."""

    code: str
    facts: Mapping[str, object]
    source: str

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return language.translate(SENTENCES[self.code]) % {
            name: _shown(name, fact) for name, fact in self.facts.items()
        }


def _shown(name: str, value: object) -> str:
    if isinstance(value, Month):
        return month_in_words(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, part) for part in value)
    return format_rupiah(value) if isinstance(value, int) and name in _MONEY else str(value)


def cover_reasons(found: Cover, history: PaidHistory, late: tuple[Month, ...], law: RuleSet) -> Iterator[Reason]:
    """The steps that led to a state and its clocks, in the order in which they were looked at."""
    number, limit = found.number_issued_on, law.settings.arrears_limit_months
    if number is None:
        yield Reason("number_missing", {}, NUMBER_REF)
    elif number > found.on:
        yield Reason("number_later", {"day": number}, NUMBER_REF)
    else:
        yield Reason("number_issued", {"day": number}, NUMBER_REF)
    if found.lapsed_on is not None:
        source = f"{ARREARS_REF}; arrears_limit_months; inactive_from"
        yield Reason("lapsed", {"limit": limit, "day": found.lapsed_on}, source)
    if found.reactivated_on is not None and found.covered:
        yield Reason("reactivated", {"day": found.reactivated_on}, REACTIVATION_REF)
    yield from _state_reasons(found, limit, law)
    if late:
        counted = law.settings.late_months_count_as_consecutive
        yield Reason("late_counted" if counted else "late", {"months": late}, "late_months_count_as_consecutive")
    if found.covered:
        yield from _clock_reasons(found, law)
    if found.on > law.as_of:
        yield Reason("as_known", {"as_of": law.as_of}, KNOWN_RULES)


def _state_reasons(found: Cover, limit: int, law: RuleSet) -> Iterator[Reason]:
    due = law.parameter("due_jkk_jkm", found.on)
    due_ref = due.legal_ref if due is not None else KNOWN_RULES
    if found.state == "inactive":
        yield Reason("state_inactive", {"day": found.on}, f"{ARREARS_REF}; {REACTIVATION_REF}")
    if not found.covered:
        return
    if found.arrears:
        facts = {"count": len(found.arrears), "months": found.arrears, "limit": limit}
        yield Reason("state_arrears", facts, f"{due_ref}; {ARREARS_REF}")
    elif not found.gaps:
        yield Reason("state_active", {"day": found.on}, due_ref)
    if found.gaps:
        yield Reason("gap", {"months": found.gaps}, f"{ARREARS_REF}; gap_must_be_settled_first")
    if found.settled_later:
        yield Reason("settled_later", {"day": found.on}, ARREARS_REF)


def _clock_reasons(found: Cover, law: RuleSet) -> Iterator[Reason]:
    if found.paid_consecutive:
        facts = {"count": found.paid_consecutive, "day": found.on}
        yield Reason("consecutive", facts, "PP 44/2015 Pasal 24 ayat (3)")
    waiting, years = law.parameter(WAITING, found.on), law.parameter(SCHOLARSHIP, found.on)
    if waiting is None:
        death = law.parameter("jkm_total", found.on)
        source = death.legal_ref if death is not None else KNOWN_RULES
        yield Reason("full_without_waiting", {"on": found.on, "day": found.full_death_benefit_from}, source)
    else:
        code = "full_reached" if found.full_death_benefit_reached else "full_expected"
        yield Reason(code, {"needed": waiting.value, "day": found.full_death_benefit_from}, waiting.legal_ref)
    if years is not None and found.scholarship_from is not None:
        code = "scholarship_reached" if found.scholarship_reached else "scholarship_expected"
        yield Reason(code, {"years": years.value, "day": found.scholarship_from}, years.legal_ref)
    ahead = found.next_unpaid
    if ahead is None:
        return
    yield Reason("next_month", {"month": ahead.month, "day": ahead.pay_by}, "PP 44/2015 Pasal 24 ayat (3)")
    if ahead.state == "inactive":
        yield Reason("next_inactive", {"day": ahead.state_from}, f"{ARREARS_REF}; arrears_limit_months")
    else:
        count = int(ahead.state[-1])
        yield Reason("next_arrears", {"month": ahead.month, "day": ahead.state_from, "count": count}, ARREARS_REF)
