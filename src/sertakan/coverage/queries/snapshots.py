"""Which counts there are, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sertakan.core.month import Month
from sertakan.coverage.figures import CHANGES, STEPS, AreaChanges, Change, ChangeKind, SnapshotRow, Step
from sertakan.coverage.labels import label
from sertakan.coverage.models import (
    AreaChange,
    FunnelStep,
    HiddenCell,
    HiddenChange,
    RollupCell,
    Snapshot,
    SnapshotChange,
)


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
    return SnapshotRow(one.pk, Month.of(one.month), one.built_at, one.persons, one.on, one.content, one.threshold)


def changes(snapshot: SnapshotRow, before: SnapshotRow) -> tuple[Change, ...]:
    """Why `snapshot` counts more or fewer than `before`, in the order of CHANGES; the counts add up to the difference.

    Months in between are added up: who came and went again stands in both. Empty when `before` is not earlier, or why is not known.
    """
    steps = _between(snapshot, before)
    if not steps:
        return ()
    sums = dict.fromkeys(CHANGES, 0)
    known = set()
    for step, kind, count in SnapshotChange.objects.filter(snapshot__in=steps).values_list("snapshot", "kind", "count"):
        known.add(step)
        sums[kind] += count  # type: ignore[index]
    if known != set(steps):
        return ()  # the reasons of one of the months are lost: the rest would be told wrongly
    sums["corrected"] += snapshot.persons - before.persons - sum(sums.values())
    return tuple(Change(kind, count) for kind, count in sums.items())


def changes_by(
    snapshot: SnapshotRow, before: SnapshotRow, by: str, *, open_rows: bool = False
) -> tuple[AreaChanges, ...]:
    """Why `snapshot` counts more or fewer than `before` in each `regency` or of each `agency`, by code; those that changed only.

    Months in between are added up. `open_rows`: nothing is hidden as far as the database agrees. Empty when `before` is not earlier.
    """
    steps = _between(snapshot, before)
    found: dict[str, dict[ChangeKind, int | None]] = {}
    secret: dict[tuple[int, str, str], int] = {}
    if open_rows:
        secret = {
            (step, code, kind): count
            for step, code, kind, count in HiddenChange.objects.filter(snapshot__in=steps, by=by).values_list(
                "snapshot", "code", "kind", "count"
            )
        }
    rows = AreaChange.objects.filter(snapshot__in=steps, by=by).order_by("code")
    for step, code, kind, count in rows.values_list("snapshot", "code", "kind", "count"):
        sums = found.setdefault(code, dict.fromkeys(CHANGES, 0))
        known, more = sums[kind], secret.get((step, code, kind), count)  # type: ignore[index]
        sums[kind] = None if known is None or more is None else known + more  # type: ignore[index]
    now, then = (_counts(one, by, found, open_rows=open_rows) for one in (snapshot, before))
    return tuple(
        AreaChanges(
            code, label(by, code, now.get(code, then.get(code, ("", 0)))[0]), sums, _less(now.get(code), then.get(code))
        )
        for code, sums in found.items()
    )


def _counts(
    snapshot: SnapshotRow, by: str, codes: Collection[str], *, open_rows: bool
) -> dict[str, tuple[str, int | None]]:
    """Name and count of some cells."""
    found = RollupCell.objects.filter(snapshot_id=snapshot.id, by=by, within="", code__in=codes)
    hidden = HiddenCell.objects.filter(snapshot_id=snapshot.id, by=by, within="", code__in=codes)
    secret = dict(hidden.values_list("code", "numerator")) if open_rows else {}
    return {
        code: (name, secret.get(code, count)) for code, name, count in found.values_list("code", "name", "numerator")
    }


def _less(now: tuple[str, int | None] | None, then: tuple[str, int | None] | None) -> int | None:
    """The difference of two counts; a cell that is not there counts nobody."""
    here, there = (0 if one is None else one[1] for one in (now, then))
    return None if here is None or there is None else here - there


def _between(snapshot: SnapshotRow, before: SnapshotRow) -> list[int]:
    """The counts after `before` up to `snapshot`; none when `before` is not earlier."""
    if before.month > snapshot.month or before.id == snapshot.id:
        return []
    months = {"month__gt": before.month.first_day, "month__lte": snapshot.month.first_day}
    return list(Snapshot.objects.filter(current=True, **months).values_list("pk", flat=True))


def funnel(snapshot: SnapshotRow, *, agency_id: int | None = None) -> tuple[Step, ...]:
    """From promise to cover, of one agency or of all: how many came how far, and why the others did not. Empty out of scope."""
    found = FunnelStep.objects.filter(snapshot_id=snapshot.id).order_by("position")
    found = found.filter(agency__isnull=True) if agency_id is None else found.filter(agency=agency_id)
    return tuple(Step(one.kind, one.count, one.lost) for one in found if one.kind in STEPS)  # type: ignore[arg-type]
