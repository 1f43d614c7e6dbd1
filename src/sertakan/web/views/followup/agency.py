"""One agency: what is asked, what is done, what is next, by when, who helps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import clock
from sertakan.core.errors import NotFound
from sertakan.core.month import Month
from sertakan.followup import dues, fresh, policies, queries
from sertakan.followup.figures import DutyCell, DutyRow
from sertakan.followup.measures import MEASURES
from sertakan.programme import following
from sertakan.web.guards import roles_required
from sertakan.web.templatetags.sertakan_format import day as day_words
from sertakan.web.views.followup.shown import (
    LOOKS,
    READERS,
    as_of,
    day_of,
    definition,
    period_words,
    place_of,
    value_words,
)

MONTHS_SHOWN = 12


@roles_required(*READERS)
@require_GET
def duties_agency(request: ScopedRequest, agency_id: int) -> HttpResponse:
    """The path of one agency, as of a day."""
    if not (request.actor.sees_all or agency_id in request.actor.agency_ids):
        raise NotFound()
    return page(request, agencies.get_agency(agency_id))


def page(request: ScopedRequest, agency: Agency) -> HttpResponse:
    """See `duties_agency`; also the first page of the section for a PIC."""
    on = day_of(request)
    asked = queries.duties(on)
    now = on == clock.today()
    cells = following.cells_today(agency_id=agency.pk) if now else queries.states(on, agency_ids=[agency.pk])
    running = {duty.id: _running(cells, duty, on) for duty in asked}
    path = [(duty, running[duty.id]) for duty in asked if running[duty.id] is not None]
    titles = {duty.id: duty for duty in asked}
    late = [
        cell
        for cell in cells
        if cell.status == "overdue" and cell.duty_id in titles and running.get(cell.duty_id) != cell
    ]
    steps = _steps(path, agency.pk, may_act=now)
    following_step = next((step for step in steps if step["state"] == "current"), None)
    months = _months(fresh.by_month(cells), on)
    context: dict[str, Any] = {
        **as_of(request, on),
        "agency": agency,
        "own": request.actor.has("pic"),
        "several": request.actor.sees_all or len(request.actor.agency_ids) > 1,
        "steps": steps,
        "next": following_step,
        "done": sum(step["state"] == "done" for step in steps),
        "rows": [_row(duty, cell, agency.pk, request) for duty, cell in path],
        "late": [
            {
                "duty": titles[cell.duty_id],
                "period": period_words(cell.period, titles[cell.duty_id].period_kind),
                "cell": cell,
            }
            for cell in sorted(late, key=lambda one: one.due or on)
        ],
        "months": months,
        "declarations": queries.declarations_on(on, agency_id=agency.pk)[:10],
        "reminders": queries.reminders(agency_id=agency.pk, until=on).filter(state="sent")[:5],
        "circulars": {duty.circular_id for duty in asked},
    }
    return TemplateResponse(request, "followup/agency.html", context)


def _running(cells: list[DutyCell], duty: DutyRow, on: date) -> DutyCell | None:
    """The cell of the period in which the day lies."""
    period = dues.period_of(on, duty.period_kind)
    return next((cell for cell in cells if cell.duty_id == duty.id and cell.period == period), None)


def _steps(path: list[tuple[DutyRow, DutyCell | None]], agency_id: int, *, may_act: bool) -> list[dict[str, Any]]:
    """Each step ticks itself; the first that is not done is open."""
    steps: list[dict[str, Any]] = []
    found = False
    for duty, cell in path:
        if cell is None:
            continue
        done = cell.done or cell.status == "not_asked"
        state = "done" if done else "todo" if found else "current"
        found = found or not done
        where = place_of(duty, agency_id) if may_act else ""
        if not done and duty.declared and may_act:
            where = f"{reverse('duty', args=[duty.id])}?opd={agency_id}#nyatakan"
        if not done and duty.measure == "report_sent" and may_act:
            where = f"{reverse('duty', args=[duty.id])}?opd={agency_id}#laporan"
        steps.append(
            {"label": duty.title, "state": state, "url": where, "note": _note(duty, cell), "duty": duty, "cell": cell}
        )
    return steps


def _note(duty: DutyRow, cell: DutyCell) -> str:
    parts = []
    if cell.status == "not_asked":
        parts.append(_("tidak ada yang perlu dikerjakan sekarang"))
    elif cell.status == "declared":
        parts.append(_("dinyatakan, menunggu diperiksa koordinator"))
    elif cell.status == "verified":
        parts.append(_("dinyatakan dan sudah diperiksa"))
    elif cell.value is not None:
        parts.append(f"{value_words(cell)} {MEASURES[duty.measure].unit}")
    still = not cell.done and cell.status != "not_asked"
    if cell.due is not None and still:
        parts.append(_("paling lambat %(day)s") % {"day": day_words(cell.due)})
    if still and duty.helper:
        parts.append(_("dibantu %(who)s") % {"who": duty.helper})
    return " · ".join(parts)


def _row(duty: DutyRow, cell: DutyCell | None, agency_id: int, request: ScopedRequest) -> dict[str, Any]:
    assert cell is not None  # noqa: S101  the caller left out what is not asked
    return {
        "duty": duty,
        "look": LOOKS[cell.status],
        "cell": cell,
        "period": period_words(cell.period, duty.period_kind),
        "value": value_words(cell),
        "definition": definition(duty),
        "declare": duty.declared
        and not cell.done
        and cell.status != "declared"
        and policies.can_declare(request.actor, agency_id),
    }


def _months(found: list[Any], on: date) -> list[dict[str, Any]]:
    since = Month.of(on).previous(MONTHS_SHOWN - 1)
    return [
        {"month": one.month, "fulfilled": one.fulfilled, "asked": one.asked, "overdue": one.overdue}
        for one in sorted(found, key=lambda one: one.month, reverse=True)
        if one.month >= since
    ]
