"""Batches to BPJS: prepare, hand over, take the answers, continue last period's workers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.core.month import Month
from sertakan.sponsorship import policies, queries, services
from sertakan.sponsorship.models import Batch
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.intake import XLSX

READERS = ("pic", "coordinator", "bpjs", "auditor", "operator")
PREPARERS = ("pic", "coordinator", "operator")


@roles_required(*READERS)
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """All batches in scope; for the officer also what waits and for how long."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    page = page_of(request, queries.batches())
    context = {
        "page": page,
        "count": page.paginator.count,
        "waiting": queries.waiting(),
        "agency_options": [(agency.pk, agency.name) for agency in choices],
        "several": len(choices) > 1,
        "kind_options": Batch.Kind.choices,
        "office_options": [(office.pk, office.name) for office in queries.offices()],
        "may_prepare": request.actor.has(*PREPARERS),
    }
    return TemplateResponse(request, "batches/batches.html", context)


@roles_required(*PREPARERS)
@require_POST
def batch_prepare(request: HttpRequest) -> HttpResponse:
    """Draft a batch of everything that is ready."""
    choices = {str(agency.pk): agency for agency in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(request.POST.get("agency", "")) or (next(iter(choices.values())) if len(choices) == 1 else None)
    office = next((entry for entry in queries.offices() if str(entry.pk) == request.POST.get("office")), None)
    if agency is None or office is None or request.POST.get("kind") not in Batch.Kind.values:
        messages.error(request, _("Pilih perangkat daerah, jenis kiriman, dan kantor BPJS. Belum ada yang disusun."))
        return redirect("batches")
    try:
        prepared = services.prepare_batch(agency=agency, kind=request.POST["kind"], office=office)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("batches")
    if prepared.left_out:
        text = _("%(taken)s pekerja masuk kiriman; %(left)s belum dapat ikut. Sebabnya ada di bawah.")
        messages.warning(
            request,
            text % {"taken": format_number(prepared.lines), "left": format_number(len(prepared.left_out))},
        )
    return redirect("batch", prepared.batch.pk)


@roles_required(*READERS)
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: its lines, where each stands, and what can be done now."""
    found = queries.get_batch(batch_id)
    lines = queries.lines(found)
    page = page_of(request, lines)
    context = {
        "batch": found,
        "page": page,
        "count": page.paginator.count,
        "counts": queries.line_counts(found),
        "refused_again": len(queries.refused_again(found)),
        "may_send": found.state == Batch.State.DRAFT and request.actor.has(*PREPARERS),
        "may_export": request.actor.has("pic", "coordinator", "bpjs", "operator"),
        "may_answer": found.state != Batch.State.DRAFT and policies.can_answer(request.actor, found.agency_id),
    }
    return TemplateResponse(request, "batches/batch.html", context)


@roles_required("pic", "coordinator", "bpjs", "operator")
@require_GET
def batch_workbook(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The workbook for BPJS; identity numbers stand in it whole, and the download is kept in the trail."""
    export = services.export_batch(batch=queries.get_batch(batch_id))
    return _download(export.data, f"kiriman-{batch_id}.xlsx")


@roles_required(*PREPARERS)
@require_POST
def batch_send(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Lock a batch: from now on it cannot change."""
    return _do(request, batch_id, lambda found: services.send_batch(batch=found), _("Kiriman dikunci dan siap diserahkan."))


@roles_required(*PREPARERS)
@require_POST
def batch_discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Throw a draft away; its workers are free again."""
    services.discard_batch(batch=queries.get_batch(batch_id))
    messages.success(request, _("Draf kiriman dibuang; pekerjanya dapat dikirim lagi kapan saja."))
    return redirect("batches")


@roles_required("pic", "coordinator", "bpjs", "operator")
@require_POST
def batch_answer(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take a file of answers from BPJS."""
    found = queries.get_batch(batch_id)
    given = request.FILES.get("file")
    if given is None:
        messages.error(request, _("Belum ada berkas jawaban yang dipilih."))
        return redirect("batch", batch_id)
    try:
        account = services.take_answer(batch=found, source=given.read(), name=given.name or "jawaban")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("batch", batch_id)
    context = {"batch": found, "account": account}
    return TemplateResponse(request, "batches/answer.html", context)


@roles_required(*PREPARERS)
@require_POST
def batch_follow_up(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Send refused rows again in a batch that is linked to this one."""
    prepared = services.follow_up(batch=queries.get_batch(batch_id))
    return redirect("batch", prepared.batch.pk)


@roles_required(*PREPARERS)
@require_http_methods(["GET", "POST"])
def continuing(request: HttpRequest) -> HttpResponseBase:
    """Last period's workers: the PIC says what changed and nothing else."""
    choices = {str(entry.pk): entry for entry in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(request.GET.get("agency", request.POST.get("agency", ""))) or next(iter(choices.values()), None)
    if agency is None:
        return TemplateResponse(request, "batches/continue.html", {"rows": [], "agency": None})
    if request.method == "POST":
        chosen = [
            (int(name.removeprefix("keadaan-")), value, {})
            for name, value in request.POST.items()
            if name.startswith("keadaan-") and name.removeprefix("keadaan-").isdigit() and value
        ]
        try:
            done = services.continue_sponsorships(
                agency=agency,
                choices=chosen,
                months=int(request.POST.get("months") or 1),
                start_month=Month.parse(request.POST["start"]) if request.POST.get("start") else None,
            )
        except (DomainError, ValueError) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%s pekerja dilanjutkan.") % format_number(len(done.continued)))
            return redirect("batches")
    rows = queries.continuable(agency_id=agency.pk)
    context = {
        "agency": agency,
        "agency_options": [(entry.pk, entry.name) for entry in choices.values()],
        "several": len(choices) > 1,
        "rows": rows,
        "month_options": [(1, "1"), (3, "3"), (6, "6"), (12, "12")],
    }
    return TemplateResponse(request, "batches/continue.html", context)


def _do(request: HttpRequest, batch_id: int, act: Any, said: str) -> HttpResponse:
    try:
        act(queries.get_batch(batch_id))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("batch", batch_id)


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
