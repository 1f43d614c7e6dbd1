"""Who loses cover soon: lists by kind, ready messages, and what came of earlier warnings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.notices import policies as notice_policies
from sertakan.notices import queries as notices
from sertakan.notices.quiet import is_quiet, next_open
from sertakan.notices.settings import quiet_hours
from sertakan.programme.guard import PREFIX, listing
from sertakan.protection.queries import warned
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import XLSX, attachment
from sertakan.web.warning_words import WORDS

READERS = ("pic", "coordinator", "operator", "auditor")
SENDERS = ("pic", "coordinator", "operator")
MONTHS_BACK = 6
MOST_ROWS = 50_000


@roles_required(*READERS)
@require_GET
def warnings(request: ScopedRequest) -> HttpResponse:
    """Open warnings: how many of each kind, and the rows of one kind."""
    choices, agency = _choice(request)
    several = len(choices) > 1
    counted = warned.counts(agency_id=agency.pk if agency else None)
    wanted = request.GET.get("jenis", "")
    found = next((one for one in counted if one.kind == wanted), counted[0] if counted else None)
    kind = wanted if wanted in WORDS else found.kind if found else ""
    rows = warned.open_warnings(kind=kind, agency_id=agency.pk if agency else None)
    page = page_of(request, rows)
    by_agency = warned.by_agency(kind=kind) if several and agency is None and kind else []
    context: dict[str, Any] = {
        "tabs": [
            {
                "label": WORDS[one.kind].label,
                "url": _address(one.kind, agency),
                "current": one.kind == kind,
                "count": one.workers,
            }
            for one in counted
        ],
        "found": found if found and found.kind == kind else None,
        "kind": kind,
        "words": WORDS.get(kind),
        "lapsing": next((one for one in counted if one.kind == "lapses_next"), None),
        "page": page,
        "count": page.paginator.count,
        "by_agency": by_agency[:10],
        "several": several,
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "query": urlencode({"jenis": kind, **({"opd": agency.pk} if agency else {})}),
        "messages_waiting": notices.to_send(agency_id=agency.pk if agency else None, prefix=PREFIX).count(),
        "may_send": request.actor.has(*SENDERS),
    }
    return TemplateResponse(request, "warnings/warnings.html", context)


def _choice(request: ScopedRequest) -> tuple[list[Agency], Agency | None]:
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    return choices, next((entry for entry in choices if str(entry.pk) == request.GET.get("opd")), None)


def _address(kind: str, agency: Agency | None) -> str:
    return f"{reverse('warnings')}?{urlencode({'jenis': kind, **({'opd': agency.pk} if agency else {})})}"


@roles_required(*READERS)
@require_GET
def warnings_file(request: ScopedRequest) -> HttpResponse:
    """The open warnings as a workbook, or as CSV."""
    _choices, agency = _choice(request)
    kind = request.GET.get("jenis", "")
    kind = kind if kind in WORDS else ""
    found = warned.open_warnings(kind=kind, agency_id=agency.pk if agency else None)[:MOST_ROWS]
    cells = listing.rows(found, {name: str(words.label) for name, words in WORDS.items()})
    today = clock.today()
    name = f"peringatan-{kind or 'semua'}-{today.isoformat()}"
    if request.GET.get("bentuk") == "csv":
        return attachment(listing.lines(cells), f"{name}.csv", "text/csv; charset=utf-8")
    title = f"Peringatan per {today:%d-%m-%Y}" + (f" · {agency.name}" if agency else "")
    return attachment(listing.workbook(cells, title=title), f"{name}.xlsx", XLSX)


@roles_required(*SENDERS)
@require_GET
def warning_messages(request: ScopedRequest) -> HttpResponse:
    """WhatsApp messages that wait for a clerk: each with its text and one button."""
    choices, agency = _choice(request)
    found = notices.to_send(agency_id=agency.pk if agency else None, prefix=PREFIX)
    page = page_of(request, found, size=20)
    now, hours = clock.now(), quiet_hours()
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": [
            {"notice": one, "text": notices.whatsapp_text(one), "known": bool(one.address_sealed)} for one in page
        ],
        "quiet_until": next_open(now, hours) if is_quiet(now, hours) else None,
        "several": len(choices) > 1,
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
        "may_open": all(notice_policies.may_open(one) for one in page),
    }
    return TemplateResponse(request, "warnings/messages.html", context)


@roles_required(*READERS)
@require_GET
def warnings_afterwards(request: ScopedRequest) -> HttpResponse:
    """What came of the warnings of the last months, and the messages that were sent with their outcome."""
    choices, agency = _choice(request)
    since = Month.of(clock.today()).previous(MONTHS_BACK)
    found = warned.afterwards(since=since, agency_id=agency.pk if agency else None)
    page = page_of(request, notices.told(prefix=PREFIX, agency_id=agency.pk if agency else None))
    totals = {name: sum(getattr(one, name) for one in found) for name in ("workers", "told", "paid", "lapsed")}
    context = {
        "rows": [{"entry": one, "label": WORDS[one.kind].label} for one in found if one.kind in WORDS],
        "totals": totals,
        "since": since,
        "page": page,
        "count": page.paginator.count,
        "several": len(choices) > 1,
        "agency": agency,
        "agency_options": [("", _("Semua perangkat daerah")), *((entry.pk, entry.name) for entry in choices)],
    }
    return TemplateResponse(request, "warnings/afterwards.html", context)
