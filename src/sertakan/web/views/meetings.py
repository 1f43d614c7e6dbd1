"""Meetings: planned, prepared, run at the projector, closed with minutes; and the actions that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.clock import WIB
from sertakan.core.errors import DomainError
from sertakan.core.scope import SYSTEM, acting
from sertakan.followup import queries as followup
from sertakan.meetings import policies, queries, services
from sertakan.meetings.errors import MinutesChanged
from sertakan.meetings.models import Meeting
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.actions import READERS, WRITERS, attempt, day, number, rows_of

RATES = {"attend": "30/m/ip,600/d/ip"}


@roles_required(*READERS)
@require_GET
def meetings(request: ScopedRequest) -> HttpResponse:
    """All meetings in scope, the newest first."""
    page = page_of(request, queries.meetings())
    context = {
        "page": page,
        "count": page.paginator.count,
        "may_run": policies.can_run(request.actor),
        "series": list(queries.all_series()),
        "today": clock.today(),
    }
    return TemplateResponse(request, "meetings/meetings.html", context)


@roles_required(*WRITERS)
@require_POST
def meeting_new(request: ScopedRequest) -> HttpResponse:
    """Plan one meeting, a series, or the next meeting of a series."""
    given = request.POST

    def act() -> Meeting:
        if given.get("rangkaian"):
            return services.plan_next(queries.get_series(number(given["rangkaian"]) or 0))
        starts = _moment(given.get("hari", ""), given.get("jam", ""))
        if given.get("ulang"):
            series = services.add_series(
                title=given.get("nama", ""), place=given.get("tempat", ""), day=min(starts.day, 28), at=starts.timetz().replace(tzinfo=None)
            )  # fmt: skip
        else:
            series = None
        return services.plan(
            title=given.get("nama", ""), starts_at=starts, place=given.get("tempat", ""), chair=given.get("pemimpin", ""), series=series
        )  # fmt: skip

    made = attempt(request, act, _("Rapat direncanakan. Sekarang susun acaranya."))
    return redirect("meeting", made.pk) if made else redirect("meetings")


@roles_required(*READERS)
@require_GET
def meeting(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """One meeting: agenda, invitations, attendance, minutes, decisions."""
    return _show(request, queries.get_meeting(meeting_id))


def _show(
    request: ScopedRequest, found: Meeting, *, fault: str = "", text: str | None = None, status: int = 200
) -> HttpResponse:
    may_run = policies.can_run(request.actor)
    today = clock.today()
    decisions = [
        {
            "decision": one,
            "rows": rows_of(
                queries.standing(one.actions.select_related("agency", "duty").order_by("agency__sort_key"), today)
            ),
        }
        for one in found.decisions.order_by("number")
    ]
    context: dict[str, Any] = {
        "meeting": found,
        "agenda": list(found.agenda.select_related("action")),
        "invited": list(found.invitations.select_related("agency", "letter").order_by("agency__sort_key")),
        "present": list(queries.attendances(found)),
        "decisions": decisions,
        "may_run": may_run,
        "running": may_run and found.state != Meeting.State.CLOSED,
        "fault": fault,
        "text": found.minutes if text is None else text,
        "theirs": found.minutes if text is not None else "",
        "steps": _steps(found),
        "today": today,
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


@roles_required(*WRITERS)
@require_POST
def meeting_act(request: ScopedRequest, meeting_id: int, act: str) -> HttpResponse:
    """Do one thing with a meeting; what is refused is said, and nothing that was written is lost."""
    given = request.POST
    doing: dict[str, tuple[Callable[[], Any], str]] = {
        "susun": (lambda: services.prepare(meeting_id), _("Acara disusun dari data hari ini.")),
        "undang": (lambda: services.invite(meeting_id), _("Undangan ditulis dan bernomor.")),
        "buka": (lambda: services.open_meeting(meeting_id), _("Rapat dibuka. Daftar hadir dapat dipindai dari layar rapat.")),
        "tutup": (lambda: services.close(meeting_id), _("Rapat ditutup. Notula bernomor sudah ditulis.")),
        "pokok": (
            lambda: services.add_topic(meeting_id, title=given.get("pokok", ""), note=given.get("uraian", "")),
            _("Pokok bahasan ditambahkan.")),
        "buang": (lambda: services.drop_item(meeting_id, number(given.get("butir", "")) or 0), _("Butir acara dihapus.")),
        "hadir": (
            lambda: services.note_attendance(
                meeting_id, name=given.get("nama", ""), position=given.get("jabatan", ""), agency_id=number(given.get("opd", ""))
            ),
            _("Kehadiran dicatat."),
        ),
        "putus": (lambda: _decide(request, meeting_id), _("Keputusan dicatat sebagai tindakan.")),
    }  # fmt: skip
    if act == "notula":
        return _save_minutes(request, meeting_id)
    if act not in doing:
        raise Http404
    attempt(request, *doing[act])
    back = given.get("kembali", "")
    return redirect(
        f"{reverse('meeting_live', args=[meeting_id])}?butir={back}"
        if back.isdigit()
        else reverse("meeting", args=[meeting_id])
    )


def _decide(request: ScopedRequest, meeting_id: int) -> Any:
    given = request.POST
    everybody = bool(given.get("semua"))
    chosen = (
        [one.pk for one in agencies.in_force()]
        if everybody
        else [int(key) for key in given.getlist("opd") if key.isdigit()]
    )
    return services.add_decision(
        meeting_id,
        text=given.get("isi", ""),
        agency_ids=chosen,
        due_on=day(given.get("tenggat", "")) or date.min,
        duty_id=number(given.get("kewajiban", "")),
        measure=given.get("ukuran", ""),
    )


def _save_minutes(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    text = request.POST.get("notula", "")
    try:
        services.save_minutes(meeting_id, text=text, seen=number(request.POST.get("versi", "")) or 0)
    except MinutesChanged as changed:
        return _show(request, queries.get_meeting(meeting_id), fault=str(changed), text=text, status=changed.status)
    messages.success(request, _("Notula disimpan."))
    return redirect(f"{reverse('meeting', args=[meeting_id])}#notula")


@roles_required(*READERS)
@require_GET
def meeting_live(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """The screen of the meeting: one point at a time, large; where it stands is in the address, so a reload loses nothing."""
    found = queries.get_meeting(meeting_id)
    if request.GET.get("hitung"):
        count = queries.attendances(found).count()
        said = ngettext("%(n)s orang hadir", "%(n)s orang hadir", count) % {"n": count}
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    items = list(found.agenda.select_related("action__agency", "duty"))
    at = min(max(number(request.GET.get("butir", "")) or 0, 0), len(items) + 1)
    where = reverse("meeting_live", args=[meeting_id])
    names = {one.pk: one.short_name for one in agencies.in_force()}
    context: dict[str, Any] = {
        "meeting": found,
        "at": at,
        "last": len(items) + 1,
        "item": items[at - 1] if 1 <= at <= len(items) else None,
        "names": [names.get(key, "–") for key in items[at - 1].agencies] if 1 <= at <= len(items) else [],
        "before": f"{where}?butir={at - 1}" if at > 0 else "",
        "after": f"{where}?butir={at + 1}" if at <= len(items) else "",
        "start": where,
        "present": queries.attendances(found).count(),
        "rows": rows_of(queries.standing(queries.actions().filter(decision__meeting=found), clock.today())),
        "now": clock.now(),
    }
    if found.state == Meeting.State.OPEN and policies.can_run(request.actor):
        address = _attend_address(request, found)
        context |= {"address": address, "qr": _square(address)}
    return TemplateResponse(request, "meetings/live.html", context)


@roles_required(*WRITERS)
@require_GET
def meeting_paper(request: ScopedRequest, meeting_id: int) -> HttpResponse:
    """The attendance list to print and sign."""
    found = queries.get_meeting(meeting_id)
    invited = [one.agency for one in found.invitations.select_related("agency").order_by("agency__sort_key")]
    rows = invited or list(agencies.in_force())
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
                token, name=given["nama"], position=given["jabatan"], agency_id=number(given["opd"])
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


def _moment(on: str, hour: str) -> datetime:
    """Day and hour of a form. Raises MeetingIncomplete."""
    from sertakan.meetings.errors import MeetingIncomplete

    try:
        return datetime.combine(date.fromisoformat(on), time.fromisoformat(hour), tzinfo=WIB)
    except ValueError:
        raise MeetingIncomplete(what=_("Hari dan jam rapat")) from None
