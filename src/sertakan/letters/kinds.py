"""The letters of the programme: what each is for, what may be filled in, and the words it begins with until the office writes its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.letters.errors import LetterKindUnknown


@dataclass(frozen=True, slots=True)
class Words:
    """What an office writes: paragraphs with placeholders such as ``{opd}``."""

    subject: str
    opening: str
    body: tuple[str, ...]
    closing: str
    signer_title: str
    signer_name: str = ""
    signer_nip: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter. `register`: letters of one register are numbered in one row; `mark`: its part of the number.

    `placeholders`: name to (meaning, example for the preview). `large`: a report with pictures and tables.
    """

    code: str
    title: str | Promise
    register: str
    mark: str
    placeholders: dict[str, tuple[str, str]]
    words: Words
    large: bool = False
    details: tuple[tuple[str, str], ...] = field(default=())


_AGENCY = {
    "opd": ("nama perangkat daerah", "Dinas Contoh"),
}
_DUTY = {
    **_AGENCY,
    "kewajiban": ("apa yang diminta", "menyampaikan daftar pekerja rentan di sekitar pegawai"),
    "jatuh_tempo": ("hari jatuh tempo", "15 Desember 2026"),
    "edaran": ("nomor surat edaran", "500.15.14.2/3/DKTTRANS/08/2025"),
}
_LATE = {**_DUTY, "terlambat": ("berapa hari terlambat", "12 hari")}
_MEETING = {
    "rapat": ("nama rapat", "Rapat monitoring Sertakan"),
    "hari": ("hari dan tanggal rapat", "Selasa, 15 Desember 2026"),
    "waktu": ("jam rapat", "09.00 WIB"),
    "tempat": ("tempat rapat", "Ruang Rapat Contoh"),
}
_REPORT = {
    "masa": ("bulan atau tahun laporan", "November 2026"),
    "aktif": ("pekerja yang aktif", "1.234"),
    "bernomor": ("pekerja yang bernomor peserta", "1.400"),
    "persen_aktif": ("bagian yang aktif", "88,1 %"),
    "iuran": ("iuran yang dikonfirmasi BPJS", "Rp20.731.200"),
    "iuran_terbilang": ("iuran dengan huruf", "dua puluh juta tujuh ratus tiga puluh satu ribu dua ratus rupiah"),
    "opd_terpenuhi": ("OPD tanpa kewajiban yang lewat", "31"),
    "opd_diminta": ("OPD yang diminta", "44"),
    "per": ("hari keadaan data", "30 November 2026"),
}
_SIGNER = "Koordinator Program Sertakan"
_SECRETARY = "Sekretaris Daerah"
_HOPE = "Demikian disampaikan. Atas perhatian dan kerja samanya, kami ucapkan terima kasih."

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "reminder_before", _("Pengingat sebelum jatuh tempo"), "surat", "SERTAKAN", _DUTY,
            Words(
                "Pengingat: {kewajiban}",
                "Menindaklanjuti surat edaran nomor {edaran}, kami mengingatkan dengan hormat hal berikut.",
                ("{opd} diharapkan {kewajiban} paling lambat {jatuh_tempo}.",
                 "Bila sudah dikerjakan, abaikan surat ini; keadaan terbaru terlihat pada halaman OPD di Sertakan."),
                _HOPE, _SIGNER, copies=("Arsip",),
            ),
        ),
        Kind(
            "reminder_due", _("Pengingat pada hari jatuh tempo"), "surat", "SERTAKAN", _DUTY,
            Words(
                "Jatuh tempo: {kewajiban}",
                "Menindaklanjuti surat edaran nomor {edaran}, kami menyampaikan hal berikut.",
                ("Hari ini, {jatuh_tempo}, adalah hari terakhir bagi {opd} untuk {kewajiban}.",
                 "Petugas koordinator siap membantu bila ada kendala."),
                _HOPE, _SIGNER, copies=("Arsip",),
            ),
        ),
        Kind(
            "reminder_overdue", _("Pengingat sesudah jatuh tempo"), "surat", "SERTAKAN", _LATE,
            Words(
                "Belum diterima: {kewajiban}",
                "Menindaklanjuti surat edaran nomor {edaran}, kami menyampaikan hal berikut.",
                ("Sampai hari ini {opd} belum {kewajiban}. Jatuh temponya {jatuh_tempo}, {terlambat} yang lalu.",
                 "Mohon diselesaikan, atau sampaikan kendalanya supaya dapat kita cari jalan keluarnya bersama."),
                _HOPE, _SIGNER, copies=("Arsip",),
            ),
        ),
        Kind(
            "escalation_head", _("Surat kepada kepala OPD"), "surat", "SERTAKAN", _LATE,
            Words(
                "Tindak lanjut perlindungan pekerja rentan di {opd}",
                "Menindaklanjuti surat edaran nomor {edaran}, dengan hormat kami laporkan kepada Bapak/Ibu Kepala {opd}.",
                ("Sampai hari ini {opd} belum {kewajiban}. Jatuh temponya {jatuh_tempo}, {terlambat} yang lalu; "
                 "petugas OPD sudah diingatkan.",
                 "Kami mohon bantuan Bapak/Ibu agar hal ini diselesaikan, karena perlindungan pekerja bergantung padanya."),
                _HOPE, _SIGNER, copies=("Sekretaris Daerah Provinsi", "Arsip"),
            ),
        ),
        Kind(
            "escalation_secretary", _("Surat kepada Sekretaris Daerah"), "surat", "SERTAKAN",
            {"jumlah_opd": ("berapa OPD", "3"), "edaran": _DUTY["edaran"], "per": ("hari keadaan data", "30 November 2026")},
            Words(
                "Laporan OPD yang memerlukan perhatian",
                "Menindaklanjuti surat edaran nomor {edaran}, dengan hormat kami laporkan keadaan per {per}.",
                ("Ada {jumlah_opd} OPD dengan kewajiban yang lewat jatuh tempo sesudah diingatkan dan sesudah surat kepada kepalanya, "
                 "sebagaimana daftar di bawah.", "Kami mohon arahan Bapak/Ibu."),
                _HOPE, _SIGNER, copies=("Asisten Pemerintahan dan Kesejahteraan Rakyat", "Arsip"),
            ),
        ),
        Kind(
            "invitation", _("Undangan rapat"), "undangan", "SERTAKAN-UND", _MEETING,
            Words(
                "Undangan: {rapat}",
                "Dalam rangka menindaklanjuti perlindungan pekerja rentan, kami mengharapkan kehadiran Bapak/Ibu pada:",
                ("Acara rapat tercantum di bawah. Mohon membawa data terakhir perangkat daerah masing-masing.",),
                "Mengingat pentingnya acara ini, kehadiran Bapak/Ibu sangat kami harapkan. Terima kasih.",
                _SIGNER, copies=("Arsip",),
            ),
            details=(("Hari, tanggal", "{hari}"), ("Waktu", "{waktu}"), ("Tempat", "{tempat}")),
        ),
        Kind(
            "minutes", _("Notula rapat"), "notula", "SERTAKAN-NTL",
            {**_MEETING, "jumlah_hadir": ("berapa yang hadir", "27"), "pemimpin": ("pemimpin rapat", "Pemimpin Rekaan")},
            Words(
                "Notula: {rapat}",
                "{rapat} diselenggarakan pada {hari} pukul {waktu} di {tempat}, dipimpin oleh {pemimpin} "
                "dan dihadiri {jumlah_hadir} orang.",
                (), "Demikian notula ini dibuat. Tindakan di atas dibahas pertama pada rapat berikutnya.",
                _SIGNER, copies=("Peserta rapat", "Arsip"),
            ),
            large=True,
        ),
        Kind(
            "recap", _("Rekap per OPD"), "laporan", "SERTAKAN-LAP", {"per": ("hari keadaan data", "30 November 2026")},
            Words(
                "Rekap tindak lanjut per OPD",
                "Bersama ini kami sampaikan rekap tindak lanjut surat edaran per OPD, keadaan {per}.",
                (), _HOPE, _SIGNER, copies=("Arsip",),
            ),
            large=True,
        ),
        Kind(
            "monthly_report", _("Laporan bulanan"), "laporan", "SERTAKAN-LAP", _REPORT,
            Words(
                "Laporan program Sertakan {masa}",
                "Dengan hormat kami laporkan pelaksanaan program Sertakan {masa}, keadaan data per {per}.",
                ("Dari {bernomor} pekerja yang bernomor peserta, {aktif} aktif ({persen_aktif}). Iuran yang dikonfirmasi BPJS "
                 "Ketenagakerjaan {iuran} (terbilang: {iuran_terbilang}).",),
                "Demikian laporan ini kami sampaikan, mohon arahan.", _SIGNER,
                copies=("Kepala Kantor Cabang BPJS Ketenagakerjaan", "Arsip"),
            ),
            large=True,
        ),
        Kind(
            "yearly_report", _("Laporan tahunan"), "laporan", "SERTAKAN-LAP", _REPORT,
            Words(
                "Laporan tahunan program Sertakan {masa}",
                "Dengan hormat kami laporkan pelaksanaan program Sertakan sepanjang {masa}, keadaan data per {per}.",
                ("Pada akhir masa laporan {aktif} dari {bernomor} pekerja bernomor peserta aktif ({persen_aktif}). "
                 "Iuran yang dikonfirmasi BPJS Ketenagakerjaan sepanjang {masa} {iuran} (terbilang: {iuran_terbilang}).",),
                "Demikian laporan ini kami sampaikan, mohon arahan.", _SECRETARY,
                copies=("Kepala Kantor Cabang BPJS Ketenagakerjaan", "Arsip"),
            ),
            large=True,
        ),
    )
}  # fmt: skip
ALWAYS: dict[str, tuple[str, str]] = {
    "tanggal": ("tanggal surat", "23 November 2026"),
    "kantor": ("nama kantor pada kepala surat", "Dinas Contoh"),
    "provinsi": ("nama provinsi", "Provinsi Contoh"),
}
"""What every letter may name."""


def kind_of(code: str) -> Kind:
    """One kind of letter. Raises LetterKindUnknown."""
    if code not in KINDS:
        raise LetterKindUnknown(kind=code)
    return KINDS[code]


def placeholders_of(code: str) -> dict[str, tuple[str, str]]:
    """What a letter of this kind may name: name to (meaning, example)."""
    return {**kind_of(code).placeholders, **ALWAYS}
