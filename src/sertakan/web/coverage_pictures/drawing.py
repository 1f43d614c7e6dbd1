"""Geometry of the pictures of coverage on pages. Only numbers come out; colours and type belong to the stylesheet.

All lengths are text with a point as decimal mark, because they go into SVG attributes whatever the reader's language is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import cos, radians
from typing import Any

from sertakan.web.pictures import length, level

MAP_WIDTH = 640.0
MAP_TALLEST = 760.0
PANEL = (640, 220)
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 16, 34, 34
_ROOM = 62
FAR, NEAR = 0.2, 0.05
"""Where an empty band takes more than this part of a map, what lies beyond it is drawn closer, leaving the second part empty."""


def rounded_up(value: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten; 1 for nothing."""
    if value <= 0:
        return 1.0
    step = (
        10.0 ** len(str(int(value))) / 10
        if value >= 1
        else 10.0 ** -next(n for n in range(1, 12) if value * 10**n >= 1)
    )
    return next(step * times for times in (1, 2, 2.5, 5, 10) if step * times >= value * 0.999999)


def choropleth(shapes: Mapping[str, Any], values: Mapping[str, float | None], *, upper: float) -> dict[str, Any]:
    """Outlines of areas from GeoJSON in degrees, on an even grid true to scale at the middle latitude, shaded from zero to `upper`.

    `values` are by area code; a code that is missing, or None, is drawn as "no figure".
    """
    features = [(code_of(one), list(rings_of(one["geometry"]))) for one in shapes["features"] if one.get("geometry")]
    every = [point for _code, rings in features for ring in rings for point in ring]
    if not every:
        return {"box": "0 0 1 1", "areas": []}
    west, east = min(point[0] for point in every), max(point[0] for point in every)
    south, north = min(point[1] for point in every), max(point[1] for point in every)
    squeeze = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min(MAP_WIDTH / wide, MAP_TALLEST / tall)

    def path(ring: Sequence[Sequence[float]]) -> str:
        corners, before = [], ""
        for point in ring:
            corner = f"{(point[0] - west) * squeeze * scale:.1f} {(north - point[1]) * scale:.1f}"
            if corner != before:
                corners.append(corner)
            before = corner
        return f"M{'L'.join(corners)}Z"

    areas = []
    for code, rings in features:
        value = values.get(code)
        shade = "none" if value is None else str(level(value, upper))
        areas.append({"code": code, "path": "".join(path(ring) for ring in rings), "shade": shade})
    return {"box": f"-2 -2 {length(wide * scale + 4)} {length(tall * scale + 4)}", "areas": areas}


def gathered(shapes: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The outlines with a far island drawn closer than it lies, so that the rest is not lost in sea; and whether one was."""
    moved = False
    for axis in (1, 0):
        cut = _empty_band(shapes, axis)
        if cut is not None:
            shapes, moved = _moved(shapes, axis, *cut), True
    return dict(shapes), moved


def _empty_band(shapes: Mapping[str, Any], axis: int) -> tuple[float, float, float] | None:
    """The middle of the widest band without land, and how far what lies below and above it is moved; None where it is narrow."""
    spans = sorted(
        (min(point[axis] for point in ring), max(point[axis] for point in ring))
        for one in shapes["features"]
        if one.get("geometry")
        for ring in rings_of(one["geometry"])
    )
    if not spans:
        return None
    first, last = spans[0][0], max(high for _low, high in spans)
    widest, below, reach = 0.0, first, spans[0][1]
    for low, high in spans:
        if low - reach > widest:
            widest, below = low - reach, reach
        reach = max(reach, high)
    if widest <= FAR * (last - first):
        return None
    by = widest - NEAR * (last - first)
    return (below + widest / 2, *((by, 0.0) if below - first < last - below - widest else (0.0, -by)))


def _moved(shapes: Mapping[str, Any], axis: int, cut: float, below: float, above: float) -> dict[str, Any]:
    """Every ring below or above `cut` moved by so much along an axis; holes go with what they are in."""

    def ring_of(ring: Sequence[Sequence[float]]) -> list[list[float]]:
        by = below if ring[0][axis] < cut else above
        return [[point[0] + (0 if axis else by), point[1] + (by if axis else 0)] for point in ring]

    def geometry_of(geometry: Mapping[str, Any]) -> dict[str, Any]:
        several = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        return {"type": "MultiPolygon", "coordinates": [[ring_of(ring) for ring in polygon] for polygon in several]}

    features = [
        {**one, "geometry": geometry_of(one["geometry"])} if one.get("geometry") else one for one in shapes["features"]
    ]
    return {"type": "FeatureCollection", "features": features}


def code_of(feature: Mapping[str, Any]) -> str:
    """The code of an area, under any of the names that boundary files give it."""
    known = feature.get("properties") or {}
    return str(known.get("code") or known.get("kode") or feature.get("id") or "")


def rings_of(geometry: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    """All rings of a polygon or of several."""
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


LORENZ = (360, 340)
_LORENZ_LEFT, _LORENZ_TOP, _LORENZ_SIDE = 48, 10, 290


def lorenz(points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The curve from (0, 0) to (1, 1) beside the straight line of equal shares."""

    def place(x: float, y: float) -> str:
        return f"{length(_LORENZ_LEFT + _LORENZ_SIDE * x)},{length(_LORENZ_TOP + _LORENZ_SIDE * (1 - y))}"

    corners = [place(x, y) for x, y in points]
    marks = [step / 4 for step in range(5)]
    return {
        "box": f"0 0 {LORENZ[0]} {LORENZ[1]}",
        "line": " ".join(corners),
        "area": " ".join([place(0, 0), *corners, place(1, 1)]),
        "even": f"{place(0, 0)} {place(1, 1)}",
        "across": [(length(_LORENZ_LEFT + _LORENZ_SIDE * mark), 100 * mark) for mark in marks],
        "up": [(length(_LORENZ_TOP + _LORENZ_SIDE * (1 - mark)), 100 * mark) for mark in marks],
        "left": str(_LORENZ_LEFT),
        "right": str(_LORENZ_LEFT + _LORENZ_SIDE),
        "top": str(_LORENZ_TOP),
        "bottom": str(_LORENZ_TOP + _LORENZ_SIDE),
        "below": str(_LORENZ_TOP + _LORENZ_SIDE + 16),
        "foot": str(_LORENZ_TOP + _LORENZ_SIDE + 34),
    }


def segments(days: Sequence[date], breaks: Sequence[date]) -> list[int]:
    """To which stretch between breaks of definition each day belongs; a day of a break belongs to the stretch it begins."""
    edges = sorted(breaks)
    return [sum(1 for edge in edges if edge <= day) for day in days]


def panel(
    points: Sequence[tuple[date, float]],
    breaks: Sequence[tuple[date, str]] = (),
    *,
    first: date,
    last: date,
    upper: float,
) -> dict[str, Any]:
    """Dated values as dots, joined only between breaks; the upright axis begins at zero. `first` to `last` is the time shown."""
    width, height = PANEL[0] - _LEFT - _RIGHT, PANEL[1] - _TOP - _BOTTOM
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return _LEFT + width * (day - first).days / span

    def y(value: float) -> float:
        return _TOP + height * (1 - value / upper)

    steps = 4 if str(upper).lstrip("0.").startswith("2") and not str(upper).lstrip("0.").startswith("25") else 5
    stretch = segments([day for day, _ in points], [day for day, _ in breaks])
    lines: dict[int, list[str]] = {}
    for (day, value), part in zip(points, stretch, strict=True):
        lines.setdefault(part, []).append(f"{length(x(day))},{length(y(value))}")
    dots: list[dict[str, Any]] = []
    told = 1e9
    for day, value in reversed(points):  # the last one is always told; earlier ones where there is room
        at = x(day)
        dots.append(
            {
                "x": length(at),
                "y": length(y(value)),
                "told": told - at >= _ROOM,
                "below": value > upper * 0.85,
                "anchor": "start" if at < _LEFT + 20 else "middle",
                "value": value,
                "on": day,
            }
        )
        told = at if told - at >= _ROOM else told
    dots.reverse()
    return {
        "box": f"0 0 {PANEL[0]} {PANEL[1]}",
        "lines": [" ".join(corners) for corners in lines.values() if len(corners) > 1],
        "dots": dots,
        "breaks": [{"x": length(x(day)), "text": text} for day, text in breaks if first <= day <= last],
        "ticks": [(length(x(day)), day) for day in _quarters(first, last)],
        "up": [(length(y(upper * step / steps)), upper * step / steps) for step in range(steps + 1)],
        "left": str(_LEFT),
        "right": str(PANEL[0] - _RIGHT),
        "top": str(_TOP),
        "bottom": str(PANEL[1] - _BOTTOM),
        "below": str(PANEL[1] - _BOTTOM + 18),
    }


def _quarters(first: date, last: date) -> list[date]:
    """The days on which quarters begin; of a long time the years only."""
    every = 3 if (last - first).days < 900 else 12
    days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13, every)]
    return [day for day in days if first <= day <= last]


def small(values: Sequence[float | None], *, upper: float, width: int = 160, height: int = 56) -> dict[str, Any]:
    """One small line among many on the same scale: zero to `upper`. A missing value breaks the line."""
    step = (width - 12) / max(len(values) - 1, 1)
    lines: list[list[str]] = [[]]
    last = None
    for at, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        last = (length(6 + step * at), length(height - 4 - (height - 10) * min(value / upper, 1)))
        lines[-1].append(",".join(last))
    return {
        "box": f"0 0 {width} {height}",
        "lines": [" ".join(corners) for corners in lines if len(corners) > 1],
        "x": last[0] if last else "",
        "y": last[1] if last else "",
        "floor": str(height - 4),
        "width": str(width),
    }


def funnel(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Bars from the middle, each as wide as its count beside the largest; `lost` is what is missing from the step before."""
    most = max((step["count"] for step in steps), default=0) or 1
    drawn, before = [], None
    for step in steps:
        wide = 100 * step["count"] / most
        drawn.append(
            {
                **step,
                "x": length((100 - wide) / 2),
                "width": length(wide),
                "fewer": max(0, before - step["count"]) if before is not None else 0,
            }
        )
        before = step["count"]
    return drawn
