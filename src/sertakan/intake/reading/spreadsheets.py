"""Reads the cells of .xlsx, .xlsm, .xlsb, .xls and .ods with calamine, types intact. Runs in the reading process only.

Nothing in a workbook is run: macros, links and queries are never looked at, of a formula only the stored result is read.
"""

from __future__ import annotations

import io
import itertools
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import python_calamine as calamine

from sertakan.intake.errors import PasswordProtected, TooLarge, TooSpread, UnreadableFile
from sertakan.intake.reading import scan_ods, scan_xlsb, scan_xlsx
from sertakan.intake.reading.archives import BROKEN, check_archive, refuse_entities
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.rawsheet import (
    BLANK,
    ERROR,
    TEXT,
    Column,
    SheetHead,
    SheetWriter,
    column_texts,
    write_frame,
    write_head,
)
from sertakan.intake.reading.scan import Facts, column_to_letters

ROWS_AT_A_TIME = 20_000
Report = Callable[[str, int, "int | None"], None]


def read(path: Path, file_format: str, limits: Limits, out: BinaryIO, report: Report) -> None:
    """Writes every sheet of the workbook to `out`. Raises the refusals of `sertakan.intake.errors`."""
    source: Any
    if file_format == "xls":
        facts: dict[str, Facts] = {}
        source = io.BytesIO(path.read_bytes())
    else:
        source, facts = _look_inside(path, file_format, limits)
    book = _open(source, path, file_format)
    if len(book.sheets_metadata) > limits.sheets:
        raise TooLarge(size=f"{len(book.sheets_metadata)} lembar", limit=f"{limits.sheets} lembar")
    if file_format == "xls":
        errors = _xls_errors(source.getvalue(), len(book.sheets_metadata))
        facts = {meta.name: Facts(errors=errors[i]) for i, meta in enumerate(book.sheets_metadata)}
    cells = 0
    for index, meta in enumerate(book.sheets_metadata):
        head = SheetHead(name=meta.name, index=index, hidden=meta.visible != calamine.SheetVisibleEnum.Visible)
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            head.worksheet = False
            write_head(out, head)
            continue
        cells += _sheet(book, head, facts.get(meta.name, Facts()), file_format, limits, out, report)
        if cells > limits.cells:
            raise TooLarge(size=f"lebih dari {limits.cells} sel terisi", limit=f"{limits.cells} sel")


def _look_inside(path: Path, file_format: str, limits: Limits) -> tuple[io.BytesIO, dict[str, Facts]]:
    """Checks a zipped workbook and collects the facts of its sheets. Returns what the cell reader shall read."""
    source = io.BytesIO(path.read_bytes())
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN:
        raise UnreadableFile(format=file_format.upper(), place="daftar isi arsip") from None
    with archive:
        check_archive(archive, limits, file_format)
        if file_format == "ods" and scan_ods.is_encrypted(archive):
            raise PasswordProtected()
        refuse_entities(archive, file_format)
        if file_format == "ods":
            facts = scan_ods.scan_ods(archive, limits)
        elif file_format == "xlsb":
            facts = {
                sheet: scan_xlsb.scan_sheet(archive, part, sheet, limits)
                for sheet, part in scan_xlsb.sheet_parts(archive).items()
            }
        else:
            parts = scan_xlsx.sheet_parts(archive, file_format)
            facts = {sheet: scan_xlsx.scan_sheet(archive, part, file_format) for sheet, part in parts.items()}
            spread = {s: (parts[s], f) for s, f in facts.items() if f.rows * f.columns > limits.area}
            if spread and (copy := scan_xlsx.trim_far_cells(archive, spread, limits, file_format)):
                source = copy
    cells = sum(found.cells for found in facts.values())
    if cells > limits.cells:
        raise TooLarge(size=f"{cells} sel terisi", limit=f"{limits.cells} sel")
    source.seek(0)
    return source, facts


def _open(source: io.BytesIO, path: Path, file_format: str) -> calamine.CalamineWorkbook:
    source.seek(0)
    try:
        return calamine.CalamineWorkbook.from_filelike(source)
    except calamine.CalamineError:
        pass
    # Telling the format apart by trial hides the true reason; by the ending of the name it is given.
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / f"berkas.{file_format}"
        try:
            named.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, named)
        try:
            return calamine.CalamineWorkbook.from_path(named)
        except calamine.PasswordError:
            raise PasswordProtected() from None
        except calamine.CalamineError:
            raise UnreadableFile(format=file_format.upper(), place="daftar lembar") from None


def _xls_errors(data: bytes, sheets: int) -> list[dict[tuple[int, int], str]]:
    """Error cells of an old workbook, per sheet; the cell reader gives them as blanks, its sister names their places."""
    names = {
        "Div0": "#DIV/0!",
        "NA": "#N/A",
        "Name": "#NAME?",
        "Null": "#NULL!",
        "Num": "#NUM!",
        "Ref": "#REF!",
        "Value": "#VALUE!",
    }
    found: list[dict[tuple[int, int], str]] = [{} for _ in range(sheets)]
    try:
        import fastexcel

        reader = fastexcel.read_excel(data)
    except Exception:  # a sheet without error cells is still a sheet; the cell reader decides about the rest
        return found
    for index in range(sheets):
        try:
            sheet = reader.load_sheet(index, header_row=None, dtypes="string")
            errors = sheet.to_arrow_with_errors()[1]
        except Exception:  # noqa: S112 chart sheets and the like
            continue
        for error in errors.errors if errors is not None else ():
            if "Error(" in error.detail:
                word = error.detail.rpartition("Error(")[2].partition(")")[0]
                found[index][error.position] = names.get(word, "#N/A")
    return found


def _sheet(
    book: calamine.CalamineWorkbook,
    head: SheetHead,
    facts: Facts,
    file_format: str,
    limits: Limits,
    out: BinaryIO,
    report: Report,
) -> int:
    """Writes one sheet; returns how many cells are filled."""
    try:
        sheet = book.get_sheet_by_index(head.index)
    except calamine.CalamineError:
        raise UnreadableFile(format=file_format.upper(), place=f"lembar {head.name}") from None
    start, end = sheet.start, sheet.end
    head.areas = [
        (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ] or facts.areas
    head.hidden_rows, head.hidden_columns = facts.hidden_rows, facts.hidden_columns
    head.notes = list(facts.notes)
    if facts.unsaved_formulas:
        formulas = sorted({row + 1 for row, _ in facts.unsaved_formulas})
        head.notes.append(("formula_without_value", formulas[:1000], {"cells": len(facts.unsaved_formulas)}))
    errors = facts.errors
    if errors:
        far = (max(row for row, _ in errors), max(column for _, column in errors))
        near = (min(row for row, _ in errors), min(column for _, column in errors))
        end = (max(end[0], far[0]), max(end[1], far[1])) if end else far
        start = (start[0], min(start[1], near[1])) if start else near
    if start is None or end is None:
        write_head(out, head)
        return 0
    total, width = end[0] + 1, end[1] - start[1] + 1
    if total * width > limits.area:
        raise TooSpread(sheet=head.name, cell=f"{column_to_letters(end[1])}{end[0] + 1}")
    head.first_column = start[1]
    left = (sheet.start[1] - start[1]) if sheet.start else 0
    writer = SheetWriter()
    rows_iterator = iter(sheet.iter_rows()) if sheet.start else iter(())
    filled = done = 0
    while done < total:
        rows: list[list[Any]] = list(itertools.islice(rows_iterator, min(ROWS_AT_A_TIME, total - done)))
        if len(rows) < ROWS_AT_A_TIME:
            rows.extend([] for _ in range(min(ROWS_AT_A_TIME, total - done) - len(rows)))
        if left or any(len(row) != width for row in rows[:1] + rows[-1:]):
            rows = [[""] * left + row + [""] * (width - left - len(row)) for row in rows]
        columns = [column_texts(column) for column in zip(*rows, strict=True)]
        _put_errors(columns, errors, done, done + len(rows), head.first_column)
        filled += sum(len(kinds) - kinds.count(0) for _, kinds in columns)
        if filled > limits.cells:
            raise TooLarge(size=f"lebih dari {limits.cells} sel terisi", limit=f"{limits.cells} sel")
        writer.add(columns)
        done += len(rows)
        report(head.name, done, total)
    content = writer.finish()
    head.has_cells = content is not None
    write_head(out, head)
    if content is not None:
        write_frame(out, content)
    return filled


def _put_errors(columns: list[Column], errors: dict[tuple[int, int], str], first: int, last: int, left: int) -> None:
    """Writes error texts, and formulas without a result, over what the cell reader left blank."""
    import pyarrow as pa

    changes: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in errors.items():
        if first <= row < last and columns[column - left][1][row - first] in (BLANK, TEXT):
            changes.setdefault(column - left, []).append((row - first, text))
    for column, cells in changes.items():
        texts, kinds = columns[column][0].to_pylist(), bytearray(columns[column][1])
        for row, text in cells:
            texts[row], kinds[row] = text, ERROR
        columns[column] = (pa.array(texts, pa.large_string()), bytes(kinds))
