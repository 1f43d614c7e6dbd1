"""Agencies: all of them side by side, and one with its figures and files."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries
from sertakan.contributions.queries import bills
from sertakan.core import clock
from sertakan.intake import queries as intake
from sertakan.programme import mergers, overview
from sertakan.web.guards import roles_required
from sertakan.web.views.merging import READERS as MERGER_READERS

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
    context = {
        "standings": found,
        "count": len(found),
        "text": request.GET.get("cari", ""),
        "now": clock.now(),
        "ended": [
            one
            for one in (mergers.ended() if request.actor.sees_all else [])
            if text in one.predecessor.name.casefold() or text in one.predecessor.short_name.casefold()
        ],
        "sees_mergers": request.actor.has(*MERGER_READERS),
    }
    return TemplateResponse(request, "agencies/agencies.html", context)


@roles_required("coordinator", "bpjs", "leader", "auditor", "operator", "pic")
@require_GET
def agency_page(request: ScopedRequest, agency_id: int) -> HttpResponse:
    """One agency: where it stands, its files, whose work it took over. One that ended stays readable for who sees all."""
    agency = (
        queries.get_agency(agency_id) if request.actor.sees_all else queries.visible_agency(agency_id, request.actor)
    )
    context = {
        "agency": agency,
        "successors": mergers.successors(agency),
        "before": mergers.before(agency),
        "sees_rows": request.actor.sees_all,
        "standing": overview.standings([agency])[0],
        "files": intake.files(agency_id=agency.pk)[:20],
        "bills": list(bills(agency=agency)[:24]) if request.actor.has("coordinator", "operator", "auditor") else [],
        "now": clock.now(),
    }
    return TemplateResponse(request, "agencies/agency.html", context)
