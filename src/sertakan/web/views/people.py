"""People: search within the own scope, and one person with cover and trail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core.errors import DomainError
from sertakan.people import queries, services
from sertakan.programme import persons
from sertakan.sponsorship.models import Sponsorship
from sertakan.web.guards import roles_required

READERS = ("pic", "coordinator", "bpjs", "auditor", "operator", "donor")


@roles_required(*READERS)
@require_http_methods(["GET", "POST"])
def people(request: ScopedRequest) -> HttpResponseBase:
    """A list in pages of fifty; the search is a beginning of a name or a whole number.

    A name goes into the address, where it can be kept and shared; a number never does.
    """
    sent = request.POST if request.method == "POST" else request.GET
    text = sent.get("cari", "").replace("\0", "").strip()
    standings = {"": _("Semua"), persons.RUNNING: _("Sedang disertakan"), **dict(Sponsorship.State.choices)}
    standing = sent.get("keadaan", "")
    if standing not in standings:
        standing = ""
    if request.method == "POST" and not persons.is_number(text):
        wanted = {"cari": text, "keadaan": standing}
        chosen = urlencode({name: value for name, value in wanted.items() if value})
        return redirect(f"{reverse('people')}?{chosen}" if chosen else "people")
    context: dict[str, Any] = {
        "text": text,
        "standing": standing,
        "standings": list(standings.items()),
        "page": None,
        "count": 0,
        "error": "",
    }
    if request.method == "GET":
        try:
            persons.check_no_number(text)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("people")  # the address of what is shown next is without it
    try:
        found = persons.listed(text=text, standing=standing)
    except DomainError as refusal:
        context["error"] = str(refusal)
    else:
        page = Paginator(found, 50).get_page(request.GET.get("halaman"))
        context.update(page=page, count=page.paginator.count, rows=persons.rows(list(page.object_list)))
    return TemplateResponse(request, "people/people.html", context)


@roles_required(*READERS)
@require_GET
def person(request: ScopedRequest, person_id: int) -> HttpResponse:
    """One person: who pays, from when, where it stands, and what was done."""
    found = queries.get_person(person_id)
    context = {
        "person": found,
        "shown": queries.shown([found])[0],
        "sponsorships": persons.sponsorships_of(found),
        "membership": persons.membership_of(found),
        "may_show": request.actor.has("pic", "coordinator", "operator"),
    }
    return TemplateResponse(request, "people/person.html", context)


@roles_required("pic", "coordinator", "operator")
@require_POST
def person_number(request: ScopedRequest, person_id: int) -> HttpResponseBase:
    """Show the whole identity number, for a reason that is kept."""
    reason = request.POST.get("reason", "").strip()
    found = queries.get_person(person_id)
    if len(reason) < 5:
        messages.error(request, _("Tulis alasan membuka NIK, paling sedikit lima huruf. NIK tidak ditampilkan."))
        return redirect("person", person_id)
    nik = services.show_number(person=found, kind="nik", reason=reason)
    response = TemplateResponse(request, "people/number.html", {"person": found, "nik": nik})
    response["Cache-Control"] = "no-store"
    return response
