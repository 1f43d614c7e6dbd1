"""Those who pay: the list, one of them with mandate and workers, and those who go within half a year."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.contributions.queries.prepaying import paying_ahead
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import read_rupiah
from sertakan.core.month import Month
from sertakan.people.naming import sort_key
from sertakan.rules import due_date, load_rules
from sertakan.rules.careers import last_paid_month
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship import services
from sertakan.sponsorship.errors import DonorUnknown
from sertakan.sponsorship.leaving import departure_of, dependents, leaving, mandate_of
from sertakan.sponsorship.models import Departure, Donor, DonorAccount, DonorPost, Mandate, Sponsorship
from sertakan.web.guards import page_of, roles_required

READERS = ("pic", "coordinator", "auditor", "operator")
KEEPERS = ("pic", "coordinator", "operator")
_CHOICE = re.compile(r"^keputusan-([0-9]{1,18})$")


@roles_required(*READERS)
@require_GET
def donors(request: ScopedRequest) -> HttpResponse:
    """All donors in scope who pay for somebody, by name, with mandate and workers."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    text = request.GET.get("cari", "").replace("\0", "").strip()
    without = request.GET.get("kuasa") == "belum"
    running = ~Q(sponsorships__state__in=["ended", "refused"])
    found = (
        Donor.objects.select_related("agency")
        .annotate(
            workers=Count("sponsorships__person", filter=running & Q(sponsorships__isnull=False), distinct=True),
            mandated=Exists(Mandate.objects.filter(donor=OuterRef("pk"), ended_on__isnull=True)),
            goes=Exists(Departure.objects.filter(donor=OuterRef("pk"), cancelled_at__isnull=True)),
        )
        .filter(workers__gt=0)
        .order_by("sort_key", "pk")
    )
    if agency is not None:
        found = found.filter(agency=agency)
    if text:
        found = found.filter(sort_key__contains=sort_key(text))
    if without:
        found = found.filter(mandated=False)
    page = page_of(request, found)
    context = {
        "page": page,
        "count": page.paginator.count,
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "several": len(choices) > 1,
        "text": text,
        "without": without,
        "mandate_options": [("", _("Semua")), ("belum", _("Belum ada"))],
        "active": bool(agency or text or without),
        "leaving": len(leaving(agency_id=agency.pk if agency else None)),
    }
    return TemplateResponse(request, "donors/donors.html", context)


@roles_required(*READERS)
@require_GET
def donors_leaving(request: ScopedRequest) -> HttpResponse:
    """Donors whose last deduction is near, with how many workers nobody has decided about."""
    found = leaving()
    page = page_of(request, found)
    context = {
        "page": page,
        "count": len(found),
        "open_workers": sum(one.open for one in found),
        "open_donors": sum(1 for one in found if one.open),
        "several": len(agencies.visible_to(request.actor, on=clock.today())[:2]) > 1,
        "months": load_rules().settings.donor_leaving_notice_months,
    }
    return TemplateResponse(request, "donors/leaving.html", context)


@roles_required(*READERS)
@require_GET
def donor(request: ScopedRequest, donor_id: int) -> HttpResponse:
    """One donor: mandate, post, when the last deduction is, and what follows for each worker."""
    return _page(request, _donor(donor_id))


def _page(request: ScopedRequest, found: Donor, status: int = 200) -> HttpResponse:
    post = DonorPost.objects.filter(donor=found).first()
    departure = departure_of(found)
    going = Month.of(departure.last_month) if departure else None
    if going is None and post is not None and post.contract_ends_on:
        going = Month.of(post.contract_ends_on)
    known = post.post if post else "general"
    if going is None:
        going = last_paid_month(found.nip, known, on=clock.today())  # type: ignore[arg-type]
    soon = going is not None and going <= Month.of(clock.today()).next(
        load_rules().settings.donor_leaving_notice_months
    )
    workers = dependents(found)
    others = Donor.objects.exclude(pk=found.pk).select_related("agency").order_by("sort_key", "pk")
    if not request.actor.sees_all:
        others = others.filter(agency=found.agency)
    context: dict[str, Any] = {
        "donor": found,
        "post": post,
        "mandate": mandate_of(found),
        "mandates": list(Mandate.objects.filter(donor=found, ended_on__isnull=False).order_by("-ended_on", "-pk")),
        "departure": departure,
        "last_month": going,
        "soon": soon,
        "workers": workers,
        "undecided": sum(1 for one in workers if one.succession is None),
        "payers": [(entry.pk, named(entry, found.agency_id)) for entry in others[:2000]] if soon or departure else [],
        "ahead": paying_ahead((one.sponsorship for one in workers if one.succession is None), _next_due()),
        "account": DonorAccount.objects.select_related("user").filter(donor=found).first(),
        "may_keep": request.actor.has(*KEEPERS),
        "posts": DonorPost.Post.choices,
        "employments": DonorPost.Employment.choices,
        "kinds": Mandate.Kind.choices,
        "reasons": Departure.Reason.choices,
        "month_options": _month_options(),
        "this_month": str(Month.of(clock.today())),
    }
    return TemplateResponse(request, "donors/donor.html", context, status=status)


@roles_required(*KEEPERS)
@require_POST
def donor_change(request: ScopedRequest, donor_id: int) -> HttpResponse:
    """One change to what is known of a donor: `apa` says which."""
    found = _donor(donor_id)
    change = _CHANGES.get(request.POST.get("apa", ""))
    if change is None:
        raise DonorUnknown()
    try:
        said = change(request, found)
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    except (ValueError, KeyError):
        messages.error(
            request, _("Isian belum lengkap atau tidak terbaca. Belum ada yang disimpan; isi lagi lalu simpan.")
        )
    else:
        messages.success(request, said)
    return redirect("donor", found.pk)


def _describe(request: ScopedRequest, found: Donor) -> str:
    ends = request.POST.get("contract_ends_on", "").strip()
    services.describe_donor(
        donor=found,
        employment=request.POST["employment"],
        post=request.POST["post"],
        contract_ends_on=date.fromisoformat(ends) if ends else None,
    )
    return _("Jabatan disimpan.")


def _mandate(request: ScopedRequest, found: Donor) -> str:
    limit = request.POST.get("limit", "").strip()
    if limit and not read_rupiah(limit):
        raise ValueError("a limit of nothing is no mandate")
    services.record_mandate(
        donor=found,
        kind=request.POST["kind"],
        signed_on=date.fromisoformat(request.POST["signed_on"].strip()),
        limit=read_rupiah(limit) if limit else None,
    )
    return _("Kuasa potong dicatat. Simpan kertas aslinya di instansi.")


def _end_mandate(request: ScopedRequest, found: Donor) -> str:
    services.end_mandate(donor=found, on=clock.today(), reason=request.POST.get("reason", ""))
    return _("Kuasa potong diakhiri.")


def _departs(request: ScopedRequest, found: Donor) -> str:
    last_month = request.POST["last_month"]
    if last_month not in dict(_month_options()):
        raise ValueError(last_month)
    services.declare_departure(
        donor=found,
        reason=request.POST["reason"],
        last_month=Month.parse(last_month),
        note=request.POST.get("note", ""),
    )
    return _("Dicatat. Sekarang putuskan untuk setiap pekerja siapa yang membayar berikutnya.")


def _stays(request: ScopedRequest, found: Donor) -> str:
    services.cancel_departure(donor=found)
    return _("Kepergian dibatalkan; donatur tetap membayar.")


def _decide(request: ScopedRequest, found: Donor) -> str:
    """Words about several workers at once, all or none: ``keputusan-<sponsorship>`` is empty, ``stop`` or the key of a donor."""
    choices: dict[int, int | None] = {}
    for field in request.POST:
        match, answer = _CHOICE.match(field), request.POST[field].strip()
        if match is not None and answer:
            choices[int(match[1])] = None if answer == "stop" else int(answer)
    if not choices:
        return _("Belum ada yang dipilih, maka tidak ada yang berubah.")
    services.decide_successions(donor=found, choices=choices)
    return _("Keputusan untuk %d pekerja disimpan. Mintalah kuasa potong dari pembayar berikutnya.") % len(choices)


def _undecide(request: ScopedRequest, found: Donor) -> str:
    one = Sponsorship.objects.filter(pk=int(request.POST["sponsorship"]), donor=found).first()
    if one is None:
        raise DonorUnknown()
    services.undo_succession(sponsorship=one)
    return _("Keputusan dibatalkan.")


def _link(request: ScopedRequest, found: Donor) -> str:
    services.link_account(donor=found, username=request.POST["username"])
    return _("Akun ditautkan. Donatur melihat pekerjanya sendiri saat masuk.")


def _unlink(request: ScopedRequest, found: Donor) -> str:
    services.unlink_account(donor=found)
    return _("Tautan akun dilepas.")


_CHANGES = {
    "akun": _link,
    "lepas-akun": _unlink,
    "jabatan": _describe,
    "kuasa": _mandate,
    "akhiri-kuasa": _end_mandate,
    "pergi": _departs,
    "tetap": _stays,
    "putuskan": _decide,
    "batal": _undecide,
}


def _donor(donor_id: int) -> Donor:
    found = Donor.objects.select_related("agency").filter(pk=donor_id).first()
    if found is None:
        raise DonorUnknown()
    return found


def _next_due() -> Month:
    """The month whose contribution is due next: this one until its due day, then the one after."""
    month = Month.of(clock.today())
    return month if clock.today() <= due_date("jkk", month) else month.next()


def named(entry: Donor, agency_id: int) -> str:
    """A donor in a list of choices: the end of the NIP tells namesakes apart, the agency is said when it is another one."""
    name = f"{entry.name} (NIP …{entry.nip[-4:]})" if entry.nip else entry.name
    return name if entry.agency_id == agency_id else f"{name} · {entry.agency.short_name}"


def _month_options() -> list[tuple[str, str]]:
    first = Month.of(clock.today()).previous()
    return [(str(month), month_in_words(month)) for month in (first.next(step) for step in range(14))]
