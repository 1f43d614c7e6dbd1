"""Reads tables of HTML (often named .xls by the program that exported it) and of Excel 2003 XML. Runs in the reading process only."""

from __future__ import annotations

import contextlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from sertakan.intake.errors import EntityBomb, TooSpread, UnreadableFile
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.rawsheet import SheetHead
from sertakan.intake.reading.scan import Area, column_to_letters
from sertakan.intake.reading.spreadsheets import Report
from sertakan.intake.reading.textfiles import decode, write_rows

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_MOST_SPAN = 2_000


class _Grid:
    """Rows of one table with the areas that spans cover."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.areas: list[Area] = []
        self._taken: dict[int, dict[int, int]] = {}

    def start_row(self) -> None:
        self.rows.append([])

    def add(self, value: Any, down: int, across: int) -> None:
        if not self.rows:
            self.start_row()
        row = self.rows[-1]
        index = len(self.rows) - 1
        taken = self._taken.get(index, {})
        while len(row) in taken:
            row.append("")
        column = len(row)
        row.append(value)
        row.extend([""] * (across - 1))
        for below in range(index + 1, index + down):
            self._taken.setdefault(below, {}).update(dict.fromkeys(range(column, column + across), 1))
        if down > 1 or across > 1:
            self.areas.append((index, column, index + down - 1, column + across - 1))


class _Tables(HTMLParser):
    """Collects the cells of all tables; a table inside a cell is read as text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[_Grid] = []
        self._depth = 0
        self._cell: tuple[list[str], int, int] | None = None
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "title"):
            self._mute += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.grids.append(_Grid())
        elif self._depth == 1 and tag == "tr":
            self._close()
            self.grids[-1].start_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._close()
            values = dict(attrs)
            self._cell = ([], _span(values.get("rowspan")), _span(values.get("colspan")))
        elif self._cell is not None and tag in ("br", "p", "div", "td"):
            self._cell[0].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._mute = max(self._mute - 1, 0)
        elif tag == "table":
            if self._depth == 1:
                self._close()
            self._depth = max(self._depth - 1, 0)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._mute:
            self._cell[0].append(data)

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        if self._cell is not None:
            parts, down, across = self._cell
            self._cell = None
            self.grids[-1].add(_SPACE.sub(" ", "".join(parts)).strip(" \xa0"), down, across)


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.isdigit() else 1


def read_html(path: Path, limits: Limits, out: BinaryIO, report: Report) -> None:
    """Writes each table of the page as a sheet. Raises TooLarge, UnreadableFile."""
    data = path.read_bytes()
    named = _CHARSET.search(data[:4096])
    text, encoding, _ = decode(data)
    if named and encoding == "cp1252":
        with contextlib.suppress(LookupError, UnicodeError):
            text = data.decode(named[1].decode("ascii"))
    parser = _Tables()
    parser.feed(text)
    parser.close()
    grids = [grid for grid in parser.grids if grid.rows]
    if not grids:
        raise UnreadableFile(format="HTML", place="tidak ada tabel")
    for index, grid in enumerate(grids):
        name = path.stem if len(grids) == 1 else f"Tabel {index + 1}"
        write_rows(grid.rows, SheetHead(name=name, index=index, areas=grid.areas), limits, out, report)


class _Worksheets:
    """Collects the sheets of an Excel 2003 XML workbook. Source: the schema "XML Spreadsheet Reference" of Office XP and 2003."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[tuple[str, list[list[Any]], list[Area], bool]] = []
        self.row: list[Any] = []
        self.column = 0
        self.across = self.down = 0
        self.kind = ""
        self.text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _SPREADSHEET:
            return
        if name == "Worksheet":
            self.sheets.append((attributes.get(f"{_SPREADSHEET} Name", ""), [], [], False))
        elif name == "Row" and self.sheets:
            rows = self.sheets[-1][1]
            index = int(attributes.get(f"{_SPREADSHEET} Index", len(rows) + 1))
            self._guard(index, 1)
            while len(rows) < index - 1:
                rows.append([])
            self.row = []
            rows.append(self.row)
        elif name == "Cell" and self.sheets:
            index = int(attributes.get(f"{_SPREADSHEET} Index", len(self.row) + 1))
            self._guard(len(self.sheets[-1][1]), index)
            self.row.extend([""] * (index - 1 - len(self.row)))
            self.row.append("")
            self.across = min(int(attributes.get(f"{_SPREADSHEET} MergeAcross", 0)), _MOST_SPAN)
            self.down = int(attributes.get(f"{_SPREADSHEET} MergeDown", 0))
            if self.across or self.down:
                row, column = len(self.sheets[-1][1]) - 1, len(self.row) - 1
                self.sheets[-1][2].append((row, column, row + self.down, column + self.across))
        elif name == "Data" and self.row:
            self.kind = attributes.get(f"{_SPREADSHEET} Type", "String")
            self.text = []

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "Data" and self.text is not None:
            self.row[-1] = self._value("".join(self.text))
            self.text = None
        elif name == "Cell" and self.row:
            self.row.extend([""] * self.across)
            self.across = 0

    def _value(self, text: str) -> Any:
        if self.kind == "Number":
            try:
                return float(text)
            except ValueError:
                return text
        if self.kind == "DateTime":
            import datetime as dt

            try:
                return dt.datetime.fromisoformat(text)
            except ValueError:
                return text
        return text == "1" if self.kind == "Boolean" else text

    def _guard(self, row: int, column: int) -> None:
        if row * column > self.limits.area:
            raise TooSpread(sheet=self.sheets[-1][0], cell=f"{column_to_letters(column - 1)}{row}")


def read_xml(path: Path, limits: Limits, out: BinaryIO, report: Report) -> None:
    """Writes each sheet of an Excel 2003 XML workbook. Raises EntityBomb, TooLarge, UnreadableFile."""

    def doctype(*_: object) -> None:
        raise EntityBomb(part="XML")

    sheets = _Worksheets(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = sheets.start
    parser.EndElementHandler = sheets.end
    parser.CharacterDataHandler = sheets.data
    try:
        parser.Parse(path.read_bytes(), True)
    except (expat.ExpatError, ValueError):
        raise UnreadableFile(format="XML", place="isi berkas") from None
    for index, (name, rows, areas, hidden) in enumerate(sheets.sheets):
        write_rows(rows, SheetHead(name=name, index=index, hidden=hidden, areas=areas), limits, out, report)
