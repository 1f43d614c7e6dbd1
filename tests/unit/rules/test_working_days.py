"""Working days."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.rules.calendar import add_working_days, holiday_name, is_working_day, next_working_day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 14), True),
        (date(2026, 8, 15), False),
        (date(2026, 8, 16), False),
        (date(2026, 8, 17), False),
        (date(2026, 8, 18), True),
        (date(2026, 12, 25), False),
    ],
)
def test_weekends_and_national_holidays_are_no_working_days(day: date, expected: bool) -> None:
    assert is_working_day(day) is expected


def test_joint_leave_counts_only_when_it_is_asked_for() -> None:
    christmas_eve = date(2026, 12, 24)
    assert is_working_day(christmas_eve)
    assert not is_working_day(christmas_eve, joint_leave=True)


def test_a_set_or_a_function_replaces_the_national_calendar() -> None:
    day = date(2026, 12, 25)
    assert is_working_day(day, set())
    assert next_working_day(day, lambda candidate: candidate == day) == date(2026, 12, 28)


def test_a_holiday_has_its_indonesian_name() -> None:
    assert holiday_name(date(2026, 8, 17)) == "Hari Kemerdekaan Republik Indonesia"
    assert holiday_name(date(2026, 8, 18)) is None


def test_working_days_are_counted_after_the_day_itself() -> None:
    assert add_working_days(date(2026, 8, 14), 0) == date(2026, 8, 14)
    assert add_working_days(date(2026, 8, 14), 1) == date(2026, 8, 18)
    assert add_working_days(date(2026, 8, 13), 7) == date(2026, 8, 26)
