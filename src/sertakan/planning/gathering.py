"""What the other capabilities know, as the values a plan is made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import StaffCount
from sertakan.areas import queries as areas
from sertakan.classification import queries as classification
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.coverage import queries as coverage
from sertakan.coverage.figures import SnapshotRow
from sertakan.coverage.queries.home import home
from sertakan.planning.facts import DEFAULT_SURVIVAL, Base, Cell, Province, Staff
from sertakan.protection import queries as protection
from sertakan.protection.models import MonthTotal
from sertakan.protection.queries.totals import COVERED
from sertakan.protection.survival import Curve

if TYPE_CHECKING:
    import polars as pl

    from sertakan.planning.forecast import Panel

WORKERS: Final = ("informal", "eligible", "employed")
"""Whom a plan can protect: informal workers where they are known, else who is eligible, else who works."""
ENOUGH_MONTHS: Final = 3
"""A curve shorter than this says nothing about how many stay from one month to the next."""


def province(on: date | None = None) -> Province:
    """Everything that is known on a day. Without workers by regency the province stands as one area, which the plan says."""
    day = on or clock.today()
    snapshot = coverage.snapshot_of(day)
    found, estimated = _workers(coverage.denominators(), day)
    cells = tuple(_cells(found, snapshot))
    survival, measured = _survival()
    return Province(cells, _staff(day), survival, _base(cells), estimated, measured)


def _workers(known: pl.DataFrame, day: date) -> tuple[pl.DataFrame, bool]:
    """[area, sector, value]: the finest that is known of one kind of workers, and whether any of it is estimated."""
    import polars as pl

    code = home()
    whole = known.filter((pl.col("sex") == "") & (pl.col("age") == "") & (pl.col("round") <= day))
    regency = (pl.col("area").str.len_chars() == 5) & pl.col("area").str.starts_with(code)
    for where in (regency & (pl.col("sector") != ""), regency & (pl.col("sector") == ""), pl.col("area") == code):
        for status in WORKERS:
            rows = whole.filter(where & (pl.col("status") == status))
            if rows.height:
                newest = rows.sort("round", "estimated", descending=[True, False]).unique(
                    ["area", "sector"], keep="first"
                )
                # A province as a whole must not be counted beside its own sectors.
                newest = newest.filter((pl.col("sector") != "") | ~pl.lit((newest["sector"] != "").any()))
                return newest.sort("area", "sector"), bool(newest["estimated"].any())
    return whole.clear(), False


def _cells(found: pl.DataFrame, snapshot: SnapshotRow | None) -> list[Cell]:
    names = {area.code: area.name for area in areas.in_force().filter(code__in=found["area"].unique().to_list())}
    sectors = {one.code: one.title for one in classification.sectors("KBLI 2020")}
    own = {area: _own(area, snapshot) for area in names}
    cells = []
    for area, sector, value in found.select("area", "sector", "value").iter_rows():
        letters = [part.strip() for part in sector.split(",") if part.strip()]
        title = sectors.get(letters[0], sector) if letters else _("Semua sektor")
        mine = own.get(area, {})
        count = mine.get(sector, 0) if letters else sum(mine.values())
        cells.append(Cell(area, names.get(area, area), sector, title, value, min(count, value)))
    return cells


def _own(area: str, snapshot: SnapshotRow | None) -> dict[str, int]:
    """Workers the register protects in an area, by sector as Sakernas prints it."""
    if snapshot is None:
        return {}
    within = area if len(area) > 2 else ""
    return {
        cell.code: cell.numerator or 0 for cell in coverage.cells(snapshot, "sector", within=within, open_rows=True)
    }


def _staff(day: date) -> tuple[Staff, ...]:
    """Agencies in force with their latest staff count, and workers their staff pays for with money of their own."""
    counts: dict[int, int] = {}
    for agency, count in StaffCount.objects.filter(on__lte=day).order_by("on").values_list("agency_id", "count"):
        counts[agency] = count
    last = protection.last_month()
    covered = MonthTotal.objects.filter(month=last.first_day, funding="private", state__in=COVERED) if last else None
    paid = dict(covered.values_list("agency_id").annotate(Sum("people")).order_by()) if covered is not None else {}
    return tuple(
        Staff(str(one.pk), one.name, counts.get(one.pk, 0), paid.get(one.pk, 0)) for one in agencies.in_force(day)
    )


def _survival() -> tuple[dict[str, float], bool]:
    """The share that stays from one month to the next by funding, and of everybody under ""; the named default where too few are known."""
    everybody = next((monthly(group.curve) for group in protection.retention("all")), None)
    found = {"": everybody if everybody is not None else DEFAULT_SURVIVAL}
    for group in protection.retention("funding"):
        stays = monthly(group.curve)
        if stays is not None and group.key:
            found[group.key] = stays
    return found, everybody is not None


def monthly(curve: Curve | None) -> float | None:
    """The even monthly share that leads to where a curve ends; None for a curve that is too short."""
    if curve is None or curve.steps[-1].months < ENOUGH_MONTHS:
        return None
    last = curve.steps[-1]
    return float(last.share ** (1 / last.months)) if last.share > 0 else None


def panel() -> Panel | None:
    """Protected workers by month and months of protection, from the kept states; None without any."""
    from sertakan.planning.forecast import panel_of

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month, (12 * (extract(year FROM month) - extract(year FROM protected_since))"
            " + extract(month FROM month) - extract(month FROM protected_since))::int AS age, count(*)"
            " FROM protection_monthstate WHERE state = ANY(%s) AND protected_since IS NOT NULL GROUP BY 1, 2",
            [list(COVERED)],
        )
        found = cursor.fetchall()
    counts: dict[tuple[int, int], int] = {}
    for month, age, people in found:
        key = (Month.of(month).ordinal, max(0, int(age)))
        counts[key] = counts.get(key, 0) + int(people)
    return panel_of(counts)


def _base(cells: Sequence[Cell]) -> Base | None:
    """The newest published figure with both numbers; our own count is taken out of it, since it may contain it.

    Where the workers that are loaded are far from the published ones (less than half, more than double), its share is laid on them.
    """
    points = [point for one in coverage.series() if one.kind == "official" for point in one.points]
    whole = [point for point in points if point.numerator and point.denominator]
    if not whole:
        return None
    newest = max(whole, key=lambda point: point.on)
    eligible, covered = newest.denominator or 0, newest.numerator or 0
    known = sum(cell.eligible for cell in cells)
    source, on = newest.source, newest.on.isoformat()
    if known and not eligible / 2 <= known <= eligible * 2:
        mine = sum(cell.own for cell in cells)
        return Base(known, max(0, round(known * covered / eligible) - mine), source, on)
    then = [point for one in coverage.series() if one.kind == "own" for point in one.points if point.on <= newest.on]
    own = max(then, key=lambda point: point.on).numerator if then else 0
    return Base(eligible, max(0, covered - (own or 0)), source, on)
