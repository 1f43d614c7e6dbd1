"""Retention curves agree with an established library, and small groups stay unseen."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.protection.models import Duration
from sertakan.protection.queries import retention
from sertakan.protection.survival import kaplan_meier

durations = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(1, 60)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(durations)
def test_share_and_interval_are_those_of_lifelines(drawn):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter

        fitted = KaplanMeierFitter().fit(
            [row[0] for row in drawn], [row[1] for row in drawn], weights=[row[2] for row in drawn]
        )
        bounds = fitted.confidence_interval_.fillna(1.0)
    curve = kaplan_meier(drawn)
    for step in curve.steps:
        assert step.share == pytest.approx(float(fitted.predict(step.months)), abs=1e-9)
        if 0 < step.share < 1:
            low, high = bounds.loc[step.months]
            assert (step.low, step.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
        assert step.low <= step.share <= step.high


def test_the_curve_worked_by_hand_in_the_explanation():
    curve = kaplan_meier([(3, False, 1), (4, True, 2), (6, True, 1), (6, False, 1), (10, False, 5)])
    assert [(step.months, step.watched, step.lapsed, round(step.share, 4)) for step in curve.steps] == [
        (0, 10, 0, 1.0), (3, 10, 0, 1.0), (4, 9, 2, 0.7778), (6, 7, 1, 0.6667), (10, 5, 0, 0.6667),
    ]  # fmt: skip
    assert (round(curve.steps[2].low, 3), round(curve.steps[2].high, 3)) == (0.365, 0.939)
    assert curve.median is None


def test_nobody_makes_no_curve():
    assert kaplan_meier([]) is None


@pytest.mark.django_db
def test_a_small_group_is_named_and_not_shown(office, other_office):
    Duration.objects.create(agency=office.agency, funding="private", sector="other", months=5, lapsed=True, people=30)
    Duration.objects.create(agency=other_office.agency, funding="csr", sector="other", months=5, lapsed=True, people=19)
    shown = {one.name: one.curve is not None for one in retention("agency")}
    assert shown == {"Kebun": True, "Sawah": False}


@pytest.mark.django_db
def test_a_curve_ends_where_few_are_watched(office):
    for months, people in ((4, 25), (9, 9)):
        Duration.objects.create(
            agency=office.agency, funding="private", sector="other", months=months, lapsed=True, people=people
        )
    (group,) = retention()
    assert group.curve.steps[-1].months == 4
