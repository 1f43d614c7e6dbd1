"""Which pairs are looked at: every record gets keys, and records with a key in common are a pair. SQL for both engines.

A key that many records share is left out, so that the work stays in step with the number of rows; a person is reached by
another of his keys. Keys are hashed: two keys that fall together by chance only cost a look.
"""

from __future__ import annotations

import zlib

from sertakan.linkage.model import Block, Dialect, Settings


def chosen_blocks(settings: Settings, rows: int) -> tuple[Block, ...]:
    """The blocks for sets of this size."""
    return tuple(block for block in settings.blocks if not block.loose or rows <= settings.loose_up_to)


def number_of(block: Block) -> int:
    """The number of a block within its keys: the same in every set, whatever other blocks it has."""
    return zlib.crc32(repr((block.columns, block.member)).encode())


def keys_sql(blocks: tuple[Block, ...], table: str, dialect: Dialect, *, numbered: bool = False) -> str:
    """[key, row] of all keys of the records of `table`; with `numbered` also `block`, its position among `blocks`."""
    return "\nunion all\n".join(
        _block_sql(block, table, dialect, f", cast({at} as tinyint) as block" if numbered else "")
        for at, block in enumerate(blocks)
    )


def _block_sql(block: Block, table: str, dialect: Dialect, extra: str) -> str:
    hashing = "hash" if dialect == "duckdb" else "xxhash64"
    known = " and ".join(f"{column} is not null" for column in block.columns) or "true"
    parts = ", ".join([str(number_of(block)), *block.columns])
    if not block.member:
        return f"select {hashing}({parts}) as key, row{extra} from {table} where {known}"
    explode = "unnest" if dialect == "duckdb" else "explode"
    needed = ", ".join(["row", *block.columns])
    return (
        f"select {hashing}({parts}, member) as key, row{extra} from"
        f" (select {needed}, {explode}({block.member}) as member from {table} where {known})"
    )


def within_sql(largest: int) -> str:
    """[l, r] of one set against itself, from ``keys``."""
    return f"""
    with kept as (select key from keys group by key having count(*) between 2 and {largest}),
    few as (select k.key, k.row from keys k join kept on k.key = kept.key)
    select distinct a.row as l, b.row as r from few a join few b on a.key = b.key and a.row < b.row
    """


def between_sql(largest: int) -> str:
    """[l, r] of one set against another, from ``left_keys`` and ``right_keys``."""
    return f"""
    with met as (
        select k.key, k.row from right_keys k join (select distinct key from left_keys) s on k.key = s.key
    ),
    kept as (select key from met group by key having count(*) <= {largest}),
    few as (select met.key, met.row from met join kept on met.key = kept.key)
    select distinct a.row as l, b.row as r from left_keys a join few b on a.key = b.key
    """
