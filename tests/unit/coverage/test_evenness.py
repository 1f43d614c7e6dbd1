"""Measures of evenness against a worked table, a reference library and their own laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.coverage.evenness import Part, gini, lorenz, theil

# docs/explanation/coverage.md works this table by hand.
WORKED = (Part(100, 10, "timur"), Part(100, 20, "timur"), Part(200, 90, "barat"))

areas = st.lists(
    st.builds(Part, st.integers(1, 5_000), st.integers(0, 4_000), st.sampled_from("abc")), min_size=2, max_size=20
).filter(lambda parts: sum(part.protected for part in parts) > 0)


def test_the_worked_table():
    assert gini(WORKED) == pytest.approx(0.2708333333)
    whole, within, between = theil(WORKED)
    assert whole == pytest.approx(0.1449702912)
    assert within == pytest.approx(0.0141582545)
    assert between == pytest.approx(0.1308120367, abs=1e-6)
    assert lorenz(WORKED) == ((0, 0), (0.25, 0.083333), (0.5, 0.25), (1, 1))


@given(areas)
def test_as_the_reference_library(parts):
    import inequalipy
    import numpy as np

    shares = np.array([part.protected / part.people for part in parts])
    weights = np.array([part.people for part in parts], dtype=float)
    assert gini(parts) == pytest.approx(inequalipy.gini(shares, weights), abs=1e-9)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=2, max_size=12))
def test_theil_as_by_its_definition_over_every_single_person(drawn):
    """The library has no Theil: here each person stands alone with the share of the own area, and the mean is taken over persons."""
    import numpy as np

    parts = [Part(people, protected) for people, protected in drawn]
    shares = np.concatenate([np.full(part.people, part.protected / part.people) for part in parts])
    relative = shares[shares > 0] / shares.mean() if shares.any() else np.array([])
    expected = float((relative * np.log(relative)).sum() / len(shares))
    assert theil(parts)[0] == pytest.approx(expected, abs=1e-9)


@given(areas)
def test_the_parts_of_theil_add_up_and_none_is_negative(parts):
    whole, within, between = theil(parts)
    assert whole == pytest.approx(within + between)
    assert min(whole, within, between) > -1e-9


@given(areas, st.integers(2, 5))
def test_areas_of_the_same_share_may_be_joined_or_split(parts, times):
    split = [Part(part.people / times, part.protected / times, part.group) for part in parts for _n in range(times)]
    assert gini(split) == pytest.approx(gini(parts), abs=1e-9)
    assert theil(split)[0] == pytest.approx(theil(parts)[0], abs=1e-9)


def test_even_is_zero_and_one_area_alone_is_nearly_one():
    even = [Part(100, 30, "a"), Part(900, 270, "b")]
    assert gini(even) == pytest.approx(0)
    assert theil(even) == pytest.approx((0, 0, 0))
    alone = [Part(1, 1), Part(999, 0)]
    assert gini(alone) == pytest.approx(0.999)
    assert theil(alone)[0] == pytest.approx(math.log(1_000))


def test_nobody_protected_is_even_and_the_curve_is_straight():
    assert gini([Part(10, 0), Part(20, 0)]) == 0
    assert theil([Part(10, 0)]) == (0, 0, 0)
    assert lorenz([Part(10, 0)]) == ((0, 0), (1, 1))


def test_zeros_and_a_single_area():
    three_without = [Part(1, 0), Part(1, 0), Part(1, 0), Part(1, 8)]
    assert gini(three_without) == pytest.approx(0.75)
    assert theil(three_without)[0] == pytest.approx(math.log(4))
    assert gini([Part(50, 7)]) == 0
    assert theil([Part(50, 7, "a")]) == (0, 0, 0)
    assert gini([Part(0, 0), Part(50, 7)]) == 0  # nobody lives there
    assert gini([]) == 0
    assert theil([]) == (0, 0, 0)


def test_the_incomes_of_a_textbook():
    """Of 1 to 5 the Gini is (n² − 1) / (6 n m) = 4/15; Theil's T is the mean of x/m ln x/m."""
    people = [Part(1, value) for value in (1, 2, 3, 4, 5)]
    assert gini(people) == pytest.approx(4 / 15)
    assert theil(people)[0] == pytest.approx(sum(x / 3 * math.log(x / 3) for x in (1, 2, 3, 4, 5)) / 5)
