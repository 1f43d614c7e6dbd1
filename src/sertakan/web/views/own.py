"""The page of a donor who signs in: own workers, what is due, what the money did."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.core import clock
from sertakan.core.money import format_rupiah
from sertakan.programme import donor_home as homes
from sertakan.rules.reasons import month_in_words
from sertakan.web.guards import roles_required
from sertakan.web.views.downloads import PDF, XLSX, attachment

_KINDS = {"pdf": PDF, "xlsx": XLSX}


def donor_home(request: ScopedRequest) -> HttpResponse:
    """The first page of a donor; without a link it says whom to ask."""
    asked = request.GET.get("tahun", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else clock.today().year
    found = homes.home_of(request.actor.user_id or 0, year=year)
    context = {
        "home": found,
        "year": year,
        "today": clock.today(),
        "bars": [
            {"label": month_in_words(entry.month), "value": entry.confirmed, "shown": format_rupiah(entry.confirmed)}
            for entry in found.statement.months
        ]
        if found
        else [],
        "years": [
            {"url": f"?tahun={one}", "label": str(one), "current": one == year, "count": None} for one in found.years
        ]
        if found
        else [],
        "title": found.name if found else _("Beranda"),
    }
    return TemplateResponse(request, "home/donor.html", context)


@roles_required("donor")
@require_GET
def donor_year_paper(request: ScopedRequest, year: int, kind: str) -> HttpResponse:
    """The donor's own year as a letter or a workbook."""
    if kind not in _KINDS or not 2015 <= year <= 2100:
        raise Http404
    paper = homes.year_paper(request.actor.user_id or 0, year, kind)
    if paper is None:
        raise Http404
    return attachment(paper, f"iuran-saya-{year}.{kind}", _KINDS[kind])
