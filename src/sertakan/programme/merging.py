"""Agencies become one on a day: what runs passes to the successor in one transaction, what is past stays where it was.

Moved: the users' roles, the circulars' addresses, running sponsorships with their donors and the donors' sign-ins, open cases of families,
open actions of meetings, and who may see whom. Bills, batches, files and months stay with the agency under which they were made, also the
bill of the month in which they merge. Mandates end: they are asked for anew. Every moved row is written down, so that its place on any day
can be told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from sertakan.access import services as access
from sertakan.agencies import queries as agencies
from sertakan.agencies import services as agency_services
from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.errors import NotAllowed
from sertakan.followup import services as followup
from sertakan.meetings import services as meetings
from sertakan.programme import following

SPONSORSHIP, DONOR, CASE = "sponsorship.sponsorship", "sponsorship.donor", "claims.case"

# A donor who is known to both agencies stays one: the successor's row goes on, its workers follow.
_SAME_DONOR = """
UPDATE sponsorship_sponsorship s SET donor_id = own.id FROM sponsorship_donor d
JOIN sponsorship_donor own ON own.agency_id = %(to)s AND own.nip = d.nip AND (d.nip <> '' OR own.sort_key = d.sort_key)
WHERE d.id = s.donor_id AND d.agency_id = %(from)s AND s.agency_id = %(from)s AND s.state NOT IN ('ended', 'refused')
"""
# The sign-in of a civil servant follows to the row that goes on, unless that row has one of its own.
_SAME_ACCOUNT = """
UPDATE sponsorship_donoraccount a SET donor_id = own.id, agency_id = %(to)s FROM sponsorship_donor d
JOIN sponsorship_donor own ON own.agency_id = %(to)s AND own.nip = d.nip AND (d.nip <> '' OR own.sort_key = d.sort_key)
WHERE d.id = a.donor_id AND d.agency_id = %(from)s AND NOT EXISTS (SELECT 1 FROM sponsorship_donoraccount o WHERE o.donor_id = own.id)
"""
_DONORS = """
UPDATE sponsorship_donor d SET agency_id = %(to)s WHERE d.agency_id = %(from)s
  AND EXISTS (SELECT 1 FROM sponsorship_sponsorship s WHERE s.donor_id = d.id AND s.state NOT IN ('ended', 'refused'))
RETURNING d.id
"""
_SPONSORSHIPS = """
UPDATE sponsorship_sponsorship SET agency_id = %(to)s WHERE agency_id = %(from)s AND state NOT IN ('ended', 'refused') RETURNING id
"""
_OF_DONORS = ("sponsorship_donorpost", "sponsorship_departure", "sponsorship_donoraccount")
_NEXT_PAYERS = "UPDATE sponsorship_succession SET agency_id = %(to)s WHERE sponsorship_id = ANY (%(rows)s::bigint[])"
_CASES = """
UPDATE claims_case c SET agency_id = %(to)s WHERE c.agency_id = %(from)s AND c.state NOT IN ('closed', 'paid', 'refused')
  AND NOT EXISTS (SELECT 1 FROM claims_case o WHERE o.agency_id = %(to)s AND o.person_id = c.person_id AND o.kind = c.kind
                  AND o.event_on = c.event_on AND o.state <> 'closed') RETURNING c.id
"""
_OF_CASES = ("claims_step", "claims_tick", "claims_outcome")
# A mandate belongs to one donor at one agency: it stays there as a thing of the past, and the successor asks for another.
_MANDATES = """
UPDATE sponsorship_mandate SET ended_on = greatest(%(on)s::date, signed_on), end_reason = 'Perangkat daerah digabung; minta kuasa baru.'
WHERE agency_id = %(from)s AND ended_on IS NULL RETURNING id
"""
_KNOWN = """
INSERT INTO people_personagency AS known (person_id, agency_id, valid_from, by_merge)
SELECT person_id, %(to)s, %(on)s, by_merge FROM people_personagency
WHERE agency_id = %(from)s AND (valid_to IS NULL OR valid_to > %(on)s)
ON CONFLICT (agency_id, person_id) DO UPDATE SET valid_to = NULL WHERE known.valid_to IS NOT NULL
"""
_NO_LONGER = """
UPDATE people_personagency SET valid_to = greatest(%(on)s::date, valid_from)
WHERE agency_id = %(from)s AND (valid_to IS NULL OR valid_to > %(on)s)
"""
_NOTE = """
INSERT INTO agencies_transfer (kind, "row", predecessor_id, successor_id, "on")
SELECT %(kind)s, unnest(%(rows)s::bigint[]), %(from)s, %(to)s, %(on)s
"""
# Where a running row stands now, and before that where each transfer after the day took it from.
_PLACED = """
SELECT coalesce(first.predecessor_id, s.agency_id), count(*) FROM sponsorship_sponsorship s
LEFT JOIN LATERAL (
    SELECT predecessor_id FROM agencies_transfer t WHERE t.kind = %(kind)s AND t."row" = s.id AND t."on" > %(on)s
    ORDER BY t."on", t.id LIMIT 1
) first ON true
WHERE s.created_at::date <= %(on)s AND s.state NOT IN ('ended', 'refused') GROUP BY 1
"""


class CannotMerge(NotAllowed):
    code = "cannot_merge_agencies"
    message = "Hanya koordinator atau operator yang menggabungkan perangkat daerah."


def can_merge(actor: scope.Actor) -> bool:
    """The coordinator and the operator."""
    return actor.has("coordinator", "operator", "system")


def check_can_merge(actor: scope.Actor) -> None:
    """Raises CannotMerge."""
    if not can_merge(actor):
        raise CannotMerge()


@dataclass(frozen=True, slots=True)
class Merged:
    """What passed to the successor; `mandates`: those that ended and have to be asked for anew; `joined`: actions that became one."""

    sponsorships: int
    donors: int
    persons: int
    mandates: int
    roles: int
    addressees: int
    carried: int
    staff: int | None
    cases: int = 0
    actions: int = 0
    joined: int = 0


@transaction.atomic
def merge(*, predecessor_ids: Collection[int], successor_id: int, on: date) -> Merged:
    """Let the successor stand for its predecessors from a day on, not a coming one.

    Raises CannotMerge, AgencyUnknown, MergerImpossible.
    """
    check_can_merge(scope.current())
    gone = [agencies.get_agency(key) for key in sorted(set(predecessor_ids))]
    successor = agencies.get_agency(successor_id)
    staff = agency_services.merge(predecessors=gone, successor=successor, on=on)
    counts = {"sponsorships": 0, "donors": 0, "persons": 0, "mandates": 0, "roles": 0, "cases": 0}
    for one in gone:
        counts["roles"] += access.move_roles(predecessor=one, successor=successor, on=on)
        for name, count in _move(one.pk, successor.pk, on).items():
            counts[name] += count
    followed = followup.follow_merger(predecessor_ids=[one.pk for one in gone], successor_id=successor.pk, on=on)
    acted = meetings.follow_merger(predecessor_ids=[one.pk for one in gone], successor_id=successor.pk, on=on)
    followup.record_values(following.measure_values(on), on=on)
    if on != clock.today():
        following.follow()
    made = Merged(
        **counts, addressees=followed.ended, carried=followed.carried, staff=staff.count if staff else None, actions=acted.actions,
        joined=acted.joined,
    )  # fmt: skip
    facts = {**counts, "on": str(on), "predecessors": [one.pk for one in gone], "actions": acted.actions}
    audit.record("programme.agencies_merged", target=successor, agency_id=successor.pk, facts=facts)
    return made


def add_successor(*, code: str, name: str, short_name: str, kind: str, valid_from: date, evidence: str = "") -> Agency:
    """The new agency that others go into, made first. Raises CannotMerge, AgencyIncomplete, AgencyExists, MergerImpossible."""
    check_can_merge(scope.current())
    return agency_services.add_agency(
        code=code, name=name, short_name=short_name, kind=kind, valid_from=valid_from, evidence=evidence
    )


def placed(on: date) -> dict[int, int]:
    """How many of the sponsorships that run now stood with which agency on a day."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, {"kind": SPONSORSHIP, "on": on})
        return dict(cursor.fetchall())


def _move(source: int, target: int, on: date) -> dict[str, int]:
    facts: dict[str, Any] = {"from": source, "to": target, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, facts)
        persons = cursor.rowcount
        cursor.execute(_NO_LONGER, facts)
        cursor.execute(_MANDATES, facts)
        mandates = len(cursor.fetchall())
        cursor.execute(_SAME_ACCOUNT, facts)
        cursor.execute(_SAME_DONOR, facts)
        cursor.execute(_DONORS, facts)
        donors = [row[0] for row in cursor.fetchall()]
        for table in _OF_DONORS:
            cursor.execute(
                f"UPDATE {table} SET agency_id = %(to)s WHERE donor_id = ANY (%(rows)s::bigint[])",
                {**facts, "rows": donors},
            )
        cursor.execute(_SPONSORSHIPS, facts)
        sponsorships = [row[0] for row in cursor.fetchall()]
        cursor.execute(_NEXT_PAYERS, {**facts, "rows": sponsorships})
        cursor.execute(_CASES, facts)
        cases = [row[0] for row in cursor.fetchall()]
        for table in _OF_CASES:
            cursor.execute(
                f"UPDATE {table} SET agency_id = %(to)s WHERE case_id = ANY (%(rows)s::bigint[])",
                {**facts, "rows": cases},
            )
        for kind, rows in ((SPONSORSHIP, sponsorships), (DONOR, donors), (CASE, cases)):
            cursor.execute(_NOTE, {**facts, "kind": kind, "rows": rows})
    counts = {"sponsorships": len(sponsorships), "donors": len(donors), "cases": len(cases)}
    return {**counts, "persons": persons, "mandates": mandates}
