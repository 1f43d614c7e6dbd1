"""Coverage: the kept counts, what changed between them, and the published series. Small counts are hidden as on pages."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from sertakan.api.guards import require
from sertakan.api.schemas import READ_REFUSALS
from sertakan.coverage import queries
from sertakan.coverage.errors import SnapshotUnknown
from sertakan.coverage.figures import Cell, SnapshotRow
from sertakan.coverage.rights import opens_all

router = Router()
READERS = ("pic", "coordinator", "bpjs", "leader", "auditor", "operator")
By = Literal[
    "province", "regency", "district", "village", "sector", "occupation", "sex", "age", "funding", "agency", "programme"
]


class CellOut(Schema):
    """How many of how many. `numerator` is null where it is suppressed; `low` and `high` bound an estimated denominator."""

    code: str
    name: str
    numerator: int | None
    denominator: int | None
    low: int | None
    high: int | None
    share: float | None
    suppressed: bool
    estimated: bool


class EvennessOut(Schema):
    """How evenly cover lies over regencies. `weighted` is false where no denominators are known and counts are compared."""

    gini: float
    theil: float
    theil_within: float
    theil_between: float
    best: str | None
    worst: str | None
    ratio: float | None
    nobody: int
    areas: int
    weighted: bool


class CoverageOut(Schema):
    """One kept count along one way to look."""

    definition: str
    source: str
    confidence: str
    on: date
    month: str
    persons: int
    by: str
    within: str
    rows: list[CellOut]
    evenness: EvennessOut | None


class SnapshotChangeOut(Schema):
    """Why a count differs from the one before; all kinds add up to the difference."""

    kind: str
    count: int


class SnapshotOut(Schema):
    """One kept count, and why it differs from the one before."""

    month: str
    on: date
    persons: int
    changes: list[SnapshotChangeOut]


class PointOut(Schema):
    """One dated value; null where it was not published."""

    on: date
    value: float | None
    numerator: int | None
    denominator: int | None
    source: str
    confidence: str
    note: str


class BreakOut(Schema):
    """From which day what is counted changed."""

    on: date
    why: str


class SeriesOut(Schema):
    """Values of one definition. Points of two series, or across a break, are not to be joined."""

    slug: str
    title: str
    definition: str
    kind: Literal["official", "own"]
    points: list[PointOut]
    breaks: list[BreakOut]


@router.get("", response={200: CoverageOut, **READ_REFUSALS})
def coverage(
    request: HttpRequest,
    by: By = "regency",
    within: Annotated[str, StringConstraints(pattern=r"^([0-9.]{2,13})?$")] = "",
    on: date | None = None,
) -> dict[str, Any]:
    """One kept count, the newest or the one that holds on a day; inside the area `within` when one is named."""
    actor = require(request, *READERS)
    snapshot = _snapshot(on)
    open_rows = opens_all(actor)
    told = queries.passport(snapshot)
    found = queries.cells(snapshot, by, within=within, open_rows=open_rows)
    even = queries.evenness(snapshot, by, open_rows=open_rows) if by in ("regency", "district", "village") else None
    return {
        "definition": told.definition,
        "source": told.source,
        "confidence": told.confidence,
        "on": snapshot.on,
        "month": str(snapshot.month),
        "persons": snapshot.persons,
        "by": by,
        "within": within,
        "rows": [_cell(one) for one in found],
        "evenness": None
        if even is None
        else {
            "gini": even.gini,
            "theil": even.theil,
            "theil_within": even.theil_within,
            "theil_between": even.theil_between,
            "best": even.best.code if even.best else None,
            "worst": even.worst.code if even.worst else None,
            "ratio": even.ratio,
            "nobody": even.nobody,
            "areas": even.areas,
            "weighted": even.weighted,
        },
    }


@router.get("/snapshots", response={200: list[SnapshotOut], **READ_REFUSALS})
def snapshots(request: HttpRequest) -> list[dict[str, Any]]:
    """All kept counts, the newest first, each with why it differs from the one before."""
    require(request, *READERS)
    every = queries.snapshots()
    return [
        {
            "month": str(one.month),
            "on": one.on,
            "persons": one.persons,
            "changes": [{"kind": change.kind, "count": change.count} for change in queries.changes(one, before)]
            if before is not None
            else [],
        }
        for one, before in zip_longest(every, every[1:])
    ]


@router.get("/series", response={200: list[SeriesOut], **READ_REFUSALS})
def series(request: HttpRequest) -> list[dict[str, Any]]:
    """The published series, each of one definition, and our own count."""
    require(request, *READERS)
    return [
        {
            "slug": one.slug,
            "title": str(one.title),
            "definition": str(one.definition),
            "kind": one.kind,
            "points": [
                {
                    "on": point.on,
                    "value": point.value,
                    "numerator": point.numerator,
                    "denominator": point.denominator,
                    "source": str(point.source),
                    "confidence": point.confidence,
                    "note": str(point.note),
                }
                for point in one.points
            ],
            "breaks": [{"on": day, "why": why} for day, why in one.breaks],
        }
        for one in queries.series()
    ]


def _snapshot(on: date | None) -> SnapshotRow:
    found = queries.snapshot_of(on)
    if found is None:
        raise SnapshotUnknown(on=on.isoformat() if on else "hari ini", month=f"{on:%Y-%m}" if on else "YYYY-MM")
    return found


def _cell(one: Cell) -> dict[str, Any]:
    names = ("code", "name", "numerator", "denominator", "low", "high", "share", "suppressed", "estimated")
    return {name: getattr(one, name) for name in names}
