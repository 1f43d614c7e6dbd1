"""What notices refuse."""

from __future__ import annotations

from sertakan.core.errors import Conflict, NotAllowed, NotFound


class NoticeUnknown(NotFound):
    code = "notice_unknown"
    message = "Pemberitahuan ini tidak ada, atau di luar lingkup Anda."


class CannotOpenNotice(NotAllowed):
    code = "cannot_open_notice"
    message = "Hanya petugas OPD yang bersangkutan, koordinator, dan operator yang mengirim pesan ini."


class NoticeClosed(Conflict):
    code = "notice_closed"
    message = "Pesan ini tidak perlu lagi dikirim: keadaannya sudah “%(state)s”."


class QuietNow(Conflict):
    code = "quiet_now"
    message = (
        "Sekarang jam tenang. Pesan ke telepon orang dikirim lagi mulai %(opens)s; pesan ini tetap menunggu di sini."
    )


class CannotSeeMail(NotAllowed):
    code = "cannot_see_mail"
    message = "Antrean surat elektronik hanya dibuka untuk operator."


class MailNotSent(Conflict):
    code = "mail_not_sent"
    message = "Surat tidak terkirim: %(why)s. Periksa pengaturan SERTAKAN_SMTP_* (docs/reference/settings.md), lalu coba lagi."
