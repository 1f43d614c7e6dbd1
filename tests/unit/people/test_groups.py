"""Merges as a forest: who stands for whom follows from the merges in force, in any order of undoing."""

from __future__ import annotations

from itertools import permutations

import pytest

from sertakan.people.groups import Groups, replay

MERGES = ((2, 1), (4, 3), (4, 2), (5, 4))
EVERYBODY = (1, 2, 3, 4, 5, 6)


def test_a_chain_ends_at_its_last_survivor():
    assert replay(EVERYBODY, MERGES) == {1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 6}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_undoing_in_any_order_leaves_what_the_others_say(order):
    left = list(MERGES)
    for position in order:
        left.remove(MERGES[position])
        survivors = replay(EVERYBODY, left)
        for keep, gone in left:
            assert survivors[keep] == survivors[gone]
        groups = {frozenset(one for one in EVERYBODY if survivors[one] == over) for over in survivors.values()}
        assert len(groups) == len(EVERYBODY) - len(left)
    assert replay(EVERYBODY, left) == {one: one for one in EVERYBODY}


def test_joining_those_who_are_one_says_nothing_new():
    groups = Groups({1: 2})
    assert not groups.join(1, 2)
    assert groups.join(3, 1)
    assert groups.survivor(2) == 3
