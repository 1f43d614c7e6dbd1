"""Geometry of the small pictures. Only numbers come out; colours and type belong to the stylesheet.

All lengths are text with a point as decimal mark, because they go into SVG attributes whatever the reader's language is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LEVELS = 7
TILE, GAP = 112, 6


def length(value: float) -> str:
    """A number as SVG wants it: ``12.5``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def stacked(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Shares of one bar in per cent of its width; each part gets `x` and `width`. Empty parts are left out.

    A part below one per cent is drawn one per cent wide, so that a single row can still be seen.
    """
    shown = [part for part in parts if part["value"] > 0]
    total = sum(part["value"] for part in shown)
    if not total:
        return []
    widths = [max(100 * part["value"] / total, 1.0) for part in shown]
    scale = 100 / sum(widths)
    drawn, at = [], 0.0
    for part, width in zip(shown, widths, strict=True):
        drawn.append({**part, "x": length(at), "width": length(width * scale)})
        at += width * scale
    return drawn


def bars(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Bars that all start at zero; the longest fills the width. Rows need `label` and `value`; `low` and `high` draw a doubt."""
    longest = max((max(row["value"], row.get("high") or 0) for row in rows), default=0) or 1
    drawn = []
    for row in rows:
        bar = {**row, "width": length(100 * row["value"] / longest)}
        if row.get("low") is not None and row.get("high") is not None:
            bar["low_x"] = length(100 * row["low"] / longest)
            bar["doubt_width"] = length(100 * (row["high"] - row["low"]) / longest)
        drawn.append(bar)
    return drawn


def tiles(areas: Sequence[Mapping[str, Any]], *, upper: float | None = None) -> dict[str, Any]:
    """A map of equal squares. Areas need `label`, `column`, `row` and `value` (None draws "no figure").

    Shading runs from zero to `upper` (the largest value when not given) in equal steps.
    """
    values = [area["value"] for area in areas if area["value"] is not None]
    top = upper if upper is not None else max(values, default=0)
    columns = 1 + max((area["column"] for area in areas), default=0)
    lines = 1 + max((area["row"] for area in areas), default=0)
    drawn = []
    for area in areas:
        x, y = area["column"] * (TILE + GAP), area["row"] * (TILE + GAP)
        drawn.append(
            {
                **area,
                "x": x,
                "y": y,
                "level": None if area["value"] is None else level(area["value"], top),
                "words": [(word, str(y + 28 + 21 * line)) for line, word in enumerate(str(area["label"]).split())],
                "text_x": x + 9,
                "value_y": y + TILE - 14,
            }
        )
    return {
        "tiles": drawn,
        "box": f"-2 -2 {columns * (TILE + GAP) - GAP + 4} {lines * (TILE + GAP) - GAP + 4}",
        "size": TILE,
    }


def level(value: float, upper: float) -> int:
    """Which of the shades 0 to 6 a value gets."""
    if upper <= 0:
        return 0
    return max(0, min(LEVELS - 1, int(LEVELS * value / upper)))


def sparkline(values: Sequence[float], *, width: int = 96, height: int = 28) -> dict[str, str]:
    """A line of the last values, scaled from the smallest to the largest; the last one gets a dot."""
    if not values:
        return {"points": "", "x": "0", "y": "0"}
    low, high = min(values), max(values)
    spread = (high - low) or 1
    step = (width - 8) / max(len(values) - 1, 1)
    points = [(4 + step * at, height - 4 - (height - 8) * (value - low) / spread) for at, value in enumerate(values)]
    last = points[-1]
    return {
        "points": " ".join(f"{length(x)},{length(y)}" for x, y in points),
        "x": length(last[0]),
        "y": length(last[1]),
    }


def waterfall(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Bars that begin where the one before ended. Steps need `value`; one with `sum` is drawn from zero to where things stand.

    Each gets `x` and `width` in per cent, and `side`: up, down or sum. `zero` is where zero lies.
    """
    ends, at = [], 0.0
    for step in steps:
        start = 0.0 if step.get("sum") else at
        at = step["value"] if step.get("sum") else at + step["value"]
        ends.append((min(start, at), max(start, at)))
    low = min([0.0, *(left for left, _ in ends)])
    high = max([0.0, *(right for _, right in ends)])
    spread = (high - low) or 1.0
    drawn = []
    for step, (left, right) in zip(steps, ends, strict=True):
        side = "sum" if step.get("sum") else "down" if step["value"] < 0 else "up"
        width = max(100 * (right - left) / spread, 0.6)
        drawn.append({**step, "x": length(100 * (left - low) / spread), "width": length(width), "side": side})
    return {"steps": drawn, "zero": length(-100 * low / spread)}


CURVE_BOX = (360, 250)
FLOORS = (0.99, 0.98, 0.95, 0.8, 0.5, 0.0)
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 12, 24, 40


def curve(points: Sequence[Mapping[str, float]], chosen: Mapping[str, float]) -> dict[str, Any]:
    """A line of `precision` over `recall` with the point that was chosen; the axes begin a little below it, and say so by their marks."""
    floor_x = _floor(chosen["recall"], FLOORS[3:])
    near = [point for point in points if point["recall"] >= floor_x]
    floor_y = _floor(min([point["precision"] for point in near] + [chosen["precision"]]), FLOORS)
    width, height = CURVE_BOX[0] - _LEFT - _RIGHT, CURVE_BOX[1] - _TOP - _BOTTOM

    def place(recall: float, precision: float) -> tuple[str, str]:
        x = _LEFT + width * (recall - floor_x) / (1 - floor_x)
        y = _TOP + height * (1 - (precision - floor_y) / (1 - floor_y))
        return length(x), length(y)

    steps = [step / 4 for step in range(5)]
    x, y = place(chosen["recall"], chosen["precision"])
    return {
        "box": f"0 0 {CURVE_BOX[0]} {CURVE_BOX[1]}",
        "points": " ".join(",".join(place(point["recall"], point["precision"])) for point in near),
        "x": x,
        "y": y,
        "across": [
            (place(floor_x + (1 - floor_x) * step, 1)[0], 100 * (floor_x + (1 - floor_x) * step)) for step in steps
        ],
        "up": [(place(1, floor_y + (1 - floor_y) * step)[1], 100 * (floor_y + (1 - floor_y) * step)) for step in steps],
        "left": _LEFT,
        "right": CURVE_BOX[0] - _RIGHT,
        "top": _TOP,
        "bottom": CURVE_BOX[1] - _BOTTOM,
    }


def _floor(value: float, floors: Sequence[float]) -> float:
    """The highest round number below `value`."""
    return next((floor for floor in floors if value > floor), 0.0)


def survival(steps: Sequence[Mapping[str, Any]], beside: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A curve that falls in steps, with its interval as an area; `beside` is a second one for comparison.

    Steps need `months`, `share`, `low`, `high` (per cent); the upright axis goes from 0 to 100.
    """
    longest = max([6, *(step["months"] for step in (*steps, *beside))])
    every = 6 if longest <= 36 else 12
    far = -(-longest // every) * every
    width, height = CURVE_BOX[0] - _LEFT - _RIGHT, CURVE_BOX[1] - _TOP - _BOTTOM

    def x(months: float) -> str:
        return length(_LEFT + width * months / far)

    def y(share: float) -> str:
        return length(_TOP + height * (1 - share / 100))

    def corners(rows: Sequence[Mapping[str, Any]], name: str) -> list[str]:
        found, before = [], None
        for row in rows:
            if before is not None:
                found.append(f"{x(row['months'])},{y(before)}")
            found.append(f"{x(row['months'])},{y(row[name])}")
            before = row[name]
        return found

    return {
        "box": f"0 0 {CURVE_BOX[0]} {CURVE_BOX[1]}",
        "line": " ".join(corners(steps, "share")),
        "area": " ".join([*corners(steps, "high"), *reversed(corners(steps, "low"))]),
        "beside": " ".join(corners(beside, "share")),
        "across": [(x(months), str(months)) for months in range(0, far + 1, every)],
        "up": [(y(share), share) for share in (0, 25, 50, 75, 100)],
        "end_x": x(steps[-1]["months"]),
        "end_y": y(steps[-1]["share"]),
        "left": _LEFT,
        "right": CURVE_BOX[0] - _RIGHT,
        "top": _TOP,
        "bottom": CURVE_BOX[1] - _BOTTOM,
    }
