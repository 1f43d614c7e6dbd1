"""Protection: the states of a month, the persons behind a count, what a family would receive, and how long cover lasts."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import clock
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.people import queries as people
from sertakan.protection import Cover, Entitlement, cover, entitlement, queries
from sertakan.protection.clock import Clock
from sertakan.protection.entitlement import cost_of_months
from sertakan.protection.errors import BenefitsUnknown, CoverBeforeLaw, CoverTooFar
from sertakan.protection.explaining import as_json
from sertakan.protection.facts import STATES
from sertakan.protection.queries.history import LOWEST_DASAR, Base, Held
from sertakan.protection.queries.retention import FEWEST_WATCHED, SMALLEST_GROUP, By, RetentionGroup
from sertakan.protection.survival import Curve
from sertakan.rules import load_rules
from sertakan.rules.reasons import day_in_words, funding_in_words, month_in_words, sector_in_words
from sertakan.web.guards import page_of, roles_required
from sertakan.web.states import state_of as shown_state
from sertakan.web.templatetags.sertakan_format import percent

READERS = ("pic", "donor", "coordinator", "bpjs", "leader", "auditor", "operator")
NAMED = ("pic", "donor", "coordinator", "bpjs", "auditor", "operator")
"""Who may see persons; leaders see totals only."""
FEWEST_COMPARED = 10
"""Agencies with fewer members than this are not compared in the picture: one person would make the difference."""

EVENTS = {
    "jkm_death": gettext_lazy("Meninggal bukan karena kerja"),
    "jkk_death": gettext_lazy("Meninggal karena kerja"),
    "jkk_total_disability": gettext_lazy("Cacat total tetap karena kerja"),
}
PARTS = {
    "death_sum": gettext_lazy("santunan kematian"),
    "periodic_lump_sum": gettext_lazy("santunan berkala, dibayar sekaligus"),
    "funeral": gettext_lazy("biaya pemakaman"),
    "death": gettext_lazy("santunan kematian"),
    "total_disability": gettext_lazy("santunan cacat"),
}
LEVELS = {
    "tk": gettext_lazy("TK"),
    "sd": gettext_lazy("SD"),
    "smp": gettext_lazy("SMP"),
    "sma": gettext_lazy("SMA"),
    "higher": gettext_lazy("Kuliah atau pelatihan"),
}


# A month


@roles_required(*READERS)
@require_GET
def protection(request: ScopedRequest) -> HttpResponse:
    """A month: how many are protected, where most are not, and since when this is true."""
    kept = queries.kept_months()
    month = _month(request.GET.get("bulan", "")) or queries.last_month()
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    context: dict[str, Any] = {
        "month": month,
        "month_options": [(str(entry), month_in_words(entry)) for entry in kept],
        "agency": agency,
        "agency_options": [(entry.pk, entry.name) for entry in choices],
        "several": len(choices) > 1,
        "active": bool(request.GET.get("bulan") or agency),
        "found": None,
    }
    if month is not None and month in kept:
        found = queries.summary(month, agency)
        may_name = request.actor.has(*NAMED)
        context |= {
            "found": found,
            "running": found.made.on < month.last_day,
            "states": [_state_row(found, state, may_name, agency) for state in STATES if found.total.states[state]],
            "bars": _agency_bars(found),
            "may_name": may_name,
            "query": _query(month, agency),
        }
    return TemplateResponse(request, "protection/protection.html", context)


def _query(month: Month, agency: Any, **more: str) -> str:
    wanted = {"bulan": str(month), "opd": str(agency.pk) if agency else "", **more}
    return urlencode({name: value for name, value in wanted.items() if value})


def _state_row(found: queries.MonthSummary, state: str, may_name: bool, agency: Any) -> dict[str, Any]:  # noqa: FBT001
    people, change = found.total.states[state], found.total.change(state)
    query = _query(found.month, agency, keadaan=state)
    return {
        "code": state,
        "label": str(shown_state(state).label),
        "value": people,
        "shown": format_number(people),
        "change": change,
        "here": state == "active",
        "url": f"{reverse('protection_rows')}?{query}" if may_name else "",
    }


def _agency_bars(found: queries.MonthSummary) -> dict[str, Any] | None:
    """The share of active members by agency, the lowest first; a finding as title. None for a single agency."""
    known = [one for one in found.agencies if one.name and one.people >= FEWEST_COMPARED]
    if len(known) < 2:
        return None
    worst = known[0]
    facts = {"name": worst.short_name, "share": percent(worst.share, 0), "month": month_in_words(found.month)}
    rows = [
        {
            "label": one.short_name,
            "value": one.share,
            "shown": _("%(share)s dari %(people)s")
            % {"share": percent(one.share, 0), "people": format_number(one.people)},
            "here": one is worst,
        }
        for one in known[:15]
    ]
    return {
        "title": _("Paling sedikit yang aktif: %(name)s, %(share)s") % facts,
        "about": _("Bagian peserta bernomor yang aktif pada %(month)s, perangkat daerah yang paling rendah di atas")
        % facts,
        "rows": rows,
    }


@roles_required(*NAMED)
@require_GET
def protection_rows(request: ScopedRequest) -> HttpResponseBase:
    """The persons behind a count of a month, in pages of fifty."""
    month = _month(request.GET.get("bulan", "")) or queries.last_month()
    if month is None:
        return protection(request)
    made = queries.made(month)
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    agency = next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)
    state = request.GET.get("keadaan", "")
    state = state if state in STATES else ""
    lapsed = request.GET.get("gugur") == "1"
    waiting = request.GET.get("menunggu") == "1"
    found = queries.rows_of(month, state=state, agency=agency, lapsed=lapsed)
    if waiting:
        found = found.filter(waiting=True)
    page = page_of(request, found)
    context = {
        "month": month,
        "made": made,
        "page": page,
        "count": page.paginator.count,
        "state": state,
        "state_options": [("", _("Semua keadaan")), *((name, shown_state(name).label) for name in STATES)],
        "month_options": [(str(entry), month_in_words(entry)) for entry in queries.kept_months()],
        "agency": agency,
        "agency_options": [(entry.pk, entry.name) for entry in choices],
        "several": len(choices) > 1,
        "lapsed": lapsed,
        "waiting": waiting,
    }
    return TemplateResponse(request, "protection/rows.html", context)


# One person


@roles_required(*NAMED)
@require_GET
def cover_page(request: ScopedRequest, person_id: int) -> HttpResponse:
    """What the family of a person would receive on a day, and what an unpaid month takes away."""
    person = people.get_person(person_id)
    if person.pk != person_id:
        return redirect("cover", person.pk)
    today = clock.today()
    on = _day(request.GET.get("pada", "")) or today
    held = queries.held_by(person.pk)
    try:
        found = cover(held.history, on)
        base = held.base or Base(LOWEST_DASAR, ("jkk", "jkm"), "", "")
        due = entitlement(found, dasar=base.dasar, programmes=base.programmes)
    except (CoverBeforeLaw, CoverTooFar, BenefitsUnknown) as refusal:
        messages.error(request, str(refusal))
        if on == today:
            return redirect("person", person.pk)
        return redirect("cover", person.pk)
    short = queries.today_of(held, found)
    explained = as_json(
        held.history,
        on,
        dasar=base.dasar,
        programmes=base.programmes,
        sector=base.sector or None,
        funding=base.funding or None,
    )
    context = {
        "person": person,
        "on": on,
        "is_today": on == today,
        "is_future": on > today,
        "cover": found,
        "short": short,
        "held": due.held,
        "base": held.base,
        "programmes": " + ".join(name.upper() for name in base.programmes),
        "sentence": _sentence(found, short),
        "events": _events(due),
        "settle": _to_settle(found, base),
        "again": explained["if_paid_again"],
        "loss": _loss(found, due, explained, base),
        "scholarship": due.scholarship,
        "levels": [{"name": LEVELS[one.level], "entry": one} for one in due.scholarship.levels]
        if due.scholarship
        else [],
        "inability": due.inability,
        "reasons": explained["reasons"],
        "months": _paid_months(held, found),
        "waiting_months": [month_in_words(month) for month in held.waiting],
    }
    return TemplateResponse(request, "protection/cover.html", context)


def _sentence(found: Cover, short: queries.Today) -> str:
    """The state in people's words."""
    if found.state == "not_yet":
        return _("Belum terlindungi: nomor peserta BPJS belum terbit. Terdaftar belum berarti terlindungi.")
    if found.state == "inactive":
        facts = {"day": day_in_words(found.lapsed_on) if found.lapsed_on else ""}
        return (
            _("Perlindungan berhenti pada %(day)s karena iuran tidak dibayar. Keluarga tidak menerima apa-apa.") % facts
        )
    facts = {"since": day_in_words(found.protected_since) if found.protected_since else ""}
    if found.arrears:
        facts |= {"months": ", ".join(month_in_words(month) for month in found.arrears)}
        return _("Masih terlindungi sejak %(since)s, tetapi iuran %(months)s belum dibayar.") % facts
    if short.paid_until is None:
        return _("Terlindungi sejak %(since)s.") % facts
    return _("Terlindungi sejak %(since)s. Iuran lunas sampai %(until)s.") % {
        **facts, "until": month_in_words(short.paid_until),
    }  # fmt: skip


def _events(due: Entitlement) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": EVENTS[code],
            "now": benefit.now,
            "after": benefit.after_settling,
            "parts": [{"name": PARTS[part.code], "entry": part} for part in benefit.parts],
            "sources": list(dict.fromkeys(part.source for part in benefit.parts)),
        }
        for code, benefit in due.benefits.items()
    ]


def _cost(months: list[Month], base: Base) -> int | None:
    if not (months and base.sector and base.funding):
        return None
    return cost_of_months(
        months, dasar=base.dasar, programmes=base.programmes, sector=base.sector, funding=base.funding
    )


def _to_settle(found: Cover, base: Base) -> dict[str, Any] | None:
    """What stands open, in words and rupiah; None when nothing does."""
    if not found.to_settle:
        return None
    words = ", ".join(month_in_words(month) for month in found.to_settle)
    return {"months": words, "amount": _cost(list(found.to_settle), base)}


def _loss(found: Cover, due: Entitlement, explained: dict[str, Any], base: Base) -> dict[str, Any] | None:
    """What happens when the next month is not paid, in people's words; None without cover."""
    ahead = found.next_unpaid
    if ahead is None:
        return None
    then = explained["if_unpaid_next"]
    months = [*found.to_settle, ahead.month]
    after = {
        "month": month_in_words(ahead.month),
        "day": day_in_words(ahead.pay_by),
        "from": day_in_words(ahead.state_from),
        "cost": format_rupiah(cost) if (cost := _cost(months, base)) is not None else "",
        "count": len(months),
    }
    lines = []
    for code, benefit in due.benefits.items():
        left = then["entitlement"][code]["now"]
        if left < benefit.now:
            facts = {"event": EVENTS[code], "left": format_rupiah(left), "now": format_rupiah(benefit.now)}
            lines.append(_("%(event)s: keluarga menerima %(left)s, bukan %(now)s.") % facts)
    gone = ahead.state == "inactive"
    if gone:
        what = _("Bila %(month)s tidak dibayar sampai %(day)s, perlindungan berhenti mulai %(from)s.") % after
        lines = [_lost(due)]
        lines.append(_("Hitungan bulan mulai lagi dari nol: tiga bulan untuk JKM penuh, tiga tahun untuk beasiswa."))
    else:
        what = _("Bila %(month)s tidak dibayar sampai %(day)s, mulai %(from)s kepesertaan menunggak.") % after
        if lines:
            lines.append(_("Sisanya baru dibayarkan setelah tunggakan dilunasi."))
        facts = {"day": day_in_words(_lapses_on(found, ahead.month)), "lost": _lost(due)}
        lines.append(_("Bila tetap tidak dibayar, perlindungan berhenti mulai %(day)s. %(lost)s") % facts)
    pay = ""
    if after["cost"]:
        pay = ngettext(
            "Yang perlu dibayar: %(cost)s untuk %(count)s bulan.", "Yang perlu dibayar: %(cost)s untuk %(count)s bulan.", len(months)
        ) % after  # fmt: skip
    return {"what": what, "lines": lines, "pay": pay, "gone": gone}


def _lost(due: Entitlement) -> str:
    """What a family loses with the cover, in one sentence."""
    listed = [
        _("%(amount)s bila %(event)s")
        % {"amount": format_rupiah(benefit.after_settling), "event": str(EVENTS[code]).lower()}
        for code, benefit in due.benefits.items()
    ]
    return _("Yang hilang: %(listed)s.") % {"listed": "; ".join(listed)}


def _lapses_on(found: Cover, ahead: Month) -> date:
    """The first day without cover when nothing more is paid; `ahead` is the next unpaid month."""
    law = Clock(load_rules())
    runs_on = found.arrears and ahead - found.arrears[-1] == 1
    return law.lapse((found.arrears[0] if runs_on else ahead).next(law.limit))


def _paid_months(held: Held, found: Cover) -> list[dict[str, Any]]:
    """The last two years, the newest first: paid with its day, waiting, open, or not due."""
    now = max([Month.of(found.on), *held.history.paid])
    rows = []
    first = min([Month.of(found.number_issued_on)] if found.number_issued_on else [now])
    for step in range(min(24, now - first + 1)):
        month = now.previous(step)
        paid_on = held.history.paid.get(month)
        if month in held.history.paid:
            code = "paid" if paid_on is None or paid_on <= found.on else "later"
        elif month in held.waiting:
            code = "unconfirmed"
        elif month in found.to_settle:
            code = "overdue"
        else:
            code = "due" if found.next_unpaid and month >= found.next_unpaid.month else "unpaid"
        rows.append({"month": month, "code": code, "paid_on": paid_on})
    return rows


# How long cover lasts

_BY: dict[str, Any] = {
    "agency": ("opd", gettext_lazy("Perangkat daerah")),
    "funding": ("dana", gettext_lazy("Sumber dana")),
    "sector": ("sektor", gettext_lazy("Sektor")),
}


@roles_required(*READERS)
@require_GET
def retention(request: ScopedRequest) -> HttpResponse:
    """Months from the number to the first lapse: everybody, and groups beside everybody."""
    chosen = next((by for by, (word, _label) in _BY.items() if word == request.GET.get("menurut")), "funding")
    groups = queries.retention("all")
    everybody = groups[0] if groups else None
    compared = queries.retention(chosen) if everybody and everybody.curve else []  # type: ignore[arg-type]
    month = queries.last_month()
    context = {
        "everybody": _picture(everybody.curve, None, _("Semua peserta")) if everybody and everybody.curve else None,
        "people": everybody.people if everybody else 0,
        "groups": [
            _picture(one.curve, everybody, _group_name(one, chosen))
            for one in compared
            if one.curve and one.curve.steps[-1].months
        ],
        "young": [_group_name(one, chosen) for one in compared if one.curve and not one.curve.steps[-1].months],
        "hidden": [_group_name(one, chosen) for one in compared if one.curve is None],
        "tabs": [
            {"url": f"?menurut={word}", "label": label, "current": by == chosen, "count": None}
            for by, (word, label) in _BY.items()
        ],
        "made": queries.made(month) if month else None,
        "smallest": SMALLEST_GROUP,
        "fewest": FEWEST_WATCHED,
    }
    return TemplateResponse(request, "protection/retention.html", context)


def _group_name(group: RetentionGroup, by: By | str) -> str:
    if by == "agency":
        return group.name or _("Tanpa perangkat daerah")
    if not group.key:
        return _("Tidak diketahui")
    return funding_in_words(group.key) if by == "funding" else sector_in_words(group.key)


def _picture(curve: Curve, beside: RetentionGroup | None, name: str) -> dict[str, Any]:
    """A curve with its finding, its interval and the table behind it; `beside` is drawn thin for comparison."""
    last = curve.steps[-1]
    shown = curve.at(12) or last
    facts = {
        "name": name[:1].upper() + name[1:], "share": format_number(round(100 * shown.share)), "months": shown.months,
        "people": format_number(curve.people), "low": format_number(round(100 * shown.low)),
        "high": format_number(round(100 * shown.high)),
    }  # fmt: skip
    return {
        "title": _("%(name)s: %(share)s %% masih terlindungi setelah %(months)s bulan") % facts,
        "about": _("%(people)s orang; antara %(low)s dan %(high)s %% (selang kepercayaan 95 %%)") % facts,
        "name": facts["name"],
        "people": curve.people,
        "steps": [
            {
                "months": step.months, "watched": step.watched, "lapsed": step.lapsed, "share": 100 * step.share,
                "low": 100 * step.low, "high": 100 * step.high,
            }
            for step in curve.steps
        ],
        "beside": [{"months": step.months, "share": 100 * step.share} for step in beside.curve.steps]
        if beside and beside.curve
        else [],
    }  # fmt: skip


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
