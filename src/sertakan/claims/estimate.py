"""What a case is about in rupiah, from the explanation of cover on the day of the event. Pure: the kept snapshot in, sentences out.

The law of the day of the event and the state on that day decide. A payment after the event settles arrears within the limit and never
creates cover. The scholarship stands apart from every sum, and what only a doctor or BPJS can say is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sertakan.core import language
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, month_in_words

_BENEFITS: Final = {
    "death": "jkm_death",
    "death_by_accident": "jkk_death",
    "disability": "jkk_total_disability",
}
"""The sum of money of each kind; an accident and a disease bring none by themselves."""

_WORK: Final = frozenset({"accident", "disease", "disability", "death_by_accident"})
_JHT: Final = frozenset({"disability", "death", "death_by_accident"})

SENTENCES: Final[Mapping[str, str]] = {
    "now": "Dapat dibayar sekarang %(amount)s.",
    "settle_first": (
        "Tertahan %(amount)s sampai tunggakan %(months)s dilunasi. Melunasi sesudah kejadian boleh: bulannya masih dalam batas."
    ),
    "settled": "Tunggakan %(months)s sudah dilunasi sesudah kejadian, maka jumlah penuh dapat diajukan.",
    "funeral_now": "Biaya pemakaman %(amount)s tetap dibayar walaupun menunggak.",
    "not_numbered": "Pada hari kejadian nomor peserta belum terbit, jadi perlindungan belum mulai. Pendaftaran saja belum melindungi.",
    "lapsed": "Pada hari kejadian kepesertaan sudah nonaktif sejak %(day)s.",
    "no_revival": "Membayar lagi sekarang tidak menolong kejadian ini; yang dilindungi hanya kejadian sesudah pembayaran.",
    "others_again": "Anggota keluarga lain yang bekerja dapat didaftarkan, supaya kejadian berikutnya terlindungi.",
    "worker_again": "Membayar lagi melindungi pekerja ini untuk kejadian berikutnya, mulai hari pembayaran.",
    "jht_own": "Saldo JHT tetap milik pekerja atau ahli warisnya, walaupun nonaktif. Besarnya hanya diketahui BPJS.",
    "waiting_confirmation": (
        "Iuran %(months)s sudah disetor dan menunggu konfirmasi BPJS. Bila dikonfirmasi dengan hari pembayaran sebelum kejadian, "
        "hitung lagi."
    ),
    "ask_payment": (
        "Ada bukti bayar sebelum hari kejadian yang belum tercatat di sini? Serahkan kepada BPJS: yang menentukan hari pembayaran, "
        "bukan hari pencatatan."
    ),
    "ask_number": "Ada surat atau kartu dengan tanggal terbit nomor sebelum hari kejadian? Serahkan kepada BPJS.",
    "ask_bpjs": "Keputusan ada pada BPJS Ketenagakerjaan. Perkiraan ini bukan penolakan; keluarga tetap boleh mengajukan dan bertanya.",
    "waiting": "Syarat %(count)s bulan berturut-turut belum terpenuhi, maka hanya biaya pemakaman.",
    "total_only": "Jumlah ini hanya bila dokter menyatakan cacat total tetap. Cacat sebagian: menurut persentase dokter.",
    "scholarship": "Beasiswa di luar jumlah di atas: paling banyak %(children)s anak, %(amount)s seluruhnya, diajukan setiap tahun.",
    "no_scholarship": "Beasiswa belum menjadi hak: masa iuran belum cukup pada hari kejadian.",
    "after_work": (
        "Pekerja sudah berhenti bekerja pada %(day)s. Perlindungan dihitung pada hari kerja terakhir; penilaian penyakit yang "
        "timbul sesudah berhenti ada pada BPJS."
    ),
    "after_work_too_late": "Penyakit timbul lebih dari %(years)s tahun sesudah berhenti bekerja; batas itu sudah lewat.",
    "unknown_number_day": (
        "Pekerja sudah punya nomor, tetapi tanggal terbitnya tidak tercatat. Santunan tidak diperkirakan; tanyakan tanggalnya kepada BPJS."
    ),
    "unknown_dasar": "Dasar upah pekerja tidak tercatat. Santunan tidak diperkirakan; tanyakan dasar upah terakhir kepada BPJS.",
    "unknown_law": "Perlindungan pada hari itu tidak dapat dihitung di sini, karena aturannya tidak diketahui.",
}
"""Indonesian sentence of every code; translated by the catalogue of the pages."""

PART_LABELS: Final[Mapping[str, str]] = {
    "death_sum": "Santunan kematian",
    "death": "Santunan kematian karena kecelakaan kerja",
    "total_disability": "Santunan cacat total tetap",
    "periodic_lump_sum": "Santunan berkala, dibayar sekaligus",
    "funeral": "Biaya pemakaman",
    "transport_land": "Angkutan darat",
    "transport_sea": "Angkutan laut",
    "transport_air": "Angkutan udara",
    "home_care": "Perawatan di rumah",
    "denture": "Gigi tiruan",
    "hearing_aid": "Alat bantu dengar",
    "glasses": "Kacamata",
}
"""What the parts of a benefit and the refunds are called."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its code and facts; rendered in the reader's language."""

    code: str
    facts: Mapping[str, object]
    source: str = ""

    @property
    def text(self) -> str:
        return language.translate(SENTENCES[self.code]) % {
            name: _shown(name, fact) for name, fact in self.facts.items()
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One part in rupiah: `now`, and `after` settling what stands open; `at_most`: a limit for a refund."""

    code: str
    now: Rupiah
    after: Rupiah
    source: str
    at_most: bool = False

    @property
    def label(self) -> str:
        return language.translate(PART_LABELS[self.code])


@dataclass(frozen=True, slots=True)
class Estimate:
    """What can be had for one case. `known` is False where nothing can be said; then only `why` speaks.

    `covered` says that cover stood on the day; `why` explains the state, `still` what can be had or done all the same.
    """

    known: bool
    covered: bool
    state: str
    on: date | None
    lines: tuple[Line, ...] = ()
    now: Rupiah = 0
    after: Rupiah = 0
    care: bool = False
    inability: Mapping[str, Any] | None = None
    refunds: tuple[Line, ...] = ()
    why: tuple[Said, ...] = ()
    still: tuple[Said, ...] = ()
    reasons: tuple[Mapping[str, str], ...] = ()
    rules_version: str = ""

    @property
    def two_amounts(self) -> bool:
        """Within the limit of arrears: one amount now, another after settling."""
        return self.now != self.after


def estimate(kind: str, snapshot: Mapping[str, Any]) -> Estimate:
    """The estimate of a case of `kind`. `snapshot` as `claims.history.snapshot` makes it."""
    found = snapshot.get("found")
    notes = tuple(_after_work(snapshot))
    if found is None:
        return Estimate(
            known=False, covered=False, state="", on=None, why=(*notes, Said(str(snapshot["unknown"]), {})),
            still=(Said("ask_bpjs", {}),),
        )  # fmt: skip
    due, state = found["entitlement_today"], str(found["state"])
    covered = state not in ("not_yet", "inactive")
    settled = bool(found["settled_later"])
    lines = tuple(_lines(kind, due))
    return Estimate(
        known=True,
        covered=covered,
        state=state,
        on=date.fromisoformat(found["on"]),
        lines=lines,
        now=sum(line.after if settled else line.now for line in lines),
        after=sum(line.after for line in lines),
        care=kind in _WORK and bool(due["care"]),
        inability=due["temporary_inability"] if kind in ("accident", "disease", "disability") else None,
        refunds=tuple(_refunds(due)) if kind in _WORK else (),
        why=(*notes, *_why(kind, snapshot, lines)),
        still=tuple(_still(kind, snapshot, found, covered=covered)),
        reasons=tuple(found["reasons"]),
        rules_version=str(found["rules_version"]),
    )


def _lines(kind: str, due: Mapping[str, Any]) -> Iterator[Line]:
    benefit = due.get(_BENEFITS.get(kind, ""))
    for part in benefit["parts"] if benefit else ():
        if part["after_settling"] or part["now"]:
            yield Line(part["code"], part["now"], part["after_settling"], part["source"])


def _refunds(due: Mapping[str, Any]) -> Iterator[Line]:
    for refund in due["refunds"]:
        yield Line(refund["code"], refund["at_most"], refund["at_most"], refund["source"], at_most=True)


def _why(kind: str, snapshot: Mapping[str, Any], lines: tuple[Line, ...]) -> Iterator[Said]:
    found = snapshot["found"]
    state, months = str(found["state"]), tuple(Month.parse(text) for text in found["to_settle"]["months"])
    now, after = sum(line.now for line in lines), sum(line.after for line in lines)
    if state == "not_yet":
        yield Said("not_numbered", {}, "PP 44/2015 Pasal 11 ayat (4)-(5)")
        return
    if state == "inactive":
        yield Said("lapsed", {"day": _day(found["lapsed_on"])}, "PP 44/2015 Pasal 39 dan 42")
        return
    if kind == "disability" and lines:
        yield Said("total_only", {}, "PP 82/2019 Lampiran III")
    if kind == "death" and not found["full_death_benefit_reached"]:
        yield Said("waiting", snapshot["waiting"], snapshot["waiting_source"])
    if months and found["settled_later"]:
        yield Said("settled", {"months": months}, "PP 44/2015 Pasal 39 dan 42")
    elif now != after:
        if now:
            yield Said("funeral_now", {"amount": now}, "PP 44/2015 Pasal 42")
        yield Said("settle_first", {"amount": after - now, "months": months}, "PP 44/2015 Pasal 39 dan 42")


def _still(kind: str, snapshot: Mapping[str, Any], found: Mapping[str, Any], *, covered: bool) -> Iterator[Said]:
    due, programmes = found["entitlement_today"], snapshot.get("programmes", ())
    if covered:
        yield from _scholarship(kind, due)
    elif found["state"] == "inactive":
        yield Said("no_revival", {}, "PP 44/2015 Pasal 39 dan 42")
        yield Said("ask_payment", {})
    else:
        yield Said("no_revival", {}, "PP 44/2015 Pasal 11 ayat (4)-(5)")
        yield Said("ask_number", {})
    waiting = tuple(Month.parse(text) for text in snapshot["facts"]["waiting"])
    if waiting and (not covered or found["to_settle"]["months"]):
        yield Said("waiting_confirmation", {"months": waiting})
    if "jht" in programmes and (kind in _JHT or not covered):
        yield Said("jht_own", {}, "PP 46/2015")
    if not covered:
        yield Said("others_again" if kind in ("death", "death_by_accident") else "worker_again", {})
        yield Said("ask_bpjs", {})


def _scholarship(kind: str, due: Mapping[str, Any]) -> Iterator[Said]:
    found = due["scholarship"]
    if found is None or kind in ("accident", "disease"):
        return
    given = found["after_other_death"] if kind == "death" else found["after_accident"]
    if given:
        yield Said("scholarship", {"children": found["children"], "amount": found["at_most"]}, found["source"])
    else:
        yield Said("no_scholarship", {}, found["source"])


def _after_work(snapshot: Mapping[str, Any]) -> Iterator[Said]:
    if snapshot.get("work_end"):
        facts = {"day": date.fromisoformat(snapshot["work_end"])}
        if snapshot.get("too_late_years"):
            yield Said("after_work_too_late", {"years": snapshot["too_late_years"]}, "PP 44/2015")
        else:
            yield Said("after_work", facts, "PP 44/2015")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _shown(name: str, value: object) -> str:
    if isinstance(value, Month):
        return month_in_words(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, part) for part in value)
    return format_rupiah(value) if isinstance(value, int) and name == "amount" else str(value)
