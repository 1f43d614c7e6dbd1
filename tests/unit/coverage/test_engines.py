"""One set of expressions, the same cells wherever it runs."""

from __future__ import annotations

import pytest
from test_suppression import persons

from sertakan.core.errors import DomainError
from sertakan.coverage.counting import CELLS, COLUMNS, count
from sertakan.coverage.engines import count_extracts, count_on


def test_duckdb_gives_the_same_cells():
    frame = persons(3, 500)
    assert count_on("duckdb", frame).equals(count(frame))


def test_extracts_of_several_provinces_are_counted_together_on_both(tmp_path):
    import polars as pl

    first = persons(1, 200)
    second = persons(2, 300).with_columns(pl.col("area").str.replace("^99", "98"))
    files = [tmp_path / "satu.parquet", tmp_path / "dua.parquet"]
    first.write_parquet(files[0])
    second.write_parquet(files[1])
    found = count_extracts(files, engine="duckdb")
    assert found.equals(count_extracts(files, engine="postgres"))
    assert found.equals(count(pl.concat([first, second])))
    provinces = found.filter(pl.col("by") == "province")
    assert dict(provinces.select("code", "numerator").iter_rows())["98"] > 0
    assert provinces["numerator"].sum() == 500


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_gives_the_same_cells(tmp_path):
    pytest.importorskip("pyspark")
    from sertakan.linkage import spark

    frame = persons(5, 120)
    file = tmp_path / "orang.parquet"
    frame.write_parquet(file)
    session = spark.session(partitions=2)
    try:
        assert count_extracts([file], engine="spark", session=session).equals(count(frame))
    finally:
        session.stop()


def test_nobody_gives_no_cells_and_the_columns_stand():
    frame = persons(1, 1).head(0)
    assert tuple(frame.columns) == COLUMNS
    found = count(frame)
    assert (found.height, tuple(found.columns)) == (0, CELLS)


def test_another_engine_is_refused():
    with pytest.raises(DomainError) as refused:
        count_on("sqlite", persons(1, 3))
    assert refused.value.code == "coverage_engine_unknown"
