"""One pass over the records of the sheets of an .xlsb: extent, merges, hidden rows, errors.

Source: [MS-XLSB] 2.1.4 (records), 2.4.303 BrtBundleSh, 2.4.741 BrtRowHdr, 2.5.10 cells, 2.4.700 BrtMergeCell.
"""

from __future__ import annotations

import struct
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from sertakan.intake.errors import TooSpread, UnreadableFile
from sertakan.intake.reading.archives import BROKEN
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.scan import MOST_AREAS, Facts, column_to_letters

_ROW, _CELL_BLANK, _CELL_ERROR, _FORMULA_ERROR, _MERGE, _BUNDLE, _COLUMN = 0, 1, 3, 11, 176, 156, 60
_CELLS = frozenset(range(1, 12)) | {62}
_ERROR_TEXT = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> name of its part. Raises UnreadableFile."""
    names = {name.lower(): name for name in archive.namelist()}
    parts: dict[str, str] = {}
    try:
        book = archive.read(names["xl/workbook.bin"])
        rels = fromstring(archive.read(names["xl/_rels/workbook.bin.rels"]), forbid_dtd=True)
        targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
        position = 0
        while position < len(book):
            kind, length, position = _header(book, position)
            if kind == _BUNDLE:
                relation, after = _text(book, position + 8)
                name, _ = _text(book, after)
                target = targets.get(relation, "")
                target = target.lstrip("/") if target.startswith("/") else "xl/" + target
                if target.lower() in names:
                    parts[name] = names[target.lower()]
            position += length
    except (*BROKEN, ParseError, UnicodeError, IndexError):
        raise UnreadableFile(format="XLSB", place="xl/workbook.bin") from None
    return parts


def scan_sheet(archive: zipfile.ZipFile, part: str, sheet: str, limits: Limits) -> Facts:
    """Facts of one sheet. Raises TooSpread, UnreadableFile."""
    facts = Facts()
    row = 0
    try:
        data = archive.read(part)
        position, size = 0, len(data)
        while position < size:
            # The two headers are decoded in place: a sheet has millions of records.
            kind = data[position]
            position += 1
            if kind & 0x80:
                kind = kind & 0x7F | (data[position] & 0x7F) << 7
                position += 1
            length = data[position]
            position += 1
            if length & 0x80:
                length &= 0x7F
                for shift in (7, 14, 21):
                    byte = data[position]
                    position += 1
                    length |= (byte & 0x7F) << shift
                    if not byte & 0x80:
                        break
            if kind in _CELLS and length >= 4:
                if kind != _CELL_BLANK:
                    column = int.from_bytes(data[position : position + 4], "little")
                    facts.cells += 1
                    if column >= facts.columns:
                        facts.columns = column + 1
                    if row >= facts.rows:
                        facts.rows = row + 1
                    if kind in (_CELL_ERROR, _FORMULA_ERROR):
                        facts.errors[row, column] = _ERROR_TEXT.get(data[position + 8], "#N/A")
            elif kind == _ROW and length >= 12:
                row = int.from_bytes(data[position : position + 4], "little")
                if data[position + 11] & 0x10:
                    facts.hidden_rows.append(row)
            elif kind == _MERGE and length >= 16 and len(facts.areas) < MOST_AREAS:
                first, last, left, right = struct.unpack_from("<4I", data, position)
                facts.areas.append((first, left, last, right))
            elif kind == _COLUMN and length >= 18 and data[position + 16] & 0x01:
                facts.hidden_columns.append(struct.unpack_from("<2I", data, position))
            position += length
    except (*BROKEN, IndexError):
        raise UnreadableFile(format="XLSB", place=part) from None
    if facts.rows * facts.columns > limits.area:
        raise TooSpread(sheet=sheet, cell=f"{column_to_letters(facts.columns - 1)}{facts.rows}")
    return facts


def _header(data: bytes, position: int) -> tuple[int, int, int]:
    kind = data[position]
    position += 1
    if kind & 0x80:
        kind = kind & 0x7F | (data[position] & 0x7F) << 7
        position += 1
    length = 0
    for shift in (0, 7, 14, 21):
        byte = data[position]
        position += 1
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return kind, length, position


def _text(data: bytes, position: int) -> tuple[str, int]:
    count = int.from_bytes(data[position : position + 4], "little")
    end = position + 4 + 2 * count
    if count > 4096 or end > len(data):
        raise ValueError("text")
    return data[position + 4 : end].decode("utf-16-le"), end
