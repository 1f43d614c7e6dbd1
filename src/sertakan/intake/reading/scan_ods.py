"""One pass over content.xml of an .ods: filled cells with their repetitions, merges, hidden rows and columns.

Source: OpenDocument 1.3 part 3, 9.1 (tables), 19.675 and following (repeated and spanned rows and columns).
"""

from __future__ import annotations

import zipfile
from xml.parsers import expat

from sertakan.intake.errors import TooSpread, UnreadableFile
from sertakan.intake.reading.archives import blocks
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.scan import MOST_AREAS, Facts, column_to_letters

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_MOST = 1 << 21


class _Scanner:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: dict[str, Facts] = {}
        self.facts: Facts | None = None
        self.name = ""
        self.depth = 0
        self.row = self.column = self.row_repeat = self.cell_repeat = 0
        self.column_definition = 0
        self.in_cell = self.filled = self.row_filled = self.hidden = False
        self.row_cells = 0
        self.pending: list[tuple[int, int, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space == _TABLE:
            if name == "table":
                self.depth += 1
                if self.depth == 1:
                    self.facts = self.sheets[attributes.get(f"{_TABLE} name", "")] = Facts()
                    self.name = attributes.get(f"{_TABLE} name", "")
                    self.row = self.column_definition = 0
            elif self.depth != 1 or self.facts is None:
                return
            elif name == "table-row":
                self.row_repeat = _number(attributes.get(f"{_TABLE} number-rows-repeated"))
                self.hidden = attributes.get(f"{_TABLE} visibility", "visible") != "visible"
                self.column = self.row_cells = 0
                self.row_filled = False
                self.pending = []
            elif name in ("table-cell", "covered-table-cell"):
                self._cell(attributes)
            elif name == "table-column":
                repeat = _number(attributes.get(f"{_TABLE} number-columns-repeated"))
                if attributes.get(f"{_TABLE} visibility", "visible") != "visible":
                    self.facts.hidden_columns.append((self.column_definition, self.column_definition + repeat - 1))
                self.column_definition += repeat
        elif self.in_cell and space == _TEXT and name == "p":
            self.filled = True

    def _cell(self, attributes: dict[str, str]) -> None:
        self.in_cell = True
        self.filled = f"{_OFFICE} value-type" in attributes
        self.cell_repeat = _number(attributes.get(f"{_TABLE} number-columns-repeated"))
        down = _number(attributes.get(f"{_TABLE} number-rows-spanned"))
        across = _number(attributes.get(f"{_TABLE} number-columns-spanned"))
        if down > 1 or across > 1:
            self.pending.append((self.column, down, across))

    def end(self, tag: str) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _TABLE:
            return
        if name == "table":
            self.depth -= 1
        elif self.depth != 1 or self.facts is None:
            return
        elif name in ("table-cell", "covered-table-cell"):
            self.in_cell = False
            self.column += self.cell_repeat
            if self.filled:
                self.row_filled = True
                self.row_cells += self.cell_repeat
                self.facts.columns = max(self.facts.columns, self.column)
        elif name == "table-row":
            self._end_row(self.facts)

    def _end_row(self, facts: Facts) -> None:
        if self.row_filled:
            facts.cells += self.row_cells * self.row_repeat
            facts.rows = self.row + self.row_repeat
            if facts.rows * facts.columns > self.limits.area:
                raise TooSpread(sheet=self.name, cell=f"{column_to_letters(facts.columns - 1)}{facts.rows}")
            if self.hidden:
                facts.hidden_rows.extend(range(self.row, facts.rows))
        for column, down, across in self.pending:
            if len(facts.areas) < MOST_AREAS:
                facts.areas.append((self.row, column, self.row + down - 1, column + across - 1))
        self.row += self.row_repeat


def _number(text: str | None) -> int:
    return min(max(int(text), 1), _MOST) if text and text.isdigit() else 1


def scan_ods(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Facts]:
    """Sheet name -> facts. Raises TooSpread, UnreadableFile."""
    scanner = _Scanner(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    try:
        for block in blocks(archive, "content.xml", "ods"):
            parser.Parse(block)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableFile(format="ODS", place="content.xml") from None
    return scanner.sheets


def is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Whether the manifest lists encrypted parts."""
    try:
        return b"encryption-data" in archive.read("META-INF/manifest.xml")
    except KeyError:
        return False
