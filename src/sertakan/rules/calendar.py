"""Working days in Indonesia: weekends, national holidays, and joint leave when the setting says so."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, timedelta
from functools import cache

Holidays = Callable[[date], bool] | Container[date]

_SATURDAY = 5


@cache
def _holidays_of(year: int, joint_leave: bool) -> dict[date, str]:  # noqa: FBT001 - a cache key
    """Dates and Indonesian names of one year's holidays, from the `holidays` library."""
    from holidays import country_holidays
    from holidays.constants import GOVERNMENT, PUBLIC

    categories = (PUBLIC, GOVERNMENT) if joint_leave else (PUBLIC,)
    return dict(country_holidays("ID", years=year, categories=categories, language="id").items())


def holiday_name(day: date, *, joint_leave: bool = False) -> str | None:
    """The Indonesian name of a holiday; one computed from the moon in advance ends in ``(perkiraan)``."""
    return _holidays_of(day.year, joint_leave).get(day)


def is_holiday(day: date, *, joint_leave: bool = False) -> bool:
    """National holiday, or joint leave (cuti bersama) when that counts."""
    return day in _holidays_of(day.year, joint_leave)


def is_working_day(day: date, holidays: Holidays | None = None, *, joint_leave: bool = False) -> bool:
    """Monday to Friday and no holiday. `holidays` replaces the national calendar."""
    if day.weekday() >= _SATURDAY:
        return False
    if holidays is None:
        return not is_holiday(day, joint_leave=joint_leave)
    return not (holidays(day) if callable(holidays) else day in holidays)


def next_working_day(day: date, holidays: Holidays | None = None, *, joint_leave: bool = False) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_working_day(day, holidays, joint_leave=joint_leave):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, holidays: Holidays | None = None, *, joint_leave: bool = False) -> date:
    """The day that lies `count` (0 or more) working days after `day`; `day` itself does not count."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), holidays, joint_leave=joint_leave)
    return day
