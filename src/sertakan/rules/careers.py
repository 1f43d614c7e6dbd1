"""When a civil servant's pay ends, as far as the number and the post say it: nobody can be deducted from afterwards."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from sertakan.core.month import Month
from sertakan.rules.errors import IdentityRefusal
from sertakan.rules.identity import parse_nip
from sertakan.rules.loading import load_rules
from sertakan.rules.ruleset import RuleSet

Post = Literal["general", "senior", "expert"]
POSTS: Final[tuple[Post, ...]] = ("general", "senior", "expert")


def retirement_age(post: Post, on: date, *, rules: RuleSet | None = None) -> int | None:
    """The age in years at which a post ends by the law of a day; None where no law is known. PP 11/2017 Art 239."""
    return (rules or load_rules()).whole(f"retirement_age_{post}", on)


def last_paid_month(nip: str, post: Post, *, on: date, rules: RuleSet | None = None) -> Month | None:
    """The month in which the age of the post is reached; the pension begins with the next one, so it is the last with a salary.

    `on`: the day whose law decides. None for a number that does not say a birth date, and for contract employees (PPPK), whose contract
    ends by a date of its own.
    """
    try:
        parts = parse_nip(nip)
    except IdentityRefusal:
        return None
    age = retirement_age(post, on, rules=rules)
    if parts.contract is not None or age is None:
        return None
    return Month(parts.birth_date.year + age, parts.birth_date.month)


def payroll_closes_on(month: Month, *, rules: RuleSet | None = None) -> date:
    """The last day to change what is deducted from the pay of `month`: in the month before (setting payroll_closes_on_day)."""
    day = (rules or load_rules()).settings.payroll_closes_on_day
    return month.previous().first_day.replace(day=day)
