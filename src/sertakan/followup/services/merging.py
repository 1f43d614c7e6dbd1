"""Agencies become one in the middle of a month: what runs passes to the successor, the past stays as it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.followup import policies, queries
from sertakan.followup.models import Addressee, Circular, Standing


@dataclass(frozen=True, slots=True)
class Followed:
    """How many addressees ended, how many began, and how many verified declarations the successor goes on with."""

    ended: int
    begun: int
    carried: int


@transaction.atomic
def follow_merger(*, predecessor_ids: Collection[int], successor_id: int, on: date) -> Followed:
    """From `on` the successor is addressed instead of its predecessors.

    A verified declaration for a running period goes on only where every predecessor that was asked (and the successor, if it was) had it.
    """
    policies.check_can_manage(scope.current())
    before = on.fromordinal(on.toordinal() - 1)
    parts = {*predecessor_ids, successor_id}
    cells = [cell for cell in queries.states(before, agency_ids=parts, since=on) if cell.how == "declared"]
    ended = begun = 0
    for circular in Circular.objects.all():
        running = Addressee.objects.filter(circular=circular, valid_from__lte=on)
        gone = running.filter(agency__in=predecessor_ids, valid_to__isnull=True)
        if not gone.exists():
            gone = running.filter(agency__in=predecessor_ids, valid_to=on)
            if not gone.exists():
                continue
        ended += gone.update(valid_to=on)
        if not running.filter(agency=successor_id, valid_to__isnull=True).exists():
            Addressee.objects.create(circular=circular, agency_id=successor_id, valid_from=on)
            begun += 1
    carried = [key for key in _verified_by_all(cells) if (successor_id, *key) not in _held(cells)]
    Standing.objects.bulk_create(
        Standing(
            agency_id=successor_id, duty_id=duty, period=None if period is None else period.first_day, on=on,
            declared=Standing.Declared.VERIFIED, recorded_at=clock.now(),
        )
        for duty, period in carried
    )  # fmt: skip
    facts = {"on": str(on), "ended": ended, "begun": begun, "carried": len(carried)}
    audit.record("followup.merger_followed", agency_id=successor_id, facts=facts)
    return Followed(ended, begun, len(carried))


def _verified_by_all(cells: list[queries.DutyCell]) -> list[tuple[int, Month | None]]:
    of: dict[tuple[int, Month | None], list[bool]] = {}
    for cell in cells:
        of.setdefault((cell.duty_id, cell.period), []).append(cell.status == "verified")
    return [key for key, verified in of.items() if all(verified)]


def _held(cells: list[queries.DutyCell]) -> set[tuple[int, int, Month | None]]:
    return {(cell.agency_id, cell.duty_id, cell.period) for cell in cells if cell.status == "verified"}
