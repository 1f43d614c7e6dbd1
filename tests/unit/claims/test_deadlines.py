"""Deadlines: hours run through nights and holidays, working days do not, the last day counts until midnight."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from sertakan.claims import catalogue
from sertakan.claims.deadlines import EVENT, LAST_MOMENT, Moment, limits, plan, years_after
from sertakan.core.clock import WIB
from sertakan.rules import load_rules


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB)


def step(kind: str, code: str, event: Moment, **done: Moment):
    (found,) = [one for one in plan(kind, {EVENT: event, **done}) if one.code == code]
    return found


def test_an_accident_at_a_known_hour_is_reported_within_forty_eight_hours():
    found = step("accident", "report_one", Moment(date(2026, 11, 24), time(10, 30)))
    assert found.due.at == at(date(2026, 11, 26), 10, 30)
    assert found.due.exact
    assert not found.due.passed(at(date(2026, 11, 26), 10, 30))
    assert found.due.passed(at(date(2026, 11, 26), 10, 30) + timedelta(microseconds=1))
    assert (found.source, found.confidence) == ("PP 44/2015 Pasal 44", "confirmed")


def test_without_an_hour_the_day_counts_from_its_midnight():
    found = step("accident", "report_one", Moment(date(2026, 11, 24)))
    assert found.due.at == datetime.combine(date(2026, 11, 25), LAST_MOMENT, WIB)
    assert not found.due.exact
    assert not found.due.passed(at(date(2026, 11, 25), 23, 59))
    assert found.due.passed(at(date(2026, 11, 26)))


def test_an_accident_one_minute_before_midnight_is_of_that_day():
    found = step("accident", "report_one", Moment(date(2026, 12, 31), time(23, 59)))
    assert found.due.at == at(date(2027, 1, 2), 23, 59)


def test_hours_do_not_stop_on_a_weekend_and_the_closed_office_is_named():
    found = step("accident", "report_one", Moment(date(2026, 11, 27), time(9)))  # a Friday
    assert found.due.at == at(date(2026, 11, 29), 9)
    assert found.due.closed == "Minggu"


def test_hours_do_not_stop_on_a_holiday():
    found = step("accident", "report_one", Moment(date(2026, 12, 23), time(9)))
    assert found.due.at == at(date(2026, 12, 25), 9)
    assert "Natal" in found.due.closed


def test_report_two_waits_for_the_doctor_and_then_has_forty_eight_hours():
    event = Moment(date(2026, 11, 2))
    waiting = step("accident", "report_two", event)
    assert waiting.due is None
    assert waiting.waits_for == "certified"
    found = step("accident", "report_two", event, certified=Moment(date(2026, 11, 20), time(14)))
    assert found.due.at == at(date(2026, 11, 22), 14)


def test_the_conclusion_comes_within_thirty_calendar_days_of_report_one():
    found = step("accident", "conclusion", Moment(date(2026, 11, 2)), report_one=Moment(date(2026, 11, 3), time(16)))
    assert found.due.at == datetime.combine(date(2026, 12, 3), LAST_MOMENT, WIB)


@pytest.mark.parametrize(
    ("kind", "code", "handed_in", "last_day"),
    [
        ("death", "pay_jkm", date(2026, 11, 24), date(2026, 11, 27)),  # Tuesday to Friday
        ("death", "pay_jkm", date(2026, 11, 26), date(2026, 12, 1)),  # over a weekend
        ("death", "pay_jkm", date(2026, 12, 23), date(2026, 12, 29)),  # over Christmas and a weekend
        ("death", "pay_jkm", date(2026, 11, 28), date(2026, 12, 2)),  # handed in on a Saturday
        ("death", "pay_jht", date(2026, 11, 24), date(2026, 12, 1)),
        ("accident", "pay_jkk", date(2026, 11, 24), date(2026, 12, 3)),
        ("accident", "missing", date(2026, 11, 24), date(2026, 12, 3)),
    ],
)
def test_bpjs_has_working_days_that_leave_out_weekends_and_holidays(kind, code, handed_in, last_day):
    found = step(kind, code, Moment(date(2026, 11, 20)), papers=Moment(handed_in))
    assert found.due.at == datetime.combine(last_day, LAST_MOMENT, WIB)
    assert not found.due.passed(at(last_day, 23, 59))
    assert found.due.passed(at(last_day + timedelta(days=1)))


def test_the_hour_of_handing_in_does_not_lengthen_a_deadline_of_working_days():
    early, late = (
        step("death", "pay_jkm", Moment(date(2026, 11, 20)), papers=Moment(date(2026, 11, 24), hour))
        for hour in (time(0, 1), time(23, 59))
    )
    assert early.due == late.due


def test_joint_leave_counts_as_a_holiday_only_where_the_setting_says_so():
    law = load_rules()
    counted = law.with_settings(law.settings.changed(joint_leave_is_holiday=True))
    moments = {EVENT: Moment(date(2026, 11, 20)), "papers": Moment(date(2026, 12, 22))}
    days = [
        next(one for one in plan("death", moments, rules=rules) if one.code == "pay_jkm").due.day
        for rules in (law, counted)
    ]
    assert days[0] <= days[1]
    assert days[0] == date(2026, 12, 28)


def test_the_right_to_jkk_lapses_after_five_years_and_after_two_for_older_accidents():
    def last_day(event: date) -> date | None:
        (found,) = [one for one in limits("accident", Moment(event)) if one.code == "jkk_right"]
        assert not found.passed(found.day)
        assert found.passed(found.day + timedelta(days=1))
        return found.day

    assert last_day(date(2026, 11, 24)) == date(2031, 11, 24)
    assert last_day(date(2019, 12, 2)) == date(2024, 12, 2)
    assert last_day(date(2019, 12, 1)) == date(2021, 12, 1)


def test_a_right_that_began_on_a_leap_day_ends_on_the_last_of_february():
    assert years_after(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_disease_may_show_three_years_after_the_last_day_of_work():
    def found(work_end):
        return next(
            one
            for one in limits("disease", Moment(date(2026, 11, 1)), work_end=work_end)
            if one.code == "disease_after_work"
        )

    assert found(date(2023, 11, 1)).day == date(2026, 11, 1)
    assert not found(date(2023, 11, 1)).passed(date(2026, 11, 1))
    assert found(date(2023, 10, 31)).passed(date(2026, 11, 1))
    assert found(None).day is None


def test_what_no_article_says_is_told_as_open():
    found = next(one for one in limits("death", Moment(date(2026, 11, 1))) if one.code == "jkm_right")
    assert (found.day, found.confidence) == (None, "open")


def test_a_scholarship_is_paid_back_for_a_number_of_school_years_that_the_law_names():
    found = next(one for one in limits("death", Moment(date(2026, 11, 1))) if one.code == "scholarship")
    assert (found.count, found.day) == (3, None)
    assert found.kind.how % {"count": found.count}


def test_jht_is_a_step_only_for_who_saves_for_old_age():
    event = {EVENT: Moment(date(2026, 11, 1))}
    without = {one.code for one in plan("death", event, programmes=frozenset({"jkk", "jkm"}))}
    with_it = {one.code for one in plan("death", event, programmes=frozenset({"jkk", "jkm", "jht"}))}
    assert with_it - without == {"pay_jht"}


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_every_kind_has_steps_papers_and_advice_and_every_deadline_a_source(kind):
    steps = catalogue.steps(kind)
    assert steps and catalogue.papers(kind) and catalogue.advice(kind)
    codes = {one.code for one in steps}
    assert all(one.begins == EVENT or one.begins in codes for one in steps)
    for one in plan(kind, {EVENT: Moment(date(2026, 11, 1))}):
        assert (one.kind.parameter is None) or (one.source and one.confidence)


def test_the_heirs_stand_in_the_order_of_the_law():
    assert [heir.code for heir in catalogue.heirs()] == [
        "spouse_child", "line", "siblings", "in_laws", "testament", "arranger",
    ]  # fmt: skip
