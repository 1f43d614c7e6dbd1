"""The map of areas: their outlines where they were loaded, else equal squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sertakan.areas import queries as areas
from sertakan.coverage import queries
from sertakan.coverage.figures import Cell
from sertakan.rules.reasons import month_in_words
from sertakan.web import pictures
from sertakan.web.coverage_pictures import Picture, drawing
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.views.coverage import building, words
from sertakan.web.views.coverage.common import View, is_place, query_of
from sertakan.web.views.coverage.words import percent

PROVINCE = "17"


def area_map(view: View, by: str, within: str = "", *, cells: Sequence[Cell] | None = None) -> Picture | None:
    """The areas shaded by share (or by count): their outlines where they were loaded, else equal squares; None when neither is known."""
    found = list(
        cells if cells is not None else queries.cells(view.snapshot, by, within=within, open_rows=view.open_rows)
    )
    found = [cell for cell in found if is_place(cell)]
    shares = building.has_shares(found)
    values = {cell.code: building.value_of(cell, shares=shares) for cell in found}
    upper = drawing.rounded_up(max((value for value in values.values() if value is not None), default=0))
    shapes = queries.boundaries(by, within or next((cell.code[:2] for cell in found), PROVINCE))
    names = {cell.code: cell for cell in found}
    extra: dict[str, Any] = {"field": "share" if shares else "numerator", "upper": upper, "shares": shares}
    drawn: Mapping[str, Any]
    kind: Any = "map"
    closer = False
    if shapes is not None:
        shapes, closer = drawing.gathered(shapes)
        drawn = drawing.choropleth(shapes, values, upper=upper)
        for area in drawn["areas"]:
            cell = names.get(area["code"])
            area["text"] = _said(cell, shares=shares) if cell else _("Belum ada angka")
        extra["shapes"] = shapes
    elif by == "regency":
        kind, drawn = "tiles", pictures.tiles(_tiles(names, values, shares=shares), upper=upper)
    else:
        return None
    low = sorted((pair for pair in values.items() if pair[1] is not None), key=lambda pair: pair[1] or 0)
    facts = {"by": words.ACCORDING[by], "month": month_in_words(view.snapshot.month)}
    title = building.nothing_drawn(found)
    if low:
        high, none = words.name_of(names[low[-1][0]]), sum(1 for _code, value in low if value == 0)
        named = {"low": words.name_of(names[low[0][0]]), "high": high, "count": number(none)}
        title = _title(named, none=none, one=len(low) == 1, hidden=any(cell.suppressed for cell in found))
        if shares and len(low) > 1 and not building.stands_out([names[code] for code, _value in reversed(low)]):
            title = _("Tidak pasti mana yang tertinggi: selangnya bertumpang")
    return Picture(
        name="peta", kind=kind, title=title,
        about=(_("Bagian dari penyebut resmi yang terlindungi lewat program ini, %(by)s, %(month)s") if shares
               else _("Pekerja terlindungi lewat program ini, %(by)s, %(month)s")) % facts,
        source=building.foot(view, found) + (" " + _("Petak tidak menurut luas wilayah.") if kind == "tiles" else "")
        + (" " + _("Pulau yang jauh digambar lebih dekat daripada letaknya.") if closer else ""),
        columns=building.cell_columns(by), rows=tuple(building.cell_row(cell) for cell in found),
        drawn={**drawn, "low": percent(0, 0) if shares else "0",
               "high": percent(upper, 1 if upper < 10 else 0) if shares else number(int(upper))},
        extra=extra, query=query_of(menurut=words.SLUGS[by], dalam=within, pada=str(view.snapshot.month)),
    )  # fmt: skip


def _said(cell: Cell, *, shares: bool) -> str:
    return f"{words.name_of(cell)}: {words.share_of(cell) if shares else words.count_of(cell)}"


def _tiles(cells: Mapping[str, Cell], values: Mapping[str, float | None], *, shares: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": one.tile_label or one.name,
            "column": one.tile_column,
            "row": one.tile_row,
            "value": values.get(one.code),
            "shown": (percent(100 * cell.share, 1) if shares and cell.share is not None else words.count_of(cell))
            if (cell := cells.get(one.code)) is not None and values.get(one.code) is not None
            else "–",
        }
        for one in areas.tiles(PROVINCE)
    ]


def _title(named: Mapping[str, str], *, none: int, one: bool, hidden: bool) -> str:
    """Which area is highest and which lowest, claimed only as far as the shown numbers go: a hidden one may be higher or lower."""
    if hidden and none > 1:
        return _("Di antara yang terbuka, tertinggi %(high)s; %(count)s wilayah belum punya seorang pun") % named
    if hidden:
        return _("Di antara yang terbuka, tertinggi %(high)s") % named
    if none > 1:
        return _("Tertinggi %(high)s; %(count)s wilayah belum punya seorang pun") % named
    if one:
        return _("Tertinggi %(high)s") % named
    return _("Tertinggi %(high)s, terendah %(low)s") % named
