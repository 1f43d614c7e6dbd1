"""What others published stands as it was said, each with its day and source, in series of one definition."""

from __future__ import annotations

from datetime import date

from sertakan.coverage.definitions import DEFINITIONS
from sertakan.coverage.published import counted, official_series, targets


def points():
    return {point.on: point for one in official_series("17") for point in one.points}


def test_the_figure_of_the_first_of_september_2025():
    found = points()[date(2025, 9, 1)]
    assert (found.value, found.numerator, found.confidence) == (0.2739, 196_000, "B")
    assert found.denominator is None  # it was not said
    assert "1 September 2025" in found.source


def test_the_figure_of_the_eleventh_of_december_2025():
    found = points()[date(2025, 12, 11)]
    assert (found.value, found.numerator, found.denominator) == (0.35, 251_000, 708_000)
    assert "bpjsketenagakerjaan.go.id" in found.source
    assert round(251_000 / 708_000, 4) == 0.3545  # what the note says


def test_no_series_holds_two_definitions_and_all_are_official():
    found = official_series()
    assert {one.kind for one in found} == {"official"}
    assert len({one.slug for one in found}) == len(found)
    assert {one.definition for one in found} <= {str(sentence) for sentence in DEFINITIONS.values()}
    assert all(list(one.points) == sorted(one.points, key=lambda point: point.on) for one in found)
    of_province = official_series("17")
    assert len({one.definition for one in of_province}) == len(of_province) == 2
    assert all(point.source and point.confidence in "ABCD" for one in found for point in one.points)


def test_breaks_lie_between_points_and_say_why():
    for one in official_series():
        for on, why in one.breaks:
            assert one.points[0].on < on < one.points[-1].on
            assert why


def test_totals_of_the_province_have_source_and_bounds():
    found = {(one.status, one.round): one for one in counted()}
    eligible = found["eligible", date(2025, 12, 11)]
    assert (eligible.low, eligible.value, eligible.high) == (673_308, 708_000, 742_692)
    assert found["employed", date(2025, 8, 31)].value == 1_115_334
    formal, informal = found["formal", date(2025, 8, 31)], found["informal", date(2025, 8, 31)]
    assert formal.value + informal.value == 1_115_334
    assert all(one.low < one.value < one.high and one.source for one in counted())


def test_the_target_of_2025():
    (target,) = targets()
    assert (target.on, target.value) == (date(2025, 12, 31), 0.48)
