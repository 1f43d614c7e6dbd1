"""The leaflet for families: what to do, by when, which papers, who inherits, who helps. In plain words, one or two pages to print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import translation

from sertakan.claims import catalogue, queries
from sertakan.claims.models import Case
from sertakan.core import clock, typeset
from sertakan.core.clock import WIB
from sertakan.rules import load_rules
from sertakan.rules.reasons import day_in_words

_TEMPLATE = Path(__file__).resolve().parent / "templates_typst" / "leaflet.typ"
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
TITLES = {
    "accident": "Kecelakaan saat bekerja: apa yang harus dilakukan",
    "disease": "Sakit karena pekerjaan: apa yang harus dilakukan",
    "disability": "Cacat karena pekerjaan: apa yang harus dilakukan",
    "death": "Pekerja meninggal: apa yang harus dilakukan",
    "death_by_accident": "Meninggal karena bekerja: apa yang harus dilakukan",
}


def leaflet_pdf(kind: str, case: Case | None = None) -> bytes:
    """The leaflet of a kind; with a case also its days and the papers that are ready. Always Indonesian. KeyError: no such kind."""
    with translation.override("id"):
        return typeset.pdf(_TEMPLATE, _facts(kind, case))


def _facts(kind: str, case: Case | None) -> dict[str, Any]:
    programmes = queries.programmes_of(case) if case else None
    ready = set(case.ticks.values_list("code", flat=True)) if case else set()
    now, law = clock.now(), load_rules()
    return {
        "title": TITLES[kind],
        "worker": (case.person.merged_into or case.person).name if case else "",
        "event": day_in_words(case.event_on) if case else "",
        "lead": [one.label for one in catalogue.advice(kind) if one.lead],
        "advice": [one.label for one in catalogue.advice(kind) if not one.lead],
        "days": _days(case) if case else [],
        "papers": [
            {"label": paper.label, "note": paper.note, "ready": paper.code in ready}
            for paper in catalogue.papers(kind, programmes=programmes)
        ],
        "heirs": [heir.label for heir in catalogue.heirs()] if kind.startswith("death") else [],
        "help": [{"who": one.role, "name": one.name} for one in queries.helpers(case.agency if case else None)],
        "number": f"Kasus {case.pk}" if case else "Lembar keluarga",
        "made": f"{day_in_words(now.date())} pukul {now:%H.%M} WIB",
        "rules_version": law.version,
    }


def _days(case: Case) -> list[dict[str, str]]:
    """What the family has to do by when, and by when BPJS has to answer; what is done says so."""
    told = []
    for one in queries.standings(case):
        due, done = one.step.due_at, one.step.done_at
        if done is not None:
            by = f"sudah, {day_in_words(done.astimezone(WIB).date())}"
        elif due is None:
            continue
        else:
            local = due.astimezone(WIB)
            hour = f" pukul {local:%H.%M}" if one.step.exact else ""
            by = f"{_WEEKDAYS[local.weekday()]}, {day_in_words(local.date())}{hour}"
        told.append({"label": one.planned.kind.label, "by": by, "source": one.planned.source})
    return told
