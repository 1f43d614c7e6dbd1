"""Bills: by month, made, confirmed, issued; one bill with its reasons, its letters and its slips."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.contributions import policies, queries, services
from sertakan.contributions.errors import DonorNotInBill
from sertakan.contributions.models import Bill, ConfirmedMonth
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month, months
from sertakan.rules import load_rules
from sertakan.rules.reasons import funding_in_words, month_in_words, sector_in_words
from sertakan.sponsorship.models import Donor
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import PDF, attachment

READERS = ("pic", "donor", "coordinator", "bpjs", "auditor", "operator")
MAKERS = ("pic", "coordinator", "operator")
PROGRAMMES = {
    "jkk": gettext_lazy("Jaminan Kecelakaan Kerja (JKK)"),
    "jkm": gettext_lazy("Jaminan Kematian (JKM)"),
    "jht": gettext_lazy("Jaminan Hari Tua (JHT)"),
}
MOST_DIFFERENCES = 50


@roles_required(*READERS)
@require_GET
def bills(request: ScopedRequest) -> HttpResponse:
    """The bills of a month in scope; with one agency only, of all months."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    several = len(choices) > 1
    known = [Month.of(day) for day in queries.bills().order_by("-month").values_list("month", flat=True).distinct()]
    month = _month(request.GET.get("bulan", "")) or (known[0] if several and known else None)
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    found = queries.bills(month=month, agency=agency)
    page = page_of(request, found)
    default = month or Month.of(clock.today()).next()
    context = {
        "page": page,
        "count": page.paginator.count,
        "totals": _totals(found) if month else None,
        "month": month,
        "month_options": [(str(entry), month_in_words(entry)) for entry in known],
        "make_options": _make_options(known),
        "make_month": str(default),
        "agency_options": [(entry.pk, entry.name) for entry in choices],
        "agency": agency,
        "several": several,
        "active": bool(request.GET.get("bulan") or agency),
        "confirmation": _confirmation(month) if month else None,
        "law_confirmed": load_rules().confirmed(month) if month else True,
        "may_make": policies.can_make_bills() and bool(choices),
        "may_confirm": policies.can_confirm_month(),
    }
    return TemplateResponse(request, "bills/bills.html", context)


def _totals(found: Any) -> dict[str, Any]:
    return dict(
        found.order_by().aggregate(
            bills=Count("pk"),
            total=Sum("total", default=0),
            lines=Sum("line_count", default=0),
            issued=Count("pk", filter=Q(state=Bill.State.ISSUED)),
            drafts=Count("pk", filter=Q(state=Bill.State.DRAFT)),
        )
    )


def _make_options(known: list[Month]) -> list[tuple[str, str]]:
    now = Month.of(clock.today())
    wanted = sorted({*months(now.previous(3), now.next(6)), *known})
    return [(str(entry), month_in_words(entry)) for entry in wanted]


def _confirmation(month: Month) -> ConfirmedMonth | None:
    """Who released the month by the rules as they are now."""
    return ConfirmedMonth.objects.filter(month=month.first_day, rules_version=load_rules().version).first()


@roles_required(*MAKERS)
@require_POST
def bill_make(request: ScopedRequest) -> HttpResponse:
    """Make the bills of a month, of one agency or of all in scope."""
    month = _month(request.POST.get("month", ""))
    wanted = request.POST.get("agency", "")
    choices = {str(entry.pk): entry for entry in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(wanted) or (next(iter(choices.values())) if len(choices) == 1 else None)
    if month is None or (wanted and agency is None):
        messages.error(request, _("Pilih bulan tagihan lebih dahulu. Belum ada tagihan yang dibuat."))
        return redirect("bills")
    try:
        account = services.make_bills(month, agency)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
        return redirect("bills")
    _say(request, account)
    if len(account.bills) == 1:
        return redirect("bill", account.bills[0].bill.pk)
    return redirect(f"{reverse('bills')}?bulan={month}")


def _say(request: ScopedRequest, account: services.BillAccount) -> None:
    facts = {
        "month": month_in_words(account.month),
        "bills": format_number(len(account.bills)),
        "lines": format_number(account.lines),
        "total": format_rupiah(account.total),
    }
    if not account.bills:
        messages.info(
            request,
            _("Tidak ada pekerja yang iurannya berjalan pada %(month)s. Tidak ada tagihan yang dibuat.") % facts,
        )
    elif account.unchanged:
        messages.info(request, _("Tagihan %(month)s sudah sesuai dengan data; tidak ada yang berubah.") % facts)
    else:
        said = [
            ngettext("%(bills)s tagihan %(month)s siap", "%(bills)s tagihan %(month)s siap", len(account.bills))
            % facts,
            ngettext("%(lines)s pekerja, %(total)s.", "%(lines)s pekerja, %(total)s.", account.lines) % facts,
        ]
        messages.success(request, ": ".join(said))
    if account.refused:
        text = ngettext(
            "%s pekerja tidak dapat dihitung iurannya dan tidak masuk tagihan. Periksa dasar, program, dan sektornya.",
            "%s pekerja tidak dapat dihitung iurannya dan tidak masuk tagihan. Periksa dasar, program, dan sektornya.",
            len(account.refused),
        )
        messages.warning(request, text % format_number(len(account.refused)))


@roles_required("operator")
@require_POST
def bill_confirm(request: ScopedRequest) -> HttpResponse:
    """The operator releases the bills of a month."""
    month = _month(request.POST.get("month", ""))
    if month is None:
        messages.error(request, _("Pilih bulan tagihan lebih dahulu. Belum ada yang dikonfirmasi."))
        return redirect("bills")
    try:
        services.confirm_month(month, note=request.POST.get("note", "").strip()[:300])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Tagihan %s dikonfirmasi; sekarang dapat diterbitkan.") % month_in_words(month))
    return redirect(f"{reverse('bills')}?bulan={month}")


@roles_required(*READERS)
@require_GET
def bill(request: ScopedRequest, bill_id: int) -> HttpResponse:
    """One bill: amounts, donors, due dates, what changed and why."""
    found = queries.get_bill(bill_id)
    donors = queries.donor_sums(found)
    changes = queries.bill_changes(found)
    differing = queries.differences(found)
    month = found.billed_month
    versions = queries.bills(month=month, agency=found.agency, with_superseded=True).order_by("-version")
    confirmed = queries.is_confirmed(month, found.rules_version)
    may_issue = found.state == Bill.State.DRAFT and request.actor.has(*MAKERS) and policies.can_issue(found)
    context = {
        "bill": found,
        "month": month,
        "programmes": [
            {"name": PROGRAMMES[entry.programme], "entry": entry} for entry in queries.programme_totals(found)
        ],
        "page": page_of(request, donors),
        "donor_count": len(donors),
        "due": [
            (what, day, (day - clock.today()).days)
            for what, day in (("JKK + JKM", found.due_on_jkk_jkm), ("JHT", found.due_on_jht))
            if day is not None
        ],
        "changes": [_named(change) for change in changes],
        "rates": _change_summary(changes),
        "differences": differing[:MOST_DIFFERENCES],
        "difference_count": len(differing),
        "versions": list(versions),
        "law_note": queries.law_note(found),
        "confirmed": confirmed,
        "may_issue": may_issue and confirmed,
        "waits_for_confirmation": may_issue and not confirmed,
    }
    return TemplateResponse(request, "bills/bill.html", context)


def _named(change: queries.RateChange) -> dict[str, Any]:
    return {
        "entry": change,
        "sector_name": sector_in_words(change.sector).capitalize(),
        "funding_name": funding_in_words(change.funding),
        "programmes_name": change.programmes.upper().replace(",", " + "),
    }


def _change_summary(changes: tuple[queries.RateChange, ...]) -> dict[str, Any]:
    """What the change of rate does to the whole bill, and each reason once."""
    reasons = {(change.reason, change.source): None for change in changes if change.reason}
    return {
        "changed": sum(change.workers for change in changes if not change.unchanged),
        "same": sum(change.workers for change in changes if change.unchanged),
        "difference": sum(change.workers * change.difference for change in changes),
        "reasons": [{"text": text, "source": source} for text, source in reasons],
    }


@roles_required(*MAKERS)
@require_POST
def bill_issue(request: ScopedRequest, bill_id: int) -> HttpResponse:
    """Let a draft go out."""
    try:
        services.issue_bill(queries.get_bill(bill_id))
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Tagihan diterbitkan. Unduh surat dan slip donatur untuk dibagikan."))
    return redirect("bill", bill_id)


@roles_required(*READERS)
@require_GET
def bill_xlsx(request: ScopedRequest, bill_id: int) -> HttpResponse:
    """The workbook of a bill."""
    from sertakan.contributions.documents import bill_workbook

    found = queries.get_bill(bill_id)
    return attachment(bill_workbook(found), f"{_file_name(found)}.xlsx")


@roles_required(*READERS)
@require_GET
def bill_pdf(request: ScopedRequest, bill_id: int) -> HttpResponse:
    """The letter of a bill."""
    from sertakan.contributions.documents import bill_pdf as letter

    found = queries.get_bill(bill_id)
    return attachment(letter(found), f"{_file_name(found)}.pdf", PDF)


@roles_required(*READERS)
@require_GET
def donor_slip(request: ScopedRequest, bill_id: int, donor_id: int) -> HttpResponse:
    """The slip of one donor of a bill."""
    from sertakan.contributions.documents import donor_slip_pdf

    found = queries.get_bill(bill_id)
    donor = Donor.objects.filter(pk=donor_id).first()  # may stand with a successor of the bill's agency by now
    if donor is None:
        raise DonorNotInBill(number=found.number)
    return attachment(donor_slip_pdf(found, donor), f"slip-{_file_name(found)}-{donor_id}.pdf", PDF)


def _file_name(found: Bill) -> str:
    return found.number.replace("/", "-")


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
