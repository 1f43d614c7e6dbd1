"""The small catalogue of what can be computed, and when a value is enough. Pure.

A value is a count, and where it is a share also what it is a share of. `met` answers True, False, or None: nothing to measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECLARATION: Final = "declaration"
Enough = Literal["one", "share", "all"]


@dataclass(frozen=True, slots=True)
class Measure:
    """`enough`: at least one; a share that reaches the target (without a target at least one); or all of them."""

    code: str
    title: str | Promise
    definition: str | Promise
    enough: Enough
    unit: str | Promise


MEASURES: Final[dict[str, Measure]] = {
    one.code: one
    for one in (
        Measure(
            "pic_named", _("Petugas ditunjuk"),
            _("Banyaknya petugas OPD yang perannya berlaku pada hari itu."), "one", _("petugas"),
        ),
        Measure(
            "staff_taking_part", _("Pegawai yang ikut serta"),
            _("Donatur dengan penanggungan yang berjalan, dibanding jumlah pegawai terakhir yang diketahui."),
            "share", _("pegawai"),
        ),
        Measure(
            "workers_proposed", _("Pekerja yang diusulkan"),
            _("Pekerja berbeda yang tercatat dari daftar OPD sampai hari itu."), "one", _("pekerja"),
        ),
        Measure(
            "workers_accepted", _("Pekerja yang diterima BPJS"),
            _("Pekerja yang sudah mendapat nomor peserta, dibanding yang diusulkan."), "share", _("pekerja"),
        ),
        Measure(
            "workers_protected", _("Pekerja yang terlindungi"),
            _("Pekerja yang iurannya untuk bulan itu dipastikan terbayar, dibanding yang sudah diterima."), "share", _("pekerja"),
        ),
        Measure(
            "bill_paid_by_15", _("Iuran dibayar sampai tanggal 15"),
            _(
                "Pekerja yang iurannya untuk bulan itu terbayar paling lambat tanggal 15, "
                "dibanding pekerja bernomor yang penanggungannya berjalan."
            ),
            "all", _("iuran"),
        ),
        Measure(
            "held_repaired", _("Baris tertahan diperbaiki dalam 10 hari"),
            _("Baris yang ditahan dan diperbaiki dalam 10 hari, dibanding semua yang ditahan sedikitnya 10 hari lalu."),
            "all", _("baris"),
        ),
        Measure(
            "report_sent", _("Laporan dikirim"),
            _("Rekapitulasi OPD yang dibuat sebagai surat bernomor dalam masa itu."), "one", _("laporan"),
        ),
    )
}  # fmt: skip
REPAIR_DAYS: Final = 10
PAY_DAY: Final = 15


def known(code: str) -> bool:
    """Whether a duty can be measured so."""
    return code == DECLARATION or code in MEASURES


def met(code: str, value: int | None, of: int | None, target_percent: int | None) -> bool | None:
    """Whether `value` (of `of`) is enough; None where there is nothing to measure."""
    if value is None or code not in MEASURES:
        return None
    enough = MEASURES[code].enough
    if enough == "all":
        return None if not of else value >= of
    if enough == "share" and target_percent is not None:
        return None if not of else 100 * value >= target_percent * of
    return value >= 1
