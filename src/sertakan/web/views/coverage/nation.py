"""The nation: 38 provinces beside each other. The figures are invented, and every part of the page says so."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.areas import queries as areas
from sertakan.coverage import evenness as measures
from sertakan.coverage import queries
from sertakan.coverage.figures import Cell
from sertakan.web import pictures
from sertakan.web.coverage_pictures import Picture, drawing
from sertakan.web.guards import roles_required
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.views.coverage import building, words
from sertakan.web.views.coverage.common import TOTALS
from sertakan.web.views.coverage.words import percent

LEAST, MOST = 350_000, 9_500_000


@roles_required(*TOTALS)
@require_GET
def national(request: ScopedRequest) -> HttpResponseBase:
    """All provinces, with invented figures: how the page looks when every province keeps its count here."""
    cells = invented()
    if not cells:
        return TemplateResponse(request, "coverage/empty.html", {"title": _("Seluruh provinsi"), "areas": True})
    parts = [measures.Part(one.denominator or 0, one.numerator or 0, _island(one.code)) for one in cells]
    whole, within, between = measures.theil(parts)
    people, covered = sum(one.denominator or 0 for one in cells), sum(one.numerator or 0 for one in cells)
    ranking = queries.ranking(cells)
    context = {
        "count": len(cells),
        "share": percent(100 * covered / people),
        "covered": number(covered),
        "people": number(people),
        "gini": words.decimals(measures.gini(parts), 3),
        "theil": words.decimals(whole, 3),
        "between": words.decimals(between, 3),
        "within": words.decimals(within, 3),
        "picture": national_picture("nasional"),
        "lorenz": national_picture("nasional-lorenz"),
        "rows": [
            {"place": place if place[0] != place[1] else (place[0],), **building.cell_row(one)}
            for one, place in zip(ranking.cells, ranking.ranks, strict=True)
        ],
        "ranking": ranking,
    }
    return TemplateResponse(request, "coverage/national.html", context)


def invented() -> list[Cell]:
    """A count for every province, always the same, made from its code alone: it says nothing about the province."""
    found = areas.in_force().filter(level="province").order_by("code").values_list("code", "name")
    return [_cell(code, name) for code, name in found]


def _cell(code: str, name: str) -> Cell:
    dice = hashlib.sha256(f"rekaan {code}".encode()).digest()
    people = LEAST + int.from_bytes(dice[:4], "big") % (MOST - LEAST)
    share = 0.12 + 0.5 * (dice[4] / 255) ** 1.5
    doubt = 0.01 + 0.03 * dice[5] / 255
    low, high = round(people * (1 - doubt)), round(people * (1 + doubt))
    covered = round(people * share)
    return Cell(code, name, covered, people, low, high, covered / people, covered / high, covered / low, estimated=True)


def _island(code: str) -> str:
    """The group of islands that the first digit of a code stands for."""
    return code[:1]


def national_picture(name: str) -> Picture | None:
    """The bars (``nasional``) or the Lorenz curve (``nasional-lorenz``) of the nation; None for another name or without areas."""
    cells = sorted(invented(), key=lambda one: -(one.share or 0))
    if not cells or name not in ("nasional", "nasional-lorenz"):
        return None
    source = _("Sumber: angka rekaan, dibuat dari kode provinsi saja. Tidak mengatakan apa-apa tentang provinsi itu.")
    if name == "nasional":
        rows: list[dict[str, Any]] = [
            {"label": one.name, "value": 100 * (one.share or 0), "shown": percent(100 * (one.share or 0), 1), "here": at == 0,
             "low": 100 * (one.share_low or 0), "high": 100 * (one.share_high or 0)}
            for at, one in enumerate(cells)
        ]  # fmt: skip
        return Picture(
            name=name, kind="bars", title=_("Angka rekaan: %(name)s paling tinggi") % {"name": cells[0].name},
            about=_("Bagian pekerja yang terlindungi menurut provinsi, dengan rentang taksiran penyebut"), source=source,
            columns=building.cell_columns("province"), rows=tuple(building.cell_row(one) for one in cells),
            drawn={"bars": pictures.bars(rows)}, extra={"field": "share", "shares": True},
        )  # fmt: skip
    curve = measures.lorenz([measures.Part(one.denominator or 0, one.numerator or 0) for one in cells])
    half = next((y for x, y in curve if x >= 0.5), 1.0)
    shares = words.NAMES["province"]
    return Picture(
        name=name, kind="lorenz",
        title=_("Angka rekaan: separuh penduduk bekerja yang tertinggal memiliki %(share)s dari yang terlindungi")
        % {"share": percent(100 * half, 0)},
        about=_("Kurva Lorenz menurut %(by)s; garis putus: sama rata") % {"by": str(shares).lower()}, source=source,
        columns=building.lorenz_columns(weighted=True), rows=building.lorenz_rows(curve), drawn=drawing.lorenz(curve),
    )  # fmt: skip
