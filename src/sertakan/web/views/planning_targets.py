"""Pages of targets and of the forecast: what is wanted by which document, and how many will be protected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.areas import queries as areas
from sertakan.core import language
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.core.month import Month
from sertakan.planning import policies, queries, reading, services
from sertakan.planning.errors import ForecastNotMade
from sertakan.planning.facts import FEWEST_MONTHS
from sertakan.planning.policies import READERS, WRITERS
from sertakan.planning.words import percent
from sertakan.protection import queries as protection
from sertakan.rules.reasons import month_in_words
from sertakan.web import plan_pictures
from sertakan.web.guards import roles_required

CONFIDENCES = {
    "confirmed": gettext_lazy("dua sumber atau lebih"),
    "law_text": gettext_lazy("naskah hukumnya dibaca"),
    "one_source": gettext_lazy("satu sumber"),
    "derived": gettext_lazy("dihitung"),
    "open": gettext_lazy("belum pasti"),
}


@roles_required(*READERS)
@require_http_methods(["GET", "POST"])
def targets(request: ScopedRequest) -> HttpResponse:
    """Targets by area and year with their source; entering one keeps what was said before."""
    values = {
        name: request.POST.get(name, "").replace("\0", "").strip()
        for name in ("area", "year", "document", "share", "source", "confidence")
    }
    fault = ""
    if request.method == "POST":
        try:
            _enter(values)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            fault = str(refusal)
        else:
            messages.success(request, _("Target disimpan. Yang berlaku sebelumnya tetap ada sebagai riwayat."))
            return redirect("targets")
    places = {area.code: area.name for area in areas.in_force().filter(level__in=["province", "regency"])}
    context = {
        "held": [_held(one, places) for one in queries.targets()],
        "values": values,
        "fault": fault,
        "areas": [("", _("Indonesia")), *sorted(_near(places).items())],
        "confidences": list(CONFIDENCES.items()),
        "may_plan": policies.can_plan(request.actor),
    }
    return TemplateResponse(request, "planning/targets.html", context, status=422 if fault else 200)


def _near(places: dict[str, str]) -> dict[str, str]:
    """The provinces, and the regencies of the one that is served."""
    from sertakan.coverage.queries.home import home

    code = home()
    return {key: name for key, name in places.items() if len(key) == 2 or key.startswith(f"{code}.")}


def _enter(values: dict[str, str]) -> None:
    from sertakan.planning.errors import TargetYearWrong

    if not (values["year"].isascii() and values["year"].isdigit() and len(values["year"]) == 4):
        raise TargetYearWrong(text=values["year"][:20])
    services.set_target(
        area=values["area"],
        year=int(values["year"]),
        document=values["document"],
        share=reading.read_percent(values["share"]) if values["share"] else None,
        source=values["source"],
        confidence=values["confidence"] if values["confidence"] in CONFIDENCES else "one_source",
    )


def _held(one: queries.Held, places: dict[str, str]) -> dict[str, Any]:
    row = one.target
    return {
        "row": row,
        "area": places.get(row.area, row.area) if row.area else _("Indonesia"),
        "value": _value(row),
        "confidence": CONFIDENCES.get(row.confidence, row.confidence),
        "before": [{"row": old, "value": _("dicabut") if old.withdrawn else _value(old)} for old in one.before],
    }


def _value(row: Any) -> str:
    return percent(float(row.share)) if row.share is not None else format_number(row.persons or 0)


@roles_required(*WRITERS)
@require_POST
def target_withdraw(request: ScopedRequest, target_id: int) -> HttpResponse:
    """End a target; its history stays."""
    services.withdraw_target(target_id)
    messages.success(request, _("Target dicabut. Riwayatnya tetap ada dalam jejak."))
    return redirect("targets")


@roles_required(*READERS)
@require_GET
def forecast(request: ScopedRequest) -> HttpResponse:
    """How many will be protected in the next months, and how good such forecasts were."""
    context: dict[str, Any] = {"found": None, "may_plan": policies.can_plan(request.actor)}
    try:
        found = queries.last_forecast()
    except ForecastNotMade as refusal:
        context["why"] = _too_short() or str(refusal)
    else:
        context |= _forecast(found)
    return TemplateResponse(request, "planning/forecast.html", context)


def _too_short() -> str:
    """Why there is no forecast yet, where months are still too few; empty otherwise."""
    known, least = len(protection.kept_months()), FEWEST_MONTHS
    if known >= least:
        return ""
    return _(
        "Perkiraan memerlukan riwayat sedikitnya %(least)s bulan; yang tersimpan baru %(known)s. Ia dihitung sendiri setiap malam "
        "sesudah itu."
    ) % {"least": least, "known": known}


def _forecast(found: Any) -> dict[str, Any]:
    result = found.result
    rows, last = result["months"], result["months"][-1]
    facts = {
        "people": format_number(last["expected"]), "low": format_number(last["low"]), "high": format_number(last["high"]),
        "month": month_in_words(Month.parse(last["month"])), "now": format_number(result["now"]),
    }  # fmt: skip
    return {
        "found": found,
        "result": result,
        "month": Month.of(found.month),
        "title": _(
            "Dari %(now)s pekerja yang terlindungi sekarang, sekitar %(people)s masih terlindungi pada %(month)s"
        )
        % facts,
        "about": _("Tanpa pekerja baru; antara %(low)s dan %(high)s (selang 90 %%)") % facts,
        "picture": plan_pictures.months(rows, "expected", low="low", high="high", beside="with_new"),
        "rows": [{**one, "words": month_in_words(Month.parse(one["month"]))} for one in rows],
        "backtest": result["backtest"],
        "widened": _widened(result["backtest"].get("widened", 1.0)),
        "covered": percent(result["backtest"]["share"]) if result["backtest"]["tried"] else "",
    }


def _widened(by: float) -> str:
    """By how much intervals were made wider than computed; empty for not at all."""
    return f"{by:.1f}".replace(".", "." if language.reader() == "en" else ",") if by > 1.05 else ""


@roles_required(*WRITERS)
@require_POST
def forecast_run(request: HttpRequest) -> HttpResponse:
    """Queue a new forecast."""
    services.ask_forecast()
    messages.success(request, _("Perkiraan sedang dihitung di latar belakang. Muat ulang halaman ini sebentar lagi."))
    return redirect("forecast")
