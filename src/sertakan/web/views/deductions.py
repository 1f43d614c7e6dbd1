"""Before a rate changes: who must change a deduction, per agency, with the letter."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.contributions.errors import NoRateChange
from sertakan.contributions.queries.deductions import AgencyChange, change_months, rate_change_of
from sertakan.core import clock
from sertakan.core.money import format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import month_in_words
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import PDF, attachment

READERS = ("pic", "coordinator", "auditor", "operator")


@roles_required(*READERS)
@require_GET
def rate_changes(request: ScopedRequest) -> HttpResponse:
    """The next month in which a rate changes; a page that says so when none is known."""
    ahead = _ahead()
    if ahead:
        return redirect("rate_change", str(ahead[0]))
    return TemplateResponse(request, "bills/rate_change.html", {"month": None})


@roles_required(*READERS)
@require_GET
def rate_change(request: ScopedRequest, month: str) -> HttpResponse:
    """One change of rate: all agencies in scope, or the payers of one."""
    wanted = _wanted(month)
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    chosen = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    if chosen is None and len(choices) == 1:
        chosen = choices[0]
    change = rate_change_of(wanted, agency_id=chosen.pk if chosen else None)
    days_left = (change.closes_on - clock.today()).days
    context: dict[str, Any] = {
        "month": wanted,
        "before_month": wanted.previous(),
        "months": _tabs(wanted, chosen),
        "change": change,
        "days_left": days_left,
        "late": days_left < 0,
        "agency": chosen,
        "several": len(choices) > 1,
        "totals": _totals(change.agencies),
        "bars": _bars(change.agencies),
    }
    if chosen is not None:
        mine = change.agencies[0] if change.agencies else None
        only_changing = request.GET.get("semua") is None
        payers = (mine.changing if only_changing else list(mine.deductions)) if mine else []
        context |= {
            "mine": mine,
            "page": page_of(request, payers),
            "only_changing": only_changing,
            "count": len(payers),
        }
    else:
        context |= {"page": page_of(request, change.agencies, size=100), "count": len(change.agencies)}
    return TemplateResponse(request, "bills/rate_change.html", context)


@roles_required(*READERS)
@require_GET
def rate_change_pdf(request: ScopedRequest, month: str, agency_id: int) -> HttpResponse:
    """The letter to the treasurer of one agency."""
    from sertakan.contributions.documents.deductions import deductions_pdf

    agency = _agency(request, agency_id)
    wanted = _wanted(month)
    return attachment(deductions_pdf(agency, wanted), f"perubahan-potongan-{wanted}-{agency.code}.pdf", PDF)


@roles_required(*READERS)
@require_GET
def rate_change_xlsx(request: ScopedRequest, month: str, agency_id: int) -> HttpResponse:
    """The same as a workbook for the payroll."""
    from sertakan.contributions.documents.deductions import deductions_workbook

    agency = _agency(request, agency_id)
    wanted = _wanted(month)
    return attachment(deductions_workbook(agency, wanted), f"perubahan-potongan-{wanted}-{agency.code}.xlsx")


def _agency(request: ScopedRequest, agency_id: int) -> Agency:
    return agencies.visible_agency(agency_id, request.actor)


def _ahead() -> list[Month]:
    return change_months(since=Month.of(clock.today()))


def _wanted(text: str) -> Month:
    try:
        month = Month.parse(text)
        known = change_months(since=month)[:1]
    except ValueError:
        raise NoRateChange(month=text) from None
    if month not in known:
        raise NoRateChange(month=month_in_words(month))
    return month


def _tabs(current: Month, agency: Agency | None) -> list[dict[str, Any]]:
    query = f"?opd={agency.pk}" if agency else ""
    return [
        {
            "url": reverse("rate_change", args=[str(month)]) + query,
            "label": month_in_words(month),
            "current": month == current,
            "count": None,
        }
        for month in sorted({*_ahead(), current})
    ]


def _totals(found: tuple[AgencyChange, ...]) -> dict[str, int]:
    return {
        "payers": sum(len(one.changing) for one in found),
        "workers": sum(one.changing_workers for one in found),
        "before": sum(one.before for one in found),
        "after": sum(one.after for one in found),
        "always_full": sum(one.always_full_workers for one in found),
        "unchanged": sum(one.unchanged_workers for one in found),
        "without_mandate": sum(one.without_mandate for one in found),
        "above_limit": sum(1 for one in found for deduction in one.changing if deduction.above_limit),
    }


def _bars(found: tuple[AgencyChange, ...]) -> list[dict[str, Any]]:
    """What all deductions come to in a month, before and after."""
    return [
        {"label": label, "value": amount, "shown": format_rupiah(amount)}
        for label, amount in (
            (_("Sekarang"), sum(one.before for one in found)),
            (_("Sesudahnya"), sum(one.after for one in found)),
        )
    ]
