"""The demo clock: days go by, what is due is reminded of, and nothing happens twice or to real people."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.core import audit, clock
from sertakan.core.models import AuditEvent
from sertakan.followup import services
from sertakan.followup.models import Circular, Duty, Reminder, Standing
from sertakan.synthetic import days
from sertakan.synthetic.errors import NotInvented, TooManyDays

TODAY = date(2026, 11, 23)


@pytest.fixture
def invented(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invented province whose circular has a deadline and reminders."""
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    audit.record("synthetic.story_told", target=("synthetic.story", 1))
    services.set_deadline(duty=Duty.objects.get(code="petugas"), rule="2026-12-15")
    services.set_plan(circular=Circular.objects.get(), active=True, escalation=False)


def test_days_go_by_with_their_nights_and_the_clock_stands_where_it_stood(invented: None) -> None:
    passed = days.pass_until(date(2026, 12, 31))
    assert (passed.first, passed.last) == (TODAY, date(2026, 12, 31))
    assert clock.today() == TODAY
    assert passed.changed == Standing.objects.count() > 0
    assert set(Standing.objects.values_list("on", flat=True)) <= {
        date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 16), date(2026, 12, 31),
    }  # fmt: skip
    sent = Reminder.objects.filter(state="sent")
    assert passed.reminded == sent.count() > 0
    # five and one working days before Tuesday, 15 December; on it; one and six after, with Christmas Eve and Christmas closed
    first = sent.filter(agency=sent.order_by("agency").first().agency_id)
    assert list(first.order_by("planned_for").values_list("kind", "days")) == [
        ("before", 5), ("before", 1), ("due", 0), ("overdue", 1), ("overdue", 6),
    ]  # fmt: skip


def test_the_same_days_do_not_go_by_twice(invented: None) -> None:
    days.pass_until(date(2026, 12, 16))
    before = (Standing.objects.count(), Reminder.objects.count(), AuditEvent.objects.count())
    again = days.pass_until(date(2026, 12, 16))
    assert again == days.Passed(date(2026, 12, 16), date(2026, 12, 16), 0, 0)
    assert (Standing.objects.count(), Reminder.objects.count(), AuditEvent.objects.count()) == before
    assert days.pass_until(date(2026, 12, 18)).first == date(2026, 12, 16)


def test_time_is_not_moved_among_real_people(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    before = AuditEvent.objects.count()
    with pytest.raises(NotInvented):
        days.pass_until(date(2026, 12, 1))
    assert AuditEvent.objects.count() == before


def test_more_than_a_year_at_once_is_refused(invented: None) -> None:
    with pytest.raises(TooManyDays):
        days.pass_until(date(2028, 1, 1))
    assert not Standing.objects.exists()
