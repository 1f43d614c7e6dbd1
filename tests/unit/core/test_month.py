"""Months count, compare and read themselves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.core.month import Month, months

every_month = st.builds(Month, st.integers(1000, 9000), st.integers(1, 12))


@given(every_month)
def test_a_month_survives_text_and_number(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.from_ordinal(month.ordinal) == month
    assert Month.of(month.first_day) == month == Month.of(month.last_day)


@given(every_month, st.integers(-500, 500))
def test_going_forward_and_back_ends_where_it_began(month: Month, count: int) -> None:
    assert month.next(count).previous(count) == month
    assert month.next(count) - month == count


@given(every_month, every_month)
def test_months_compare_as_their_first_days_do(one: Month, other: Month) -> None:
    assert (one < other) == (one.first_day < other.first_day)
    assert (one == other) == (hash(one) == hash(other) and one.first_day == other.first_day)


@pytest.mark.parametrize("text", ["", "2026", "2026-1", "2026-13", "2026-00", "0000-01", "26-01", "2026-01-01", "x"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_december_is_followed_by_january() -> None:
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2027, 1).previous() == Month(2026, 12)
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert str(Month(2026, 9)) == "2026-09"


def test_a_span_of_months_has_both_ends_and_may_be_empty() -> None:
    assert [str(month) for month in months(Month(2026, 11), Month(2027, 2))] == [
        "2026-11", "2026-12", "2027-01", "2027-02",
    ]  # fmt: skip
    assert list(months(Month(2027, 1), Month(2026, 12))) == []
