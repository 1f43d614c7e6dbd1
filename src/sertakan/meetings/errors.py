"""Refusals about meetings and actions."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class MeetingUnknown(NotFound):
    code = "meeting_unknown"
    message = "Rapat ini tidak ada, atau OPD Anda tidak diundang."


class ActionUnknown(NotFound):
    code = "action_unknown"
    message = "Tindakan ini tidak ada dalam lingkup Anda."


class SeriesUnknown(NotFound):
    code = "meeting_series_unknown"
    message = "Rangkaian rapat ini tidak ada."


class MeetingIncomplete(DomainError):
    code = "meeting_incomplete"
    message = "%(what)s belum diisi, atau tidak terbaca. Rapat belum disimpan."


class MeetingStarted(Conflict):
    code = "meeting_started"
    message = "Rapat ini sudah dibuka, maka acaranya tidak disusun ulang. Tambahkan pokok bahasan bila perlu."


class MeetingNotOpen(Conflict):
    code = "meeting_not_open"
    message = "Rapat ini belum dibuka atau sudah ditutup. Buka rapatnya dahulu."


class MeetingClosed(Conflict):
    code = "meeting_closed"
    message = "Rapat ini sudah ditutup dan notulanya bernomor, maka isinya tidak berubah lagi."


class NobodyInvited(DomainError):
    code = "meeting_nobody_to_invite"
    message = "Semua OPD yang dipilih sudah diundang. Tidak ada surat yang ditulis."


class AttendanceClosed(Conflict):
    code = "attendance_closed"
    message = "Daftar hadir ini hanya terbuka selama rapat berlangsung. Mintalah petugas rapat mencatat nama Anda."


class AttendanceUnknown(NotFound):
    code = "attendance_unknown"
    message = "Alamat daftar hadir ini tidak dikenal. Pindai lagi kode QR pada layar rapat."


class AttendanceIncomplete(DomainError):
    code = "attendance_incomplete"
    message = "Tulis nama Anda (paling sedikit dua huruf), lalu kirim lagi. Kehadiran belum tercatat."


class MinutesChanged(Conflict):
    code = "minutes_changed"
    message = (
        "Notula baru saja disimpan oleh %(who)s pukul %(at)s. Tulisan Anda belum disimpan dan masih ada di bawah; "
        "gabungkan, lalu simpan lagi."
    )


class DecisionIncomplete(DomainError):
    code = "decision_incomplete"
    message = "Keputusan belum dicatat: %(what)s. Setiap keputusan menjadi tindakan dengan OPD dan tenggatnya."


class ActionClosed(Conflict):
    code = "action_closed"
    message = "Tindakan ini sudah ditutup. Buka kembali dahulu bila masih harus dikerjakan."


class ReasonForAction(DomainError):
    code = "action_reason_missing"
    message = "Tulis apa yang sudah dikerjakan, atau mengapa tindakan ini dibatalkan. Belum ada yang disimpan."


class CannotRunMeetings(NotAllowed):
    code = "cannot_run_meetings"
    message = "Rapat dan tindakan hanya diatur oleh koordinator provinsi atau operator."
