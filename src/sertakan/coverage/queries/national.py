"""The newest count of the nation, as it was kept. A page about the nation reads from here only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sertakan.core.month import Month
from sertakan.coverage import evenness as measures
from sertakan.coverage.figures import Cell
from sertakan.coverage.labels import label
from sertakan.coverage.models import NationalCell, NationalSnapshot

ELSEWHERE: Final = "??"
"""The code of everybody whose address is not known or lies in a province that sent no extract."""


@dataclass(frozen=True, slots=True)
class Nation:
    """One count of many provinces. `invented`: of how many `provinces` the persons are invented."""

    month: Month
    built_at: datetime
    persons: int
    provinces: int
    invented: int
    engine: str
    source: str
    cells: Mapping[str, tuple[Cell, ...]]

    def by(self, name: str) -> tuple[Cell, ...]:
        """The cells of one way to look, by code; none where that was not kept."""
        return self.cells.get(name, ())

    @property
    def places(self) -> tuple[Cell, ...]:
        """The provinces that sent an extract."""
        return tuple(one for one in self.by("province") if one.code != ELSEWHERE)


@dataclass(frozen=True, slots=True)
class NationalEvenness:
    """How evenly cover lies over provinces, each as heavy as its people; None of it where not every province has a denominator."""

    gini: float
    theil: float
    within: float
    between: float
    lorenz: tuple[tuple[float, float], ...]


def nation() -> Nation | None:
    """The current count of the nation; None until extracts were counted."""
    kept = NationalSnapshot.objects.filter(current=True).first()
    if kept is None:
        return None
    cells: dict[str, list[Cell]] = {}
    for one in NationalCell.objects.filter(snapshot=kept).order_by("by", "code"):
        cells.setdefault(one.by, []).append(_cell(one))
    return Nation(
        Month.of(kept.month), kept.built_at, kept.persons, kept.provinces, kept.invented, kept.engine, kept.source,
        {by: tuple(several) for by, several in cells.items()},
    )  # fmt: skip


def _cell(one: NationalCell) -> Cell:
    """A kept cell with its share, as far as both numbers are there."""
    count, of, low, high = one.numerator, one.denominator, one.low, one.high
    known = count is not None and of
    return Cell(
        code=one.code, name=label(one.by, one.code, one.name), numerator=count, denominator=of, low=low, high=high,
        share=count / of if known and count is not None and of else None,
        share_low=count / high if known and count is not None and high else None,
        share_high=count / low if known and count is not None and low else None,
        suppressed=count is None, estimated=of is not None,
    )  # fmt: skip


def evenness(found: Nation) -> NationalEvenness | None:
    """Measures over the provinces. What is hidden is an even part of what the shown ones leave, so that no measure gives it away."""
    places = found.places
    if len(places) < 2 or not all(one.denominator for one in places):
        return None
    left = found.persons - sum(one.numerator or 0 for one in found.by("province"))
    each = left / max(1, sum(one.suppressed for one in found.by("province")))
    parts = [_part(one, each) for one in places]
    whole, within, between = measures.theil(parts)
    return NationalEvenness(measures.gini(parts), whole, within, between, measures.lorenz(parts))


def _part(one: Cell, each: float) -> measures.Part:
    """A province among those of the same group of islands, which the first digit of a code stands for."""
    return measures.Part(one.denominator or 0, each if one.numerator is None else one.numerator, one.code[:1])


def without_extract(found: Nation, codes: Mapping[str, str]) -> Sequence[str]:
    """Names of the provinces that sent nothing: what is not counted is not zero."""
    sent = {one.code for one in found.places}
    return [name for code, name in sorted(codes.items()) if code not in sent]
