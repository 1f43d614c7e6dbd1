"""Warnings that were kept: what is open now, and what came of those that were. Always within the scope of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Max, Min, Q, QuerySet, Sum, Value, When

from sertakan.core.month import Month
from sertakan.protection.models import LapseWarning
from sertakan.protection.warnings import KINDS


@dataclass(frozen=True, slots=True)
class KindCount:
    """Open warnings of one kind: workers, agencies, donors; the next day to act by; what the families lose together, in rupiah."""

    kind: str
    workers: int
    agencies: int
    donors: int
    due_on: date | None
    lost: int
    on_the_way: int


@dataclass(frozen=True, slots=True)
class AgencyCount:
    """Open warnings of one agency."""

    agency_id: int
    agency: str
    workers: int
    pressing: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What came of the warnings of one kind about one month: how many there were, were told, and how they ended."""

    kind: str
    month: Month
    workers: int
    told: int
    paid: int
    arranged: int
    worse: int
    lapsed: int
    open: int


def open_warnings(*, kind: str = "", agency_id: int | None = None) -> QuerySet[LapseWarning]:
    """Open warnings in scope, the most pressing kind and the nearest day first."""
    found = LapseWarning.objects.filter(closed_on__isnull=True).select_related("person", "agency", "donor")
    if kind:
        found = found.filter(kind=kind)
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    rank = Case(
        *(When(kind=name, then=Value(place)) for place, name in enumerate(KINDS)),
        default=Value(len(KINDS)),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "due_on", "person__sort_key", "person_id", "month")


def counts(*, agency_id: int | None = None) -> list[KindCount]:
    """Open warnings by kind, the most pressing first; kinds without any are left out. One statement."""
    found = LapseWarning.objects.filter(closed_on__isnull=True)
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    rows = found.values("kind").annotate(
        workers=Count("person", distinct=True),
        agencies=Count("agency", distinct=True),
        donors=Count("donor", distinct=True),
        next_due=Min("due_on"),
        lost_sum=Sum("lost", default=0),
        on_the_way=Count("person", filter=Q(remitted=True) | Q(donor_paid=True)),
    )
    by_kind = {row["kind"]: row for row in rows}
    return [
        KindCount(
            kind=kind,
            workers=row["workers"],
            agencies=row["agencies"],
            donors=row["donors"],
            due_on=row["next_due"],
            lost=row["lost_sum"],
            on_the_way=row["on_the_way"],
        )
        for kind in KINDS
        if (row := by_kind.get(kind))
    ]


def by_agency(*, kind: str = "") -> list[AgencyCount]:
    """Open warnings by agency in scope, those with the most about to lapse first. One statement."""
    found = LapseWarning.objects.filter(closed_on__isnull=True, agency__isnull=False)
    if kind:
        found = found.filter(kind=kind)
    rows = (
        found.values("agency_id", "agency__name", "agency__sort_key")
        .annotate(
            workers=Count("person", distinct=True),
            pressing=Count("person", filter=Q(kind__in=["lapses_next", "arrears_3"]), distinct=True),
            next_due=Min("due_on"),
        )
        .order_by("-pressing", "-workers", "agency__sort_key")
    )
    return [
        AgencyCount(row["agency_id"], row["agency__name"], row["workers"], row["pressing"], row["next_due"])
        for row in rows
    ]


def afterwards(*, since: Month, agency_id: int | None = None) -> list[Afterwards]:
    """What came of warnings about months from `since` on, the latest month first. One statement."""
    found = LapseWarning.objects.filter(month__gte=since.first_day)
    if agency_id is not None:
        found = found.filter(agency=agency_id)
    rows = found.values("kind", "month").annotate(
        workers=Count("person"),
        was_told=Count("person", filter=Q(told_on__isnull=False)),
        n_paid=Count("person", filter=Q(outcome="paid")),
        n_arranged=Count("person", filter=Q(outcome__in=["arranged", "left"])),
        n_worse=Count("person", filter=Q(outcome="worse")),
        n_lapsed=Count("person", filter=Q(outcome="lapsed")),
        n_open=Count("person", filter=Q(outcome="")),
    )
    order: dict[str, int] = {kind: place for place, kind in enumerate(KINDS)}
    listed = sorted(rows, key=lambda row: (-row["month"].toordinal(), order.get(row["kind"], len(order))))
    return [
        Afterwards(
            row["kind"], Month.of(row["month"]), row["workers"], row["was_told"], row["n_paid"], row["n_arranged"], row["n_worse"],
            row["n_lapsed"], row["n_open"],
        )
        for row in listed
    ]  # fmt: skip


def last_raised() -> date | None:
    """The latest day on which a warning in scope was raised or closed; None while there are none."""
    found = LapseWarning.objects.aggregate(raised=Max("raised_on"), closed=Max("closed_on"))
    return max((day for day in found.values() if day is not None), default=None)
