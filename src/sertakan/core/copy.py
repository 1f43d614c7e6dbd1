"""Columns into the database: COPY of a frame into a staging table, then one INSERT ... SELECT by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    import polars as pl


def stage(name: str, columns: Mapping[str, str]) -> None:
    """Make a temporary table for this transaction: no index, no history, no row policy. `columns`: name to SQL type."""
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in columns.items()  # type: ignore[arg-type]
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(sql.Identifier(name), body))


def frame_of(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
    """`rows` as a frame. `columns`: name to bigint, date, text or jsonb, in their order."""
    import polars as pl

    kinds = {"bigint": pl.Int64, "date": pl.Date, "text": pl.String, "jsonb": pl.String}
    values: Iterable[Any] = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pl.DataFrame(
        [
            pl.Series(name, column, dtype=kinds[kind])
            for (name, kind), column in zip(columns.items(), values, strict=True)
        ]
    )


@contextmanager
def staged(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Iterator[None]:
    """`rows` in a temporary table of this name while the block runs; `columns` as in `frame_of`."""
    stage(name, columns)
    copy_frame(name, frame_of(columns, rows))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
        yield
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def copy_frame(table: str, frame: pl.DataFrame, columns: Sequence[str] | None = None) -> int:
    """COPY `frame` into `table` as CSV; null stays null. Returns the number of rows.

    Binary columns become bytea, lists of text become arrays. Text may hold anything but a NUL, which is taken out.
    """
    import polars as pl

    names = list(columns or frame.columns)
    part = frame.select(names)
    ready = []
    for name, kind in part.schema.items():
        column = pl.col(name)
        if kind == pl.Binary:
            ready.append((pl.lit("\\x") + column.bin.encode("hex")).alias(name))
        elif kind == pl.String:
            ready.append(column.str.replace_all("\0", "", literal=True).alias(name))
        elif isinstance(kind, pl.List):
            ready.append((pl.lit("{") + column.cast(pl.List(pl.String)).list.join(",") + pl.lit("}")).alias(name))
        else:
            ready.append(column)
    # An empty text is quoted and null is not, which is how COPY tells the two apart.
    data = BytesIO()
    part.select(ready).write_csv(data, include_header=False, quote_style="non_numeric", null_value="")
    target = sql.SQL(".").join(sql.Identifier(piece) for piece in table.split("."))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        target, sql.SQL(", ").join(sql.Identifier(name) for name in names)
    )
    with connection.cursor() as cursor, raw(cursor).copy(statement) as out:
        data.seek(0)
        while block := data.read(1 << 20):
            out.write(block)
    return part.height


def raw(cursor: Any) -> Any:
    """psycopg's own cursor under Django's."""
    return cursor.cursor


def read_frame(query: str, params: Sequence[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of `query` as a frame of `schema` (column to Polars type), under the row policies of the present scope.

    Dates and numbers are cast here; binary columns have to be selected as ``encode(column, 'hex')`` and stay text.
    """
    import polars as pl

    data = BytesIO()
    with connection.cursor() as cursor, raw(cursor).copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", params) as out:
        for block in out:
            data.write(block)
    names = list(schema)
    if data.tell() == 0:
        return pl.DataFrame(schema=dict(schema))
    data.seek(0)
    written = {name: pl.String if kind in (pl.Boolean, pl.Date) else kind for name, kind in schema.items()}
    text = pl.read_csv(data, has_header=False, new_columns=names, schema=written)
    return text.select(_read(name, kind) for name, kind in schema.items())


def _read(name: str, kind: Any) -> pl.Expr:
    import polars as pl

    if kind == pl.Boolean:
        return (pl.col(name) == "t").alias(name)
    return pl.col(name).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name)


def next_ids(sequence: str, count: int) -> list[int]:
    """Take `count` fresh numbers from a sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [int(row[0]) for row in cursor.fetchall()]
