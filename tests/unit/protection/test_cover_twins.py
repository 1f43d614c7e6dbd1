"""One membership and a whole register agree on every state, day and clock, whatever was paid and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.core.month import Month
from sertakan.protection import PaidHistory, cover
from sertakan.protection.cover_frame import cover_frame
from sertakan.rules import load_rules

START = Month(2025, 10)
DAYS = st.dates(date(2025, 9, 20), date(2027, 6, 30))
answers = st.fixed_dictionaries(
    {
        "arrears_limit_months": st.sampled_from([3, 3, 3, 1, 2, 4, 5]),
        "inactive_from": st.sampled_from(["first_day_after_limit", "first_day_after_limit", "next_due_day"]),
        "prepaid_months_count_at_once": st.sampled_from([False, False, True]),
        "late_months_count_as_consecutive": st.sampled_from([False, False, True]),
        "payment_is_late_after": st.sampled_from(["due_day", "due_day", "month_end"]),
        "months_before_number_count": st.sampled_from([False, False, True]),
        "lapse_restarts_scholarship": st.sampled_from([True, True, False]),
    }
)


@st.composite
def histories(draw: st.DrawFn) -> PaidHistory:
    """A number, perhaps none, and any pattern of paid months: undated, in time, late, ahead, for months long gone."""
    number = draw(st.one_of(st.none(), *[st.dates(date(2025, 10, 1), date(2026, 3, 31))] * 6))
    pattern = draw(st.lists(st.sampled_from("uuuuu--dlpb"), max_size=22))
    paid: dict[Month, date | None] = {}
    for place, kind in enumerate(pattern):
        month = START.next(place)
        if kind == "u":
            paid[month] = None
        elif kind == "d":
            paid[month] = month.first_day + timedelta(days=draw(st.integers(0, 30)))
        elif kind == "l":
            paid[month] = month.first_day + timedelta(days=draw(st.integers(13, 140)))
        elif kind == "p":
            paid[month] = month.first_day - timedelta(days=draw(st.integers(0, 150)))
        elif kind == "b":
            paid[month] = draw(DAYS)
    first = draw(st.one_of(st.none(), st.dates(date(2025, 10, 1), date(2026, 3, 31))))
    return PaidHistory(number, None, first, paid)


def frames(people: list[PaidHistory]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same facts as the two frames; numbers of memberships neither dense nor in order."""
    ids = [(place * 7919 + 13) % 100_003 for place in range(len(people))]
    memberships = pl.DataFrame(
        {
            "membership": ids,
            "number_issued_on": [found.number_issued_on for found in people],
            "first_paid_on": [found.first_paid_on for found in people],
        },
        schema={"membership": pl.Int64, "number_issued_on": pl.Date, "first_paid_on": pl.Date},
    )
    rows = [
        (key, month.first_day, day) for key, found in zip(ids, people, strict=True) for month, day in found.paid.items()
    ]
    rows.append((999_999, date(2026, 1, 1), None))  # of somebody else
    paid = pl.DataFrame(
        rows, schema={"membership": pl.Int64, "month": pl.Date, "paid_on": pl.Date}, orient="row"
    ).reverse()
    return memberships, paid


def expected(history: PaidHistory, on: date, **options: Any) -> dict[str, Any]:
    found = cover(history, on, **options)
    ahead = found.next_unpaid
    return {
        "state": found.state,
        "protected_since": found.protected_since,
        "lapsed_on": found.lapsed_on,
        "first_lapsed_on": found.first_lapsed_on,
        "reactivated_on": found.reactivated_on,
        "paid_consecutive": found.paid_consecutive,
        "arrears": len(found.arrears),
        "gaps": len(found.gaps),
        "full_death_benefit_from": found.full_death_benefit_from,
        "full_death_benefit_reached": found.full_death_benefit_reached,
        "scholarship_from": found.scholarship_from,
        "scholarship_reached": found.scholarship_reached,
        "next_month": ahead.month.first_day if ahead else None,
        "next_due_on": ahead.due_on if ahead else None,
        "next_pay_by": ahead.pay_by if ahead else None,
        "next_state": ahead.state if ahead else None,
        "next_state_from": ahead.state_from if ahead else None,
        "refusal": None,
    }


def assert_twins_agree(people: list[PaidHistory], on: date, **options: Any) -> None:
    found = cover_frame(*frames(people), on=on, **options)
    wanted = [expected(history, on, **options) for history in people]
    for name in wanted[0]:
        assert found[name].to_list() == [row[name] for row in wanted], name


@settings(max_examples=60, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=30), DAYS)
def test_one_and_many_agree_under_the_shipped_answers(people: list[PaidHistory], on: date) -> None:
    assert_twins_agree(people, on)


@settings(max_examples=90, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=30), DAYS, answers)
def test_one_and_many_agree_under_any_answers(people: list[PaidHistory], on: date, answer: dict[str, Any]) -> None:
    assert_twins_agree(people, on, settings=load_rules().settings.changed(**answer))
