"""The forecast: right where everything is known, and its interval as wide as it says."""

from __future__ import annotations

import numpy as np
import pytest

from sertakan.core.month import Month
from sertakan.planning import forecast
from sertakan.planning.forecast import OLDEST, Panel


def history(
    months: int, *, begin: int, lapse: float, seed: int, shocks: float = 0.0, young: float = 1.0, sluggish: float = 0.0
) -> Panel:
    """An invented history: so many begin each month, each lapses with one chance; `shocks` makes months differ, `young` the first three,
    `sluggish` lets a month resemble the one before."""
    source = np.random.default_rng(seed)
    counts = np.zeros((months, OLDEST + 1))
    now = np.zeros(OLDEST + 1)
    level = 0.0
    for month in range(months):
        level = sluggish * level + source.normal(0, shocks) if shocks else 0.0
        chance = min(0.9, lapse * float(np.exp(level)))
        by_age = np.where(np.arange(OLDEST + 1) < 3, min(0.9, young * chance), chance)
        stayed = source.binomial(now.astype(int), 1 - by_age).astype(float)
        now = np.zeros(OLDEST + 1)
        now[1:] = stayed[:-1]
        now[OLDEST] += stayed[OLDEST]
        now[0] = source.poisson(begin)
        counts[month] = now
    return Panel(Month(2025, 1), counts)


def test_a_panel_is_made_of_counts_by_month_and_months_of_protection():
    panel = forecast.panel_of({(24000, 0): 5, (24001, 1): 4, (24001, 99): 2})
    assert panel is not None
    assert panel.counts[0, 0] == 5
    assert panel.counts[1, 1] == 4
    assert panel.counts[1, OLDEST] == 2
    assert forecast.panel_of({}) is None


def test_by_hand_ten_of_a_hundred_lapse_each_month():
    counts = np.zeros((3, OLDEST + 1))
    counts[0, 0], counts[1, 1], counts[2, 2] = 1000, 900, 810
    chances = forecast.learn(Panel(Month(2026, 1), counts))
    assert chances is not None
    assert chances.chance[0] == pytest.approx(0.1, rel=0.005)
    assert chances.chance[1] == pytest.approx(0.1, rel=0.005)
    expected = forecast.ahead(counts[2], chances, 2)
    assert expected[0][0] == pytest.approx(729, rel=0.005)
    assert expected[1][0] == pytest.approx(656.1, rel=0.005)


def test_the_oldest_are_counted_once_in_the_pooled_column():
    counts = np.zeros((2, OLDEST + 1))
    counts[0, OLDEST - 1], counts[0, OLDEST] = 60, 40
    counts[1, OLDEST] = 90
    assert forecast._lapses(Panel(Month(2026, 1), counts)).sum() == pytest.approx(10)


def test_nobody_lapsing_leaves_an_interval_that_reaches_everybody():
    counts = np.zeros((6, OLDEST + 1))
    for month in range(6):
        counts[month, month] = 50
    chances = forecast.learn(Panel(Month(2026, 1), counts))
    assert chances is not None
    expected, low, high = forecast.ahead(counts[-1], chances, 3)[-1]
    assert low <= expected <= 50
    assert high <= 50
    assert high > 49


def test_an_interval_lies_around_what_is_expected_and_widens():
    panel = history(18, begin=60, lapse=0.06, seed=3)
    chances = forecast.learn(panel)
    assert chances is not None
    found = forecast.ahead(panel.counts[-1], chances, 12)
    assert all(low <= expected <= high for expected, low, high in found)
    widths = [(high - low) / expected for expected, low, high in found]
    assert widths == sorted(widths)


def test_the_same_panel_gives_the_same_forecast():
    panel = history(12, begin=40, lapse=0.05, seed=1)
    assert forecast.make(panel) == forecast.make(panel)


UNLIKE = {
    "chance only": {"begin": 50},
    "months differ": {"begin": 50, "shocks": 0.3},
    "months differ wildly": {"begin": 50, "shocks": 0.6},
    "many people and months that differ wildly": {"begin": 500, "shocks": 0.6},
    "few people and months that differ wildly": {"begin": 8, "shocks": 0.6},
    "beginners lapse three times as often": {"begin": 50, "shocks": 0.3, "young": 3.0},
}


@pytest.mark.parametrize("name", UNLIKE)
def test_the_truth_lies_inside_at_least_as_often_as_said(name: str):
    """Thirty invented histories, each tried from every month: 90 % promised."""
    tried = inside = 0
    for seed in range(30):
        found = forecast.backtest(history(18, lapse=0.06, seed=seed, **UNLIKE[name]), most_ahead=3)
        tried, inside = tried + found["tried"], inside + found["inside"]
    assert tried > 900
    assert inside / tried >= 0.90


def test_intervals_are_widened_by_how_far_off_earlier_ones_were():
    """Of ten earlier forecasts nine were off by up to twice their interval: the next one is twice as wide."""
    made = [
        forecast.Try(6 + one, 1, 100, 90, 110, 100 + offset, 200)
        for one, offset in enumerate([0, 1, 2, 3, 4, 5, 6, 7, 20, 20])
    ]
    assert forecast.widening(made, 30) == 2.0
    assert forecast.widening(made, 13) == 1.0, "what comes later is not known then"
    assert forecast.widening(made[:5], 30) == 1.0, "too few to say"
    assert forecast.widening([forecast.Try(6, 1, 100, 90, 110, 100, 200)] * 20, 30) == 1.0, "never narrower"
    assert forecast.widened(100, 90, 110, 115, 2.0) == (80, 115), "nobody beyond those who are there"


def test_a_history_that_breaks_again_and_again_is_held_more_often_with_widening(monkeypatch: pytest.MonkeyPatch):
    """Months resemble the one before: no spread of months tells that, the own misses do."""
    shares = []
    for widening in (lambda made, known: 1.0, forecast.widening):
        monkeypatch.setattr(forecast, "widening", widening)
        found = [
            forecast.backtest(history(18, begin=50, lapse=0.06, seed=seed, shocks=0.4, sluggish=0.7))
            for seed in range(8)
        ]
        shares.append(sum(one["inside"] for one in found) / sum(one["tried"] for one in found))
    assert shares[1] > shares[0] + 0.01


def test_calm_months_are_not_given_an_interval_as_wide_as_wild_ones():
    widths = []
    for shocks in (0.0, 0.6):
        panel = history(18, begin=50, lapse=0.06, seed=7, shocks=shocks)
        chances = forecast.learn(panel)
        assert chances is not None
        expected, low, high = forecast.ahead(panel.counts[-1], chances, 3)[-1]
        widths.append((high - low) / expected)
    assert widths[0] < 0.12
    assert widths[1] > 2 * widths[0]


def test_months_that_differ_make_the_interval_wider():
    calm, wild = (forecast.learn(history(18, begin=50, lapse=0.06, seed=5, shocks=one)) for one in (0.0, 0.8))
    assert calm is not None
    assert wild is not None
    assert wild.swing.usual > calm.swing.usual + 0.2


def test_too_little_history_makes_no_forecast():
    assert forecast.make(history(3, begin=50, lapse=0.1, seed=1)) is None
    assert forecast.make(Panel(Month(2026, 1), np.zeros((6, OLDEST + 1)))) is None
