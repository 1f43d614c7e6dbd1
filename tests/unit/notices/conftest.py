"""Drafts, and a mail server that really listens."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

MONDAY = "2026-11-23 09:00 +0700"


class Mailbox:
    """Keeps what it is sent; refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.recipients: list[str] = []
        self.refuse: dict[str, str] = {}
        self.slow = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.slow:
            import asyncio

            await asyncio.sleep(self.slow)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients += envelope.rcpt_tos
        return "250 Message accepted"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server on this machine, and the settings that lead to it."""
    settings.EMAIL_BACKEND = (
        "django.core.mail.backends.smtp.EmailBackend"  # Django's own test set-up puts letters into a list
    )
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Sertakan <sertakan@contoh.id>"
    settings.SERTAKAN_PUBLIC_URL = "https://sertakan.contoh.id"
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def clock_at() -> Iterator[Callable[[str], None]]:
    """`clock_at("2026-11-23 09:00 +0700")`: it is that moment until the next call."""
    import time_machine

    stack: list[Any] = []

    def go(moment: str) -> None:
        from datetime import datetime

        while stack:
            stack.pop().stop()
        traveller = time_machine.travel(datetime.strptime(moment, "%Y-%m-%d %H:%M %z"), tick=True)
        traveller.start()
        stack.append(traveller)

    go(MONDAY)
    yield go
    while stack:
        stack.pop().stop()
