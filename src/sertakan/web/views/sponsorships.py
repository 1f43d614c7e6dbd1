"""One sponsorship: end it with its reason, or let another donor pay from a month on."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.month import Month, months
from sertakan.programme.voluntary import billing_stopped
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship import policies, queries, services
from sertakan.sponsorship.models import Donor, Sponsorship
from sertakan.web.guards import roles_required
from sertakan.web.views.donors import named

KEEPERS = ("pic", "coordinator", "operator")
REASONS = [(value, label) for value, label in Sponsorship.EndReason.choices if value != "taken_back"]
_MONTHS_AHEAD = _MONTHS_BACK = 12
_PAST = ("died",)
"""What can only have happened already."""


@roles_required(*KEEPERS)
@require_GET
def sponsorship(request: ScopedRequest, sponsorship_id: int) -> HttpResponse:
    """What can be done about one sponsorship, and what follows."""
    found = queries.get_sponsorship(sponsorship_id)
    policies.check_can_manage(request.actor, found.agency_id)
    donors = Donor.objects.exclude(pk=found.donor_id or 0).select_related("agency").order_by("sort_key", "pk")
    if not request.actor.sees_all:
        donors = donors.filter(agency=found.agency)
    last = queries.last_month(found)
    context = {
        "one": found,
        "last": last,
        "running": found.state not in (Sponsorship.State.ENDED, Sponsorship.State.REFUSED),
        "followed": (follower := found.continued_by.exclude(state__in=["ended", "refused"]).first()),
        "followed_elsewhere": follower is None and bool(queries.followed([found.pk])),
        "reasons": REASONS,
        "donors": [(entry.pk, named(entry, found.agency_id)) for entry in donors[:2000]],
        "months": [(str(month), month_in_words(month)) for month in _first_months(found)],
        "stopped": billing_stopped(found.pk),
        "today_iso": clock.today().isoformat(),
        "this_month": str(Month.of(clock.today())),
        "last_months": [(str(month), month_in_words(month)) for month in _last_months(found)],
    }
    return TemplateResponse(request, "people/sponsorship.html", context)


@roles_required(*KEEPERS)
@require_POST
def sponsorship_end(request: ScopedRequest, sponsorship_id: int) -> HttpResponse:
    """End it with a day, a reason and the last month that is still paid."""
    found = queries.get_sponsorship(sponsorship_id)
    try:
        reason = _reason(request.POST.get("reason", ""))
        effective_on = date.fromisoformat(request.POST.get("on", "").strip())
        last_month = _one_of(_last_months(found), request.POST.get("last_month", ""))
        latest = clock.today() if reason in _PAST else _last_months(found)[-1].last_day
        if effective_on > latest:
            messages.error(request, _("Tanggal itu belum tiba. Belum ada yang disimpan; periksa tanggalnya."))
            return redirect("sponsorship", found.pk)
        services.end_sponsorship(
            sponsorship=found, reason=reason, effective_on=effective_on, last_payable_month=last_month
        )
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(
            request, _("Alasan, tanggal, atau bulan tidak terbaca. Belum ada yang disimpan; isi lagi lalu simpan.")
        )
    else:
        messages.success(
            request, _("Dihentikan. BPJS diberi tahu lewat kiriman jenis “Berhenti”; beri tahu juga pekerjanya.")
        )
    return redirect("sponsorship", found.pk)


@roles_required(*KEEPERS)
@require_POST
def sponsorship_donor(request: ScopedRequest, sponsorship_id: int) -> HttpResponse:
    """Another donor pays from a month on."""
    found = queries.get_sponsorship(sponsorship_id)
    try:
        donor = Donor.objects.filter(pk=int(request.POST.get("donor", ""))).first()
        fresh = services.change_donor(
            sponsorship=found,
            donor=donor or found.donor or Donor(),
            first_month=_one_of(_first_months(found), request.POST.get("first_month", "")),
        )
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("Pilih donatur dan bulannya. Belum ada yang disimpan."))
    else:
        text = _("%(donor)s membayar mulai %(month)s. Susun kiriman lanjutan, dan mintalah kuasa potongnya.")
        messages.success(request, text % {"donor": fresh.donor, "month": month_in_words(Month.of(fresh.start_month))})
    return redirect("sponsorship", found.pk)


def _first_months(one: Sponsorship) -> list[Month]:
    """From which month another donor can pay."""
    first = max(Month.of(one.start_month), Month.of(clock.today()))
    return [first.next(step) for step in range(_MONTHS_AHEAD + 1)]


def _last_months(one: Sponsorship) -> list[Month]:
    """Which month can be the last that is paid: from the one before the first on, as far back as a death may be told of late."""
    first = Month.of(one.start_month).previous()
    return list(months(max(first, Month.of(clock.today()).previous(_MONTHS_BACK)), _first_months(one)[-2]))


def _one_of(offered: list[Month], text: str) -> Month:
    month = Month.parse(text)
    if month not in offered:
        raise ValueError(text)
    return month


@roles_required(*KEEPERS)
@require_POST
def sponsorship_resume(request: ScopedRequest, sponsorship_id: int) -> HttpResponse:
    """Bill again from the present month on: paying it begins cover anew, the months between are never asked for."""
    from sertakan.contributions import services as contributions

    found = queries.get_sponsorship(sponsorship_id)
    policies.check_can_manage(request.actor, found.agency_id)
    month = contributions.reactivate_billing(found.pk)
    messages.success(
        request,
        _("Ditagih lagi mulai %s. Susun kiriman “Pengaktifan kembali”; perlindungan mulai lagi setelah dibayar.")
        % month_in_words(month),
    )
    return redirect("sponsorship", found.pk)


def _reason(text: str) -> str:
    if text not in dict(REASONS):
        raise ValueError(text)
    return text
