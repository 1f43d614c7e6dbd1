"""What must hold for any pattern of paid months, and the refusals of what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.core.errors import DomainError
from sertakan.core.month import Month
from sertakan.protection import (
    STATES,
    PaidHistory,
    cover,
    entitlement,
    explain_json,
    partial_disability,
    read_paid,
    state_of,
    temporary_inability,
)
from sertakan.protection.cover_frame import cover_frame
from sertakan.protection.entitlement import cost_of_months
from sertakan.protection.entitlement_frame import entitlement_frame
from sertakan.protection.facts import read_day
from sertakan.rules import load_rules

NUMBER = date(2026, 1, 10)
START = Month(2026, 1)
DAY = date(2026, 11, 23)
ORDER = {name: place for place, name in enumerate(("inactive", "arrears_3", "arrears_2", "arrears_1", "active"))}
patterns = st.lists(st.booleans(), min_size=1, max_size=20)
days = st.dates(NUMBER, date(2027, 12, 31))


def history(pattern: list[bool], number: date | None = NUMBER) -> PaidHistory:
    return PaidHistory(number, paid={START.next(place): None for place, paid in enumerate(pattern) if paid})


@settings(max_examples=300, deadline=None)
@given(patterns, days, st.one_of(st.none(), days))
def test_any_pattern_of_paid_months_has_exactly_one_state(pattern: list[bool], on: date, number: date | None) -> None:
    found = cover(history(pattern, number), on)
    assert found.state in STATES
    assert (found.state == "not_yet") == (number is None or number > on)
    assert found.covered == (found.state not in {"not_yet", "inactive"})
    assert found.covered == (found.next_unpaid is not None)
    assert (found.full_death_benefit_from is not None) == found.covered
    if found.covered:
        assert len(found.arrears) == 0 if found.state == "active" else len(found.arrears) == int(found.state[-1])
        assert found.full_death_benefit_reached == (found.full_death_benefit_from <= on)
    assert (
        state_of(history(pattern, number), Month.of(on)) == cover(history(pattern, number), Month.of(on).last_day).state
    )


@settings(max_examples=200, deadline=None)
@given(patterns, days)
def test_the_state_of_a_month_is_counted_as_by_hand(pattern: list[bool], on: date) -> None:
    """Months alone, without days: as many unpaid months in a row as there are, and after the third nothing until the next payment."""
    run = 0
    state = "active"
    for month in range(Month.of(on) - START + 1):
        paid = pattern[month] if month < len(pattern) else False
        run = 0 if paid else run + 1
        state = "active" if paid else "inactive" if run > 3 else f"arrears_{run}"
    assert state_of(history(pattern), Month.of(on)) == state


@settings(max_examples=200, deadline=None)
@given(patterns, days, st.integers(0, 19))
def test_one_more_month_paid_in_time_never_makes_anything_worse(pattern: list[bool], on: date, place: int) -> None:
    less = history(pattern)
    more = replace(less, paid={**less.paid, START.next(place): None})
    before, after = cover(less, on), cover(more, on)
    assert ORDER[after.state] >= ORDER[before.state]
    base = {"dasar": 1_000_000, "programmes": ["jkk", "jkm"]}
    mine, theirs = entitlement(after, **base).benefits, entitlement(before, **base).benefits
    assert all(mine[code].after_settling >= theirs[code].after_settling for code in mine)
    if before.covered:
        assert after.protected_since <= before.protected_since
        assert after.full_death_benefit_reached >= before.full_death_benefit_reached


@settings(max_examples=200, deadline=None)
@given(patterns, days, st.integers(1, 200))
def test_what_is_paid_after_the_day_changes_nothing_about_the_day(pattern: list[bool], on: date, later: int) -> None:
    plain = history(pattern)
    paid_later = dict.fromkeys((Month.of(on).next(step) for step in range(-6, 4)), on + timedelta(days=later))
    after = replace(plain, paid={**paid_later, **plain.paid})
    base = {"dasar": 1_000_000, "programmes": ["jkk", "jkm"]}
    one, other = cover(plain, on), cover(after, on)
    names = (
        "state",
        "protected_since",
        "paid_consecutive",
        "arrears",
        "gaps",
        "full_death_benefit_from",
        "scholarship_from",
    )
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert entitlement(one, **base).benefits == entitlement(other, **base).benefits


@settings(max_examples=150, deadline=None)
@given(patterns, days)
def test_now_is_never_more_than_after_settling_and_nothing_without_cover(pattern: list[bool], on: date) -> None:
    found = cover(history(pattern), on)
    due = entitlement(found, dasar=1_000_000, programmes=["jkk", "jkm"])
    for benefit in due.benefits.values():
        assert 0 <= benefit.now <= benefit.after_settling
        assert (benefit.after_settling > 0) == found.covered
    assert (due.scholarship is not None) == found.covered


@settings(max_examples=150, deadline=None)
@given(patterns, days)
def test_the_next_state_is_what_comes_when_nothing_more_is_paid(pattern: list[bool], on: date) -> None:
    plain = history(pattern)
    ahead = cover(plain, on).next_unpaid
    if ahead is None:
        return
    assert ahead.state_from > on
    frozen = replace(plain, paid=plain.known_on(on))
    assert cover(frozen, ahead.state_from).state == ahead.state
    assert cover(frozen, ahead.state_from - timedelta(days=1)).state != ahead.state


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            patterns,
            st.sampled_from([1_000_000, 2_950_000, 20_700_000, 1_050_000]),
            st.sampled_from(["jkk,jkm", "jkk,jkm,jht", "jkk", "jkm", "jht", "jkp", ""]),
        ),
        min_size=1,
        max_size=20,
    ),
    days,
    st.booleans(),
)
def test_sums_of_one_and_of_many_agree(people: list[tuple[list[bool], int, str]], on: date, gaps: bool) -> None:
    answers = load_rules().settings.changed(gap_must_be_settled_first=gaps)
    memberships = pl.DataFrame(
        {
            "membership": range(len(people)),
            "number_issued_on": [NUMBER] * len(people),
            "dasar": [dasar for _, dasar, _ in people],
            "programmes": [programmes for _, _, programmes in people],
        }
    )
    rows = [(key, month.ordinal) for key, (pattern, _, _) in enumerate(people) for month in history(pattern).paid]
    paid = pl.DataFrame(rows, schema={"membership": pl.Int64, "month_ordinal": pl.Int32}, orient="row")
    twin = entitlement_frame(cover_frame(memberships, paid, on=on, settings=answers), on=on, settings=answers)
    columns = {"jkm": "jkm_death", "jkk_death": "jkk_death", "jkk_disability": "jkk_total_disability"}
    for (pattern, dasar, programmes), row in zip(people, twin.iter_rows(named=True), strict=True):
        found = cover(history(pattern), on, settings=answers)
        try:
            names = [name for name in programmes.split(",") if name]
            due = entitlement(found, dasar=dasar, programmes=names, settings=answers)
        except DomainError as refused:
            assert row["entitlement_refusal"] == refused.code
            assert row["jkm_now"] is None
            continue
        assert row["held"] == due.held
        for column, code in columns.items():
            benefit = due.benefits.get(code)
            sums = (benefit.now, benefit.after_settling) if benefit else (0, 0)
            assert (row[f"{column}_now"], row[f"{column}_after"]) == sums


def test_partial_disability_is_the_share_of_eighty_bases() -> None:
    assert partial_disability(1_000_000, Fraction("0.40"), on=DAY) == 32_000_000
    assert partial_disability(1_000_000, Fraction("0.035"), on=DAY) == 2_800_000
    assert partial_disability(1_000_000, Fraction("0.40"), functional_loss=Fraction("0.5"), on=DAY) == 16_000_000
    assert partial_disability(1_000_000, Fraction("0.70"), on=DAY) == 56_000_000


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 10), Fraction("0.7001"), Fraction(2)])
def test_a_share_that_no_table_has_is_refused(share: Fraction) -> None:
    with pytest.raises(DomainError) as refused:
        partial_disability(1_000_000, share, on=DAY)
    assert refused.value.code == "disability_share_impossible"
    assert "70%" in str(refused.value)


def test_an_amount_that_would_need_rounding_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        partial_disability(1_000_000, Fraction(1, 3), on=DAY)
    assert refused.value.code == "amount_not_whole"


@pytest.mark.parametrize(("count", "amount"), [(1, 1_000_000), (12, 12_000_000), (13, 12_500_000), (24, 18_000_000)])
def test_temporary_inability_is_full_for_a_year_and_half_after(count: int, amount: int) -> None:
    assert temporary_inability(1_000_000, count, on=DAY) == amount


def test_parts_of_a_month_of_inability_are_refused() -> None:
    with pytest.raises(DomainError) as refused:
        temporary_inability(1_000_000, 0, on=DAY)
    assert refused.value.code == "months_impossible"


def test_settling_costs_each_month_by_its_own_law_and_without_old_age_savings() -> None:
    months = [Month(2026, 3), Month(2026, 4)]
    base = {"dasar": 1_000_000, "sector": "other", "funding": "private"}
    assert cost_of_months(months, programmes=["jkk", "jkm", "jht"], **base) == 16_800 + 8_400


def test_months_are_read_with_and_without_a_day() -> None:
    found = read_paid(" 2026-01, 2026-02@2026-02-14,2026-03@2026-04-01, 2026-03@2026-03-30,")
    assert found == {Month(2026, 1): None, Month(2026, 2): date(2026, 2, 14), Month(2026, 3): date(2026, 3, 30)}
    assert read_paid("  ") == {}


@pytest.mark.parametrize("text", ["2026-13", "2026-01-02", "Januari", "2026-01@kapan", "2026-01@"])
def test_a_month_that_cannot_be_read_is_refused_by_its_place_only(text: str) -> None:
    if text == "2026-01@":
        assert read_paid(text) == {Month(2026, 1): None}
        return
    with pytest.raises(DomainError) as refused:
        read_paid(f"2026-01,{text}")
    assert refused.value.facts == {"place": 2}


def test_a_day_that_cannot_be_read_is_refused() -> None:
    assert read_day("--on", None) is None
    with pytest.raises(DomainError) as refused:
        read_day("--on", "kemarin")
    assert refused.value.code == "day_unreadable"


def explained(paid: str, on: date, **facts: object) -> dict:
    base = {"number_issued_on": NUMBER, "dasar": 1_000_000, "sector": "other", "funding": "private"}
    return explain_json(paid=paid, on=on, **{**base, **facts})


def test_what_one_missed_month_takes_away() -> None:
    found = explained("2026-01,2026-02,2026-03", date(2026, 4, 1))["if_unpaid_next"]
    assert (found["month"], found["pay_by"], found["cost"], found["state"]) == (
        "2026-04",
        "2026-04-15",
        8_400,
        "arrears_1",
    )
    assert found["lost_now"] == {"jkm_death": 32_000_000, "jkk_death": 70_000_000, "jkk_total_disability": 68_000_000}
    assert set(found["lost_for_good"].values()) == {0}
    assert not found["clocks_restart"]


def test_what_the_month_after_the_limit_takes_away() -> None:
    found = explained("2026-01,2026-02,2026-03", date(2026, 6, 20))["if_unpaid_next"]
    assert (found["month"], found["pay_by"], found["state"], found["from"]) == (
        "2026-07",
        "2026-06-30",
        "inactive",
        "2026-07-01",
    )
    assert found["cost"] == 4 * 8_400
    assert found["lost_for_good"] == {
        "jkm_death": 42_000_000,
        "jkk_death": 70_000_000,
        "jkk_total_disability": 68_000_000,
    }
    assert found["clocks_restart"]
    assert found["if_paid_again"]["full_death_benefit_from"] == "2026-09-01"
    assert found["if_paid_again"]["scholarship_from"] == "2029-07-01"


def test_an_inactive_member_is_told_what_paying_again_brings() -> None:
    found = explained("2026-01", date(2026, 9, 10))
    assert (found["state"], found["if_unpaid_next"]["month"]) == ("inactive", None)
    assert found["if_paid_again"]["state"] == "active"
    assert found["if_paid_again"]["full_death_benefit_from"] == "2026-11-01"


def test_an_explanation_is_plain_data_with_a_source_for_every_step() -> None:
    found = explained("2026-01,2026-02,2026-04", date(2026, 5, 20), programmes="jkk,jkm,jht")
    assert json.loads(json.dumps(found)) == found
    assert all(reason["text"] and reason["source"] and "%(" not in reason["text"] for reason in found["reasons"])
    sums = found["entitlement_today"]["jkm_death"]
    assert sum(part["after_settling"] for part in sums["parts"]) == sums["after_settling"]
    assert found["entitlement_today"]["scholarship"]["at_most"] == 174_000_000


def test_a_first_payment_before_the_registration_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        explained("2026-01", DAY, registered_on=date(2026, 1, 8), first_paid_on=date(2026, 1, 7))
    assert refused.value.code == "dates_contradict"


def test_an_empty_register_and_one_without_numbers_have_all_columns() -> None:
    schema = {"membership": pl.Int64, "number_issued_on": pl.Date}
    paid = pl.DataFrame(schema={"membership": pl.Int64, "month": pl.Date, "paid_on": pl.Date})
    empty = cover_frame(pl.DataFrame(schema=schema), paid, on=DAY)
    waiting = cover_frame(pl.DataFrame({"membership": [1], "number_issued_on": [None]}, schema=schema), paid, on=DAY)
    one = cover_frame(pl.DataFrame({"membership": [1], "number_issued_on": [NUMBER]}, schema=schema), paid, on=DAY)
    assert empty.columns == waiting.columns == one.columns
    assert empty.schema == waiting.schema == one.schema
    assert (waiting["state"].item(), one["state"].item()) == ("not_yet", "inactive")


def test_order_of_rows_and_other_columns_stay_and_wide_numbers_are_found() -> None:
    memberships = pl.DataFrame(
        {"membership": [10**12, 5, 10**9], "number_issued_on": [NUMBER] * 3, "name": ["a", "b", "c"]}
    )
    paid = pl.DataFrame({"membership": [5, 10**12], "month": [date(2026, 1, 1)] * 2})
    found = cover_frame(memberships, paid, on=date(2026, 1, 31))
    assert found["name"].to_list() == ["a", "b", "c"]
    assert found["state"].to_list() == ["active", "active", "arrears_1"]


def test_the_page_on_protection_has_the_numbers_worked_by_hand() -> None:
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "protection.md").read_text(encoding="utf-8")
    found = explained("2026-01,2026-02,2026-03", date(2026, 5, 20))
    for code in ("jkm_death", "jkk_death", "jkk_total_disability"):
        for amount in found["entitlement_today"][code].values():
            if isinstance(amount, int) and amount:
                assert f"{amount:,}" in page
    for name in (
        "arrears_limit_months", "inactive_from", "prepaid_months_count_at_once", "late_months_count_as_consecutive",
        "payment_is_late_after", "months_before_number_count", "lapse_restarts_scholarship", "gap_must_be_settled_first",
    ):  # fmt: skip
        assert f"`{name}`" in page


def test_a_day_far_ahead_is_refused_for_one_and_for_the_register() -> None:
    law = load_rules()
    last = date(law.as_of.year + 50, 12, 31)
    assert cover(history([True]), last).state == "inactive"
    members = pl.DataFrame({"membership": [1], "number_issued_on": [NUMBER]})
    paid = pl.DataFrame(schema={"membership": pl.Int64, "month": pl.Date, "paid_on": pl.Date})
    for far in (last + timedelta(days=1), date.max):
        with pytest.raises(DomainError, match="terlalu jauh"):
            cover(history([True]), far)
        with pytest.raises(DomainError, match="terlalu jauh"):
            cover_frame(members, paid, on=far)
