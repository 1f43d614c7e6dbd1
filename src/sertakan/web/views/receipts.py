"""Receipts: slips for workers, proofs and years of donors, the recap of an agency. Files to save or print."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.contributions.receipts import donors, policies, recap, slips
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.month import Month, months
from sertakan.people import queries as people
from sertakan.programme import recaps
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship.errors import DonorUnknown
from sertakan.sponsorship.models import Donor, Sponsorship
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import PDF, attachment

READERS = ("pic", "coordinator", "operator")
LATEST_YEARS, MOST_PAYMENTS = 3, 6
_KINDS = ("pdf", "xlsx")


@roles_required(*READERS)
@require_GET
def receipts(request: ScopedRequest) -> HttpResponse:
    """Papers of one agency: choose the agency, then slips, recap of a month, and donors with their year."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((one for one in choices if str(one.pk) == request.GET.get("opd")), None)
    agency = agency or (choices[0] if len(choices) == 1 else None)
    now = Month.of(clock.today())
    context: dict[str, Any] = {
        "agency": agency,
        "agency_options": [(one.pk, one.name) for one in choices],
        "several": len(choices) > 1,
        "month_options": [(str(one), month_in_words(one)) for one in reversed(list(months(now.previous(11), now)))],
    }
    if agency is not None:
        years = donors.years_of(agency)[:LATEST_YEARS]
        year = next((one for one in years if str(one) == request.GET.get("tahun")), now.year if years else None)
        page = page_of(request, Donor.objects.filter(agency=agency).order_by("sort_key", "pk"))
        payments = donors.payments_by_donor([one.pk for one in page.object_list], year=year)
        context.update(
            page=page,
            count=page.paginator.count,
            year=year,
            year_options=[(one, str(one)) for one in years],
            rows=[{"donor": one, "payments": payments.get(one.pk, [])[:MOST_PAYMENTS]} for one in page.object_list]
            if year
            else [],
            may_issue=policies.can_issue_slips(agency.pk),
        )
    return TemplateResponse(request, "receipts/receipts.html", context)


@roles_required(*READERS)
@require_POST
def slips_issue(request: ScopedRequest, agency_id: int) -> HttpResponse:
    """Slips of all workers of an agency who have a number and a paid month."""
    agency = agencies.get_agency(agency_id)
    try:
        issued = slips.issue_slips(agency_id=agency.pk)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
        return redirect(f"{reverse('receipts')}?opd={agency.pk}")
    return _slips(request, issued, agency, f"slip-{agency.short_name}-{clock.today()}.pdf")


@roles_required(*READERS)
@require_POST
def slip_issue(request: ScopedRequest, person_id: int) -> HttpResponse:
    """The slip of one worker, by the agency that sponsors the worker."""
    person = people.get_person(person_id)
    group = people.group_of(person.pk)
    reach = {one.pk: one for one in agencies.visible_to(request.actor, on=clock.today())}
    sponsoring = Sponsorship.objects.filter(person_id__in=group, agency_id__in=reach)
    standing = sponsoring.exclude(state="refused").exclude(end_reason="taken_back")
    newest = standing.order_by("-start_month", "-pk").values_list("agency_id", flat=True)
    chosen = newest.first()
    if chosen is None:
        raise Http404
    agency = reach[chosen]
    try:
        issued = slips.issue_slips(agency_id=agency.pk, person_ids=[person.pk])
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
        return redirect("person", person.pk)
    return _slips(request, issued, agency, f"slip-{person.pk}-{clock.today()}.pdf")


def _slips(request: ScopedRequest, issued: list[slips.IssuedSlip], agency: Agency, name: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("check"))
    return attachment(slips.slips_pdf(issued, agency, address=address), name, PDF)


@roles_required(*READERS)
@require_GET
def recap_file(request: ScopedRequest, agency_id: int, kind: str) -> HttpResponse:
    """The recap of a month, as a letter or as a workbook."""
    agency = agencies.visible_agency(agency_id, request.actor)
    if kind not in _KINDS:
        raise Http404
    try:
        month = Month.parse(request.GET.get("bulan", ""))
    except ValueError:
        month = Month.of(clock.today())
    found = recaps.agency_recap(agency, month)
    name = f"rekap-{agency.short_name}-{month}"
    if kind == "pdf":
        return attachment(recap.recap_pdf(found), f"{name}.pdf", PDF)
    return attachment(recap.recap_workbook(found), f"{name}.xlsx")


@roles_required(*READERS)
@require_GET
def donor_year(request: ScopedRequest, donor_id: int, year: int, kind: str) -> HttpResponse:
    """A donor's year, as a letter or as a workbook."""
    donor = _donor(donor_id)
    if kind not in _KINDS or not MINYEAR < year < MAXYEAR:
        raise Http404
    name = f"ringkasan-donatur-{donor.pk}-{year}"
    if kind == "pdf":
        return attachment(donors.year_pdf(donor, year), f"{name}.pdf", PDF)
    return attachment(donors.year_workbook(donor, year), f"{name}.xlsx")


@roles_required(*READERS)
@require_GET
def donor_payment(request: ScopedRequest, donor_id: int, transfer_id: int) -> HttpResponse:
    """The proof of one payment."""
    donor = _donor(donor_id)
    found = donors.payment_of(donor, transfer_id)
    return attachment(donors.payment_pdf(donor, found), f"bukti-{transfer_id}.pdf", PDF)


def _donor(donor_id: int) -> Donor:
    found = Donor.objects.select_related("agency__province").filter(pk=donor_id).first()
    if found is None:
        raise DonorUnknown(donor=donor_id)
    return found
