"""A sheet as it comes out of a reader, and the wire on which it goes from the reading process to the caller.

Wire: frames of an 8-byte length and content. First a JSON frame {"format": ...} or {"error": code, "facts": {...}}, then for each
sheet a JSON frame (its head) and, if it has cells, an Arrow stream frame with the columns t0..tN (text) and k0..kN (kind code).
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from sertakan.intake.reading.scan import ERRORS, Area

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

KINDS = (None, "s", "n", "i", "d", "b", "e")
"""Kind by its code on the wire."""
BLANK, TEXT, NUMBER, WHOLE, DATE, BOOLEAN, ERROR = range(7)


Column = tuple["pa.Array", bytes]
"""Cells of one column: texts (null where blank) and kind codes."""


@dataclass
class SheetHead:
    """Everything of a sheet but its cells. Rows and columns are 0-based sheet positions."""

    name: str
    index: int
    hidden: bool = False
    worksheet: bool = True
    first_row: int = 0
    first_column: int = 0
    areas: list[Area] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    notes: list[tuple[str, list[int], dict[str, Any]]] = field(default_factory=list)
    has_cells: bool = False


@dataclass
class RawSheet:
    """A sheet with its cells: frames of the same shape, columns "0".."N" from `head.first_column` on."""

    head: SheetHead
    texts: pl.DataFrame
    kinds: pl.DataFrame


def number_text(value: float) -> str:
    """A number in full decimal notation, shortest form that reads back the same: 1701994107850003.0 -> "1701994107850003"."""
    if -1e16 < value < 1e16 and value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text and value == value else text


def cell_text(value: Any) -> tuple[str | None, int]:
    """Text as a person sees it and kind code of a value of the cell reader."""
    if isinstance(value, str):
        if not value or value.isspace():
            return None, BLANK
        return value, ERROR if value in ERRORS else TEXT
    if value.__class__ is dt.date:
        return value.isoformat(), DATE
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), BOOLEAN
    if isinstance(value, float):
        return number_text(value), NUMBER
    if isinstance(value, int):
        return str(value), WHOLE
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat(), DATE
        return value.isoformat(sep=" ", timespec="seconds"), DATE
    if isinstance(value, dt.date):
        return value.isoformat(), DATE
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds"), TEXT
    if isinstance(value, dt.timedelta):
        seconds = int(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}", TEXT
    if value is None:
        return None, BLANK
    return str(value), TEXT


def column_texts(values: Sequence[Any]) -> Column:
    """Texts and kind codes of a column; columns of nothing but text take the short way."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        texts = pa.array(values, pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        pairs = [(number_text(v), NUMBER) if v.__class__ is float else cell_text(v) for v in values]
        return pa.array([pair[0] for pair in pairs], pa.large_string()), bytes([pair[1] for pair in pairs])
    filled = pc.fill_null(pc.greater(pc.binary_length(pc.utf8_trim_whitespace(texts)), 0), False)
    kinds = pc.if_else(pc.is_in(texts, pa.array(ERRORS, pa.large_string())), ERROR, pc.cast(filled, pa.int64()))
    codes = pc.cast(kinds, pa.uint8())
    return pc.if_else(filled, texts, None), codes.buffers()[1].to_pybytes()[: len(values)]


class SheetWriter:
    """Writes the cells of one sheet as Arrow batches into memory, then as one frame."""

    def __init__(self) -> None:
        self._sink = io.BytesIO()
        self._writer: Any = None
        self._width = 0

    def add(self, columns: list[Column]) -> None:
        """A batch: per column the texts and kind codes. Every batch has the same number of columns."""
        import pyarrow as pa

        names = [f"{what}{i}" for i in range(len(columns)) for what in "tk"]
        arrays: list[Any] = []
        for texts, kinds in columns:
            arrays.append(texts)
            arrays.append(pa.Array.from_buffers(pa.uint8(), len(kinds), [None, pa.py_buffer(kinds)]))
        batch = pa.record_batch(arrays, names=names)
        if self._writer is None:
            self._width = len(columns)
            self._writer = pa.ipc.new_stream(self._sink, batch.schema)
        self._writer.write_batch(batch)

    def finish(self) -> memoryview | None:
        """The Arrow stream, or None when nothing was added."""
        if self._writer is None:
            return None
        self._writer.close()
        return self._sink.getbuffer()


def write_frame(out: BinaryIO, content: bytes | memoryview) -> None:
    out.write(len(content).to_bytes(8, "little"))
    out.write(content)


def write_head(out: BinaryIO, head: SheetHead) -> None:
    write_frame(out, json.dumps(asdict(head)).encode())


def read_frame(source: BinaryIO) -> bytes:
    """The next frame. Raises EOFError when the stream ends early."""
    size = source.read(8)
    if len(size) < 8:
        raise EOFError
    content = source.read(int.from_bytes(size, "little"))
    if len(content) < int.from_bytes(size, "little"):
        raise EOFError
    return content


def read_sheets(source: BinaryIO) -> list[RawSheet]:
    """The sheets that follow the first frame, up to the empty one that ends them. Raises EOFError."""
    import polars as pl

    sheets: list[RawSheet] = []
    while fields := json.loads(read_frame(source)):
        head = SheetHead(**fields)
        head.areas = [(top, left, bottom, right) for top, left, bottom, right in head.areas]
        texts, kinds = pl.DataFrame(), pl.DataFrame()
        if head.has_cells:
            frame = pl.read_ipc_stream(io.BytesIO(read_frame(source)))
            texts, kinds = split(frame)
        sheets.append(RawSheet(head, texts, kinds))
    return sheets


def split(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Texts and kinds out of one frame with the columns t0, k0, t1, k1, ..."""
    import polars as pl

    width = frame.width // 2
    texts = frame.select(pl.col(f"t{i}").str.replace_all("\x00", "", literal=True).alias(str(i)) for i in range(width))
    lookup = pl.Series(KINDS, dtype=pl.String)
    kinds = pl.DataFrame([lookup.gather(frame[f"k{i}"]).alias(str(i)) for i in range(width)])
    return texts, kinds


def raw_sheet(head: SheetHead, rows: Iterable[Sequence[str | None]]) -> RawSheet:
    """A sheet of texts made in this process (pasted text, tests)."""
    import polars as pl

    grid = [list(row) for row in rows]
    width = max((len(row) for row in grid), default=0)
    columns = list(zip(*[row + [None] * (width - len(row)) for row in grid], strict=True))
    data: dict[str, list[str | None]] = {}
    for i, column in enumerate(columns):
        data[str(i)] = [text if text and not text.isspace() else None for text in column]
    texts = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    kinds = texts.select(pl.when(pl.col(name).is_not_null()).then(pl.lit("s")).alias(name) for name in data)
    head.has_cells = bool(data)
    return RawSheet(head, texts, kinds)
