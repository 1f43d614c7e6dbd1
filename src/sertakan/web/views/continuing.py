"""Continue last period's workers: one word per worker, and only what changed is typed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.core.month import Month
from sertakan.sponsorship import catalogue, queries, services
from sertakan.sponsorship.models import Donor
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.batches import PREPARERS

ROWS_ON_A_PAGE = 200
ANSWERS = [
    ("working", gettext_lazy("Masih bekerja")),
    ("stopped", gettext_lazy("Berhenti")),
    ("died", gettext_lazy("Meninggal")),
    ("new_donor", gettext_lazy("Ganti donatur")),
]
MONTHS = [(1, "1"), (3, "3"), (6, "6"), (12, "12")]
_STATE = re.compile(r"^keadaan-([0-9]{1,18})$")


class ChangeUnreadable(DomainError):
    code = "change_unreadable"
    message = "%(what)s pada baris %(name)s tidak terbaca: “%(value)s”. %(remedy)s Belum ada yang disimpan."


@roles_required(*PREPARERS)
@require_http_methods(["GET", "POST"])
def continuing(request: ScopedRequest) -> HttpResponseBase:
    """Last period's workers: the PIC says what changed and nothing else."""
    choices = {str(entry.pk): entry for entry in agencies.visible_to(request.actor, on=clock.today())}
    wanted = request.POST.get("agency") or request.GET.get("agency", "")
    agency = choices.get(wanted) or next(iter(choices.values()), None)
    if agency is None:
        return TemplateResponse(request, "batches/continue.html", {"count": 0, "agency": None})
    donors = _donors(agency)
    status = 200
    if request.method == "POST":
        try:
            done = services.continue_sponsorships(
                agency=agency, choices=_choices(request, agency, donors), months=_months(request), start_month=None
            )
        except DomainError as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, str(refusal))
            status = 422
        else:
            _say(request, done)
            rest = len(queries.continuable(agency_id=agency.pk))
            return redirect(
                f"{reverse('continue')}?agency={agency.pk}" if rest else f"{reverse('batches')}?jenis=continue"
            )
    page = page_of(request, queries.continuable(agency_id=agency.pk), size=ROWS_ON_A_PAGE)
    context = {
        "agency": agency,
        "agency_options": [(entry.pk, entry.name) for entry in choices.values()],
        "several": len(choices) > 1,
        "page": page,
        "count": page.paginator.count,
        "rows": [_row(entry, request) for entry in page.object_list],
        "donors": donors,
        "answers": ANSWERS,
        "month_options": MONTHS,
        "months": request.POST.get("months", "12"),
        "offer_days": catalogue.offer_days(clock.today()),
        "today_iso": clock.today().isoformat(),
    }
    return TemplateResponse(request, "batches/continue.html", context, status=status)


def _row(entry: queries.Continuable, request: ScopedRequest) -> dict[str, Any]:
    key = entry.sponsorship_id
    return {
        "entry": entry,
        "answer": request.POST.get(f"keadaan-{key}", "working"),
        "donor": request.POST.get(f"donatur-{key}", ""),
        "on": request.POST.get(f"tanggal-{key}", ""),
    }


def _donors(agency: Agency) -> dict[str, int]:
    """The donors of an agency by how they are written; the end of the NIP tells namesakes apart."""
    found = list(Donor.objects.filter(agency=agency).order_by("sort_key", "pk").values_list("pk", "name", "nip"))
    return {f"{name} (NIP …{nip[-4:]})" if nip else name: key for key, name, nip in found}


def _choices(request: ScopedRequest, agency: Agency, donors: dict[str, int]) -> list[services.Choice]:
    names = {entry.sponsorship_id: entry.person for entry in queries.continuable(agency_id=agency.pk)}
    chosen = []
    for field in request.POST:
        match, answer = _STATE.match(field), request.POST.get(field, "")
        if match is None or not answer:
            continue
        key = int(match[1])
        facts: dict[str, Any] = {}
        if answer == "new_donor":
            facts["donor_id"] = _donor(request.POST.get(f"donatur-{key}", ""), donors, names.get(key, ""))
        elif answer in ("stopped", "died"):
            day = _day(request.POST.get(f"tanggal-{key}", ""), names.get(key, ""))
            facts = {"effective_on": day} if day else {}
        chosen.append(services.Choice(key, answer, facts))
    return chosen


def _donor(text: str, donors: dict[str, int], name: str) -> int:
    found = donors.get(text.strip())
    if found is None:
        raise ChangeUnreadable(
            what=_("Donatur baru"),
            name=name,
            value=text,
            remedy=_("Pilih seorang donatur dari daftar yang muncul saat mengetik."),
        )
    return found


def _day(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ChangeUnreadable(
            what=_("Tanggal"),
            name=name,
            value=text,
            remedy=_("Tulis seperti 2026-11-23, atau kosongkan untuk hari ini."),
        ) from None


def _months(request: ScopedRequest) -> int:
    text = request.POST.get("months", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _say(request: ScopedRequest, done: services.Continued) -> None:
    facts = {
        "continued": format_number(len(done.continued)),
        "ended": format_number(done.ended),
        "unchanged": format_number(done.unchanged),
    }
    text = _("%(continued)s pekerja dilanjutkan dan %(ended)s dihentikan.") % facts
    if done.unchanged:
        text += " " + _("%(unchanged)s sudah seperti itu sebelumnya.") % facts
    if done.continued:
        first, last = (pick(Month.of(one.start_month) for one in done.continued) for pick in (min, max))
        text += " " + _("Langkah berikutnya: susun kiriman lanjutan.")
        if first == last:
            from sertakan.rules.reasons import month_in_words

            text += " " + _("Masa barunya mulai %s.") % month_in_words(first)
    messages.success(request, text)
