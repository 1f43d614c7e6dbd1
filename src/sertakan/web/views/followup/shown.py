"""How the follow-up is said and drawn: words and marks of a status, periods, days, addresses of the pages where a duty is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.dateformat import format as written
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.followup import queries
from sertakan.followup.figures import DutyCell, DutyRow
from sertakan.followup.measures import MEASURES

READERS = ("pic", "coordinator", "leader", "auditor", "operator")


@dataclass(frozen=True, slots=True)
class Look:
    """How a status is shown: `code` of the state, `mark` in the heat table, `tone`."""

    code: str
    mark: str
    tone: str
    label: str | Promise


LOOKS: dict[str, Look] = {
    "fulfilled": Look("done", "✓", "good", gettext_lazy("Terpenuhi, dihitung dari data")),
    "verified": Look("done", "✓✓", "good", gettext_lazy("Dinyatakan dan sudah diperiksa")),
    "declared": Look("step_waiting", "?", "quiet", gettext_lazy("Dinyatakan, belum diperiksa")),
    "due": Look("told_unpaid", "»", "warm", gettext_lazy("Segera jatuh tempo")),
    "overdue": Look("overdue", "!", "danger", gettext_lazy("Lewat jatuh tempo")),
    "open": Look("step_open", "·", "quiet", gettext_lazy("Belum")),
    "not_asked": Look("line_ignored", "–", "quiet", gettext_lazy("Tidak diminta")),
}


def day_of(request: HttpRequest) -> date:
    """The day that the page is about: ``?pada=YYYY-MM-DD``, or today. Raises DayTooFar."""
    try:
        on = date.fromisoformat(request.GET.get("pada", ""))
    except ValueError:
        return clock.today()
    queries.check_not_too_far(on)
    return on


def as_of(request: HttpRequest, on: date) -> dict[str, object]:
    """What every page says about its day; `past`: another one than today, `ahead`: still to come; `query` carries it to the next page."""
    today = clock.today()
    past = on != today
    return {"on": on, "past": past, "ahead": on > today, "query": f"?pada={on.isoformat()}" if past else ""}


def whole(text: str) -> int | None:
    """A key or a number of a form; None where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def period_words(period: Month | None, kind: str) -> str:
    """``November 2026``, ``triwulan 4 2026``, ``2026``, ``sekali``."""
    if period is None:
        return _("sekali")
    if kind == "quarter":
        return _("triwulan %(number)s %(year)s") % {"number": (period.month + 2) // 3, "year": period.year}
    return str(period.year) if kind == "year" else written(period.first_day, "F Y")


def period_of_text(text: str) -> Month | None:
    """A period as forms send it; empty: once."""
    return Month.parse(text) if text else None


def place_of(duty: DutyRow, agency_id: int) -> str:
    """The address of the page on which a duty is done; empty where there is none."""
    if not duty.page:
        return ""
    for arguments in ([], [agency_id]):
        try:
            return reverse(duty.page, args=arguments)
        except NoReverseMatch:
            continue
    return ""


def value_words(cell: DutyCell) -> str:
    """``12 dari 30``, ``12``, or a dash."""
    from sertakan.core.money import format_number

    if cell.value is None:
        return "–"
    if cell.of is None:
        return format_number(cell.value)
    return _("%(value)s dari %(of)s") % {"value": format_number(cell.value), "of": format_number(cell.of)}


def definition(duty: DutyRow) -> str | Promise:
    """What is counted, in one sentence."""
    if duty.declared:
        return _("Dinyatakan oleh perangkat daerah dengan bukti, lalu diperiksa orang lain.")
    return MEASURES[duty.measure].definition
