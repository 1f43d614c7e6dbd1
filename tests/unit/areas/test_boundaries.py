"""Boundary files are checked with the place of every fault, taken whole or not at all, and thinned without tearing neighbours apart."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest

from sertakan.areas import queries
from sertakan.areas.errors import BoundaryFileTooLarge, BoundaryFileUnreadable, BoundaryWrong
from sertakan.areas.models import Area, Boundary
from sertakan.areas.services import load_boundaries, shapes


@pytest.fixture
def land(db):
    for code, level in (("99", "province"), ("99.01", "regency"), ("99.02", "regency"), ("99.01.01", "district")):
        Area.objects.create(
            code=code,
            level=level,
            kind="uji",
            name=f"Wilayah {code}",
            edition="uji",
            valid_from=date(2020, 1, 1),
            sort_key=code,
        )


def square(x, code, **properties):
    x += 100
    ring = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
    return {
        "type": "Feature", "properties": {"kode": code, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def make(content):
        file = tmp_path / "batas.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return file

    return make


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [100, -4]},
    "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
    "objects": {
        "kabkota": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"kode": "99.01"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"kode": "9902"}},
            ],
        }
    },
}


def test_geojson_is_loaded_by_level_and_given_out_with_our_names(land, write):
    done = load_boundaries(
        write(collection(square(0, "99.01"), square(1, "9902"), square(0, "99.01.01"))), source="uji"
    )
    assert [(one.level, one.areas, one.missing) for one in done] == [("regency", 2, 0), ("district", 1, 0)]
    found = queries.boundaries("regency")
    assert [one["properties"] for one in found["features"]] == [
        {"code": "99.01", "name": "Wilayah 99.01"}, {"code": "99.02", "name": "Wilayah 99.02"},
    ]  # fmt: skip
    assert found["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert queries.boundaries("village") is None


def test_topojson_gives_the_same_corners_on_both_sides_of_a_line(land, write):
    load_boundaries(write(TOPOLOGY))
    rings = [one["geometry"]["coordinates"][0][0] for one in queries.boundaries("regency")["features"]]
    assert rings[0] == [[101.0, -4.0], [101.0, -3.0], [100.0, -3.0], [100.0, -4.0], [101.0, -4.0]]
    assert [101.0, -3.0] in rings[1]
    assert rings[1][0] == rings[1][-1]


def test_loading_again_replaces(land, write):
    load_boundaries(write(collection(square(0, "99.01"), square(1, "99.02"))))
    load_boundaries(write(collection(square(5, "99.01"))))
    assert Boundary.objects.count() == 2
    assert queries.boundaries("regency")["features"][0]["geometry"]["coordinates"][0][0][0] == [105.0, 0.0]


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        (square(0, "99.77"), "fitur ke-2 (kode 99.77): wilayah dengan kode itu tidak dikenal"),
        (square(0, "99.0"), "fitur ke-2: sifat “kode” berisi “99.0”"),
        ({"type": "Feature", "properties": {}, "geometry": {}}, "sifat “kode” tidak ada"),
        (square(0, "99.01"), "kode 99.01 sudah ada pada fitur ke-1"),
        (square(400, "99.02"), "bukan derajat"),
        (square(60, "99.02"), "di luar Indonesia; mungkin lintang dan bujurnya tertukar"),
        (
            {
                **square(0, "99.02"),
                "geometry": {"type": "Polygon", "coordinates": [[[102, -3], [103, -4], [102, -3], [102, -3]]]},
            },
            "tidak mempunyai luas",
        ),
        ({**square(0, "99.02"), "geometry": {"type": "Point", "coordinates": [1, 1]}}, "berupa Point"),
        (
            {**square(0, "99.02"), "geometry": {"type": "Polygon", "coordinates": [[[100, 0], [101, 1]]]}},
            "tidak tertutup",
        ),
        (
            {**square(0, "99.02"), "geometry": {"type": "Polygon", "coordinates": [[["a", 0]]]}},
            "bukan pasangan bilangan",
        ),
        ({**square(0, "99.02"), "geometry": {"type": "Polygon", "coordinates": []}}, "tidak mempunyai titik"),
    ],
)
def test_a_fault_is_told_with_its_place_and_nothing_is_kept(land, write, feature, said):
    with pytest.raises(BoundaryWrong) as refused:
        load_boundaries(write(collection(square(0, "99.01"), feature)))
    assert said in str(refused.value)
    assert not Boundary.objects.exists()


@pytest.mark.parametrize(
    "content", ["", "kode,nama", "[]", '{"type": "Feature"}', '{"type": "FeatureCollection", "features": []}']
)
def test_what_is_no_boundary_file_is_refused(land, write, content):
    with pytest.raises(BoundaryFileUnreadable):
        load_boundaries(write(content))


@pytest.mark.parametrize("named", ["urn:ogc:def:crs:EPSG::32748", "EPSG:3857"])
def test_a_file_whose_coordinates_are_no_degrees_is_refused_by_what_it_says(land, write, named):
    crs = {"type": "name", "properties": {"name": named}}
    with pytest.raises(BoundaryFileUnreadable, match=named):
        load_boundaries(write({**collection(square(0, "99.01")), "crs": crs}))
    assert not Boundary.objects.exists()
    crs["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert load_boundaries(write({**collection(square(0, "99.01")), "crs": crs}))[0].areas == 1


def test_only_the_outlines_inside_an_area_are_given_out(land, write):
    load_boundaries(write(collection(square(0, "99.01"), square(1, "9902"), square(0, "99.01.01"))))
    assert [one["properties"]["code"] for one in queries.boundaries("district", "99.01")["features"]] == ["99.01.01"]
    assert len(queries.boundaries("regency", "99")["features"]) == 2
    assert queries.boundaries("regency", "17") is None


def test_outlines_that_touch_themselves_are_drawn_as_they_are(land, write):
    """Boundary files have such: a map can show them, and nothing here measures with them."""
    bow = [[102, -3], [103, -4], [103, -3], [102, -4.5], [102, -3]]
    feature = {**square(0, "99.01"), "geometry": {"type": "Polygon", "coordinates": [bow]}}
    assert load_boundaries(write(collection(feature)))[0].points_kept == 5


def test_a_layer_without_a_list_of_shapes_is_refused(land, write):
    layer = {"type": "GeometryCollection", "geometries": 7}
    with pytest.raises(BoundaryFileUnreadable, match="lapisan kabkota"):
        load_boundaries(write({**TOPOLOGY, "objects": {"kabkota": layer}}))


def test_an_arc_that_is_not_there_and_a_file_too_large_are_refused(land, write, monkeypatch):
    broken = {**TOPOLOGY, "arcs": TOPOLOGY["arcs"][:1]}
    with pytest.raises(BoundaryWrong, match="garis yang tidak ada"):
        load_boundaries(write(broken))
    monkeypatch.setattr(shapes, "LIMIT_MB", 0)
    with pytest.raises(BoundaryFileTooLarge):
        load_boundaries(write(TOPOLOGY))


def test_thinning_keeps_neighbours_together_and_stays_below_the_most(monkeypatch):
    """Two halves of a wavy land share their line: after thinning they still share every corner of it."""
    line = [(0.03 * math.sin(n / 3), n / 400) for n in range(401)]
    left = [*line, (-1.0, 1.0), (-1.0, 0.0), line[0]]
    right = [*line[::-1], (1.0, 0.0), (1.0, 1.0), line[-1]]
    both = [shapes.Shape(code, "regency", "", [[ring]], code) for code, ring in (("99.01", left), ("99.02", right))]
    monkeypatch.setitem(shapes.MOST_POINTS, "regency", 300)
    found = shapes.thinned(both)
    assert sum(one.points for one in found) <= 300
    one, other = (set(shape.polygons[0][0]) - {(-1.0, 1.0), (-1.0, 0.0), (1.0, 0.0), (1.0, 1.0)} for shape in found)
    assert one == other
    assert len(one) > 10
