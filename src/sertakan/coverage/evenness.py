"""How evenly cover is spread: Gini, Theil T with its parts, best to worst, the Lorenz curve. Pure arithmetic on people and protected.

Each area weighs as much as its people. `docs/explanation/coverage.md` works every measure by hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

LORENZ_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One area: how many people, how many of them protected, and the group it belongs to."""

    people: float
    protected: float
    group: str = ""


def gini(parts: Sequence[Part]) -> float:
    """Gini coefficient of the share of protected, weighted by people; 0 is even, near 1 is all in one small area. 0 for nobody."""
    curve = lorenz(parts, digits=None)
    below = sum((x1 - x0) * (y1 + y0) / 2 for (x0, y0), (x1, y1) in pairwise(curve))
    return max(0.0, 1 - 2 * below) if len(curve) > 2 else 0.0


def lorenz(parts: Sequence[Part], *, digits: int | None = LORENZ_DIGITS) -> tuple[tuple[float, float], ...]:
    """Shares of people and of protected from the least covered area up: from (0, 0) to (1, 1)."""
    counted = sorted((part for part in parts if part.people > 0), key=lambda part: part.protected / part.people)
    people = math.fsum(part.people for part in counted)
    protected = math.fsum(part.protected for part in counted)
    if not people or not protected:
        return ((0.0, 0.0), (1.0, 1.0))
    points, x, y = [(0.0, 0.0)], 0.0, 0.0
    for part in counted:
        x, y = x + part.people, y + part.protected
        points.append((x / people, y / protected))
    points[-1] = (1.0, 1.0)
    return tuple(points if digits is None else ((round(a, digits), round(b, digits)) for a, b in points))


def theil(parts: Sequence[Part]) -> tuple[float, float, float]:
    """Theil's T of the share of protected, weighted by people: (whole, within groups, between groups); the parts add up to the whole."""
    counted = [part for part in parts if part.people > 0]
    people = math.fsum(part.people for part in counted)
    protected = math.fsum(part.protected for part in counted)
    if not people or not protected:
        return 0.0, 0.0, 0.0
    whole = math.fsum(_term(part.protected, part.people, protected, people) for part in counted)
    groups: dict[str, list[Part]] = {}
    for part in counted:
        groups.setdefault(part.group, []).append(part)
    between = math.fsum(
        _term(math.fsum(p.protected for p in group), math.fsum(p.people for p in group), protected, people)
        for group in groups.values()
    )
    return whole, whole - between, between


def _term(protected: float, people: float, all_protected: float, all_people: float) -> float:
    """s ln(s / w) for the share s of the protected and the share w of the people; 0 where nobody is protected."""
    if not protected:
        return 0.0
    share = protected / all_protected
    return share * math.log(share / (people / all_people))
