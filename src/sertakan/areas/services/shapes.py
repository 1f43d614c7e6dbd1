"""Boundary files: GeoJSON or TopoJSON into plain outlines, checked, and thinned to what a page can draw. No Django, nothing is written."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sertakan.areas.errors import BoundaryFileTooLarge, BoundaryFileUnreadable, BoundaryWrong

LIMIT_MB: Final = 64
CODE_NAMES: Final = ("kode", "code", "kode_wilayah", "kdppum", "kdcpum", "kdepum")
NAMES: Final = ("nama", "name")
LEVEL_OF_DOTS: Final = ("province", "regency", "district", "village")
MOST_POINTS: Final = {"province": 6_000, "regency": 8_000, "district": 16_000, "village": 36_000}
"""How many corners a page draws at most on one level."""
DIGITS: Final = 4
WEST, EAST, SOUTH, NORTH = 94.0, 142.0, -12.0, 7.0
"""Indonesia lies within these degrees."""
DEGREES: Final = ("CRS84", "CRS:84", "EPSG:4326", "EPSG::4326", "WGS84", "WGS 84")
"""How files name the system in degrees, at the end of what they call it."""
_FIRST_TOLERANCE: Final = 0.0002

Point = tuple[float, float]
Ring = list[Point]
Rings = list[list[Ring]]
"""Polygons, each with its outer ring first."""


@dataclass(slots=True)
class Shape:
    """One outline: the level follows from its code."""

    code: str
    level: str
    name: str
    polygons: Rings
    place: str

    @property
    def points(self) -> int:
        return sum(len(ring) for polygon in self.polygons for ring in polygon)

    def geometry(self) -> dict[str, Any]:
        """As GeoJSON."""
        coordinates = [[[list(point) for point in ring] for ring in polygon] for polygon in self.polygons]
        return {"type": "MultiPolygon", "coordinates": coordinates}


def read_shapes(file: Path) -> list[Shape]:
    """The outlines of a file, as drawn. Raises BoundaryFileTooLarge, BoundaryFileUnreadable, BoundaryWrong."""
    size = file.stat().st_size
    if size > LIMIT_MB << 20:
        raise BoundaryFileTooLarge(file=file.name, size=round(size / (1 << 20)), limit=LIMIT_MB)
    try:
        read = json.loads(file.read_text("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as broken:
        raise BoundaryFileUnreadable(file=file.name, why=str(broken)[:120]) from broken
    kind = read.get("type") if isinstance(read, dict) else None
    if isinstance(read, dict):
        _check_degrees(read.get("crs"), file.name)
    if kind == "FeatureCollection" and isinstance(read.get("features"), list):
        features = [(f"fitur ke-{number}", one) for number, one in enumerate(read["features"], start=1)]
    elif kind == "Topology" and isinstance(read.get("objects"), dict) and isinstance(read.get("arcs"), list):
        features = list(_of_topology(read, file.name))
    else:
        raise BoundaryFileUnreadable(file=file.name, why=f"“type” adalah {kind!r}")
    shapes = [_shape(feature, place, file.name) for place, feature in features]
    if not shapes:
        raise BoundaryFileUnreadable(file=file.name, why="tidak ada satu batas pun di dalamnya")
    known: dict[str, str] = {}
    for shape in shapes:
        if shape.code in known:
            raise BoundaryWrong(
                file=file.name, place=shape.place, why=f"kode {shape.code} sudah ada pada {known[shape.code]}"
            )
        known[shape.code] = shape.place
    return shapes


def _check_degrees(crs: Any, file: str) -> None:
    """Raises BoundaryFileUnreadable for a file that says its coordinates are no degrees (an old member of GeoJSON)."""
    facts = crs.get("properties") if isinstance(crs, dict) else None
    named = facts.get("name") if isinstance(facts, dict) else None
    if isinstance(named, str) and not named.upper().endswith(DEGREES):
        raise BoundaryFileUnreadable(
            file=file, why=f"koordinatnya menurut {named[:60]}; ubah dahulu ke derajat lintang dan bujur (WGS84)"
        )


def _shape(feature: Any, place: str, file: str) -> Shape:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise BoundaryWrong(file=file, place=place, why="tidak mempunyai “geometry”")
    properties = feature.get("properties") or {}
    written = {str(name).lower(): value for name, value in properties.items()} if isinstance(properties, dict) else {}
    found = next((written[name] for name in CODE_NAMES if written.get(name)), None)
    code = dotted(str(found)) if found is not None else None
    if code is None:
        shown = "tidak ada" if found is None else f"berisi “{str(found)[:20]}”"
        raise BoundaryWrong(file=file, place=place, why=f"sifat “kode” {shown}; yang diharapkan seperti 17.71.01.1004")
    name = next((str(written[name]) for name in NAMES if written.get(name)), "")
    place = f"{place} (kode {code})"
    polygons = _polygons(feature["geometry"], place, file)
    return Shape(code, LEVEL_OF_DOTS[code.count(".")], name[:120], polygons, place)


def dotted(code: str) -> str | None:
    """A code in the written form (17.71.01.1004), also from plain digits; None when it is neither."""
    digits = code.replace(".", "").strip()
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{10}", digits):
        return None
    parts = [digits[:2], digits[2:4], digits[4:6], digits[6:]]
    found = ".".join(part for part in parts if part)
    return found if "." not in code or found == code.strip() else None


def _polygons(geometry: dict[str, Any], place: str, file: str) -> Rings:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryWrong(
            file=file, place=place, why=f"berupa {kind}; yang dapat digambar hanya Polygon dan MultiPolygon"
        )
    try:
        several: Any = [coordinates] if kind == "Polygon" else coordinates
        polygons = [[[(float(point[0]), float(point[1])) for point in ring] for ring in polygon] for polygon in several]
    except (TypeError, ValueError, IndexError) as broken:
        raise BoundaryWrong(file=file, place=place, why="koordinatnya bukan pasangan bilangan") from broken
    if not polygons or not all(polygons):
        raise BoundaryWrong(file=file, place=place, why="tidak mempunyai titik")
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise BoundaryWrong(file=file, place=place, why="mempunyai garis yang tidak tertutup")
        if not all(math.isfinite(x) and abs(x) <= 180 and abs(y) <= 90 for x, y in ring):
            raise BoundaryWrong(file=file, place=place, why="koordinatnya bukan derajat lintang dan bujur (WGS84)")
        if not all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring):
            raise BoundaryWrong(
                file=file,
                place=place,
                why="terletak di luar Indonesia; mungkin lintang dan bujurnya tertukar, atau bukan WGS84",
            )
    if not any(_area(ring) for polygon in polygons for ring in polygon):
        raise BoundaryWrong(file=file, place=place, why="tidak mempunyai luas")
    return polygons


def _area(ring: Ring) -> float:
    """Twice the area that a ring encloses, in square degrees."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)))


def _of_topology(read: dict[str, Any], file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The features of all layers, with the arcs put in."""
    arcs = _arcs(read, file)
    for layer, content in read["objects"].items():
        geometries = content.get("geometries", [content]) if isinstance(content, dict) else []
        if not isinstance(geometries, list):
            raise BoundaryFileUnreadable(file=file, why=f"lapisan {layer} tidak berisi daftar bentuk")
        for number, one in enumerate(geometries, start=1):
            place = f"lapisan {layer}, fitur ke-{number}"
            try:
                geometry = _put_in(one, arcs)
            except (TypeError, IndexError, KeyError) as broken:
                raise BoundaryWrong(file=file, place=place, why="menunjuk ke garis yang tidak ada") from broken
            yield place, {"properties": one.get("properties"), "geometry": geometry}


def _arcs(read: dict[str, Any], file: str) -> list[Ring]:
    transform = read.get("transform")
    arcs = []
    try:
        for arc in read["arcs"]:
            x = y = 0.0
            ring = []
            for point in arc:
                if transform:
                    x, y = x + point[0], y + point[1]
                    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
                    ring.append((x * sx + tx, y * sy + ty))
                else:
                    ring.append((float(point[0]), float(point[1])))
            arcs.append(ring)
    except (TypeError, ValueError, IndexError, KeyError) as broken:
        raise BoundaryFileUnreadable(file=file, why="garis-garisnya rusak") from broken
    return arcs


def _put_in(one: dict[str, Any], arcs: Sequence[Ring]) -> dict[str, Any]:
    def ring(numbers: Sequence[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    kind = one["type"]
    if kind == "Polygon":
        return {"type": kind, "coordinates": [ring(numbers) for numbers in one["arcs"]]}
    if kind == "MultiPolygon":
        return {"type": kind, "coordinates": [[ring(numbers) for numbers in polygon] for polygon in one["arcs"]]}
    return {"type": kind}


def thinned(shapes: Sequence[Shape]) -> list[Shape]:
    """The outlines of one level with as few corners as a page can draw; corners that several outlines share stay shared.

    A corner where more than two lines meet is never taken, so that neighbours keep meeting there; a ring that would vanish is kept whole.
    """
    rounded = [_rounded(shape) for shape in shapes]
    most = MOST_POINTS[shapes[0].level] if shapes else 0
    tolerance = _FIRST_TOLERANCE
    found = rounded
    fixed = _meeting_points(rounded)
    while sum(shape.points for shape in found) > most and tolerance < 0.05:
        found = [_simplified(shape, tolerance, fixed) for shape in rounded]
        tolerance *= 1.6
    return found


def _rounded(shape: Shape) -> Shape:
    polygons = []
    for polygon in shape.polygons:
        rings = []
        for ring in polygon:
            near = [(round(x, DIGITS), round(y, DIGITS)) for x, y in ring]
            kept = [near[0], *(point for before, point in itertools.pairwise(near) if point != before)]
            rings.append(kept if len(kept) >= 4 else ring)
        polygons.append(rings)
    return Shape(shape.code, shape.level, shape.name, polygons, shape.place)


def _meeting_points(shapes: Sequence[Shape]) -> set[Point]:
    """Corners with more than two different neighbours: where three areas, or two and the sea, meet."""
    around: dict[Point, set[Point]] = {}
    for shape in shapes:
        for ring in (ring for polygon in shape.polygons for ring in polygon):
            for before, point in itertools.pairwise(ring):
                around.setdefault(point, set()).add(before)
                around.setdefault(before, set()).add(point)
    return {point for point, others in around.items() if len(others) > 2}


def _simplified(shape: Shape, tolerance: float, fixed: set[Point]) -> Shape:
    polygons = [[_thin_ring(ring, tolerance, fixed) for ring in polygon] for polygon in shape.polygons]
    return Shape(shape.code, shape.level, shape.name, polygons, shape.place)


def _thin_ring(ring: Ring, tolerance: float, fixed: set[Point]) -> Ring:
    """Douglas-Peucker between the fixed corners, each stretch in one direction, so that neighbours lose the same corners."""
    body = ring[:-1]
    anchors = [place for place, point in enumerate(body) if point in fixed]
    if not anchors:
        start = min(range(len(body)), key=lambda place: body[place])
        far = max(range(len(body)), key=lambda place: (math.dist(body[start], body[place]), body[place]))
        anchors = sorted({start, far})
    body = body[anchors[0] :] + body[: anchors[0]]
    stops = [place - anchors[0] for place in anchors] + [len(body)]
    closed = [*body, body[0]]
    kept: Ring = []
    for first, last in itertools.pairwise(stops):
        kept += _thin_line(closed[first : last + 1], tolerance)[:-1]
    kept.append(kept[0])
    return kept if len(kept) >= 4 else ring


def _thin_line(line: Ring, tolerance: float) -> Ring:
    backwards = line[0] > line[-1]
    line = line[::-1] if backwards else line
    keep = {0, len(line) - 1}
    stretches = [(0, len(line) - 1)]
    while stretches:
        first, last = stretches.pop()
        farthest, at = 0.0, first
        for place in range(first + 1, last):
            away = _away(line[place], line[first], line[last])
            if away > farthest:
                farthest, at = away, place
        if farthest > tolerance:
            keep.add(at)
            stretches += [(first, at), (at, last)]
    kept = [line[place] for place in sorted(keep)]
    return kept[::-1] if backwards else kept


def _away(point: Point, first: Point, last: Point) -> float:
    """The distance of a point from a stretch of line."""
    (x, y), (x1, y1), (x2, y2) = point, first, last
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if not length else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return math.hypot(x - (x1 + along * (x2 - x1)), y - (y1 + along * (y2 - y1)))
