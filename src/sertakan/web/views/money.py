"""Money: the four legs of a month, payment codes, and proofs of payment entered by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.banking import queries as banking
from sertakan.contributions import policies, queries, services
from sertakan.contributions.models import PaymentCode, Slip, Transfer
from sertakan.core import clock, files
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number, format_rupiah, read_rupiah
from sertakan.core.month import Month, months
from sertakan.protection.errors import DayUnreadable
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship import queries as sponsorship
from sertakan.sponsorship.models import Donor
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole, wholes

READERS = ("pic", "coordinator", "bpjs", "auditor", "operator")
KEEPERS = ("pic", "coordinator", "operator")
LEGS = (
    ("promised", gettext_lazy("Dijanjikan")),
    ("collected", gettext_lazy("Terkumpul di bendahara")),
    ("remitted", gettext_lazy("Disetor ke BPJS")),
    ("confirmed", gettext_lazy("Dikonfirmasi BPJS")),
)
BADGES = {
    "open": "waiting",
    "remitted": "unconfirmed",
    "confirmed": "accepted",
    "expired": "withdrawn",
    "cancelled": "withdrawn",
}
_CHOICE = re.compile(r"^([bd]):([0-9]{1,18})$")
_DIGITS = re.compile(r"[^0-9]")
_MOST_DUES = 200
_MOST_NAMED = 10


@roles_required(*READERS)
@require_GET
def money(request: ScopedRequest) -> HttpResponse:
    """The four legs of a month by agency; of one agency also who still owes, and every posting."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    month = read_month(request.GET.get("bulan", "")) or Month.of(clock.today())
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    agency = agency or (choices[0] if len(choices) == 1 else None)
    rows = queries.legs(month, agency.pk if agency else None)
    totals = {name: sum(getattr(row, name) for row in rows) for name, _label in LEGS}
    totals |= {
        name: sum(getattr(row, name) for row in rows) for name in ("awaiting", "unseen", "open", "not_collected")
    }
    dues: list[dict[str, Any]] = []
    page = None
    if agency is not None:
        dues = queries.open_dues(agency.pk).head(_MOST_DUES).to_dicts()
        page = page_of(request, _postings(agency.pk))
    now = Month.of(clock.today())
    context = {
        "month": month,
        "month_options": [(str(entry), month_in_words(entry)) for entry in months(now.previous(12), now.next(6))],
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "several": len(choices) > 1,
        "active": bool(request.GET.get("bulan") or request.GET.get("opd")),
        "rows": rows,
        "totals": totals,
        "picture": [
            {"label": label, "value": totals[name], "shown": format_rupiah(totals[name])} for name, label in LEGS
        ],
        "finding": _finding(totals),
        "twice": queries.paid_twice(month),
        "dues": dues,
        "page": page,
        "may_post": agency is not None and policies.can_post(agency.pk),
        "now": clock.now(),
    }
    return TemplateResponse(request, "money/money.html", context)


def _postings(agency_id: int) -> Any:
    """What came and went: postings of money, without the promises, newest first."""
    from sertakan.contributions.models import Reversal

    found = Transfer.objects.filter(agency_id=agency_id, leg__in=["collected", "identified", "remitted", "confirmed"])
    reversed_ids = Reversal.objects.filter(agency_id=agency_id).values("transfer_id")
    return found.exclude(id__in=reversed_ids).select_related("donor", "code").order_by("-month", "-id")


def _finding(totals: dict[str, int]) -> str:
    facts = {name: format_rupiah(totals[name]) for name in totals}
    if not totals["promised"] and not totals["confirmed"]:
        return _("Belum ada tagihan bulan ini yang terbit")
    if totals["unseen"]:
        return _("BPJS sudah mengonfirmasi %(confirmed)s; penyetoran %(unseen)s belum tercatat di sini") % facts
    if totals["awaiting"]:
        return _("%(confirmed)s dari %(promised)s sudah dikonfirmasi; %(awaiting)s menunggu konfirmasi BPJS") % facts
    return _("%(confirmed)s dari %(promised)s yang dijanjikan sudah dikonfirmasi BPJS") % facts


@roles_required(*KEEPERS)
@require_POST
def transfer_reverse(request: ScopedRequest, transfer_id: int) -> HttpResponse:
    """Take back a receipt or a remittance that was wrong; one that came from a line of the bank is taken back there, line and all."""
    month = read_month(request.POST.get("month", ""))
    line = banking.line_of_posting(transfer_id, month) if month is not None else None
    if line is not None:
        messages.error(
            request,
            _(
                "Catatan itu berasal dari baris rekening koran ini. Batalkan pencocokannya di sini; belum ada yang berubah."
            ),
        )
        return redirect("line", line)
    if month is not None:
        attempt(
            request,
            lambda: services.reverse(transfer_id, month, reason=request.POST.get("reason", "").strip()),
            _("Catatan dibatalkan; uangnya kembali seperti sebelumnya, dan jejaknya tetap ada."),
        )
    return redirect(f"{reverse('money')}?opd={_DIGITS.sub('', request.POST.get('agency', ''))}")


@roles_required(*READERS)
@require_GET
def payment_codes(request: ScopedRequest) -> HttpResponse:
    """Payment codes, the open ones first, and those that should be split because somebody has not paid."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    state = request.GET.get("keadaan", "")
    state = state if state in PaymentCode.State.values else ""
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    page = page_of(request, queries.codes(agency_id=agency.pk if agency else None, state=state))
    own = choices[0] if len(choices) == 1 else agency
    may_keep = request.actor.has(*KEEPERS)
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": [(entry, BADGES[entry.state]) for entry in page],
        "state": state,
        "state_options": [("", _("Semua")), *PaymentCode.State.choices],
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "several": len(choices) > 1,
        "active": bool(state or agency),
        "advice": queries.split_advice(agency_id=own.pk if own else None),
        "may_keep": may_keep,
        "may_add": may_keep and own is not None,
        "own": own,
        "group_options": _groups(own) if own is not None and may_keep else [],
        "month_options": _code_months(),
        "this_month": str(Month.of(clock.today())),
    }
    return TemplateResponse(request, "money/codes.html", context)


def _groups(agency: Any) -> list[tuple[str, str]]:
    """For whom a code can be entered: a batch, or all workers of a donor."""
    found = [
        (f"b:{batch.pk}", _("Kiriman %(number)s, %(kind)s") % {"number": batch.pk, "kind": batch.get_kind_display()})
        for batch in sponsorship.batches(agency_id=agency.pk).exclude(state="draft")[:50]
    ]
    donors = Donor.objects.filter(agency=agency, sponsorships__isnull=False).distinct().order_by("sort_key")[:200]
    return [*found, *((f"d:{donor.pk}", _("Pekerja %(name)s") % {"name": donor.name}) for donor in donors)]


def _code_months() -> list[tuple[str, str]]:
    now = Month.of(clock.today())
    return [(str(entry), month_in_words(entry)) for entry in months(now.previous(3), now.next(6))]


@roles_required(*KEEPERS)
@require_POST
def payment_code_add(request: ScopedRequest) -> HttpResponse:
    """Enter a code by hand, or take over those that BPJS's answers brought."""
    agency = _agency(request)
    if agency is None:
        messages.error(request, _("Pilih perangkat daerah lebih dahulu. Belum ada kode yang dicatat."))
        return redirect("payment_codes")
    if request.POST.get("apa") == "ambil":
        made = attempt(request, lambda: services.import_codes(agency_id=agency.pk), "") or []
        text = ngettext("%s kode baru dari jawaban BPJS.", "%s kode baru dari jawaban BPJS.", len(made))
        messages.info(request, text % format_number(len(made)))
        left = sorted(set(queries.untaken_lines(agency_id=agency.pk).values_list("payment_code", flat=True)))
        if left:
            said = _(
                "Belum dapat diambil: %(codes)s. Kodenya sudah dipakai OPD lain, atau iurannya tidak dikenal. Tanyakan kepada BPJS."
            )
            messages.warning(request, said % {"codes": ", ".join(left[:_MOST_NAMED])})
        return redirect("payment_codes")
    start, amount = read_month(request.POST.get("start", "")), read_amount(request.POST.get("amount", ""))
    made_code = attempt(
        request,
        lambda: services.add_code(
            agency_id=agency.pk,
            code=request.POST.get("code", ""),
            amount=amount,
            sponsorship_ids=_chosen(agency, request.POST.get("group", "")),
            start=start,
            months=_months(request.POST.get("months", "")),
            expires_on=read_day(request.POST.get("expires_on", "")),
            issued_on=clock.today(),
        ),
        _("Kode iuran dicatat."),
    )
    return redirect("payment_code", made_code.pk) if made_code else redirect("payment_codes")


def _chosen(agency: Any, group: str) -> list[int]:
    found = _CHOICE.match(group)
    if found is None:
        return []
    number = int(found[2])
    if found[1] == "b":
        batch = sponsorship.get_batch(number)
        return list(batch.lines.exclude(answer="refused").values_list("sponsorship_id", flat=True))
    donor = Donor.objects.filter(pk=number, agency=agency).first()
    if donor is None:
        return []
    return list(donor.sponsorships.exclude(state__in=["refused", "ended"]).values_list("pk", flat=True))


@roles_required(*READERS)
@require_GET
def payment_code(request: ScopedRequest, code_id: int) -> HttpResponse:
    """One code: what BPJS asks for, what the law asks for, and whose money has come in."""
    code = queries.get_code(code_id)
    workers = queries.code_workers(code)
    difference = queries.difference_of(code)
    may_keep = request.actor.has(*KEEPERS) and policies.can_post(code.agency_id)
    waiting = code.state in (PaymentCode.State.OPEN, PaymentCode.State.EXPIRED)
    context = {
        "code": code,
        "badge": BADGES[code.state],
        "expected": code.amount - difference,
        "difference": difference,
        "gap": abs(difference),
        "workers": workers,
        "paid": [worker for worker in workers if worker.collected],
        "unpaid": [worker for worker in workers if not worker.collected],
        "due_on": queries.due_of(code),
        "may_keep": may_keep and waiting,
        "may_confirm": policies.can_confirm_payment() and code.state not in ("confirmed", "cancelled"),
        "today": clock.today(),
        "slips": list(code.slips.order_by("-pk")),
        "splits": list(code.splits.order_by("pk")),
    }
    return TemplateResponse(request, "money/code.html", context)


@roles_required("pic", "coordinator", "operator", "bpjs")
@require_POST
def payment_code_change(request: ScopedRequest, code_id: int) -> HttpResponse:
    """Explain, split, cancel or confirm a code."""
    code = queries.get_code(code_id)
    form = request.POST
    what = form.get("apa", "")
    if what == "jelaskan":
        attempt(
            request,
            lambda: services.explain_code(code, explanation=form.get("explanation", "")),
            _("Penjelasan disimpan."),
        )
    elif what == "pecah":
        chosen = wholes(form.getlist("worker"))
        made = attempt(
            request,
            lambda: services.split_code(code, chosen, new_code=form.get("new_code", "")),
            _("Kode dipecah: yang sudah membayar dapat disetor sekarang, yang lain tetap di kode lama."),
        )
        if made:
            return redirect("payment_code", made.pk)
    elif what == "batal":
        attempt(request, lambda: services.cancel_code(code, reason=form.get("reason", "")), _("Kode dibatalkan."))
    elif what == "konfirmasi":
        placed = attempt(
            request,
            lambda: services.confirm_code(
                code,
                paid_on=day_or_today(form.get("paid_on", "")),
                amount=read_amount(form.get("amount", "")),
                reference=form.get("reference", ""),
            ),
            "",
        )
        if placed:
            _say_placed(request, placed)
    return redirect("payment_code", code_id)


def _say_placed(request: ScopedRequest, placed: services.Placed) -> None:
    text = ngettext("%s bulan pekerja kini terbayar.", "%s bulan pekerja kini terbayar.", placed.months)
    messages.success(request, text % format_number(placed.months))
    if placed.waiting:
        waiting = ngettext(
            "%s pekerja belum bernomor; bulannya menyusul bersama nomornya.",
            "%s pekerja belum bernomor; bulannya menyusul bersama nomornya.",
            placed.waiting,
        )
        messages.info(request, waiting % format_number(placed.waiting))


@roles_required(*KEEPERS, "auditor")
@require_http_methods(["GET", "POST"])
def slips(request: ScopedRequest) -> HttpResponse:
    """Proofs of payment: the form, and those that were entered."""
    agency = _agency(request)
    faults = ""
    if request.method == "POST" and agency is not None and request.actor.has(*KEEPERS):
        try:
            entered = _enter(request, agency)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            faults = str(refusal)
        else:
            messages.success(
                request,
                _("Bukti %s dicatat. Keadaannya: menunggu konfirmasi BPJS; pekerjanya belum dihitung aktif.")
                % format_rupiah(entered.amount),
            )
            return redirect("slips")
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    page = page_of(request, Slip.objects.select_related("agency", "code", "donor").order_by("-paid_on", "-pk"))
    open_codes = queries.codes(agency_id=agency.pk if agency else None, state="open")[:100]
    context = {
        "page": page,
        "count": page.paginator.count,
        "taken_back": queries.taken_back_slips([one.pk for one in page]),
        "agency": agency,
        "agency_options": [(entry.pk, entry.name) for entry in choices],
        "several": len(choices) > 1,
        "may_enter": request.actor.has(*KEEPERS) and bool(choices),
        "code_options": [
            ("", _("Tanpa kode iuran")),
            *((one.pk, f"{one.code} · {format_rupiah(one.amount)}") for one in open_codes),
        ],
        "channel_options": Slip.Channel.choices,
        "month_options": _code_months(),
        "this_month": str(Month.of(clock.today())),
        "today": clock.today(),
        "faults": faults,
        "given": request.POST if faults else {},
    }
    return TemplateResponse(request, "money/slips.html", context, status=400 if faults else 200)


def _enter(request: ScopedRequest, agency: Any) -> Slip:
    form, upload = request.POST, request.FILES.get("photo")
    wanted = whole(form.get("kode", ""))
    code = queries.get_code(wanted) if wanted is not None else None
    photo = b""
    if upload is not None:
        photo = upload.read(services.PHOTO_LIMIT + 1)
    return services.enter_slip(
        agency_id=agency.pk,
        amount=read_amount(form.get("amount", "")),
        paid_on=day_or_today(form.get("paid_on", "")),
        reference=form.get("reference", ""),
        channel=form.get("channel", "") if form.get("channel") in Slip.Channel.values else Slip.Channel.COUNTER,
        photo=photo,
        code=code,
        month=None if code else read_month(form.get("month", "")),
        from_treasury=form.get("from_treasury") == "1",
        note=form.get("note", "").strip(),
    )


@roles_required(*KEEPERS, "auditor", "bpjs")
@require_GET
def slip_photo(request: ScopedRequest, slip_id: int) -> HttpResponse:
    """The picture of a proof, as it was kept."""
    slip = queries.get_slip(slip_id)
    ending = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}[slip.photo_type]
    response = HttpResponse(files.load(slip.photo), content_type=slip.photo_type)
    response["Content-Disposition"] = f'attachment; filename="bukti-{slip.pk}.{ending}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _agency(request: ScopedRequest) -> Any:
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    wanted = request.POST.get("agency") or request.GET.get("opd", "")
    return next((entry for entry in choices if str(entry.pk) == wanted), choices[0] if len(choices) == 1 else None)


def attempt(request: ScopedRequest, act: Any, said: str) -> Any:
    """Do it and say so; a refusal is said instead. What somebody may not do stays refused."""
    try:
        result = act()
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
        return None
    if said:
        messages.success(request, said)
    return result


def read_amount(text: str) -> int:
    """Whole rupiah from ``Rp 16.800``; zero where nothing can be read, which the service refuses."""
    try:
        return read_rupiah(text)
    except ValueError:
        return 0


def _months(text: str) -> int | None:
    return int(text) if text in {str(count) for count in range(1, 13)} else None


def day_or_today(text: str) -> date:
    """The day of a form, today where nothing was written. Raises DayUnreadable: what cannot be read is never taken for today."""
    found = read_day(text)
    if found is None and text.strip():
        raise DayUnreadable(name=_("bayar"))
    return found or clock.today()


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
