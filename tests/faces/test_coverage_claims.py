"""Titles and measures claim no more than what is shown allows; pages of totals read kept counts only."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from test_coverage_pages import counted as counted
from test_coverage_pages import members as members
from test_coverage_pages import page, text_of


def hide(snapshot: Any, by: str, *codes: str) -> None:
    """Take cells out of what is shown."""
    from sertakan.coverage.models import RollupCell

    rows = RollupCell.objects.filter(snapshot=snapshot, by=by)
    for one in (rows.filter(code__in=codes) if codes else rows).values("by", "within", "code", "name"):
        RollupCell.objects.filter(snapshot=snapshot, by=by, code=one["code"]).delete()
        RollupCell.objects.create(snapshot=snapshot, numerator=None, **one)


def test_nothing_is_called_highest_where_a_hidden_number_may_be_higher(counted: Any, sign_in: Any) -> None:
    assert "Di antara yang terbuka, paling banyak: Kota Bengkulu, 227 pekerja" in page(sign_in, "leader", "coverage")
    assert "Di antara yang terbuka, tertinggi Kota Bengkulu" in page(sign_in, "leader", "coverage_map")
    assert "Di antara yang terbuka, Kota Bengkulu paling banyak bertambah" in page(sign_in, "leader", "coverage")
    said = page(sign_in, "coordinator", "coverage")
    assert "Paling banyak: Kota Bengkulu, 227 pekerja" in said and "Di antara yang terbuka" not in said


def test_evenness_is_not_measured_from_what_is_mostly_hidden(counted: Any, sign_in: Any) -> None:
    assert "Gini 0,000" not in page(sign_in, "leader", "coverage_evenness")
    hide(counted, "regency")
    said = page(sign_in, "leader", "coverage_evenness")
    assert "Terlalu banyak yang disembunyikan untuk mengukur pemerataan" in said
    assert "Kurva Lorenz" not in said and not re.search(r"Gini\s+\d", said)
    assert "Semua angkanya disembunyikan" in page(sign_in, "leader", "coverage")
    assert "Semua angkanya disembunyikan" in page(sign_in, "leader", "coverage_map")


def test_the_title_of_a_series_has_the_day_of_its_value_and_a_unit(counted: Any, sign_in: Any) -> None:
    from sertakan.coverage.figures import Point, Series
    from sertakan.web.views.coverage.series import picture_of

    said = page(sign_in, "leader", "coverage_series")
    assert "Hitungan Sertakan: 411 pekerja pada 16 November 2026" in said
    points = [Point(date(2025, 9, 1), 0.3, None, None, "a", "C"), Point(date(2025, 12, 1), None, None, None, "a", "C")]
    title = picture_of(Series("a", "A", "bpjs_ucj", "official", tuple(points))).title.replace("\xa0", " ")
    assert title == "A: 30,00 % pada 1 September 2025"


@pytest.mark.parametrize("name", ["coverage", "coverage_map", "coverage_evenness", "coverage_series"])
def test_a_page_of_totals_asks_no_table_of_people(counted: Any, sign_in: Any, name: str) -> None:
    """So its cost is that of the kept cells, however many people they count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in("leader")
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse(name)).status_code == 200
    asked = " ".join(one["sql"] for one in found)
    for table in ("people_", "sponsorship_", "protection_", "contributions_", "intake_"):
        assert f'"{table}' not in asked, table


@pytest.mark.parametrize("role", ["leader", "coordinator"])
def test_months_read_together_are_those_read_one_by_one(counted: Any, sign_in: Any, role: str) -> None:
    from sertakan.coverage import queries
    from sertakan.coverage.queries.over_time import regencies_over_time

    kept, open_rows = queries.snapshots(), role == "coordinator"
    together = regencies_over_time(kept, open_rows=open_rows)
    assert together == [queries.cells(one, "regency", open_rows=open_rows) for one in kept]
    assert len(kept) == 2 and any(cell.suppressed for cell in together[0]) != open_rows


def test_the_map_of_the_province_draws_no_area_of_another(counted: Any, sign_in: Any) -> None:
    from sertakan.areas.models import Boundary

    for at, code in enumerate(("15.01", "17.01", "17.71")):
        ring = [[102 + at, -3], [103 + at, -3], [103 + at, -4], [102 + at, -3]]
        Boundary.objects.create(
            level="regency", code=code, name=code, geometry={"type": "MultiPolygon", "coordinates": [[ring]]}, source="uji",
            loaded_at=counted.built_at,
        )  # fmt: skip
    html = sign_in("leader").get(reverse("coverage_map")).content.decode()
    assert html.count('<path class="level-') == 2


def land(*corners: tuple[float, float]) -> dict[str, Any]:
    """Small squares, each with a hole, as one area."""

    def ring(x: float, y: float, size: float) -> list[list[float]]:
        return [[x, y], [x + size, y], [x + size, y + size], [x, y]]

    polygons = [[ring(x, y, 1.0), ring(x + 0.5, y + 0.2, 0.1)] for x, y in corners]
    return {
        "type": "Feature",
        "properties": {"code": "17.03"},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def test_a_far_island_is_drawn_closer_with_its_holes_and_a_near_one_where_it_is() -> None:
    from sertakan.web.coverage_pictures.drawing import gathered

    def lows(*corners: tuple[float, float]) -> tuple[list[Any], bool]:
        found, closer = gathered({"type": "FeatureCollection", "features": [land(*corners)]})
        polygons = found["features"][0]["geometry"]["coordinates"]
        assert all(round(hole[0][1] - outer[0][1], 6) == 0.2 for outer, hole in polygons)
        return [tuple(round(value, 6) for value in outer[0]) for outer, _hole in polygons], closer

    # Land from 0 to 3, an island from -7 to -6: of 10 degrees 6 are sea, of which half a degree is left.
    assert lows((100, 0), (100, 1), (100, 2), (100, -7)) == ([(100, 0), (100, 1), (100, 2), (100, -1.5)], True)
    assert lows((100, 0), (101, 0), (110, 0)) == ([(100, 0), (101, 0), (102.55, 0)], True)
    assert lows((100, 0), (100, 1.2)) == ([(100, 0), (100, 1.2)], False)


# Every figure is a door


def doors(html: str) -> list[tuple[int, str]]:
    """Counts that are links to the people behind them, in the tables of a page."""
    found = re.findall(r'<a href="(/cakupan/baris/\?[^"]+)">\s*([\d.]+)', html)
    return [(int(count.replace(".", "")), address.replace("&amp;", "&")) for address, count in found]


@pytest.mark.parametrize("name", ["coverage_map", "coverage_evenness"])
def test_counts_of_maps_and_rankings_open_the_people_behind_them(
    members: Any, world: Any, sign_in: Any, name: str
) -> None:
    from datetime import UTC, datetime

    from sertakan.areas.queries import in_force
    from sertakan.coverage.models import Denominator

    for code in in_force().filter(level="regency", code__startswith="17.").values_list("code", flat=True):
        Denominator.objects.create(
            area=code, sector="", status="eligible", sex="", age="", value=4000, low=3900, high=4100, source="uji", confidence="C",
            round=date(2026, 1, 1), loaded_at=datetime(2026, 11, 20, tzinfo=UTC),
        )  # fmt: skip
    client = sign_in("coordinator")
    found = doors(client.get(reverse(name)).content.decode())
    assert sum(count for count, _address in found) == 5
    for count, address in found:
        assert f"daftarnya {count} orang: sama." in text_of(client.get(address))
    for role in ("leader", "bpjs", "auditor"):
        assert "/cakupan/baris/" not in sign_in(role).get(reverse(name)).content.decode()


def test_those_about_whom_it_is_not_known_are_opened_too(members: Any, world: Any, sign_in: Any) -> None:
    """Nobody in this world has a sector; the figure of the unknown has its door as every other."""
    from sertakan.coverage import queries

    snapshot = queries.snapshot_of()
    assert snapshot is not None
    unknown = next(one for one in queries.cells(snapshot, "occupation", open_rows=True) if not one.code)
    html = sign_in("coordinator").get(reverse("coverage") + "?menurut=pekerjaan").content.decode()
    assert "kode=tak" not in html
    address = next(one for one in re.findall(r'href="(/cakupan/baris/[^"]+)"', html) if "tidak-diketahui" in one)
    said = text_of(sign_in("coordinator").get(address.replace("&amp;", "&")))
    assert unknown.numerator and f"daftarnya {unknown.numerator} orang: sama." in said


def test_below_a_regency_other_ways_to_look_show_the_regency(counted: Any, sign_in: Any) -> None:
    from sertakan.web.views.coverage.level import inside

    assert inside("sector", "17.71.01") == "17.71" and inside("village", "17.71.01") == "17.71.01"
