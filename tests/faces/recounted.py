"""The numbers of a monthly report worked out again from raw rows, in plain Python, with nothing of what the report is counted with."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.db import connection

CLOSED = holidays.country_holidays("ID", years=range(2025, 2027))
SPAN = {"month": 1, "quarter": 3, "year": 12}
WIB = ZoneInfo("Asia/Jakarta")


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def working(day: date) -> date:
    """The day itself, or the next one on which offices are open."""
    while day.weekday() > 4 or day in CLOSED:
        day += timedelta(days=1)
    return day


def after(day: date, count: int) -> date:
    """The day `count` working days later, counted one by one."""
    for _ in range(count):
        day = working(day + timedelta(days=1))
    return day


def month_of(day: date, ahead: int = 0) -> date:
    at = day.year * 12 + day.month - 1 + ahead
    return date(at // 12, at % 12 + 1, 1)


def last_of(month: date) -> date:
    return month_of(month, 1) - timedelta(days=1)


# Protection


def state_of(issued: date, paid: dict[date, date], on: date) -> tuple[str, list[date]]:
    """State of one member on a day, and the days of lapse: three months unpaid in a row end cover when the fourth begins unpaid."""
    paid = {month: day for month, day in paid.items() if day <= on}
    begin, lapses = issued, []
    while True:
        owed = month_of(begin) if begin <= working(begin.replace(day=15)) else month_of(begin, 1)
        months = [month_of(owed, step) for step in range(40) if month_of(owed, step) <= on]
        gone = next(
            (
                last
                for at, last in enumerate(months)
                if at >= 3 and all(one not in paid or paid[one] >= last for one in months[at - 3 : at + 1])
            ),
            None,
        )
        if gone is None:
            break
        lapses.append(gone)
        back = [max(day, month) for month, day in paid.items() if day <= last_of(month) and gone <= max(day, month)]
        if not back:
            return "inactive", lapses
        begin = min(back)
    if month_of(on) in paid:
        return "active", lapses
    arrears = 0
    for month in reversed(months):
        if month in paid:
            break
        arrears += max(working(month.replace(day=15)), begin) < on
    return f"arrears {arrears}" if arrears else "active", lapses


@dataclass
class Cover:
    """How many members an agency (or all) had on a day."""

    numbered: int = 0
    active: int = 0
    arrears: int = 0
    lapsed: int = 0


def cover(on: date) -> dict[int, Cover]:
    """By agency: members, active ones, those in arrears, those who lapsed in the month of the day."""
    paid: dict[int, dict[date, date]] = defaultdict(dict)
    for membership, month, day in rows("SELECT membership_id, month, paid_on FROM contributions_paidmonth"):
        paid[membership][month] = day
    members = rows(
        "SELECT m.id, m.issued_on, s.agency_id FROM sponsorship_membership m JOIN sponsorship_sponsorship s ON s.person_id = m.person_id"
        " WHERE m.issued_on <= %s", on,
    )  # fmt: skip
    found: dict[int, Cover] = defaultdict(Cover)
    for key, issued, agency in members:
        state, lapses = state_of(issued, paid[key], on)
        one = found[agency]
        one.numbered += 1
        one.active += state == "active"
        one.arrears += state.startswith("arrears")
        one.lapsed += any(month_of(on) <= day <= on for day in lapses)
    return found


def paid_for(month: date) -> int:
    return int(rows("SELECT coalesce(sum(total), 0) FROM contributions_paidmonth WHERE month = %s", month)[0][0])


# Duties


@dataclass
class Cell:
    """One agency, one duty, one period: done, to be counted, late."""

    agency: int
    done: bool
    counts: bool
    late: bool


def cells(on: date) -> list[Cell]:
    """Every cell of a day from the rows of lists, numbers, payments, files, roles and declarations; nothing that was recorded of duties."""
    rules = dict(
        rows("SELECT DISTINCT ON (duty_id) duty_id, rule FROM followup_deadline ORDER BY duty_id, set_on DESC, id DESC")
    )
    found = []
    for duty, kind, measure, begun in rows(
        "SELECT id, period_kind, measure, valid_from FROM followup_duty ORDER BY id"
    ):
        for first in _periods(kind, begun, on):
            end = on if first is None else last_of(month_of(first, SPAN[kind] - 1))
            due = _due(rules.get(duty, ""), begun if first is None else end)
            counted = _measured(measure, duty, first, min(end, on))
            waiting = set(_declared(duty, first, "waiting"))
            for (agency,) in rows(
                "SELECT agency_id FROM followup_addressee WHERE valid_from <= %s AND valid_to IS NULL", on
            ):
                value, of = counted.get(agency, (0, 0 if measure in ("bill_paid_by_15", "held_repaired") else None))
                if of == 0 and measure in ("bill_paid_by_15", "held_repaired"):
                    continue  # nothing to measure
                done = value >= (of or 0) if measure in ("bill_paid_by_15", "held_repaired") else value >= 1
                past = due < on if due is not None else first is None or end < on
                found.append(
                    Cell(agency, done, done or past, bool(due and due < on and not done and agency not in waiting))
                )
    return found


def _periods(kind: str, begun: date, on: date) -> list[date | None]:
    if kind == "once":
        return [None]
    first = begun.replace(month=1 + (begun.month - 1) // SPAN[kind] * SPAN[kind], day=1)
    return [month for step in range(0, 40, SPAN[kind]) if (month := month_of(first, step)) <= on]


def _due(rule: str, end: date) -> date | None:
    if not rule:
        return None
    if rule.startswith("hk+"):
        return after(end, int(rule[3:]))
    return working(end.replace(day=int(rule.removeprefix("tgl-"))))


def _measured(measure: str, duty: int, first: date | None, on: date) -> dict[int, tuple[int, int | None]]:
    """What is counted for a duty in a period by the last day of it that has been."""
    end = datetime.combine(on + timedelta(days=1), datetime.min.time(), WIB)
    sponsored = rows("SELECT agency_id, person_id, donor_id FROM sponsorship_sponsorship WHERE created_at < %s", end)
    if measure == "pic_named":
        named = rows("SELECT agency_id FROM access_roleassignment WHERE role = 'pic'")
        return {key: (count, None) for key, count in Counter(agency for (agency,) in named).items()}
    if measure == "staff_taking_part":
        donors = {(agency, donor) for agency, _person, donor in sponsored}
        return {key: (count, None) for key, count in Counter(agency for agency, _donor in donors).items()}
    if measure == "workers_proposed":
        return {key: (count, None) for key, count in Counter(agency for agency, _p, _d in sponsored).items()}
    if measure == "declaration":
        return dict.fromkeys(_declared(duty, first, "verified"), (1, None))
    numbered = dict(rows("SELECT person_id, issued_on FROM sponsorship_membership WHERE issued_on <= %s", on))
    if measure == "workers_accepted":
        return {key: (count, None) for key, count in Counter(a for a, p, _d in sponsored if p in numbered).items()}
    if measure == "held_repaired":
        return _repaired(first, on)
    paid = dict(rows("SELECT person_id, paid_on FROM contributions_paidmonth WHERE month = %s", first))
    if measure == "workers_protected":
        return {key: (count, None) for key, count in Counter(a for a, p, _d in sponsored if p in paid).items()}
    assert measure == "bill_paid_by_15"
    starts = dict(rows("SELECT person_id, start_month FROM sponsorship_sponsorship"))
    owed = [(a, p) for a, p, _d in sponsored if p in numbered and numbered[p] < first and starts[p] <= first]
    timely = Counter(a for a, p in owed if p in paid and paid[p].day <= 15 and paid[p] <= last_of(first))
    timely.update(Counter(a for a, p in owed if p in paid and paid[p] < first))
    return {key: (timely[key], count) for key, count in Counter(a for a, _p in owed).items()}


def _declared(duty: int, first: date | None, state: str) -> list[int]:
    """Agencies whose word about a duty and a period is in that state."""
    where = "duty_id = %s AND period IS NOT DISTINCT FROM %s::date AND state = %s"
    return [
        agency for (agency,) in rows(f"SELECT agency_id FROM followup_declaration WHERE {where}", duty, first, state)
    ]


def _repaired(first: date, on: date) -> dict[int, tuple[int, int]]:
    """Rows that were held at the first look ten days ago or earlier, and those of which a later version was accepted within ten days."""
    held = rows(
        "SELECT r.agency_id, f.id, f.staged_at, r.number FROM intake_row r JOIN intake_file f ON f.id = r.file_id"
        " WHERE r.version = 1 AND r.state = 'held'"
    )  # fmt: skip
    found: dict[int, list[int]] = {}
    for agency, file, staged, number in held:
        day = staged.astimezone(WIB).date()
        if month_of(day) != first or day + timedelta(days=10) > on:
            continue
        total = found.setdefault(agency, [0, 0])
        total[1] += 1
        (state,) = rows(
            "SELECT state FROM intake_row WHERE file_id = %s AND number = %s ORDER BY version DESC", file, number
        )[0]
        mended = rows("SELECT min(at) FROM core_auditevent WHERE action = 'intake.corrected' AND target_id = %s", file)[
            0
        ][0]
        total[0] += state != "held" and mended is not None and mended < staged + timedelta(days=10)
    return {key: (done, of) for key, (done, of) in found.items()}


def upper(done: int, asked: int) -> float:
    """The upper end of the 95 % interval: the larger root of (share - p)² = z² p (1 - p) / n."""
    share, z = done / asked, 1.959963984540054
    a, b, c = 1 + z * z / asked, -(2 * share + z * z / asked), share * share
    return min(1.0, (-b + sqrt(b * b - 4 * a * c)) / (2 * a))


def numbers(text: str) -> list[str]:
    """Every number in a text, thousands and decimals as they are written."""
    return re.findall(r"\d+(?:[.,]\d+)*", text)
