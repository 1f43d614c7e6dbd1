"""Over time: what others published, each definition by itself, and our own count as another picture. Never one line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.coverage import queries
from sertakan.coverage.definitions import DEFINITIONS
from sertakan.coverage.figures import Series
from sertakan.web.coverage_pictures import Column, Picture, drawing
from sertakan.web.guards import roles_required
from sertakan.web.templatetags.sertakan_format import day, number
from sertakan.web.views.coverage.common import TOTALS, definition
from sertakan.web.views.coverage.words import percent


@roles_required(*TOTALS)
@require_GET
def coverage_series(request: ScopedRequest) -> HttpResponseBase:
    """The published figures with their breaks, and our own count beside them."""
    every = queries.series()
    official = [one for one in every if one.kind == "official" and one.points]
    own = [one for one in every if one.kind == "own" and len(one.points) > 1]
    context = {
        "official": [picture_of(one) for one in official],
        "own": [picture_of(one) for one in own],
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/series.html", context)


def picture_of(one: Series) -> Picture:
    """One series as a picture: shares where they are known, else counts; points without a value stand in the table only."""
    shares = one.kind == "official" and any(point.value is not None for point in one.points)
    valued = [
        (point.on, 100 * point.value if shares and point.value is not None else float(point.numerator or 0))
        for point in one.points
        if (point.value if shares else point.numerator) is not None
    ]
    days = [when for when, _value in valued] or [date(2024, 1, 1)]
    upper = drawing.rounded_up(max((value for _when, value in valued), default=0) * 1.05)
    drawn: dict[str, Any] = {}
    if valued:
        first = min(days).replace(day=1)
        drawn = drawing.panel(valued, one.breaks, first=first, last=max(days), upper=upper)
        for dot in drawn["dots"]:
            dot["text"] = percent(dot["value"]) if shares else number(int(dot["value"]))
        drawn["ups"] = [
            (y, percent(value, 0 if upper >= 10 else 1) if shares else number(round(value))) for y, value in drawn["up"]
        ]
    facts = {"title": one.title, "day": day(valued[-1][0]) if valued else "",
             "value": (percent(valued[-1][1]) if shares else _("%(count)s pekerja") % {"count": number(int(valued[-1][1]))})
             if valued else ""}  # fmt: skip
    return Picture(
        name=f"deret-{one.slug}",
        kind="series",
        title=_("%(title)s: %(value)s pada %(day)s") % facts if valued else one.title,
        about=str(DEFINITIONS.get(one.definition, one.definition)),
        source=_("Titik hanya disambung bila definisinya sama; garis tegak menandai pergantian definisi."),
        columns=(
            Column("on", _("Tanggal")), Column("value", _("Bagian"), number=True), Column("numerator", _("Pembilang"), number=True),
            Column("denominator", _("Penyebut"), number=True), Column("source", _("Sumber")), Column("note", _("Catatan")),
        ),
        rows=tuple(
            {
                "on": point.on.isoformat(), "on_shown": day(point.on),
                "value": point.value, "value_shown": percent(100 * point.value) if point.value is not None else "–",
                "numerator": point.numerator, "numerator_shown": number(point.numerator),
                "denominator": point.denominator, "denominator_shown": number(point.denominator),
                "source": point.source, "note": point.note, "confidence": point.confidence,
                "stretch": stretch,
            }
            for point, stretch in zip(
                one.points, drawing.segments([point.on for point in one.points], [when for when, _text in one.breaks]), strict=True
            )
        ),
        drawn=drawn,
        extra={"upper": upper, "shares": shares, "breaks": [(when.isoformat(), text) for when, text in one.breaks]},
    )  # fmt: skip
