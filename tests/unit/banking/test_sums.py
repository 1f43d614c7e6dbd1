"""An amount is placed only where one answer is possible."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sertakan.banking.matching.model import Due
from sertakan.banking.matching.sums import place


def dues(*amounts: int, first: int = 100) -> list[Due]:
    return [Due(bill=month, donor=1, month=month, amount=amount) for month, amount in enumerate(amounts, start=first)]


def months(parts) -> list[int]:
    return [part.month for part in parts]


def test_the_amount_of_one_month_settles_the_oldest():
    assert months(place(16_800, dues(16_800, 16_800))[0]) == [100]


def test_the_amount_of_two_months_settles_the_two_oldest():
    assert months(place(33_600, dues(16_800, 16_800, 16_800))[0]) == [100, 101]


def test_an_amount_that_two_different_combinations_give_stays_open():
    assert place(33_600, dues(16_800, 16_800, 33_600)) == ((), "several_sums")


def test_a_combination_of_different_amounts_is_found_when_it_is_the_only_one():
    assert months(place(25_200, dues(8_400, 16_800, 36_800))[0]) == [100, 101]


def test_an_amount_that_nothing_gives_is_said_so():
    assert place(10_000, dues(16_800, 8_400)) == ((), "amount_differs")


def test_months_that_are_named_are_the_months_that_are_meant():
    assert months(place(16_800, dues(16_800, 16_800), {101})[0]) == [101]


def test_months_that_are_named_but_do_not_fit_are_not_replaced_by_others():
    assert place(16_800, dues(16_800, 16_800), {105}) == ((), "months_differ")


def test_a_donor_without_dues_gets_nothing_placed():
    assert place(16_800, []) == ((), "nothing_due")


def test_many_dues_of_many_amounts_end_without_an_answer_and_soon():
    assert place(12_345_678, dues(*range(10_001, 10_041)))[1] in ("several_sums", "amount_differs")


amounts = st.lists(st.sampled_from([8_400, 16_800, 25_200, 36_800, 100_001]), min_size=1, max_size=8)


@given(amounts, st.integers(1, 400_000))
def test_what_is_placed_always_adds_up_and_is_never_used_twice(owed, amount):
    parts, why = place(amount, dues(*owed))
    assert bool(parts) != bool(why)
    if parts:
        assert sum(part.amount for part in parts) == amount
        assert len(set(parts)) == len(parts)


@given(amounts, st.data())
def test_an_answer_is_given_only_when_every_combination_has_the_same_amounts(owed, data):
    chosen = data.draw(st.sets(st.integers(0, len(owed) - 1), min_size=1))
    amount = sum(owed[at] for at in chosen)
    ways = {
        tuple(sorted(owed[at] for at in range(len(owed)) if mask >> at & 1))
        for mask in range(1, 2 ** len(owed))
        if sum(owed[at] for at in range(len(owed)) if mask >> at & 1) == amount
    }
    parts, _ = place(amount, dues(*owed))
    assert bool(parts) == (len(ways) == 1)
