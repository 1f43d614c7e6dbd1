"""The reminder plan, pauses, what would go out, and the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core.errors import DomainError
from sertakan.followup import errors, queries, services
from sertakan.followup.models import Pause
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.followup.shown import READERS, as_of, day_of, period_words, whole

SHOWN = {"planned": "notice_waiting", "sent": "done", "skipped": "line_ignored", "cancelled": "line_ignored"}


@roles_required(*READERS)
@require_GET
def reminders(request: ScopedRequest) -> HttpResponse:
    """Plan, pauses, preview of a day, and what was sent."""
    on = day_of(request)
    manage = request.actor.has("coordinator")
    page = page_of(request, queries.reminders(until=on))
    circulars = [one for one in queries.circulars() if one.valid_to is None or one.valid_to > on]
    context: dict[str, Any] = {
        **as_of(request, on),
        "plans": [{"circular": one, "plan": queries.plan_of(one.pk)} for one in circulars],
        "pauses": list(queries.pauses_known(on)[:20]),
        "messages_of_day": services.preview(on) if request.actor.sees_all else [],
        "page": page,
        "count": page.paginator.count,
        "rows": [
            {
                "one": one,
                "code": SHOWN[one.state],
                "period": period_words(None if one.period is None else _month(one.period), one.duty.period_kind),
            }
            for one in page
        ],
        "may_manage": manage,
        "agency_options": [
            ("", _("Semua perangkat daerah")),
            *((body.pk, body.name) for body in agencies.in_force(on)),
        ],
        "duty_options": [("", _("Semua kewajiban")), *((row.id, row.title) for row in queries.duties(on))],
    }
    return TemplateResponse(request, "followup/reminders.html", context)


def _month(day: date) -> Any:
    from sertakan.core.month import Month

    return Month.of(day)


@roles_required("coordinator")
@require_POST
def reminder_plan(request: ScopedRequest, circular_id: int) -> HttpResponse:
    """Turn reminders on or off, and when they go out."""
    given = request.POST
    try:
        services.set_plan(
            circular=queries.get_circular(circular_id), active=bool(given.get("aktif")), escalation=bool(given.get("naik")),
            before=given.get("sebelum", ""), overdue=given.get("sesudah", ""), head_after=_count(given.get("kepala", "")),
            secretary_after=_count(given.get("sekda", "")),
        )  # fmt: skip
        messages.success(request, _("Rencana pengingat disimpan."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders")


def _count(text: str) -> int:
    found = whole(text)
    if found is None:
        raise errors.PlanUnreadable(text=text)
    return found


@roles_required("coordinator")
@require_POST
def reminder_pause(request: ScopedRequest) -> HttpResponse:
    """Pause reminders with a reason, or end a pause."""
    given = request.POST
    try:
        ending = whole(given.get("akhiri", ""))
        if ending is not None:
            found = Pause.objects.filter(pk=ending).first()
            if found is None:
                raise errors.PauseUnknown()
            services.end_pause(found)
            messages.success(request, _("Jeda diakhiri; pengingat berjalan lagi."))
        else:
            services.pause(
                first=_day(given.get("dari", "")), last=_day(given.get("sampai", "")), reason=given.get("alasan", ""),
                agency_id=whole(given.get("opd", "")), duty_id=whole(given.get("kewajiban", "")),
            )  # fmt: skip
            messages.success(request, _("Pengingat dijeda."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.PauseNeedsReason() from None
