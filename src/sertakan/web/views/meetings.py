"""Meetings: planned, prepared, run at the projector, closed with minutes; and the actions that follow from them."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.clock import WIB
from sertakan.core.errors import DomainError
from sertakan.core.scope import SYSTEM, acting
from sertakan.evidence import queries as evidence
from sertakan.followup import queries as followup
from sertakan.meetings import policies, queries, services
from sertakan.meetings.models import Meeting
from sertakan.rules.calendar import holiday_name, is_working_day
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole, wholes
from sertakan.web.views.actions import READERS, WRITERS, rows_of

PLACES = {
    "notula": "bagian-notula", "putus": "keputusan", "hadir": "hadir", "bukti": "bagian-bukti", "pokok": "acara",
    "buang": "acara", "pindah": "waktu", "batal": "waktu",
}  # fmt: skip
"""Where on the page of a meeting the form of an act stands."""
RATES = {"attend": "30/m/ip,600/d/ip"}


@roles_required(*READERS)
@require_GET
def meetings(request: ScopedRequest) -> HttpResponse:
    """All meetings in scope, the newest first."""
    return show_list(request)


def show_list(request: ScopedRequest, *, fault: str = "", given: Any = None, status: int = 200) -> HttpResponse:
    """The list; with the form of a new meeting filled as it was sent, when it was refused."""
    page = page_of(request, queries.meetings())
    names = ("nama", "hari", "jam", "tempat", "pemimpin", "ulang")
    context = {
        "page": page,
        "count": page.paginator.count,
        "may_run": policies.can_run(request.actor),
        "series": list(queries.all_series()),
        "today": clock.today(),
        "fault": fault,
        "given": {name: given.get(name, "") for name in names} if given is not None else {},
    }
    return TemplateResponse(request, "meetings/meetings.html", context, status=status)


@roles_required(*READERS)
@require_GET
def meeting(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """One meeting: agenda, invitations, attendance, minutes, decisions."""
    return show(request, queries.get_meeting(meeting_id))


def show(
    request: ScopedRequest, found: Meeting, *, form: str = "", fault: str = "", given: Any = None, status: int = 200
) -> HttpResponse:
    """The page of a meeting. `form`: the form that was refused, `fault`: why, `given`: what had been typed in it."""
    may_run = policies.can_run(request.actor)
    today = clock.today()
    starts = found.starts_at.astimezone(WIB)
    decisions = [
        {
            "decision": one,
            "rows": rows_of(
                queries.standing(one.actions.select_related("agency", "duty").order_by("agency__sort_key"), today)
            ),
        }
        for one in found.decisions.order_by("number")
    ]
    invited = list(found.invitations.select_related("agency").order_by("agency__sort_key"))
    text = given.get("notula", "") if form == "notula" else None
    context: dict[str, Any] = {
        "meeting": found,
        "agenda": list(found.agenda.select_related("action")),
        "invited": invited,
        "letters": queries.letters_of(found),
        "present": list(queries.attendances(found)),
        "decisions": decisions,
        "evidence": evidence.evidence_of((queries.MEETING, found.pk)),
        "may_run": may_run,
        "sees_all": request.actor.sees_all,
        "running": may_run and found.state in (Meeting.State.PLANNED, Meeting.State.OPEN),
        "may_open": found.state == Meeting.State.PLANNED and starts.date() <= today,
        "day_off": found.state == Meeting.State.PLANNED and not is_working_day(starts.date()),
        "holiday": holiday_name(starts.date()) or "",
        "left_open": found.state == Meeting.State.OPEN
        and found.opened_at
        and found.opened_at.astimezone(WIB).date() < today,
        "form": form,
        "fault": fault,
        "place": PLACES.get(form, ""),
        "given": given or {},
        "chosen": wholes(given.getlist("opd")) if form == "putus" else [],
        "text": found.minutes if text is None else text,
        "theirs": found.minutes if text is not None else "",
        "steps": _steps(found),
        "today": today,
        "starts_day": (given or {}).get("hari") or starts.date().isoformat(),
        "starts_hour": (given or {}).get("jam") or f"{starts:%H:%M}",
    }
    if may_run and found.state == Meeting.State.OPEN:
        context |= {
            "agency_options": [(one.pk, one.name) for one in agencies.in_force()],
            "duty_options": [("", _("diukur dengan cara lain (tulis di bawah)")), *((one.id, one.title) for one in followup.duties(today))],
        }  # fmt: skip
    return TemplateResponse(request, "meetings/meeting.html", context, status=status)


def _steps(found: Meeting) -> list[dict[str, Any]]:
    """The path of a meeting; steps tick themselves."""
    done = {
        "agenda": found.agenda.exists(),
        "invited": found.invitations.exists(),
        "opened": found.opened_at is not None,
        "closed": found.state == Meeting.State.CLOSED,
    }
    labels = {
        "agenda": _("Acara disusun"),
        "invited": _("Undangan terkirim"),
        "opened": _("Rapat dibuka"),
        "closed": _("Notula bernomor"),
    }
    current = next((name for name, ready in done.items() if not ready), "")
    return [
        {
            "label": labels[name],
            "state": "done" if ready else "current" if name == current else "next",
            "url": "",
            "note": "",
        }
        for name, ready in done.items()
    ]


@roles_required(*READERS)
@require_GET
def meeting_live(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """The screen of the meeting: one point at a time, large; where it stands is in the address, so a reload loses nothing."""
    found = queries.get_meeting(meeting_id)
    if request.GET.get("hitung"):
        count = queries.attendances(found).count()
        return HttpResponse(_people_there(count, request), content_type="text/plain; charset=utf-8")
    items = list(found.agenda.select_related("action__agency", "duty"))
    at = min(max(whole(request.GET.get("butir", "")) or 0, 0), len(items) + 1)
    where = reverse("meeting_live", args=[meeting_id])
    names = queries.agency_names(items[at - 1].agencies if 1 <= at <= len(items) else [])
    context: dict[str, Any] = {
        "meeting": found,
        "at": at,
        "last": len(items) + 1,
        "item": items[at - 1] if 1 <= at <= len(items) else None,
        "names": names,
        "before": f"{where}?butir={at - 1}" if at > 0 else "",
        "after": f"{where}?butir={at + 1}" if at <= len(items) else "",
        "start": where,
        "present": _people_there(queries.attendances(found).count(), request),
        "rows": rows_of(queries.standing(queries.actions().filter(decision__meeting=found), clock.today())),
        "now": clock.now(),
    }
    if found.state == Meeting.State.OPEN and policies.can_run(request.actor):
        address = _attend_address(request, found)
        context |= {"address": address, "qr": _square(address)}
    return TemplateResponse(request, "meetings/live.html", context)


def _people_there(count: int, request: ScopedRequest) -> str:
    """How many are there; who sees the own agency only is told that this is no count of the room."""
    if request.actor.sees_all:
        return ngettext("%(n)s orang hadir", "%(n)s orang hadir", count) % {"n": count}
    return ngettext("%(n)s orang hadir dari OPD Anda", "%(n)s orang hadir dari OPD Anda", count) % {"n": count}


@roles_required(*WRITERS)
@require_GET
def meeting_paper(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """The attendance list to print and sign."""
    found = queries.get_meeting(meeting_id)
    rows = queries.expected(found) or list(agencies.in_force())
    return TemplateResponse(request, "meetings/paper.html", {"meeting": found, "rows": rows, "spare": range(8)})


def _attend_address(request: HttpRequest, found: Meeting) -> str:
    path = reverse("attend", args=[queries.attendance_token(found)])
    public = str(settings.SERTAKAN_PUBLIC_URL).rstrip("/")
    return f"{public}{path}" if public else request.build_absolute_uri(path)


def _square(address: str) -> str:
    import segno

    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=1, scale=8))


@require_http_methods(["GET", "POST"])
def attend(request: HttpRequest, token: str) -> HttpResponse:
    """Say that one is there, with a phone and without an account: only while the meeting is open, and only so often."""
    context: dict[str, Any] = {"title": _("Daftar hadir"), "fault": "", "given": {}, "done": False, "meeting": None}
    status = 200
    try:
        if not ratelimit.consume(request, app="sertakan", action="attend", config=RATES, limit_get=True):
            context |= {
                "title": _("Terlalu sering mencoba"),
                "refused": _("Tunggu satu menit, lalu muat ulang halaman ini."),
            }
            return _quiet(TemplateResponse(request, "meetings/attend.html", context, status=429))
        found = services.open_for(token)
        context["meeting"] = found
        if request.method == "POST":
            given = {name: request.POST.get(name, "")[:200] for name in ("nama", "jabatan", "opd")}
            context["given"] = given
            _meeting, fresh = services.attend(
                token, name=given["nama"], position=given["jabatan"], agency_id=whole(given["opd"])
            )
            context |= {"done": True, "fresh": fresh, "name": given["nama"]}
    except DomainError as refusal:
        status = refusal.status
        if refusal.code == "attendance_incomplete":
            context["fault"] = str(refusal)
        else:
            context["refused"] = str(refusal)
    if not context["done"] and "refused" not in context:
        with acting(SYSTEM, reason="daftar hadir"):
            context["agency_options"] = [
                ("", _("bukan dari OPD provinsi")),
                *((one.pk, one.name) for one in agencies.in_force()),
            ]
    return _quiet(TemplateResponse(request, "meetings/attend.html", context, status=status))


def _quiet(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, listed nowhere, told to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
