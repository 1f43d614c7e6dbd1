"""Actions that follow from meetings, and what pages about them share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import IO, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.evidence import queries as evidence
from sertakan.evidence.policies import can_keep
from sertakan.meetings import policies, queries, services
from sertakan.meetings.models import Action
from sertakan.programme import trail
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole

Upload = tuple[str, IO[bytes]]
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
    agency = whole(request.GET.get("opd", ""))
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


@roles_required(*READERS)
@require_GET
def action(request: ScopedRequest, action_id: int) -> HttpResponse:
    """One action: what was decided, how it stands, what shows it, and what can be done with it."""
    return _show(request, queries.get_action(action_id))


@roles_required("pic", *WRITERS)
@require_POST
def action_act(request: ScopedRequest, action_id: int) -> HttpResponse:
    """Add evidence, close an action, give it up, or open it again. What is refused is said at the form, with what was typed."""
    given, uploads = request.POST, files_of(request)
    what, note = given.get("apa", ""), given.get("catatan", "")
    doing: dict[str, tuple[Callable[[], Any], str]] = {
        "bukti": (lambda: services.show_action(action_id, uploads), _("Bukti disimpan.")),
        "selesai": (lambda: services.close_action(action_id, note=note, files=uploads), _("Tindakan selesai.")),
        "batal": (lambda: services.close_action(action_id, note=note, files=uploads, dropped=True), _("Tindakan dibatalkan.")),
        "buka": (
            lambda: services.reopen_action(action_id, due_on=day(given.get("tenggat", "")) or date.min, reason=given.get("alasan", "")),
            _("Tindakan dibuka kembali."),
        ),
    }  # fmt: skip
    if what not in doing:
        raise Http404
    act, said = doing[what]
    try:
        act()
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        return _show(
            request, queries.get_action(action_id), form=what, fault=str(refusal), given=given, status=refusal.status
        )
    messages.success(request, said)
    return redirect("action", action_id)


def _show(
    request: ScopedRequest, found: Action, *, form: str = "", fault: str = "", given: Any = None, status: int = 200
) -> HttpResponse:
    today = clock.today()
    typed = {name: (given or {}).get(name, "") for name in ("catatan", "tenggat", "alasan")}
    context = {
        "row": rows_of(queries.standing([found], today))[0],
        "action": found,
        "meeting": queries.meetings().filter(decisions=found.decision_id).first(),
        "evidence": evidence.evidence_of((queries.ACTION, found.pk)),
        "history": trail.rows(queries.past_of(found)),
        "may_run": policies.can_run(request.actor),
        "may_show": can_keep(request.actor, found.agency_id),
        "form": "selesai" if form == "batal" else form,
        "fault": fault,
        "given": typed,
        "today": today,
    }
    return TemplateResponse(request, "meetings/action.html", context, status=status)


def files_of(request: ScopedRequest) -> list[Upload]:
    """The files of a form, each read only as far as evidence may be large."""
    return [(one.name or "bukti", one.file) for one in request.FILES.getlist("bukti") if one.file is not None]


def rows_of(found: list[queries.ActionRow]) -> list[dict[str, Any]]:
    """Actions as pages show them: state as code and word, measure as words."""
    origins = queries.origins([row.action for row in found])
    return [
        {
            "action": row.action,
            "origin": origins.get(row.action.pk, ""),
            "code": STANDINGS[row.standing][0],
            "label": STANDINGS[row.standing][1],
            "open": row.action.state == "open",
            "measure": row.action.duty.title if row.action.duty else row.action.measure,
            "computed": row.action.duty_id is not None,
            "value": "" if row.value is None else str(row.value) if row.of is None else f"{row.value}/{row.of}",
        }
        for row in found
    ]


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
