"""Which counts there are, and what changed from one to the next."""

from __future__ import annotations

from datetime import date

from sertakan.core.month import Month
from sertakan.coverage.figures import CHANGES, STEPS, Change, SnapshotRow, Step
from sertakan.coverage.models import FunnelStep, Snapshot, SnapshotChange


def snapshots() -> list[SnapshotRow]:
    """The current count of each month, the newest first."""
    return [row_of(one) for one in Snapshot.objects.filter(current=True).order_by("-month")]


def snapshot_of(on: date | None = None) -> SnapshotRow | None:
    """The count that holds on a day: the newest that is not after it; the newest of all when no day is named."""
    found = Snapshot.objects.filter(current=True).order_by("-month")
    if on is not None:
        found = found.filter(on__lte=on)
    newest = found.first()
    return None if newest is None else row_of(newest)


def row_of(one: Snapshot) -> SnapshotRow:
    """A snapshot as plain values."""
    return SnapshotRow(one.pk, Month.of(one.month), one.built_at, one.persons, one.on, one.content)


def changes(snapshot: SnapshotRow, before: SnapshotRow) -> tuple[Change, ...]:
    """Why `snapshot` counts more or fewer than `before`, in the order of CHANGES; the counts add up to the difference.

    Months in between are added up: who came and went again stands in both. Empty when `before` is not earlier.
    """
    if before.month > snapshot.month or before.id == snapshot.id:
        return ()
    steps = list(
        Snapshot.objects.filter(
            current=True, month__gt=before.month.first_day, month__lte=snapshot.month.first_day
        ).values_list("pk", flat=True)
    )
    sums = dict.fromkeys(CHANGES, 0)
    for kind, count in SnapshotChange.objects.filter(snapshot__in=steps).values_list("kind", "count"):
        sums[kind] += count  # type: ignore[index]
    sums["corrected"] += snapshot.persons - before.persons - sum(sums.values())
    return tuple(Change(kind, count) for kind, count in sums.items())


def funnel(snapshot: SnapshotRow, *, agency_id: int | None = None) -> tuple[Step, ...]:
    """From promise to cover, of one agency or of all: how many came how far, and why the others did not. Empty out of scope."""
    found = FunnelStep.objects.filter(snapshot_id=snapshot.id).order_by("position")
    found = found.filter(agency__isnull=True) if agency_id is None else found.filter(agency=agency_id)
    return tuple(Step(one.kind, one.count, one.lost) for one in found if one.kind in STEPS)  # type: ignore[arg-type]
