"""The leader's page: what to know before the meeting, on one screen, one sheet of paper or one slide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Sum
from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.contributions.queries import bills as bills_of
from sertakan.core import clock, typeset
from sertakan.core.month import Month
from sertakan.coverage import queries
from sertakan.coverage.figures import Cell, Point, Series, SnapshotRow
from sertakan.programme import overview
from sertakan.protection.queries import warned
from sertakan.rules.reasons import day_in_words, month_in_words
from sertakan.web.guards import may_open, roles_required
from sertakan.web.templatetags.sertakan_format import number, rupiah, signed
from sertakan.web.views.coverage import building, words
from sertakan.web.views.coverage.common import (
    STEERING,
    View,
    definition,
    is_place,
    looked_at,
    month_options,
    nothing_yet,
    query_of,
)
from sertakan.web.views.coverage.words import percent
from sertakan.web.views.downloads import PDF, attachment

SLIDE = Path(__file__).parents[2] / "templates_typst" / "slide.typ"
FEW = 3


@roles_required(*STEERING)
@require_GET
def leader(request: ScopedRequest) -> HttpResponseBase:
    """One screen before the meeting."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Ringkasan sebelum rapat"))
    context = briefing(request, view)
    context |= {"month_options": month_options(view), "active": bool(request.GET.get("pada"))}
    return TemplateResponse(request, "coverage/leader.html", context)


@roles_required(*STEERING)
@require_GET
def leader_slide(request: ScopedRequest) -> HttpResponseBase:
    """The same facts for the projector: a page of 16:9, or a PDF of that shape (``?bentuk=pdf``)."""
    view = looked_at(request.GET, request.actor)
    if view is None:
        return nothing_yet(request, _("Ringkasan sebelum rapat"))
    context = briefing(request, view)
    if request.GET.get("bentuk") == "pdf":
        return attachment(typeset.pdf(SLIDE, _slide_data(context)), f"salindia-{view.snapshot.month}.pdf", PDF)
    return TemplateResponse(request, "coverage/slide.html", context)


def briefing(request: ScopedRequest, view: View) -> dict[str, Any]:
    """Everything that the leader's page says, each part from the kept count or from what waits to be done."""
    now = view.snapshot
    regencies = [one for one in queries.cells(now, "regency", open_rows=view.open_rows) if is_place(one)]
    even = queries.evenness(now, "regency", open_rows=view.open_rows)
    told = queries.series()
    whole = next((one for one in told if one.kind == "own"), None)
    own = next((one for one in reversed(whole.points) if one.on == now.on), None) if whole else None
    standings = overview.standings(list(agencies.in_force(clock.today())))
    return {
        "view": view,
        "now": now,
        "month": month_in_words(now.month),
        "points": own,
        "points_shown": percent(100 * own.value) if own and own.value is not None else "",
        "trend": [float(one.persons) for one in reversed(view.every[:12])],
        "change": _change(view),
        "why": building.why_changed(view),
        "even": even,
        "gini": words.decimals(even.gini, 2),
        "even_words": _even_words(even.best, even.worst, even.ratio),
        "official": _official(told),
        "agencies": _agencies(view, standings),
        "taking_part": overview.total(standings),
        "steps": _next_steps(request, now, regencies, standings),
        "cost": _cost(now.month),
        "definition": definition(),
        "query": query_of(pada=str(now.month)),
    }


def _change(view: View) -> dict[str, str]:
    if view.before is None:
        return {"text": _("hitungan pertama"), "tone": "", "icon": ""}
    difference = view.snapshot.persons - view.before.persons
    facts = {"count": signed(difference), "month": month_in_words(view.before.month)}
    tone, icon = ("good", "arrow-up") if difference > 0 else ("warm", "arrow-down") if difference < 0 else ("", "")
    return {"text": _("%(count)s sejak %(month)s") % facts, "tone": tone, "icon": icon}


def _even_words(best: Cell | None, worst: Cell | None, ratio: float | None) -> str:
    if best is None or worst is None:
        return ""
    facts = {"best": words.name_of(best), "worst": words.name_of(worst), "ratio": words.decimals(ratio or 0, 1)}
    if ratio is None:
        return _("%(best)s paling jauh, %(worst)s belum punya seorang pun") % facts
    if best.estimated or worst.estimated:
        return _("%(best)s kira-kira %(ratio)s kali %(worst)s") % facts
    return _("%(best)s %(ratio)s kali %(worst)s") % facts


def _official(told: tuple[Series, ...]) -> dict[str, Any] | None:
    """The newest share that BPJS published for the province, as what it is."""
    published = [
        (point, one) for one in told if one.kind == "official" for point in one.points if point.value is not None
    ]  # fmt: skip
    if not published:
        return None
    point, series = max(published, key=lambda pair: pair[0].on)
    return {"share": percent(100 * (point.value or 0)), "on": point.on, "title": series.title, "definition": series.definition,
            "source": point.source, "denominator": point.denominator}  # fmt: skip


def _agencies(view: View, standings: list[overview.Standing]) -> dict[str, list[dict[str, Any]]]:
    """Agencies that grew most since the count before, and those that stand still while their rows wait."""
    now = {one.code: one for one in queries.cells(view.snapshot, "agency", open_rows=view.open_rows) if is_place(one)}
    before: dict[str, Cell] = {}
    if view.before is not None:
        before = {one.code: one for one in queries.cells(view.before, "agency", open_rows=view.open_rows)}
    grown: dict[str, int] = {}
    for code, cell in now.items():
        earlier = before[code].numerator if code in before else 0
        if cell.numerator is not None and earlier is not None:
            grown[code] = cell.numerator - earlier
    best = sorted(grown, key=lambda code: (-grown[code], -(now[code].numerator or 0)))[:FEW]
    by_code = {str(one.agency.pk): one for one in standings}
    stuck = [
        (one, one.held + one.waiting + one.checked)
        for code, one in by_code.items()
        if one.held + one.waiting + one.checked and grown.get(code, 0) <= 0
    ]
    stuck.sort(key=lambda pair: (-pair[1], pair[0].agency.sort_key))
    return {
        "best": [
            {"name": words.name_of(now[code]), "shown": signed(grown[code]), "count": words.count_of(now[code])}
            for code in best
            if grown[code] > 0
        ],
        "stuck": [
            {"name": one.agency.short_name or one.agency.name, "waiting": number(count)} for one, count in stuck[:FEW]
        ],
    }


def _next_steps(
    request: ScopedRequest, now: SnapshotRow, regencies: list[Cell], standings: list[overview.Standing]
) -> list[dict[str, str]]:
    """At most three things that would move the figure most, from the data; each with its door where it is open."""
    steps = []
    lapsing = [one for one in warned.by_agency(kind="lapses_next") if one.workers]
    if lapsing:
        most, people = lapsing[0], sum(one.workers for one in lapsing)
        facts = {"people": number(people), "agency": most.agency, "count": number(most.workers)}
        steps.append({"label": _("Selamatkan yang segera berhenti: %(people)s pekerja") % facts,
                      "note": _("terbanyak di %(agency)s, %(count)s pekerja") % facts,
                      "url": _door(request, "warnings")})  # fmt: skip
    behind_pay = next((one.lost.get("arrears", 0) for one in queries.funnel(now) if one.kind == "paid_once"), 0)
    if behind_pay:
        facts = {"count": number(behind_pay)}
        steps.append({"label": _("Lunasi tunggakan: %(count)s pekerja menunggak") % facts,
                      "note": _("tidak dihitung terlindungi; bila dibiarkan, perlindungannya berhenti"),
                      "url": _door(request, "protection")})  # fmt: skip
    waiting = sorted(standings, key=lambda one: -(one.held + one.waiting + one.checked))
    stopped = sum(one.held + one.waiting + one.checked for one in standings)
    if stopped:
        first = waiting[0]
        facts = {"rows": number(stopped), "agency": first.agency.short_name or first.agency.name,
                 "count": number(first.held + first.waiting + first.checked)}  # fmt: skip
        steps.append({"label": _("Lanjutkan yang tertahan: %(rows)s baris belum sampai ke BPJS") % facts,
                      "note": _("terbanyak di %(agency)s, %(count)s baris") % facts,
                      "url": _door(request, "agencies")})  # fmt: skip
    behind = max((one for one in regencies if one.gap is not None), key=lambda one: one.gap or 0, default=None)
    if behind is not None and behind.gap:
        facts = {"name": words.name_of(behind), "gap": number(behind.gap), "share": words.share_of(behind)}
        query = query_of(menurut="kecamatan", dalam=behind.code)
        steps.append({"label": _("Kejar %(name)s: jarak terbesar") % facts,
                      "note": _("%(gap)s pekerja belum terlindungi lewat program ini; sekarang %(share)s") % facts,
                      "url": f"{reverse('coverage')}?{query}"})  # fmt: skip
    elif not any(one.suppressed for one in regencies) and (
        fewest := min(
            (one for one in regencies if one.numerator is not None), key=lambda one: one.numerator or 0, default=None
        )
    ):
        facts = {"name": words.name_of(fewest), "count": words.count_of(fewest)}
        steps.append({"label": _("Mulai di %(name)s: paling sedikit") % facts, "note": _("%(count)s pekerja terlindungi") % facts,
                      "url": f"{reverse('coverage')}?{query_of(menurut='kecamatan', dalam=fewest.code)}"})  # fmt: skip
    absent = [one for one in standings if not one.workers]
    if absent and len(steps) < FEW:
        said = ngettext(
            "Ajak %(count)s perangkat daerah yang belum ikut",
            "Ajak %(count)s perangkat daerah yang belum ikut",
            len(absent),
        )
        steps.append({"label": said % {"count": number(len(absent))},
                      "note": _("misalnya %(name)s") % {"name": absent[0].agency.short_name or absent[0].agency.name},
                      "url": _door(request, "agencies")})  # fmt: skip
    return [{**step, "state": "todo"} for step in steps[:FEW]]


def _door(request: ScopedRequest, name: str) -> str:
    from django.urls import resolve

    address = reverse(name)
    return address if may_open(request.actor, resolve(address).func) else ""


def _cost(month: Month) -> dict[str, Any] | None:
    """What the newest billed month costs, up to `month` if there is one, else the newest; None before any bill."""
    found = bills_of()
    last = found.filter(month__lte=month.first_day).order_by("-month").values_list("month", flat=True).first()
    last = last or found.order_by("month").values_list("month", flat=True).first()
    if last is None:
        return None
    sums = found.filter(month=last).order_by().aggregate(whole=Sum("total"), workers=Sum("line_count"))
    total, workers = sums["whole"] or 0, sums["workers"] or 0
    return {
        "month": month_in_words(Month.of(last)),
        "total": total,
        "workers": workers,
        "each": round(total / workers) if workers else None,
    }


def _slide_data(context: dict[str, Any]) -> dict[str, Any]:
    """The slide's facts as words, for the typesetter."""
    view: View = context["view"]
    cost, official, own = context["cost"], context["official"], context["points"]
    why = context["why"]
    return {
        "title": _("Perlindungan pekerja, %(month)s") % {"month": context["month"]},
        "on": _("Keadaan %(day)s") % {"day": day_in_words(view.snapshot.on)},
        "figures": [
            {"label": _("Terlindungi lewat program"), "number": number(view.snapshot.persons),
             "note": _of_denominator(own) or context["change"]["text"]},
            {"label": _("Pemerataan antarkabupaten (Gini)"), "number": context["gini"], "note": context["even_words"]},
            {"label": _("Perangkat daerah ikut"), "number": number(context["taking_part"]["taking_part"]),
             "note": _("dari %(all)s") % {"all": number(context["taking_part"]["agencies"])}},
            {"label": _("Biaya sebulan"), "number": rupiah(cost["total"]) if cost else "–",
             "note": _("tagihan %(month)s") % {"month": cost["month"]} if cost else ""},
        ],
        "why_title": why.title if why else "",
        "why": [{"name": row["name"], "shown": row["shown"]} for row in why.rows if not row.get("sum")] if why else [],
        "best": context["agencies"]["best"],
        "stuck": context["agencies"]["stuck"],
        "steps": [{"label": one["label"], "note": one["note"]} for one in context["steps"]],
        "official": _("Angka BPJS Ketenagakerjaan terakhir yang terbit: %(share)s pada %(day)s. Definisinya lain, maka tidak dijumlahkan.")
        % {"share": official["share"], "day": day_in_words(official["on"])} if official else "",
        "definition": context["definition"],
        "words": {"why": _("Mengapa berubah"), "best": _("Paling maju"), "stuck": _("Tersendat"), "next": _("Tiga langkah berikut"),
                  "none": _("tidak ada")},
    }  # fmt: skip


def _of_denominator(own: Point | None) -> str:
    if own is None or own.value is None:
        return ""
    return _("%(share)s dari penyebut resmi %(all)s") % {
        "share": percent(100 * own.value),
        "all": number(own.denominator),
    }
