"""Counts the protected persons of a month and keeps the result. Repeatable: what was not changed is not written again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from sertakan.core import audit, clock, copy
from sertakan.core.month import Month
from sertakan.coverage import comparing, kept, policies
from sertakan.coverage.counting import completed
from sertakan.coverage.definitions import OWN
from sertakan.coverage.engines import check_known, count_on
from sertakan.coverage.funnel import funnels
from sertakan.coverage.models import FunnelStep, Snapshot, SnapshotChange
from sertakan.coverage.persons import known_codes, protected_persons
from sertakan.coverage.queries.home import home
from sertakan.coverage.suppression import hidden_cells
from sertakan.protection import queries as protection
from sertakan.protection.models import MonthMade

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Built:
    """What one counting did. `changed`: it gave another result than what was kept, so there is a new snapshot."""

    month: Month
    snapshot_id: int
    persons: int
    cells: int
    hidden: int
    content: str
    changed: bool


@transaction.atomic
def build(month: Month, *, engine: str = "postgres") -> Built:
    """Count `month` from its kept states; a new snapshot only where something is other than in the last.

    Raises NotYourCount, EngineUnknown, MonthNotComputed (states of that month are not kept).
    """
    policies.check_can_count()
    check_known(engine)
    made = protection.made(month)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('coverage.build')), set_config('work_mem', '256MB', true)"
        )
    persons = protected_persons(month, made.on)
    names = known_codes(home(), made.on)
    threshold = settings.SERTAKAN_SMALL_CELL
    cells = _every_cell(count_on(engine, persons), names)
    content = _content(persons, cells, made.on, threshold)
    last = Snapshot.objects.filter(month=month.first_day, current=True).first()
    if last is not None and last.content == content:
        if last.source_made_at != made.made_at:
            Snapshot.objects.filter(pk=last.pk).update(source_made_at=made.made_at)
        return Built(month, last.pk, last.persons, cells.height, last.hidden.count(), content, changed=False)
    Snapshot.objects.filter(month=month.first_day, current=True).update(current=False)
    name = kept.name_of(month, content)
    kept.keep(name, persons)
    snapshot = Snapshot.objects.create(
        month=month.first_day, on=made.on, built_at=clock.now(), persons=persons.height, threshold=threshold, definition=OWN,
        rules_version=made.rules_version, source_made_at=made.made_at, content=content, part=name,
    )  # fmt: skip
    hidden = _write(snapshot, cells, names, threshold)
    _write_funnels(snapshot, month, made)
    _compare(snapshot, persons)
    following = Snapshot.objects.filter(month__gt=month.first_day, current=True).order_by("month").first()
    if following is not None:
        _compare(following)
    audit.record("coverage.built", facts={"month": str(month), "persons": persons.height, "content": content[:16]})
    return Built(month, snapshot.pk, persons.height, cells.height, hidden, content, changed=True)


@transaction.atomic
def build_due(*, engine: str = "postgres") -> list[Built]:
    """Count every month whose states were computed anew since it was counted, the oldest first. Raises NotYourCount."""
    policies.check_can_count()
    known = dict(Snapshot.objects.filter(current=True).values_list("month", "source_made_at"))
    due = [one.month for one in MonthMade.objects.order_by("month") if known.get(one.month) != one.made_at]
    return [build(Month.of(day), engine=engine) for day in due]


def write_extract(month: Month, file: Path) -> int:
    """The counted persons of a month as Parquet for counting many provinces together: no name, no number of a person or membership.

    Returns how many. Raises NotYourCount, MonthNotComputed.
    """
    import polars as pl

    policies.check_can_count()
    persons = protected_persons(month, protection.made(month).on)
    # A running number takes the place of the membership, in an order that says nothing about it.
    plain = persons.drop("membership").sort(pl.all()).with_row_index("membership").cast({"membership": pl.Int64})
    plain.write_parquet(file)
    audit.record("coverage.extracted", facts={"month": str(month), "persons": persons.height})
    return persons.height


def _every_cell(cells: pl.DataFrame, names: dict[str, dict[str, str]]) -> pl.DataFrame:
    """With zeros: every area, every sector; not every occupation or agency in every regency."""
    wanted = {
        by: sorted(known)
        for by, known in names.items()
        if by in ("province", "regency", "district", "village", "sector")
    }
    return completed(cells, wanted, sorted(names["regency"]))


def _content(persons: pl.DataFrame, cells: pl.DataFrame, on: date, threshold: int) -> str:
    """A hash of what was counted and what came of it: the same for the same, whenever and on whichever engine."""
    digest = hashlib.sha256(f"{on} {threshold} {OWN}\n".encode())
    for frame in (persons, cells):
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def _write(snapshot: Snapshot, cells: pl.DataFrame, names: dict[str, dict[str, str]], threshold: int) -> int:
    import polars as pl

    counts = {(by, within, code): number for by, within, code, number in cells.iter_rows()}
    hidden = hidden_cells(counts, threshold=threshold)
    keys = ["by", "within", "code"]
    secret = pl.DataFrame(sorted(hidden), schema=dict.fromkeys(keys, pl.String), orient="row").with_columns(hide=True)
    titles = pl.DataFrame(
        [(by, code, name) for by, known in names.items() for code, name in known.items()],
        schema={"by": pl.String, "code": pl.String, "name": pl.String}, orient="row",
    )  # fmt: skip
    rows = cells.join(secret, on=keys, how="left").join(titles, on=["by", "code"], how="left").with_columns(
        pl.lit(snapshot.pk).alias("snapshot_id"), pl.col("name").fill_null(""), pl.col("hide").fill_null(value=False)
    )  # fmt: skip
    shown = rows.with_columns(numerator=pl.when(~pl.col("hide")).then("numerator"))
    copy.copy_frame("coverage_rollupcell", shown, ["snapshot_id", *keys, "name", "numerator"])
    agency = pl.when((pl.col("by") == "agency") & (pl.col("code") != "")).then("code").cast(pl.Int64)
    copy.stage("coverage_secret", _HIDDEN)
    copy.copy_frame("coverage_secret", rows.filter("hide").with_columns(agency_id=agency), list(_HIDDEN))
    with connection.cursor() as cursor:
        columns = ", ".join(_HIDDEN)
        cursor.execute(f"INSERT INTO coverage_hiddencell ({columns}) SELECT {columns} FROM coverage_secret")
        cursor.execute("DROP TABLE coverage_secret")
    return len(hidden)


_HIDDEN = {
    "snapshot_id": "bigint", "by": "varchar(10)", "within": "varchar(13)", "code": "varchar(80)", "numerator": "integer",
    "agency_id": "bigint",
}  # fmt: skip


def _write_funnels(snapshot: Snapshot, month: Month, made: MonthMade) -> None:
    found = funnels(month, made.on, threshold=snapshot.threshold)
    FunnelStep.objects.bulk_create(
        FunnelStep(
            snapshot=snapshot, agency_id=agency, position=place, kind=step.kind, count=step.count, lost=dict(step.lost)
        )
        for agency, steps in found.items()
        for place, step in enumerate(steps)
    )


def _compare(snapshot: Snapshot, persons: pl.DataFrame | None = None) -> None:
    """Keep why a snapshot differs from the one of the month counted before it, as far as there is one."""
    before = Snapshot.objects.filter(month__lt=snapshot.month, current=True).order_by("-month").first()
    SnapshotChange.objects.filter(snapshot=snapshot).delete()
    if before is None:
        return
    month, earlier = Month.of(snapshot.month), Month.of(before.month)
    now = persons if persons is not None else kept.read(snapshot.part, month)
    kinds = comparing.compare(now, kept.read(before.part, earlier), month, earlier)
    SnapshotChange.objects.bulk_create(
        SnapshotChange(snapshot=snapshot, before=before, kind=kind, count=count) for kind, count in kinds.items()
    )
