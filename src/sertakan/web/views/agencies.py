"""Agencies: all of them side by side, and one with its figures and files."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries
from sertakan.core import clock
from sertakan.intake import queries as intake
from sertakan.programme import overview
from sertakan.web.guards import roles_required

_SORTS = ("workers", "donors", "members", "checked", "held")


@roles_required("coordinator", "bpjs", "leader", "auditor", "operator", "pic")
@require_GET
def agency_list(request: ScopedRequest) -> HttpResponse:
    """All agencies in scope with their counts, sorted as the address says."""
    text = request.GET.get("cari", "").strip().casefold()
    shown = [
        agency
        for agency in queries.visible_to(request.actor, on=clock.today())
        if text in agency.name.casefold() or text in agency.short_name.casefold()
    ]
    found = overview.standings(shown)
    order = request.GET.get("urut", "")
    name = order.removeprefix("-")
    if name in _SORTS:
        found.sort(key=lambda entry: getattr(entry, name), reverse=order.startswith("-"))
    context = {"standings": found, "count": len(found), "text": request.GET.get("cari", ""), "now": clock.now()}
    return TemplateResponse(request, "agencies/agencies.html", context)


@roles_required("coordinator", "bpjs", "leader", "auditor", "operator", "pic")
@require_GET
def agency_page(request: ScopedRequest, agency_id: int) -> HttpResponse:
    """One agency: where it stands in the main job, and its files."""
    agency = queries.visible_agency(agency_id, request.actor)
    context = {
        "agency": agency,
        "standing": overview.standings([agency])[0],
        "files": intake.files(agency_id=agency.pk)[:20],
        "now": clock.now(),
    }
    return TemplateResponse(request, "agencies/agency.html", context)
