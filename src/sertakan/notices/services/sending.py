"""E-mails to a mail server, each at least once and hardly ever twice.

A worker takes one waiting message under a lease and commits that, hands it to the server, then writes what became of it. Two workers
never hold one message (SKIP LOCKED). A worker that is killed in between leaves its lease to run out, and the message is sent again with
the same Message-ID: a reminder that comes twice costs a moment, one that never comes can cost a family its cover.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection

from sertakan.core import audit, clock, encryption
from sertakan.core.scope import Actor, acting
from sertakan.notices.errors import MailNotSent
from sertakan.notices.models import Notice
from sertakan.notices.quiet import is_quiet
from sertakan.notices.settings import address_of, mail_is_configured, quiet_hours

LEASE = timedelta(minutes=10)
"""Longer than a mail server may take to answer (``SERTAKAN_SMTP_TIMEOUT`` is two minutes at most)."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))
"""How long to wait after each attempt that may succeed later; after the last one the message has failed."""
MOST = 500
"""So many in one run; a mail server that is not ours is not flooded."""

_CLAIM = """
UPDATE notices_notice SET leased_until = %(until)s, attempts = attempts + 1
WHERE id = (SELECT id FROM notices_notice
            WHERE channel = 'email' AND state = 'waiting' AND send_after <= %(now)s
              AND (leased_until IS NULL OR leased_until <= %(now)s)
            ORDER BY send_after, id FOR UPDATE SKIP LOCKED LIMIT 1)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """One run: sent, to be tried again, failed for good; and why it stopped (``""``, ``quiet``, ``no_server``, ``server_down``)."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    stopped: str = ""


def send_waiting(actor: Actor, *, most: int = MOST) -> Sent:
    """Send the e-mails whose time has come, as `actor`. Opens its own transactions: never call it inside one.

    In quiet hours and without a mail server nothing is touched. When no server answers the run ends and the attempt does not count. An
    address that the server refuses for good fails at once, a passing trouble is tried again after `BACK_OFF`.
    """
    if not mail_is_configured():
        return Sent(stopped="no_server")
    counts = {"sent": 0, "later": 0, "failed": 0}
    stopped = ""
    server = get_connection(fail_silently=False)
    try:
        while sum(counts.values()) < most and not stopped:
            if is_quiet(clock.now(), quiet_hours()):
                stopped = "quiet"
            elif (notice := _claim(actor)) is None:
                break
            else:
                became, stopped = _hand_over(actor, notice, server)
                if became:
                    counts[became] += 1
    finally:
        _close(server)
    # Nothing is written of quiet hours: each night would leave a hundred rows that say nothing.
    if any(counts.values()) or stopped not in ("", "quiet"):
        with acting(actor, job="notices.send"):
            audit.record("notices.mail_sent", facts={**counts, "stopped": stopped})
    return Sent(**counts, stopped=stopped)


def _claim(actor: Actor) -> Notice | None:
    now = clock.now()
    with acting(actor, job="notices.send"), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
        return Notice.objects.get(pk=row[0]) if row else None


def _hand_over(actor: Actor, notice: Notice, server: Any) -> tuple[str, str]:
    """Give one message to the server and write what became of it; and why the run cannot go on, if so."""
    address = encryption.decrypt(bytes(notice.address_sealed)).decode() if notice.address_sealed else ""
    if "@" not in address:
        return _write(actor, notice, failed="no address"), ""
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as trouble:
        _put_back(actor, notice, _reason(trouble))
        return "", "server_down"
    try:
        _message(notice, address, server).send()
    except smtplib.SMTPRecipientsRefused as refused:
        _close(server)
        code, text = next(iter(refused.recipients.values()))
        return _write(actor, notice, **_verdict(code, text, address)), ""
    except smtplib.SMTPSenderRefused as refused:  # our own address: no message would pass
        _close(server)
        _put_back(actor, notice, _said(refused.smtp_code, refused.smtp_error, address))
        return "", "server_down"
    except smtplib.SMTPResponseException as answer:
        _close(server)
        return _write(actor, notice, **_verdict(answer.smtp_code, answer.smtp_error, address)), ""
    except (smtplib.SMTPServerDisconnected, OSError) as trouble:
        # In the middle of this message: it may be its fault, so the attempt counts and others go first next time.
        _close(server)
        return _write(actor, notice, later=_reason(trouble)), "server_down"
    except (smtplib.SMTPException, ValueError) as trouble:
        _close(server)
        return _write(actor, notice, failed=_reason(trouble)), ""
    return _write(actor, notice), ""


def _message(notice: Notice, address: str, server: Any) -> EmailMessage:
    link = address_of(notice.link)
    body = f"{notice.body}\n\n{link}\n" if link else f"{notice.body}\n"
    headers = {
        "Message-ID": f"<sertakan-notice-{notice.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "id",
    }
    subject = " ".join(notice.subject.split())
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address], headers=headers, connection=server)


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _verdict(code: int, text: bytes | str, address: str) -> dict[str, str]:
    """4xx may pass; 5xx will not."""
    said = _said(code, text, address)
    return {"failed": said} if code >= 500 else {"later": said}


def _said(code: int, text: bytes | str, address: str) -> str:
    """What the server said, without the address it said it about."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words.replace(address, '<alamat>')}"[:300]


def _reason(trouble: BaseException) -> str:
    """A word for the operator; messages of libraries may quote an address and are left out."""
    if isinstance(trouble, TimeoutError):
        return "timeout"
    return getattr(trouble, "strerror", None) or type(trouble).__name__


def _write(actor: Actor, notice: Notice, *, failed: str = "", later: str = "") -> str:
    now = clock.now()
    facts: dict[str, Any] = {"leased_until": None, "last_error": (failed or later)[:300]}
    became = "sent"
    if later and notice.attempts <= len(BACK_OFF):
        became = "later"
        facts["send_after"] = _after(now, notice.attempts)
    elif failed or later:
        became = "failed"
        facts["state"] = Notice.State.FAILED
    else:
        facts |= {"state": Notice.State.SENT, "sent_at": now}
    with acting(actor, job="notices.send"):
        Notice.objects.filter(pk=notice.pk).update(**facts)
    return became


def _after(now: datetime, attempts: int) -> datetime:
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def _put_back(actor: Actor, notice: Notice, why: str) -> None:
    """The server is down: this attempt does not count, and the message keeps its place."""
    facts = {"leased_until": None, "attempts": notice.attempts - 1, "last_error": why[:300]}
    with acting(actor, job="notices.send"):
        Notice.objects.filter(pk=notice.pk).update(**facts)


def _close(server: Any) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        server.connection = None


def send_test(address: str) -> None:
    """Send one line to an address, to try the settings; keeps nothing. Raises MailNotSent with what the server said."""
    body = f"Surat uji dari Sertakan, {clock.now():%d-%m-%Y %H.%M} WIB. Pengaturan surat elektronik bekerja.\n"
    try:
        EmailMessage("Surat uji Sertakan", body, settings.DEFAULT_FROM_EMAIL, [address]).send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        raise MailNotSent(why=_said(code, text, address)) from None
    except smtplib.SMTPResponseException as answer:
        raise MailNotSent(why=_said(answer.smtp_code, answer.smtp_error, address)) from None
    except (OSError, smtplib.SMTPException, ValueError) as trouble:
        raise MailNotSent(why=_reason(trouble)) from None
