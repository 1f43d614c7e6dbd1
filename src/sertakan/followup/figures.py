"""What is read of the follow-up: values without a database, for pages, commands, meetings and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sertakan.core.month import Month

Status = Literal["fulfilled", "declared", "verified", "due", "overdue", "open", "not_asked"]
STATUSES: tuple[Status, ...] = ("fulfilled", "verified", "declared", "due", "overdue", "open", "not_asked")
DONE: frozenset[Status] = frozenset({"fulfilled", "verified"})
"""What counts as done: computed from data, or declared and verified by somebody else. A bare declaration does not."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty. `measure`: a code of `measures.MEASURES`, or ``declaration``. `due_rule`: as `dues.parse` reads it, empty: no deadline.

    `source`, `due_source`: ``edaran`` when the words stand in the circular, ``koordinator`` when the coordinator set them.
    """

    id: int
    circular_id: int
    code: str
    title: str
    period_kind: str
    measure: str
    due_rule: str
    source: str
    due_source: str
    target_percent: int | None
    page: str
    helper: str
    clause_id: int | None
    doer: str = ""
    period_source: str = "koordinator"

    @property
    def declared(self) -> bool:
        """Fulfilled by word and evidence, because nothing can be computed."""
        return self.measure == "declaration"


@dataclass(frozen=True, slots=True)
class DutyCell:
    """One agency, one duty, one period (None: once): where it stands on the day asked for.

    `since`: the day from which this is known so; `counts`: whether the ranking counts it (done, or its time is over).
    """

    agency_id: int
    duty_id: int
    period: Month | None
    status: Status
    value: int | None
    of: int | None
    due: date | None
    how: Literal["computed", "declared"]
    since: date | None = None
    counts: bool = False

    @property
    def done(self) -> bool:
        return self.status in DONE


@dataclass(frozen=True, slots=True)
class Changed:
    """A cell that stands otherwise than before; `on` is the day the facts changed, or the deadline passed."""

    agency_id: int
    duty_id: int
    period: Month | None
    was: Status
    now: Status
    on: date


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """What share of an agency's counted duties (or staff) is reached, with its 95 % Wilson interval (0 to 1).

    `best` and `worst`: the ranks that the intervals allow. No share where nothing counts yet.
    """

    agency_id: int
    name: str
    fulfilled: int
    asked: int
    share: float | None
    low: float
    high: float
    best: int = 0
    worst: int = 0
    small: bool = False


@dataclass(frozen=True, slots=True)
class MonthShare:
    """How many duties of one month an agency has fulfilled, of how many that count, and how many are overdue."""

    agency_id: int
    month: Month
    fulfilled: int
    asked: int
    overdue: int
