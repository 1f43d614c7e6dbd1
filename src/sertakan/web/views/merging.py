"""Agencies that become one: chosen, looked at, confirmed by typing the name; and what was merged before."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number, format_rupiah
from sertakan.programme import mergers, merging
from sertakan.web.guards import roles_required
from sertakan.web.reading import whole, wholes

READERS = ("coordinator", "operator", "leader", "auditor", "bpjs")
WRITERS = ("coordinator", "operator")


@roles_required(*READERS)
@require_GET
def agency_mergers(request: ScopedRequest) -> HttpResponse:
    """What was merged before, the latest first."""
    context = {"mergers": mergers.merged(), "may_merge": merging.can_merge(request.actor), "today": clock.today()}
    return TemplateResponse(request, "agencies/mergers.html", context)


@roles_required(*WRITERS)
@require_http_methods(["GET", "POST"])
def agency_merge(request: ScopedRequest) -> HttpResponse:
    """Choose who goes into whom and from when; look at what would pass; confirm. Until the last step nothing changes."""
    if request.method == "GET":
        return _form(request, request.GET)
    given = request.POST
    on = _day(given.get("hari", ""))
    chosen = wholes(given.getlist("dari"))
    if on is None:
        return _form(request, given, fault=_("Tulis hari penggabungannya. Tidak ada yang berubah."))
    successor = whole(given.get("penerus", ""))
    if not chosen or not successor:
        return _form(request, given, fault=_("Pilih siapa yang bergabung dan penerusnya. Tidak ada yang berubah."))
    try:
        found = mergers.preview(predecessor_ids=chosen, successor_id=successor, on=on)
        if given.get("langkah") != "gabung":
            return _preview(request, found)
        typed = " ".join(given.get("konfirmasi", "").split()).casefold()
        if typed != found.successor.short_name.casefold():
            return _preview(request, found, typed=given.get("konfirmasi", ""))
        made = merging.merge(predecessor_ids=chosen, successor_id=found.successor.pk, on=on)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        return _form(request, given, fault=str(refusal), status=refusal.status)
    names = ", ".join(one.short_name for one in found.predecessors)
    said = ngettext(
        "%(names)s digabung ke %(successor)s. %(count)s pekerja dan %(actions)s tindakan rapat berpindah.",
        "%(names)s digabung ke %(successor)s. %(count)s pekerja dan %(actions)s tindakan rapat berpindah.",
        made.sponsorships,
    )
    facts = {"names": names, "successor": found.successor.short_name, "actions": format_number(made.actions)}
    messages.success(request, said % {**facts, "count": format_number(made.sponsorships)})
    return redirect("agency", found.successor.pk)


@roles_required(*WRITERS)
@require_POST
def agency_new(request: ScopedRequest) -> HttpResponse:
    """The new agency that others will go into; then back to the choice, with it chosen."""
    given = request.POST
    on = _day(given.get("berlaku", ""))
    if on is None:
        return _form(
            request, given, new_fault=_("Tulis sejak kapan perangkat daerah ini berlaku. Belum ada yang disimpan.")
        )
    try:
        made = merging.add_successor(
            code=given.get("kode", ""), name=given.get("nama", ""), short_name=given.get("singkatan", ""),
            kind=given.get("jenis", ""), valid_from=on, evidence=given.get("dasar", ""),
        )  # fmt: skip
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        return _form(request, given, new_fault=str(refusal), status=refusal.status)
    messages.success(request, _("%(name)s dicatat. Sekarang pilih siapa yang bergabung.") % {"name": made.name})
    return redirect(f"{reverse('agency_merge')}?{urlencode({'penerus': made.pk, 'hari': on.isoformat()})}")


def _form(request: ScopedRequest, given: Any, *, fault: str = "", new_fault: str = "", status: int = 0) -> HttpResponse:
    on = _day(given.get("hari", "")) or clock.today()
    body = [(one.pk, f"{one.name} ({one.short_name})") for one in agencies.in_force(clock.today())]
    context = {
        "options": [("", _("Pilih penerusnya")), *body],
        "bodies": body,
        "chosen": wholes(given.getlist("dari")),
        "successor": given.get("penerus", ""),
        "on": on.isoformat(),
        "fault": fault,
        "new_fault": new_fault,
        "given": {name: given.get(name, "") for name in ("kode", "nama", "singkatan", "jenis", "dasar", "berlaku")},
        "today": clock.today(),
    }
    wrong = 400 if fault or new_fault else 200
    return TemplateResponse(request, "agencies/merge.html", context, status=status or wrong)


def _preview(request: ScopedRequest, found: mergers.Preview, *, typed: str | None = None) -> HttpResponse:
    made = found.passes
    fault = ""
    if typed is not None:
        fault = _("Yang diketik bukan “%(name)s”. Belum ada yang berubah.") % {"name": found.successor.short_name}
    context = {
        "found": found,
        "names": ", ".join(one.short_name for one in found.predecessors),
        "passes": [
            (_("Pekerja yang disertakan"), format_number(made.sponsorships), _("beserta masa dan uangnya yang akan datang")),
            (_("Donatur"), format_number(made.donors), _("yang sudah dikenal penerusnya menjadi satu")),
            (_("Pekerja yang dapat dilihat penerus"), format_number(made.persons), ""),
            (_("Peran pengguna"), format_number(made.roles), _("petugas masuk seperti biasa, lalu bekerja untuk penerusnya")),
            (_("Surat edaran yang berganti alamat"), format_number(made.addressees), ""),
            (_("Pernyataan terverifikasi yang berlanjut"), format_number(made.carried), ""),
            (_("Kasus keluarga yang masih berjalan"), format_number(made.cases), ""),
            (_("Tindakan rapat yang masih berjalan"), format_number(made.actions), ""),
            (_("Tindakan kembar yang disatukan"), format_number(made.joined), _("satu keputusan, satu tindakan pada penerusnya")),
            (
                _("Pegawai pada penerus"),
                "–" if made.staff is None else format_number(made.staff),
                _("jumlah yang terakhir diketahui") if made.staff is not None else _("belum ada yang menyebut jumlahnya"),
            ),
        ],
        "stays": [
            (_("Tagihan"), format_number(found.stays.bills), _("juga tagihan bulan penggabungannya")),
            (_("Belum terkumpul dari tagihan itu"), format_rupiah(found.stays.owed), ""),
            (_("Berkas"), format_number(found.stays.files), ""),
            (_("Baris yang masih ditahan"), format_number(found.stays.held), ""),
            (_("Kiriman ke BPJS yang berjalan"), format_number(found.stays.batches), ""),
            (_("Pernyataan yang menunggu diverifikasi"), format_number(found.stays.declarations), ""),
        ],
        "unfinished": found.stays.owed or found.stays.held or found.stays.batches or found.stays.declarations,
        "typed": typed or "",
        "fault": fault,
    }  # fmt: skip
    return TemplateResponse(request, "agencies/merge_preview.html", context, status=400 if fault else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
