"""Extracts of many provinces: refused as a whole with every fault by file, else counted, hidden and kept; the same on every engine."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from sertakan.core.month import Month
from sertakan.coverage.counting import COLUMNS
from sertakan.coverage.engines import count_extracts
from sertakan.coverage.errors import ExtractMonthMissing, ExtractsWrong, NationDenominatorsWrong, NotYourCount
from sertakan.coverage.models import NationalCell, NationalSnapshot
from sertakan.coverage.national_extracts import checked, mark, write
from sertakan.coverage.queries.national import evenness, nation, without_extract
from sertakan.coverage.services.national import count_nation
from sertakan.synthetic.nation import invent

MONTH = Month(2026, 11)
PROVINCES = ("96", "97", "98", "99")


@pytest.fixture
def provinces(db, monkeypatch):
    from sertakan.areas.models import Area

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    for code in PROVINCES:
        for place, level in ((code, "province"), (f"{code}.01", "regency"), (f"{code}.71", "regency")):
            Area.objects.create(
                code=place, level=level, kind="uji", name=f"Wilayah {place}", edition="uji", valid_from=date(2020, 1, 1), sort_key=place
            )  # fmt: skip


def rows_of(province, sexes, *, sector="A", elsewhere=0):
    """A frame of persons: as many of each sex as `sexes` says, and some without an address."""
    import polars as pl

    people = [sex for sex, count in sexes.items() for _n in range(count)]
    places = ["??.??.??.????" if n < elsewhere else f"{province}.01.??.????" for n in range(len(people))]
    texts = {
        "sector": sector,
        "occupation": "",
        "age": "25-34",
        "funding": "private",
        "agency": "",
        "programme": "jkk,jkm",
    }
    frame = pl.DataFrame({"membership": range(1, len(people) + 1), "area": places, "sex": people})
    return frame.with_columns(**{name: pl.lit(text) for name, text in texts.items()}).select(COLUMNS)


def extract(folder, province, sexes=None, *, name="", month="2026-11", **facts):
    file = folder / f"{name or province}.parquet"
    write(rows_of(province, sexes or {"L": 20, "P": 30}, **facts), file, month=month, province=province)
    return file


def counted(by):
    return {one.code: one.numerator for one in nation().by(by)}


def test_the_kept_totals_are_those_of_the_rows_one_by_one(provinces, tmp_path):
    """By reading every row of every file in plain Python: another way than the frames of the count."""
    import pyarrow.parquet as pq

    made = invent(tmp_path, month=MONTH, persons=1500)
    done = count_nation([tmp_path], denominators=made.denominators)
    people = [row for file in sorted(tmp_path.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    assert (done.provinces, done.invented, done.persons) == (4, 4, len(people)) and len(people) > 1000
    for by, tally in (
        ("province", Counter(row["area"][:2] for row in people)),
        *((by, Counter(row[by] for row in people)) for by in ("sector", "sex", "age", "funding")),
    ):
        shown = {code: number for code, number in counted(by).items() if number is not None}
        assert shown == {code: tally[code] for code in shown} and len(shown) >= len(tally) - 4, by
        assert set(counted(by)) == set(tally)
    assert nation().source == "data rekaan"


def test_the_same_files_again_change_nothing_and_another_count_leaves_the_old(provinces, tmp_path):
    for code in PROVINCES:
        extract(tmp_path, code)
    first = count_nation([tmp_path])
    again = count_nation([tmp_path], engine="postgres")
    assert (first.changed, again.changed, again.snapshot_id) == (True, False, first.snapshot_id)
    extract(tmp_path, "99", {"L": 25, "P": 30})
    assert count_nation([tmp_path]).changed
    assert NationalSnapshot.objects.count() == 2
    assert counted("province")["99"] == 55


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_and_duckdb_keep_the_same_nation(provinces, tmp_path):
    pytest.importorskip("pyspark")
    made = invent(tmp_path, month=MONTH, persons=600)
    there = count_nation([tmp_path], engine="spark", denominators=made.denominators)
    here = count_nation([tmp_path], engine="duckdb", denominators=made.denominators)
    assert there.changed and not here.changed
    assert nation().engine == "spark"


def test_invented_extracts_are_the_same_for_the_same_seed_and_other_for_another(provinces, tmp_path):
    import polars as pl

    one, two, three = (
        invent(tmp_path / str(n), month=MONTH, persons=300, seed=seed) for n, seed in enumerate((1, 1, 2))
    )
    assert one.files == 4 and one.denominators.read_text() == two.denominators.read_text()
    frames = [pl.read_parquet(made.folder / "98.parquet") for made in (one, two, three)]
    assert frames[0].equals(frames[1]) and not frames[0].equals(frames[2])


# What is refused


def broken(folder):
    (folder / "rusak.parquet").write_bytes(b"PAR1 bukan")


def without_column(folder):
    rows_of("97", {"L": 9}).drop("sector").write_parquet(folder / "kurang.parquet")


def with_names(folder):
    import polars as pl

    rows_of("97", {"L": 9}).with_columns(nama=pl.lit("Siti Rekaan")).write_parquet(folder / "lebih.parquet")


def same_province(folder):
    extract(folder, "98", name="98-kedua")


def unknown_province(folder):
    extract(folder, "77")


def other_month(folder):
    extract(folder, "97", month="2026-10")


def twice(folder):
    import polars as pl

    frame = rows_of("97", {"L": 9})
    pl.concat([frame, frame.head(2)]).write_parquet(folder / "ganda.parquet")


def odd_area(folder):
    import polars as pl

    rows_of("97", {"L": 9}).with_columns(area=pl.lit("9701")).write_parquet(folder / "kode.parquet")


def empty_cell(folder):
    import polars as pl

    rows_of("97", {"L": 9}).with_columns(sex=pl.lit(None, pl.String)).write_parquet(folder / "kosong.parquet")


def other_kind(folder):
    import polars as pl

    rows_of("97", {"L": 9}).with_columns(sex=pl.lit(1)).write_parquet(folder / "jenis.parquet")


FAULTS = [
    (broken, "rusak.parquet: rusak"),
    (without_column, "kurang.parquet: tidak mempunyai kolom sector"),
    (with_names, "lebih.parquet: mempunyai kolom lain: nama"),
    (same_province, "98.parquet, 98-kedua.parquet: berkas dari provinsi yang sama (98)"),
    (unknown_province, "77.parquet: kode provinsi “77” tidak dikenal"),
    (other_month, "97.parquet: keadaan 2026-10, bukan 2026-11"),
    (twice, "ganda.parquet: 2 orang tercatat dua kali"),
    (odd_area, "kode.parquet: 9 baris berkode wilayah"),
    (empty_cell, "kosong.parquet: 9 baris mempunyai sel kosong"),
    (other_kind, "jenis.parquet: isi kolom sex"),
]


@pytest.mark.parametrize(("spoil", "said"), FAULTS, ids=[spoil.__name__ for spoil, _said in FAULTS])
def test_one_wrong_file_is_named_and_nothing_is_changed(provinces, tmp_path, spoil, said):
    good = [extract(tmp_path, "98"), extract(tmp_path, "99")]
    count_nation(good)
    before = (nation(), NationalCell.objects.count())
    extract(tmp_path, "96")
    spoil(tmp_path)
    with pytest.raises(ExtractsWrong) as refused:
        count_nation([*good, *(file for file in sorted(tmp_path.glob("*.parquet")) if file not in good)])
    assert said in str(refused.value) and "Siti" not in str(refused.value)
    assert (nation(), NationalCell.objects.count()) == before


def test_all_faults_are_told_at_once(tmp_path):
    broken(tmp_path)
    without_column(tmp_path)
    with pytest.raises(ExtractsWrong) as refused:
        checked([tmp_path])
    assert refused.value.facts["count"] == 2


def test_a_folder_without_extracts_is_refused(tmp_path):
    with pytest.raises(ExtractsWrong, match="Tidak ada berkas Parquet"):
        checked([tmp_path])


def test_files_that_say_no_month_need_one(provinces, tmp_path):
    file = tmp_path / "a.parquet"
    rows_of("98", {"L": 9}).write_parquet(file)
    with pytest.raises(ExtractMonthMissing):
        count_nation([file])
    assert nation() is None
    assert count_nation([file], month=MONTH).month == MONTH
    mark(file, month="2026-11", province="98")
    assert [(one.month, one.province, one.persons, one.invented) for one in checked([file])] == [
        ("2026-11", "98", 9, False)
    ]


def test_denominators_of_no_province_are_refused_and_nothing_is_kept(provinces, tmp_path):
    file = tmp_path / "penyebut.csv"
    file.write_text("kode,status,nilai,putaran\n98,population,60,2026-01\n", "utf-8")
    with pytest.raises(NationDenominatorsWrong):
        count_nation([extract(tmp_path, "98")], denominators=file)
    assert nation() is None


def test_a_leader_does_not_have_the_nation_counted(provinces, tmp_path, acting_as):
    file = extract(tmp_path, "98")
    acting_as("leader")
    with pytest.raises(NotYourCount):
        count_nation([file])
    assert nation() is None


# What is shown


def test_small_totals_are_not_kept_anywhere_and_cannot_be_worked_out(provinces, tmp_path):
    extract(tmp_path, "96", {"L": 2, "P": 1})
    for code, many in (("97", 40), ("98", 50), ("99", 9)):
        extract(tmp_path, code, {"L": many})
    count_nation([tmp_path])
    shown = counted("province")
    hidden = [code for code, number in shown.items() if number is None]
    assert "96" in hidden and len(hidden) == 2
    left = nation().persons - sum(number or 0 for number in shown.values())
    assert left == 3 + 9
    assert counted("sex") == {"L": None, "P": None}
    assert not NationalCell.objects.filter(numerator__in=[1, 2, 3]).exists()


def test_two_provinces_give_no_totals_by_attribute(provinces, tmp_path):
    count_nation([extract(tmp_path, "98"), extract(tmp_path, "99")])
    assert set(nation().cells) == {"province"}
    assert without_extract(nation(), {"97": "Tujuh", "98": "Delapan"}) == ["Tujuh"]


def test_who_lives_where_nobody_sent_an_extract_is_one_cell(provinces, tmp_path):
    import polars as pl

    frame = rows_of("98", {"L": 40}, elsewhere=7)
    area = pl.when(pl.col("membership") > 30).then(pl.lit("97.01.??.????")).otherwise("area")
    write(frame.with_columns(area=area), tmp_path / "98.parquet", month="2026-11", province="98")
    extract(tmp_path, "99")
    count_nation([tmp_path])
    assert counted("province") == {"??": 17, "98": 23, "99": 50}
    assert nation().persons == 90


def test_evenness_needs_every_denominator_and_takes_no_hidden_number(provinces, tmp_path):
    for code, many in (("96", 3), ("97", 7), ("98", 40), ("99", 40)):
        extract(tmp_path, code, {"L": many})
    people = tmp_path / "penyebut.csv"
    people.write_text(
        "kode,status,nilai,putaran\n" + "".join(f"{code},eligible,100,2026-01\n" for code in PROVINCES), "utf-8"
    )
    count_nation([tmp_path])
    assert evenness(nation()) is None
    count_nation([tmp_path], denominators=people)
    # 96 and 97 are hidden: ten persons between them, five each. Gini by all pairs: 2 x (2 x 2 x 35 / 90) / (2 x 4).
    assert evenness(nation()).gini == pytest.approx(4 * 35 * 2 / (2 * 4 * 90))


def test_a_kept_number_of_the_nation_is_not_changed(provinces, tmp_path):
    from django.db import IntegrityError, transaction

    count_nation([extract(tmp_path, "99")])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        NationalCell.objects.update(numerator=1)
    assert counted("province") == {"99": 50}


def test_the_engines_take_files_with_their_columns_in_any_order(tmp_path):
    one, two = tmp_path / "a.parquet", tmp_path / "b.parquet"
    rows_of("98", {"L": 9}).write_parquet(one)
    rows_of("99", {"P": 8}).select(sorted(COLUMNS)).write_parquet(two)
    assert count_extracts([one, two], engine="duckdb").equals(count_extracts([one, two], engine="postgres"))
