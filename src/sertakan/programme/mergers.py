"""Mergers of agencies as pages and commands show them: what would pass and what stays, what was merged, and what was whose before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.db import connection, transaction

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency, Succession
from sertakan.contributions.models import Bill
from sertakan.contributions.queries import open_dues
from sertakan.core import scope
from sertakan.followup.models import Declaration
from sertakan.intake.models import File
from sertakan.programme import merging, overview
from sertakan.sponsorship.models import Batch

_PASSED = """
SELECT predecessor_id, successor_id, "on", count(*) FROM agencies_transfer WHERE kind = %(kind)s GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Stays:
    """What stays with agencies under which it was made. `owed`: rupiah not collected yet; `held`: rows of files held back."""

    bills: int
    owed: int
    files: int
    held: int
    batches: int
    declarations: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A merger that was tried and given up again: exactly what it would do. `staff`: by agency, where somebody has said."""

    predecessors: list[Agency]
    successor: Agency
    on: date
    passes: merging.Merged
    stays: Stays


@dataclass(frozen=True, slots=True)
class Merger:
    """One agency that went into another. `workers`: how many running sponsorships passed."""

    predecessor: Agency
    successor: Agency
    on: date
    workers: int


@dataclass(frozen=True, slots=True)
class Before:
    """An agency whose work another took over, and what stays with it."""

    agency: Agency
    on: date
    stays: Stays


def preview(*, predecessor_ids: Collection[int], successor_id: int, on: date) -> Preview:
    """Merge, look, and undo: what is shown is what will happen. Raises what `merging.merge` raises."""
    with transaction.atomic():
        made = merging.merge(predecessor_ids=predecessor_ids, successor_id=successor_id, on=on)
        transaction.set_rollback(True)
    gone = list(Agency.objects.filter(pk__in=predecessor_ids).order_by("sort_key"))
    return Preview(gone, agencies.get_agency(successor_id), on, made, stays_with(one.pk for one in gone))


def merged() -> list[Merger]:
    """All mergers, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, {"kind": merging.SPONSORSHIP})
        passed = {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}
    found = Succession.objects.select_related("predecessor", "successor").order_by("-on", "predecessor__sort_key")
    return [
        Merger(one.predecessor, one.successor, one.on, passed.get((one.predecessor_id, one.successor_id, one.on), 0))
        for one in found
    ]


def ended() -> list[Merger]:
    """Agencies that exist no more because others took over their work."""
    return [one for one in merged() if one.predecessor.valid_to is not None]


def successors(agency: Agency) -> list[Merger]:
    """Who took over the work of this agency, and since when."""
    return [one for one in merged() if one.predecessor == agency]


def before(successor: Agency) -> list[Before]:
    """Whose work this agency took over, and what stays there; also for its PIC, who sees how much there is but no row of it."""
    actor = scope.current()
    if not actor.sees_all and successor.pk not in actor.agency_ids:
        return []
    found = list(Succession.objects.filter(successor=successor).select_related("predecessor").order_by("-on", "id"))
    if not found:
        return []
    with scope.acting(scope.SYSTEM, reason="jumlah pada pendahulu"):
        return [Before(one.predecessor, one.on, stays_with([one.predecessor_id])) for one in found]


def stays_with(agency_ids: Iterable[int]) -> Stays:
    """Counts of what was made under these agencies and is not over, or is kept."""
    keys = list(agency_ids)
    parts = list(Agency.objects.filter(pk__in=keys))
    return Stays(
        bills=Bill.objects.filter(agency__in=keys).exclude(state=Bill.State.SUPERSEDED).count(),
        owed=sum(int(open_dues(key)["open"].sum()) for key in keys),
        files=File.objects.filter(agency__in=keys).count(),
        held=sum(one.held for one in overview.standings(parts)),
        batches=Batch.objects.filter(agency__in=keys, state__in=[Batch.State.DRAFT, Batch.State.SENT]).count(),
        declarations=Declaration.objects.filter(agency__in=keys, state=Declaration.State.WAITING).count(),
    )


def as_facts(found: Stays | merging.Merged) -> dict[str, int | None]:
    """The counts by name, for commands."""
    return {field.name: getattr(found, field.name) for field in fields(found)}
