"""Reference files into tables: read as columns, looked at as a whole, written set-based, repeatable.

A file that is broken is refused before anything is written, with its name, the row as an editor shows it (the heading is row 1) and the
cause. This module knows no table of its own; the loader of each capability says what its file must look like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from sertakan.core import copy
from sertakan.core.errors import DomainError

if TYPE_CHECKING:
    import polars as pl

ROW = "row_number"
"""Column that holds the row of the file, 1-based, the heading being row 1."""

TRUE, FALSE = "ya", "tidak"


class ReferenceFileBroken(DomainError):
    """A reference file cannot be taken. Facts: file, row, and what the subclass names."""

    code = "reference_file_broken"
    message = "Berkas acuan %(file)s tidak dapat dibaca sebagai tabel. Tidak ada yang disimpan."


class ReferenceColumnMissing(ReferenceFileBroken):
    code = "reference_column_missing"
    message = (
        "Berkas acuan %(file)s, baris %(row)s: kolom “%(column)s” tidak ada. Tambahkan kolom itu, lalu muat ulang; "
        "tidak ada yang disimpan."
    )


class ReferenceValueMissing(ReferenceFileBroken):
    code = "reference_value_missing"
    message = "Berkas acuan %(file)s, baris %(row)s: kolom “%(column)s” kosong. Isi sel itu, lalu muat ulang; tidak ada yang disimpan."


class ReferenceValueMalformed(ReferenceFileBroken):
    code = "reference_value_malformed"
    message = (
        "Berkas acuan %(file)s, baris %(row)s: isi kolom “%(column)s”, “%(value)s”, tidak sesuai bentuk yang diharapkan "
        "(%(expected)s). Perbaiki sel itu, lalu muat ulang; tidak ada yang disimpan."
    )


class ReferenceRowRepeated(ReferenceFileBroken):
    code = "reference_row_repeated"
    message = (
        "Berkas acuan %(file)s, baris %(row)s: “%(value)s” pada kolom “%(column)s” sudah ada di baris %(first)s. "
        "Hapus salah satunya, lalu muat ulang; tidak ada yang disimpan."
    )


class ReferenceTargetUnknown(ReferenceFileBroken):
    code = "reference_target_unknown"
    message = (
        "Berkas acuan %(file)s, baris %(row)s: kolom “%(column)s” menunjuk ke “%(value)s”, yang tidak dikenal. "
        "Perbaiki rujukan itu atau muat dahulu data yang dirujuk; tidak ada yang disimpan."
    )


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did to one table. `rows` = added + changed + unchanged; closed and removed rows are not in the file."""

    table: str
    file: str
    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    removed: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether the load left the table as it was."""
        return not (self.added or self.changed or self.closed or self.removed)

    def as_dict(self) -> dict[str, str | int]:
        """Plain values, for the audit trail and for JSON."""
        return asdict(self)


def read_csv(
    path: Path, columns: Mapping[str, Sequence[str]] | Sequence[str], *, required: Sequence[str] = ()
) -> pl.DataFrame:
    """The file as text columns [ROW, *columns], stripped, blank cells as "". `columns` may map a name to other accepted headings.

    Raises ReferenceFileBroken, ReferenceColumnMissing, ReferenceValueMissing.
    """
    import polars as pl

    accepted = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, ())
    try:
        frame = pl.read_csv(path, infer_schema=False, row_index_name=ROW, row_index_offset=2, encoding="utf8")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as broken:
        raise ReferenceFileBroken(file=path.name, row=1) from broken
    names = {heading.strip().lstrip("\ufeff").lower(): heading for heading in frame.columns}
    chosen = []
    for name, others in accepted.items():
        heading = next((names[word] for word in (name, *others) if word in names), None)
        if heading is None:
            raise ReferenceColumnMissing(file=path.name, row=1, column=name)
        chosen.append(pl.col(heading).fill_null("").str.strip_chars().alias(name))
    frame = frame.select(pl.col(ROW).cast(pl.Int64), *chosen)
    for name in required:
        refuse(frame.filter(pl.col(name) == ""), ReferenceValueMissing, path, name)
    return frame


def refuse(rows: pl.DataFrame, error: type[ReferenceFileBroken], path: Path, column: str, **facts: Any) -> None:
    """Raise `error` for the first of `rows`, if there is one."""
    if rows.height:
        first = rows.row(0, named=True)
        raise error(file=path.name, row=first[ROW], column=column, **({"value": first.get(column, "")} | facts))


def check_form(frame: pl.DataFrame, path: Path, column: str, pattern: str, expected: str) -> None:
    """Every filled cell of `column` must match the whole `pattern`. Raises ReferenceValueMalformed."""
    import polars as pl

    wrong = frame.filter((pl.col(column) != "") & ~pl.col(column).str.contains(f"^(?:{pattern})$"))
    refuse(wrong, ReferenceValueMalformed, path, column, expected=expected)


def check_lengths(frame: pl.DataFrame, path: Path, lengths: Mapping[str, int]) -> None:
    """No cell is longer than its table column allows. Raises ReferenceValueMalformed."""
    import polars as pl

    for column, most in lengths.items():
        too_long = frame.filter(pl.col(column).str.len_chars() > most)
        refuse(too_long, ReferenceValueMalformed, path, column, expected=f"paling panjang {most} huruf")


def check_unique(frame: pl.DataFrame, path: Path, key: Sequence[str]) -> None:
    """No two rows carry the same `key`. Raises ReferenceRowRepeated with both rows."""
    import polars as pl

    marked = frame.with_columns(first=pl.col(ROW).min().over(list(key))).filter(pl.col(ROW) > pl.col("first")).sort(ROW)
    if marked.height:
        row = marked.row(0, named=True)
        value = " / ".join(str(row[name]) for name in key)
        raise ReferenceRowRepeated(file=path.name, row=row[ROW], column=", ".join(key), value=value, first=row["first"])


def check_known(frame: pl.DataFrame, path: Path, column: str, known: Sequence[Any] | set[str]) -> None:
    """Every filled cell of `column` is one of `known`. Raises ReferenceTargetUnknown."""
    import polars as pl

    unknown = frame.filter((pl.col(column) != "") & ~pl.col(column).is_in(list(known)))
    refuse(unknown, ReferenceTargetUnknown, path, column)


def check_dates(frame: pl.DataFrame, path: Path, *columns: str) -> None:
    """Filled cells are days of the calendar, written 2026-12-31. Raises ReferenceValueMalformed."""
    import polars as pl

    for column in columns:
        day = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
        refuse(
            frame.filter((pl.col(column) != "") & day.is_null()),
            ReferenceValueMalformed,
            path,
            column,
            expected="TTTT-BB-HH",
        )


def upsert(
    table: str,
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    values: Mapping[str, str],
    joins: str = "",
    delete: str = "",
) -> tuple[int, int, int]:
    """Bring `table` in line with `frame` in one statement. Returns (added, changed, removed).

    `values` maps each column of the table to an SQL expression over the staged text columns (alias `s`) and `joins`.
    Rows of `key` known before are changed only when a value differs. `delete` is a condition on the table (alias `t`): rows that fulfil
    it and are not in the file are taken away.
    """
    staged = stage(frame)
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in values)
    sources = sql.SQL(", ").join(sql.SQL(source) for source in values.values())  # type: ignore[arg-type]
    others = [name for name in values if name not in key]
    sets = sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in others)
    old = sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in others)
    new = sql.SQL(", ").join(sql.SQL("EXCLUDED.{}").format(sql.Identifier(name)) for name in others)
    keys = sql.SQL(", ").join(sql.Identifier(name) for name in key)
    merge = sql.SQL(
        "WITH done AS (INSERT INTO {table} AS t ({columns}) SELECT {sources} FROM {staged} s {joins} ON CONFLICT ({keys})"
        " DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new}) RETURNING (xmax = 0) AS fresh)"
        " SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM done"
    ).format(
        table=sql.Identifier(table), columns=columns, sources=sources, staged=sql.Identifier(staged),
        joins=sql.SQL(joins), keys=keys, sets=sets, old=old, new=new,  # type: ignore[arg-type]
    )  # fmt: skip
    removed = 0
    with connection.cursor() as cursor:
        cursor.execute(merge)
        added, changed = cursor.fetchone()
        if delete:
            match = " AND ".join(f't."{name}"::text = ({values[name]})::text' for name in key)
            cursor.execute(
                f'DELETE FROM "{table}" t WHERE ({delete}) AND NOT EXISTS (SELECT 1 FROM "{staged}" s {joins} WHERE {match})'
            )
            removed = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(staged)))
    return added, changed, removed


def stage(frame: pl.DataFrame, name: str = "reference_rows") -> str:
    """A temporary table `name` with the frame in it: text columns, ROW as a number. The caller drops it, or the transaction does."""
    types = {column: "bigint" if column == ROW else "text" for column in frame.columns}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
    copy.stage(name, types)
    copy.copy_frame(name, frame)
    return name
