"""Reads of areas: frames for the checks of a file, plain rows for pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from sertakan.areas.errors import AreaUnknown
from sertakan.areas.models import Area, Boundary, IdentityPrefix
from sertakan.core import clock

if TYPE_CHECKING:
    import polars as pl


def _day(on: date | None) -> date:
    """The day asked for; before the first edition known here, the first edition answers."""
    wanted = on or clock.today()
    first: date | None = Area.objects.aggregate(first=Min("valid_from"))["first"]
    return wanted if first is None else max(wanted, first)


def in_force(on: date | None = None) -> QuerySet[Area]:
    """Areas in force on a day (today when left out); the first edition known answers for every day before it."""
    day = _day(on)
    return Area.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def get_area(code: str, on: date | None = None) -> Area:
    """The area under this code on a day. Raises AreaUnknown."""
    area = in_force(on).filter(code=code).select_related("parent").first()
    if area is None:
        raise AreaUnknown(area=code)
    return area


def children_of(area: Area | None, on: date | None = None) -> QuerySet[Area]:
    """What lies directly below `area`, by name; the provinces when it is None. Rows have `has_children`."""
    below = in_force(on).filter(parent=area).order_by("sort_key", "code")
    return below.annotate(has_children=Exists(Area.objects.filter(parent=OuterRef("pk"))))


def ancestors_of(area: Area) -> list[Area]:
    """Province, regency, district above `area`, in this order. At most three reads."""
    chain: list[Area] = []
    above = area.parent
    while above is not None:
        chain.insert(0, above)
        above = above.parent
    return chain


def search_areas(text: str, *, province_code: str = "", level: str = "", on: date | None = None) -> QuerySet[Area]:
    """Areas whose name or code contains `text`, upper levels first. The caller limits how many it shows."""
    found = in_force(on).filter(Q(name__icontains=text.strip()) | Q(code__startswith=text.strip()))
    if province_code:
        found = found.filter(Q(code=province_code) | Q(code__startswith=f"{province_code}."))
    if level:
        found = found.filter(level=level)
    return found.select_related("parent__parent").order_by("code")


def tiles(province_code: str, on: date | None = None) -> QuerySet[Area]:
    """The regencies of a province that have a place on its tile map."""
    return (
        in_force(on).filter(parent__code=province_code, tile_column__isnull=False).order_by("tile_row", "tile_column")
    )


def boundaries(level: str, within: str = "") -> dict[str, Any] | None:
    """GeoJSON of the outlines of a level (inside the area `within`), each feature with `code` and `name`; None where none were loaded."""
    found = Boundary.objects.filter(level=level, code__startswith=f"{within}." if within else "").order_by("code")
    rows = list(found.values_list("code", "name", "geometry"))
    if not rows:
        return None
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}
        for code, name, geometry in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def provinces_with_villages() -> list[str]:
    """Codes of the provinces that are loaded down to the village."""
    # By the beginning of the code, not by the chain of parents: one pass, whatever the planner knows of fresh rows.
    begun = Area.objects.filter(level=Area.Level.VILLAGE).annotate(province=Substr("code", 1, 2)).values("province")
    codes = Area.objects.filter(level=Area.Level.PROVINCE, valid_to__isnull=True, code__in=begun.distinct())
    return list(codes.order_by("code").values_list("code", flat=True))


def is_loaded() -> bool:
    """Whether reference areas have been loaded at all."""
    return Area.objects.exists() and IdentityPrefix.objects.exists()


def area_frame(province_code: str | None = None, on: date | None = None) -> pl.DataFrame:
    """[id: Int64, code, level, kind, name, parent_code] in force on a day: the province in full, the others down to the regency.

    Everything that is loaded when no province is named.
    """
    import polars as pl

    day = _day(on)
    schema = {"id": pl.Int64} | dict.fromkeys(("code", "level", "kind", "name", "parent_code"), pl.String)
    rows = _rows(
        "SELECT a.id, a.code, a.level, a.kind, a.name, p.code FROM areas_area a LEFT JOIN areas_area p ON p.id = a.parent_id"
        " WHERE a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to > %s)"
        " AND (%s::text IS NULL OR a.level IN ('province', 'regency') OR a.code LIKE %s::text || '.%%') ORDER BY a.code",
        [day, day, province_code, province_code],
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def alias_frame(province_code: str | None = None) -> pl.DataFrame:
    """[code, alias, kind, needs_column: Boolean]: other names of areas; of one province, or of all.

    `needs_column`: the name is short enough to mean something else, so it counts only in a column known to hold that level.
    """
    import polars as pl

    schema = {"code": pl.String, "alias": pl.String, "kind": pl.String, "needs_column": pl.Boolean}
    rows = _rows(
        "SELECT code, alias, kind, needs_column FROM areas_areaalias"
        " WHERE %s::text IS NULL OR code = %s OR code LIKE %s::text || '.%%' ORDER BY code, alias",
        [province_code] * 3,
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def identity_prefixes() -> frozenset[str]:
    """The first six digits of identity numbers known from any edition here. A missing one is a reason to look, not a proof."""
    return frozenset(IdentityPrefix.objects.values_list("prefix", flat=True))


def _rows(statement: str, parameters: list[str | date | None]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
