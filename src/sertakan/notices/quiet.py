"""When no telephone rings: at night, on Sundays and on holidays. Pure; moments are in western Indonesian time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sertakan.core.clock import WIB
from sertakan.rules.calendar import is_holiday

_SUNDAY = 6
_FURTHEST_DAYS = (
    60  # no calendar closes longer; a setting that closes every day is found out instead of searched for ever
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` (inclusive) in the evening to `ends` (exclusive) in the morning; the same hour for both: never quiet."""

    begins: time = time(20)
    ends: time = time(7)
    sundays: bool = True
    holidays: bool = True

    def quiet_day(self, day: date) -> bool:
        """A day on which nothing goes out at all."""
        return (self.sundays and day.weekday() == _SUNDAY) or (self.holidays and is_holiday(day))

    def quiet_time(self, hour: time) -> bool:
        """An hour at which nothing goes out."""
        if self.begins == self.ends:
            return False
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


def is_quiet(moment: datetime, hours: QuietHours) -> bool:
    """Whether a message to a telephone or mailbox has to wait at this moment."""
    local = moment.astimezone(WIB)
    return hours.quiet_day(local.date()) or hours.quiet_time(local.time())


def next_open(moment: datetime, hours: QuietHours) -> datetime:
    """The moment itself where it is not quiet, else the first one after it that is not."""
    local = moment.astimezone(WIB)
    if not is_quiet(local, hours):
        return moment
    begin = local.date()
    for ahead in range(_FURTHEST_DAYS):
        day = begin + timedelta(days=ahead)
        if hours.quiet_day(day):
            continue
        for hour in (time(0), hours.ends):
            found = datetime.combine(day, hour, WIB)
            if found >= local and not hours.quiet_time(hour):
                return found
    raise ValueError("quiet hours leave no hour open")
