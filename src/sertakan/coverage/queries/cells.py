"""The counts of one snapshot, of how many each, how evenly spread, and in which order if the figures allow one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from sertakan.coverage import evenness as measures
from sertakan.coverage.definitions import OWN
from sertakan.coverage.errors import ByUnknown
from sertakan.coverage.figures import AREAS, BY, UNKNOWN, Cell, Evenness, Passport, Ranking, SnapshotRow
from sertakan.coverage.labels import label
from sertakan.coverage.models import Denominator, HiddenCell, RollupCell
from sertakan.coverage.queries.denominators import newest, rows_of
from sertakan.coverage.queries.home import home

OF_AREAS = "eligible"
OF_OTHERS = "employed"
"""Which denominator stands under areas, and which under sectors, sexes and ages, of which BPJS publishes none."""
_ROUNDING = 6


def passport(snapshot: SnapshotRow) -> Passport:
    """What the counts of a snapshot are."""
    return Passport(OWN, snapshot.on, _("Hitungan sendiri dari bulan terbayar yang dikonfirmasi BPJS"), "A")


def cells(snapshot: SnapshotRow, by: str, *, within: str = "", open_rows: bool = False) -> tuple[Cell, ...]:
    """The cells of `by`, by code; areas inside the area `within`, other cells of that regency. Areas with nobody are there with 0.

    `open_rows`: who asks may see the rows, so nothing is hidden as far as the database agrees. Raises ByUnknown.
    """
    if by not in BY:
        raise ByUnknown(by=by, known=", ".join(BY))
    in_area = by in AREAS
    found = RollupCell.objects.filter(snapshot_id=snapshot.id, by=by, within="" if in_area else within)
    hidden = HiddenCell.objects.filter(snapshot_id=snapshot.id, by=by, within="" if in_area else within)
    if in_area and within:
        found, hidden = found.filter(code__startswith=f"{within}."), hidden.filter(code__startswith=f"{within}.")
    known = dict(hidden.values_list("code", "numerator")) if open_rows else {}
    of = _denominators(by, within, snapshot.on)
    rows = found.order_by("code").values_list("code", "name", "numerator")
    return tuple(_cell(by, code, name, known.get(code, count), of.get(code)) for code, name, count in rows)


def _cell(by: str, code: str, name: str, count: int | None, of: Denominator | None) -> Cell:
    cell = Cell(code, label(by, code, name), count, suppressed=count is None)
    if of is None:
        return cell
    cell = replace(cell, denominator=of.value, low=of.low, high=of.high, estimated=of.estimated, round=of.round)
    if count is None or not of.value:
        return cell
    return replace(
        cell,
        share=count / of.value,
        share_low=count / of.high if of.high else None,
        share_high=count / of.low if of.low else None,
    )


def _denominators(by: str, within: str, on: date) -> dict[str, Denominator]:
    """By code of the cell the denominator that holds on a day."""
    groups: dict[str, list[Denominator]] = {}
    if by in AREAS:
        for one in rows_of(status=OF_AREAS, sector="", sex="", age=""):
            groups.setdefault(one.area, []).append(one)
    elif by in ("sector", "sex", "age"):
        others = {"sector": "", "sex": "", "age": ""}
        others.pop(by)
        for one in rows_of(status=OF_OTHERS, area=within or home(), **others):
            if getattr(one, by):
                groups.setdefault(getattr(one, by), []).append(one)
    held = {code: newest(several, on) for code, several in groups.items()}
    return {code: one for code, one in held.items() if one is not None}


def evenness(snapshot: SnapshotRow, by: str, *, open_rows: bool = False) -> Evenness:
    """How evenly the counts of `regency`, `district` or `village` are spread. Where rows are not open, only from what is published:

    what is left of the area above is shared out evenly among the suppressed ones, so that no measure gives a hidden number away.
    """
    found = [cell for cell in cells(snapshot, by, open_rows=open_rows) if cell.code != UNKNOWN]
    found = [cell for cell in found if not cell.code.endswith("?")]
    counts = _filled(snapshot, by, found)
    weighted = bool(found) and all(cell.denominator for cell in found)
    parts = [
        measures.Part((cell.denominator or 0) if weighted else 1, counts[cell.code], _group(by, cell.code))
        for cell in found
    ]
    whole, within, between = measures.theil(parts)
    shown = [cell for cell in found if cell.numerator is not None]
    by_level = sorted(shown, key=lambda cell: (cell.share if weighted else cell.numerator or 0, cell.code))
    worst, best = (by_level[0], by_level[-1]) if by_level else (None, None)
    return Evenness(
        gini=round(measures.gini(parts), _ROUNDING),
        theil=round(whole, _ROUNDING),
        theil_within=round(within, _ROUNDING),
        theil_between=round(between, _ROUNDING),
        best=best,
        worst=worst,
        ratio=_ratio(best, worst, weighted=weighted),
        nobody=sum(cell.numerator == 0 for cell in found),
        areas=len(found),
        lorenz=measures.lorenz(parts),
        weighted=weighted,
    )


def _ratio(best: Cell | None, worst: Cell | None, *, weighted: bool) -> float | None:
    if best is None or worst is None or not worst.numerator:
        return None
    top, bottom = (best.share, worst.share) if weighted else (best.numerator, worst.numerator)
    return round(top / bottom, _ROUNDING) if top is not None and bottom else None


def _group(by: str, code: str) -> str:
    """What areas are compared within: kabupaten and kota apart, lower areas by the regency they lie in."""
    if by == "regency":
        return "kota" if code[3:5] >= "71" else "kabupaten"
    return code[:5]


def _filled(snapshot: SnapshotRow, by: str, found: Sequence[Cell]) -> dict[str, float]:
    """A number for every cell: its own, or an even part of what the area above has left."""
    filled: dict[str, float] = {cell.code: cell.numerator for cell in found if cell.numerator is not None}
    if len(filled) == len(found):
        return filled
    totals: dict[str, float] = {}
    for level in AREAS[: AREAS.index(by) + 1]:
        level_cells = cells(snapshot, level)
        totals = _share_out(level_cells, totals, snapshot.persons)
    return {cell.code: filled.get(cell.code, totals.get(cell.code, 0.0)) for cell in found}


def _share_out(level_cells: Iterable[Cell], above: dict[str, float], everybody: int) -> dict[str, float]:
    families: dict[str, list[Cell]] = {}
    for cell in level_cells:
        families.setdefault(cell.code.rpartition(".")[0], []).append(cell)
    result: dict[str, float] = {}
    for parent, family in families.items():
        left = above.get(parent, float(everybody)) - sum(cell.numerator or 0 for cell in family)
        hidden = sum(cell.suppressed for cell in family)
        for cell in family:
            known = cell.numerator
            result[cell.code] = max(0.0, left) / hidden if known is None else known
    return result


def ranking(found: Iterable[Cell]) -> Ranking:
    """Cells with a share from the highest down, with the places that their intervals allow, and whether the order is certain.

    A suppressed cell may have any place, so that others may stand as many places lower.
    """
    every = tuple(found)
    unseen = sum(cell.suppressed for cell in every)
    ordered = tuple(
        sorted((cell for cell in every if cell.share is not None), key=lambda cell: (-(cell.share or 0), cell.code))
    )
    bounds = [_bounds(cell) for cell in ordered]
    lows, highs = sorted(low for low, _high in bounds), sorted(high for _low, high in bounds)
    ranks = tuple(
        (1 + len(lows) - bisect_right(lows, high), len(highs) - bisect_left(highs, low) + unseen)
        for low, high in bounds
    )
    certain = all(first == last for first, last in ranks)
    return Ranking(ordered, ranks, certain, _sentence(ordered, ranks, certain=certain, unseen=unseen))


def _bounds(cell: Cell) -> tuple[float, float]:
    share = cell.share or 0.0
    return (
        share if cell.share_low is None else cell.share_low,
        share if cell.share_high is None else cell.share_high,
    )


def _sentence(ordered: Sequence[Cell], ranks: Sequence[tuple[int, int]], *, certain: bool, unseen: int) -> str:
    if len(ordered) < 2:
        return _("Tidak cukup angka untuk diurutkan.")
    if unseen:
        return _("Urutan ini tidak pasti: sebagian hitungan disembunyikan, dan dapat lebih tinggi maupun lebih rendah.")
    if certain:
        return _("Urutan ini pasti: tidak ada selang yang bertumpang.")
    sure = [cell.name for cell, (first, last) in zip(ordered, ranks, strict=True) if first == last]
    if sure:
        return _("Urutan ini tidak pasti karena selang bertumpang. Yang tempatnya pasti: %(names)s.") % {
            "names": ", ".join(sure)
        }
    return _("Angka ini tidak dapat diurutkan: selang semua wilayah bertumpang.")
