"""What is known of one membership: four dates and the months that BPJS has confirmed as paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from sertakan.core.month import Month
from sertakan.protection.errors import DayUnreadable, PaidMonthUnreadable

State = Literal["not_yet", "active", "arrears_1", "arrears_2", "arrears_3", "inactive"]
STATES: Final[tuple[State, ...]] = ("not_yet", "active", "arrears_1", "arrears_2", "arrears_3", "inactive")
_ARREARS: Final[tuple[State, ...]] = ("arrears_1", "arrears_2", "arrears_3")


def arrears_state(months: int) -> State:
    """The state of so many unpaid months in a row; beyond three (only under a wider limit) it stays the third."""
    return _ARREARS[min(months, len(_ARREARS)) - 1] if months else "active"


@dataclass(frozen=True, slots=True)
class PaidHistory:
    """One membership. `paid` holds confirmed months with the day of their payment.

    A month without a day counts as paid in time, from its first day; one up to the month of the first payment as paid on that day.
    """

    number_issued_on: date | None = None
    registered_on: date | None = None
    first_paid_on: date | None = None
    paid: Mapping[Month, date | None] = field(default_factory=dict)

    def known_on(self, on: date) -> dict[Month, date | None]:
        """The months known as paid on a day, each with the day of its payment where there is one."""
        dated = {month: self._day_of(month, day) for month, day in self.paid.items()}
        return {month: day for month, day in dated.items() if day is None or day <= on}

    def later_than(self, on: date) -> frozenset[Month]:
        """The months that were paid after a day."""
        return frozenset(self.paid) - frozenset(self.known_on(on))

    def _day_of(self, month: Month, day: date | None) -> date | None:
        first = self.first_paid_on
        return first if day is None and first is not None and month <= Month.of(first) else day


def read_paid(text: str) -> dict[Month, date | None]:
    """Read ``2026-01,2026-02@2026-02-14``: months, each with the day of payment where it is known. Empty text: no month.

    A month that stands twice keeps its earliest day. Refuses PaidMonthUnreadable with the place, never with the text.
    """
    paid: dict[Month, date | None] = {}
    for place, part in enumerate((part.strip() for part in text.split(",")), start=1):
        if not part:
            continue
        written, _, day_text = part.partition("@")
        try:
            month = Month.parse(written)
            day = date.fromisoformat(day_text.strip()) if day_text else None
        except ValueError:
            raise PaidMonthUnreadable(place=place) from None
        earlier = paid.get(month, day)
        paid[month] = None if day is None or earlier is None else min(day, earlier)
    return paid


def read_day(name: str, text: str | None) -> date | None:
    """Read ``2026-01-20``; None and empty stay None. Refuses DayUnreadable with the name of what was asked."""
    if text is None or not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DayUnreadable(name=name) from None
