"""What happened after somebody was told: how many of those workers were paid for, how many lost their cover."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from sertakan.core.clock import WIB
from sertakan.notices import services as notices
from sertakan.programme.guard.telling import PREFIX
from sertakan.protection import watching

FOLLOWED_DAYS = 120
"""So long after a message its outcome is still brought up to date."""


def record_aftermath(on: date, *, within: int) -> int:
    """Mark which warnings have been told, and write the outcome of every message sent in the last months; returns how many changed.

    Paid: all of them; partly: some; unpaid: none `within` so many days; lapsed: somebody lost cover. Counts stand beside it.
    """
    since = datetime.combine(on - timedelta(days=FOLLOWED_DAYS), time(), WIB)
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"prefix": f"{PREFIX}%", "since": since})
        told = [
            (kind, month, agency, donor, person, day) for kind, month, agency, donor, person, day in cursor.fetchall()
        ]
    watching.note_told(told)
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, {"prefix": f"{PREFIX}%", "since": since, "within": within})
        rows = cursor.fetchall()
    outcomes = {}
    for key, sent_on, *counts in rows:
        facts = dict(zip(("told", "paid", "in_time", "arranged", "lapsed", "open"), map(int, counts), strict=True))
        outcome = _outcome(facts, over=(on - sent_on).days >= within)
        if outcome:
            outcomes[int(key)] = (outcome, facts)
    return notices.record_outcomes(outcomes, on=on)


def _outcome(facts: dict[str, Any], *, over: bool) -> str:
    settled = facts["paid"] + facts["arranged"]
    if facts["lapsed"]:
        return "lapsed"
    if settled and settled == facts["told"]:
        return "paid"
    if not over and facts["open"]:
        return ""
    return "partly" if settled else "unpaid"


# A matter is guard:<kind>:<month>[:<agency>]; what it is about says whose warnings it means.
_MATTER = "split_part(n.matter, ':', 2) AS kind, (split_part(n.matter, ':', 3) || '-01')::date AS month"
_TOLD = f"""
SELECT kind, month, agency, donor, person, min(day) FROM (
    SELECT {_MATTER},
           CASE WHEN n.about_kind = 'agency' THEN n.about_id END AS agency,
           CASE WHEN n.about_kind = 'donor' THEN n.about_id END AS donor,
           CASE WHEN n.about_kind = 'person' THEN n.about_id END AS person,
           (n.sent_at AT TIME ZONE 'Asia/Jakarta')::date AS day
    FROM notices_notice n
    WHERE n.matter LIKE %(prefix)s AND n.sent_at >= %(since)s AND n.about_kind IN ('agency', 'donor', 'person')) t
GROUP BY 1, 2, 3, 4, 5
"""
_AFTER = f"""
WITH sent AS (
    SELECT n.id, {_MATTER}, n.about_kind, n.about_id, (n.sent_at AT TIME ZONE 'Asia/Jakarta')::date AS day
    FROM notices_notice n WHERE n.matter LIKE %(prefix)s AND n.sent_at >= %(since)s AND n.about_kind <> ''
),
pairs AS (
    SELECT s.id, s.day, w.* FROM sent s JOIN protection_lapsewarning w
      ON w.kind = s.kind AND w.month = s.month AND s.about_kind = 'agency' AND w.agency_id = s.about_id
    UNION ALL
    SELECT s.id, s.day, w.* FROM sent s JOIN protection_lapsewarning w
      ON w.kind = s.kind AND w.month = s.month AND s.about_kind = 'donor' AND w.donor_id = s.about_id
    UNION ALL
    SELECT s.id, s.day, w.* FROM sent s JOIN protection_lapsewarning w
      ON w.kind = s.kind AND w.month = s.month AND s.about_kind = 'person' AND w.person_id = s.about_id
    UNION ALL
    SELECT s.id, s.day, w.* FROM sent s JOIN protection_lapsewarning w
      ON w.kind = s.kind AND w.month = s.month AND s.about_kind = 'province'
)
SELECT id, day, count(*), count(*) FILTER (WHERE outcome = 'paid'),
       count(*) FILTER (WHERE outcome = 'paid' AND closed_on <= day + %(within)s),
       count(*) FILTER (WHERE outcome IN ('arranged', 'left')), count(*) FILTER (WHERE outcome = 'lapsed'),
       count(*) FILTER (WHERE closed_on IS NULL OR outcome = 'worse')
FROM pairs WHERE raised_on <= day AND (closed_on IS NULL OR closed_on >= day) GROUP BY id, day
"""
