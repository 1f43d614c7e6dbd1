"""The leader's page: what to know before the meeting, on one screen, one sheet of paper or one slide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.core import typeset
from sertakan.coverage import queries
from sertakan.coverage.figures import CHANGES, Cell, Point, Series, Standing
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
HIDDEN = "•"
"""In a table of changes: not shown; the line under the table says why."""


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
    """Everything that the leader's page says. All of it was kept with the count: of one day, and nobody is counted for a page."""
    now = view.snapshot
    regencies = [one for one in queries.cells(now, "regency", open_rows=view.open_rows) if is_place(one)]
    even = queries.evenness(now, "regency", open_rows=view.open_rows)
    told = queries.series()
    whole = next((one for one in told if one.kind == "own"), None)
    own = next((one for one in reversed(whole.points) if one.on == now.on), None) if whole else None
    standings = queries.standings(now)
    return {
        "view": view,
        "now": now,
        "month": month_in_words(now.month),
        "change_names": [str(words.CHANGES[kind][0]) for kind in CHANGES],
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
        "taking_part": _taking_part(standings),
        "steps": _next_steps(request, view, regencies, standings),
        "cost": _cost(standings),
        "tables": _change_tables(view) if request.GET.get("rinci") else [],
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


def _taking_part(standings: Sequence[Standing]) -> dict[str, int] | None:
    """How many agencies there are, how many of them carry somebody, and how many donors; None where it was not kept."""
    there = [one for one in standings if one.in_force]
    if not there:
        return None
    return {
        "agencies": len(there),
        "taking_part": sum(1 for one in there if one.workers),
        "donors": sum(one.donors for one in there),
    }


def _agencies(view: View, standings: Sequence[Standing]) -> dict[str, Any]:
    """Agencies that grew most since the count before, and those that stand still while their rows wait."""
    now = {one.code: one for one in queries.cells(view.snapshot, "agency", open_rows=view.open_rows) if is_place(one)}
    before: dict[str, Cell] = {}
    if view.before is not None:
        before = {one.code: one for one in queries.cells(view.before, "agency", open_rows=view.open_rows)}
    grown: dict[str, int] = {}
    for code in {**before, **now}:
        here, there = (0 if side is None else side.numerator for side in (now.get(code), before.get(code)))
        if here is not None and there is not None:
            grown[code] = here - there
    best = sorted(
        (code for code in grown if grown[code] > 0), key=lambda code: (-grown[code], -(now[code].numerator or 0))
    )
    hidden = {cell.code for side in (now, before) for cell in side.values() if cell.suppressed}
    stuck = [
        one for one in standings
        if one.stopped and str(one.agency_id) not in hidden and grown.get(str(one.agency_id), 0) <= 0
    ]  # fmt: skip
    stuck.sort(key=lambda one: -one.stopped)
    return {
        "best": [
            {"name": words.name_of(now[code]), "shown": signed(grown[code]), "count": words.count_of(now[code])}
            for code in best[:FEW]
        ],
        "stuck": [{"name": one.name, "waiting": number(one.stopped)} for one in stuck[:FEW]],
        "none": _("Tidak ada yang bertambah, sejauh hitungannya boleh ditampilkan.")
        if hidden
        else _("Tidak ada yang bertambah."),
    }


def _next_steps(
    request: ScopedRequest, view: View, regencies: list[Cell], standings: Sequence[Standing]
) -> list[dict[str, str]]:
    """At most three things that would move the figure most, from the data; each with its door where it is open."""
    steps = []
    most = max(standings, key=lambda one: one.lapsing, default=None)
    if most is not None and most.lapsing:
        facts = {
            "people": number(sum(one.lapsing for one in standings)),
            "agency": most.name,
            "count": number(most.lapsing),
        }
        few = most.lapsing < view.snapshot.threshold and not view.open_rows
        note = _("terbanyak di %(agency)s") if few else _("terbanyak di %(agency)s, %(count)s pekerja")
        steps.append({"label": _("Selamatkan yang segera berhenti: %(people)s pekerja") % facts, "note": note % facts,
                      "url": _door(request, "warnings")})  # fmt: skip
    behind_pay = next(
        (one.lost.get("arrears", 0) for one in queries.funnel(view.snapshot) if one.kind == "paid_once"), 0
    )
    if behind_pay:
        facts = {"count": number(behind_pay)}
        steps.append({"label": _("Lunasi tunggakan: %(count)s pekerja menunggak") % facts,
                      "note": _("tidak dihitung terlindungi; bila dibiarkan, perlindungannya berhenti"),
                      "url": _door(request, "protection")})  # fmt: skip
    first = max(standings, key=lambda one: one.stopped, default=None)
    if first is not None and first.stopped:
        facts = {
            "rows": number(sum(one.stopped for one in standings)),
            "agency": first.name,
            "count": number(first.stopped),
        }
        steps.append({"label": _("Lanjutkan yang tertahan: %(rows)s baris belum sampai ke BPJS") % facts,
                      "note": _("terbanyak di %(agency)s, %(count)s baris") % facts,
                      "url": _door(request, "agencies")})  # fmt: skip
    nearest = _nearest(regencies)
    if nearest is not None:
        steps.append(nearest)
    absent = [one for one in standings if one.in_force and not one.workers]
    if absent and len(steps) < FEW:
        said = ngettext(
            "Ajak %(count)s perangkat daerah yang belum ikut",
            "Ajak %(count)s perangkat daerah yang belum ikut",
            len(absent),
        )
        steps.append({"label": said % {"count": number(len(absent))}, "note": _("misalnya %(name)s") % {"name": absent[0].name},
                      "url": _door(request, "agencies")})  # fmt: skip
    return [{**step, "state": "todo"} for step in steps[:FEW]]


def _nearest(regencies: list[Cell]) -> dict[str, str] | None:
    """The regency to work for: the one with the most people left, or the fewest protected where that is known of all."""
    behind = max((one for one in regencies if one.gap is not None), key=lambda one: one.gap or 0, default=None)
    if behind is not None and behind.gap:
        facts = {"name": words.name_of(behind), "gap": number(behind.gap), "share": words.share_of(behind)}
        query = query_of(menurut="kecamatan", dalam=behind.code)
        return {"label": _("Kejar %(name)s: jarak terbesar") % facts,
                "note": _("%(gap)s pekerja belum terlindungi lewat program ini; sekarang %(share)s") % facts,
                "url": f"{reverse('coverage')}?{query}"}  # fmt: skip
    known = [one for one in regencies if one.numerator is not None]
    if not known or any(one.suppressed for one in regencies):
        return None
    fewest = min(known, key=lambda one: one.numerator or 0)
    facts = {"name": words.name_of(fewest), "count": words.count_of(fewest)}
    return {"label": _("Mulai di %(name)s: paling sedikit") % facts, "note": _("%(count)s pekerja terlindungi") % facts,
            "url": f"{reverse('coverage')}?{query_of(menurut='kecamatan', dalam=fewest.code)}"}  # fmt: skip


def _change_tables(view: View) -> list[dict[str, Any]]:
    """Why each regency and each agency changed, row by row; nothing without a count before."""
    if view.before is None:
        return []
    tables = []
    for by, title in (
        ("regency", _("Perubahan tiap kabupaten/kota")),
        ("agency", _("Perubahan tiap perangkat daerah")),
    ):
        found = queries.changes_by(view.snapshot, view.before, by, open_rows=view.open_rows)
        rows = [
            {
                "name": one.name,
                "closed": all(count is None for count in one.counts.values()),
                "cells": [(str(words.CHANGES[kind][0]), _change_shown(one.counts[kind])) for kind in CHANGES],
                "sum": _change_shown(one.difference),
            }
            for one in found
        ]
        if rows:
            hidden = any(count is None for one in found for count in one.counts.values())
            tables.append({"title": title, "name": str(words.NAMES[by]), "rows": rows, "hidden": hidden})
    return tables


def _change_shown(count: int | None) -> str:
    return HIDDEN if count is None else signed(count) if count else "0"


def _door(request: ScopedRequest, name: str) -> str:
    from django.urls import resolve

    address = reverse(name)
    return address if may_open(request.actor, resolve(address).func) else ""


def _cost(standings: Sequence[Standing]) -> dict[str, Any] | None:
    """What the newest month that was billed by the day of the count costs; None before any bill."""
    month = next((one.billed_month for one in standings if one.billed_month is not None), None)
    if month is None:
        return None
    total, workers = sum(one.billed for one in standings), sum(one.billed_workers for one in standings)
    return {
        "month": month_in_words(month),
        "total": total,
        "workers": workers,
        "each": round(total / workers) if workers else None,
    }


def _slide_data(context: dict[str, Any]) -> dict[str, Any]:
    """The slide's facts as words, for the typesetter."""
    view: View = context["view"]
    cost, official, own = context["cost"], context["official"], context["points"]
    why, part = context["why"], context["taking_part"]
    return {
        "title": _("Perlindungan pekerja, %(month)s") % {"month": context["month"]},
        "on": _("Keadaan %(day)s") % {"day": day_in_words(view.snapshot.on)},
        "figures": [
            {"label": _("Terlindungi lewat program"), "number": number(view.snapshot.persons),
             "note": _of_denominator(own) or context["change"]["text"]},
            {"label": _("Pemerataan antarkabupaten (Gini)"), "number": context["gini"], "note": context["even_words"]},
            {"label": _("Perangkat daerah ikut"), "number": number(part["taking_part"]) if part else "–",
             "note": _("dari %(all)s") % {"all": number(part["agencies"])} if part else ""},
            {"label": _("Biaya sebulan"), "number": rupiah(cost["total"]) if cost else "–",
             "note": _("tagihan %(month)s") % {"month": cost["month"]} if cost else ""},
        ],
        "why_title": why.title if why else "",
        "why": [{"name": row["name"], "shown": row["shown"]} for row in why.rows if not row.get("sum")] if why else [],
        "best": context["agencies"]["best"],
        "best_none": context["agencies"]["none"],
        "stuck": [
            {"name": one["name"], "waiting": _("%(n)s baris menunggu") % {"n": one["waiting"]}}
            for one in context["agencies"]["stuck"]
        ],
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
    return _("%(share)s dari penyebut resmi %(all)s (%(day)s)") % {
        "share": percent(100 * own.value),
        "all": number(own.denominator),
        "day": day_in_words(own.denominator_on) if own.denominator_on else "",
    }
