"""People: search within the own scope, and one person with cover and trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core.errors import DomainError
from sertakan.people import policies, queries, services
from sertakan.people.errors import CorrectionReasonMissing
from sertakan.people.models import Person
from sertakan.programme import persons
from sertakan.programme.labels import label_of
from sertakan.sponsorship.models import Sponsorship
from sertakan.web.guards import roles_required

if TYPE_CHECKING:
    from sertakan.programme.correcting import Corrected

CORRECTORS = ("pic", "coordinator", "operator")
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
def person(request: ScopedRequest, person_id: int) -> HttpResponseBase:
    """One person: who pays, from when, where it stands, and what was done."""
    found = queries.get_person(person_id)
    if found.pk != person_id:
        messages.info(request, _("Catatan nomor %s sudah disatukan dengan orang ini.") % person_id)
        return redirect("person", found.pk)
    context = {
        "person": found,
        "merges": list(queries.merges_of(found.pk).select_related("keep", "gone")),
        "may_split": policies.can_merge(request.actor),
        "shown": queries.shown([found])[0],
        "sponsorships": persons.sponsorships_of(found),
        "membership": persons.membership_of(found),
        "may_show": request.actor.has(*CORRECTORS),
    }
    return TemplateResponse(request, "people/person.html", context)


@roles_required(*CORRECTORS)
@require_http_methods(["GET", "POST"])
def person_correct(request: ScopedRequest, person_id: int) -> HttpResponseBase:
    """Put right what is known of a person: checked like a row of a list, kept with its reason, told to BPJS by a batch of changes."""
    from sertakan.programme import correcting

    found = queries.get_person(person_id)
    policies.check_can_change(request.actor, found.pk)
    texts = correcting.texts_of(found)
    problems: Mapping[str, tuple[str, ...]] = {}
    reason = request.POST.get("reason", "")
    fault = ""
    if request.method == "POST":
        texts = {name: request.POST.get(name, texts[name]).replace("\0", "") for name in texts}
        try:
            done = correcting.correct(person_id=found.pk, texts=texts, reason=reason)
        except CorrectionReasonMissing as missing:
            fault = str(missing)
        else:
            if not done.problems:
                return _corrected(request, found.pk, done)
            problems = done.problems
            messages.warning(request, _("Belum ada yang disimpan: satu atau beberapa isian perlu diperbaiki."))
    fields = [
        {"name": name, "label": label_of(name), "value": texts[name], "error": " ".join(problems.get(name, ()))}
        for name in correcting.FIELDS
    ]
    context = {"person": found, "fields": fields, "sexes": Person.Sex.choices, "reason": reason, "fault": fault}
    return TemplateResponse(request, "people/correct.html", context)


def _corrected(request: ScopedRequest, person_id: int, done: Corrected) -> HttpResponseBase:
    if not done.changed:
        messages.info(request, _("Tidak ada yang diubah."))
        return redirect("person", person_id)
    for note in done.notes:
        messages.warning(request, note)
    if done.to_tell:
        messages.success(
            request, _("Data diperbaiki. BPJS diberi tahu lewat kiriman “Perubahan data”; susun di halaman Kiriman.")
        )
    else:
        messages.success(request, _("Data diperbaiki."))
    return redirect("person", person_id)


@roles_required(*CORRECTORS)
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
