"""Two hands on the same meeting at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
from django.db import connections

from sertakan.core import clock
from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.core.scope import SYSTEM, acting
from sertakan.meetings import errors, queries, services
from sertakan.meetings.models import Attendance, Meeting, Series

SHORT, LONG = 0.5, 30.0


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-10-02")


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """What each work gave back or was refused with, in order."""
    found: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            found[place] = work()
        except Exception as fault:
            found[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(LONG)
    return found


def opened() -> Meeting:
    made = services.plan(title="Rapat", starts_at=datetime.combine(clock.today(), time(9), tzinfo=WIB), place="Aula")
    return services.open_meeting(made.pk)


def test_of_two_who_plan_the_next_meeting_each_gets_another_day(moment: None, committed_db: str) -> None:
    with acting(SYSTEM, reason="uji"):
        series = services.add_series(title="Rapat bulanan", place="Aula", day=15, at=time(9))
    both = threading.Barrier(2)

    def click() -> str:
        with acting(SYSTEM, reason="uji"):
            both.wait(LONG)
            made = services.plan_next(Series.objects.get(pk=series.pk))
            return made.starts_at.astimezone(WIB).date().isoformat()

    assert sorted(in_threads(click, click)) == ["2026-10-15", "2026-11-16"]


def test_who_is_noted_while_the_meeting_is_being_closed_is_in_the_minutes_or_refused(
    moment: None, committed_reference: str
) -> None:
    with acting(SYSTEM, reason="uji"):
        meeting = opened()
        token = queries.attendance_token(meeting)
        services.attend(token, name="Hadir Rekaan")
    written, tried = threading.Event(), threading.Event()

    def close() -> Any:
        with acting(SYSTEM, reason="uji"):
            letter = services.close(meeting.pk)
            written.set()
            tried.wait(SHORT)  # the other one has come, and waits for this transaction
            return letter

    def attend() -> Any:
        written.wait(LONG)
        try:
            return services.attend(token, name="Terlambat Rekaan")
        finally:
            tried.set()

    letter, refused = in_threads(close, attend)
    assert isinstance(refused, errors.AttendanceClosed)
    with acting(SYSTEM, reason="uji"):
        assert [one.name for one in Attendance.objects.all()] == ["Hadir Rekaan"]
        assert [row[0] for row in letter.content["blocks"][-1]["rows"]] == ["Hadir Rekaan"]


def test_the_same_person_on_two_phones_is_there_once(moment: None, committed_db: str) -> None:
    with acting(SYSTEM, reason="uji"):
        token = queries.attendance_token(opened())
    both = threading.Barrier(2)

    def attend() -> bool:
        both.wait(LONG)
        return services.attend(token, name="Peserta Rekaan")[1]

    assert sorted(in_threads(attend, attend)) == [False, True]
    with acting(SYSTEM, reason="uji"):
        assert Attendance.objects.count() == 1
        assert AuditEvent.objects.filter(action="meetings.attended").count() == 1
