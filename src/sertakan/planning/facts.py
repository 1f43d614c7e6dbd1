"""What a plan is made from, by value: workers by place and sector, civil servants, retention, and what is asked for. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules.ruleset import FUNDINGS

LAST_MONTH: Final = Month(2029, 12)
"""No plan goes further: what is known today of later months is not enough to plan with."""
USUAL_UPTAKE: Final = (0.03, 0.10)
"""What voluntary schemes of civil servants reached elsewhere in one to three years: 3 to 10 per cent of the staff."""
DEFAULT_UPTAKE: Final = 0.05
DEFAULT_SURVIVAL: Final = 0.97
"""Of 100 protected workers 97 still are a month later: 313 of 458 active in Semarang after about a year, 0.683 ** (1/12) = 0.969."""
LOWEST_DASAR: Final = 1_000_000
FEWEST_MONTHS: Final = 6
"""From fewer months no forecast is made."""
DEFAULT_FUNDINGS: Final = ("private", "apbd")
TRANSPORT: Final = frozenset({"H"})
"""KBLI sections whose workers the law counts as transport. H holds storage too: taken together, as no figure divides them."""
CLASSES: Final = ("transport", "other")


@dataclass(frozen=True, slots=True)
class Cell:
    """Workers of one area and sector: how many are eligible, and how many the register protects already."""

    area: str
    area_name: str
    sector: str
    sector_name: str
    eligible: int
    own: int = 0

    @property
    def rated_as(self) -> str:
        """The sector as the law of contributions knows it."""
        return "transport" if self.sector in TRANSPORT else "other"


@dataclass(frozen=True, slots=True)
class Staff:
    """Civil servants of one agency, and how many workers they pay for already."""

    agency: str
    name: str
    count: int
    sponsored: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """What a target share is a share of: `eligible` workers, of whom `outside` are protected by others. `source` says whose figure."""

    eligible: int
    outside: int = 0
    source: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. Shares are between 0 and 1; `limits` has the most rupiah of a source of money, None for no limit of its own.

    `steady`: who lapses is replaced, so that the number never falls. `new_per_month`: the most workers that can begin in a month.
    """

    first: Month
    last: Month
    budget: Rupiah | None = None
    target: float | None = None
    floor: float = 0.0
    uptake: float = DEFAULT_UPTAKE
    limits: Mapping[str, Rupiah | None] = field(default_factory=lambda: dict.fromkeys(DEFAULT_FUNDINGS))
    new_per_month: int | None = None
    steady: bool = True
    dasar: Rupiah = LOWEST_DASAR
    programmes: tuple[str, ...] = ("jkk", "jkm")

    @property
    def fundings(self) -> tuple[str, ...]:
        """The sources of money that may be used, in the order of the law."""
        return tuple(name for name in FUNDINGS if name in self.limits and self.limits[name] != 0)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.first.next(step) for step in range(self.last - self.first + 1))


@dataclass(frozen=True, slots=True)
class Province:
    """Everything known: workers, staff, retention (`survival`: share that stays protected from one month to the next, by funding)."""

    cells: tuple[Cell, ...]
    staff: tuple[Staff, ...]
    survival: Mapping[str, float]
    base: Base | None = None
    estimated: bool = False
    measured: bool = False

    def stays(self, funding: str) -> float:
        """The share that is still protected a month later."""
        return self.survival.get(funding, self.survival.get("", DEFAULT_SURVIVAL))

    def own_after(self, cell: Cell, months: int) -> float:
        """Workers of the register expected to be protected still, whoever pays for them."""
        return float(cell.own * self.stays("") ** months)
