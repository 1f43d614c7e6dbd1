"""What each kind of warning is called on the pages, what it means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of warning in words; `door` is the url name of the page where something can be done."""

    label: str | Promise
    meaning: str | Promise
    act: str | Promise
    door: str = ""
    door_label: str | Promise = ""


WORDS: dict[str, Words] = {
    "lapses_next": Words(
        _("Segera berhenti"),
        _("Batas tunggakan habis. Bila tidak dibayar sampai hari itu, keluarga tidak menerima apa-apa dan masa tunggu mulai dari nol."),
        _("Hubungi donaturnya hari ini; pesannya sudah siap. Lalu bayar dan unggah buktinya."),
        "warning_messages",
        _("Pesan siap kirim"),
    ),
    "arrears_3": Words(
        _("Menunggak 3 bulan"),
        _("Santunan uang ditahan sampai tunggakan dilunasi. Bulan berikutnya perlindungan berhenti."),
        _("Hubungi donaturnya; bila tidak sanggup lagi, cari pembayar berikutnya sekarang."),
        "warning_messages",
        _("Pesan siap kirim"),
    ),
    "arrears_2": Words(
        _("Menunggak 2 bulan"),
        _("Santunan uang ditahan sampai tunggakan dilunasi."),
        _("Ingatkan donaturnya; tanyakan apakah masih melanjutkan."),
        "warning_messages",
        _("Pesan siap kirim"),
    ),
    "arrears_1": Words(
        _("Menunggak 1 bulan"),
        _("Santunan uang ditahan sampai tunggakan dilunasi."),
        _("Ingatkan donaturnya; sering kali hanya terlupa."),
        "warning_messages",
        _("Pesan siap kirim"),
    ),
    "code_unpaid": Words(
        _("Kode bayar belum lengkap"),
        _("Sebagian belum menyetor, sedangkan kode dibayar sekaligus. Yang sudah menyetor jangan sampai ikut tertahan."),
        _("Pisahkan kodenya: bayar dahulu yang sudah menyetor."),
        "payment_codes",
        _("Ke kode iuran"),
    ),
    "due_soon": Words(
        _("Jatuh tempo dekat"),
        _("Iuran bulan ini belum dikonfirmasi BPJS."),
        _("Bayar, lalu unggah buktinya."),
        "bills",
        _("Ke tagihan"),
    ),
    "budget_year_ends": Words(
        _("Anggaran tahun habis"),
        _("Dibayar dari APBD, APBN, atau APBDes sampai Desember; untuk Januari belum ada pembayarnya."),
        _("Pastikan anggaran tahun baru, atau pembayar pengganti, sebelum iuran Januari jatuh tempo."),
        "continue",
        _("Lanjutkan pekerja"),
    ),
    "prepayment_ends": Words(
        _("Masa iuran habis"),
        _("Semua yang dijanjikan sudah dibayar; untuk bulan berikutnya belum ada pembayarnya."),
        _("Lanjutkan, ganti pembayar, atau putuskan berhenti."),
        "continue",
        _("Lanjutkan pekerja"),
    ),
    "waits_again": Words(
        _("Menunggu santunan penuh lagi"),
        _("Aktif lagi sesudah berhenti: keluarga menerima santunan penuh baru sesudah beberapa bulan berturut-turut."),
        _("Jelaskan kepada pekerja dan donaturnya, supaya tidak ada bulan yang terlewat."),
        "warning_messages",
        _("Pesan siap kirim"),
    ),
}  # fmt: skip
