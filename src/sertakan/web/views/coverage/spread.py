"""Where, and how evenly: the map and the page of evenness."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.coverage import queries
from sertakan.coverage.figures import Cell
from sertakan.web.guards import page_of, roles_required
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.views.coverage import building, shading, words
from sertakan.web.views.coverage.common import (
    ROWS,
    TOTALS,
    View,
    definition,
    is_place,
    looked_at,
    month_options,
    nothing_yet,
    query_of,
)
from sertakan.web.views.coverage.level import area_code, regencies_of, trail_of
from sertakan.web.views.coverage.words import percent

LISTED = 50
MOST_HIDDEN = 0.25
"""Where a larger part of the people is in hidden cells than this, no measure of evenness is shown: it would be one of the filling."""
LEVELS = ("regency", "district", "village")


@roles_required(*TOTALS)
@require_GET
def coverage_map(request: ScopedRequest) -> HttpResponseBase:
    """Areas shaded by how far they are: regencies, districts, or the villages of one regency."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Peta perlindungan"))
    by = words.by_of(request.GET.get("menurut", ""))
    by = by if by in LEVELS else "regency"
    within = area_code(request.GET.get("dalam", ""))
    regencies = regencies_of(view)
    if by == "village" and not within and regencies:
        within = regencies[0][0]
    if by == "regency":
        within = ""
    cells = [one for one in queries.cells(view.snapshot, by, within=within, open_rows=view.open_rows) if is_place(one)]
    month = str(view.snapshot.month)
    below = words.BELOW.get(by, "")
    page = page_of(request, cells)
    picture = shading.area_map(view, by, within, cells=cells)
    context = {
        "view": view,
        "slug": words.SLUGS[by],
        "by_name": words.NAMES[by],
        "within": within,
        "trail": trail_of(within, month),
        "level_options": [(words.SLUGS[one], words.NAMES[one]) for one in LEVELS],
        "regency_options": regencies,
        "month_options": month_options(view),
        "active": bool(request.GET),
        "picture": picture,
        "outlined": picture is not None and picture.kind == "map",
        "rows": [
            {**building.cell_row(one), "rows_url": building.rows_address(view, by, within, one, may_rows=request.actor.has(*ROWS)),
             "url": f"?{query_of(menurut=words.SLUGS[below], dalam=one.code, pada=month)}" if below else ""}
            for one in page
        ],
        "page": page,
        "count": len(cells),
        "definition": definition(),
    }  # fmt: skip
    return TemplateResponse(request, "coverage/map.html", context)


@roles_required(*TOTALS)
@require_GET
def coverage_evenness(request: ScopedRequest) -> HttpResponseBase:
    """How evenly cover lies over areas, and a ranking where the figures allow one."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Pemerataan"))
    by = building.area_level(words.by_of(request.GET.get("menurut", "")))
    found = queries.evenness(view.snapshot, by, open_rows=view.open_rows)
    every = queries.cells(view.snapshot, by, open_rows=view.open_rows)
    cells = [one for one in every if is_place(one)]
    known = sum(one.numerator or 0 for one in every)
    measured = known >= (1 - MOST_HIDDEN) * view.snapshot.persons or not any(one.suppressed for one in every)
    ranking = queries.ranking(cells)
    nobody = [one for one in cells if one.numerator == 0]
    context = {
        "view": view,
        "by": by,
        "slug": words.SLUGS[by],
        "by_name": words.NAMES[by],
        "level_options": [(words.SLUGS[one], words.NAMES[one]) for one in LEVELS],
        "month_options": month_options(view),
        "active": bool(request.GET),
        "found": found,
        "measured": measured,
        "shown_share": percent(100 * known / view.snapshot.persons, 0) if view.snapshot.persons else "",
        "lorenz": building.lorenz(view, found, by) if found.lorenz and measured else None,
        "hidden": any(one.suppressed for one in cells),
        "gini": words.decimals(found.gini, 3) if measured else "–",
        "theil": words.decimals(found.theil, 3) if measured else "–",
        "theil_within": words.decimals(found.theil_within, 3),
        "theil_between": words.decimals(found.theil_between, 3),
        "ratio": words.decimals(found.ratio, 1),
        "best": _named(found.best, weighted=found.weighted),
        "worst": _named(found.worst, weighted=found.weighted),
        "ranking": ranking,
        "ranked": _ranked(view, by, ranking, may_rows=request.actor.has(*ROWS)),
        "without_people": not any(one.denominator for one in cells),
        "nobody": [words.name_of(one) for one in nobody[:LISTED]],
        "nobody_more": max(0, len(nobody) - LISTED),
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/evenness.html", context)


def _named(cell: Cell | None, *, weighted: bool) -> dict[str, str] | None:
    if cell is None:
        return None
    return {"name": words.name_of(cell), "shown": words.share_of(cell) if weighted else words.count_of(cell)}


def _ranked(view: View, by: str, ranking: Any, *, may_rows: bool) -> list[dict[str, str]]:
    """Cells with the places that they may have: one, or from and to."""
    rows = []
    for cell, (first, last) in list(zip(ranking.cells, ranking.ranks, strict=True))[:LISTED]:
        place = (
            number(first)
            if first == last
            else _("%(first)s sampai %(last)s") % {"first": number(first), "last": number(last)}
        )
        opened = building.rows_address(view, by, "", cell, may_rows=may_rows)
        rows.append({"place": place, "sure": first == last, "rows_url": opened, **building.cell_row(cell)})
    return rows
