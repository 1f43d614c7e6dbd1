"""Who is warned of what, on both sides of each day; and that the register's list says what one person's explanation says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cover_twins import frames, histories

from sertakan.core.month import Month, months
from sertakan.protection import PaidHistory, cover, entitlement
from sertakan.protection.cover_frame import cover_frame
from sertakan.protection.explaining import as_json
from sertakan.protection.warnings import KINDS, WarningDays, code_warnings, told_from, warnings_frame

NUMBER = date(2026, 1, 10)


def history(paid: Iterable[str], number: date = NUMBER) -> PaidHistory:
    """Months paid in time."""
    return PaidHistory(number, None, None, {Month.parse(text): None for text in paid})


def until(last: str, first: str = "2026-01") -> list[str]:
    return [str(month) for month in months(Month.parse(first), Month.parse(last))]


def listed(people: list[PaidHistory], on: date, **facts: Any) -> pl.DataFrame:
    """The warnings of these people on a day; promised without end unless `last_month` says otherwise."""
    memberships, paid = frames(people)
    usual: dict[str, Any] = {
        "agency": 1, "donor": 2, "sponsorship": 3, "funding": "private", "programmes": "jkk,jkm", "dasar": 1_000_000,
        "last_month": date(2030, 12, 1),
    }  # fmt: skip
    days = facts.pop("days", WarningDays())
    columns = {name: pl.lit(value) for name, value in {**usual, **facts}.items()}
    covers = cover_frame(memberships, paid, on=on).with_columns(pl.col("membership").alias("person"), **columns)
    return warnings_frame(covers, on=on, days=days)


def kinds(paid: Iterable[str], on: date, **facts: Any) -> list[str]:
    return listed([history(paid)], on, **facts).get_column("kind").to_list()


# November 2026: the 15th is a Sunday, so the due day is Monday the 16th, and five days before is Wednesday the 11th.


@pytest.mark.parametrize(
    ("day", "expected"), [(10, []), (11, ["due_soon"]), (15, ["due_soon"]), (16, ["due_soon"]), (17, ["arrears_1"])]
)
def test_an_unpaid_month_is_told_from_five_days_before_its_due_day_which_a_sunday_moves_to_monday(day, expected):
    assert kinds(until("2026-10"), date(2026, 11, day)) == expected


def test_who_has_paid_the_month_is_not_told():
    assert kinds(until("2026-11"), date(2026, 11, 16)) == []


@pytest.mark.parametrize(
    ("due", "days", "expected"),
    [
        (date(2026, 11, 16), 2, date(2026, 11, 13)),  # two days before is a Saturday: the Friday
        (date(2026, 12, 15), 2, date(2026, 12, 11)),  # a Sunday: the Friday
        (date(2026, 10, 15), 2, date(2026, 10, 13)),
        (date(2026, 8, 18), 1, date(2026, 8, 14)),  # Independence Day and the weekend before it
        (date(2026, 11, 15), 0, date(2026, 11, 15)),
    ],
)
def test_a_day_that_is_no_working_day_is_told_on_the_working_day_before(due, days, expected):
    assert told_from(due, days) == expected


@pytest.mark.parametrize(
    ("paid_until", "expected"), [("2026-10", "arrears_1"), ("2026-09", "arrears_2"), ("2026-08", "arrears_3")]
)
def test_each_month_of_arrears_is_a_warning_of_its_own(paid_until, expected):
    found = listed([history(until(paid_until))], date(2026, 11, 17)).row(0, named=True)
    assert (found["kind"], found["month"], found["state"]) == (expected, date(2026, 11, 1), expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), ["arrears_3"]),
        (date(2026, 11, 23), ["lapses_next"]),
        (date(2026, 11, 30), ["lapses_next"]),
        (date(2026, 12, 1), []),
    ],
)  # fmt: skip
def test_who_loses_cover_next_is_told_in_the_last_week_and_not_once_it_is_lost(day, expected):
    assert kinds(until("2026-08"), day) == expected


def test_a_lapse_says_until_when_to_pay_and_that_everything_is_lost():
    found = listed([history(until("2026-08"))], date(2026, 11, 24)).row(0, named=True)
    assert (found["due_on"], found["lapses_on"]) == (date(2026, 11, 30), date(2026, 12, 1))
    assert (found["family_if_paid"], found["family_if_unpaid"], found["lost"]) == (42_000_000, 0, 42_000_000)


def test_one_month_in_arrears_says_from_when_cover_would_be_lost():
    found = listed([history(until("2026-10"))], date(2026, 11, 17)).row(0, named=True)
    assert found["lapses_on"] == date(2027, 2, 1)
    assert (found["family_if_paid"], found["family_if_unpaid"]) == (42_000_000, 10_000_000)


def test_a_missed_month_with_the_next_ones_paid_is_to_be_settled_soon_and_ends_no_cover_yet():
    paid = [*until("2026-10"), "2026-12", "2027-01"]
    one = PaidHistory(NUMBER, None, None, {Month.parse(text): date(2026, 10, 9) for text in paid})
    found = listed([one], date(2026, 11, 17)).row(0, named=True)
    assert (found["kind"], found["month"], found["due_on"]) == ("arrears_1", date(2026, 11, 1), date(2026, 12, 15))
    assert found["lapses_on"] is None


def test_a_month_that_is_due_puts_at_risk_what_the_family_would_not_get_at_once():
    found = listed([history(until("2026-10"))], date(2026, 11, 12)).row(0, named=True)
    assert (found["family_if_paid"], found["family_if_unpaid"], found["lost"]) == (42_000_000, 10_000_000, 32_000_000)
    assert (found["month"], found["due_on"], found["lapses_on"]) == (date(2026, 11, 1), date(2026, 11, 16), None)


@pytest.mark.parametrize(("day", "expected"), [(12, []), (13, ["prepayment_ends"]), (30, ["prepayment_ends"])])
def test_a_prepayment_that_ends_is_told_thirty_days_before_the_first_month_nobody_pays(day, expected):
    # December falls due on Tuesday the 15th; thirty days before is Sunday the 15th of November, so Friday the 13th.
    assert kinds(until("2026-11"), date(2026, 11, day), last_month=date(2026, 11, 1)) == expected


def test_a_prepayment_that_goes_on_is_not_told():
    assert kinds(until("2026-11"), date(2026, 11, 20), last_month=date(2026, 12, 1)) == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 1), []),
        (date(2026, 10, 2), ["budget_year_ends"]),
        (date(2027, 1, 15), ["budget_year_ends"]),
        (date(2027, 1, 16), ["arrears_1"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("funding", ["apbd", "apbn", "apbdes"])
def test_public_money_that_ends_in_december_is_told_ninety_days_ahead_until_january_is_due(on, expected, funding):
    assert kinds(until("2026-12"), on, funding=funding, last_month=date(2026, 12, 1)) == expected


def test_private_money_that_ends_in_december_is_a_prepayment():
    found = kinds(until("2026-12"), date(2026, 12, 20), funding="private", last_month=date(2026, 12, 1))
    assert found == ["prepayment_ends"]


def test_a_budget_that_pays_january_too_is_not_told():
    assert kinds(until("2026-12"), date(2026, 12, 20), funding="apbd", last_month=date(2027, 1, 1)) == []


def test_who_begins_anew_is_told_until_when_the_family_gets_less():
    paid = [*until("2026-02"), "2026-09", "2026-10"]
    found = listed([history(paid)], date(2026, 10, 20)).row(0, named=True)
    assert (found["kind"], found["month"], found["due_on"]) == ("waits_again", date(2026, 9, 1), date(2026, 11, 1))
    assert (found["family_if_paid"], found["family_if_unpaid"]) == (42_000_000, 10_000_000)
    assert kinds([*paid, "2026-11"], date(2026, 11, 2)) == []


def test_who_has_no_number_yet_or_has_lapsed_is_on_no_list():
    people = [PaidHistory(None), history(until("2026-03"))]
    assert listed(people, date(2026, 11, 17)).is_empty()


def test_the_lists_have_their_columns_even_when_nobody_is_on_them():
    empty = listed([PaidHistory(None)], date(2026, 11, 17))
    full = listed([history(until("2026-10"))], date(2026, 11, 17))
    assert (empty.columns, empty.dtypes) == (full.columns, full.dtypes)


@settings(deadline=None, max_examples=60)
@given(people=st.lists(histories(), min_size=1, max_size=12), on=st.dates(date(2026, 1, 1), date(2027, 3, 31)))
def test_every_warning_says_what_the_explanation_of_that_person_says(people, on):
    memberships, _ = frames(people)
    ids = memberships.get_column("membership").to_list()
    found = listed(people, on, days=WarningDays(due=31, lapse=31))
    assert found.select(pl.struct("membership", "kind").is_duplicated().any()).item() is False
    for row in found.iter_rows(named=True):
        one = people[ids.index(row["membership"])]
        told = as_json(one, on, dasar=1_000_000, programmes=("jkk", "jkm"))
        assert row["kind"] in KINDS
        assert row["state"] == told["state"]
        if row["kind"] == "due_soon":
            assert told["if_unpaid_next"]["month"] == str(Month.of(row["month"]))
            assert told["if_unpaid_next"]["entitlement"]["jkm_death"]["now"] == row["family_if_unpaid"]
        if row["kind"] == "lapses_next":
            assert told["if_unpaid_next"]["state"] == "inactive"
            assert told["if_unpaid_next"]["from"] == row["lapses_on"].isoformat()
            assert row["family_if_unpaid"] == 0
        if row["kind"].startswith("arrears_"):
            assert told["entitlement_today"]["jkm_death"]["now"] == row["family_if_unpaid"]
            assert told["to_settle"]["months"][-1] == str(Month.of(row["month"]))
            frozen = replace(one, paid=one.known_on(on))
            ahead = [month for month in frozen.paid if month > Month.of(row["month"])]
            if row["lapses_on"] is None:
                assert ahead
                continue
            assert cover(frozen, row["lapses_on"] - timedelta(days=1)).state != "inactive"
            assert ahead or cover(frozen, row["lapses_on"]).state == "inactive"


@settings(deadline=None, max_examples=60)
@given(one=histories(), on=st.dates(date(2026, 1, 1), date(2027, 3, 31)))
def test_what_is_promised_for_paying_in_time_is_what_paying_in_time_brings(one, on):
    for row in listed([one], on, days=WarningDays(due=31)).filter(pl.col("kind") == "due_soon").iter_rows(named=True):
        if row["due_on"] < on:
            continue
        month, known = Month.of(row["month"]), one.known_on(on)
        paid = replace(one, paid={**known, month: max(on, min(row["due_on"], month.first_day))})
        then = entitlement(cover(paid, row["due_on"] + timedelta(days=1)), dasar=1_000_000, programmes=("jkk", "jkm"))
        if cover(paid, row["due_on"] + timedelta(days=1)).gaps:
            continue
        assert row["family_if_paid"] == then.benefits["jkm_death"].after_settling


def lines(paid: list[bool], expires_on: date | None = None) -> pl.DataFrame:
    count = len(paid)
    return pl.DataFrame(
        {
            "code": [7] * count, "agency": [1] * count, "expires_on": [expires_on] * count, "membership": list(range(count)),
            "person": list(range(count)), "donor": list(range(count)), "sponsorship": list(range(count)),
            "funding": ["private"] * count, "month": [date(2026, 11, 1)] * count, "paid": paid,
        },
        schema_overrides={"expires_on": pl.Date, "month": pl.Date},
    )  # fmt: skip


@pytest.mark.parametrize(("day", "told"), [(12, False), (13, True), (16, True), (17, False)])
def test_a_code_that_some_have_not_paid_is_told_two_days_before_the_due_day(day, told):
    found = code_warnings(lines([True] * 37 + [False] * 3), on=date(2026, 11, day))
    assert (found.height == 40) is told


def test_a_code_says_who_paid_and_who_did_not_so_that_37_do_not_lapse_for_3():
    found = code_warnings(lines([True] * 37 + [False] * 3), on=date(2026, 11, 13))
    assert found.select("paid_lines", "unpaid_lines").unique().rows() == [(37, 3)]
    assert found.filter(~pl.col("paid")).height == 3


def test_a_code_that_expires_before_the_due_day_is_told_before_it_expires():
    assert code_warnings(lines([True, False], date(2026, 11, 6)), on=date(2026, 11, 4)).height == 2


def test_a_code_that_everybody_paid_is_not_told():
    assert code_warnings(lines([True, True]), on=date(2026, 11, 16)).is_empty()
