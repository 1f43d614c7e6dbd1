"""What a figure of coverage is made of: the number, and the passport without which it says nothing. No Django.

`confidence` is a letter: A the publication itself was read, B two or more independent sources, C one source, D computed here or invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from sertakan.core.month import Month

BY: Final = (
    "province", "regency", "district", "village", "sector", "occupation", "sex", "age", "funding", "agency", "programme",
)  # fmt: skip
AREAS: Final = ("province", "regency", "district", "village")
WIDTHS: Final = {"province": 2, "regency": 5, "district": 8, "village": 13}
NOWHERE: Final = "??.??.??.????"
UNKNOWN: Final = ""
"""The code of the cell of those about whom this is not known; an area that is not known ends in question marks, as `17.71.??`."""

ChangeKind = Literal["new", "returned", "lapsed", "budget_ended", "corrected", "moved"]
StepKind = Literal["promised", "proposed", "accepted", "numbered", "paid_once", "protected"]
CHANGES: Final[tuple[ChangeKind, ...]] = ("new", "returned", "lapsed", "budget_ended", "corrected", "moved")
STEPS: Final[tuple[StepKind, ...]] = ("promised", "proposed", "accepted", "numbered", "paid_once", "protected")


@dataclass(frozen=True, slots=True)
class Passport:
    """What a figure counts, when it was true, who says so, and how far it can be trusted. `definition`: a key of DEFINITIONS."""

    definition: str
    on: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Point:
    """One dated value of a series. `value` is a share from 0 to 1; what was not published is None.

    `denominator_on`: the day the denominator is from, where it is another one than that of the value.
    """

    on: date
    value: float | None
    numerator: int | None
    denominator: int | None
    source: str
    confidence: str
    note: str = ""
    denominator_on: date | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one definition. `breaks`: from which day what is counted changed; no line is drawn across one."""

    slug: str
    title: str
    definition: str
    kind: Literal["official", "own"]
    points: tuple[Point, ...]
    breaks: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One dated count. `on`: the day it is true for; `persons`: how many are protected in all; `content`: a hash of what was counted.

    `threshold`: counts from 1 to below it are hidden from who has no right to rows.
    """

    id: int
    month: Month
    built_at: datetime
    persons: int
    on: date
    content: str = ""
    threshold: int = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of how many. `numerator` is None where it is `suppressed`; `low` and `high` bound the denominator, which may be `estimated`.

    `round`: the day of the survey or publication that the denominator is from.
    """

    code: str
    name: str
    numerator: int | None
    denominator: int | None = None
    low: int | None = None
    high: int | None = None
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None
    suppressed: bool = False
    estimated: bool = False
    round: date | None = None

    @property
    def gap(self) -> int | None:
        """How many people are still without; None where one of the two numbers is not known."""
        if self.numerator is None or self.denominator is None:
            return None
        return max(0, self.denominator - self.numerator)


@dataclass(frozen=True, slots=True)
class Evenness:
    """How evenly cover is spread over areas, each weighing as much as its people.

    `weighted` is False where no denominators are known: then every area weighs the same and counts of persons are compared.
    `ratio`: best to worst; None where the worst has nobody. `lorenz`: shares of people and of protected, from (0, 0) to (1, 1).
    """

    gini: float
    theil: float
    theil_within: float
    theil_between: float
    best: Cell | None
    worst: Cell | None
    ratio: float | None
    nobody: int
    areas: int
    lorenz: tuple[tuple[float, float], ...]
    weighted: bool = True


@dataclass(frozen=True, slots=True)
class Ranking:
    """Cells from the highest share down, and the places each may truly have. `certain`: no two intervals overlap."""

    cells: tuple[Cell, ...]
    ranks: tuple[tuple[int, int], ...]
    certain: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Change:
    """Why the count differs from the one before: `count` persons more (or fewer, below zero). All kinds add up to the difference."""

    kind: ChangeKind
    count: int


@dataclass(frozen=True, slots=True)
class AreaChanges:
    """Why the count of one area or agency differs from the one before, by kind in the order of CHANGES; None where it is suppressed.

    `difference`: of the two counts; None where one of them is suppressed. All kinds add up to it.
    """

    code: str
    name: str
    counts: Mapping[ChangeKind, int | None]
    difference: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one agency stands on the day of a snapshot: rows that wait, workers it carries and is about to lose, and what it was billed.

    `in_force`: the agency exists on that day. `billed`: rupiah for the `billed_month`, which is the same for all; None before any bill.
    """

    agency_id: int
    name: str
    in_force: bool
    held: int
    waiting: int
    checked: int
    workers: int
    donors: int
    lapsing: int
    billed_month: Month | None
    billed: int
    billed_workers: int

    @property
    def stopped(self) -> int:
        """Rows that have not come to BPJS yet."""
        return self.held + self.waiting + self.checked


@dataclass(frozen=True, slots=True)
class Step:
    """How many came so far on the way from a promise to cover, and for which reasons those went who came no further."""

    kind: StepKind
    count: int
    lost: Mapping[str, int] = field(default_factory=dict)
