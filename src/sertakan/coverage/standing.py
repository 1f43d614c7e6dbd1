"""Where each agency stands on a day: what waits, whom it carries, whom it is about to lose, what it was billed.

Everything follows from dated facts, so that a month that is over is told as of its last day by all that is known now. Only the number of
rows held in a list is the present one: a row that was repaired since does not count for the day before either.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import connection

from sertakan.core.month import Month

COLUMNS: Final = (
    "agency_id", "in_force", "held", "waiting", "checked", "workers", "donors", "lapsing", "billed_month", "billed", "billed_workers",
)  # fmt: skip
_DAY: Final = "AT TIME ZONE 'Asia/Jakarta')::date"
_STANDINGS = f"""
WITH known AS (
    SELECT id, valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s) AS in_force FROM agencies_agency
), files AS (
    SELECT agency_id, sum((account->>'held')::bigint) AS held,
           sum(CASE WHEN accepted_at IS NULL OR (accepted_at {_DAY} > %(on)s THEN (account->>'accepted')::bigint ELSE 0 END) AS waiting
    FROM intake_file WHERE state IN ('staged', 'accepted') AND account <> '{{}}' AND (staged_at {_DAY} <= %(on)s GROUP BY agency_id
), sent AS (
    SELECT l.sponsorship_id, min((b.sent_at {_DAY}) AS sent_on, max(l.refused_on) AS refused_on
    FROM sponsorship_batchline l JOIN sponsorship_batch b ON b.id = l.batch_id WHERE l.purpose = 'enrol' GROUP BY 1
), carried AS (
    SELECT s.agency_id, coalesce(p.merged_into_id, s.person_id) AS holder, s.donor_id,
           s.state = 'checked' OR sent.sent_on > %(on)s AS unsent
    FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id LEFT JOIN sent ON sent.sponsorship_id = s.id
    WHERE (s.created_at {_DAY} <= %(on)s AND s.end_reason <> 'taken_back'
      AND (s.state NOT IN ('ended', 'refused') OR s.state = 'ended' AND s.ended_on > %(on)s
           OR s.state = 'refused' AND sent.refused_on > %(on)s)
), workers AS (
    SELECT agency_id, count(DISTINCT holder) AS workers, count(DISTINCT holder) FILTER (WHERE unsent) AS checked,
           count(DISTINCT donor_id) AS donors
    FROM carried GROUP BY agency_id
), lapsing AS (
    SELECT agency_id, count(DISTINCT person_id) AS people FROM protection_lapsewarning
    WHERE kind = 'lapses_next' AND raised_on <= %(on)s AND (closed_on IS NULL OR closed_on > %(on)s) GROUP BY agency_id
), bills AS (
    SELECT agency_id, month, total, line_count FROM contributions_bill
    WHERE (computed_at {_DAY} <= %(on)s AND (superseded_at IS NULL OR (superseded_at {_DAY} > %(on)s)
), billed AS (
    SELECT b.agency_id, sum(b.total) AS total, sum(b.line_count) AS lines FROM bills b
    WHERE b.month = coalesce((SELECT max(month) FROM bills WHERE month <= %(month)s), (SELECT min(month) FROM bills)) GROUP BY 1
)
SELECT k.id, k.in_force, coalesce(f.held, 0)::int, coalesce(f.waiting, 0)::int, coalesce(w.checked, 0)::int, coalesce(w.workers, 0)::int,
       coalesce(w.donors, 0)::int, coalesce(l.people, 0)::int,
       coalesce((SELECT max(month) FROM bills WHERE month <= %(month)s), (SELECT min(month) FROM bills)),
       coalesce(m.total, 0)::bigint, coalesce(m.lines, 0)::int
FROM known k
LEFT JOIN files f ON f.agency_id = k.id LEFT JOIN workers w ON w.agency_id = k.id
LEFT JOIN lapsing l ON l.agency_id = k.id LEFT JOIN billed m ON m.agency_id = k.id
WHERE k.in_force OR f.agency_id IS NOT NULL OR w.agency_id IS NOT NULL OR l.agency_id IS NOT NULL OR m.agency_id IS NOT NULL
ORDER BY k.id
"""


def standings(month: Month, on: date) -> list[tuple[object, ...]]:
    """COLUMNS of every agency in force on a day, and of every other about which there is something to say. Asked as who sees all."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"month": month.first_day, "on": on})
        return cursor.fetchall()
