"""The way from a promise to cover, counted over people: how far each came by a day, and why those who came no further did not.

Who came to a step counts in every step before it, so that the steps never rise. The last one equals the count of the snapshot.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final

from django.db import connection

from sertakan.core.month import Month
from sertakan.coverage.figures import STEPS, Step

OTHER: Final = "other"
_STAGES = """
WITH people AS (
    SELECT coalesce(p.merged_into_id, s.person_id) AS holder, s.agency_id,
           (array_agg(s.end_reason ORDER BY s.start_month DESC, s.id DESC))[1] AS ended
    FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id
    WHERE s.end_reason <> 'taken_back' AND (s.created_at AT TIME ZONE 'Asia/Jakarta')::date <= %(on)s
    GROUP BY 1, 2
), active AS (
    SELECT person_id AS holder, agency_id, state, membership_id FROM protection_monthstate WHERE month = %(month)s
), everyone AS (
    SELECT holder, agency_id, ended FROM people
    UNION ALL
    SELECT holder, agency_id, '' FROM active a WHERE state = 'active'
        AND NOT EXISTS (SELECT 1 FROM people p WHERE p.holder = a.holder AND p.agency_id IS NOT DISTINCT FROM a.agency_id)
), lines AS (
    SELECT coalesce(p.merged_into_id, l.person_id) AS holder, l.agency_id, coalesce(bool_or(l.accepted_on <= %(on)s), false) AS accepted,
           coalesce(bool_or(l.refused_on <= %(on)s), false) AS refused
    FROM sponsorship_batchline l
    JOIN sponsorship_batch b ON b.id = l.batch_id AND (b.sent_at AT TIME ZONE 'Asia/Jakarta')::date <= %(on)s
    JOIN people_person p ON p.id = l.person_id
    WHERE l.purpose = 'enrol' GROUP BY 1, 2
), numbered AS (
    SELECT coalesce(p.merged_into_id, m.person_id) AS holder, bool_or(
        EXISTS (SELECT 1 FROM active a WHERE a.membership_id = m.id AND a.state = 'active')
        OR EXISTS (SELECT 1 FROM contributions_paid c WHERE c.membership_id = m.id AND c.paid_on <= %(on)s)) AS paid
    FROM sponsorship_membership m JOIN people_person p ON p.id = m.person_id
    WHERE coalesce(m.issued_on, (m.created_at AT TIME ZONE 'Asia/Jakarta')::date) <= %(on)s GROUP BY 1
), staged AS (
    SELECT e.holder, e.agency_id, e.ended, l.refused, a.state,
           CASE WHEN a.state = 'active' AND a.agency_id IS NOT DISTINCT FROM e.agency_id THEN 6
                WHEN n.paid THEN 5 WHEN n.holder IS NOT NULL THEN 4
                WHEN l.accepted THEN 3 WHEN l.holder IS NOT NULL THEN 2 ELSE 1 END AS stage,
           a.state = 'active' AS protected
    FROM everyone e LEFT JOIN lines l ON l.holder = e.holder AND l.agency_id = e.agency_id
    LEFT JOIN numbered n ON n.holder = e.holder LEFT JOIN active a ON a.holder = e.holder
), reasoned AS (
    SELECT *, CASE
        WHEN stage = 6 THEN ''
        WHEN stage = 5 AND protected THEN 'elsewhere'
        WHEN stage = 5 AND state LIKE 'arrears%%' THEN 'arrears'
        WHEN stage = 5 AND state = 'inactive' THEN 'lapsed'
        WHEN ended <> '' THEN ended
        WHEN stage = 2 AND refused THEN 'refused'
        ELSE (ARRAY['not_sent', 'waiting', 'no_number', 'not_paid', 'left'])[stage] END AS reason
    FROM staged
)
SELECT agency_id, stage, reason, count(*), true FROM reasoned GROUP BY 1, 2, 3
UNION ALL
SELECT NULL, stage, reason, count(*), false
FROM (SELECT DISTINCT ON (holder) stage, reason FROM reasoned ORDER BY holder, stage DESC, reason) r GROUP BY 2, 3
"""


def funnels(month: Month, on: date, *, threshold: int) -> dict[int | None, tuple[Step, ...]]:
    """Steps by agency; None is everybody. Losses of everybody for reasons of fewer than `threshold` stand together as `other`."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, {"month": month.first_day, "on": on})
        rows = cursor.fetchall()
    found: dict[int | None, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for agency, stage, reason, people, of_agency in rows:
        if of_agency and agency is None:
            continue  # nobody's workers stand in the funnel of all only
        found[agency][stage][reason] = people
    return {agency: _steps(stages, threshold if agency is None else 0) for agency, stages in found.items()}


def _steps(stages: dict[int, dict[str, int]], threshold: int) -> tuple[Step, ...]:
    steps = []
    for number, kind in enumerate(STEPS, start=1):
        count = sum(sum(reasons.values()) for stage, reasons in stages.items() if stage >= number)
        lost = stages.get(number, {}) if number < len(STEPS) else {}
        steps.append(Step(kind, count, _joined(lost, threshold)))
    return tuple(steps)


def _joined(lost: dict[str, int], threshold: int) -> dict[str, int]:
    small = {reason: count for reason, count in lost.items() if count < threshold}
    if len(small) < 2:
        return dict(sorted(lost.items(), key=lambda item: (-item[1], item[0])))
    kept = {reason: count for reason, count in lost.items() if reason not in small}
    return {**dict(sorted(kept.items(), key=lambda item: (-item[1], item[0]))), OTHER: sum(small.values())}
