"""Denominators are taken whole or not at all, with every fault named; what is not published is estimated and says so."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.coverage import queries, services
from sertakan.coverage.errors import (
    DenominatorColumnsMissing,
    DenominatorFileUnreadable,
    DenominatorRowsWrong,
    NotYourCount,
)
from sertakan.coverage.figures import Cell
from sertakan.coverage.models import Denominator

POPULATION = (
    "kode,nama,penduduk_l_2024,penduduk_p_2024,penduduk_2024\n99.01,Satu,510,490,1000\n99.02,Dua,1500,1500,3000\n"
)
POPULATION += "99.71,Tiga,3000,3000,6000\n"
SECTORS = 'tahun,kategori,lapangan_usaha,orang,persen\n2023,A,Tani,3000,60\n2023,G,Dagang,1500,30\n2023,"R,S,T,U",Jasa,500,10\n'
TOTAL = "kode,status,nilai,putaran,rse\n99,employed,5000,2025-08,0.01\n99,eligible,4000,2025-12-11,0.025\n"


@pytest.fixture
def write(tmp_path):
    def make(text, name="penyebut.csv"):
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return file

    return make


def value(area, status="eligible", **how):
    return Denominator.objects.get(area=area, status=status, **{"sector": "", "sex": "", "age": "", **how})


def test_estimates_follow_the_margins_and_are_marked(land, write):
    services.load(write(SECTORS))
    services.load(write(TOTAL))
    done = services.load(write(POPULATION))
    assert (done.rows, done.changed) == (9, 9)
    found = {area: value(area, estimated=True) for area in ("99.01", "99.02", "99.71")}
    assert [one.value for one in found.values()] == [400, 1200, 2400]
    assert all(one.low < one.value < one.high and one.confidence == "D" for one in found.values())
    assert "population" in found["99.01"].source
    assert "bukan galat BPS" in found["99.01"].source
    farm = value("99.02", "employed", sector="A", estimated=True)
    assert farm.value == 900  # 3,000 of 10,000 people, 60 % of 5,000 employed
    assert value("99.02", "employed", sector="A", estimated=True).round == date(2025, 8, 31)
    inside = [value("99.02", "employed", sector=letter, estimated=True).value for letter in ("A", "G", "R,S,T,U")]
    assert sum(inside) == value("99.02", "employed", estimated=True).value


def test_the_same_file_twice_changes_nothing(land, write):
    services.load(write(TOTAL))
    services.load(write(POPULATION))
    again = services.load(write(POPULATION))
    assert (again.changed, again.estimated) == (0, 0)
    services.load(write(POPULATION.replace("6000", "5500").replace("3000,3000,5500", "3000,2500,5500")))
    assert value("99.71", "population").value == 5500


def test_what_was_counted_beats_an_estimate(land, write):
    services.load(write(TOTAL))
    services.load(write(POPULATION))
    services.load(write("kode,status,nilai,putaran\n99.01,eligible,777,2025-12-11\n"))
    from sertakan.coverage.queries.denominators import latest

    found = latest("eligible", "99.01", on=date(2026, 11, 23))
    assert (found.value, found.estimated) == (777, False)


def test_all_faults_of_a_file_are_told_and_nothing_is_kept(land, write):
    text = "kode,status,nilai,putaran\n99.01,employed,100,2025-08\n99.09,employed,100,2025-08\n99.02,pegawai,100,2025-08\n99.71,employed,12a,2025-08\n99.71,employed,5,kemarin\n"  # noqa: E501
    with pytest.raises(DenominatorRowsWrong) as refused:
        services.load(write(text))
    said = str(refused.value)
    assert "4 baris salah" in said
    assert "Baris 3: kode wilayah “99.09” tidak dikenal." in said
    assert "Baris 4: status “pegawai”" in said
    assert "Baris 5: jumlah “12a”" in said
    assert not Denominator.objects.exists()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", DenominatorFileUnreadable),
        ("kode,nilai\n99,1\n", DenominatorColumnsMissing),
        ("kode,status,nilai,putaran\n99,employed,1,2025-08\n99,employed,2,2025-08\n", DenominatorRowsWrong),
        ("kode,status,nilai,putaran,rse\n99,employed,1,2025-08,3\n", DenominatorRowsWrong),
        ("tahun,kategori,orang\n23,A,1\n", DenominatorRowsWrong),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(land, write, text, error):
    with pytest.raises(error):
        services.load(write(text))


def test_only_who_may_count_loads(land, write, acting_as):
    acting_as("leader")
    with pytest.raises(NotYourCount):
        services.load(write(TOTAL))


def test_published_and_loaded_stand_in_one_frame(land, write):
    services.load(write(TOTAL))
    frame = queries.denominators()
    bengkulu = frame.filter((pl.col("area") == "17") & (pl.col("status") == "eligible"))
    assert bengkulu["value"].to_list() == [700_000, 708_000]
    assert frame.filter(pl.col("area") == "99")["value"].to_list() == [4000, 5000]


def cell(name, share, low, high):
    return Cell(code=name, name=name, numerator=1, denominator=1, share=share, share_low=low, share_high=high)


def test_a_ranking_that_the_intervals_do_not_carry_says_so():
    found = queries.ranking([cell("a", 0.5, 0.45, 0.55), cell("b", 0.3, 0.2, 0.35), cell("c", 0.32, 0.25, 0.4)])
    assert [one.name for one in found.cells] == ["a", "c", "b"]
    assert found.ranks == ((1, 1), (2, 3), (2, 3))
    assert not found.certain
    assert "Yang tempatnya pasti: a" in found.sentence


def test_what_is_hidden_may_stand_anywhere():
    shown = [cell("a", 0.5, 0.45, 0.55), cell("b", 0.3, 0.2, 0.35)]
    found = queries.ranking([*shown, Cell("c", "c", None, 100, 100, 100, suppressed=True)])
    assert not found.certain
    assert found.ranks == ((1, 2), (2, 3))
    assert "disembunyikan" in found.sentence


def test_a_ranking_without_overlap_is_certain():
    found = queries.ranking([cell("a", 0.5, 0.45, 0.55), cell("b", 0.3, 0.2, 0.35)])
    assert found.certain
    assert found.ranks == ((1, 1), (2, 2))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 4)), max_size=20))
def test_a_place_is_what_counting_the_others_one_by_one_says(drawn):
    cells = [cell(str(place), share, share - down, share + up) for place, (share, down, up) in enumerate(drawn)]
    found = queries.ranking(cells)
    for one, (first, last) in zip(found.cells, found.ranks, strict=True):
        others = [other for other in cells if other is not one]
        assert first == 1 + sum(other.share_low > one.share_high for other in others)
        assert last == 1 + sum(other.share_high >= one.share_low for other in others)


def test_shares_carry_the_interval_of_the_denominator(land, write):
    from sertakan.protection import services as protection

    services.load(write(TOTAL))
    services.load(write(POPULATION))
    for _n in range(6):
        land.member("99.01.01.2001")
        land.member("99.71.01.1001")
    protection.refresh()
    services.build_due()
    found = queries.snapshot_of()
    cells = {one.code: one for one in queries.cells(found, "regency")}
    satu = cells["99.01"]
    assert (satu.numerator, satu.denominator, satu.estimated, satu.gap) == (6, 400, True, 394)
    assert satu.share == 6 / 400
    assert satu.share_low < satu.share < satu.share_high
    even = queries.evenness(found, "regency")
    assert (even.areas, even.nobody, even.weighted) == (3, 1, True)
    assert even.best.code == "99.01"
    assert even.ratio is None  # the worst has nobody
    assert even.lorenz[0] == (0, 0)
    assert even.theil == pytest.approx(even.theil_within + even.theil_between, abs=2e-6)
    (own,) = [one for one in queries.series() if one.kind == "own"]
    assert own.points[-1].value == 12 / 4000


def test_evenness_where_rows_are_not_open_uses_what_is_published_only(land, settings):
    from sertakan.protection import services as protection

    settings.SERTAKAN_SMALL_CELL = 5
    for area, many in (("99.01.01.2001", 12), ("99.02.01.2001", 3), ("99.71.01.1001", 9)):
        for _n in range(many):
            land.member(area)
    protection.refresh()
    services.build_due()
    found = queries.snapshot_of()
    shown = queries.evenness(found, "regency")
    whole = queries.evenness(found, "regency", open_rows=True)
    # 3 and 9 are hidden; outside they can only be told as 6 and 6.
    assert shown.lorenz == ((0, 0), (0.333333, 0.25), (0.666667, 0.5), (1, 1))
    assert whole.lorenz == ((0, 0), (0.333333, 0.125), (0.666667, 0.5), (1, 1))
    assert shown.best.code == shown.worst.code == "99.01"
    assert not shown.weighted
