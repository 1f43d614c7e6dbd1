"""Money that lies at BPJS or at the treasurer's and pays no month yet; and what BPJS says of payments, file by file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.contributions import policies, services
from sertakan.contributions.queries import returning
from sertakan.core import clock, encryption
from sertakan.core.errors import DomainError
from sertakan.core.money import read_rupiah
from sertakan.core.month import Month, months
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship.models import Membership, Sponsorship
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole
from sertakan.web.views.money import KEEPERS, READERS, attempt, day_or_today, read_amount, read_month

CONFIRMERS = ("bpjs", "operator")
LARGEST_FILE = 32 << 20
ENDINGS = (".xlsx", ".xls", ".ods", ".xlsb", ".csv", ".txt")
BADGES = {"asked": "waiting", "granted": "accepted", "refused": "refused", "withdrawn": "withdrawn"}


@roles_required(*READERS)
@require_GET
def surplus(request: ScopedRequest) -> HttpResponse:
    """What lies at BPJS for workers, what was asked back and what became of it, and donors' money that no month needs."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    agency = agency or (choices[0] if len(choices) == 1 else None)
    rows = returning.surpluses(agency.pk if agency else None)
    page = page_of(request, returning.refunds(agency.pk if agency else None))
    now = Month.of(clock.today())
    context = {
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "several": len(choices) > 1,
        "rows": rows,
        "total": sum(row.amount for row in rows),
        "most": returning.MOST,
        "credits": returning.credits_of(agency.pk) if agency and policies.can_post(agency.pk) else [],
        "page": page,
        "refunds": [(one, BADGES[one.state]) for one in page],
        "may_keep": request.actor.has(*KEEPERS),
        "may_use": policies.can_confirm_payment(),
        "month_options": [(str(entry), month_in_words(entry)) for entry in months(now.previous(3), now.next(6))],
        "this_month": str(now),
        "today": clock.today(),
    }
    return TemplateResponse(request, "money/surplus.html", context)


@roles_required(*KEEPERS)
@require_POST
def refund_ask(request: ScopedRequest) -> HttpResponse:
    """Ask BPJS to give back what lies there for a worker."""
    form = request.POST
    agency, person = whole(form.get("agency", "")), whole(form.get("person", ""))
    reason, funding = form.get("reason", "").strip(), form.get("funding", "")
    if not reason:
        messages.error(request, _("Tulis alasannya. Permintaan belum dicatat."))
    elif agency and person:
        attempt(
            request,
            lambda: services.ask_refund(
                agency_id=agency, person_id=person, amount=read_amount(form.get("amount", "")), reason=reason,
                donor_id=whole(form.get("donor", "")), funding=funding if funding in Sponsorship.Funding.values else "",
            ),
            _("Permintaan dicatat. Uangnya disisihkan sampai BPJS menjawab; tidak dihitung kembali sebelum itu."),
        )  # fmt: skip
    return _back(agency)


@roles_required(*KEEPERS)
@require_POST
def refund_decide(request: ScopedRequest, refund_id: int) -> HttpResponse:
    """What BPJS answered to a request."""
    form = request.POST
    try:
        returned = read_rupiah(form.get("returned", ""))
    except ValueError:  # never taken for a refusal
        messages.error(
            request, _("Jumlah tidak terbaca. Tulis angka bulat, 0 bila BPJS menolak. Belum ada yang dicatat.")
        )
        return redirect("surplus")
    attempt(
        request,
        lambda: services.decide_refund(
            refund_id, returned=returned, decided_on=day_or_today(form.get("decided_on", "")),
            reference=form.get("reference", "").strip(), answer=form.get("answer", "").strip(),
        ),
        _("Jawaban BPJS dicatat."),
    )  # fmt: skip
    return redirect("surplus")


@roles_required(*CONFIRMERS)
@require_POST
def surplus_use(request: ScopedRequest) -> HttpResponse:
    """BPJS counted what lies there for a worker towards a month."""
    person, month = whole(request.POST.get("person", "")), read_month(request.POST.get("month", ""))
    if person and month:
        placed = attempt(request, lambda: services.use_surplus([person], month), "")
        if placed is not None and placed.months:
            messages.success(request, _("Bulan %s kini terbayar dari kelebihan.") % month_in_words(month))
        elif placed is not None:
            messages.error(
                request,
                _("Bulan %s tidak berubah: sudah terbayar, atau kelebihannya tidak cukup untuk satu bulan penuh.")
                % month_in_words(month),
            )
    return _back(whole(request.POST.get("agency", "")))


@roles_required(*KEEPERS)
@require_POST
def credit_pay_back(request: ScopedRequest) -> HttpResponse:
    """The treasurer gives a donor money that no month needs."""
    form = request.POST
    agency, donor, funding = whole(form.get("agency", "")), whole(form.get("donor", "")), form.get("funding", "")
    reason = form.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Tulis alasannya. Belum ada yang dicatat."))
    elif agency and donor and funding in Sponsorship.Funding.values:
        attempt(
            request,
            lambda: services.pay_back(
                agency_id=agency, donor_id=donor, funding=funding, amount=read_amount(form.get("amount", "")),
                paid_on=day_or_today(form.get("paid_on", "")), reason=reason,
            ),
            _("Pembayaran kembali kepada donatur dicatat."),
        )  # fmt: skip
    return _back(agency)


@roles_required(*CONFIRMERS)
@require_http_methods(["GET", "POST"])
def confirmations(request: ScopedRequest) -> HttpResponse:
    """A confirmation file of BPJS: what became of its rows, and which were held, with place, cause and remedy."""
    now = str(Month.of(clock.today()))
    context: dict[str, Any] = {"today": clock.today(), "month_options": _past_months(), "this_month": now}
    status = 200
    if request.method == "POST":
        try:
            context |= _confirm(request)
            status = 400 if "fault" in context else 200
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            context["fault"], status = str(refusal), 400
    return TemplateResponse(request, "money/confirmations.html", context, status=status)


def _confirm(request: ScopedRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    ending = Path(upload.name or "").suffix.lower() if upload is not None else ""
    if upload is None or ending not in ENDINGS:
        return {"fault": _("Pilih berkas xlsx, xls, ods, xlsb, atau csv. Belum ada yang diubah.")}
    if (upload.size or 0) > LARGEST_FILE:
        return {"fault": _("Berkas lebih besar dari 32 MB. Bagi menjadi beberapa berkas; belum ada yang diubah.")}
    with tempfile.TemporaryDirectory(prefix="konfirmasi-") as folder:
        place = Path(folder) / f"konfirmasi{ending}"
        place.touch(mode=0o600)
        with place.open("wb") as out:
            for block in upload.chunks():
                out.write(block)
        placed, held = services.confirm_file(services.read_confirmation_file(place))
    return {"placed": placed, "held": held[:500], "held_count": len(held)}


def _past_months() -> list[tuple[str, str]]:
    now = Month.of(clock.today())
    return [(str(entry), month_in_words(entry)) for entry in reversed(list(months(now.previous(24), now.next(6))))]


@roles_required(*CONFIRMERS)
@require_POST
def month_withdraw(request: ScopedRequest) -> HttpResponse:
    """A month that BPJS had confirmed turned out not to be paid."""
    number = "".join(sign for sign in request.POST.get("kpj", "") if sign.isdigit())
    month, reason = read_month(request.POST.get("month", "")), request.POST.get("reason", "").strip()
    found = None
    if len(number) == 11:
        found = Membership.objects.filter(
            identifier__kind="kpj", identifier__index=encryption.index("kpj", number)
        ).first()
    if month is None or not reason:
        messages.error(request, _("Pilih bulannya dan tulis alasannya. Belum ada yang diubah."))
    elif found is None:
        messages.error(
            request, _("Nomor peserta itu tidak ada dalam daftar. Tulis ke-11 angkanya; belum ada yang diubah.")
        )
    else:
        chosen = found.pk
        attempt(
            request,
            lambda: services.withdraw_month(membership_id=chosen, month=month, reason=reason),
            _("Bulan %s ditarik: tidak lagi dihitung terbayar, uangnya menunggu kata BPJS. Catatan lamanya tetap ada.")
            % month_in_words(month),
        )
    return redirect("confirmations")


def _back(agency_id: int | None) -> HttpResponse:
    return redirect(f"{reverse('surplus')}?opd={agency_id}" if agency_id else reverse("surplus"))
