"""Plans, targets and the forecast: what a budget buys, what a target costs, and how many will be protected."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from sertakan.access.requests import ScopedRequest
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.planning import policies, queries, reading, services
from sertakan.planning.facts import DEFAULT_FUNDINGS, DEFAULT_UPTAKE, LAST_MONTH
from sertakan.planning.models import Plan
from sertakan.planning.policies import READERS, WRITERS
from sertakan.planning.words import percent, sentence
from sertakan.rules.reasons import funding_in_words, month_in_words, sector_in_words
from sertakan.rules.ruleset import FUNDINGS
from sertakan.web import plan_pictures
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import PDF, XLSX, attachment

MOST_COMPARED = 3
_FIELDS = (
    "name",
    "budget",
    "target",
    "until",
    "floor",
    "uptake",
    "new_per_month",
    *(f"limit_{name}" for name in FUNDINGS),
)


@roles_required(*READERS)
@require_GET
def plans(request: ScopedRequest) -> HttpResponse:
    """Saved plans, newest first, and the door to a new one."""
    page = page_of(request, queries.plans())
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": [_row(one) for one in page.object_list],
        "may_plan": policies.can_plan(request.actor),
        "most": MOST_COMPARED,
    }
    return TemplateResponse(request, "planning/plans.html", context)


def _row(one: Plan) -> dict[str, Any]:
    wish = reading.from_inputs(one.inputs)
    return {
        "plan": one,
        "name": _name(one),
        "budget": format_rupiah(wish.budget) if wish.budget is not None else "–",
        "target": percent(wish.target) if wish.target is not None else "–",
        "until": month_in_words(wish.last),
        "done": one.state == Plan.State.DONE,
    }


def _name(one: Plan) -> str:
    return one.name or _("Rencana %(number)s") % {"number": one.pk}


@roles_required(*WRITERS)
@require_http_methods(["GET", "POST"])
def plan_new(request: ScopedRequest) -> HttpResponse:
    """A short form with defaults explained; what cannot be met is said above it, with what would."""
    first = Month.of(clock.today()).next()
    default = max(first, Month(2027, 12))
    values: dict[str, Any] = {name: request.POST.get(name, "").replace("\0", "") for name in _FIELDS}
    fault = ""
    if request.method == "POST":
        values |= {"fundings": request.POST.getlist("fundings"), "steady": request.POST.get("steady", "")}
        try:
            asked = {**values, "fundings": values["fundings"] or ("",)}
            kept = services.save_plan(reading.read_wish(asked, first), name=values["name"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            fault = str(refusal)
        else:
            return redirect("plan", kept.pk)
    else:
        values |= {"until": str(default), "fundings": list(DEFAULT_FUNDINGS), "steady": "1"}
        values["uptake"] = f"{100 * DEFAULT_UPTAKE:g}"
    months = [first.next(step) for step in range(max(1, LAST_MONTH - first + 1))]
    context = {
        "values": values,
        "fault": fault,
        "first": first,
        "months": [(str(month), month_in_words(month)) for month in months],
        "fundings": [
            {"value": name, "label": _capital(funding_in_words(name)), "note": _MONEY_NOTES.get(name, "")}
            for name in FUNDINGS
        ],
        "limits": [
            {"name": f"limit_{name}", "label": _capital(funding_in_words(name)), "value": values[f"limit_{name}"]}
            for name in FUNDINGS
        ],
    }
    return TemplateResponse(request, "planning/new.html", context, status=422 if fault else 200)


_MONEY_NOTES = {
    "private": gettext_lazy("Satu pegawai, satu pekerja; sebanyak bagian pegawai di atas."),
    "apbd": gettext_lazy("Selalu iuran penuh: keringanan tidak berlaku untuk APBD dan APBN."),
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@roles_required(*READERS)
@require_GET
def plan(request: ScopedRequest, plan_id: int) -> HttpResponse:
    """One plan: what it reaches and why, by month, by area, by money and by agency."""
    found = queries.get_plan(plan_id)
    context: dict[str, Any] = {"plan": found, "name": _name(found), "asked": _asked(found), "state": found.state}
    if found.result:
        context |= _shown(found.result)
    return TemplateResponse(request, "planning/plan.html", context)


@roles_required(*READERS)
@require_GET
def plan_progress(request: ScopedRequest, plan_id: int) -> HttpResponse:
    """How far a plan in the background is; once it is done its page is shown anew."""
    found = queries.get_plan(plan_id)
    if found.state in (Plan.State.DONE, Plan.State.REFUSED):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = reverse("plan", args=[found.pk])
        return response
    return TemplateResponse(request, "planning/_progress.html", {"plan": found})


def _asked(found: Plan) -> list[dict[str, str]]:
    wish = reading.from_inputs(found.inputs)
    rows = [
        (_("Anggaran"), format_rupiah(wish.budget) if wish.budget is not None else _("yang paling kecil")),
        (_("Target"), percent(wish.target) if wish.target is not None else _("tanpa target")),
        (
            _("Bulan"),
            _("%(first)s sampai %(last)s") % {"first": month_in_words(wish.first), "last": month_in_words(wish.last)},
        ),
        (_("Batas bawah tiap wilayah"), percent(wish.floor) if wish.floor else _("tanpa batas")),
        (_("Pegawai yang ikut"), percent(wish.uptake)),
        (_("Sumber dana"), "; ".join(_source(name, wish.limits[name]) for name in wish.fundings)),
        (_("Pekerja baru sebulan"), format_number(wish.new_per_month) if wish.new_per_month else _("tanpa batas")),
        (_("Yang gugur"), _("diganti") if wish.steady else _("tidak harus diganti")),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _source(name: str, limit: int | None) -> str:
    words = funding_in_words(name)
    return (
        words
        if limit is None
        else _("%(source)s paling banyak %(limit)s") % {"source": words, "limit": format_rupiah(limit)}
    )


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    """A result as the page needs it: sentences, pictures with their findings, tables."""
    totals, months = result["totals"], result["months"]
    facts = {
        "people": format_number(totals["protected"]), "last": month_in_words(Month.parse(result["last"])),
        "cost": format_rupiah(totals["cost"]), "months": len(months),
    }  # fmt: skip
    lowest = min(
        (one for one in result["areas"] if one["share_end"] is not None), key=lambda one: one["share_end"], default=None
    )
    return {
        "result": result,
        "totals": totals,
        "explained": [sentence(one) for one in result["explained"]],
        "warnings": [sentence(one) for one in result["warnings"]],
        "people": plan_pictures.months(months, "protected"),
        "money": plan_pictures.months(months, "cost"),
        "people_title": _("%(people)s pekerja terlindungi dari rencana ini pada %(last)s") % facts,
        "money_title": _("%(cost)s untuk %(months)s bulan") % facts,
        "months": [{**one, "words": month_in_words(Month.parse(one["month"]))} for one in months],
        "areas": [{**one, "now": _share(one["share_now"]), "end": _share(one["share_end"])} for one in result["areas"]],
        "lowest": lowest,
        "sectors": [{**one, "end": _share(one["share_end"])} for one in result["sectors"]],
        "fundings": [{**one, "words": _capital(funding_in_words(one["funding"]))} for one in result["fundings"]],
        "agencies": [one for one in result["agencies"] if one["staff"]],
        "rates": [
            {
                "funding": _capital(funding_in_words(one["funding"])),
                "sector": sector_in_words(one["sector"]),
                "from": month_in_words(Month.parse(one["from"])),
                "until": month_in_words(Month.parse(one["until"])),
                "amount": one["amount"],
            }
            for one in result["rates"]
        ],
        "unproven": _unproven(totals),
    }


def _unproven(totals: dict[str, Any]) -> str:
    """How much better a plan could be at most; empty for one that is the best, as far as numbers can say."""
    by_cost = totals["left"] is None
    gap = abs(totals["bound"] - totals["cost" if by_cost else "worker_months"])
    if gap <= 1e-6 * totals["bound"] + 1:
        return ""
    return format_rupiah(gap) if by_cost else _("%(count)s bulan perlindungan") % {"count": format_number(gap)}


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


@roles_required(*READERS)
@require_GET
def plan_file(request: ScopedRequest, plan_id: int, kind: str) -> HttpResponse:
    """A plan as XLSX, CSV or PDF."""
    from sertakan.planning import exporting, papering

    found = queries.get_plan(plan_id)
    if kind not in ("xlsx", "csv", "pdf") or not found.result:
        raise Http404
    if kind == "xlsx":
        return attachment(exporting.workbook(found), f"rencana-{found.pk}.xlsx", XLSX)
    if kind == "pdf":
        asked = [(one["label"], one["value"]) for one in _asked(found)]
        return attachment(papering.document(found, asked), f"rencana-{found.pk}.pdf", PDF)
    return attachment(exporting.lines(found), f"rencana-{found.pk}.csv", "text/csv; charset=utf-8")


@roles_required(*READERS)
@require_GET
def plan_compare(request: ScopedRequest) -> HttpResponse:
    """Two or three plans side by side, in the same order, with what differs marked."""
    chosen = [
        int(text) for text in request.GET.getlist("rencana") if text.isascii() and text.isdigit() and len(text) < 10
    ]
    found = queries.some_plans(chosen[:MOST_COMPARED])
    context: dict[str, Any] = {
        "plans": [{"plan": one, "name": _name(one)} for one in found],
        "options": [_row(one) for one in queries.plans().filter(state=Plan.State.DONE)[:50]],
        "chosen": [one.pk for one in found],
        "enough": len(found) >= 2,
    }
    if len(found) >= 2:
        context["rows"] = _compared(found)
        context["areas"] = _areas_compared(found)
    return TemplateResponse(request, "planning/compare.html", context)


def _compared(found: list[Plan]) -> list[dict[str, Any]]:
    asked = [_asked(one) for one in found]
    rows = [{"label": line[0]["label"], "values": [one["value"] for one in line]} for line in zip(*asked, strict=True)]
    for label, name, form in (
        (_("Terlindungi pada bulan terakhir"), "protected", format_number),
        (_("Bulan perlindungan"), "worker_months", format_number),
        (_("Iuran seluruhnya"), "cost", format_rupiah),
    ):
        rows.append({"label": label, "values": [form((one.result or {})["totals"][name]) for one in found]})
    price = [
        format_rupiah(round(totals["cost"] / totals["worker_months"])) if totals["worker_months"] else "–"
        for totals in ((one.result or {})["totals"] for one in found)
    ]
    rows.append({"label": _("Iuran rata-rata sebulan seorang"), "values": price})
    names = [_name(one) for one in found]
    rows.insert(0, {"label": _("Nama"), "values": names})
    for row in rows:
        row["differs"] = len(set(row["values"])) > 1
        row["cells"] = list(zip(names, row["values"], strict=True))
    return rows


def _areas_compared(found: list[Plan]) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    for one in found:
        names.update({area["code"]: area["name"] for area in (one.result or {})["areas"]})
    by_plan = [{area["code"]: area for area in (one.result or {})["areas"]} for one in found]
    return [
        {
            "name": name,
            "cells": [
                (
                    _name(one),
                    f"{format_number(known[code]['protected'])} ({_share(known[code]['share_end'])})"
                    if code in known
                    else "–",
                )
                for one, known in zip(found, by_plan, strict=True)
            ],
        }
        for code, name in names.items()
    ]
