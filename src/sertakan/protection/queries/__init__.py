"""What can be asked about protection: one person, the states of a month, totals, and how long cover lasts."""

from sertakan.protection.queries.history import Base, Held, Today, held_by, paid_until, person_json, today, today_of
from sertakan.protection.queries.register import day_of, register_frames, states_of
from sertakan.protection.queries.retention import RetentionGroup, retention
from sertakan.protection.queries.totals import (
    AgencyStates,
    MonthSummary,
    kept_months,
    last_month,
    made,
    month_json,
    rows_of,
    summary,
    trend,
)

__all__ = [
    "AgencyStates",
    "Base",
    "Held",
    "MonthSummary",
    "RetentionGroup",
    "Today",
    "day_of",
    "held_by",
    "kept_months",
    "last_month",
    "made",
    "month_json",
    "paid_until",
    "person_json",
    "register_frames",
    "retention",
    "rows_of",
    "states_of",
    "summary",
    "today",
    "today_of",
    "trend",
]
