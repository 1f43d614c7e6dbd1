"""What is counted, in one sentence each. Figures of different definitions never stand in one line."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OWN: Final = "own_active"

DEFINITIONS: Final[dict[str, str | Promise]] = {
    OWN: _(
        "Pekerja dalam program ini yang bernomor peserta dan tidak menunggak pada hari itu, menurut iuran yang dikonfirmasi BPJS; "
        "bagian BPU saja, menurut alamat. Bukan cakupan BPJS: angka BPJS mungkin sudah memuat mereka."
    ),
    "bpjs_ucj": _(
        "Peserta aktif semua segmen (PU, BPU, jasa konstruksi) dibagi pekerja yang menurut BPJS Ketenagakerjaan dapat menjadi peserta; "
        "rumus resminya tidak diterbitkan."
    ),
    "bpjs_ucj_2024": _(
        "Peserta aktif dibagi pekerja yang dapat menjadi peserta, dengan dasar hitungan sebelum 2025 yang tidak sama antara satu berita "
        "dan lainnya."
    ),
    "eligible": _("Pekerja yang dapat menjadi peserta menurut BPJS Ketenagakerjaan, dari hitungan berdasarkan data BPS."),
    "employed": _("Penduduk yang bekerja menurut Survei Angkatan Kerja Nasional (Sakernas) BPS."),
    "labour_force": _("Angkatan kerja menurut Survei Angkatan Kerja Nasional (Sakernas) BPS."),
    "formal": _("Pekerja formal menurut Sakernas BPS."),
    "informal": _("Pekerja informal menurut Sakernas BPS."),
    "unemployed": _("Penganggur terbuka menurut Sakernas BPS."),
    "population": _("Penduduk menurut Kementerian Dalam Negeri."),
    "vulnerable": _("Pekerja rentan menurut pernyataan pemerintah provinsi."),
}  # fmt: skip
