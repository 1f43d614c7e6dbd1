"""What other capabilities know about duties, gathered as values and handed to the follow-up, which imports none of them.

Counts only; everything is asked as of a day, so that a past day can be counted again. The sources are named at each statement.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from sertakan.core import clock, scope
from sertakan.core.clock import WIB
from sertakan.core.month import Month
from sertakan.followup import fresh, queries, services
from sertakan.followup.figures import DutyCell
from sertakan.followup.measures import PAY_DAY, REPAIR_DAYS

Counted = dict[int, tuple[int | None, int | None]]
LATE_MONTHS = 3
"""So many months back a payment or a report is still awaited and counted when it comes."""

# Roles in force (access_roleassignment).
_PIC = """
SELECT agency_id, count(DISTINCT user_id), NULL::bigint FROM access_roleassignment
WHERE role = 'pic' AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)
  AND (%(agency)s::bigint IS NULL OR agency_id = %(agency)s) GROUP BY agency_id
"""
# Donors with a running sponsorship (sponsorship_sponsorship) among the last known number of staff (agencies_staffcount).
_STAFF = """
SELECT a.id, coalesce(d.donors, 0), c.count FROM agencies_agency a
LEFT JOIN LATERAL (
    SELECT count FROM agencies_staffcount s WHERE s.agency_id = a.id AND s.on <= %(on)s ORDER BY s.on DESC LIMIT 1
) c ON true
LEFT JOIN (
    SELECT agency_id, count(DISTINCT donor_id) AS donors FROM sponsorship_sponsorship
    WHERE created_at < %(end)s AND state <> 'refused' AND (ended_on IS NULL OR ended_on > %(on)s)
      AND (%(agency)s::bigint IS NULL OR agency_id = %(agency)s) GROUP BY agency_id
) d ON d.agency_id = a.id
"""
# Different persons (people_person, merged ones once) that were proposed, have a number (sponsorship_membership), are paid for the month
# (contributions_paid) as known on the day.
_WORKERS = """
WITH held AS (
    SELECT DISTINCT s.agency_id, coalesce(p.merged_into_id, p.id) AS holder FROM sponsorship_sponsorship s
    JOIN people_person p ON p.id = s.person_id
    WHERE s.created_at < %(end)s AND s.end_reason <> 'taken_back' AND (%(agency)s::bigint IS NULL OR s.agency_id = %(agency)s)
), paid AS (
    SELECT DISTINCT c.agency_id, coalesce(p.merged_into_id, p.id) AS holder FROM contributions_paid c
    JOIN people_person p ON p.id = c.person_id
    WHERE c.month = %(month)s AND c.confirmed_on <= %(on)s AND (%(agency)s::bigint IS NULL OR c.agency_id = %(agency)s)
)
SELECT h.agency_id, count(*), count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM sponsorship_membership m
           WHERE m.person_id = h.holder AND m.created_at < %(end)s AND (m.issued_on IS NULL OR m.issued_on <= %(on)s)
       ) OR EXISTS (
           SELECT 1 FROM people_person q JOIN sponsorship_membership m ON m.person_id = q.id
           WHERE q.merged_into_id = h.holder AND m.created_at < %(end)s AND (m.issued_on IS NULL OR m.issued_on <= %(on)s)
       )), count(d.holder)
FROM held h LEFT JOIN paid d ON d.holder = h.holder AND d.agency_id = h.agency_id GROUP BY h.agency_id
"""
# Running sponsorships of workers who had their number before the month began, and those of which the month was paid by its 15th.
_PAID = """
SELECT s.agency_id, count(DISTINCT s.person_id) FILTER (WHERE c.paid_on <= %(pay)s), count(DISTINCT s.person_id)
FROM sponsorship_sponsorship s
JOIN sponsorship_membership m ON m.person_id = s.person_id AND m.issued_on < %(month)s AND m.created_at < %(end)s
LEFT JOIN contributions_paid c ON c.person_id = s.person_id AND c.agency_id = s.agency_id AND c.month = %(month)s
     AND c.confirmed_on <= %(on)s
WHERE s.created_at < %(end)s AND s.state <> 'refused' AND s.start_month <= %(month)s AND (s.ended_on IS NULL OR s.ended_on > %(month)s)
  AND (s.last_payable_month IS NULL OR s.last_payable_month >= %(month)s) AND s.start_month + s.months * interval '1 month' > %(month)s
  AND (%(agency)s::bigint IS NULL OR s.agency_id = %(agency)s)
GROUP BY s.agency_id
"""
# Rows that were held when their list was first checked (intake_row), at least ten days ago and within the month; repaired: another version
# of the row came through a correction (intake.corrected in the trail) within ten days.
_HELD = """
SELECT r.agency_id, count(*) FILTER (WHERE last.state <> 'held' AND EXISTS (
           SELECT 1 FROM core_auditevent e WHERE e.action = 'intake.corrected' AND e.target_kind = 'intake.file' AND e.target_id = f.id
             AND e.at < f.staged_at + %(days)s * interval '1 day' AND e.at < %(end)s)), count(*)
FROM intake_file f JOIN intake_row r ON r.file_id = f.id AND r.version = 1 AND r.state = 'held'
JOIN LATERAL (
    SELECT state FROM intake_row v WHERE v.file_id = r.file_id AND v.sheet = r.sheet AND v.number = r.number ORDER BY v.version DESC LIMIT 1
) last ON true
WHERE f.staged_at >= %(begin)s AND f.staged_at < least(%(next)s, %(end)s - %(days)s * interval '1 day') AND f.taken_back_at IS NULL
  AND (%(agency)s::bigint IS NULL OR r.agency_id = %(agency)s)
GROUP BY r.agency_id
"""
# Recapitulations written as numbered letters (letters_letter) within the month.
_REPORTS = """
SELECT agency_id, count(*), NULL::bigint FROM letters_letter
WHERE kind = 'recap' AND agency_id IS NOT NULL AND dated_on >= %(month)s AND dated_on <= least(%(on)s, %(last)s)
  AND (%(agency)s::bigint IS NULL OR agency_id = %(agency)s) GROUP BY agency_id
"""


def measure_values(on: date, *, month: Month | None = None, agency_id: int | None = None) -> dict[str, Counted]:
    """Every measure by agency (of all, or of one), (value, of), as it stood on a day; those of a month for `month` (the day's own).

    Agencies of which a statement says nothing count nothing: zero, or zero of zero.
    """
    about = month or Month.of(on)
    facts = {**_facts(on, about), "agency": agency_id}
    everybody = _rows("SELECT id FROM agencies_agency", {})
    agencies = [row[0] for row in everybody if agency_id in (None, row[0])]
    workers = {row[0]: row[1:] for row in _rows(_WORKERS, facts)}
    nobody = (0, 0, 0)
    return {
        "pic_named": _filled(agencies, _rows(_PIC, facts), (0, None)),
        "staff_taking_part": _filled(agencies, _rows(_STAFF, facts), (0, None)),
        "workers_proposed": {key: (workers.get(key, nobody)[0], None) for key in agencies},
        "workers_accepted": {key: (workers.get(key, nobody)[1], workers.get(key, nobody)[0]) for key in agencies},
        "workers_protected": {key: (workers.get(key, nobody)[2], workers.get(key, nobody)[1]) for key in agencies},
        "bill_paid_by_15": _filled(agencies, _rows(_PAID, facts), (0, 0)),
        "held_repaired": _filled(agencies, _rows(_HELD, facts), (0, 0)),
        "report_sent": _filled(agencies, _rows(_REPORTS, facts), (0, None)),
    }


def cells_today(*, agency_id: int | None = None, late_months: int = 0) -> list[DutyCell]:
    """Where every cell stands today (of all agencies, or of one), by values counted this moment; nothing is written.

    Counted as the morning's work counts, whoever asks, so that an agency and the coordinator read the same: numbers of agencies in scope.
    """
    on, seen = clock.today(), None if agency_id is None else [agency_id]
    cells, asked = queries.states(on, agency_ids=seen), queries.duties(on)
    with scope.acting(scope.SYSTEM, reason="kewajiban"):
        counted = values_by_month(on, agency_id=agency_id, late_months=late_months)
    for about, values in counted:
        cells = fresh.with_values(cells, asked, values, on, about=about)
    return cells


OF_A_MONTH = ("workers_protected", "bill_paid_by_15", "held_repaired", "report_sent")
"""Measures that may still change after their month is over."""


def values_by_month(
    on: date, *, agency_id: int | None = None, late_months: int = LATE_MONTHS
) -> list[tuple[date, dict[str, Counted]]]:
    """What is counted on a day: everything for its own month, and for the last ones what may still change; each with a day of its month."""
    found = [(on, measure_values(on, agency_id=agency_id))]
    for back in range(1, late_months + 1):
        month = Month.of(on).previous(back)
        values = measure_values(on, month=month, agency_id=agency_id)
        found.append((month.last_day, {measure: values[measure] for measure in OF_A_MONTH}))
    return found


def follow(on: date | None = None, *, late_months: int = LATE_MONTHS) -> int:
    """Count everything as of a day (today) and write down what changed, for this month and the last ones; how many cells changed."""
    day = on or clock.today()
    return sum(
        services.record_values(values, on=day, period_on=about).written
        for about, values in values_by_month(day, late_months=late_months)
    )


def _facts(on: date, month: Month) -> dict[str, Any]:
    return {
        "on": on,
        "end": _begin_of(on + timedelta(days=1)),
        "month": month.first_day,
        "last": month.last_day,
        "begin": _begin_of(month.first_day),
        "next": _begin_of(month.next().first_day),
        "pay": month.first_day.replace(day=PAY_DAY),
        "days": REPAIR_DAYS,
    }


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, WIB)


def _rows(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _filled(agencies: list[int], rows: list[tuple[Any, ...]], nothing: tuple[int | None, int | None]) -> Counted:
    known = {row[0]: (row[1], row[2]) for row in rows}
    return {key: known.get(key, nothing) for key in agencies}
