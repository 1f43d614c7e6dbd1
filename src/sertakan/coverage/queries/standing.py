"""Where the agencies stood on the day of a snapshot. A PIC sees the own one, who sees all sees all."""

from __future__ import annotations

from sertakan.core.month import Month
from sertakan.coverage.figures import SnapshotRow, Standing
from sertakan.coverage.models import AgencyStanding


def standings(snapshot: SnapshotRow) -> tuple[Standing, ...]:
    """By name; empty for a snapshot that was made before they were kept."""
    found = AgencyStanding.objects.filter(snapshot_id=snapshot.id).select_related("agency").order_by("agency__sort_key")
    return tuple(
        Standing(
            agency_id=one.agency_id, name=one.agency.short_name or one.agency.name, in_force=one.in_force, held=one.held,
            waiting=one.waiting, checked=one.checked, workers=one.workers, donors=one.donors, lapsing=one.lapsing,
            billed_month=Month.of(one.billed_month) if one.billed_month else None, billed=one.billed, billed_workers=one.billed_workers,
        )
        for one in found
    )  # fmt: skip
