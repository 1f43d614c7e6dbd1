"""All agencies and duties as one picture, a fair ranking, the history, and declarations that wait for somebody to look."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core.money import format_number
from sertakan.core.month import Month
from sertakan.followup import queries
from sertakan.followup.figures import AgencyShare, DutyCell, DutyRow, MonthShare
from sertakan.programme import following
from sertakan.web.guards import roles_required
from sertakan.web.views.followup import agency as one_agency
from sertakan.web.views.followup.shown import LOOKS, READERS, as_of, day_of

MONTHS_SHOWN = 24


@roles_required(*READERS)
@require_GET
def duties(request: ScopedRequest) -> HttpResponse:
    """The picture of the province; for the PIC of one agency its own path."""
    on = day_of(request)
    if not request.actor.sees_all:
        own = list(agencies.visible_to(request.actor, on=on))
        if len(own) == 1:
            return one_agency.page(request, own[0])
    by_people = request.GET.get("urut") == "pegawai"
    asked = queries.duties(on)
    cells = queries.states(on, duty_ids=[duty.id for duty in asked], since=on)
    shares, monthly = queries.overview(on)
    named = Agency.objects.in_bulk({cell.agency_id for cell in cells})
    shown = queries.participation(on) if by_people else shares
    order = [share.agency_id for share in shown if share.agency_id in named]
    order += sorted(set(named) - set(order), key=lambda key: named[key].sort_key)
    late = sum(cell.status == "overdue" for cell in cells)
    every = sum(one.overdue for one in monthly) + sum(cell.status == "overdue" for cell in cells if cell.period is None)
    context: dict[str, Any] = {
        **as_of(request, on),
        "duties": [{"number": at, "duty": duty} for at, duty in enumerate(asked, start=1)],
        "rows": _rows(order, named, asked, cells),
        "legend": LOOKS.values(),
        "ranking": [_place(share, named) for share in shown if share.agency_id in named],
        "by_people": by_people,
        "months": _months(monthly, on),
        "finding": _finding(shares, late, every - late),
        "late": late,
        "waiting": list(queries.declarations(waiting=True)[:20]),
        "may_manage": request.actor.has("coordinator"),
        "agencies": len(named),
    }
    return TemplateResponse(request, "followup/duties.html", context)


@roles_required("coordinator")
@require_POST
def duties_count(request: ScopedRequest) -> HttpResponse:
    """Count everything again now instead of tomorrow morning."""
    changed = following.follow()
    text = ngettext("Dihitung lagi: %s keadaan berubah.", "Dihitung lagi: %s keadaan berubah.", changed)
    messages.success(request, text % format_number(changed))
    return redirect("duties")


def _rows(
    order: list[int], named: dict[int, Agency], asked: list[DutyRow], cells: list[DutyCell]
) -> list[dict[str, Any]]:
    found = {(cell.agency_id, cell.duty_id): cell.status for cell in cells}
    drawn = {
        key: format_html(
            '<td class="{}" title="{}"><span aria-hidden="true">{}</span><span class="vh">{}</span></td>',
            look.tone, look.label, look.mark, look.label,
        )
        for key, look in LOOKS.items()
    }  # fmt: skip
    return [
        {
            "agency": named[key],
            "cells": SafeString("".join(drawn[found.get((key, duty.id), "not_asked")] for duty in asked)),
        }
        for key in order
    ]


def _place(share: AgencyShare, named: dict[int, Agency]) -> dict[str, Any]:
    return {
        "agency": named[share.agency_id],
        "share": share,
        "percent": None if share.share is None else 100 * share.share,
        "low": 100 * share.low,
        "high": 100 * share.high,
        "x": f"{100 * share.low:.1f}",
        "width": f"{max(100 * (share.high - share.low), 1):.1f}",
        "dot": None if share.share is None else f"{100 * share.share:.1f}",
    }


def _months(monthly: list[MonthShare], on: date) -> list[dict[str, Any]]:
    sums: dict[Month, list[int]] = {}
    for one in monthly:
        total = sums.setdefault(one.month, [0, 0, 0])
        for at, value in enumerate((one.fulfilled, one.asked, one.overdue)):
            total[at] += value
    since = Month.of(on).previous(MONTHS_SHOWN - 1)
    return [
        {
            "month": month, "fulfilled": done, "asked": asked, "overdue": late,
            "percent": 100 * done / asked if asked else None,
            "pada": min(month.last_day, on).isoformat(),
        }
        for month, (done, asked, late) in sorted(sums.items(), reverse=True)
        if month >= since
    ]  # fmt: skip


def _finding(shares: list[AgencyShare], late: int, before: int) -> str:
    """The title of the picture: what it shows, in words. `late`: overdue in the running period, `before`: in periods that are over."""
    done, asked = sum(share.fulfilled for share in shares), sum(share.asked for share in shares)
    if not asked:
        return _("Belum ada kewajiban yang masanya berakhir")
    said = {
        "done": format_number(done),
        "asked": format_number(asked),
        "late": format_number(late),
        "before": format_number(before),
    }
    if before:
        return (
            _(
                "%(done)s dari %(asked)s kewajiban terpenuhi; lewat batas waktu: %(late)s pada masa ini, %(before)s dari masa sebelumnya"
            )
            % said
        )
    if not late:
        return _("%(done)s dari %(asked)s kewajiban terpenuhi, tidak ada yang lewat batas waktu") % said
    return _("%(done)s dari %(asked)s kewajiban terpenuhi, %(late)s kini lewat batas waktu") % said
