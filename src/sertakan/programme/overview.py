"""Where each agency stands in the main job: rows held, workers checked, sent, with a number. Under the scope of who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from sertakan.agencies.models import Agency

_COUNTS = """
SELECT a.id,
       coalesce(f.held, 0), coalesce(f.waiting, 0), coalesce(f.files, 0),
       coalesce(s.workers, 0), coalesce(s.checked, 0), coalesce(s.sent, 0), coalesce(s.members, 0), coalesce(s.donors, 0)
FROM unnest(%s::bigint[]) AS a(id)
LEFT JOIN (
    SELECT agency_id, sum((account->>'held')::bigint) AS held,
           sum(CASE WHEN accepted_at IS NULL THEN (account->>'accepted')::bigint ELSE 0 END) AS waiting, count(*) AS files
    FROM intake_file WHERE state IN ('staged', 'accepted') AND account <> '{}' GROUP BY agency_id
) f ON f.agency_id = a.id
LEFT JOIN (
    SELECT agency_id, count(DISTINCT holder) AS workers,
           count(DISTINCT holder) FILTER (WHERE state = 'checked') AS checked,
           count(DISTINCT holder) FILTER (WHERE state IN ('sent', 'awaiting_payment', 'awaiting_number')) AS sent,
           count(DISTINCT holder) FILTER (WHERE state = 'member') AS members,
           count(DISTINCT donor_id) AS donors
    FROM (SELECT p.agency_id, p.state, p.donor_id, coalesce(m.merged_into_id, p.person_id) AS holder FROM sponsorship_sponsorship p
          LEFT JOIN people_person m ON m.id = p.person_id AND m.merged_into_id IS NOT NULL) running
    WHERE state NOT IN ('ended', 'refused') GROUP BY agency_id
) s ON s.agency_id = a.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One agency's counts. `waiting`: accepted rows not yet recorded; `checked`: recorded, not yet sent to BPJS."""

    agency: Agency
    held: int
    waiting: int
    files: int
    workers: int
    checked: int
    sent: int
    members: int
    donors: int


def standings(agencies: Sequence[Agency]) -> list[Standing]:
    """The counts of `agencies`, in their order. Two statements, however many agencies."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [[agency.pk for agency in agencies]])
        counts = {row[0]: [int(value) for value in row[1:]] for row in cursor.fetchall()}
    return [Standing(agency, *counts[agency.pk]) for agency in agencies]


def total(found: Sequence[Standing]) -> dict[str, int]:
    """The sums over agencies, and how many of them take part at all."""
    names = ("held", "waiting", "files", "workers", "checked", "sent", "members", "donors")
    return {
        **{name: sum(getattr(entry, name) for entry in found) for name in names},
        "agencies": len(found),
        "taking_part": sum(1 for entry in found if entry.workers),
    }
