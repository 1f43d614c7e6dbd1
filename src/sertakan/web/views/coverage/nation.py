"""The nation: the provinces whose extracts were counted together, beside each other. Read from the kept count only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.areas import queries as areas
from sertakan.coverage import queries
from sertakan.coverage.figures import Cell
from sertakan.coverage.queries.national import ELSEWHERE, Nation, evenness, nation, without_extract
from sertakan.rules.reasons import month_in_words
from sertakan.web import pictures
from sertakan.web.coverage_pictures import Picture, drawing
from sertakan.web.guards import roles_required
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.views.coverage import building, words
from sertakan.web.views.coverage.common import TOTALS, definition
from sertakan.web.views.coverage.words import percent

LISTED = 12
BY = {
    "nasional": "province",
    "nasional-sektor": "sector",
    "nasional-kelamin": "sex",
    "nasional-umur": "age",
    "nasional-dana": "funding",
}
"""Pictures by their name in an address, and what they show."""


@roles_required(*TOTALS)
@require_GET
def national(request: ScopedRequest) -> HttpResponseBase:
    """All provinces of the newest count of extracts: how far, how even, which have sent nothing."""
    found = nation()
    if found is None:
        return TemplateResponse(request, "coverage/national.html", {"found": None})
    even = evenness(found)
    ranking = queries.ranking(found.places)
    ranked = {cell.code: place for cell, place in zip(ranking.cells, ranking.ranks, strict=True)}
    silent = without_extract(
        found, dict(areas.in_force().filter(level="province").order_by("code").values_list("code", "name"))
    )
    people = [one.denominator for one in found.places]
    known = all(people) and not any(one.code == ELSEWHERE for one in found.by("province"))
    context = {
        "found": found,
        "month": month_in_words(found.month),
        "all_invented": found.invented == found.provinces,
        "real": found.provinces - found.invented,
        "share": percent(100 * found.persons / sum(one or 0 for one in people)) if known else None,
        "people": number(sum(one or 0 for one in people)) if known else None,
        "gini": words.decimals(even.gini, 3) if even else None,
        "theil": words.decimals(even.theil, 3) if even else None,
        "within": words.decimals(even.within, 3) if even else None,
        "between": words.decimals(even.between, 3) if even else None,
        "picture": _bars(found, "nasional"),
        "lorenz": _lorenz(found),
        "others": [one for name in BY if name != "nasional" and (one := _bars(found, name)) is not None],
        "rows": [_row(one, ranked.get(one.code)) for one in sorted(found.by("province"), key=_order)],
        "hidden": any(one.suppressed for several in found.cells.values() for one in several),
        "ranking": ranking if ranking.cells else None,
        "silent": silent[:LISTED],
        "silent_more": max(0, len(silent) - LISTED),
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/national.html", context)


def _order(cell: Cell) -> tuple[bool, float, int, str]:
    """The highest share first, then the highest count; what is not known last."""
    return (cell.share is None, -(cell.share or 0), -(cell.numerator or 0), cell.code)


def _row(cell: Cell, place: tuple[int, int] | None) -> dict[str, Any]:
    shown = "–" if place is None else number(place[0])
    if place is not None and place[0] != place[1]:
        shown = _("%(first)s sampai %(last)s") % {"first": number(place[0]), "last": number(place[1])}
    return {**building.cell_row(cell), "name": _name(cell), "place": shown}


def _name(cell: Cell) -> str:
    return _("Provinsi lain, atau tidak diketahui") if cell.code == ELSEWHERE else words.name_of(cell)


def national_picture(name: str) -> Picture | None:
    """A picture of the nation by its name in an address; None for another name or before a count."""
    found = nation()
    if found is None:
        return None
    return _lorenz(found) if name == "nasional-lorenz" else _bars(found, name)


def _foot(found: Nation, cells: Sequence[Cell] = ()) -> str:
    """Definition, day and source of a picture; the first word is whether it is invented."""
    facts = {"month": month_in_words(found.month), "source": found.source, "engine": found.engine}
    said = [_("Angka rekaan: orang-orangnya tidak ada.")] if found.invented else []
    said += [definition(), _("Keadaan %(month)s. Sumber: %(source)s, dihitung dengan %(engine)s.") % facts]
    if any(one.suppressed for one in cells):
        said.append(_("Hitungan yang sangat kecil disembunyikan supaya tidak ada orang yang dapat dikenali."))
    if any(one.estimated for one in cells):
        said.append(_("Kotak tipis: rentang yang mungkin menurut penyebutnya."))
    return " ".join(said)


def _bars(found: Nation, name: str) -> Picture | None:
    """Bars of one way to look; None for an unknown name, or where nothing was kept of it."""
    by = BY.get(name, "")
    cells = found.places if by == "province" else found.by(by)
    shares = bool(cells) and all(one.denominator for one in cells)
    drawn = [(one, value) for one in cells if (value := building.value_of(one, shares=shares)) is not None]
    if not drawn:
        return None
    drawn.sort(key=lambda pair: -pair[1])
    rows: list[dict[str, Any]] = [
        {"label": words.short(_name(one)), "value": value, "shown": percent(value, 1) if shares else number(int(value)), "here": at == 0,
         **({"low": 100 * (one.share_low or 0), "high": 100 * (one.share_high or 0)} if shares else {})}
        for at, (one, value) in enumerate(drawn)
    ]  # fmt: skip
    facts = {"by": words.ACCORDING[by], "month": month_in_words(found.month)}
    about = (
        _("Bagian dari penyebut yang terlindungi lewat program ini, %(by)s, %(month)s") if shares
        else _("Pekerja terlindungi lewat program ini, %(by)s, %(month)s")
    ) % facts  # fmt: skip
    return Picture(
        name=name, kind="bars", title=_title(found, drawn, shares=shares), about=about, source=_foot(found, cells),
        columns=building.cell_columns(by),
        rows=tuple({**building.cell_row(one), "name": _name(one)} for one in sorted(cells, key=_order)),
        drawn={"bars": pictures.bars(rows)}, extra={"field": "share" if shares else "numerator", "shares": shares},
    )  # fmt: skip


def _title(found: Nation, drawn: Sequence[tuple[Cell, float]], *, shares: bool) -> str:
    facts = {"name": words.short(_name(drawn[0][0])), "count": number(drawn[0][0].numerator)}
    if shares and not building.stands_out([one for one, _value in drawn]):
        return _("Tidak pasti mana yang tertinggi: selangnya bertumpang")
    if found.invented:
        return (
            _("Angka rekaan: paling tinggi %(name)s") if shares else _("Angka rekaan: paling banyak %(name)s")
        ) % facts
    return (_("Paling tinggi: %(name)s") if shares else _("Paling banyak: %(name)s, %(count)s pekerja")) % facts


def _lorenz(found: Nation) -> Picture | None:
    """How unevenly cover lies over provinces; None where not all have a denominator."""
    even = evenness(found)
    if even is None:
        return None
    half = next((y for x, y in even.lorenz if x >= 0.5), 1.0)
    facts = {"share": percent(100 * half, 0), "by": words.ACCORDING["province"]}
    title = _("Separuh pekerja di provinsi yang tertinggal memiliki %(share)s dari yang terlindungi") % facts
    if found.invented:
        title = (
            _("Angka rekaan: separuh pekerja di provinsi yang tertinggal memiliki %(share)s dari yang terlindungi")
            % facts
        )
    return Picture(
        name="nasional-lorenz", kind="lorenz", title=title, about=_("Kurva Lorenz %(by)s; garis putus: sama rata") % facts,
        source=_foot(found, found.places), columns=building.lorenz_columns(weighted=True),
        rows=building.lorenz_rows(even.lorenz), drawn=drawing.lorenz(even.lorenz),
    )  # fmt: skip
