"""The first page: what is to be done next, by role."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.claims import queries as claims
from sertakan.claims.policies import can_handle
from sertakan.core import clock
from sertakan.core.money import format_number
from sertakan.core.scope import Actor
from sertakan.intake import queries as intake
from sertakan.linkage.policies import can_decide
from sertakan.programme import overview
from sertakan.programme.linking import desk
from sertakan.protection.queries import warned
from sertakan.web.guards import roles_required
from sertakan.web.views import own
from sertakan.web.views.pairs import READERS
from sertakan.web.views.warnings import READERS as WARNED


@roles_required()
@require_GET
def home(request: ScopedRequest) -> HttpResponse:
    """Figures with a door each, and the path of the main job."""
    if request.actor.has("donor") and not request.actor.has("pic", "coordinator", "operator"):
        return own.donor_home(request)
    shown = list(agencies.visible_to(request.actor, on=clock.today()))
    found = overview.standings(shown)
    totals = overview.total(found)
    context: dict[str, Any] = {
        "totals": totals,
        "standings": sorted(found, key=lambda entry: (-entry.workers, entry.agency.sort_key))[:10],
        "several": len(shown) > 1,
        "agency": shown[0] if len(shown) == 1 else None,
        "steps": _steps(totals),
        "undecided": _undecided(request.actor),
        "late_claims": claims.overdue_count() if can_handle(request.actor) and not request.actor.has("operator") else 0,
        "lapsing": _lapsing(request.actor),
        "may_upload": request.actor.has("pic", "coordinator", "operator"),
        "recent": intake.files()[:5],
        "now": clock.now(),
    }
    return TemplateResponse(request, "home/home.html", context)


def _lapsing(actor: Actor) -> warned.KindCount | None:
    """Workers who lose their cover within days; None where there are none, or the list is closed to who asks."""
    if not actor.has(*WARNED):
        return None
    found = warned.counts()
    return found[0] if found and found[0].kind == "lapses_next" else None


def _undecided(actor: Actor) -> int | None:
    """Pairs that wait for who asks, or for somebody where they only read; None where the queue is closed."""
    if not actor.has(*READERS):
        return None
    found = desk.standing(actor)
    return found.mine if can_decide(actor) else found.total


def _steps(totals: dict[str, int]) -> list[dict[str, str]]:
    """The path of an agency; each step ticks itself from the data."""
    began, held, checked = totals["files"] > 0, totals["held"], totals["checked"]
    path = [
        (_("Unggah daftar pekerja"), began, "upload", ""),
        (_("Perbaiki baris yang ditahan"), began and not held, "files",
         ngettext("%s baris", "%s baris", held) % format_number(held) if held else ""),
        (_("Kirim ke BPJS"), totals["sent"] + totals["members"] > 0 and not checked, "batches",
         ngettext("%s pekerja belum dikirim", "%s pekerja belum dikirim", checked) % format_number(checked) if checked else ""),
        (_("Bayar tagihan"), False, "bills", ""),
    ]  # fmt: skip
    steps: list[dict[str, str]] = []
    open_found = False
    for label, done, name, note in path:
        state = "done" if done else "todo" if open_found else "current"
        open_found = open_found or not done
        steps.append({"label": label, "state": state, "url": reverse(name), "note": note})
    return steps
