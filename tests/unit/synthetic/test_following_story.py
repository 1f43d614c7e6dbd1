"""Four invented months of follow-up are told once; reminders stay off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def test_the_months_go_by_once(reference: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from sertakan.followup import queries
    from sertakan.followup.models import Declaration, Plan, Reminder
    from sertakan.synthetic import following
    from sertakan.synthetic.users import create_demo_users

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    settings.SERTAKAN_DEMO = True
    create_demo_users()
    assert following.tell() > 0
    assert following.tell() == 0
    assert not Plan.objects.filter(active=True).exists()
    assert Reminder.objects.count() == 0
    states = set(Declaration.objects.values_list("state", flat=True))
    assert states == {"verified", "waiting"}
    named = [
        sum(cell.done for cell in queries.states(day) if cell.period is None)
        for day in (date(2026, 7, 1), date(2026, 9, 1), date(2026, 11, 23))
    ]
    assert named[0] == 0
    assert named[0] < named[1] < named[2]
