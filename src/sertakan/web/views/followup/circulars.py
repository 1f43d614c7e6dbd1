"""Circulars: the list, one with its clauses, duties and addressees, a new one, a new version or a successor."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.followup import errors, queries, services
from sertakan.followup.measures import DECLARATION, MEASURES
from sertakan.followup.models import Circular, Duty
from sertakan.web.guards import roles_required
from sertakan.web.views.followup.shown import READERS, as_of, day_of, whole

ABOUT = "followup.circular"


@roles_required(*READERS)
@require_GET
def circulars(request: ScopedRequest) -> HttpResponse:
    """All circulars, the newest first."""
    found = list(queries.circulars())
    context = {"circulars": found, "may_manage": request.actor.has("coordinator"), "today": clock.today()}
    return TemplateResponse(request, "followup/circulars.html", context)


@roles_required(*READERS)
@require_GET
def circular(request: ScopedRequest, circular_id: int) -> HttpResponse:
    """One circular as of a day."""
    found = queries.get_circular(circular_id)
    on = day_of(request)
    addressed = queries.addressees(circular_id, on)
    manage = request.actor.has("coordinator")
    others = [body for body in agencies.in_force(on) if body not in addressed] if manage else []
    context: dict[str, Any] = {
        **as_of(request, on),
        "circular": found,
        "successor": Circular.objects.filter(predecessor=found).first(),
        "clauses": list(found.clauses.order_by("position")),
        "duties": queries.duties(on, circular_id=circular_id),
        "periods": dict(Duty.Period.choices),
        "addressees": addressed,
        "others": [(body.pk, body.name) for body in others],
        "may_manage": manage,
        "may_change": manage and not queries.is_replaced(circular_id),
        "measures": [
            *((code, one.title) for code, one in MEASURES.items()), (DECLARATION, _("Dinyatakan dengan bukti, lalu diperiksa")),
        ],
        "period_options": Duty.Period.choices,
        "files": _files(circular_id),
    }  # fmt: skip
    return TemplateResponse(request, "followup/circular.html", context)


def _files(circular_id: int) -> list[Any]:
    from sertakan.evidence.queries import evidence_of

    return evidence_of((ABOUT, circular_id))


@roles_required("coordinator")
@require_http_methods(["GET", "POST"])
def circular_new(request: ScopedRequest) -> HttpResponse:
    """Enter a circular; all agencies in force are addressed, single ones can be left out afterwards."""
    fault = ""
    if request.method == "POST":
        try:
            made = services.record_circular(_read(request), agency_ids=[body.pk for body in agencies.in_force()])
        except DomainError as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("Surat edaran dicatat. Tambahkan butir dan kewajibannya."))
            return redirect("circular", circular_id=made.pk)
    context = {"fault": fault, "values": request.POST, "today": clock.today(), "kind": "new"}
    return TemplateResponse(request, "followup/circular_new.html", context, status=400 if fault else 200)


@roles_required("coordinator")
@require_http_methods(["GET", "POST"])
def circular_successor(request: ScopedRequest, circular_id: int) -> HttpResponse:
    """A successor for a new year, or a new version of the same number."""
    old = queries.get_circular(circular_id)
    version = request.GET.get("versi") == "baru" or request.POST.get("versi") == "baru"
    fault = ""
    if request.method == "POST":
        try:
            make = services.amend if version else services.renew
            made = make(circular=old, new=_read(request))
        except DomainError as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("Tersimpan. Butir, kewajiban, dan alamat yang berlaku ikut ke surat ini."))
            return redirect("circular", circular_id=made.pk)
    known = {
        "perihal": old.subject,
        "penanda_tangan": old.signer,
        "nomor": old.number if version else "",
        "sifat": "imbauan" if old.appeal else "",
    }
    context = {
        "fault": fault, "values": request.POST or known, "today": clock.today(), "old": old,
        "kind": "version" if version else "successor",
    }  # fmt: skip
    return TemplateResponse(request, "followup/circular_new.html", context, status=400 if fault else 200)


def _read(request: HttpRequest) -> services.NewCircular:
    """Raises CircularIncomplete."""
    given = request.POST
    return services.NewCircular(
        number=given.get("nomor", ""), subject=given.get("perihal", ""), signer=given.get("penanda_tangan", ""),
        valid_from=_day(given.get("mulai", ""), "berlaku mulai") or clock.today(),
        dated_on=_day(given.get("tanggal", ""), "tanggal surat", optional=True),
        valid_to=_day(given.get("sampai", ""), "berlaku sampai", optional=True),
        appeal=given.get("sifat", "") == "imbauan", note=given.get("catatan", ""),
    )  # fmt: skip


def _day(text: str, field: str, *, optional: bool = False) -> date | None:
    if not text and optional:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.CircularIncomplete(field=field) from None


@roles_required("coordinator")
@require_POST
def circular_change(request: ScopedRequest, circular_id: int) -> HttpResponse:
    """Add a clause, a duty, addressees or the file; end an address."""
    found = queries.get_circular(circular_id)
    acts = {"butir": _clause, "kewajiban": _duty, "alamat": _address, "akhiri_alamat": _end_address, "berkas": _file}
    act = acts.get(request.POST.get("apa", ""))
    if act is not None:
        try:
            messages.success(request, act(request, found))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return redirect("circular", circular_id=circular_id)


def _clause(request: HttpRequest, found: Circular) -> str:
    given = request.POST
    services.add_clause(
        circular=found,
        new=services.NewClause(
            given.get("teks", ""), given.get("contoh", ""), _source(given.get("sumber", "")), given.get("asal", "")
        ),
    )
    return _("Butir ditambahkan.")


def _duty(request: HttpRequest, found: Circular) -> str:
    given = request.POST
    target, clause = given.get("sasaran", ""), given.get("butir", "")
    if target and whole(target) is None:
        raise errors.CircularIncomplete(field="sasaran (1 sampai 100 persen)")
    services.add_duty(
        circular=found,
        new=services.NewDuty(
            code="", title=given.get("judul", ""), period_kind=given.get("masa", ""), measure=given.get("ukuran", ""),
            source=_source(given.get("sumber", "")), target_percent=whole(target),
            doer=given.get("pelaku", ""), helper=given.get("pembantu", ""), due_rule=given.get("batas", ""),
            valid_from=max(clock.today(), found.valid_from), clause=whole(clause),
        ),
    )  # fmt: skip
    return _("Kewajiban ditambahkan.")


def _address(request: HttpRequest, found: Circular) -> str:
    keys = [key for text in request.POST.getlist("opd") if (key := whole(text)) is not None]
    count = services.address(circular=found, agency_ids=keys, valid_from=clock.today())
    return ngettext("%s perangkat daerah ditambahkan.", "%s perangkat daerah ditambahkan.", count) % format_number(
        count
    )


def _end_address(request: HttpRequest, found: Circular) -> str:
    services.end_address(circular=found, agency_id=whole(request.POST.get("opd", "")) or 0, on=clock.today())
    return _("Mulai hari ini perangkat daerah itu tidak lagi dialamati.")


def _file(request: HttpRequest, found: Circular) -> str:
    from sertakan.evidence import services as evidence

    upload = request.FILES.get("berkas")
    if upload is None:
        raise errors.CircularIncomplete(field="berkas")
    evidence.keep(upload.read(), name=upload.name or "edaran", agency_id=None, about=(ABOUT, found.pk), everybody=True)
    return _("Berkas edaran disimpan.")


def _source(text: str) -> str:
    return "edaran" if text == "edaran" else "koordinator"
