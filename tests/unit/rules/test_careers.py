"""When the pay of a civil servant ends, as far as the number and the post say it."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.core.month import Month
from sertakan.rules.careers import last_paid_month, payroll_closes_on, retirement_age

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("post", "month"), [("general", Month(2026, 12)), ("senior", Month(2028, 12)), ("expert", Month(2033, 12))]
)
def test_the_last_salary_is_that_of_the_month_in_which_the_age_of_the_post_is_reached(post, month):
    assert last_paid_month("196812101994031005", post, on=TODAY) == month


def test_a_birthday_on_the_first_or_the_last_of_a_month_ends_with_that_month():
    assert last_paid_month("196812011994031005", "general", on=TODAY) == Month(2026, 12)
    assert last_paid_month("196812311994031005", "general", on=TODAY) == Month(2026, 12)
    assert last_paid_month("196901011994031005", "general", on=TODAY) == Month(2027, 1)


@pytest.mark.parametrize("nip", ["199001012022211003", "", "196813101994031005", "1968121019940310"])
def test_a_contract_or_a_broken_number_says_nothing(nip):
    assert last_paid_month(nip, "general", on=TODAY) is None


def test_ages_are_law_with_a_date():
    assert retirement_age("general", date(2017, 4, 7)) == 58
    assert retirement_age("general", date(2017, 4, 6)) is None


def test_a_deduction_is_changed_before_the_payroll_of_the_month_before_closes():
    assert payroll_closes_on(Month(2027, 1)) == date(2026, 12, 10)
