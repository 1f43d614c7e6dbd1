"""Figures that others published, as they come with the product: dated, with source and confidence. Read once, never changed by a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from sertakan.coverage.definitions import DEFINITIONS
from sertakan.coverage.figures import Point, Series

DATA: Final = Path(__file__).parent / "data"
_TWO_SIDED_95: Final = Decimal("1.96")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people of one kind an area has, by one survey round, and between which bounds."""

    area: str
    status: str
    value: int
    low: int
    high: int
    source: str
    confidence: str
    round: date


@dataclass(frozen=True, slots=True)
class Target:
    """A share of an area that somebody set for a day."""

    on: date
    area: str
    value: float
    source: str
    confidence: str


class _WordsStay(yaml.SafeLoader):
    """YAML in which `on` is a word, not a truth value."""


_WordsStay.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((DATA / name).read_text("utf-8"), Loader=_WordsStay)  # noqa: S506
    return found


def official_series(area: str | None = None) -> tuple[Series, ...]:
    """Published series, oldest first; of one area, or of all."""
    read = _read("series.yaml")
    return tuple(_series(one, read["sources"]) for one in read["series"] if area is None or one["area"] == area)


def targets() -> tuple[Target, ...]:
    """Targets as published."""
    return tuple(
        Target(one["date"], one["area"], float(one["value"]), one["source"], one["confidence"])
        for one in _read("series.yaml")["targets"]
    )


@cache
def counted() -> tuple[Counted, ...]:
    """Published totals with an interval of 95 per cent from the relative standard error that the file names."""
    found = []
    for one in _read("denominators.yaml")["rounds"]:
        half = _TWO_SIDED_95 * Decimal(one["error"])
        for row in one["rows"]:
            value = int(row["value"])
            low, high = int(value * (1 - half)), -int(-value * (1 + half) // 1)
            found.append(
                Counted(one["area"], row["status"], value, low, high, one["source"], one["confidence"], one["date"])
            )
    return tuple(found)


def _series(one: dict[str, Any], sources: dict[str, str]) -> Series:
    points = tuple(
        Point(
            on=point["date"],
            value=float(point["value"]),
            numerator=point["numerator"],
            denominator=point["denominator"],
            source=sources[point["source"]],
            confidence=point["confidence"],
            note=point["note"],
        )
        for point in one["points"]
    )
    breaks = tuple((cut["date"], cut["why"]) for cut in one.get("breaks", ()))
    return Series(one["slug"], one["title"], str(DEFINITIONS[one["definition"]]), "official", points, breaks)
