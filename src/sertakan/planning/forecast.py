"""How many of those protected today will be in the months ahead, with an interval, and how such forecasts did in the past. No database.

A month's chance to lapse depends on how long somebody has been protected (the curve of Kaplan and Meier, read as chances). Three doubts
make the interval: the chances are known from few lapses (beta distribution), who lapses is chance (binomial), and months differ more than
chance explains, because agencies and budgets stop together (`swing`, by moments, with the tails of few months). Drawn with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sertakan.core.month import Month

Real = npt.NDArray[np.floating[Any]]

AHEAD: Final = 12
LEVEL: Final = 0.90
DRAWS: Final = 2000
OLDEST: Final = 24
"""Longer than this counts as this long: later chances are pooled."""
PULL: Final = 20.0
"""So many persons' worth every age is pulled towards the chance of all ages, so that an age with few people says little."""
FEWEST_MONTHS: Final = 6
CAUTION: Final = 2.0
"""From few months the swing is judged too small more often than too large: it is raised by this many months' worth."""
RECENT: Final = 6


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
class Chances:
    """By months of protection: persons watched, lapses, the chance to lapse; `usual`: that of all ages.

    `swing`: by which share the lapses of a month differ beyond chance; `months`: how many were learnt from.
    """

    watched: Real
    lapsed: Real
    chance: Real
    usual: float
    swing: float
    months: int


def learn(panel: Panel) -> Chances | None:
    """What the months of a panel teach; None for fewer than two, or when nobody was watched."""
    before, after = panel.counts[:-1], panel.counts[1:]
    if len(before) == 0 or before.sum() == 0:
        return None
    stayed = np.zeros_like(before)
    stayed[:, : OLDEST - 1] = after[:, 1:OLDEST]
    # The two oldest ages end in the same column; who stayed is shared out by who was there.
    pair = before[:, OLDEST - 1 :]
    whole = pair.sum(axis=1, keepdims=True)
    share = np.divide(after[:, OLDEST:], whole, out=np.zeros_like(whole), where=whole > 0)
    stayed[:, OLDEST - 1 :] = pair * np.minimum(share, 1)
    lapses = np.clip(before - stayed, 0, None)
    watched, lapsed = before.sum(axis=0), lapses.sum(axis=0)
    # Half a lapse more than was seen: that nobody lapsed yet does not prove that nobody will.
    usual = float((lapsed.sum() + 0.5) / (watched.sum() + 1))
    chance = (lapsed + PULL * usual) / (watched + PULL)
    expected = before @ chance
    spread = before @ (chance * (1 - chance))
    beyond = ((lapses.sum(axis=1) - expected) ** 2 - spread).sum() * len(before) / max(1, len(before) - 1)
    swing = float(np.sqrt(max(0.0, beyond) / max(1e-9, (expected**2).sum())))
    return Chances(watched, lapsed, chance, usual, swing * (1 + CAUTION / len(before)), len(before))


def ahead(people: Real, chances: Chances, months: int, *, draws: int = DRAWS) -> list[tuple[float, float, float]]:
    """For each month ahead how many of `people` (by months of protection) are still protected: expected, low, high."""
    source = np.random.default_rng(20261123)
    drawn = source.beta(
        chances.lapsed + PULL * chances.usual,
        chances.watched - chances.lapsed + PULL * (1 - chances.usual),
        size=(draws, OLDEST + 1),
    )
    freedom = max(2, chances.months - 1)
    level = 1 + chances.swing / np.sqrt(chances.months) * source.standard_t(freedom, draws)
    expected, sample, found = people.copy(), np.tile(people, (draws, 1)), []
    for _step in range(months):
        expected = _older(expected * (1 - chances.chance))
        lapses = sample * drawn
        mean = lapses.sum(axis=1)
        spread = np.sqrt((lapses * (1 - drawn)).sum(axis=1))
        month = level + chances.swing * source.standard_t(freedom, draws)
        total = np.clip(source.normal(mean * month, spread), 0, sample.sum(axis=1))
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


def backtest(panel: Panel, *, most_ahead: int = 6) -> dict[str, Any]:
    """Every past month from which a forecast could have been made: how often the truth lay inside the interval, and how far off it was."""
    tried: dict[int, list[tuple[bool, float]]] = {}
    for known in range(FEWEST_MONTHS, panel.months):
        chances = learn(panel.until(known))
        people = panel.counts[known - 1]
        if chances is None or people.sum() < 1:
            continue
        steps = min(most_ahead, panel.months - known)
        for step, (expected, low, high) in enumerate(ahead(people, chances, steps, draws=400), start=1):
            truth = panel.counts[known - 1 + step, min(step, OLDEST) :].sum()
            inside = bool(np.floor(low) <= truth <= np.ceil(high))
            tried.setdefault(step, []).append((inside, abs(expected - truth) / max(1.0, truth)))
    rows = [
        {
            "ahead": step,
            "tried": len(found),
            "inside": sum(1 for within, _off in found if within),
            "error": 100 * sum(off for _within, off in found) / len(found),
        }
        for step, found in sorted(tried.items())
    ]
    total = sum(len(found) for found in tried.values())
    hits = sum(1 for found in tried.values() for within, _off in found if within)
    return {"tried": total, "inside": hits, "share": hits / total if total else None, "level": LEVEL, "ahead": rows}


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
    rows = []
    for step, (expected, low, high) in enumerate(ahead(now, chances, AHEAD), start=1):
        joined = new * sum(alive[step - since] for since in range(1, step + 1))
        rows.append(
            {
                "month": str(last.next(step)), "expected": round(expected), "low": int(np.floor(low)), "high": int(np.ceil(high)),
                "with_new": round(expected + joined),
            }
        )  # fmt: skip
    return {
        "now": int(now.sum()), "last": str(last), "months": rows, "new_per_month": round(new), "swing": chances.swing,
        "watched_months": panel.months, "backtest": backtest(panel),
    }  # fmt: skip


def _stays(chances: Chances) -> list[float]:
    """The share of beginners still protected after so many months."""
    found = [1.0]
    for age in range(AHEAD):
        found.append(found[-1] * (1 - float(chances.chance[min(age, OLDEST)])))
    return found
