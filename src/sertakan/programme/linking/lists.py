"""A list from outside as records to compare: the same reading and the same recognising of columns as for an agency's file.

A workbook is read whole, within the limits of the intake. Separated text may be of any length: its head is read like any file to find the
headings, the rest streams through in parts, so that five million rows need no more memory than a hundred thousand.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from sertakan.core import clock
from sertakan.core.logs import masked
from sertakan.linkage.errors import ListColumnUnknown, ListEmpty, ListTooLarge, ListWithoutName, RegisterEmpty

if TYPE_CHECKING:
    import polars as pl

    from sertakan.intake.checks import CheckContext
    from sertakan.intake.columns import ColumnMap
    from sertakan.intake.table import SheetTable

COMPARED: Final = (
    "nik", "name", "mother_name", "birth_date", "birth_place", "sex", "area_code", "address", "phone", "email", "kpj",
)  # fmt: skip
ROWS_AT_A_TIME: Final = 100_000
STREAM_FROM_BYTES: Final = 8 * 1024**2
LARGEST_BYTES: Final = 2 * 1024**3
_HEAD_LINES: Final = 2_000
_ENOUGH = (
    {"nik"},
    {"kpj"},
    {"name", "birth_date"},
    {"name", "area_code"},
    {"name", "address"},
    {"name", "mother_name"},
    {"name", "phone"},
)


@dataclass(frozen=True, slots=True)
class Part:
    """Up to some ten thousand rows: `records` [record_id: number of the row, the columns in COMPARED as text], `read` so far."""

    records: pl.DataFrame
    read: int


@dataclass(frozen=True)
class ForeignList:
    """A list that is open: how its columns were understood, and its rows, part by part."""

    name: str
    columns: Mapping[str, str]
    parts: Callable[[], Iterator[Part]] = field(repr=False)

    @property
    def has_numbers(self) -> bool:
        """Whether it names membership numbers, as BPJS's member list does."""
        return "kpj" in self.columns


@contextmanager
def opened(path: Path, *, context: CheckContext, mapping: Mapping[str, str] | None = None) -> Iterator[ForeignList]:
    """Open a list. `mapping`: canonical column to heading, as somebody says; `context` as of `area_context`.

    Raises what `intake.reading` raises, ListTooLarge, ListEmpty, ListColumnUnknown, ListWithoutName.
    """
    from sertakan.intake.reading.formats import detect

    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ListTooLarge(size=f"{size / 1024**3:.1f} GB", limit=f"{LARGEST_BYTES / 1024**3:.0f} GB")
    if size >= STREAM_FROM_BYTES and detect(path) == "csv":
        with _streamed(path, mapping or {}, context) as found:
            yield found
    else:
        yield _read_whole(path, mapping or {}, context)


def _read_whole(path: Path, mapping: Mapping[str, str], context: CheckContext) -> ForeignList:
    tables = _tables(path)
    maps = [_mapped(table, mapping) for table in tables]
    usable = [(table, columns) for table, columns in zip(tables, maps, strict=True) if columns is not None]
    if not usable:
        raise ListWithoutName(headings=_headings(tables))
    if not any(table.height for table, _ in usable):
        raise ListEmpty()

    def parts() -> Iterator[Part]:
        read = 0
        for place, (table, columns) in enumerate(usable):
            records = _records(table, columns, context, base=place * 10_000_000)
            for start in range(0, records.height, ROWS_AT_A_TIME):
                part = records.slice(start, ROWS_AT_A_TIME)
                read += part.height
                yield Part(part, read)

    return ForeignList(path.name, _told(usable[0][1]), parts)


def _tables(path: Path) -> list[SheetTable]:
    from sertakan.intake.errors import NoTable
    from sertakan.intake.reading import Limits, read_workbook
    from sertakan.intake.reading.formats import detect

    limits = Limits(file_bytes=settings.SERTAKAN_FILE_LIMIT_MB * 1024 * 1024, cells=settings.SERTAKAN_CELL_LIMIT)
    try:
        return list(read_workbook(path, limits=limits).sheets)
    except NoTable:
        if detect(path) != "csv":
            raise
        return [_by_its_first_line(path)]


def _by_its_first_line(path: Path) -> SheetTable:
    """Separated text whose headings mean nothing to us: the first line names the columns. Raises ListEmpty."""
    import polars as pl

    from sertakan.intake.reading.textfiles import decode, parse
    from sertakan.intake.table import SheetTable

    rows, _ = parse(decode(path.read_bytes())[0])
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        raise ListEmpty()
    (header, headings), *body = filled
    names = [f"c{at}" for at in range(len(headings))]
    texts = {
        name: [row[at].strip() or None if at < len(row) else None for _, row in body] for at, name in enumerate(names)
    }
    cells = pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String))
    return SheetTable(
        sheet=path.stem,
        index=0,
        hidden=False,
        header_row=header,
        headings=tuple(headings),
        cells=cells,
        kinds=cells.select(pl.when(pl.col(name).is_not_null()).then(pl.lit("s")).alias(name) for name in names),
        rows=pl.Series([number for number, _ in body], dtype=pl.Int64),
        sections=pl.Series([None] * len(body), dtype=pl.String),
    )


@contextmanager
def _streamed(path: Path, mapping: Mapping[str, str], context: CheckContext) -> Iterator[ForeignList]:
    """The head of the file tells headings, separator and encoding; the body is read in parts from the file itself."""
    from sertakan.intake.reading.textfiles import decode, delimiter_of

    folder = Path(settings.SERTAKAN_DATA) / "secrets" / "reading"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        head = Path(place) / f"{path.stem[:80]}.csv"
        with path.open("rb") as source:
            lines = [source.readline() for _ in range(_HEAD_LINES)]
        head.write_bytes(b"".join(lines))
        text, encoding, _ = decode(head.read_bytes())
        table = _tables(head)[0]
        columns = _mapped(table, mapping)
        if columns is None:
            raise ListWithoutName(headings=_headings([table]))
        body = path if encoding == "utf-8" else _in_utf8(path, Path(place) / "isi.csv", encoding)
        source_facts = (body, delimiter_of(text), table, columns, context)
        yield ForeignList(path.name, _told(columns), lambda: _parts_of(*source_facts))


def _in_utf8(path: Path, target: Path, encoding: str) -> Path:
    with (
        path.open("r", encoding=encoding, errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, 1 << 20)
    return target


def _parts_of(
    body: Path, separator: str, table: SheetTable, columns: ColumnMap, context: CheckContext
) -> Iterator[Part]:
    import polars as pl

    from sertakan.intake.table import SheetTable

    names = [f"c{at}" for at in range(len(table.headings))]
    first = table.first_column
    scan = pl.scan_csv(
        body,
        separator=separator,
        has_header=False,
        skip_rows=table.header_row,
        infer_schema=False,
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
        new_columns=None,
        low_memory=True,
    )
    kept = scan.collect_schema().names()[first : first + len(names)]
    renamed = dict(zip(kept, names, strict=False))
    read, number = 0, table.header_row
    for batch in scan.select(kept).rename(renamed).collect_batches(chunk_size=ROWS_AT_A_TIME, maintain_order=True):
        missing = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in batch.columns]
        cells = batch.with_columns(missing).select(names)
        rows = pl.int_range(number + 1, number + 1 + cells.height, dtype=pl.Int64, eager=True)
        number += cells.height
        kinds = cells.select(pl.when(pl.col(name).is_not_null()).then(pl.lit("s")).alias(name) for name in names)
        chunk = SheetTable(
            sheet=table.sheet,
            index=0,
            hidden=False,
            header_row=table.header_row,
            headings=table.headings,
            cells=cells,
            kinds=kinds,
            rows=rows,
            sections=pl.Series([None] * cells.height, dtype=pl.String),
        )
        records = _records(chunk, columns, context)
        read += records.height
        for start in range(0, records.height, ROWS_AT_A_TIME):
            yield Part(records.slice(start, ROWS_AT_A_TIME), read)


def _mapped(table: SheetTable, mapping: Mapping[str, str]) -> ColumnMap | None:
    """How the columns are understood; None when nobody can be recognised by them."""
    from sertakan.intake.columns import map_columns
    from sertakan.intake.columns.mapping import heading_keys
    from sertakan.intake.columns.model import COMBINED
    from sertakan.intake.vocabulary import word_key

    keys = heading_keys(table.headings)
    answers = {}
    for ours, theirs in mapping.items():
        if ours not in (*COMPARED, COMBINED):
            raise ListColumnUnknown(column=ours[:40], headings=", ".join((*COMPARED, COMBINED)))
        wanted = word_key(theirs)
        if wanted not in keys:
            raise ListColumnUnknown(column=theirs[:40], headings=_headings([table]))
        answers[wanted] = ours
    columns = map_columns(table, answers=answers)
    present = set(columns.columns)
    if columns.combined is not None:
        present |= {"birth_place", "birth_date"}
    if any(name.startswith("area_") for name in columns.parts):
        present.add("area_code")
    return columns if any(needed <= present for needed in _ENOUGH) else None


def _told(columns: ColumnMap) -> dict[str, str]:
    """Canonical column to heading, of what is compared."""
    told = {name: found.heading for name, found in columns.columns.items() if name in COMPARED}
    if columns.combined is not None:
        told |= {"birth_place": columns.combined.heading, "birth_date": columns.combined.heading}
    parts = [found.heading for name, found in columns.parts.items() if name.startswith("area_")]
    return {**told, **({"area_code": ", ".join(parts)} if parts and "area_code" not in told else {})}


def _headings(tables: list[SheetTable]) -> str:
    """Headings for a refusal. Of a list without any the first row stands there, and its numbers belong into no message."""
    return ", ".join(masked(heading)[:40] for table in tables for heading in table.headings if heading)[:400] or "-"


def area_context() -> CheckContext:
    """What finding an area needs: the province of the agencies. Raises RegisterEmpty where there is none."""
    from sertakan.agencies.models import Agency
    from sertakan.programme.checking import check_context

    agency = Agency.objects.select_related("province").order_by("pk").first()
    if agency is None:
        raise RegisterEmpty()
    return check_context(agency)


def _records(table: SheetTable, columns: ColumnMap, context: CheckContext, *, base: int = 0) -> pl.DataFrame:
    """[record_id, COMPARED]: texts as written, tidied; areas found, what is not found stays in the address."""
    import polars as pl

    from sertakan.intake.checks.extraction import extract
    from sertakan.intake.checks.places import check_area

    (sheet,) = extract([table], [columns], context)
    check_area(sheet, context)
    plain = [pl.col(f"t_{name}").alias(name) for name in COMPARED if name not in ("area_code", "address")]
    area = "area_code" if "area_code" in sheet.frame.columns else "t_area_code"
    address = "address" if "address" in sheet.frame.columns else "t_address"
    found = sheet.frame.select(
        (pl.col("row") + base).cast(pl.Int64).alias("record_id"),
        *plain,
        pl.col(area).cast(pl.String).alias("area_code"),
        pl.col(address).cast(pl.String).alias("address"),
    ).select("record_id", *COMPARED)
    said = pl.any_horizontal(pl.col(name).is_not_null() for name in ("nik", "name", "kpj"))
    return found.filter(said)


def list_facts(found: ForeignList) -> dict[str, Any]:
    """What a run keeps of how a list was understood."""
    return {"columns": dict(found.columns), "on": clock.today().isoformat()}
