"""Workers for whom more than one pays in a month, also under two records that were merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import connection

from sertakan.core.month import Month

RUNS = """
    s.start_month <= %(month)s AND %(month)s < s.start_month + s.months * interval '1 month'
    AND s.state NOT IN ('refused') AND s.end_reason <> 'taken_back'
    AND %(month)s <= coalesce(s.last_payable_month, date_trunc('month', s.ended_on)::date, %(month)s)
"""
"""Whether a sponsorship `s` pays for %(month)s (a first day)."""

_TWICE = f"""
WITH running AS (
    SELECT coalesce(m.merged_into_id, s.person_id) AS person_id, s.id, s.agency_id, s.donor_id, s.funding
    FROM sponsorship_sponsorship s LEFT JOIN people_person m ON m.id = s.person_id AND m.merged_into_id IS NOT NULL
    WHERE {RUNS}
), twice AS (
    SELECT person_id, array_agg(id ORDER BY id) AS sponsorships, array_agg(DISTINCT agency_id) AS agencies,
           array_remove(array_agg(DISTINCT donor_id), NULL) AS donors, array_agg(DISTINCT funding) AS fundings,
           count(DISTINCT (agency_id, donor_id)) AS payers
    FROM running GROUP BY person_id HAVING count(*) > 1
)
SELECT t.person_id, p.name, t.sponsorships, t.agencies, t.donors, t.fundings,
       CASE WHEN t.payers = 1 THEN 'same_payer' ELSE 'two_payers' END
FROM twice t JOIN people_person p ON p.id = t.person_id ORDER BY p.sort_key, t.person_id
"""


@dataclass(frozen=True, slots=True)
class PaidTwice:
    """One worker with several sponsorships for one month: of one payer, or of several."""

    person_id: int
    name: str
    sponsorship_ids: tuple[int, ...]
    agency_ids: tuple[int, ...]
    donor_ids: tuple[int, ...]
    fundings: tuple[str, ...]
    kind: Literal["same_payer", "two_payers"]


def paid_twice(month: Month) -> list[PaidTwice]:
    """Workers whom more than one sponsorship in scope pays for in `month`, by name. One statement, however many workers."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, {"month": month.first_day})
        return [
            PaidTwice(person, name, tuple(ids), tuple(agencies), tuple(donors), tuple(fundings), kind)
            for person, name, ids, agencies, donors, fundings, kind in cursor.fetchall()
        ]
