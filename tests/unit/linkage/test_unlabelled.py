"""Lists that no model knows: kinds of columns, weights from the list itself, one partner each, what follows from pairs."""

from __future__ import annotations

import polars as pl
import pytest

from sertakan.linkage import generic, unlabelled


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["kursi kayu jati", "meja makan besar"], "text"),
        (["merah", "biru"], "word"),
        (["5304218", "4066625"], "code"),
        (["AB12", "CD34"], "code"),
        (["10.5", "Rp 7", "3"], "number"),
        (["1999", "2004"], "year"),
        ([None, None], "word"),
    ],
)
def test_kinds_are_seen_in_the_values(values, kind):
    assert generic.kind_of(pl.Series(values, dtype=pl.String)) == kind


def test_a_rare_word_counts_more_than_a_frequent_one():
    texts = pl.DataFrame({"x_0": ["toko buku"] * 50 + ["toko zamrud"]})
    bags = generic.prepare(texts, (generic.Column("x_0", "text"),))["x_0_bag"].list.len()
    assert bags[50] > bags[0]


def test_each_has_one_partner_between_two_lists():
    pairs = pl.DataFrame({"l": [0, 0, 1], "r": [5, 6, 6], "probability": [0.9, 0.8, 0.95]})
    assert unlabelled.one_to_one(pairs).select("l", "r").rows() == [(0, 5), (1, 6)]


def test_what_follows_from_pairs_is_added_but_no_long_chain():
    def closed(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
        frame = pl.DataFrame(pairs, schema={"l": pl.UInt32, "r": pl.UInt32}, orient="row")
        return unlabelled.together(frame.with_columns(probability=0.9)).rows()

    assert closed((0, 1), (1, 2)) == [(0, 1), (0, 2), (1, 2)]
    chain = [(at, at + 1) for at in range(9)]
    assert closed(*chain) == chain


def test_ratios_never_rise_from_a_higher_level_to_a_lower_one():
    ratios = unlabelled._falling([10.0, 1.0, 30.0, 5.0], [1.0, 5.0, 1.0, 90.0])
    assert ratios == sorted(ratios, reverse=True)


def test_random_pairs_are_the_same_each_time_and_never_of_one_record():
    pairs = unlabelled.drawn_pairs(2_000)
    assert pairs.equals(unlabelled.drawn_pairs(2_000))
    assert (pairs["l"] < pairs["r"]).all()
    assert unlabelled.drawn_pairs(3).height == 3
    assert unlabelled.drawn_pairs(1).height == 0


def test_clusters_are_closed_and_stars_are_not():
    def of(pairs: list[tuple[int, int]]) -> float:
        frame = pl.DataFrame(pairs, schema={"l": pl.UInt32, "r": pl.UInt32}, orient="row")
        return unlabelled.closure(frame.with_columns(probability=0.9))

    assert of([(a, b) for a in range(8) for b in range(a + 1, 8)]) == 1.0
    assert of([(0, b) for b in range(1, 20)]) == 0.0
    assert of([(0, 1)]) == 1.0
