"""No telephone rings at night, on Sundays and on holidays."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.core.clock import WIB
from sertakan.notices.quiet import QuietHours, is_quiet, next_open


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (at(23, 19, 59), False),
        (at(23, 20, 0), True),
        (at(24, 6, 59), True),
        (at(24, 7, 0), False),
        (at(22, 12, 0), True),  # a Sunday
        (at(21, 12, 0), False),  # a Saturday
        (at(25, 12, 0, month=12), True),  # Christmas
        (at(24, 12, 0, month=12), False),
    ],
)
def test_quiet_hours_begin_at_eight_and_end_at_seven_and_cover_sundays_and_holidays(moment, quiet):
    assert is_quiet(moment, QuietHours()) is quiet


def test_hours_are_those_of_western_indonesia_wherever_the_server_stands():
    assert is_quiet(datetime(2026, 11, 23, 13, 30, tzinfo=UTC), QuietHours())  # 20.30 WIB
    assert not is_quiet(datetime(2026, 11, 23, 12, 30, tzinfo=UTC), QuietHours())


def test_a_message_of_saturday_evening_goes_out_on_monday_morning():
    assert next_open(at(21, 20, 30), QuietHours()) == at(23, 7)


def test_a_message_in_the_day_goes_out_at_once():
    assert next_open(at(23, 9, 12), QuietHours()) == at(23, 9, 12)


def test_the_same_hour_for_both_ends_means_never_quiet_on_working_days():
    hours = QuietHours(time(0), time(0))
    assert not is_quiet(at(23, 3), hours)
    assert is_quiet(at(22, 3), hours)


def test_sundays_and_holidays_can_be_opened():
    hours = QuietHours(sundays=False, holidays=False)
    assert not is_quiet(at(22, 12), hours)
    assert not is_quiet(at(25, 12, month=12), hours)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda found: found.replace(tzinfo=WIB)),
    begins=st.times(), ends=st.times(), sundays=st.booleans(), holidays=st.booleans(),
)  # fmt: skip
def test_the_next_open_moment_is_open_and_nothing_before_it_is(moment, begins, ends, sundays, holidays):
    hours = QuietHours(begins, ends, sundays, holidays)
    found = next_open(moment, hours)
    assert found >= moment
    assert not is_quiet(found, hours)
    if found > moment:
        assert is_quiet(found - timedelta(microseconds=1), hours)
        assert is_quiet(moment + (found - moment) / 2, hours)
