"""A set made ready to be compared with: comparison columns with frequencies, and the keys of its records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from sertakan.linkage import blocking, frequencies
from sertakan.linkage.model import Block, Settings

if TYPE_CHECKING:
    import duckdb

MEMORY: Final = "800MB"


@contextmanager
def connected(threads: int = 2, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory; nothing of a person is ever written to a temporary file."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": threads, "memory_limit": memory, "temp_directory": ""})
    try:
        connection.execute("set preserve_insertion_order = false")
        yield connection
    finally:
        connection.close()


@dataclass(frozen=True)
class Prepared:
    """records [row, what levels read, tf_*]; keys [key, row, block]; ids: record_id by row; blocks by their position in `keys`.

    What only keys were made of is not kept.
    """

    ids: pl.Series
    records: pl.DataFrame
    keys: pl.DataFrame
    blocks: tuple[Block, ...]
    known: frequencies.Frequencies

    @property
    def rows(self) -> int:
        """How many records there are."""
        return self.ids.len()

    @property
    def columns(self) -> set[str]:
        """The comparison columns, and those that keys were made of."""
        return set(self.records.columns).union(*((*block.columns, block.member) for block in self.blocks)) - {""}


def compared_columns(settings: Settings) -> list[str]:
    """The columns that levels and keys read."""
    used = {column for one in settings.comparisons for column in one.columns}
    used |= {column for block in settings.blocks for column in (*block.columns, block.member) if column}
    return sorted(used)


def table(prepared: pl.DataFrame, settings: Settings, known: frequencies.Frequencies) -> pl.DataFrame:
    """[row, comparison columns, tf_*] of one side."""
    columns = [name for name in compared_columns(settings) if name in prepared.columns]
    return frequencies.add(prepared.select(columns), known).with_row_index("row")


def build(prepared: pl.DataFrame, settings: Settings, *, threads: int = 2, beside: Prepared | None = None) -> Prepared:
    """Make a frame of `normalise.prepare` ready: its frequencies, and the keys of all blocks that a list may need.

    beside: a larger set these records belong to; its frequencies and blocks count.
    """
    fitting = settings.fitting(set(prepared.columns))
    known = beside.known if beside else frequencies.count(prepared)
    records = table(prepared, fitting, known)
    blocks = beside.blocks if beside else all_blocks(settings, set(prepared.columns), prepared.height)
    with connected(threads) as connection:
        connection.register("records", records.to_arrow())
        sql = blocking.keys_sql(blocks, "records", "duckdb", numbered=True)
        keys = (
            fetched(connection, sql)
            if blocks
            else pl.DataFrame(schema={"key": pl.UInt64, "row": pl.UInt32, "block": pl.Int8})
        )
    read = {column for one in settings.comparisons for column in one.columns}
    kept = [name for name in records.columns if name in read or name == "row" or name.startswith("tf_")]
    return Prepared(prepared["record_id"], records.select(kept), keys, blocks, known)


def changed(base: Prepared, gone: Collection[int], fresh: Prepared) -> Prepared:
    """`base` without the records `gone` and with those of `fresh` (built `beside` it). Frequencies stay those of `base`.

    Who is gone keeps a row and loses the keys, so that nobody meets it.
    """
    rows = pl.DataFrame({"record_id": base.ids}).with_row_index("row").filter(pl.col("record_id").is_in(list(gone)))
    kept = base.keys.join(rows.select(pl.col("row").cast(base.keys.schema["row"])), on="row", how="anti")
    moved = [
        frame.with_columns(row=(pl.col("row") + base.rows).cast(frame.schema["row"]))
        for frame in (fresh.records, fresh.keys)
    ]
    return Prepared(
        ids=pl.concat([base.ids, fresh.ids.cast(base.ids.dtype)]),
        records=pl.concat([base.records, moved[0].select(base.records.columns)], rechunk=False),
        keys=pl.concat([kept, moved[1].select(kept.columns)], rechunk=False),
        blocks=base.blocks,
        known=base.known,
    )


def all_blocks(settings: Settings, columns: set[str], rows: int) -> tuple[Block, ...]:
    """Every block whose columns are there, also those that only lists without some other column need."""
    fitting = (block for block in settings.blocks if {*block.columns, block.member} - {""} <= columns)
    return tuple(block for block in fitting if not block.loose or rows <= settings.loose_up_to)


def fetched(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """The rows of a query as a frame."""
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a query gives a table")
    return frame
