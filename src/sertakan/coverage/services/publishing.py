"""Writes what a count publishes: its cells, where the agencies stand, why it differs from the one before. Small numbers go apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.core import copy
from sertakan.core.month import Month
from sertakan.coverage import comparing, kept
from sertakan.coverage.equations import Key
from sertakan.coverage.errors import PartMissing
from sertakan.coverage.figures import CHANGES
from sertakan.coverage.models import (
    AgencyStanding,
    AreaChange,
    HiddenCell,
    HiddenChange,
    RollupCell,
    Snapshot,
    SnapshotChange,
)
from sertakan.coverage.publications import Published
from sertakan.coverage.standing import COLUMNS
from sertakan.coverage.suppression import hidden_cells, hidden_changes

if TYPE_CHECKING:
    import polars as pl

_KEYS = ["by", "within", "code"]
_HIDDEN = {
    "snapshot_id": "bigint", "by": "varchar(10)", "within": "varchar(13)", "code": "varchar(80)", "numerator": "integer",
    "agency_id": "bigint",
}  # fmt: skip


def publications(snapshots: Iterable[Snapshot]) -> list[Published]:
    """Earlier counts as they were published. Asked as who sees all."""
    found = []
    for one in snapshots:
        secret: dict[Key, int] = {
            (by, within, code): count
            for by, within, code, count in HiddenCell.objects.filter(snapshot=one).values_list(*_KEYS, "numerator")
        }
        shown: dict[Key, int] = {
            (by, within, code): count
            for by, within, code, count in RollupCell.objects.filter(snapshot=one, numerator__isnull=False).values_list(
                *_KEYS, "numerator"
            )
        }
        found.append(Published({**shown, **secret}, frozenset(secret)))
    return found


def write_cells(
    snapshot: Snapshot, cells: pl.DataFrame, names: Mapping[str, Mapping[str, str]], before: list[Published]
) -> int:
    """Keep the cells of a count, the small ones apart; returns how many are hidden."""
    import polars as pl

    counts: dict[Key, int] = {(by, within, code): number for by, within, code, number in cells.iter_rows()}
    # A cell that was hidden and that nobody is in any more would tell that by not being there.
    gone = {key for one in before for key in one.hidden if key not in counts}
    hidden = hidden_cells({**counts, **dict.fromkeys(sorted(gone), 0)}, threshold=snapshot.threshold, before=before)
    schema = dict.fromkeys(_KEYS, pl.String)
    still = pl.DataFrame(sorted(gone & hidden), schema=schema, orient="row").with_columns(numerator=pl.lit(0, pl.Int64))
    secret = pl.DataFrame(sorted(hidden), schema=schema, orient="row").with_columns(hide=True)
    titles = pl.DataFrame(
        [(by, code, name) for by, known in names.items() for code, name in known.items()],
        schema={"by": pl.String, "code": pl.String, "name": pl.String}, orient="row",
    )  # fmt: skip
    rows = pl.concat([cells.select(still.columns), still]).join(secret, on=_KEYS, how="left").join(
        titles, on=["by", "code"], how="left"
    ).with_columns(
        pl.lit(snapshot.pk).alias("snapshot_id"), pl.col("name").fill_null(""), pl.col("hide").fill_null(value=False)
    )  # fmt: skip
    shown = rows.with_columns(numerator=pl.when(~pl.col("hide")).then("numerator"))
    copy.copy_frame("coverage_rollupcell", shown, ["snapshot_id", *_KEYS, "name", "numerator"])
    agency = pl.when((pl.col("by") == "agency") & (pl.col("code") != "")).then("code").cast(pl.Int64)
    copy.stage("coverage_secret", _HIDDEN)
    copy.copy_frame("coverage_secret", rows.filter("hide").with_columns(agency_id=agency), list(_HIDDEN))
    with connection.cursor() as cursor:
        columns = ", ".join(_HIDDEN)
        cursor.execute(f"INSERT INTO coverage_hiddencell ({columns}) SELECT {columns} FROM coverage_secret")
        cursor.execute("DROP TABLE coverage_secret")
    return len(hidden)


def write_standings(snapshot: Snapshot, found: Iterable[tuple[Any, ...]]) -> None:
    """Keep where the agencies stand."""
    AgencyStanding.objects.bulk_create(
        AgencyStanding(snapshot=snapshot, **dict(zip(COLUMNS, row, strict=True))) for row in found
    )


def compare(snapshot: Snapshot, persons: pl.DataFrame | None = None) -> None:
    """Keep why a snapshot differs from the one of the month counted before it, as far as there is one.

    Nothing is kept, and so nothing told, while the persons of one of the two are lost; a count must not wait for them.
    """
    before = Snapshot.objects.filter(month__lt=snapshot.month, current=True).order_by("-month").first()
    for kept_before in (SnapshotChange, AreaChange, HiddenChange):
        kept_before.objects.filter(snapshot=snapshot).delete()  # type: ignore[attr-defined]
    if before is None:
        return
    month, earlier = Month.of(snapshot.month), Month.of(before.month)
    try:
        now = persons if persons is not None else kept.read(snapshot.part, month)
        then = kept.read(before.part, earlier)
    except PartMissing:
        return
    whole, places = comparing.compare(now, then, month, earlier)
    SnapshotChange.objects.bulk_create(
        SnapshotChange(snapshot=snapshot, before=before, kind=kind, count=count) for kind, count in whole.items()
    )
    for by in comparing.PLACES:
        found = {code: kinds for (place, code), kinds in places.items() if place == by}
        secret = HiddenCell.objects.filter(snapshot__in=[snapshot, before], by=by, within="")
        closed = set(secret.values_list("code", flat=True))
        found |= {code: dict.fromkeys(CHANGES, 0) for code in closed if code not in found}
        hidden = hidden_changes(found, whole, closed, threshold=snapshot.threshold)
        _write_changes(snapshot, by, found, hidden)


def _write_changes(
    snapshot: Snapshot, by: str, found: Mapping[str, Mapping[Any, int]], hidden: set[tuple[str, Any]]
) -> None:
    rows = [(code, kind, count) for code, kinds in sorted(found.items()) for kind, count in kinds.items()]
    AreaChange.objects.bulk_create(
        AreaChange(snapshot=snapshot, by=by, code=code, kind=kind, count=None if (code, kind) in hidden else count)
        for code, kind, count in rows
        if count or (code, kind) in hidden
    )
    HiddenChange.objects.bulk_create(
        HiddenChange(
            snapshot=snapshot, by=by, code=code, kind=kind, count=count,
            agency_id=int(code) if by == "agency" and code else None,
        )
        for code, kind, count in rows
        if (code, kind) in hidden
    )  # fmt: skip
