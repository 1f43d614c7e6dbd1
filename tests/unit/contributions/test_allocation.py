"""Money laid into months by hand-made cases and for any amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.contributions.allocation import allocate
from sertakan.contributions.errors import AmountNotPositive
from sertakan.core.month import Month

DECEMBER = Month(2026, 12)
USUAL = {"dasar": 1_000_000, "sector": "other", "funding": "private", "programmes": ("jkk", "jkm")}


def laid(amount, **changed):
    facts = {"start": DECEMBER, "months": None, **USUAL, **changed}
    return allocate(amount, **facts)


def test_three_months_across_the_end_of_the_half_rate_cost_8400_and_twice_16800():
    found = laid(42_000, months=3)
    assert [(str(one.month), one.total) for one in found.months] == [
        ("2026-12", 8_400), ("2027-01", 16_800), ("2027-02", 16_800)
    ]  # fmt: skip
    assert found.surplus == 0


def test_what_was_paid_at_the_full_rate_for_a_half_rate_month_is_surplus():
    assert (len(laid(16_800, months=1).months), laid(16_800, months=1).surplus) == (1, 8_400)


def test_the_surplus_completes_the_next_month_that_was_paid_too_low():
    found = laid(8_400, start=Month(2027, 1), months=1, credit=8_400)
    assert (len(found.months), found.surplus, found.credit_used) == (1, 0, 8_400)


def test_a_month_is_never_paid_in_part():
    found = laid(8_400, start=Month(2027, 1), months=1)
    assert (found.months, found.surplus) == ((), 8_400)


@pytest.mark.parametrize("funding", ["apbd", "apbn"])
def test_budget_money_is_never_reduced(funding):
    found = laid(16_800, funding=funding, months=2)
    assert [one.total for one in found.months] == [16_800]


def test_transport_keeps_the_half_rate_until_march_2027():
    found = laid(100_000, start=Month(2027, 2), months=3, sector="transport")
    assert [one.total for one in found.months] == [8_400, 8_400, 16_800]


def test_old_age_savings_are_never_reduced_and_belong_to_their_month():
    found = laid(28_400, programmes=("jkk", "jkm", "jht"))
    assert [(one.jkk, one.jkm, one.jht) for one in found.months] == [(5_000, 3_400, 20_000)]


def test_months_paid_before_are_passed_over_and_those_of_another_payer_become_surplus():
    found = laid(25_200, months=2, taken=[DECEMBER], by_others=[Month(2027, 1)])
    assert [str(one.month) for one in found.months] == []
    assert [str(one.month) for one in found.twice] == ["2027-01"]
    assert found.surplus == 25_200


def test_before_the_law_begins_nothing_is_guessed():
    assert laid(16_800, start=Month(2010, 1)).months == ()


def test_a_negative_amount_is_refused():
    with pytest.raises(AmountNotPositive):
        laid(-1)


@given(
    amount=st.integers(0, 2_000_000),
    credit=st.integers(0, 100_000),
    months=st.none() | st.integers(0, 12),
    start=st.integers(Month(2026, 1).ordinal, Month(2028, 6).ordinal).map(Month.from_ordinal),
    sector=st.sampled_from(["other", "transport"]),
    funding=st.sampled_from(["private", "csr", "zakat", "apbd", "apbn", "apbdes"]),
    programmes=st.sampled_from([("jkk", "jkm"), ("jkk", "jkm", "jht")]),
    taken=st.sets(st.integers(0, 11)),
    others=st.sets(st.integers(0, 11)),
)
def test_nothing_is_lost_whatever_is_paid(amount, credit, months, start, sector, funding, programmes, taken, others):
    found = allocate(
        amount, start=start, months=months, dasar=1_000_000, sector=sector, funding=funding, programmes=programmes,
        credit=credit, taken=[start.next(step) for step in taken], by_others=[start.next(step) for step in others],
    )  # fmt: skip
    assert found.total + found.surplus == amount + credit
    assert 0 <= found.credit_used <= credit
    assert months is None or len(found.months) + len(found.twice) <= months
    assert not {one.month for one in found.months} & {start.next(step) for step in taken | others}
