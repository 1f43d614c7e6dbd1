"""The trail: who did or saw what, when and why."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.programme import trail
from sertakan.web.guards import page_of, roles_required


@roles_required("auditor", "operator")
@require_GET
def audit(request: ScopedRequest) -> HttpResponse:
    """Events in scope, newest first, filtered as the address says."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    action = request.GET.get("tindakan", "")
    action = action if action in trail.ACTIONS or action == "opening" else ""
    since, until = _day(request.GET.get("dari", "")), _day(request.GET.get("sampai", ""))
    found = trail.events(
        actions=trail.OPENING if action == "opening" else [action] if action else (),
        agency_id=agency.pk if agency else None,
        since=since,
        until=until,
    )
    page = page_of(request, found)
    options = sorted(((code, str(words)) for code, words in trail.ACTIONS.items()), key=lambda entry: entry[1])
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": trail.rows(list(page.object_list)),
        "action": action,
        "action_options": [("", _("Semua tindakan")), ("opening", _("Semua pembukaan nomor utuh")), *options],
        "agency": agency.pk if agency else "",
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
        "active": bool(action or agency or since or until),
    }
    return TemplateResponse(request, "audit/audit.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
