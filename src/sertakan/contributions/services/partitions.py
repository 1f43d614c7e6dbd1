"""Partitions by month of the tables that grow by the month, made before they are needed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from sertakan.core import clock
from sertakan.core.month import Month, months

TRANSFERS = "contributions_transfer"
PAID = "contributions_paidmonth"
CONFIRMATIONS = "contributions_confirmation"


def ensure_partitions(ahead: int = 18, *, first: Month | None = None) -> int:
    """Make the partitions from `first` (this month) to `ahead` months later, of every table; returns how many were made."""
    start = first or Month.of(clock.today())
    wanted = list(months(start, start.next(ahead)))
    made = sum(ensure_partition(month) for month in wanted)
    return made + sum(ensure_months(table, wanted) for table in (TRANSFERS, PAID, CONFIRMATIONS))


def ensure_partition(month: Month) -> bool:
    """Make the partition of bill lines of one month; False when it is there. The database does it as the owner of the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributions_ensure_partition(%s)", [month.first_day])
        row = cursor.fetchone()
    return bool(row and row[0])


def ensure_months(table: str, wanted: Iterable[Month]) -> int:
    """Make the partitions of `wanted` months of the ledger, the paid months or the confirmations; returns how many were made."""
    days = sorted({month.first_day for month in wanted})
    if not days:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE contributions_ensure_partition_of(%s, day)) FROM unnest(%s::date[]) day",
            [table, days],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
