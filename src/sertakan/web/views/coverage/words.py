"""Words of the pages of coverage: ways to look at the count, reasons of change, steps of the way; in addresses they are Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sertakan.coverage.figures import Cell
from sertakan.sponsorship.models import Sponsorship
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.templatetags.sertakan_format import percent as cut_percent

SLUGS: Final[Mapping[str, str]] = {
    "province": "provinsi",
    "regency": "kabupaten",
    "district": "kecamatan",
    "village": "desa",
    "sector": "sektor",
    "occupation": "pekerjaan",
    "sex": "kelamin",
    "age": "umur",
    "funding": "dana",
    "agency": "opd",
    "programme": "program",
}
"""Ways to look at the count, and the word for each in an address."""
BY_SLUG: Final[Mapping[str, str]] = {slug: by for by, slug in SLUGS.items()}
CHOICES: Final = tuple(by for by in SLUGS if by != "province")
BELOW: Final[Mapping[str, str]] = {"province": "regency", "regency": "district", "district": "village"}
"""The level under an area."""

UNKNOWN_SLUG: Final = "tidak-diketahui"
"""In an address, the cell of those about whom this is not known."""

NAMES: Final[Mapping[str, str | Promise]] = {
    "province": gettext_lazy("Provinsi"),
    "regency": gettext_lazy("Kabupaten/kota"),
    "district": gettext_lazy("Kecamatan"),
    "village": gettext_lazy("Desa/kelurahan"),
    "sector": gettext_lazy("Sektor"),
    "occupation": gettext_lazy("Pekerjaan"),
    "sex": gettext_lazy("Jenis kelamin"),
    "age": gettext_lazy("Umur"),
    "funding": gettext_lazy("Sumber dana"),
    "agency": gettext_lazy("Perangkat daerah"),
    "programme": gettext_lazy("Program"),
}
ACCORDING: Final[Mapping[str, str | Promise]] = {
    "province": gettext_lazy("menurut provinsi"),
    "regency": gettext_lazy("menurut kabupaten/kota"),
    "district": gettext_lazy("menurut kecamatan"),
    "village": gettext_lazy("menurut desa/kelurahan"),
    "sector": gettext_lazy("menurut sektor"),
    "occupation": gettext_lazy("menurut pekerjaan"),
    "sex": gettext_lazy("menurut jenis kelamin"),
    "age": gettext_lazy("menurut umur"),
    "funding": gettext_lazy("menurut sumber dana"),
    "agency": gettext_lazy("menurut perangkat daerah"),
    "programme": gettext_lazy("menurut program"),
}
CHANGES: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "new": (gettext_lazy("Baru terlindungi"), gettext_lazy("belum pernah terlindungi sebelumnya")),
    "returned": (gettext_lazy("Kembali"), gettext_lazy("pernah terlindungi, berhenti, lalu membayar lagi")),
    "lapsed": (gettext_lazy("Berhenti membayar"), gettext_lazy("tidak membayar, atau keluar sebagai peserta")),
    "budget_ended": (gettext_lazy("Anggaran berakhir"), gettext_lazy("dibayar anggaran pemerintah yang habis masanya")),
    "corrected": (gettext_lazy("Perbaikan data"), gettext_lazy("catatan ganda disatukan atau salah diperbaiki")),
    "moved": (gettext_lazy("Pindah"), gettext_lazy("pindah wilayah atau perangkat daerah")),
}  # fmt: skip
STEPS: Final[Mapping[str, str | Promise]] = {
    "promised": gettext_lazy("Disanggupi donatur"),
    "proposed": gettext_lazy("Dikirim ke BPJS"),
    "accepted": gettext_lazy("Diterima BPJS"),
    "numbered": gettext_lazy("Bernomor peserta"),
    "paid_once": gettext_lazy("Pernah dibayar"),
    "protected": gettext_lazy("Terlindungi"),
}
LOST: Final[Mapping[str, str | Promise]] = {
    "waiting": gettext_lazy("menunggu giliran"),
    "refused": gettext_lazy("ditolak BPJS"),
    "ended": gettext_lazy("dihentikan"),
    "withdrawn": gettext_lazy("ditarik kembali"),
    "held": gettext_lazy("datanya ditahan"),
    "not_sent": gettext_lazy("belum dikirim"),
    "unanswered": gettext_lazy("belum dijawab"),
    "no_number": gettext_lazy("nomor belum terbit"),
    "unpaid": gettext_lazy("belum pernah dibayar"),
    "not_paid": gettext_lazy("belum pernah dibayar"),
    "lapsed": gettext_lazy("berhenti membayar"),
    "left": gettext_lazy("keluar sebagai peserta"),
    "elsewhere": gettext_lazy("terlindungi lewat OPD lain"),
    "other": gettext_lazy("sebab lain"),
    "inactive": gettext_lazy("nonaktif"),
    "arrears": gettext_lazy("menunggak"),
}


LONGEST: Final = 42
"""Names in pictures are cut after so many characters; tables have them whole."""


def percent(value: float | None, places: int = 2) -> str:
    """`value` in per cent (27.39), rounded and not cut: ``27,39 %`` also for 27.389999; shares below a tenth with more digits."""
    if value is None:
        return cut_percent(None)
    places = 4 if places == 2 and 0 < abs(value) < 0.1 else places
    return cut_percent(float(f"{value:.{places}f}") if abs(value) >= 0.0001 else 0, places)


def decimals(value: float | None, places: int) -> str:
    """A number with `places` decimals, rounded and not cut."""
    return number(None if value is None else round(value, places), places)


def short(name: str) -> str:
    """A name that fits beside a bar."""
    return name if len(name) <= LONGEST else f"{name[:LONGEST].rsplit(' ', 1)[0].rstrip(',;')} …"


def by_of(slug: str, default: str = "regency") -> str:
    """The way to look that an address names; `default` for none or an unknown one."""
    return BY_SLUG.get(slug, default)


def name_of(cell: Cell) -> str:
    """The name of a cell; the one of those about whom it is not known has a word too."""
    return cell.name or cell.code or _("Tidak diketahui")


def count_of(cell: Cell) -> str:
    """The count in words: never zero for what is hidden."""
    return _("disembunyikan") if cell.suppressed or cell.numerator is None else number(cell.numerator)


def people_of(cell: Cell) -> str:
    """The denominator, with its interval where it is an estimate."""
    if cell.denominator is None:
        return "–"
    if cell.estimated and cell.low is not None and cell.high is not None:
        return _("± %(value)s (%(low)s sampai %(high)s)") % {
            "value": number(cell.denominator), "low": number(cell.low), "high": number(cell.high),
        }  # fmt: skip
    return number(cell.denominator)


def share_of(cell: Cell) -> str:
    """The share in per cent, with its interval where the denominator is an estimate."""
    if cell.suppressed:
        return _("disembunyikan")
    if cell.share is None:
        return "–"
    if cell.estimated and cell.share_low is not None and cell.share_high is not None:
        return _("± %(share)s (%(low)s sampai %(high)s)") % {
            "share": percent(100 * cell.share),
            "low": percent(100 * cell.share_low),
            "high": percent(100 * cell.share_high),
        }
    return percent(100 * cell.share)


def lost_word(code: str) -> str:
    """A reason of loss in words; the ones of an ended sponsorship as they are called there."""
    ended = dict(Sponsorship.EndReason.choices).get(code)
    found = LOST.get(code) or ended
    return str(found) if found else code.replace("_", " ")
