"""What is done with meetings on their pages. What is refused is said at its form, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core.clock import WIB
from sertakan.core.errors import DomainError
from sertakan.meetings import queries, services
from sertakan.meetings.errors import MeetingIncomplete
from sertakan.meetings.models import Meeting
from sertakan.web.guards import roles_required
from sertakan.web.reading import whole, wholes
from sertakan.web.views.actions import WRITERS, day, files_of
from sertakan.web.views.meetings import PLACES, show, show_list


@roles_required(*WRITERS)
@require_POST
def meeting_new(request: ScopedRequest) -> HttpResponse:
    """Plan one meeting, a series, or the next meeting of a series."""
    given = request.POST
    try:
        made = _plan(given)
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        return show_list(request, fault=str(refusal), given=given, status=refusal.status)
    messages.success(request, _("Rapat direncanakan. Sekarang susun acaranya."))
    return redirect("meeting", made.pk)


def _plan(given: Any) -> Meeting:
    if given.get("rangkaian"):
        return services.plan_next(queries.get_series(whole(given["rangkaian"]) or 0))
    starts = _moment(given.get("hari", ""), given.get("jam", ""))
    title, place = given.get("nama", ""), given.get("tempat", "")
    series = None
    if given.get("ulang"):
        at = starts.timetz().replace(tzinfo=None)
        series = services.add_series(title=title, place=place, day=min(starts.day, 28), at=at)
    return services.plan(title=title, starts_at=starts, place=place, chair=given.get("pemimpin", ""), series=series)


@roles_required(*WRITERS)
@require_POST
def meeting_act(request: ScopedRequest, meeting_id: int, act: str) -> HttpResponse:
    """Do one thing with a meeting."""
    given, uploads = request.POST, files_of(request)
    doing: dict[str, tuple[Callable[[], Any], str]] = {
        "susun": (lambda: services.prepare(meeting_id), _("Acara disusun dari data hari ini.")),
        "undang": (lambda: services.invite(meeting_id), _("Undangan ditulis dan bernomor.")),
        "buka": (lambda: services.open_meeting(meeting_id), _("Rapat dibuka. Daftar hadir dapat dipindai dari layar rapat.")),
        "tutup": (lambda: services.close(meeting_id), _("Rapat ditutup. Notula bernomor sudah ditulis.")),
        "pokok": (
            lambda: services.add_topic(meeting_id, title=given.get("pokok", ""), note=given.get("uraian", "")),
            _("Pokok bahasan ditambahkan.")),
        "buang": (lambda: services.drop_item(meeting_id, whole(given.get("butir", "")) or 0), _("Butir acara dihapus.")),
        "hadir": (
            lambda: services.note_attendance(
                meeting_id, name=given.get("nama", ""), position=given.get("jabatan", ""), agency_id=whole(given.get("opd", ""))
            ),
            _("Kehadiran dicatat."),
        ),
        "putus": (lambda: _decide(request, meeting_id), _("Keputusan dicatat sebagai tindakan.")),
        "notula": (
            lambda: services.save_minutes(meeting_id, text=given.get("notula", ""), seen=whole(given.get("versi", "")) or 0),
            _("Notula disimpan."),
        ),
        "pindah": (lambda: _change(request, meeting_id), _("Waktu dan tempat rapat disimpan.")),
        "batal": (lambda: services.drop(meeting_id, reason=given.get("alasan", "")), _("Rapat dibatalkan.")),
        "bukti": (
            lambda: services.show_meeting(meeting_id, uploads, everybody=bool(given.get("semua_opd"))),
            _("Foto dan surat rapat disimpan."),
        ),
    }  # fmt: skip
    if act not in doing:
        raise Http404
    do, said = doing[act]
    try:
        done = do()
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        found = queries.get_meeting(meeting_id)
        return show(request, found, form=act, fault=str(refusal), given=given, status=refusal.status)
    if act == "hadir" and not done:
        messages.info(request, _("%(name)s sudah tercatat hadir sebelumnya.") % {"name": given.get("nama", "")})
    else:
        messages.success(request, said)
    back = whole(given.get("kembali", ""))
    if back is not None:
        return redirect(f"{reverse('meeting_live', args=[meeting_id])}?butir={back}")
    place = PLACES.get(act, "") if act not in ("pindah", "batal") else ""
    return redirect(f"{reverse('meeting', args=[meeting_id])}{'#' if place else ''}{place}")


def _decide(request: ScopedRequest, meeting_id: int) -> Any:
    given = request.POST
    everybody = bool(given.get("semua"))
    chosen = [one.pk for one in agencies.in_force()] if everybody else wholes(given.getlist("opd"))
    return services.add_decision(
        meeting_id,
        text=given.get("isi", ""),
        agency_ids=chosen,
        due_on=day(given.get("tenggat", "")) or date.min,
        duty_id=whole(given.get("kewajiban", "")),
        measure=given.get("ukuran", ""),
    )


def _change(request: ScopedRequest, meeting_id: int) -> Any:
    given = request.POST
    starts = _moment(given.get("hari", ""), given.get("jam", ""))
    return services.change(meeting_id, starts_at=starts, place=given.get("tempat", ""), chair=given.get("pemimpin", ""))


def _moment(on: str, hour: str) -> datetime:
    """Day and hour of a form. Raises MeetingIncomplete."""
    try:
        return datetime.combine(date.fromisoformat(on), time.fromisoformat(hour), tzinfo=WIB)
    except ValueError:
        raise MeetingIncomplete(what=_("Hari dan jam rapat")) from None
