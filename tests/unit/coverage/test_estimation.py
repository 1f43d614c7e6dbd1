"""Fitted tables have the sums they must have, equal a reference library, and lie within their bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.coverage.errors import MarginsDoNotFit
from sertakan.coverage.estimation import Errors, estimate, fit

SEED = np.array([[40.0, 30.0], [35.0, 50.0]])
ROWS, COLUMNS = np.array([150.0, 300.0]), np.array([200.0, 250.0])


def reference(seed, rows, columns):
    from ipfn.ipfn import ipfn

    return ipfn(seed.copy(), [rows, columns], [[0], [1]], convergence_rate=1e-13, max_iteration=1_000).iteration()


def test_the_worked_table():
    """docs/explanation/coverage.md works the first round by hand."""
    found = fit(SEED, ROWS, COLUMNS)
    assert found == pytest.approx(reference(SEED, ROWS, COLUMNS), rel=1e-8)
    assert found.sum(axis=1) == pytest.approx(ROWS)
    assert found.sum(axis=0) == pytest.approx(COLUMNS)
    odds = found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0])
    assert odds == pytest.approx(40 * 50 / (30 * 35))  # what the seed says about the association stays


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 10_000))
def test_as_the_reference_library(many_rows, many_columns, number):
    draw = np.random.default_rng(number)
    seed = draw.uniform(0.1, 10, (many_rows, many_columns))
    rows, columns = draw.uniform(1, 100, many_rows), draw.uniform(1, 100, many_columns)
    columns *= rows.sum() / columns.sum()
    assert fit(seed, rows, columns) == pytest.approx(reference(seed, rows, columns), rel=1e-6)


def test_an_even_seed_gives_the_product_of_the_margins():
    found = fit(np.ones((2, 2)), ROWS, COLUMNS)
    assert found == pytest.approx(np.outer(ROWS, COLUMNS) / 450)


def test_a_zero_stays_zero():
    assert fit(np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([5.0, 5.0]), np.array([2.0, 8.0]))[0, 0] == 0


def test_sums_that_cannot_be_met_are_refused():
    with pytest.raises(MarginsDoNotFit):
        fit(SEED, ROWS, COLUMNS * 2)
    with pytest.raises(MarginsDoNotFit):
        fit(np.array([[0.0, 0.0], [1.0, 1.0]]), ROWS, COLUMNS)


def test_bounds_hold_the_value_widen_with_the_error_and_are_the_same_every_time():
    narrow = estimate(SEED, ROWS, COLUMNS, errors=Errors(0.01, 0.01, 0.01, 0.01))
    wide = estimate(SEED, ROWS, COLUMNS, errors=Errors(0.01, 0.06, 0.03, 0.25))
    again = estimate(SEED, ROWS, COLUMNS, errors=Errors(0.01, 0.06, 0.03, 0.25))
    assert (wide.low == again.low).all()
    for found in (narrow, wide):
        assert (found.low <= found.values).all()
        assert (found.values <= found.high).all()
    assert (wide.high - wide.low > narrow.high - narrow.low).all()


def test_about_95_of_100_true_tables_lie_within():
    """A made world: true margins and true association around what is known; how often a true cell lies within its bounds."""
    errors = Errors(0.01, 0.06, 0.03, 0.25)
    found = estimate(SEED, ROWS, COLUMNS, errors=errors)
    draw = np.random.default_rng(7)
    inside = []
    for _n in range(300):
        rows = ROWS * draw.lognormal(0, 0.06, 2)
        columns = COLUMNS * draw.lognormal(0, 0.03, 2)
        total = 450 * draw.lognormal(0, 0.01)
        truth = fit(SEED * draw.lognormal(0, 0.25, (2, 2)), rows / rows.sum() * total, columns / columns.sum() * total)
        inside.append((truth >= found.low) & (truth <= found.high))
    assert 0.90 <= np.mean(inside) <= 0.99


assert pd.__version__  # the reference library needs it
