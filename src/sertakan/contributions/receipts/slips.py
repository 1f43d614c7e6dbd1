"""Slips for workers: only after the number, only from confirmed months, signed; and the way back from a reference to its worker.

A slip is a claim about the past: these months are paid, signed on that day. It never says that somebody is covered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from sertakan.agencies.models import Agency
from sertakan.contributions.models import WorkerSlip
from sertakan.contributions.receipts import policies, token
from sertakan.contributions.receipts.errors import (
    NoSlips,
    SlipNothingPaid,
    SlipTooEarly,
    SlipUnknown,
    SlipWithdrawn,
)
from sertakan.core import audit, clock, scope, signing
from sertakan.core.month import Month
from sertakan.people import queries as people

# All confirmed months of the workers whom an agency sponsors, whoever paid them; a merged worker under who stands for the group.
_WORKERS = """
WITH group_of AS (
    SELECT DISTINCT coalesce(p.merged_into_id, p.id) AS person FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id
    WHERE s.agency_id = %(agency)s AND s.state <> 'refused' AND s.end_reason <> 'taken_back'
      AND (%(persons)s::bigint[] IS NULL OR coalesce(p.merged_into_id, p.id) = ANY (%(persons)s::bigint[]))
), member AS (
    SELECT g.person, m.id, m.identifier_id FROM group_of g
    JOIN people_person p ON p.id = g.person OR p.merged_into_id = g.person
    JOIN sponsorship_membership m ON m.person_id = p.id
)
SELECT m.person, min(m.id), min(n.name), (array_agg(i.last_four ORDER BY m.id))[1],
       array_remove(array_agg(DISTINCT c.month), NULL), (array_agg(c.programmes ORDER BY c.month DESC NULLS LAST))[1]
FROM member m JOIN people_person n ON n.id = m.person JOIN people_identifier i ON i.id = m.identifier_id
LEFT JOIN contributions_paid c ON c.membership_id = m.id
GROUP BY m.person ORDER BY min(n.sort_key), m.person
"""


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """A slip ready to be printed. `last_four` of the membership number stand on paper only."""

    reference: str
    token: str
    name: str
    last_four: str
    programmes: str
    paid_from: Month
    paid_until: Month
    signed_on: date


@dataclass(frozen=True, slots=True)
class _Worker:
    person_id: int
    membership_id: int
    name: str
    last_four: str
    months: tuple[Month, ...]
    programmes: str


@dataclass(frozen=True, slots=True)
class FoundSlip:
    """Whose slip a reference is. Ids only; what a visitor is shown is decided by who asks for it.

    `verified`: a signature was there and holds; a typed reference has none.
    """

    person_id: int
    slip: token.Slip
    verified: bool


def unbroken(months: Iterable[Month], now: Month) -> tuple[Month, Month]:
    """First and last month of the row of paid months that reaches the present, else of the last one before it."""
    runs: list[tuple[Month, Month]] = []
    for month in sorted(set(months)):
        if runs and month - runs[-1][1] == 1:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    begun = [run for run in runs if run[0] <= now]
    return begun[-1] if begun else runs[0]


@transaction.atomic
def issue_slips(*, agency_id: int, person_ids: Collection[int] | None = None) -> list[IssuedSlip]:
    """Slips for the workers of an agency, or for these of them; the same slip again on the same day.

    Who has no number or no confirmed month is left out; when one worker is asked for, refused with the reason. Set-based: a thousand
    slips are some statements. Raises CannotIssueSlips, SlipTooEarly, SlipNothingPaid, NoSlips.
    """
    policies.check_can_issue_slips(agency_id)
    wanted = None if person_ids is None else sorted(set(people.survivors(person_ids).values()))
    workers = _workers(agency_id, wanted)
    ready = [one for one in workers if one.months]
    if not ready:
        if wanted is not None and len(wanted) == 1:
            raise SlipNothingPaid() if workers else SlipTooEarly()
        raise NoSlips()
    rows = _rows(agency_id, ready)
    slips = [token.Slip(row.reference, row.initials, Month.of(row.paid_until), row.signed_on) for row in rows]
    audit.record(
        "contributions.slips_issued",
        target=("people.person", ready[0].person_id) if len(ready) == 1 else None,
        agency_id=agency_id,
        facts={"slips": len(rows), "left_out": len(workers) - len(ready), "key": signing.current_key_id()},
    )
    return [
        IssuedSlip(
            row.reference,
            sealed,
            one.name,
            one.last_four,
            one.programmes,
            Month.of(row.paid_from),
            Month.of(row.paid_until),
            row.signed_on,
        )
        for one, row, sealed in zip(ready, rows, token.seal_many(slips), strict=True)
    ]


def find(text: str) -> FoundSlip:
    """Whose slip a token or a typed reference is. Has to be asked as who sees all.

    Raises SlipUnreadable, SlipForged, SlipUnknown, SlipWithdrawn. A token is believed only with its signature; a reference has none, and is
    as good as the register.
    """
    signed = None if token.is_reference(text) else token.open_token(text)
    reference = token.read_reference(text) if signed is None else signed.reference
    row = WorkerSlip.objects.filter(reference=reference).first()
    if row is None:
        raise SlipUnknown()
    if row.withdrawn_on is not None:
        raise SlipWithdrawn()
    kept = token.Slip(row.reference, row.initials, Month.of(row.paid_until), row.signed_on)
    return FoundSlip(row.person_id, signed or kept, verified=signed is not None)


@transaction.atomic
def withdraw_slip(*, reference: str) -> None:
    """A slip was lost or given to the wrong person; its worker gets a new one. Raises SlipUnreadable, SlipUnknown, CannotIssueSlips."""
    row = WorkerSlip.objects.select_for_update().filter(reference=token.read_reference(reference)).first()
    if row is None:
        raise SlipUnknown()
    policies.check_can_issue_slips(row.agency_id)
    if row.withdrawn_on is None:
        row.withdrawn_on = clock.today()
        row.save(update_fields=["withdrawn_on"])
        audit.record("contributions.slip_withdrawn", target=row, agency_id=row.agency_id)


def _workers(agency_id: int, persons: list[int] | None) -> list[_Worker]:
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, {"agency": agency_id, "persons": persons})
        return [
            _Worker(person, member, name, last_four, tuple(Month.of(day) for day in months), programmes or "")
            for person, member, name, last_four, months, programmes in cursor.fetchall()
        ]


def _rows(agency_id: int, workers: list[_Worker]) -> list[WorkerSlip]:
    """The rows of these workers for today, in their order: those that are there, and new ones."""
    today, key, actor = clock.today(), signing.current_key_id(), scope.current()
    now = Month.of(today)
    with connection.cursor() as cursor:  # two who print for one agency wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.slips'), %s)", [agency_id])
    standing = WorkerSlip.objects.filter(agency_id=agency_id, signed_on=today, key_id=key, withdrawn_on__isnull=True)
    known = {(row.membership_id, row.paid_until): row for row in standing}
    result = []
    fresh = []
    for one in workers:
        first, last = unbroken(one.months, now)
        row = known.get((one.membership_id, last.first_day))
        if row is None:
            row = WorkerSlip(
                reference=token.new_reference(),
                membership_id=one.membership_id,
                person_id=one.person_id,
                agency_id=agency_id,
                initials=token.initials_of(one.name),
                paid_from=first.first_day,
                paid_until=last.first_day,
                signed_on=today,
                key_id=key,
                issued_by=actor.user_id,
                issued_label=actor.label[:200],
            )
            fresh.append(row)
        result.append(row)
    WorkerSlip.objects.bulk_create(fresh, batch_size=1000)
    return result


def slips_pdf(slips: list[IssuedSlip], agency: Agency, *, address: str) -> bytes:
    """All slips in one document, four on a page. `address`: where a slip is checked (``https://host/cek/``)."""
    from sertakan.contributions.receipts.paper import slips_document

    return slips_document(slips, agency, address=address)
