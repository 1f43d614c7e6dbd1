"""Where the counting runs: here on Polars (`postgres`: straight from the database), in DuckDB, or on Spark. The cells are the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sertakan.coverage.counting import count
from sertakan.coverage.errors import EngineUnknown

if TYPE_CHECKING:
    import polars as pl

ENGINES: Final = ("postgres", "duckdb", "spark")


def count_on(engine: str, persons: pl.DataFrame) -> pl.DataFrame:
    """The cells of `persons`, counted by `engine`. Raises EngineUnknown."""
    check_known(engine)
    if engine == "postgres":
        return count(persons)
    if engine == "duckdb":
        import duckdb

        with duckdb.connect() as connection:
            return count(connection.from_arrow(persons.to_arrow()))
    with tempfile.TemporaryDirectory(prefix="sertakan-coverage-") as folder:
        file = Path(folder) / "persons.parquet"
        persons.write_parquet(file)
        return count_extracts([file], engine="spark")


def count_extracts(files: Sequence[Path], *, engine: str = "duckdb", session: Any = None) -> pl.DataFrame:
    """The cells of Parquet extracts, of many provinces at once; the same on every engine. Raises EngineUnknown."""
    check_known(engine)
    paths = [str(file) for file in files]
    if engine == "postgres":
        import polars as pl

        return count(pl.scan_parquet(paths))
    if engine == "duckdb":
        import duckdb

        with duckdb.connect() as connection:
            return count(connection.read_parquet(paths))
    from sertakan.linkage.spark import session as start

    spark = session or start()
    try:
        return count(spark.read.parquet(*paths))
    finally:
        if session is None:
            spark.stop()


def check_known(engine: str) -> None:
    """Raises EngineUnknown."""
    if engine not in ENGINES:
        raise EngineUnknown(engine=engine, known=", ".join(ENGINES))
