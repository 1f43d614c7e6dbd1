"""What the operator set about notices, read from Django's settings at the moment of use."""

from __future__ import annotations

from datetime import time

from django.conf import settings

from sertakan.notices.quiet import QuietHours


def quiet_hours() -> QuietHours:
    """The quiet hours of this installation (``SERTAKAN_QUIET_*``)."""
    return QuietHours(
        begins=time.fromisoformat(settings.SERTAKAN_QUIET_FROM),
        ends=time.fromisoformat(settings.SERTAKAN_QUIET_TO),
        sundays=settings.SERTAKAN_QUIET_SUNDAYS,
        holidays=settings.SERTAKAN_QUIET_HOLIDAYS,
    )


def mail_is_configured() -> bool:
    """Whether there is a mail server and an address to send from; without them e-mails wait."""
    return bool(settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL)


def address_of(path: str) -> str:
    """The whole address of a page of this installation, for messages read outside of it; empty where nobody set ``SERTAKAN_PUBLIC_URL``."""
    base = settings.SERTAKAN_PUBLIC_URL.rstrip("/")
    return f"{base}{path}" if base and path else ""
