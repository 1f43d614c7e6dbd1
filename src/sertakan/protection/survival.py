"""How long cover lasts: Kaplan-Meier from counts of durations, with intervals. No database, no numerics library.

E. L. Kaplan, P. Meier (1958), Nonparametric estimation from incomplete observations. Intervals: Greenwood's variance on the scale of
log(-log S), so that they stay between 0 and 1 (J. D. Kalbfleisch, R. L. Prentice 1980).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import NormalDist
from typing import Final

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """After `months` whole months: the share still protected and its interval, who was watched until then, and who lapsed at that time."""

    months: int
    watched: int
    lapsed: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve from month 0 on, one step for each month in which somebody lapsed or was last seen."""

    steps: tuple[Step, ...]

    @property
    def people(self) -> int:
        return self.steps[0].watched

    @property
    def lapsed(self) -> int:
        return sum(step.lapsed for step in self.steps)

    @property
    def median(self) -> int | None:
        """The first month after which at most half are still protected; None while more than half are."""
        return next((step.months for step in self.steps if step.share <= 0.5), None)

    def at(self, months: int) -> Step | None:
        """How it stands after so many months; None beyond what was watched."""
        if months > self.steps[-1].months:
            return None
        return next(step for step in reversed(self.steps) if step.months <= months)


def kaplan_meier(durations: Iterable[tuple[int, bool, int]]) -> Curve | None:
    """The curve of (months, lapsed, persons); None for nobody. Who lapses in a month is watched in it, and so is who is last seen in it."""
    ends: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for months, has_lapsed, people in durations:
        ends[months][0 if has_lapsed else 1] += people
    watched = sum(lapsed + last_seen for lapsed, last_seen in ends.values())
    if not watched:
        return None
    share, spread = 1.0, 0.0
    steps = [] if 0 in ends else [Step(0, watched, 0, 1.0, 1.0, 1.0)]
    for months in sorted(ends):
        lapsed, last_seen = ends[months]
        if lapsed:
            share *= 1 - lapsed / watched
            spread += lapsed / (watched * (watched - lapsed)) if watched > lapsed else inf
        steps.append(Step(months, watched, lapsed, share, *_interval(share, spread)))
        watched -= lapsed + last_seen
    return Curve(tuple(steps))


def _interval(share: float, spread: float) -> tuple[float, float]:
    if share >= 1:
        return 1.0, 1.0
    if share <= 0 or spread == inf:
        return 0.0, 0.0
    wide = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * sqrt(spread) / log(share)
    low, high = exp(-exp(log(-log(share)) - wide)), exp(-exp(log(-log(share)) + wide))
    return min(low, high), max(low, high)
