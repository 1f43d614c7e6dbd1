"""Counts the protected persons of a month and keeps the result. Repeatable: what was not changed is not written again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from sertakan.core import audit, clock
from sertakan.core.month import Month
from sertakan.coverage import kept, policies
from sertakan.coverage.counting import completed
from sertakan.coverage.definitions import OWN
from sertakan.coverage.engines import check_known, count_on
from sertakan.coverage.funnel import funnels
from sertakan.coverage.models import FunnelStep, Snapshot
from sertakan.coverage.persons import known_codes, protected_persons
from sertakan.coverage.queries.home import home
from sertakan.coverage.services.publishing import compare, publications, write_cells, write_standings
from sertakan.coverage.standing import standings
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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('coverage.build')), set_config('work_mem', '256MB', true)"
        )
    made = protection.made(month)
    persons = protected_persons(month, made.on)
    names = known_codes(home(), made.on)
    threshold = settings.SERTAKAN_SMALL_CELL
    cells = _every_cell(count_on(engine, persons), names)
    standing = standings(month, made.on)
    content = _content(persons, cells, f"{made.on} {threshold} {OWN} {standing}")
    last = Snapshot.objects.filter(month=month.first_day, current=True).first()
    if last is not None and last.content == content:
        kept.keep(last.part, persons)  # as it was, should the file have been lost
        if last.source_made_at != made.made_at:
            Snapshot.objects.filter(pk=last.pk).update(source_made_at=made.made_at)
        return Built(month, last.pk, last.persons, cells.height, last.hidden.count(), content, changed=False)
    before = publications(_beside(month))
    Snapshot.objects.filter(month=month.first_day, current=True).update(current=False)
    name = kept.name_of(month, content)
    kept.keep(name, persons)
    snapshot = Snapshot.objects.create(
        month=month.first_day, on=made.on, built_at=clock.now(), persons=persons.height, threshold=threshold, definition=OWN,
        rules_version=made.rules_version, source_made_at=made.made_at, content=content, part=name,
    )  # fmt: skip
    hidden = write_cells(snapshot, cells, names, before)
    write_standings(snapshot, standing)
    _write_funnels(snapshot, month, made)
    compare(snapshot, persons)
    following = Snapshot.objects.filter(month__gt=month.first_day, current=True).order_by("month").first()
    if following is not None:
        compare(following)
    audit.record("coverage.built", facts={"month": str(month), "persons": persons.height, "content": content[:16]})
    return Built(month, snapshot.pk, persons.height, cells.height, hidden, content, changed=True)


@transaction.atomic
def build_due(*, engine: str = "postgres") -> list[Built]:
    """Count every month whose states were computed anew since it was counted, the oldest first. Raises NotYourCount."""
    policies.check_can_count()
    current = Snapshot.objects.filter(current=True)
    known = dict(current.filter(standings__isnull=False).values_list("month", "source_made_at"))
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


def _beside(month: Month) -> list[Snapshot]:
    """The published counts that a new one of `month` is compared with: the one it replaces, and those of the months around it."""
    known = Snapshot.objects.filter(current=True)
    found = (
        known.filter(month=month.first_day).first(),
        known.filter(month__lt=month.first_day).order_by("-month").first(),
        known.filter(month__gt=month.first_day).order_by("month").first(),
    )
    return [one for one in found if one is not None]


def _content(persons: pl.DataFrame, cells: pl.DataFrame, facts: str) -> str:
    """A hash of what was counted and what came of it: the same for the same, whenever and on whichever engine."""
    digest = hashlib.sha256(f"{facts}\n".encode())
    for frame in (persons, cells):
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def _write_funnels(snapshot: Snapshot, month: Month, made: MonthMade) -> None:
    found = funnels(month, made.on, threshold=snapshot.threshold)
    FunnelStep.objects.bulk_create(
        FunnelStep(
            snapshot=snapshot, agency_id=agency, position=place, kind=step.kind, count=step.count, lost=dict(step.lost)
        )
        for agency, steps in found.items()
        for place, step in enumerate(steps)
    )
