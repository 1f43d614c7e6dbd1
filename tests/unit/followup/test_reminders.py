"""Reminders over a whole year: exactly the expected messages, none twice after a crash, when run twice, or by two processes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import holidays
import pytest
from duty_facts import agencies, circular, duty, get

import factories
from sertakan.core.scope import SYSTEM, acting
from sertakan.followup import errors, services
from sertakan.followup.models import Circular, Reminder
from sertakan.notices.models import Notice

Day = Callable[[str], None]
CLOSED = holidays.country_holidays("ID", years=range(2025, 2029))


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def shift(day: date, count: int) -> date:
    """`count` working days away, counted one by one; 0: the next working day."""
    step = timedelta(days=1 if count >= 0 else -1)
    while not is_open(day):
        day += timedelta(days=1)
    for _ in range(abs(count)):
        day += step
        while not is_open(day):
            day += step
    return day


def expected_of(month: int, until: date) -> list[tuple[str, int, date]]:
    """The plan 5,1 / 0 / 1,6 / 11 / 21 around the 15th, worked out without the product's code."""
    due = shift(date(2026, month, 15), 0)
    steps = [
        ("before", 5, shift(due, -5)), ("before", 1, shift(due, -1)), ("due", 0, due), ("overdue", 1, shift(due, 1)),
        ("overdue", 6, shift(due, 6)), ("head", 11, shift(due, 11)), ("secretary", 21, shift(due, 21)),
    ]  # fmt: skip
    return [step for step in steps if date(2026, 1, 5) <= step[2] <= until]


def begin(*, pics: bool = True) -> tuple[Any, Any]:
    one, other = agencies()
    made = circular([one, other], duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"))
    services.set_plan(circular=made, active=True, escalation=True)
    factories.make_user("coordinator")
    if pics:
        factories.make_user("pic", one)
    return one, other


@pytest.mark.django_db
def test_a_whole_year_brings_exactly_the_expected_messages(day: Day) -> None:
    day("2026-01-05")
    one, other = begin()
    paid_on = {month: date(2026, month, 12) for month in (2, 5, 8)}  # in these months the first agency pays in time
    at, until = date(2026, 1, 5), date(2026, 12, 31)
    while at <= until:
        day(at.isoformat())
        if at in paid_on.values():
            services.record_values({"bill_paid_by_15": {one.pk: (3, 3)}}, on=at)
        ran = services.remind()
        assert ran.closed is not is_open(at)
        assert services.remind().sent == 0
        at += timedelta(days=1)
    got = set(Reminder.objects.filter(state="sent").values_list("agency", "period", "kind", "days", "planned_for"))
    wanted = set()
    for month in range(1, 13):
        for body in (one, other):
            for kind, days, when in expected_of(month, until):
                if body is other or month not in paid_on or when < paid_on[month]:
                    wanted.add((body.pk, date(2026, month, 1), kind, days, when))
    assert got == wanted
    assert Reminder.objects.exclude(state="sent").count() == 0
    assert {row.sent_at.astimezone().date() == row.planned_for for row in Reminder.objects.all()} == {True}
    told = Notice.objects.filter(matter__startswith="followup:")
    assert told.values("matter").distinct().count() == len(wanted)
    letters = Reminder.objects.filter(kind__in=["overdue", "head", "secretary"])
    assert letters.filter(letter_id__isnull=True).count() == 0
    assert len(set(letters.values_list("letter_id", flat=True))) == letters.count()


@pytest.mark.django_db
def test_reminders_are_off_until_somebody_turns_them_on_and_never_tell_of_what_was_before(day: Day) -> None:
    day("2026-03-20")
    one, _ = agencies()
    made = circular([one], duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"))
    assert services.remind() == services.Ran()
    services.set_plan(circular=made, active=True, escalation=False)
    assert services.remind().sent == 0  # the steps of March lie in the past
    day("2026-03-25")
    assert services.remind().sent == 1
    assert Reminder.objects.get().kind == "overdue"


@pytest.mark.django_db
def test_a_step_that_goes_out_late_says_how_things_stand_on_its_day(day: Day) -> None:
    """Due Thursday, 15 January 2026; Friday is a holiday, so that Tuesday is the second working day after it."""
    from sertakan.letters.models import Letter

    day("2026-01-05")
    one, _ = begin()
    services.pause(first=date(2026, 1, 8), last=date(2026, 1, 9), reason="Gempa bumi", agency_id=one.pk)
    services.pause(first=date(2026, 1, 15), last=date(2026, 1, 19), reason="Banjir", agency_id=one.pk)
    for text in ("2026-01-12", "2026-01-20"):
        day(text)
        services.remind()
    said = list(
        Notice.objects.filter(agency=one, channel="inapp", recipient_name__contains="pic")
        .order_by("pk")
        .values_list("subject", flat=True)
    )
    assert [text.partition(": ")[2] for text in said] == ["3 hari kerja lagi", "lewat 2 hari kerja"]
    letter = Letter.objects.get(agency=one)
    assert "2 hari kerja yang lalu" in str(letter.content)


@pytest.mark.django_db
def test_a_step_that_waits_since_a_run_died_is_not_sent_beside_the_next_one(day: Day) -> None:
    day("2026-01-14")
    one, _ = begin()
    assert services.reminding.plan(date(2026, 1, 14)) == 2  # and the process is gone before it sends
    day("2026-01-15")
    services.remind()
    rows = Reminder.objects.filter(agency=one).order_by("planned_for").values_list("kind", "state")
    assert list(rows) == [("before", "skipped"), ("due", "sent")]


@pytest.mark.django_db
def test_a_step_of_a_deadline_that_was_moved_meanwhile_is_not_sent(day: Day) -> None:
    day("2026-01-14")
    begin()
    services.reminding.plan(date(2026, 1, 14))
    services.set_deadline(duty=get("iuran"), rule="tgl-29")
    services.remind()
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Notice.objects.filter(matter__startswith="followup:").exists()


@pytest.mark.django_db
def test_a_new_version_does_not_repeat_what_the_old_one_has_sent(day: Day) -> None:
    day("2026-01-05")
    begin()
    day("2026-01-19")
    services.remind()
    sent = Reminder.objects.filter(state="sent").count()
    assert sent
    old = Circular.objects.get()
    new = services.NewCircular(number="", subject="Uji", signer="Penanda tangan rekaan", valid_from=date(2026, 1, 20))
    services.amend(circular=old, new=new)
    day("2026-01-20")
    services.remind()
    assert Reminder.objects.filter(state="sent").count() == sent
    day("2026-01-26")  # the sixth working day after the deadline
    services.remind()
    assert set(Reminder.objects.filter(duty__circular__version=2).values_list("kind", "days")) == {("overdue", 6)}


@pytest.mark.django_db
def test_a_pause_is_silent_and_only_the_latest_step_follows(day: Day) -> None:
    day("2026-01-05")
    one, other = begin()
    with pytest.raises(errors.PauseNeedsReason):
        services.pause(first=date(2026, 1, 5), last=date(2026, 1, 19), reason="")
    services.pause(first=date(2026, 1, 5), last=date(2026, 1, 19), reason="Gempa bumi", agency_id=one.pk)
    for at in range(5, 24):
        day(f"2026-01-{at:02}")
        services.remind()
    sent = list(Reminder.objects.filter(agency=one, state="sent").values_list("kind", "planned_for"))
    assert sent == [("overdue", date(2026, 1, 19))]  # Friday, 16 January 2026 is a holiday
    skipped = Reminder.objects.filter(agency=one, state="skipped")
    assert set(skipped.values_list("why", flat=True)) == {"paused"}
    assert Reminder.objects.filter(agency=other, state="sent").count() == 4


@pytest.mark.django_db
def test_without_a_pic_the_coordinator_is_told(day: Day) -> None:
    day("2026-01-08")
    _one, other = begin()
    services.remind()
    assert {message.agency for message in services.preview(date(2026, 1, 15))} >= {other}
    people = Notice.objects.filter(matter__startswith="followup:", agency=other).values_list(
        "recipient_name", flat=True
    )
    assert all("coordinator" in name for name in people)
    assert len(people) == 1


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_says_what_a_run_sends(day: Day) -> None:
    day("2026-01-08")
    begin()
    said = {
        (message.agency.pk, message.kind, message.days, message.subject)
        for message in services.preview(date(2026, 1, 8))
    }
    assert Reminder.objects.count() == 0
    services.remind()
    assert {(row.agency_id, row.kind, row.days) for row in Reminder.objects.all()} == {one[:3] for one in said}


def _prepare() -> None:
    with acting(SYSTEM, reason="uji"):
        bodies = agencies(6)
        made = circular(bodies, duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"))
        services.set_plan(circular=made, active=True, escalation=True)
        factories.make_user("coordinator")


DYING = """
import os, signal, sys
import django
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = sys.argv[1]
from sertakan.followup.services import reminding
count, name = 0, "deliver" if sys.argv[2] == "inside" else "send_next"
real = getattr(reminding, name)
def dying(*given):
    global count
    count += 1
    if count == {"planned": 1, "between": 3, "inside": 2}[sys.argv[2]]:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
setattr(reminding, name, dying)
reminding.remind()
"""
"""A process that is killed after planning, between two messages, or in the middle of the second one."""


@pytest.mark.parametrize(("moment", "sent_before"), [("planned", 0), ("between", 2), ("inside", 1)])
def test_a_killed_run_loses_and_doubles_nothing(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, moment: str, sent_before: int
) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-01-05")
    _prepare()
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-01-15")
    died = subprocess.run([sys.executable, "-c", DYING, committed_db, moment], check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    with acting(SYSTEM):
        assert Reminder.objects.filter(state="planned").count() == 6 - sent_before
        assert Reminder.objects.filter(state="sent").count() == sent_before
    services.remind()
    with acting(SYSTEM):
        assert Reminder.objects.filter(state="sent").count() == 6
        assert Notice.objects.filter(matter__startswith="followup:due:").count() == 6


def test_two_processes_share_the_work(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-01-05")
    _prepare()
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-01-15")
    ready = Barrier(2)

    def run(_number: int) -> int:
        try:
            ready.wait(10)
            return services.remind().sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 6
    with acting(SYSTEM):
        assert Reminder.objects.filter(state="sent").count() == 6
        assert Notice.objects.filter(matter__startswith="followup:due:").count() == 6
        assert Circular.objects.count() == 1
        assert get("iuran").code == "iuran"
