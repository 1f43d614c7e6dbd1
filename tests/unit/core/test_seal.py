"""Seals chain every event once, in whatever order transactions end."""

from __future__ import annotations

import threading

from django.db import connection

from sertakan.core import audit
from sertakan.core.models import AuditEvent, AuditSeal
from sertakan.core.scope import SYSTEM, acting


def test_an_event_that_commits_late_is_sealed_all_the_same(committed_db, monkeypatch):
    monkeypatch.setattr(audit, "_ATTEMPTS", 1)
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with acting(SYSTEM):
            audit.record("test.slow")
            began.set()
            go_on.wait(30)
        connection.close()

    # The quick one's transaction begins first, the slow one's event has the lower number.
    thread = threading.Thread(target=slow)
    with acting(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        thread.start()
        assert began.wait(30)
        audit.record("test.quick")
    with acting(SYSTEM):
        assert audit.seal() is None
    go_on.set()
    thread.join(30)
    with acting(SYSTEM):
        sealed = audit.seal()
        assert sealed is not None
        assert sealed.events == AuditEvent.objects.count() == 2
        assert audit.seal() is None


def test_a_long_list_is_sealed_in_parts_that_follow_one_another(committed_db):
    with acting(SYSTEM):
        for number in range(5):
            audit.record("test.made", facts={"number": number})
    parts = []
    for _ in range(3):
        with acting(SYSTEM):
            parts.append(audit.seal(most=2).events)
    assert parts == [2, 2, 1]
    with acting(SYSTEM):
        assert len({bytes(seal.hash) for seal in AuditSeal.objects.all()}) == 3
