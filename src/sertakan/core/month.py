"""The contribution month: the unit in which cover is earned, billed and lost."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. Written ``2026-12``; ordered; hashable."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1 <= self.year <= 9999:
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``. Raises ValueError for anything else."""
        found = _FORM.match(text.strip())
        if found is None:
            raise ValueError(f"a month is written YYYY-MM, not {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month in which `day` lies."""
        return cls(day.year, day.month)

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        """The inverse of `ordinal`."""
        year, month = divmod(ordinal, 12)
        return cls(year, month + 1)

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that months can be counted and compared as integers in columns."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def next(self, count: int = 1) -> Month:
        """The month `count` months later."""
        return Month.from_ordinal(self.ordinal + count)

    def previous(self, count: int = 1) -> Month:
        """The month `count` months earlier."""
        return Month.from_ordinal(self.ordinal - count)

    def __sub__(self, other: Month) -> int:
        return self.ordinal - other.ordinal

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included; nothing when `last` lies before `first`."""
    for ordinal in range(first.ordinal, last.ordinal + 1):
        yield Month.from_ordinal(ordinal)
