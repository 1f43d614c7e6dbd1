"""Batches to BPJS: prepare, hand over, take the answers, follow up what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.people import queries as people
from sertakan.programme import consents, readiness
from sertakan.sponsorship import catalogue, policies, queries, services
from sertakan.sponsorship.errors import ConsentMissing, NothingReady
from sertakan.sponsorship.models import Batch
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import wholes
from sertakan.web.views.downloads import attachment, wants_reason

READERS = ("pic", "coordinator", "bpjs", "auditor", "operator")
PREPARERS = ("pic", "coordinator", "operator")
MOST_WAITING = 50
ANSWER_COLUMNS = {
    "nik": "NIK",
    "decision": gettext_lazy("Hasil"),
    "decided_on": gettext_lazy("Tanggal jawaban"),
    "reason": gettext_lazy("Alasan"),
    "payment_code": gettext_lazy("Kode iuran"),
    "payment_amount": gettext_lazy("Jumlah iuran"),
    "payment_expires_on": gettext_lazy("Berlaku sampai"),
    "paid_on": gettext_lazy("Tanggal bayar"),
    "paid_amount": gettext_lazy("Jumlah dibayar"),
    "reference": gettext_lazy("Nomor referensi"),
    "paid_months": gettext_lazy("Bulan dibayar"),
    "kpj": "KPJ",
    "issued_on": gettext_lazy("Tanggal terbit"),
}


@roles_required(*READERS)
@require_GET
def batches(request: ScopedRequest) -> HttpResponse:
    """All batches in scope; for the officer also what waits and for how long."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    chosen = next((agency for agency in choices if str(agency.pk) == request.GET.get("opd")), None)
    own = choices[0] if len(choices) == 1 else chosen
    page = page_of(request, queries.batches(agency_id=chosen.pk if chosen else None))
    waiting = [entry for entry in queries.waiting() if entry.waiting or entry.accepted or entry.paid]
    may_prepare = request.actor.has(*PREPARERS)
    context = {
        "page": page,
        "count": page.paginator.count,
        "waiting": waiting[:MOST_WAITING],
        "waiting_count": len(waiting),
        "agency_options": [(agency.pk, agency.name) for agency in choices],
        "agency": own,
        "several": len(choices) > 1,
        "chosen": chosen,
        "kind_options": _kinds(own.pk if own and may_prepare else None),
        "kind": request.GET.get("jenis", "new"),
        "office_options": [(office.pk, office.name) for office in queries.offices()] if may_prepare else [],
        "may_prepare": may_prepare,
    }
    return TemplateResponse(request, "batches/batches.html", context)


def _kinds(agency_id: int | None) -> list[dict[str, Any]]:
    """The kinds of batch to choose from, with how many are ready when the agency is known."""
    shown = []
    for kind in readiness.KINDS:
        note = ""
        if agency_id is not None:
            found = readiness.readiness(agency_id=agency_id, kind=kind)
            note = _("%s siap") % format_number(found.ready)
            if found.left_out:
                note += " · " + _("%s belum dapat ikut") % format_number(found.left_out)
        shown.append({"value": kind, "label": Batch.Kind(kind).label, "note": note})
    return shown


@roles_required(*PREPARERS)
@require_POST
def batch_prepare(request: ScopedRequest) -> HttpResponse:
    """Draft a batch of everything that is ready."""
    choices = {str(agency.pk): agency for agency in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(request.POST.get("agency", "")) or (
        next(iter(choices.values())) if len(choices) == 1 else None
    )
    office = next((entry for entry in queries.offices() if str(entry.pk) == request.POST.get("office")), None)
    kind = request.POST.get("kind", "")
    if agency is None or office is None or kind not in readiness.KINDS:
        messages.error(request, _("Pilih perangkat daerah, jenis kiriman, dan kantor BPJS. Belum ada yang disusun."))
        return redirect("batches")
    try:
        prepared = services.prepare_batch(agency=agency, kind=kind, office=office)
    except NothingReady:
        found = readiness.readiness(agency_id=agency.pk, kind=kind)
        if not found.left_out:
            text = _(
                "Tidak ada pekerja %(agency)s yang menunggu kiriman jenis “%(kind)s”. Tidak ada kiriman yang dibuat."
            )
            messages.info(request, text % {"agency": agency.name, "kind": Batch.Kind(kind).label})
            return redirect("batches")
        messages.warning(
            request, _("Belum ada pekerja yang siap dikirim; sebabnya ada di bawah. Tidak ada kiriman yang dibuat.")
        )
        return redirect(f"{reverse('left_out')}?agency={agency.pk}&kind={kind}")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("batches")
    messages.success(
        request,
        ngettext("%s pekerja masuk kiriman ini.", "%s pekerja masuk kiriman ini.", prepared.lines)
        % format_number(prepared.lines),
    )
    return redirect("batch", prepared.batch.pk)


@roles_required(*PREPARERS)
@require_GET
def left_out(request: ScopedRequest) -> HttpResponse:
    """Workers that cannot go into a batch now, why, and what to do."""
    choices = {str(agency.pk): agency for agency in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(request.GET.get("agency", "")) or (next(iter(choices.values())) if len(choices) == 1 else None)
    kind = request.GET.get("kind", "new")
    if agency is None or kind not in readiness.KINDS:
        messages.error(request, _("Pilih perangkat daerah dan jenis kiriman lebih dahulu."))
        return redirect("batches")
    found = readiness.readiness(agency_id=agency.pk, kind=kind)
    code = request.GET.get("sebab", "")
    here = f"?agency={agency.pk}&kind={kind}"
    page = page_of(request, readiness.left_out_rows(agency_id=agency.pk, kind=kind, code=code))
    context = {
        "agency": agency,
        "kind": kind,
        "kind_label": Batch.Kind(kind).label,
        "ready": found.ready,
        "obstacles": found.obstacles,
        "code": code,
        "here": here,
        "page": page,
        "count": page.paginator.count,
        "consent_missing": ConsentMissing.code,
        "may_consent": any(obstacle.code == ConsentMissing.code for obstacle in found.obstacles),
        "today_iso": clock.today().isoformat(),
    }
    return TemplateResponse(request, "batches/left_out.html", context)


@roles_required(*PREPARERS)
@require_POST
def consents_record(request: ScopedRequest) -> HttpResponse:
    """Record the consent of the ticked workers."""
    here = f"{reverse('left_out')}?agency={_digits(request, 'agency')}&kind={request.POST.get('kind', 'new')}"
    chosen = wholes(request.POST.getlist("pilih"))
    try:
        given_on = date.fromisoformat(request.POST.get("given_on", ""))
    except ValueError:
        given_on = None
    if not chosen or given_on is None:
        messages.error(request, _("Centang pekerjanya dan isi tanggal persetujuan. Belum ada yang dicatat."))
        return redirect(here)
    try:
        recorded = consents.record_consents(person_ids=chosen, given_on=given_on)
    except DomainError as refusal:
        messages.error(request, f"{refusal} {_('Belum ada yang dicatat.')}")
    else:
        messages.success(
            request,
            ngettext(
                "Persetujuan %s pekerja dicatat; mereka dapat ikut kiriman berikutnya.",
                "Persetujuan %s pekerja dicatat; mereka dapat ikut kiriman berikutnya.",
                recorded,
            )
            % format_number(recorded),
        )
    return redirect(here)


def _digits(request: ScopedRequest, name: str) -> str:
    text = request.POST.get(name, "")
    return text if text.isascii() and text.isdigit() else ""


@roles_required(*READERS)
@require_GET
def batch(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """One batch: its lines, where each stands, and what can be done now."""
    found = queries.get_batch(batch_id)
    counts = queries.line_counts(found)
    answer = request.GET.get("jawaban", "")
    lines = queries.lines(found)
    page = page_of(request, lines.filter(answer=answer) if counts.get(answer) else lines)
    draft = found.state == Batch.State.DRAFT
    may_prepare = policies.can_manage(request.actor, found.agency_id)
    context = {
        "batch": found,
        "draft": draft,
        "page": page,
        "rows": _rows(list(page.object_list)),
        "count": page.paginator.count,
        "total": sum(counts.values()),
        "counts": counts,
        "tabs": _tabs(counts, answer),
        "steps": _steps(found, counts),
        "obstacles": readiness.left_out_of(found) if draft and may_prepare and found.follows_id is None else (),
        "files": list(found.answer_files.order_by("-pk")[:10]),
        "follow_ups": list(found.follow_ups.order_by("pk")),
        "refused_again": len(queries.refused_again(found)) if may_prepare else 0,
        "may_send": draft and may_prepare,
        "may_export": request.actor.has("pic", "coordinator", "bpjs", "operator"),
        "export_reason": not policies.can_open_numbers(request.actor, found.agency_id, reason=""),
        "may_answer": not draft and policies.can_answer(request.actor, found.agency_id),
    }
    return TemplateResponse(request, "batches/batch.html", context)


def _rows(lines: list[Any]) -> list[dict[str, Any]]:
    """The lines of a page with masked numbers and, for a refused one, why and what to do."""
    numbers = {entry.id: entry for entry in people.shown([line.person for line in lines])}
    reasons = catalogue.reasons()
    return [
        {
            "line": line,
            "shown": numbers[line.person_id],
            "reason": reasons.get(line.reason_code) if line.reason_code else None,
        }
        for line in lines
    ]


def _tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    from sertakan.sponsorship.models import BatchLine

    present = [(str(code), label) for code, label in BatchLine.Answer.choices if counts[str(code)]]
    if len(present) < 2:
        return []
    every = {"label": _("Semua"), "url": "?", "current": not counts.get(chosen), "count": sum(counts.values())}
    return [
        every,
        *(
            {"label": label, "url": f"?jawaban={code}", "current": code == chosen, "count": counts[code]}
            for code, label in present
        ),
    ]


def _steps(found: Batch, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Prepared, sent, answered, paid, numbered: each ticks from the lines. Changes and stops end with the answer."""
    total, refused, waiting = sum(counts.values()), counts["refused"], counts["waiting"]
    paid, numbered = counts["paid"] + counts["numbered"], counts["numbered"]
    going, sent = total - refused, found.state != Batch.State.DRAFT
    part = _("%(done)s dari %(all)s")
    path = [
        (_("Disusun"), True, ngettext("%s pekerja", "%s pekerja", total) % format_number(total)),
        (_("Dikirim"), sent, ""),
        (_("Dijawab"), sent and not waiting, _part(part, total - waiting, total) if sent else ""),
    ]
    if found.kind not in (Batch.Kind.STOP, Batch.Kind.CHANGE):
        answered = sent and total > waiting
        path += [
            (_("Dibayar"), sent and not waiting and paid == going, _part(part, paid, going) if answered else ""),
            (
                _("Bernomor"),
                sent and not waiting and numbered == going,
                _part(part, numbered, going) if answered else "",
            ),
        ]
    steps, open_found = [], False
    for label, done, note in path:
        state = "done" if done else "next" if open_found else "current"
        open_found = open_found or not done
        steps.append({"label": label, "state": state, "url": "", "note": note})
    return steps


def _part(text: str, done: int, every: int) -> str:
    return text % {"done": format_number(done), "all": format_number(every)}


@roles_required("pic", "coordinator", "bpjs", "operator")
@require_http_methods(["GET", "POST"])
def batch_workbook(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """The workbook for BPJS; identity numbers stand in it whole, and the download is kept in the trail."""
    found = queries.get_batch(batch_id)
    with wants_reason(request):
        export = services.export_batch(batch=found)
    return attachment(export.data, f"kiriman-{batch_id}.xlsx")


@roles_required(*PREPARERS)
@require_POST
def batch_send(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """Lock a batch: from now on it cannot change."""
    try:
        services.send_batch(batch=queries.get_batch(batch_id))
    except DomainError as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Kiriman dikunci dan ditandai terkirim. Unduh buku kerjanya, lalu serahkan ke kantor BPJS.")
        )
    return redirect("batch", batch_id)


@roles_required(*PREPARERS)
@require_POST
def batch_discard(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """Throw a draft away; its workers are free again."""
    try:
        services.discard_batch(batch=queries.get_batch(batch_id))
    except DomainError as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return redirect("batch", batch_id)
    messages.success(request, _("Draf kiriman dibuang; pekerjanya dapat dikirim lagi kapan saja."))
    return redirect("batches")


@roles_required("pic", "coordinator", "bpjs", "operator")
@require_POST
def batch_answer(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """Take a file of answers from BPJS."""
    found = queries.get_batch(batch_id)
    given = request.FILES.get("file")
    if given is None:
        messages.error(request, _("Belum ada berkas jawaban yang dipilih. Tidak ada yang berubah."))
        return redirect("batch", batch_id)
    try:
        account = services.take_answer(batch=found, source=given.read(), name=given.name or "jawaban")
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
        return redirect("batch", batch_id)
    context = {
        "batch": queries.get_batch(batch_id),
        "account": account,
        "name": given.name,
        "held_findings": _labelled(finding for finding in account.findings if finding.severity == "hold"),
        "other_findings": _labelled(finding for finding in account.findings if finding.severity != "hold"),
        "counts": queries.line_counts(found),
    }
    return TemplateResponse(request, "batches/answer.html", context)


def _labelled(findings: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Findings with the name of their column as people write it."""
    return [(finding, ANSWER_COLUMNS.get(finding.column, finding.column)) for finding in findings]


@roles_required(*PREPARERS)
@require_POST
def batch_follow_up(request: ScopedRequest, batch_id: int) -> HttpResponse:
    """Send refused rows again in a batch that is linked to this one."""
    try:
        prepared = services.follow_up(batch=queries.get_batch(batch_id))
    except DomainError as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return redirect("batch", batch_id)
    messages.success(
        request,
        ngettext("Kiriman susulan disusun: %s pekerja.", "Kiriman susulan disusun: %s pekerja.", prepared.lines)
        % format_number(prepared.lines),
    )
    return redirect("batch", prepared.batch.pk)
