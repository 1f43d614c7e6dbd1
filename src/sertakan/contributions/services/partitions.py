"""Partitions of bill lines, one for each month, made before they are needed."""

from __future__ import annotations

from django.db import connection

from sertakan.core import clock
from sertakan.core.month import Month, months


def ensure_partitions(ahead: int = 18, *, first: Month | None = None) -> int:
    """Make the partitions from `first` (this month) to `ahead` months later; returns how many were made."""
    start = first or Month.of(clock.today())
    return sum(ensure_partition(month) for month in months(start, start.next(ahead)))


def ensure_partition(month: Month) -> bool:
    """Make the partition of one month; False when it is there. The database does it as the owner of the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributions_ensure_partition(%s)", [month.first_day])
        row = cursor.fetchone()
    return bool(row and row[0])
