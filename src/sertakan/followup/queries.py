"""Reads of circulars, duties and where agencies stand, as of a day; always within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sertakan.followup.figures import AgencyShare, Changed, DutyCell, DutyRow, MonthShare

__all__ = ["AgencyShare", "Changed", "DutyCell", "DutyRow", "MonthShare"]


def duties(on: date, *, circular_id: int | None = None) -> list[DutyRow]:
    """Duties in force on a day, in the order of their circular."""
    return []


def states(
    on: date, *, agency_ids: Collection[int] | None = None, duty_ids: Collection[int] | None = None
) -> list[DutyCell]:
    """Where every cell of periods begun by `on` stood on that day; None: of all agencies, all duties."""
    return []


def overdue(on: date, *, agency_ids: Collection[int] | None = None) -> list[DutyCell]:
    """The cells whose deadline has passed without being done, the oldest deadline first."""
    return []


def changes_since(day: date, until: date) -> list[Changed]:
    """Cells that stand otherwise on `until` than they did on `day`, by the day of the change."""
    return []


def ranking(on: date) -> list[AgencyShare]:
    """Agencies by the share of their counted duties that is done, the highest first; those without any come last."""
    return []


def participation(on: date) -> list[AgencyShare]:
    """Agencies by the share of staff who take part (measure ``staff_taking_part``), the highest first."""
    return []
