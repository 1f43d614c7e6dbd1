"""How far: the count along one way to look, the way from promise to cover, the sectors, and the people behind a figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.areas import queries as areas
from sertakan.coverage import queries
from sertakan.coverage.errors import PartMissing, RowsNotOpen
from sertakan.coverage.figures import AREAS, UNKNOWN, WIDTHS, Cell
from sertakan.rules.reasons import month_in_words
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.coverage import building, growing, words
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


@roles_required(*TOTALS)
@require_GET
def coverage(request: ScopedRequest) -> HttpResponseBase:
    """The count by one of ten ways to look, chosen in the address."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Tingkat perlindungan"))
    by = words.by_of(request.GET.get("menurut", ""))
    within = inside(by, area_code(request.GET.get("dalam", "")))
    cells = queries.cells(view.snapshot, by, within=within, open_rows=view.open_rows)
    may_rows = request.actor.has(*ROWS)
    page = page_of(request, cells)
    context = {
        "view": view,
        "by": by,
        "by_name": words.NAMES[by],
        "within": within,
        "trail": trail_of(within, str(view.snapshot.month)),
        "by_options": [(words.SLUGS[one], words.NAMES[one]) for one in words.CHOICES],
        "slug": words.SLUGS[by],
        "month_options": month_options(view),
        "regency_options": regencies_of(view),
        "active": bool(request.GET),
        "picture": building.level(view, by, within, cells=cells),
        "page": page,
        "rows": [_row(view, by, within, cell, may_rows=may_rows) for cell in page],
        "count": len(cells),
        "hidden": any(cell.suppressed for cell in cells),
        "ranking": queries.ranking(cells) if by in AREAS else None,
        "sectors": building.level(view, "sector", name="sektor") if by == "regency" and not within else None,
        "multiples": growing.multiples(view) if by == "regency" and not within else None,
        "funnel": building.funnel(view) if not within else None,
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/coverage.html", context)


def area_code(text: str) -> str:
    """A code as it may stand in an address, else nothing."""
    return text if text and len(text) <= 13 and text.replace(".", "").isdigit() else ""


def inside(by: str, within: str) -> str:
    """The area to look into: any for areas; the kabupaten it lies in for all else, which is counted no further down."""
    return within if by in AREAS else within[: WIDTHS["regency"]]


def regencies_of(view: View) -> list[tuple[str, str]]:
    found = [one for one in queries.cells(view.snapshot, "regency") if is_place(one)]
    return [(one.code, words.name_of(one)) for one in found]


def trail_of(within: str, month: str) -> list[dict[str, str]]:
    """From the province down to the area looked at."""
    if not within:
        return []
    parts = within.split(".")
    trail = [{"name": _("Semua kabupaten/kota"), "url": f"?{query_of(pada=month)}"}]
    for size in range(2, len(parts) + 1):
        code = ".".join(parts[:size])
        level = ("regency", "district", "village")[min(size - 2, 2)]
        found = areas.in_force().filter(code=code).values_list("name", flat=True).first()
        below = words.BELOW.get(level, "village")
        trail.append({"name": found or code, "url": f"?{query_of(menurut=words.SLUGS[below], dalam=code, pada=month)}"})
    return trail


def _row(view: View, by: str, within: str, cell: Cell, *, may_rows: bool) -> dict[str, Any]:
    month = str(view.snapshot.month)
    below = words.BELOW.get(by) if is_place(cell) else None
    return {
        **building.cell_row(cell),
        "url": f"?{query_of(menurut=words.SLUGS[below], dalam=cell.code, pada=month)}" if below else "",
        "rows_url": building.rows_address(view, by, within, cell, may_rows=may_rows),
    }  # fmt: skip


@roles_required(*ROWS)
@require_GET
def coverage_rows(request: ScopedRequest) -> HttpResponseBase:
    """The people behind one figure, in pages of fifty: as many as the figure says."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Orang di balik angka"))
    by = words.by_of(request.GET.get("menurut", ""))
    within, code = inside(by, area_code(request.GET.get("dalam", ""))), request.GET.get("kode", "")[:80]
    wanted = UNKNOWN if code == words.UNKNOWN_SLUG else code
    cells = queries.cells(view.snapshot, by, within=within, open_rows=view.open_rows)
    cell = next((one for one in cells if one.code == wanted and code), None)
    found: Any = []
    refusal = ""
    if cell is not None:
        try:
            found = queries.rows_behind(view.snapshot, by, wanted, actor=request.actor, within=within)
        except (PartMissing, RowsNotOpen) as refused:
            refusal = str(refused)
    page = page_of(request, found)
    context = {
        "view": view,
        "cell": cell,
        "name": words.name_of(cell) if cell else "",
        "by_name": words.NAMES[by],
        "shown": words.count_of(cell) if cell else "",
        "page": page,
        "count": page.paginator.count,
        "refusal": refusal,
        "whole": cell is not None and page.paginator.count == cell.numerator,
        "month": month_in_words(view.snapshot.month),
        "back": f"{reverse('coverage')}?{query_of(menurut=words.SLUGS[by], dalam=within, pada=str(view.snapshot.month))}",
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/rows.html", context)
