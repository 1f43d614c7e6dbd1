"""How many of those protected today will be in the months ahead, with an interval, and how such forecasts did in the past. No database.

A month's chance to lapse depends on how long somebody has been protected (the curve of Kaplan and Meier, read as chances). Three doubts
make the interval: the chances are known from few lapses (beta distribution), who lapses is chance (binomial), and months differ more than
chance explains, because agencies and budgets stop together. The last is a factor of each month, its logarithm normal with a spread that is
itself known from few months only: every spread counts with the weight the months give it (A. Gelman 2006, Prior distributions for
variance parameters in hierarchical models; normal-normal, flat on the spread). Drawn with a fixed seed. Last, intervals are widened by how
far off earlier ones on the same history were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sertakan.core.month import Month
from sertakan.planning.facts import FEWEST_MONTHS

Real = npt.NDArray[np.floating[Any]]

AHEAD: Final = 12
LEVEL: Final = 0.90
DRAWS: Final = 2000
OLDEST: Final = 24
"""Longer than this counts as this long: later chances are pooled."""
PULL: Final = 1.2
"""Every age is pulled towards the chance of the age before by so many lapses' worth, so that an age with few lapses says little."""
SPREADS: Final = np.linspace(0, 3, 61)
"""The spreads of months that are weighed: 0.7 is a month with twice the lapses now and then."""
CAUTION: Final = 1.5
"""From few months the spread is judged too small more often than too large: it is raised by this many months' worth."""
MOST: Final = 0.99
"""No chance of a month is higher: somebody always stays."""
RECENT: Final = 6
MOST_AHEAD: Final = 6
FEWEST_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """Protected workers by month (the first is `first`) and by months of protection so far (0 to OLDEST)."""

    first: Month
    counts: Real

    @property
    def months(self) -> int:
        return int(self.counts.shape[0])

    def until(self, months: int) -> Panel:
        """What was known then: the first so many months."""
        return Panel(self.first, self.counts[:months])


def panel_of(rows: Mapping[tuple[int, int], int]) -> Panel | None:
    """A panel from counts by (month ordinal, months of protection); None without any."""
    if not rows:
        return None
    first, last = min(key[0] for key in rows), max(key[0] for key in rows)
    counts = np.zeros((last - first + 1, OLDEST + 1))
    for (month, age), people in rows.items():
        counts[month - first, min(max(age, 0), OLDEST)] += people
    return Panel(Month.from_ordinal(first), counts)


@dataclass(frozen=True, slots=True)
class Swing:
    """How months differ beyond chance: the weight of each of `SPREADS`, and for each the level of the lapses (log) and its doubt."""

    weights: Real
    level: Real
    doubt: Real

    @property
    def usual(self) -> float:
        """The spread as one number."""
        return float((self.weights * SPREADS).sum())

    @property
    def squared(self) -> float:
        return float((self.weights * SPREADS**2).sum())


@dataclass(frozen=True, slots=True)
class Chances:
    """By months of protection: persons watched and lapses, as far as they say something of their own; what they are pulled towards
    (`before`, by `pull` persons' worth); the chance to lapse (after `scale`). `swing`: how months differ; `months`: learnt from so many.
    """

    watched: Real
    lapsed: Real
    before: Real
    pull: float
    scale: float
    chance: Real
    swing: Swing
    months: int


def learn(panel: Panel) -> Chances | None:
    """What the months of a panel teach; None for fewer than two, or when nobody was watched."""
    people = panel.counts[:-1]
    if len(people) == 0 or people.sum() == 0:
        return None
    lapses = _lapses(panel)
    # Half a lapse more than was seen: that nobody lapsed yet does not prove that nobody will.
    usual = float((lapses.sum() + 0.5) / (people.sum() + 1))
    first = _swing(lapses.sum(axis=1), people * usual, usual)
    # A hundred people who stop together say as much about chances as a few who stop alone.
    alone = 1 / (1 + people * usual / (1 - usual) * first.squared)
    watched, lapsed = (alone * people).sum(axis=0), (alone * lapses).sum(axis=0)
    before, chance = np.empty_like(watched), np.empty_like(watched)
    near, pull = usual, PULL / usual
    for age in range(OLDEST + 1):
        before[age] = near
        chance[age] = near = (lapsed[age] + pull * near) / (watched[age] + pull)
    # Pulling from age to age must not forget how many lapsed at all.
    scale = float((lapses.sum() + 0.5) / (people * chance).sum())
    chance = np.minimum(chance * scale, MOST)
    swing = _swing(lapses.sum(axis=1), people * chance, chance)
    return Chances(watched, lapsed, before, pull, scale, chance, swing, len(people))


def _lapses(panel: Panel) -> Real:
    """Who was there in a month and not in the next, by months of protection."""
    before, after = panel.counts[:-1], panel.counts[1:]
    stayed = np.zeros_like(before)
    stayed[:, : OLDEST - 1] = after[:, 1:OLDEST]
    # The two oldest ages end in the same column; who stayed is shared out by who was there.
    pair = before[:, OLDEST - 1 :]
    whole = pair.sum(axis=1, keepdims=True)
    share = np.divide(after[:, OLDEST:], whole, out=np.zeros_like(whole), where=whole > 0)
    stayed[:, OLDEST - 1 :] = pair * np.minimum(share, 1)
    found: Real = np.clip(before - stayed, 0, None)
    return found


def _swing(lapses: Real, expected: Real, chance: Real | float) -> Swing:
    """How much months differ, from their lapses and what was expected by age."""
    chanced = (expected * (1 - chance)).sum(axis=1)
    mean = expected.sum(axis=1) + 0.5
    ratio = np.log((lapses + 0.5) / mean)
    spread = (chanced + 0.5) / mean**2 + SPREADS[:, None] ** 2
    weight = 1 / spread
    doubt = 1 / weight.sum(axis=1)
    level = (weight * ratio).sum(axis=1) * doubt
    likely = np.log(doubt) - np.log(spread).sum(axis=1) - (weight * (ratio - level[:, None]) ** 2).sum(axis=1)
    weights = np.exp((likely - likely.max()) / 2)
    return Swing(weights / weights.sum(), level, np.sqrt(doubt))


def ahead(people: Real, chances: Chances, months: int, *, draws: int = DRAWS) -> list[tuple[float, float, float]]:
    """For each month ahead how many of `people` (by months of protection) are still protected: expected, low, high."""
    source = np.random.default_rng(20261123)
    drawn = chances.scale * source.beta(
        chances.lapsed + chances.pull * chances.before,
        chances.watched - chances.lapsed + chances.pull * (1 - chances.before),
        size=(draws, OLDEST + 1),
    )
    swing = chances.swing
    at = source.choice(len(SPREADS), size=draws, p=swing.weights)
    spread = SPREADS[at] * (1 + CAUTION / chances.months)
    level = source.normal(swing.level[at], swing.doubt[at])
    expected, sample, found = people.copy(), np.tile(people, (draws, 1)), []
    for _step in range(months):
        expected = _older(expected * (1 - chances.chance))
        month = np.exp(np.clip(level + spread * source.normal(size=draws), -5, 5))
        chance = np.minimum(drawn * month[:, None], MOST)
        lapses = sample * chance
        mean = lapses.sum(axis=1)
        chanced = np.sqrt((lapses * (1 - chance)).sum(axis=1))
        total = np.clip(source.normal(mean, chanced), 0, sample.sum(axis=1))
        factor = np.divide(total, mean, out=np.ones_like(total), where=mean > 0)
        sample = _older(np.clip(sample - lapses * factor[:, None], 0, None))
        low, high = np.quantile(sample.sum(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        found.append((float(expected.sum()), float(low), float(high)))
    return found


def _older(people: Real) -> Real:
    """Everybody is a month older; the oldest stay the oldest."""
    moved = np.zeros_like(people)
    moved[..., 1:] = people[..., :-1]
    moved[..., OLDEST] += people[..., OLDEST]
    return moved


@dataclass(frozen=True, slots=True)
class Try:
    """A forecast that could have been made when `known` months were known, for so many `ahead`, and what came."""

    known: int
    ahead: int
    expected: float
    low: float
    high: float
    truth: float
    now: float

    @property
    def miss(self) -> float:
        """How far off it was, in widths of its own interval on that side: 1 is its edge."""
        side = self.high - self.expected if self.truth > self.expected else self.expected - self.low
        return abs(self.truth - self.expected) / max(side, 0.5)


def tries(panel: Panel, *, most_ahead: int = MOST_AHEAD) -> list[Try]:
    """Every past month from which a forecast could have been made, before any widening."""
    found = []
    for known in range(FEWEST_MONTHS, panel.months):
        chances = learn(panel.until(known))
        people = panel.counts[known - 1]
        if chances is None or people.sum() < 1:
            continue
        made = ahead(people, chances, min(most_ahead, panel.months - known), draws=400)
        for step, (expected, low, high) in enumerate(made, start=1):
            truth = float(panel.counts[known - 1 + step, min(step, OLDEST) :].sum())
            found.append(Try(known, step, expected, low, high, truth, float(people.sum())))
    return found


def widening(made: list[Try], known: int) -> float:
    """How much wider than computed an interval must be, by how far off those were whose truth was known then (split conformal).

    Never narrower, and as computed while there are too few.
    """
    misses = sorted(one.miss for one in made if one.known + one.ahead <= known)
    if len(misses) < FEWEST_TRIES:
        return 1.0
    at = min(len(misses), ceil(LEVEL * (len(misses) + 1))) - 1
    return max(1.0, misses[at])


def widened(expected: float, low: float, high: float, most: float, by: float) -> tuple[float, float]:
    """An interval by so much wider, between nobody and `most`."""
    return max(0.0, expected - by * (expected - low)), min(most, expected + by * (high - expected))


def backtest(panel: Panel, *, most_ahead: int = MOST_AHEAD) -> dict[str, Any]:
    """How often the truth lay inside the intervals of past months, each with what was known then, and how far off they were."""
    made = tries(panel, most_ahead=most_ahead)
    tried: dict[int, list[tuple[bool, float]]] = {}
    for one in made:
        low, high = widened(one.expected, one.low, one.high, one.now, widening(made, one.known))
        inside = bool(np.floor(low) <= one.truth <= np.ceil(high))
        tried.setdefault(one.ahead, []).append((inside, abs(one.expected - one.truth) / max(1.0, one.truth)))
    rows = [
        {
            "ahead": step,
            "tried": len(found),
            "inside": sum(1 for within, _off in found if within),
            "error": 100 * sum(off for _within, off in found) / len(found),
        }
        for step, found in sorted(tried.items())
    ]
    hits = sum(1 for found in tried.values() for within, _off in found if within)
    share = hits / len(made) if made else None
    by = widening(made, panel.months)
    return {"tried": len(made), "inside": hits, "share": share, "level": LEVEL, "ahead": rows, "widened": by}


def make(panel: Panel) -> dict[str, Any] | None:
    """The forecast of a panel as plain data, with its back-test; None when too little is known."""
    chances = learn(panel)
    if chances is None or panel.months < FEWEST_MONTHS:
        return None
    last = panel.first.next(panel.months - 1)
    now = panel.counts[-1]
    begun = panel.counts[-RECENT:, 0]
    new = float(begun.mean())
    alive = _stays(chances)
    tested = backtest(panel)
    rows = []
    for step, (expected, *edges) in enumerate(ahead(now, chances, AHEAD), start=1):
        low, high = widened(expected, edges[0], edges[1], float(now.sum()), tested["widened"])
        joined = new * sum(alive[step - since] for since in range(1, step + 1))
        rows.append(
            {
                "month": str(last.next(step)), "expected": round(expected), "low": int(np.floor(low)), "high": int(np.ceil(high)),
                "with_new": round(expected + joined),
            }
        )  # fmt: skip
    return {
        "now": int(now.sum()), "last": str(last), "months": rows, "new_per_month": round(new), "swing": chances.swing.usual,
        "watched_months": panel.months, "backtest": tested,
    }  # fmt: skip


def _stays(chances: Chances) -> list[float]:
    """The share of beginners still protected after so many months."""
    found = [1.0]
    for age in range(AHEAD):
        found.append(found[-1] * (1 - float(chances.chance[min(age, OLDEST)])))
    return found
