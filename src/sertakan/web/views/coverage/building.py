"""The pictures of coverage, each made from the kept count: the finding in words, the rows, the geometry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sertakan.coverage import queries
from sertakan.coverage.figures import AREAS, Cell, Evenness
from sertakan.rules.reasons import month_in_words
from sertakan.web import pictures
from sertakan.web.coverage_pictures import Column, Picture, drawing
from sertakan.web.templatetags.sertakan_format import number, signed
from sertakan.web.views.coverage import words
from sertakan.web.views.coverage.common import View, is_place, query_of
from sertakan.web.views.coverage.words import percent

MOST_BARS = 15
MOST_CORNERS = 21


def cell_columns(by: str) -> tuple[Column, ...]:
    """Columns of a table of cells, for pages and for files."""
    return (
        Column("name", str(words.NAMES[by])),
        Column("numerator", _("Terlindungi"), number=True),
        Column("denominator", _("Penyebut"), number=True),
        Column("share", _("Bagian"), number=True),
    )


def cell_row(cell: Cell) -> dict[str, Any]:
    """A cell as plain values for files, and in words for pages."""
    return {
        "code": cell.code,
        "name": words.name_of(cell),
        "numerator": None if cell.suppressed else cell.numerator,
        "numerator_shown": words.count_of(cell),
        "denominator": cell.denominator,
        "denominator_shown": words.people_of(cell),
        "denominator_low": cell.low,
        "denominator_high": cell.high,
        "share": None if cell.suppressed else cell.share,
        "share_shown": words.share_of(cell),
        "share_low": None if cell.suppressed else cell.share_low,
        "share_high": None if cell.suppressed else cell.share_high,
        "estimated": cell.estimated,
        "suppressed": cell.suppressed,
        "gap": None if cell.suppressed else cell.gap,
    }


def rows_address(view: View, by: str, within: str, cell: Cell, *, may_rows: bool) -> str:
    """Where the people behind a cell are listed; empty for who may not, and where there are none to list."""
    if not may_rows or cell.suppressed or not cell.numerator:
        return ""
    query = query_of(
        menurut=words.SLUGS[by], kode=cell.code or words.UNKNOWN_SLUG, dalam="" if by in AREAS else within,
        pada=str(view.snapshot.month),
    )  # fmt: skip
    return f"{reverse('coverage_rows')}?{query}"


def has_shares(cells: Sequence[Cell]) -> bool:
    """Whether enough cells have a denominator to compare shares rather than counts."""
    known = [cell for cell in cells if cell.share is not None]
    return len(known) >= max(1, len([cell for cell in cells if not cell.suppressed]) // 2)


def value_of(cell: Cell, *, shares: bool) -> float | None:
    """What a picture draws of a cell: its share in per cent, or its count; None where neither is open."""
    if cell.suppressed:
        return None
    if shares:
        return None if cell.share is None else 100 * cell.share
    return None if cell.numerator is None else float(cell.numerator)


def level(
    view: View,
    by: str,
    within: str = "",
    *,
    cells: Sequence[Cell] | None = None,
    whole: bool = False,
    name: str = "tingkat",
) -> Picture:
    """How far, along one way to look: the highest first, with the doubt of the denominator. `whole`: with the rows of all cells."""
    found = list(
        cells if cells is not None else queries.cells(view.snapshot, by, within=within, open_rows=view.open_rows)
    )
    shares = has_shares(found)
    drawn = [(cell, value) for cell in found if (value := value_of(cell, shares=shares)) is not None and is_place(cell)]
    drawn.sort(key=lambda pair: -pair[1])
    rows = [
        {
            "label": words.short(words.name_of(cell)),
            "value": value,
            "shown": percent(value) if shares else number(int(value)),
            "here": at == 0,
            **(
                {"low": 100 * cell.share_low, "high": 100 * cell.share_high}
                if shares and cell.estimated and cell.share_low is not None and cell.share_high is not None
                else {}
            ),
        }
        for at, (cell, value) in enumerate(drawn[:MOST_BARS])
    ]
    facts = {"by": words.ACCORDING[by], "month": month_in_words(view.snapshot.month)}
    about = _("Pekerja terlindungi lewat program ini, %(by)s, %(month)s") % facts
    if shares:
        about = _("Bagian dari penyebut resmi yang terlindungi lewat program ini, %(by)s, %(month)s") % facts
    return Picture(
        name=name, kind="bars", title=_first_title(drawn, [one for one in found if is_place(one)], shares=shares),
        about=about, source=foot(view, found),
        columns=cell_columns(by), rows=tuple(cell_row(cell) for cell in (found if whole else [cell for cell, _value in drawn[:MOST_BARS]])),
        drawn={"bars": pictures.bars(rows)},
        extra={"field": "share" if shares else "numerator", "shares": shares},
        query=query_of(menurut=words.SLUGS[by], dalam=within, pada=str(view.snapshot.month)),
    )  # fmt: skip


def _first_title(drawn: Sequence[tuple[Cell, float]], found: Sequence[Cell], *, shares: bool) -> str:
    """What stands first, claimed only as far as the shown numbers go: a hidden one may be higher."""
    if not drawn:
        return nothing_drawn(found)
    first, value = drawn[0]
    facts = {"name": words.short(words.name_of(first)), "value": percent(value) if shares else number(int(value))}
    if len(drawn) == 1 and len(found) == 1:
        return _("%(name)s: %(value)s") % facts
    if shares and not stands_out([cell for cell, _value in drawn]):
        return _("Tidak pasti mana yang tertinggi: selangnya bertumpang")
    if any(cell.suppressed for cell in found):
        return (
            _("Di antara yang terbuka, paling tinggi: %(name)s, %(value)s") if shares
            else _("Di antara yang terbuka, paling banyak: %(name)s, %(value)s pekerja")
        ) % facts  # fmt: skip
    if shares:
        return _("Paling tinggi: %(name)s, %(value)s") % facts
    return _("Paling banyak: %(name)s, %(value)s pekerja") % facts


def nothing_drawn(found: Sequence[Cell]) -> str:
    """Why a picture is empty."""
    if found and all(cell.suppressed for cell in found):
        return _("Semua angkanya disembunyikan: hitungannya terlalu kecil")
    return _("Belum ada angka yang dapat digambar")


def stands_out(cells: Sequence[Cell]) -> bool:
    """Whether the first cell is truly above the others, whatever their denominators are within their bounds."""
    low = cells[0].share if cells[0].share_low is None else cells[0].share_low
    others = [one.share if one.share_high is None else one.share_high for one in cells[1:]]
    return low is not None and all(other is not None and other < low for other in others)


def foot(view: View, cells: Sequence[Cell]) -> str:
    """Definition and day, and what is hidden or estimated in the picture."""
    said = [view.foot]
    if any(cell.suppressed for cell in cells):
        said.append(_("Hitungan yang sangat kecil disembunyikan supaya tidak ada orang yang dapat dikenali."))
    if any(cell.estimated for cell in cells):
        said.append(_("Tanda ± dan kotak tipis: penyebutnya taksiran, dengan rentang yang mungkin."))
    return " ".join(said)


# Evenness


def lorenz(view: View, found: Evenness, by: str, *, whole: bool = False) -> Picture:
    """How unevenly cover lies over areas. `whole`: rows of all corners, not of some."""
    half = next((y for x, y in found.lorenz if x >= 0.5), 1.0)
    facts = {"by": words.ACCORDING[by], "month": month_in_words(view.snapshot.month), "share": percent(100 * half, 0)}
    title = (
        _("Separuh penduduk bekerja di wilayah yang tertinggal memiliki %(share)s dari yang terlindungi")
        if found.weighted
        else _("Separuh wilayah yang tertinggal memiliki %(share)s dari yang terlindungi")
    ) % facts
    return Picture(
        name="lorenz", kind="lorenz", title=title,
        about=_("Kurva Lorenz %(by)s, %(month)s; garis putus: sama rata") % facts,
        source=view.foot + " " + (
            _("Wilayah diurutkan dari bagian terlindungi yang paling kecil dan berbobot menurut penyebutnya.")
            if found.weighted else
            _("Penyebut belum diketahui, maka setiap wilayah berbobot sama dan yang dibandingkan banyaknya orang.")
        ),
        columns=lorenz_columns(weighted=found.weighted), rows=lorenz_rows(found.lorenz if whole else _some(found.lorenz)),
        drawn=drawing.lorenz(found.lorenz), query=query_of(menurut=words.SLUGS[by], pada=str(view.snapshot.month)),
    )  # fmt: skip


def _some(curve: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """At most some twenty corners of a curve, the first and the last among them."""
    if len(curve) <= MOST_CORNERS:
        return curve
    step = (len(curve) - 1) / (MOST_CORNERS - 1)
    return [curve[round(step * at)] for at in range(MOST_CORNERS)]


def lorenz_columns(*, weighted: bool) -> tuple[Column, ...]:
    """Columns of the table behind a Lorenz curve."""
    return (
        Column("people", _("Bagian penyebut") if weighted else _("Bagian wilayah"), number=True),
        Column("covered", _("Bagian yang terlindungi"), number=True),
    )


def lorenz_rows(curve: Sequence[tuple[float, float]]) -> tuple[dict[str, Any], ...]:
    """The corners of a Lorenz curve as shares and as words."""
    return tuple(
        {"people": x, "people_shown": percent(100 * x, 1), "covered": y, "covered_shown": percent(100 * y, 1)}
        for x, y in curve
    )


# The way from a promise to cover


def funnel(view: View) -> Picture | None:
    """How many came how far, and where the others were lost; None before there is a count."""
    steps = queries.funnel(view.snapshot)
    if not steps or not steps[0].count:
        return None
    rows = [
        {
            "kind": step.kind,
            "name": str(words.STEPS[step.kind]),
            "count": step.count,
            "count_shown": number(step.count),
            "lost": sum(step.lost.values()),
            "lost_shown": "; ".join(
                f"{number(count)} {words.lost_word(code)}" for code, count in sorted(step.lost.items(), key=lambda one: -one[1])
            )
            or "–",
        }
        for step in steps
    ]  # fmt: skip
    facts = {"first": number(steps[0].count), "last": number(steps[-1].count)}
    return Picture(
        name="corong", kind="funnel",
        title=_("Dari %(first)s yang disanggupi, %(last)s terlindungi") % facts,
        about=_("Pekerja menurut langkah terjauh, sampai %(month)s") % {"month": month_in_words(view.snapshot.month)},
        source=view.foot,
        columns=(Column("name", _("Langkah")), Column("count", _("Pekerja"), number=True), Column("lost", _("Tidak lanjut"))),
        rows=tuple(rows), drawn={"steps": drawing.funnel(rows)}, query=query_of(pada=str(view.snapshot.month)),
    )  # fmt: skip


def why_changed(view: View) -> Picture | None:
    """What made the count differ from the one before, as a fall from one to the other; None without one before."""
    if view.before is None:
        return None
    changes = [one for one in queries.changes(view.snapshot, view.before) if one.count]
    steps: list[dict[str, Any]] = [
        {
            "name": str(words.CHANGES[one.kind][0]),
            "value": one.count,
            "shown": signed(one.count),
            "note": str(words.CHANGES[one.kind][1]),
        }
        for one in changes
    ]
    difference = view.snapshot.persons - view.before.persons
    steps.append({"name": _("Selisih"), "value": difference, "shown": signed(difference), "note": "", "sum": True})
    facts = {"count": number(abs(difference)), "month": month_in_words(view.before.month)}
    if difference > 0:
        title = _("Bertambah %(count)s pekerja sejak %(month)s") % facts
    elif difference < 0:
        title = _("Berkurang %(count)s pekerja sejak %(month)s") % facts
    else:
        title = _("Sama banyak seperti %(month)s") % facts
    return Picture(
        name="perubahan", kind="fall", title=title, about=_("Pekerja terlindungi, dan sebab perubahannya"),
        source=view.foot, columns=(Column("name", _("Sebab")), Column("value", _("Pekerja"), number=True)),
        rows=tuple({**step, "value_shown": step["shown"]} for step in steps), drawn=pictures.waterfall(steps),
        query=query_of(pada=str(view.snapshot.month)),
    )  # fmt: skip


def area_level(by: str) -> Any:
    """A level over which evenness can be measured; regencies for anything else."""
    return by if by in ("regency", "district", "village") else "regency"
