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


class MeetingDropped(Conflict):
    code = "meeting_dropped"
    message = "Rapat ini sudah dibatalkan. Rencanakan rapat yang baru; tindakan yang berjalan tetap membuka acaranya."


class MeetingTooEarly(Conflict):
    code = "meeting_too_early"
    message = "Rapat ini baru %(on)s, maka belum dapat dibuka. Bila rapatnya dimajukan, ubah waktunya dahulu."


class MeetingReasonMissing(DomainError):
    code = "meeting_reason_missing"
    message = "Tulis mengapa rapat ini dibatalkan; OPD yang diundang membacanya. Rapat belum dibatalkan."


class NobodyInvited(DomainError):
    code = "meeting_nobody_to_invite"
    message = "Semua OPD yang dipilih sudah diundang. Tidak ada surat yang ditulis."


class AttendanceClosed(Conflict):
    code = "attendance_closed"
    message = "Daftar hadir ini hanya terbuka selama rapat berlangsung, pada harinya. Mintalah petugas rapat mencatat nama Anda."


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


class ActionOpen(Conflict):
    code = "action_still_open"
    message = "Tindakan ini masih berjalan, maka tidak perlu dibuka kembali. Tenggatnya tidak berubah."


class ActionDouble(Conflict):
    code = "action_open_twice"
    message = "%(agency)s sudah mempunyai tindakan yang berjalan dari keputusan ini. Lanjutkan tindakan itu."


class FilesMissing(DomainError):
    code = "meeting_files_missing"
    message = "Pilih satu sampai %(most)s foto atau PDF. Belum ada yang disimpan."


class ReasonForAction(DomainError):
    code = "action_reason_missing"
    message = "Tulis apa yang sudah dikerjakan, mengapa tindakan ini dibatalkan, atau mengapa dibuka kembali. Belum ada yang disimpan."


class CannotRunMeetings(NotAllowed):
    code = "cannot_run_meetings"
    message = "Rapat dan tindakan hanya diatur oleh koordinator provinsi atau operator."
