"""Geometry of the pictures of plans and forecasts: months from left to right, from zero up. Only numbers come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sertakan.core.money import format_number
from sertakan.core.month import Month
from sertakan.rules.reasons import month_in_words
from sertakan.web.pictures import length

BOX = (720, 260)
_LEFT, _TOP, _RIGHT, _BOTTOM = 76, 14, 18, 44
_MARKS = 4


def months(
    rows: Sequence[dict[str, Any]], value: str, *, low: str = "", high: str = "", beside: str = ""
) -> dict[str, Any]:
    """One bar and one point for each month. Rows need `month` (YYYY-MM) and `value`; `low` and `high` give an area of doubt.

    `bars` for amounts, `line` (with `area`, and `beside` for a second line) for numbers of people; both have the same axes.
    """
    width, height = BOX[0] - _LEFT - _RIGHT, BOX[1] - _TOP - _BOTTOM
    seen = [row[name] for row in rows for name in (value, high, beside) if name and row.get(name) is not None]
    top = _round_up(max(seen, default=1))
    step = width / max(1, len(rows))

    def x(at: float) -> str:
        return length(_LEFT + step * (at + 0.5))

    def y(amount: float) -> str:
        return length(_TOP + height * (1 - amount / top))

    every = 1 if len(rows) <= 7 else 3 if len(rows) <= 20 else 6
    points = [(x(at), y(row[value])) for at, row in enumerate(rows)]
    upper = [f"{x(at)},{y(row[high])}" for at, row in enumerate(rows)] if high else []
    lower = [f"{x(at)},{y(row[low])}" for at, row in enumerate(rows)] if low else []
    second = (
        [f"{x(at)},{y(row[beside])}" for at, row in enumerate(rows) if row.get(beside) is not None] if beside else []
    )
    return {
        "box": f"0 0 {BOX[0]} {BOX[1]}",
        "line": " ".join(f"{left},{up}" for left, up in points),
        "area": " ".join([*upper, *reversed(lower)]),
        "beside": " ".join(second),
        "points": points if len(points) <= 20 else points[-1:],
        "bars": [
            {
                "x": length(_LEFT + step * (at + 0.15)),
                "y": y(row[value]),
                "width": length(step * 0.7),
                "height": length(height * row[value] / top),
            }
            for at, row in enumerate(rows)
        ],
        "across": [
            (x(at), _short(row["month"])) for at, row in enumerate(rows) if at % every == 0 and len(rows) - at > every // 2
        ],
        "up": [(y(top * mark / _MARKS), _compact(top * mark / _MARKS)) for mark in range(_MARKS + 1)],
        "left": _LEFT, "right": BOX[0] - _RIGHT, "bottom": BOX[1] - _BOTTOM, "label_y": BOX[1] - _BOTTOM + 18,
    }  # fmt: skip


def _round_up(value: float) -> float:
    """The next round number, so that marks are easy to read."""
    if value <= _MARKS:
        return float(_MARKS)
    power = 10 ** (len(str(int(value))) - 1)
    return float(next(power * step for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if power * step >= value))


def _compact(value: float) -> str:
    from django.utils.translation import gettext as _

    for size, word in ((1e12, _("triliun")), (1e9, _("miliar")), (1e6, _("juta"))):
        if value >= size:
            shown = f"{value / size:.1f}".rstrip("0").rstrip(".")
            return f"{shown if _english() else shown.replace('.', ',')} {word}"
    return format_number(round(value))


def _english() -> bool:
    from sertakan.core import language

    return language.reader() == "en"


def _short(text: str) -> str:
    name, _, year = month_in_words(Month.parse(text)).partition(" ")
    return f"{name[:3]} {year[2:]}"
