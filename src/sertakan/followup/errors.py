"""What the follow-up refuses."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotAllowed, NotFound


class CircularUnknown(NotFound):
    code = "circular_unknown"
    message = "Surat edaran ini tidak ada."


class CircularKnown(Conflict):
    code = "circular_known"
    message = "Surat edaran nomor %(number)s sudah dicatat. Buka yang ada, atau buat versi berikutnya dari sana."


class CircularIncomplete(DomainError):
    code = "circular_incomplete"
    message = "Isian “%(field)s” belum ada atau tidak terbaca. Lengkapi, lalu simpan lagi."


class CircularReplaced(Conflict):
    code = "circular_replaced"
    message = "Surat edaran ini sudah digantikan oleh %(number)s; yang lama tidak berubah lagi."


class DutyUnknown(NotFound):
    code = "duty_unknown"
    message = "Kewajiban ini tidak ada."


class DueRuleUnreadable(DomainError):
    code = "due_rule_unreadable"
    message = (
        "Batas waktu “%(text)s” tidak terbaca. Contoh: hk+5 (lima hari kerja sesudah masa), tgl-15, tgl-10+1 (tanggal 10 bulan "
        "berikutnya), 2026-12-31, atau kosong."
    )


class DayTooFar(DomainError):
    code = "duties_day_too_far"
    message = "Keadaan kewajiban hanya dapat dilihat sampai %(last)s. Pilih hari yang lebih awal."


class MeasureUnknown(DomainError):
    code = "measure_unknown"
    message = "Ukuran “%(measure)s” tidak ada dalam daftar."


class NotAsked(Conflict):
    code = "duty_not_asked"
    message = "Perangkat daerah ini tidak diminta melakukan hal itu pada masa tersebut."


class NotDeclarable(Conflict):
    code = "duty_not_declarable"
    message = "Kewajiban ini dihitung dari data; tidak perlu dan tidak dapat dinyatakan sendiri."


class DeclarationUnknown(NotFound):
    code = "declaration_unknown"
    message = "Pernyataan ini tidak ada, atau di luar lingkup Anda."


class DeclarationStands(Conflict):
    code = "declaration_stands"
    message = "Sudah ada pernyataan %(who)s untuk kewajiban dan masa ini."


class DeclarationEmpty(DomainError):
    code = "declaration_empty"
    message = "Tulis apa yang sudah dilakukan, atau lampirkan buktinya."


class DeclarationDecided(Conflict):
    code = "declaration_decided"
    message = "Pernyataan ini sudah diputuskan oleh %(who)s. Keputusan Anda tidak dicatat."


class OwnDeclaration(NotAllowed):
    code = "own_declaration"
    message = "Yang menyatakan tidak boleh memeriksa pernyataannya sendiri. Mintalah orang lain."


class RefusalNeedsReason(DomainError):
    code = "refusal_needs_reason"
    message = "Tulis alasan mengapa pernyataan ini belum dapat diterima."


class NotYourFollowup(NotAllowed):
    code = "not_your_followup"
    message = "Hanya koordinator yang mengatur surat edaran, kewajiban, dan pengingat."


class NotYourDuty(NotAllowed):
    code = "not_your_duty"
    message = "Kewajiban ini milik perangkat daerah lain."


class PauseNeedsReason(DomainError):
    code = "pause_needs_reason"
    message = "Jeda pengingat memerlukan alasan dan tanggal akhir yang tidak sebelum tanggal mulainya."


class PlanUnreadable(DomainError):
    code = "reminder_plan_unreadable"
    message = (
        "Rencana pengingat tidak terbaca: tulis bilangan hari kerja antara 0 dan 60, dipisah koma. Isian: %(text)s"
    )


class PauseUnknown(NotFound):
    code = "pause_unknown"
    message = "Jeda ini tidak ada."
