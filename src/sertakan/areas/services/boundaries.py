"""Boundaries of an operator's file into the table: for maps, never for settling where a border runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from sertakan.areas.errors import BoundaryWrong
from sertakan.areas.models import Area, Boundary
from sertakan.areas.services.shapes import Shape, read_shapes, thinned
from sertakan.core import audit, clock


@dataclass(frozen=True, slots=True)
class BoundariesLoaded:
    """What one level of a file became."""

    level: str
    areas: int
    points_read: int
    points_kept: int
    missing: int


@transaction.atomic
def load_boundaries(file: Path, *, source: str = "") -> list[BoundariesLoaded]:
    """Take the outlines of a GeoJSON or TopoJSON file; a level that is in it is replaced as far as the file goes.

    Every code must be one of a known area. `missing`: areas of the same regencies or provinces that the file has no outline of.
    Raises BoundaryFileTooLarge, BoundaryFileUnreadable, BoundaryWrong; then nothing is kept.
    """
    shapes = read_shapes(file)
    known = dict(Area.objects.filter(valid_to__isnull=True).values_list("code", "name"))
    for shape in shapes:
        if shape.code not in known:
            raise BoundaryWrong(file=file.name, place=shape.place, why="wilayah dengan kode itu tidak dikenal di sini")
    done = []
    now = clock.now()
    for level in dict.fromkeys(shape.level for shape in shapes):
        own = [shape for shape in shapes if shape.level == level]
        kept = thinned(own)
        Boundary.objects.filter(level=level, code__in=[shape.code for shape in kept]).delete()
        Boundary.objects.bulk_create(
            Boundary(
                level=level, code=shape.code, name=known[shape.code], geometry=shape.geometry(), source=source or file.name,
                loaded_at=now,
            )
            for shape in kept
        )  # fmt: skip
        read, drawn = (sum(shape.points for shape in several) for several in (own, kept))
        done.append(BoundariesLoaded(level, len(own), read, drawn, _missing(own)))
    facts = {one.level: [one.areas, one.points_read, one.points_kept] for one in done}
    audit.record("areas.boundaries_loaded", facts={"file": file.name, **facts})
    return done


def _missing(shapes: list[Shape]) -> int:
    """Areas of the same level in the provinces of the file that it has no outline of."""
    provinces = {shape.code[:2] for shape in shapes}
    drawn = {shape.code for shape in shapes}
    codes = Area.objects.filter(level=shapes[0].level, valid_to__isnull=True).values_list("code", flat=True)
    return sum(code[:2] in provinces and code not in drawn for code in codes)
