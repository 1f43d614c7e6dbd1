"""Actions that follow from meetings, and what pages about them share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.meetings import policies, queries, services
from sertakan.web.guards import page_of, roles_required

READERS = ("pic", "coordinator", "leader", "auditor", "operator")
WRITERS = ("coordinator", "operator")
STANDINGS = {
    "open": ("running", gettext_lazy("Berjalan")),
    "overdue": ("overdue", gettext_lazy("Lewat tenggat")),
    "reached": ("done", gettext_lazy("Tercapai menurut data")),
    "done": ("done", gettext_lazy("Selesai")),
    "dropped": ("withdrawn", gettext_lazy("Dibatalkan")),
}


@roles_required(*READERS)
@require_GET
def actions(request: ScopedRequest) -> HttpResponse:
    """Actions in scope, those due first first; open ones unless all are asked for."""
    every = request.GET.get("semua") == "1"
    agency = number(request.GET.get("opd", ""))
    page = page_of(request, queries.actions(open_only=not every, agency_id=agency))
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    context = {
        "page": page,
        "rows": rows_of(queries.standing(page.object_list, clock.today())),
        "count": page.paginator.count,
        "every": every,
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((one.pk, one.name) for one in choices)],
        "several": len(choices) > 1,
        "may_run": policies.can_run(request.actor),
        "today": clock.today(),
    }
    return TemplateResponse(request, "meetings/actions.html", context)


@roles_required(*WRITERS)
@require_POST
def action_act(request: ScopedRequest, action_id: int) -> HttpResponse:
    """Close an action, give it up, or open it again."""
    given = request.POST
    what = given.get("apa", "")
    if what == "buka":
        attempt(
            request,
            lambda: services.reopen_action(action_id, due_on=day(given.get("tenggat", "")) or date.min),
            _("Tindakan dibuka kembali."),
        )
    else:
        dropped = what == "batal"
        said = _("Tindakan dibatalkan.") if dropped else _("Tindakan selesai.")
        attempt(request, lambda: services.close_action(action_id, note=given.get("catatan", ""), dropped=dropped), said)
    return redirect("actions")


def rows_of(found: list[queries.ActionRow]) -> list[dict[str, Any]]:
    """Actions as pages show them: state as code and word, measure as words."""
    return [
        {
            "action": row.action,
            "code": STANDINGS[row.standing][0],
            "label": STANDINGS[row.standing][1],
            "open": row.action.state == "open",
            "measure": row.action.duty.title if row.action.duty else row.action.measure,
            "computed": row.action.duty_id is not None,
            "value": "" if row.value is None else str(row.value) if row.of is None else f"{row.value}/{row.of}",
        }
        for row in found
    ]


def attempt(request: ScopedRequest, act: Callable[[], Any], said: str) -> Any:
    """Do it and say so; a refusal is said instead. What somebody may not do stays refused."""
    try:
        result = act()
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
        return None
    messages.success(request, said)
    return result


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
