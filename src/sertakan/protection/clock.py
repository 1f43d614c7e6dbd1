"""The days that decide about one month: when it is due, until when it is in time, from when it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sertakan.core.month import Month
from sertakan.protection.errors import CoverTooFar
from sertakan.rules import RuleSet, due_date
from sertakan.rules.reasons import day_in_words

WAITING = "jkm_waiting_min_consecutive_paid_months"
SCHOLARSHIP = "jkm_scholarship_min_contribution_years"


YEARS_AHEAD = 50
"""How far after the day of the rules cover can be asked for: longer than anybody now insured will work."""


def check_not_too_far(on: date, law: RuleSet) -> None:
    """Raises CoverTooFar: nobody knows anything about a day so far ahead, and the calendar itself ends."""
    last = law.as_of.replace(year=law.as_of.year + YEARS_AHEAD, month=12, day=31)
    if on > last:
        raise CoverTooFar(day=day_in_words(on), last=day_in_words(last))


@dataclass(slots=True)
class Clock:
    """The dates of the law for the months of one computation; each due day is asked of the calendar once."""

    law: RuleSet
    _due: dict[Month, date] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        """How many unpaid months in a row are still within the limit."""
        return self.law.settings.arrears_limit_months

    def due(self, month: Month) -> date:
        """The last day to pay JKK and JKM of a month."""
        if month not in self._due:
            self._due[month] = due_date("jkk", month, rules=self.law)
        return self._due[month]

    def in_time_until(self, month: Month) -> date:
        """The last day on which a payment still counts as made in time (`payment_is_late_after`)."""
        return month.last_day if self.law.settings.payment_is_late_after == "month_end" else self.due(month)

    def lapse(self, month: Month) -> date:
        """The day on which a member turns inactive when the limit was used up by the months before `month`."""
        return (
            month.first_day if self.law.settings.inactive_from == "first_day_after_limit" else _after(self.due(month))
        )

    def waiting_months(self, on: date) -> int:
        """Months in a row for the full death benefit by the law of a day; 0 where that law knows no waiting."""
        return self.law.whole(WAITING, on) or 0

    def scholarship_months(self, on: date) -> int | None:
        """Contribution months for the scholarship after a death that is not from work; None: no law is known."""
        years = self.law.whole(SCHOLARSHIP, on)
        return None if years is None else years * 12


def years_later(day: date, months: int) -> date:
    """The same day so many months later; 29 February becomes 1 March."""
    wanted = Month.of(day).next(months)
    if day.day > wanted.last_day.day:
        return wanted.next().first_day
    return wanted.first_day.replace(day=day.day)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
