"""Two workers at once, and one that is killed: with work that really commits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from typing import Any

import pytest
from letters import draft, wait_for

from sertakan.core.clock import WIB
from sertakan.core.scope import SYSTEM, acting
from sertakan.notices import services
from sertakan.notices.models import Notice
from sertakan.notices.services import Sent

pytestmark = pytest.mark.usefixtures("clock_at")

BEFORE = datetime(2026, 11, 23, 8, tzinfo=WIB)
DIES_AFTER_SENDING = """
import os, signal
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sertakan.config.settings")
import django
django.setup()
from sertakan.core.scope import SYSTEM
from sertakan.notices.services import sending
sending._write = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
sending.is_quiet = lambda *a: False
print(sending.send_waiting(SYSTEM))
"""


def test_two_workers_send_each_letter_once(committed_db: str, mailbox: Any) -> None:
    with acting(SYSTEM):
        services.post([draft(recipient_id=key, address=f"p{key}@contoh.id") for key in range(1, 41)])
    mailbox.slow = 0.005
    runs: list[Sent] = []
    start = threading.Barrier(2)

    def work() -> None:
        from django.db import connection

        start.wait()
        try:
            runs.append(services.send_waiting(SYSTEM))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(run.sent for run in runs) == 40
    assert all(run.sent > 0 for run in runs)
    assert sorted(mailbox.recipients) == sorted(f"p{key}@contoh.id" for key in range(1, 41))


def test_a_worker_killed_between_sending_and_writing_leaves_a_letter_that_goes_again_under_the_same_message_id(
    committed_db: str, mailbox: Any, settings: Any
) -> None:
    with acting(SYSTEM):
        services.post([draft()])
        Notice.objects.update(send_after=BEFORE)
    environment = {
        **os.environ,
        "SERTAKAN_TEST_DATABASE": committed_db,
        "SERTAKAN_SMTP_HOST": "127.0.0.1",
        "SERTAKAN_SMTP_PORT": str(settings.EMAIL_PORT),
        "SERTAKAN_SMTP_SECURITY": "none",
        "SERTAKAN_SMTP_FROM": "sertakan@contoh.id",
    }
    killed = subprocess.Popen([sys.executable, "-c", DIES_AFTER_SENDING], env=environment)
    killed.wait(60)
    wait_for(lambda: len(mailbox.messages) == 1)
    assert killed.returncode == -signal.SIGKILL
    with acting(SYSTEM):
        left = Notice.objects.get()
        assert (left.state, left.attempts, left.sent_at) == ("waiting", 1, None)
        assert left.leased_until is not None
        Notice.objects.update(leased_until=BEFORE)
    assert services.send_waiting(SYSTEM) == Sent(sent=1)
    assert len(mailbox.messages) == 2
    assert len({message["Message-ID"] for message in mailbox.messages}) == 1
