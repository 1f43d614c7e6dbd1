"""Finds the table in each sheet and accounts for every row of it: taken, or left out with a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from sertakan.intake.errors import EmptyFile, NoRows, NoTable
from sertakan.intake.reading.assembly import MOST_NOTED, Block, build
from sertakan.intake.reading.headings import (
    LOOK,
    NIK_LIKE,
    Head,
    Window,
    clean,
    find_head,
    names_identity,
    names_nik,
    words,
)
from sertakan.intake.reading.model import Note, SheetTable, SkippedSheet, Workbook
from sertakan.intake.reading.rawsheet import RawSheet
from sertakan.intake.reading.rowkinds import FOOTER, TOTAL, Classifier, Layout, stack_sections
from sertakan.intake.reading.scan import column_to_letters

_COMMON = [
    "no",
    "no.",
    "nik",
    "nama",
    "nama lengkap",
    "nama pekerja",
    "no. ktp",
    "no ktp",
    "alamat",
    "pekerjaan",
    "jenis kelamin",
    "l/p",
    "desa",
]
_NIK_PATTERN = r"^\D{0,4}(?:\d[ .\-]?){15,17}\D{0,2}$"


def workbook_of(file_format: str, raws: Sequence[RawSheet]) -> Workbook:
    """Tables and skipped sheets of a file. Raises EmptyFile, NoRows, NoTable."""
    tables: list[SheetTable] = []
    skipped: list[SkippedSheet] = []
    waiting = False  # A list of persons with headings only: a form that nobody has filled in.
    for raw in raws:
        head = raw.head
        filled = 0
        if not head.worksheet:
            code = "not_a_worksheet"
        elif not head.has_cells or not (filled := _filled_rows(raw.texts)):
            code = "empty"
        else:
            found = tables_in(raw)
            tables.extend(found)
            code = "" if any(table.height for table in found) else "no_rows" if found else "no_table"
            if code == "no_rows":
                waiting = waiting or any(holds_people(table) for table in found)
                tables = [table for table in tables if table.index != head.index]
        if code:
            skipped.append(SkippedSheet(head.name, head.index, head.hidden, code, filled))
    people = [table for table in tables if holds_people(table)]
    if (people or waiting) and len(people) < len(tables):
        kept = {id(table) for table in people}
        kept_sheets = {table.index for table in people}
        for table in tables:
            if id(table) not in kept and table.index not in kept_sheets:
                skipped.append(SkippedSheet(table.sheet, table.index, table.hidden, "not_people", table.height))
        tables = [table for table in tables if id(table) in kept or table.index in kept_sheets]
    skipped.sort(key=lambda sheet: sheet.index)
    if not tables:
        if all(sheet.code in ("empty", "not_a_worksheet") for sheet in skipped):
            raise EmptyFile()
        if waiting:
            raise NoRows()
        raise NoTable(sheets=len(skipped))
    return Workbook(file_format, tuple(tables), tuple(skipped))


def holds_people(table: SheetTable) -> bool:
    """Whether a table lists persons: a heading for NIK or name, or a column that is mostly NIKs."""
    if any(names_identity(heading) for heading in table.headings):
        return True
    if not table.height:
        return False
    shares = table.cells.select(
        (pl.all().str.contains(_NIK_PATTERN).sum() / pl.all().is_not_null().sum()).fill_nan(0.0)
    )
    return any(share is not None and share >= 0.5 for share in shares.row(0))


def _filled_rows(texts: pl.DataFrame) -> int:
    return texts.select(pl.any_horizontal(pl.all().is_not_null()).sum()).item() if texts.width else 0


def tables_in(raw: RawSheet) -> list[SheetTable]:
    """The tables of a sheet, from top to bottom; empty when there is none."""
    head = raw.head
    height, width = raw.texts.height, raw.texts.width
    if not width:
        return []
    areas = [
        (top - head.first_row, left - head.first_column, bottom - head.first_row, right - head.first_column)
        for top, left, bottom, right in head.areas
    ]
    areas = [
        (t, left, min(b, height - 1), min(r, width - 1))
        for t, left, b, r in areas
        if 0 <= t < height and 0 <= left < width
    ]
    notes = [Note(code, tuple(rows), dict(facts)) for code, rows, facts in head.notes]
    if head.hidden:
        notes.append(Note("hidden_sheet"))
    block = Block(head, raw.texts, raw.kinds, head.first_row, head.first_column, areas, notes)
    tables: list[SheetTable] = []
    while True:
        table, rest = _one_table(block, first=not tables)
        if table is None:
            return _with_remainder(tables, block)
        tables.append(table)
        if rest is None:
            return tables
        block = rest


def _with_remainder(tables: list[SheetTable], block: Block) -> list[SheetTable]:
    """Notes at the last table what is left of the sheet below it."""
    filled = block.texts.select(pl.any_horizontal(pl.all().is_not_null()).alias("filled"))["filled"]
    rows = tuple(block.row_number(row) for row in filled.arg_true().to_list()[:MOST_NOTED])
    if not tables or not rows:
        return tables
    return [*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, Note("text_rows", rows)))]


def _one_table(block: Block, *, first: bool) -> tuple[SheetTable | None, Block | None]:
    """The first table of a block, and what is left below it when another heading starts there."""
    filled = block.texts.select(pl.sum_horizontal(pl.all().is_not_null()).alias("n"))["n"]
    nonblank = filled > 0
    if not nonblank.any():
        return None, None
    start: int = nonblank.arg_true()[0]
    size = min(block.texts.height, max(start + LOOK + 20, LOOK + 20))
    window = Window(block.texts.head(size).rows(), block.kinds.head(size).rows(), block.areas)
    head = find_head(window, (start, min(start + LOOK, size)))
    body = head.after if head else start
    first_entry = _first_entry(window, start, size)
    if head is None:
        if first_entry is None or sum(1 for text in window.texts[first_entry] if text) < 2:
            return None, None
        body = first_entry
    elif first_entry is not None and first_entry < head.rows[0]:
        body = first_entry
    block, head, other = _choose_side(block, head, body)
    if other:
        block.notes.append(other)
        filled = block.texts.select(pl.sum_horizontal(pl.all().is_not_null()).alias("n"))["n"]
    return _account(block, head, body, start, filled)


def _first_entry(window: Window, start: int, stop: int) -> int | None:
    """Position of the first row with a NIK and at least one other cell."""
    for row in range(start, stop):
        present = window.present(row)
        kinds = window.kinds[row]
        holds_nik = any(NIK_LIKE.match(text) or (kinds[c] in ("n", "i") and len(text) >= 15) for c, text in present)
        if len(present) >= 2 and holds_nik and not any(FOOTER.match(text) for _, text in present):
            return row
    return None


def _choose_side(block: Block, head: Head | None, body: int) -> tuple[Block, Head | None, Note | None]:
    """When two tables of people stand side by side: the larger one, and a note about the other."""
    if head is None:
        return block, head, None
    starts = [0]
    content = block.texts.slice(min(body, head.rows[0])).select(pl.all().is_not_null().sum()).row(0)
    for column in range(1, len(head.names)):
        gap = head.names[column] and not head.names[column - 1] and not content[column - 1]
        again = words(head.names[column]) in (["no"], ["nomor"], ["no", "urut"], ["nomor", "urut"])
        if (gap or again) and head.names[column]:
            starts.append(column)
    sides = list(zip(starts, [*starts[1:], len(head.names)], strict=True))
    whole = [side for side in sides if any(names_nik(name) for name in head.names[slice(*side)])]
    if len(whole) < 2:
        whole = [side for side in sides if any(names_identity(name) for name in head.names[slice(*side)])]
        firsts = [next(clean(n).lower() for n in head.names[slice(*side)] if names_identity(n)) for side in whole]
        if len(whole) < 2 or len(set(firsts)) > 1:
            return block, head, None
    # A side without identity belongs to the table on its left.
    bounds = [side[0] for side in whole]
    bounds[0] = 0
    pieces = list(zip(bounds, [*bounds[1:], len(head.names)], strict=True))
    sums = [sum(content[left:right]) for left, right in pieces]
    chosen = pieces[sums.index(max(sums))]
    others = [piece for piece in pieces if piece != chosen]
    rows = 0
    for left, right in others:
        rows += block.texts.slice(body).select(pl.any_horizontal(pl.nth(range(left, right)).is_not_null()).sum()).item()
    letters = ", ".join(
        f"{column_to_letters(block.first_column + left)}-{column_to_letters(block.first_column + right - 1)}"
        for left, right in others
    )
    mine = block.texts.select(pl.any_horizontal(pl.nth(range(*chosen)).is_not_null()).alias("mine"))["mine"]
    whole_row = block.texts.select(pl.any_horizontal(pl.all().is_not_null()).alias("row"))["row"]
    elsewhere = tuple(
        block.row_number(row)
        for row in (whole_row & ~mine).arg_true().to_list()
        if row not in head.rows and row != head.numbering
    )
    note = Note("other_table", elsewhere, {"columns": letters, "count": rows})
    left, right = chosen
    names = [str(i) for i in range(right - left)]
    areas = [(t, a - left, b, min(r, right - 1) - left) for t, a, b, r in block.areas if left <= a < right]
    texts = block.texts[:, left:right]
    kinds = block.kinds[:, left:right]
    texts.columns = names
    kinds.columns = names
    side = replace(block, texts=texts, kinds=kinds, areas=areas, first_column=block.first_column + left)
    return side, replace(head, names=head.names[left:right], cells=head.cells[left:right]), note


def _account(
    block: Block, head: Head | None, body: int, start: int, filled: pl.Series
) -> tuple[SheetTable | None, Block | None]:
    """Decides about every row from `start` on and builds the table."""
    found: dict[str, list[int]] = {}
    head_rows = set(head.rows) | ({head.numbering} if head.numbering is not None else set()) if head else set()
    above = [row for row in range(start, body) if filled[row] and row not in head_rows]
    if above:
        found["title_rows"] = above
    if head and head.numbering is not None:
        found["column_numbers"] = [head.numbering]
    width = sum(1 for name in head.names if name) if head else int(filled.slice(body, 200).max() or 0)  # type: ignore[arg-type]
    wide = frozenset(t for t, left, b, right in block.areas if right - left >= 2 and t == b)
    named = frozenset(c for c, name in enumerate(head.names) if names_identity(name)) if head else frozenset()
    layout = Layout(head, width, named, wide)
    stop, sections = _classify(block, layout, body, filled, found, head_rows)
    leave = {row for rows in found.values() for row in rows} | head_rows
    full = (filled > 0).to_list()[:stop]
    keep = list(full)
    for row in range(body):
        keep[row] = False
    for row in leave:
        if row < stop:
            keep[row] = False
    blank = [row for row in range(body, stop) if not full[row] and row not in head_rows]
    last = next((row for row in range(stop - 1, body, -1) if full[row]), body)
    elsewhere = {row for note in block.notes if note.code == "other_table" for row in note.rows}
    if blank := [row for row in blank if row < last and block.row_number(row) not in elsewhere]:
        found["blank_rows"] = blank
    rest = block.part(stop, block.texts.height) if stop < block.texts.height else None
    table = build(block, head, keep, stop, found, sections)
    return table, rest


def _classify(
    block: Block, layout: Layout, body: int, filled: pl.Series, found: dict[str, list[int]], head_rows: set[int]
) -> tuple[int, list[tuple[int, str]]]:
    """Fills `found` with the rows that are no entries; returns where the table ends and its sections."""
    doubtful = _doubtful(block.texts, layout, filled)
    numbers = [row for row in doubtful.arg_true().to_list() if row >= body and row not in head_rows]
    sure = ((filled > 0) & ~doubtful).cum_sum()
    texts = block.texts[numbers].rows() if numbers else []
    kinds = block.kinds[numbers].rows() if numbers else []
    classifier = Classifier(layout)
    sections: list[tuple[int, str]] = []
    before, stop = -1, block.texts.height
    for row, cells, cell_kinds in zip(numbers, texts, kinds, strict=True):
        count = sure[row]
        result = classifier.classify(row, cells, cell_kinds, after_data=count != before)
        before = count
        if result == "other_heading" and head_rows and row < max(head_rows):
            result = "repeated_heading"
        if result == "other_heading":
            stop = row
            while stop - 1 > body and stop - 1 in found.get("text_rows", []) + found.get("section_rows", []):
                stop -= 1
            break
        if result == "data":
            continue
        if result == "section_rows":
            sections.append((row, " ".join(clean(text) for text in cells if text)))
        found.setdefault(result, []).append(row)
    for code in list(found):
        found[code] = [row for row in found[code] if row < stop]
    return stop, [(row, text) for row, text in stack_sections(sections) if row < stop]


def _doubtful(texts: pl.DataFrame, layout: Layout, filled: pl.Series) -> pl.Series:
    """Rows that might be no entries: sparse ones, and those that begin like a total or repeat heading words."""
    sparse = max(2, min(3, layout.width // 3))
    common = _COMMON
    if layout.head:
        common = sorted({cell for cells in layout.head.cells for cell in cells} | set(_COMMON))
    first = pl.coalesce(pl.all()).str.strip_chars()
    heading_words = pl.sum_horizontal(pl.all().str.to_lowercase().str.strip_chars().is_in(common)) >= 2
    frame = texts.select(
        first.str.contains(f"(?i){TOTAL.pattern}").fill_null(False).alias("total"),
        first.is_in(["1", "(1)", "[1]", "1)", "1."]).fill_null(False).alias("numbering"),
        heading_words.alias("heading"),
    )
    few = (filled > 0) & (filled <= sparse)
    numbering = frame["numbering"]
    if numbering.any() and texts.width >= 2:
        second = texts.to_series(1).str.strip_chars().is_in(["2", "(2)", "[2]", "2)", "2."]).fill_null(False)
        third = (
            texts.to_series(2).str.strip_chars().is_in(["3", "(3)", "[3]", "3)", "3."]).fill_null(False)
            if texts.width > 2
            else second
        )
        numbering = numbering & (second | third)
    return few | frame["total"] | numbering | frame["heading"]
