"""The sponsor's list, the money and BPJS's members of a month side by side, and what became of each difference."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.banking import policies, queries, services
from sertakan.banking.models import Difference
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.core.month import Month, months
from sertakan.rules.reasons import month_in_words
from sertakan.web.guards import page_of, roles_required

READERS = ("pic", "coordinator", "bpjs", "auditor", "operator")
COMPARERS = ("coordinator", "bpjs", "operator")
EXPLAINERS = ("pic", "coordinator", "bpjs", "operator")
MONEY_WORDS = {
    "collected": gettext_lazy("terkumpul di bendahara, belum disetor"),
    "remitted": gettext_lazy("disetor, menunggu konfirmasi BPJS"),
    "confirmed": gettext_lazy("dikonfirmasi BPJS"),
}


@roles_required(*READERS)
@require_GET
def three_way(request: ScopedRequest) -> HttpResponse:
    """The differences of a month by state and kind."""
    known = queries.compared_months()
    month = _month(request.GET.get("bulan", "")) or (known[0] if known else Month.of(clock.today()))
    counts = queries.difference_counts(month)
    by_state = {
        state: sum(count for (one, _kind), count in counts.items() if one == state) for state in Difference.State.values
    }
    state = request.GET.get("keadaan", "")
    if state not in by_state:
        state = next((one for one in ("open", "explained", "closed") if by_state[one]), "open")
    kind = request.GET.get("jenis", "")
    kind = kind if kind in Difference.Kind.values else ""
    page = page_of(request, queries.differences(month, state=state, kind=kind))
    now = Month.of(clock.today())
    context = {
        "month": month,
        "month_options": [
            (str(entry), month_in_words(entry)) for entry in sorted({*months(now.previous(6), now.next(1)), *known}, reverse=True)
        ],
        "kind": kind,
        "kind_options": [("", _("Semua jenis")), *Difference.Kind.choices],
        "kinds": [
            {"label": Difference.Kind(one).label, "value": sum(count for (_s, k), count in counts.items() if k == one)}
            for one in Difference.Kind.values
            if any(k == one for _s, k in counts)
        ],
        "by_state": by_state,
        "state": state,
        "tabs": [
            {
                "url": f"?bulan={month}&keadaan={one}&jenis={kind}", "label": Difference.State(one).label, "current": one == state,
                "count": by_state[one],
            }
            for one in ("open", "explained", "closed")
        ],
        "page": page,
        "rows": [_row(one) for one in page.object_list],
        "files": list(queries.member_files(month)[:5]),
        "compared": bool(counts) or month in known,
        "may_compare": request.actor.has(*COMPARERS) and policies.can_compare(),
    }  # fmt: skip
    return TemplateResponse(request, "three_way/three_way.html", context)


def _row(one: Difference) -> dict[str, Any]:
    """What each of the three says of one person."""
    facts = one.facts
    money = MONEY_WORDS.get(facts.get("money", ""), _("belum ada"))
    ours = one.person.name if one.person else _("tidak ada")
    theirs: Any = _("sama")
    if one.kind == Difference.Kind.PAID_NOT_LISTED:
        theirs = _("tidak ada di daftar")
    elif one.kind == Difference.Kind.LISTED_NOT_PAID:
        theirs = _("aktif")
        ours = ours if facts.get("sponsored") else _("%s, tanpa tagihan bulan ini") % ours
    elif one.kind == Difference.Kind.OTHER_NUMBER:
        ours = f"{ours} ···{facts.get('own_last', '')}"
        theirs = f"···{facts.get('kpj_last', '')}"
    elif one.kind in (Difference.Kind.OTHER_NAME, Difference.Kind.UNKNOWN_MEMBER):
        theirs = facts.get("name") or f"···{facts.get('last', '')}"
    elif one.kind == Difference.Kind.OTHER_MONTH:
        theirs = month_in_words(Month.parse(facts["listed_month"]))
    elif one.kind == Difference.Kind.PAID_INACTIVE:
        theirs = _("nonaktif")
    shows_money = one.kind in (
        Difference.Kind.PAID_NOT_LISTED,
        Difference.Kind.PAID_INACTIVE,
        Difference.Kind.LISTED_NOT_PAID,
    )
    return {"entry": one, "ours": ours, "money": money if shows_money else "–", "theirs": theirs}


@roles_required(*COMPARERS)
@require_POST
def three_way_compare(request: ScopedRequest) -> HttpResponse:
    """Take in BPJS's list of a month and lay it beside ours."""
    month, given = _month(request.POST.get("month", "")), request.FILES.get("file")
    if month is None or given is None:
        messages.error(request, _("Pilih bulan dan berkas daftar peserta. Belum ada yang dibandingkan."))
        return redirect("three_way")
    try:
        done = services.compare_month(month, given.read(), name=given.name or "peserta")
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
        return redirect("three_way")
    facts = {
        name: format_number(getattr(done, name))
        for name in ("members", "agree", "differences", "fresh", "closed", "held")
    }
    if done.unchanged:
        messages.info(request, _("Daftar ini sudah pernah dibandingkan; tidak ada yang berubah."))
    elif not done.differences:
        messages.success(
            request, _("%(members)s peserta dibandingkan; semuanya sama, %(closed)s perbedaan lama selesai.") % facts
        )
    else:
        text = _(
            "%(members)s peserta dibandingkan: %(agree)s sama, %(differences)s perbedaan (%(fresh)s baru), %(closed)s selesai."
        )
        messages.warning(request, text % facts)
    if done.held:
        messages.warning(request, _("%(held)s baris daftar BPJS tidak terbaca dan ditahan.") % facts)
    return redirect(f"{reverse('three_way')}?bulan={month}")


@roles_required(*EXPLAINERS)
@require_POST
def difference_explain(request: ScopedRequest, difference_id: int) -> HttpResponse:
    """Explain a difference, pass it on, close it or open it again."""
    found = queries.get_difference(difference_id)
    post = request.POST
    task = post.get("task", "")
    try:
        if "reopen" in post:
            services.reopen_difference(found, reason=post.get("explanation", ""))
        else:
            services.explain_difference(
                found, explanation=post.get("explanation", ""), task=task if task in Difference.Task.values else "",
                close="close" in post,
            )  # fmt: skip
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Catatan tersimpan."))
    return redirect("difference", found.pk)


@roles_required(*READERS)
@require_GET
def difference(request: ScopedRequest, difference_id: int) -> HttpResponse:
    """One difference: what each of the three says, and who looks into it."""
    found = queries.get_difference(difference_id)
    context = {
        "difference": found,
        "row": _row(found),
        "month": Month.of(found.month),
        "task_options": Difference.Task.choices,
        "may_explain": request.actor.has(*EXPLAINERS) and policies.can_explain(found.agency_id),
    }
    return TemplateResponse(request, "three_way/difference.html", context)


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
