"""The numbers of reports, counted once from what is kept, as values: a paper only shows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.core import clock
from sertakan.core.errors import Conflict, DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.followup import queries as followup
from sertakan.followup.figures import AgencyShare
from sertakan.meetings import queries as meetings
from sertakan.meetings.queries import ActionRow
from sertakan.protection import queries as protection
from sertakan.rules.reasons import month_in_words

TREND = 6
"""So many months stand beside each other in a monthly report."""


class ReportNotReady(Conflict):
    code = "report_not_ready"
    message = "Keadaan perlindungan %(month)s belum dihitung, maka laporannya belum dapat dibuat. Keadaan dihitung setiap malam."


class ReportTooEarly(DomainError):
    code = "report_too_early"
    message = "Masa laporan %(period)s belum mulai."


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in a recap: duties done of those that count, cells overdue, workers active of those with a number, open actions."""

    agency_id: int
    name: str
    fulfilled: int
    asked: int
    overdue: int
    active: int
    numbered: int
    actions: int


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month of a row of months."""

    month: Month
    numbered: int
    active: int
    lapsed: int
    confirmed: Rupiah


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """All numbers of a monthly report, as they were on `on`."""

    month: Month
    on: date
    numbered: int
    active: int
    arrears: int
    lapsed: int
    confirmed: Rupiah
    asked_agencies: int
    clear_agencies: int
    overdue_cells: int
    actions_open: int
    actions_late: int
    actions_done: int
    lines: tuple[AgencyLine, ...]
    ranking: tuple[AgencyShare, ...]
    steps: tuple[ActionRow, ...]
    trend: tuple[YearMonth, ...]


@dataclass(frozen=True, slots=True)
class YearFigures:
    """All numbers of a yearly report: each month that was computed, and where agencies stand at its end."""

    year: int
    on: date
    months: tuple[YearMonth, ...]
    confirmed: Rupiah
    meetings: int
    decisions: int
    actions_done: int
    actions_open: int
    end: MonthFigures


def month_figures(month: Month) -> MonthFigures:
    """Count a month on its last day, or today while it runs. Raises ReportNotReady, ReportTooEarly."""
    today = clock.today()
    if month.first_day > today:
        raise ReportTooEarly(period=month_in_words(month))
    if month not in protection.kept_months():
        raise ReportNotReady(month=month_in_words(month))
    on = min(today, month.last_day)
    found = protection.summary(month)
    ranking = followup.ranking(on)
    late = Counter(cell.agency_id for cell in followup.overdue(on))
    open_rows = [_as_of(row, on) for row in meetings.standing(_actions_known(on), on)]
    closed = _closed(month.first_day, on)
    states = {one.agency_id: one for one in found.agencies if one.agency_id is not None}
    open_by_agency = Counter(row.action.agency_id for row in open_rows)
    shares = {one.agency_id: one for one in ranking}
    names = dict(Agency.objects.filter(pk__in={*states, *shares, *open_by_agency}).values_list("pk", "short_name"))
    lines = [
        AgencyLine(
            agency_id=key,
            name=names[key],
            fulfilled=shares[key].fulfilled if key in shares else 0,
            asked=shares[key].asked if key in shares else 0,
            overdue=late[key],
            active=states[key].active if key in states else 0,
            numbered=states[key].people if key in states else 0,
            actions=open_by_agency[key],
        )
        for key in names
    ]
    lines.sort(key=lambda line: (-line.overdue, line.name))
    return MonthFigures(
        month=month,
        on=on,
        numbered=found.total.people,
        active=found.total.active,
        arrears=found.total.arrears,
        lapsed=found.total.lapsed,
        confirmed=confirmed_in(month, month, on),
        asked_agencies=len(ranking),
        clear_agencies=sum(1 for one in ranking if not late[one.agency_id]),
        overdue_cells=sum(late[one.agency_id] for one in ranking),
        actions_open=len(open_rows),
        actions_late=sum(1 for row in open_rows if row.standing == "overdue"),
        actions_done=len(closed),
        lines=tuple(lines),
        ranking=tuple(ranking),
        steps=tuple(sorted(open_rows, key=lambda row: (row.action.due_on, row.action.pk))),
        trend=tuple(_month(one, on) for one in sorted(protection.kept_months()) if TREND > month - one >= 0),
    )


def year_figures(year: int) -> YearFigures:
    """Count a year month by month. Raises ReportNotReady, ReportTooEarly."""
    today = clock.today()
    if date(year, 1, 1) > today:
        raise ReportTooEarly(period=str(year))
    kept = sorted(month for month in protection.kept_months() if month.year == year and month.first_day <= today)
    if not kept:
        raise ReportNotReady(month=str(year))
    end = month_figures(kept[-1])
    months = [_month(month, end.on) for month in kept]
    held = [one for one in meetings.meetings().filter(state="closed") if one.starts_at.year == year]
    return YearFigures(
        year=year,
        on=end.on,
        months=tuple(months),
        confirmed=confirmed_in(Month(year, 1), Month(year, 12), end.on),
        meetings=len(held),
        decisions=sum(one.decisions.count() for one in held),
        actions_done=len(_closed(date(year, 1, 1), end.on)),
        actions_open=end.actions_open,
        end=end,
    )


def _month(month: Month, on: date) -> YearMonth:
    total = protection.summary(month).total
    return YearMonth(month, total.people, total.active, total.lapsed, confirmed_in(month, month, on))


def confirmed_in(first: Month, last: Month, on: date) -> Rupiah:
    """Contributions for these months that were paid by a day, as BPJS confirmed them: who paid later is not in a report of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(total), 0)::bigint FROM contributions_paid WHERE month >= %s AND month <= %s AND paid_on <= %s",
            [first.first_day, last.first_day, on],
        )
        return int(cursor.fetchone()[0])


def _actions_known(on: date) -> list[Any]:
    """Actions that were open on a day."""
    return [one for one in meetings.actions().filter(opened_on__lte=on) if one.closed_on is None or one.closed_on > on]


def _as_of(row: ActionRow, on: date) -> ActionRow:
    """An action that was closed later was still open on the day of the report."""
    if row.standing not in ("done", "dropped"):
        return row
    return ActionRow(row.action, "overdue" if row.action.due_on < on else "open")


def _closed(first: date, last: date) -> list[Any]:
    return list(meetings.actions().filter(state="done", closed_on__gte=first, closed_on__lte=last))
