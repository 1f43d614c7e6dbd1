"""Reads separated text (.csv, .txt, .tsv) and tables of HTML and of Excel 2003 XML. Runs in the reading process only.

In text nothing but text is known: every cell is of kind "s", exactly as written.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sertakan.intake.errors import TooLarge
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.rawsheet import SheetHead, SheetWriter, column_texts, write_frame, write_head
from sertakan.intake.reading.spreadsheets import ROWS_AT_A_TIME, Report

DELIMITERS = (";", ",", "\t", "|")
_MOST_BREAKS = 25
_FORMULA_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_CP1252_HOLES = str.maketrans({"\x81": "", "\x8d": "", "\x8f": "", "\x90": "", "\x9d": ""})


def read(path: Path, limits: Limits, out: BinaryIO, report: Report) -> None:
    """Writes a separated text file to `out` as one sheet. Raises TooLarge."""
    text, encoding, replaced = decode(path.read_bytes())
    notes: list[tuple[str, list[int], dict[str, Any]]] = []
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.append(("encoding", [], {"encoding": encoding}))
    if replaced:
        notes.append(("replaced_characters", [], {"cells": replaced}))
    rows, loose = parse(text)
    if loose:
        notes.append(("loose_quotes", [], {}))
    head = SheetHead(name=path.stem, index=0, notes=notes)
    write_rows(rows, head, limits, out, report)


def decode(data: bytes) -> tuple[str, str, int]:
    """Text, name of its encoding, and how many characters could not be read. UTF-8 if it is, else UTF-16 by its mark, else cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, "utf-16", text.count("\ufffd")
    try:
        return data.decode("utf-8-sig"), "utf-8", 0
    except UnicodeDecodeError:
        pass
    if data.startswith(b"\xef\xbb\xbf"):
        text = data.decode("utf-8-sig", "replace")
        return text, "utf-8", text.count("\ufffd")
    try:
        return data.decode("cp1252"), "cp1252", 0
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_CP1252_HOLES), "cp1252", 0


def parse(text: str) -> tuple[list[list[str]], bool]:
    """Rows of a separated text, and whether its quotes had to be read as plain letters because they do not pair."""
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"\s*sep=(.)\s*", first)
    delimiter = named[1] if named else delimiter_of(text)
    body = rest if named else text
    rows = split_rows(body, delimiter, quoting=True)
    loose = rows is None
    if rows is None:
        rows = split_rows(body, delimiter, quoting=False) or []
    if named:
        rows.insert(0, [])
    return [[_unwrap(cell) for cell in row] for row in rows], loose


def split_rows(text: str, delimiter: str, *, quoting: bool) -> list[list[str]] | None:
    """Rows, or None when a quote swallowed lines that are surely rows of their own."""
    csv.field_size_limit(max(csv.field_size_limit(), min(len(text) + 1, 2**31 - 1)))  # one limit for the whole process
    text = text.replace("\x00", "")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    )
    rows: list[list[str]] = []
    before, spans = 0, 0
    for row in reader:
        if quoting and reader.line_num - before > 1 and any(_swallowed(cell, delimiter) for cell in row):
            return None
        before, spans = reader.line_num, reader.line_num - before
        rows.append(row)
    if quoting and spans > 1 and text.count('"') % 2:
        return None  # the quote that opened the last row never closes
    return rows


def _swallowed(cell: str, delimiter: str) -> bool:
    lines = cell.count("\n")
    return lines > _MOST_BREAKS or (lines > 0 and cell.count(delimiter) >= 3 * lines)


def _unwrap(cell: str) -> str:
    if cell.startswith('="') and (match := _FORMULA_TEXT.match(cell)):
        return match[1].replace('""', '"')
    return cell


def delimiter_of(text: str) -> str:
    """The separator that cuts the first 200 lines most evenly into the most columns."""
    sample = "\n".join(text[:200_000].splitlines()[:200])
    best, best_score = max(DELIMITERS, key=sample.count), 0.0
    for delimiter in DELIMITERS:
        if delimiter not in sample:
            continue
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter()  # type: Counter[int]
        try:
            for row in rows:
                if any(cell.strip() for cell in row):
                    widths[len(row)] += 1
        except csv.Error:
            continue
        if not widths:
            continue
        lines = sum(widths.values())
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (width - 1) ** 0.5 * count / lines
        if score > best_score:
            best, best_score = delimiter, score
    return best


def write_rows(rows: Iterable[Sequence[Any]], head: SheetHead, limits: Limits, out: BinaryIO, report: Report) -> int:
    """Writes rows of Python values as one sheet; returns the number of filled cells. Raises TooLarge."""
    grid = list(rows)
    width = max((len(row) for row in grid), default=0)
    if len(grid) * width > limits.area:
        raise TooLarge(size=f"{len(grid)} baris kali {width} kolom", limit=f"{limits.area} sel")
    writer = SheetWriter()
    filled = 0
    for start in range(0, len(grid), ROWS_AT_A_TIME):
        chunk = [list(row) + [""] * (width - len(row)) for row in grid[start : start + ROWS_AT_A_TIME]]
        columns = [column_texts(column) for column in zip(*chunk, strict=True)]
        filled += sum(len(kinds) - kinds.count(0) for _, kinds in columns)
        if filled > limits.cells:
            raise TooLarge(size=f"lebih dari {limits.cells} sel terisi", limit=f"{limits.cells} sel")
        if columns:
            writer.add(columns)
        report(head.name, start + len(chunk), len(grid))
    content = writer.finish()
    head.has_cells = content is not None
    write_head(out, head)
    if content is not None:
        write_frame(out, content)
    return filled
