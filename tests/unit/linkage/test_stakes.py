"""What a mistake costs: worked by hand, in whole rupiah."""

from __future__ import annotations

import pytest

from sertakan.programme.linking.stakes import Stake, cost_of, numbers_differ, prefer, risks_of

BENEFIT = 42_000_000
SPONSORED = Stake(payers=frozenset({(1, 1)}), monthly=16_800, months=3, running=1)
ELSEWHERE = Stake(payers=frozenset({(2, 5)}), monthly=8_400, months=2, running=1)
MEMBER = Stake(member=True)


@pytest.mark.parametrize(
    ("probability", "left", "right", "cost"),
    [
        (1.0, SPONSORED, ELSEWHERE, 16_800),  # two months of the smaller contribution, surely paid twice
        (0.0, SPONSORED, ELSEWHERE, 42_000_000),  # surely two people: one of two families loses the benefit
        (0.5, SPONSORED, ELSEWHERE, 21_008_400),
        (0.9, SPONSORED, Stake(), 2_100_000),  # a tenth of half the benefit
        (1.0, MEMBER, MEMBER, 42_000_000),  # one death, two claims
        (0.5, Stake(), Stake(), 0),
    ],
)
def test_the_cost_of_a_mistake(probability, left, right, cost):
    assert cost_of(probability, left, right, benefit=BENEFIT) == cost


def test_why_two_people_must_agree():
    assert risks_of(SPONSORED, ELSEWHERE, other_number=False) == ["two_payers"]
    assert risks_of(SPONSORED, SPONSORED, other_number=False) == []
    assert risks_of(MEMBER, MEMBER, other_number=True) == ["both_members", "numbers_differ"]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("9901011503859001", "9901011503859010", False),
        ("9901011503859001", "9901011503859002", False),
        ("9901011503859001", "990101150385", False),
        ("9901011503859001", "9901021604869001", True),
        ("9901011503859001", None, False),
    ],
)
def test_numbers_that_no_slip_of_the_pen_explains(one, other, differ):
    assert numbers_differ(one, other) is differ


def test_the_member_goes_on_then_the_sponsored_then_the_older_record():
    assert prefer(1, 2, {2: MEMBER, 1: SPONSORED}) == (2, 1)
    assert prefer(1, 2, {2: SPONSORED}) == (2, 1)
    assert prefer(2, 1, {}) == (1, 2)
