"""One duty: what is counted, by whose word, where every agency stands in a period; declare, verify, set a deadline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.month import Month
from sertakan.followup import dues, policies, queries, services
from sertakan.followup.measures import MEASURES
from sertakan.programme import reporting
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.followup.shown import (
    LOOKS,
    READERS,
    as_of,
    day_of,
    definition,
    period_of_text,
    period_words,
    value_words,
    whole,
)

MOST_FILES = 5


@roles_required(*READERS)
@require_GET
def duty(request: ScopedRequest, duty_id: int) -> HttpResponse:
    """Where every agency in scope stands with one duty, in one period."""
    asked_for = queries.get_duty(duty_id)
    on = day_of(request)
    now = on == clock.today()
    row = next((one for one in queries.duties(on) if one.id == duty_id), None)
    cells = queries.states(on, duty_ids=[duty_id])
    periods = sorted({cell.period for cell in cells if cell.period is not None}, reverse=True)
    try:
        chosen = period_of_text(request.GET.get("masa", "")) or dues.period_of(on, asked_for.period_kind)
    except ValueError:
        chosen = dues.period_of(on, asked_for.period_kind)
    only = request.GET.get("opd", "")
    shown = [cell for cell in cells if cell.period == chosen and (not only or str(cell.agency_id) == only)]
    wanted = request.GET.get("keadaan", "")
    if wanted in LOOKS:
        shown = [cell for cell in shown if cell.status == wanted]
    named = Agency.objects.in_bulk({cell.agency_id for cell in cells})
    shown.sort(key=lambda cell: named[cell.agency_id].sort_key)
    page = page_of(request, shown)
    own = [body for body in agencies.visible_to(request.actor, on=on) if policies.can_declare(request.actor, body.pk)]
    context: dict[str, Any] = {
        **as_of(request, on),
        "duty": asked_for,
        "row": row,
        "definition": definition(row) if row else "",
        "unit": "" if asked_for.measure not in MEASURES else MEASURES[asked_for.measure].unit,
        "page": page,
        "count": page.paginator.count,
        "rows": [
            {"agency": named[cell.agency_id], "cell": cell, "look": LOOKS[cell.status], "value": value_words(cell)}
            for cell in page
        ],
        "period": period_words(chosen, asked_for.period_kind),
        "chosen": "" if chosen is None else str(chosen),
        "periods": [(str(one), period_words(one, asked_for.period_kind)) for one in periods],
        "states": [("", _("Semua keadaan")), *((key, look.label) for key, look in LOOKS.items())],
        "wanted": wanted,
        "declarations": [
            {
                "one": one,
                "period": period_words(
                    dues.period_of(one.period, asked_for.period_kind) if one.period else None, asked_for.period_kind
                ),
                "may_decide": now and one.state == "waiting" and policies.can_verify(request.actor, one),
                "own": now and policies.is_author(request.actor, one),
                "evidence": _evidence(one.pk) if one.files else (),
            }
            for one in queries.declarations_on(on, duty_id=duty_id)
        ],
        "may_declare": row is not None and row.declared and now and bool(own),
        "may_report": asked_for.measure == "report_sent" and row is not None and now and bool(own),
        "month_options": _months() if asked_for.measure == "report_sent" else [],
        "own_options": [(body.pk, body.name) for body in own],
        "own_chosen": only,
        "may_manage": request.actor.has("coordinator") and not queries.is_replaced(asked_for.circular_id),
        "deadlines": asked_for.deadlines.order_by("-set_on", "-pk"),
    }
    return TemplateResponse(request, "followup/duty.html", context)


def _months() -> list[tuple[str, str]]:
    """The last month and the present one: what a recap is about."""
    this = Month.of(clock.today())
    return [(str(month), period_words(month, "month")) for month in (this.previous(), this)]


def _evidence(declaration_id: int) -> list[Any]:
    from sertakan.evidence.queries import evidence_of

    return evidence_of(("followup.declaration", declaration_id))


@roles_required("pic", "coordinator")
@require_POST
def duty_declare(request: ScopedRequest, duty_id: int) -> HttpResponse:
    """Say that something was done that no data shows, with photos or papers."""
    asked_for = queries.get_duty(duty_id)
    agency_id = whole(request.POST.get("opd", ""))
    if agency_id is None:
        messages.error(request, _("Pilih perangkat daerahnya."))
        return redirect("duty", duty_id=duty_id)
    uploads = request.FILES.getlist("bukti")
    if len(uploads) > MOST_FILES:
        messages.error(request, _("Paling banyak lima berkas sekali kirim. Belum ada yang dicatat."))
        return redirect("duty", duty_id=duty_id)
    try:
        services.declare(
            duty=asked_for, agency_id=agency_id, period=period_of_text(request.POST.get("masa", "")),
            words=request.POST.get("kata", ""), files=[(one.name or "bukti", one.read()) for one in uploads],
        )  # fmt: skip
    except ValueError:
        messages.error(request, _("Pilih masanya. Belum ada yang dicatat."))
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Pernyataan dicatat. Koordinator akan memeriksanya."))
    return redirect(f"{reverse('duty', args=[duty_id])}?opd={agency_id}")


@roles_required("pic", "coordinator")
@require_POST
def duty_report(request: ScopedRequest, duty_id: int) -> HttpResponse:
    """Send the recap of an agency's month as a numbered letter; the duty that asks for it ticks itself."""
    asked_for, agency_id = queries.get_duty(duty_id), whole(request.POST.get("opd", ""))
    try:
        month = Month.parse(request.POST.get("bulan", ""))
        if asked_for.measure != "report_sent" or agency_id is None:
            raise ValueError
        letter = reporting.send_recap(agencies.get_agency(agency_id), month)
    except ValueError:
        messages.error(request, _("Pilih perangkat daerah dan bulannya. Belum ada yang dikirim."))
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Rekap dikirim dengan nomor %(number)s.") % {"number": letter.number})
    return redirect(f"{reverse('duty', args=[duty_id])}?opd={agency_id or ''}")


@roles_required("pic", "coordinator")
@require_POST
def declaration_decide(request: ScopedRequest, declaration_id: int) -> HttpResponse:
    """Verify, refuse with a reason, or take the own word back."""
    found = queries.get_declaration(declaration_id)
    answer = request.POST.get("jawaban", "")
    try:
        if answer == "ya":
            services.verify(found)
            messages.success(request, _("Pernyataan diperiksa dan diterima."))
        elif answer == "tarik":
            services.withdraw(found)
            messages.success(request, _("Pernyataan ditarik."))
        else:
            services.refuse(found, reason=request.POST.get("alasan", ""))
            messages.success(request, _("Pernyataan belum diterima; alasannya terlihat oleh petugas."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("duty", duty_id=found.duty_id)


@roles_required("coordinator")
@require_POST
def duty_change(request: ScopedRequest, duty_id: int) -> HttpResponse:
    """Set the deadline, or end the duty from today."""
    asked_for = queries.get_duty(duty_id)
    try:
        if request.POST.get("apa") == "akhiri":
            services.end_duty(duty=asked_for, on=clock.today())
            messages.success(request, _("Kewajiban ini tidak lagi diminta mulai hari ini; yang lalu tetap."))
        else:
            services.set_deadline(duty=asked_for, rule=request.POST.get("batas", ""), source=_source(request))
            messages.success(request, _("Batas waktu disimpan dan berlaku mulai hari ini."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("duty", duty_id=duty_id)


def _source(request: ScopedRequest) -> str:
    return "edaran" if request.POST.get("sumber") == "edaran" else "koordinator"
