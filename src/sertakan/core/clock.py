"""What day and what time it is, in one place, so that it can be set for a demonstration or a test."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def now() -> datetime:
    """The present moment in western Indonesian time; the demo clock moves the day, not the hour."""
    moment = datetime.now(WIB)
    shown = _demo_day()
    return moment if shown is None else moment.replace(year=shown.year, month=shown.month, day=shown.day)


def today() -> date:
    """The present day in western Indonesian time, or the day of the demo clock (``SERTAKAN_TODAY``)."""
    return now().date()


def _demo_day() -> date | None:
    text = os.environ.get("SERTAKAN_TODAY", "")
    return date.fromisoformat(text) if text else None
