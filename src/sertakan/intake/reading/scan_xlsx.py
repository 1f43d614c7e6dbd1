"""One pass over the XML of the sheets of an .xlsx: counts, far cells, merges, hidden rows, errors, formulas without a value."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from sertakan.intake.errors import TooLarge, TooSpread, UnreadableFile
from sertakan.intake.reading.archives import BROKEN, blocks
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.scan import MOST_AREAS, Facts, box, column_to_letters, letters_to_column

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_LETTERS = re.compile(rb"[A-Z]{1,3}")
_ANY_REFERENCE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})[0-9]')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*?\shidden="(?:1|true)")[^>]*?\br="([0-9]+)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*?\shidden="(?:1|true)")[^>]*>')
_MINMAX = re.compile(rb'\b(min|max)="([0-9]+)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_CELL = re.compile(rb'<((?:\w+:)?)c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*?(?:/>|>(.*?)</\1c>)', re.DOTALL)
_ERROR_TYPE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt="e"')
_UNSAVED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[^>]*>([^<]*)</")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[ >]")
_BOUNDARIES = (b"<row", b"<mergeCell ", b"<col ")
_TAIL = 65_536


def sheet_parts(archive: zipfile.ZipFile, file_format: str) -> dict[str, str]:
    """Sheet name -> name of its part. Raises UnreadableFile."""
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    folder = "xl/" if "xl/workbook.xml" in names else ""
    try:
        book = fromstring(archive.read(names[f"{folder}workbook.xml"]), forbid_dtd=True)
        rels = fromstring(archive.read(names[f"{folder}_rels/workbook.xml.rels"]), forbid_dtd=True)
    except (*BROKEN, ParseError, UnicodeError):
        raise UnreadableFile(format=file_format.upper(), place=f"{folder}workbook.xml") from None
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    parts: dict[str, str] = {}
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        target = targets.get(sheet.get(_REL) or sheet.get(_REL_STRICT) or "", "")
        target = target.lstrip("/") if target.startswith("/") else folder + target
        if target.lower() in names:
            parts[sheet.get("name", "")] = names[target.lower()]
    return parts


def scan_sheet(archive: zipfile.ZipFile, part: str, file_format: str) -> Facts:
    """Facts of one sheet; `rows` and `columns` are upper bounds, for cells with a format only count too. Raises UnreadableFile."""
    facts = Facts()
    seen: set[bytes] = set()
    tail = b""
    for block in blocks(archive, part, file_format):
        data = tail + block
        # Only whole elements are searched: what follows the last sure boundary waits for the next block.
        cut = max(*(data.rfind(mark) for mark in _BOUNDARIES), data.rfind(b"</c>") + 4, len(data) - _TAIL)
        piece, tail = data[:cut], data[cut:]
        _scan_piece(piece, facts, seen)
    _scan_piece(tail, facts, seen)
    return facts


def _scan_piece(piece: bytes, facts: Facts, seen: set[bytes]) -> None:
    facts.cells += piece.count(b"<v>") or piece.count(b"<is>") or piece.count(b":v>") // 2
    _widen(piece, facts, seen)
    last = piece.rfind(b"<row")
    if last >= 0 and (match := _ROW.match(piece, last)):
        facts.rows = max(facts.rows, int(match[1]))
    elif b":row" in piece:
        facts.rows = max([facts.rows, *(int(match[1]) for match in _ROW.finditer(piece))])
    if b"hidden=" in piece:
        facts.hidden_rows.extend(int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(piece))
        for match in _HIDDEN_COLUMN.finditer(piece):
            ends = {key: int(value) for key, value in _MINMAX.findall(match[0])}
            if b"min" in ends and b"max" in ends:
                facts.hidden_columns.append((ends[b"min"] - 1, ends[b"max"] - 1))
    if b"mergeCell" in piece and len(facts.areas) < MOST_AREAS:
        for first, row, last_letters, last_row in _MERGE.findall(piece):
            facts.areas.append(
                (
                    int(row) - 1,
                    letters_to_column(first.decode()),
                    int(last_row) - 1,
                    letters_to_column(last_letters.decode()),
                )
            )
    if b't="e"' in piece and _ERROR_TYPE.search(piece):
        for match in _CELL.finditer(piece):
            if b't="e"' in match[0] and match[4] and (value := _VALUE.search(match[4])):
                facts.errors[_place(match)] = value[1].decode("ascii", "replace")
    if b"f>" in piece and _UNSAVED.search(piece):
        for match in _CELL.finditer(piece):
            if not match[4] or b't="str"' in match[0] or not (formula := _FORMULA.search(match[4])):
                continue
            if not (value := _VALUE.search(match[4])) or not value[1]:
                facts.unsaved_formulas.append(_place(match))
                facts.errors[_place(match)] = "=" + formula[1].decode("utf-8", "replace")


def _widen(piece: bytes, facts: Facts, seen: set[bytes]) -> None:
    """Looks at the last cell of every row, for cells of a row stand in order. `seen`: beginnings of references already counted."""
    for row in piece.split(b"</row>"):
        at = row.rfind(b'<c r="')
        if at >= 0:
            reference = row[at + 6 : at + 9]
            if reference not in seen:
                seen.add(reference)
                if letters := _LETTERS.match(reference):
                    facts.columns = max(facts.columns, letters_to_column(letters[0].decode()) + 1)
        elif b" r=" in row:
            for letters in _ANY_REFERENCE.finditer(row):
                facts.columns = max(facts.columns, letters_to_column(letters[1].decode()) + 1)


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    return int(match[3]) - 1, letters_to_column(match[2].decode())


def trim_far_cells(
    archive: zipfile.ZipFile, spread: dict[str, tuple[str, Facts]], limits: Limits, file_format: str
) -> io.BytesIO | None:
    """A copy of the workbook in memory without the cells that stand far from the rest, or None when nothing had to go.

    `spread`: sheet name -> (part, facts) of the sheets whose rectangle may pass `limits.area`. What goes is written into the
    notes of the facts. Raises TooSpread when the rectangle stays too large, TooLarge when the copy would be.
    """
    replaced: dict[str, bytes] = {}
    for sheet, (part, facts) in spread.items():
        size = archive.getinfo(part).file_size
        if size > limits.memory_mb * 1024**2 // 6:
            raise TooLarge(size=f"lembar {sheet} {size // 1024**2} MB", limit=f"{limits.memory_mb // 6} MB")
        content = b"".join(blocks(archive, part, file_format))
        rows: dict[int, int] = {}
        columns: dict[int, int] = {}
        for match in _CELL.finditer(content):
            if match[4] and _FILLED.search(match[4]):
                row, column = _place(match)
                rows[row] = rows.get(row, 0) + 1
                columns[column] = columns.get(column, 0) + 1
        if not rows or (max(rows) + 1) * (max(columns) + 1) <= limits.area:
            continue
        last_row, last_column = box(rows, 2_000), box(columns, 200)
        far: list[tuple[int, int]] = []

        def drop(
            match: re.Match[bytes], limit: tuple[int, int] = (last_row, last_column), far: list[tuple[int, int]] = far
        ) -> bytes:
            row, column = _place(match)
            if row <= limit[0] and column <= limit[1]:
                return match[0]
            if match[4] and _FILLED.search(match[4]):
                far.append((row, column))
            return b""

        content = _CELL.sub(drop, content)
        cell = f"{column_to_letters(far[0][1])}{far[0][0] + 1}" if far else "?"
        if (last_row + 1) * (last_column + 1) > limits.area or not far:
            raise TooSpread(sheet=sheet, cell=cell)
        facts.notes.append(("far_cells", sorted({row + 1 for row, _ in far})[:100], {"cells": len(far), "cell": cell}))
        facts.errors = {at: text for at, text in facts.errors.items() if at[0] <= last_row and at[1] <= last_column}
        replaced[part] = content
    if not replaced:
        return None
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for info in archive.infolist():
            target.writestr(info.filename, replaced.get(info.filename) or archive.read(info))
    copy.seek(0)
    return copy
