"""Pictures handed out as files, each from the same rows as on its page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.coverage import queries
from sertakan.coverage.figures import AREAS
from sertakan.web.coverage_pictures import Picture, files
from sertakan.web.guards import roles_required
from sertakan.web.views.coverage import building, growing, shading, words
from sertakan.web.views.coverage.common import TOTALS, View, looked_at
from sertakan.web.views.coverage.level import area_code, inside
from sertakan.web.views.coverage.nation import national_picture
from sertakan.web.views.coverage.series import picture_of
from sertakan.web.views.downloads import attachment

OF_SERIES = "deret-"
BUILDERS: dict[str, Callable[[View, str, str], Picture | None]] = {
    "tingkat": lambda view, by, within: building.level(view, by, within, whole=True),
    "sektor": lambda view, by, within: building.level(view, "sector", whole=True, name="sektor"),
    "peta": lambda view, by, within: shading.area_map(view, by if by in AREAS else "regency", within),
    "lorenz": lambda view, by, within: building.lorenz(
        view,
        queries.evenness(view.snapshot, building.area_level(by), open_rows=view.open_rows),
        building.area_level(by),
        whole=True,
    ),
    "corong": lambda view, by, within: building.funnel(view),
    "perubahan": lambda view, by, within: building.why_changed(view),
    "kabupaten": lambda view, by, within: growing.multiples(view),
}
"""Pictures that are handed out as files, by the name in their address."""


@roles_required(*TOTALS)
@require_GET
def coverage_picture(request: ScopedRequest, name: str, ending: str) -> HttpResponseBase:
    """One picture as SVG, PNG, PDF or CSV. An unknown name or ending is not there."""
    if ending not in files.KINDS:
        raise Http404
    found = _picture(request, name)
    if found is None or found.empty:
        raise Http404
    return attachment(files.made(found, ending), f"{found.name}.{ending}", files.KINDS[ending])


def _picture(request: ScopedRequest, name: str) -> Picture | None:
    if name.startswith(OF_SERIES):
        slug = name.removeprefix(OF_SERIES)
        return next((picture_of(one) for one in queries.series() if one.slug == slug), None)
    if name.startswith("nasional"):
        return national_picture(name)
    view = looked_at(request.GET, request.actor)
    build = BUILDERS.get(name)
    if view is None or build is None:
        return None
    by = words.by_of(request.GET.get("menurut", ""))
    return build(view, by, inside(by, area_code(request.GET.get("dalam", ""))))
