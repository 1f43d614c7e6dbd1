"""The states that pages show: a word, an icon and a shape each, so that none is told by its colour alone.

Kept in one place so that the same state looks and reads the same on every page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown. `tone` picks colours, `shape` the outline; `meaning` is told on hover and in the style page."""

    label: str | Promise
    icon: str
    tone: str
    shape: str = "solid"
    meaning: str | Promise = ""


STATES: dict[str, State] = {
    # A worker's cover. "Terdaftar" is never said for "aktif".
    "waiting": State(_("Menunggu"), "clock", "quiet", "dashed", _("Sudah dikirim; BPJS belum menjawab.")),
    "registered": State(
        _("Terdaftar"), "document-text", "quiet", "outline", _("Nomor sudah ada; iuran belum terbayar.")
    ),
    "not_yet": State(
        _("Belum terlindungi"),
        "clock",
        "quiet",
        "dashed",
        _("Nomor peserta belum terbit; sebelum itu tidak ada santunan."),
    ),
    "active": State(
        _("Aktif"), "check-circle", "good", "solid", _("Iuran bulan ini sudah terbayar; pekerja terlindungi.")
    ),
    "arrears_1": State(_("Menunggak 1 bulan"), "exclamation-triangle", "warm", "notched"),
    "arrears_2": State(_("Menunggak 2 bulan"), "exclamation-triangle", "warm", "notched"),
    "arrears_3": State(_("Menunggak 3 bulan"), "exclamation-triangle", "warm", "notched"),
    "inactive": State(_("Nonaktif"), "no-symbol", "danger", "outline", _("Perlindungan sudah berhenti.")),
    "unconfirmed": State(
        _("Menunggu konfirmasi BPJS"),
        "clock",
        "warm",
        "dashed",
        _("Sudah disetor dengan bukti; belum dihitung aktif sampai BPJS memastikan."),
    ),
    "unpaid": State(_("Tidak dibayar"), "minus-circle", "quiet", "outline"),
    "later": State(_("Dibayar sesudah hari itu"), "clock", "quiet", "outline"),
    # A row of an uploaded list.
    "accepted": State(_("Diterima"), "check", "good", "solid"),
    "held": State(_("Ditahan"), "pause", "warm", "notched", _("Menunggu perbaikan; isi asli baris tetap disimpan.")),
    "duplicate": State(
        _("Ganda"), "document-duplicate", "quiet", "outline", _("NIK yang sama sudah ada lebih atas di berkas ini.")
    ),
    "known": State(_("Sudah ada"), "identification", "quiet", "outline", _("Pekerja ini sudah punya donatur.")),
    "withdrawn": State(_("Ditarik"), "arrow-uturn-left", "quiet", "dashed", _("Ditarik kembali oleh petugas.")),
    # What was found about a cell.
    "hold": State(_("Menahan baris"), "pause", "warm", "notched"),
    "warning": State(_("Perlu dilihat"), "exclamation-circle", "warm", "outline"),
    "repaired": State(_("Diperbaiki"), "wrench", "good", "outline"),
    # Work, files, batches and bills.
    "draft": State(_("Draf"), "pencil-square", "quiet", "dashed"),
    "running": State(_("Berjalan"), "arrow-path", "quiet", "outline"),
    "checked": State(_("Sudah diperiksa"), "clipboard-document-check", "quiet", "outline"),
    "sent": State(_("Terkirim"), "paper-airplane", "quiet", "outline"),
    "answered": State(_("Dijawab BPJS"), "inbox-arrow-down", "good", "outline"),
    "refused": State(_("Ditolak"), "x-circle", "danger", "outline"),
    "failed": State(_("Gagal"), "x-circle", "danger", "outline"),
    "done": State(_("Selesai"), "check-circle", "good", "solid"),
    "due": State(_("Belum dibayar"), "banknotes", "warm", "outline"),
    "overdue": State(_("Lewat jatuh tempo"), "exclamation-triangle", "warm", "notched"),
    "paid": State(_("Lunas"), "check-circle", "good", "solid"),
    # A line of a bank statement, and a difference between list, money and members.
    "line_open": State(_("Terbuka"), "question-mark-circle", "warm", "notched", _("Menunggu keputusan petugas.")),
    "line_matched": State(_("Dicocokkan"), "check-circle", "good", "solid"),
    "line_ignored": State(_("Diabaikan"), "no-symbol", "quiet", "dashed"),
    "line_unreadable": State(
        _("Tidak terbaca"),
        "exclamation-triangle",
        "danger",
        "outline",
        _("Jumlah atau tanggalnya tidak pasti; tidak dihitung."),
    ),
    "difference_open": State(_("Belum dijelaskan"), "question-mark-circle", "warm", "notched"),
    "difference_explained": State(_("Dijelaskan"), "chat-bubble-left-ellipsis", "quiet", "outline"),
    "difference_closed": State(_("Selesai"), "check-circle", "good", "solid"),
    # A case of a claim, and its steps.
    "case_open": State(_("Dibuka"), "folder-open", "quiet", "outline"),
    "case_reported": State(_("Sudah dilaporkan"), "megaphone", "quiet", "outline"),
    "case_submitted": State(_("Berkas diserahkan"), "inbox-arrow-down", "quiet", "outline"),
    "case_incomplete": State(_("Berkas kurang"), "exclamation-circle", "warm", "notched"),
    "case_decided": State(_("Disetujui BPJS"), "check", "good", "outline"),
    "case_paid": State(_("Sudah dibayar"), "check-circle", "good", "solid"),
    "case_refused": State(_("Ditolak BPJS"), "x-circle", "danger", "outline"),
    "case_closed": State(_("Ditutup"), "archive-box", "quiet", "dashed"),
    "step_waiting": State(_("Menunggu langkah lain"), "clock", "quiet", "dashed"),
    "step_open": State(_("Belum"), "clock", "quiet", "outline"),
    "step_overdue": State(_("Lewat batas waktu"), "exclamation-triangle", "warm", "notched"),
    "step_late": State(_("Sudah, terlambat"), "check", "warm", "outline"),
    # What somebody was told, and what came of it.
    "notice_waiting": State(_("Menunggu dikirim"), "clock", "quiet", "dashed"),
    "notice_sent": State(_("Baru"), "bell-alert", "warm", "outline"),
    "notice_read": State(_("Dibaca"), "check", "quiet", "outline"),
    "notice_failed": State(_("Gagal dikirim"), "x-circle", "danger", "outline"),
    "notice_cancelled": State(_("Tidak perlu lagi"), "archive-box", "quiet", "dashed", _("Alasannya sudah hilang.")),
    "told_paid": State(_("Dibayar"), "check-circle", "good", "solid"),
    "told_partly": State(_("Sebagian dibayar"), "check-circle", "warm", "outline"),
    "told_unpaid": State(_("Belum dibayar"), "clock", "warm", "notched"),
    "told_lapsed": State(_("Ada yang berhenti"), "no-symbol", "danger", "outline"),
    # Two records that may be one person.
    "undecided": State(_("Menunggu keputusan"), "question-mark-circle", "warm", "outline"),
    "second": State(
        _("Menunggu orang kedua"),
        "user-plus",
        "warm",
        "notched",
        _("Satu orang sudah menjawab “sama”; orang lain harus setuju."),
    ),
    "same": State(_("Orang yang sama"), "link", "good", "solid"),
    "different": State(_("Orang yang berbeda"), "users", "quiet", "outline"),
}

UNKNOWN = State(_("Tidak diketahui"), "question-mark-circle", "quiet", "dashed")


def state_of(code: str) -> State:
    """How the state `code` is shown; an unknown code is said to be unknown, never hidden."""
    return STATES.get(code, UNKNOWN)
