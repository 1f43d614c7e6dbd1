"""Finds the table in each sheet and accounts for every row of it: taken, or left out with a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from sertakan.intake.errors import EmptyFile, NoTable
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
from sertakan.intake.reading.rawsheet import RawSheet, SheetHead
from sertakan.intake.reading.rowkinds import FOOTER, TOTAL, Classifier, Layout, stack_sections
from sertakan.intake.reading.scan import Area, column_to_letters

_COMMON = ["no", "no.", "nik", "nama", "nama lengkap", "nama pekerja", "no. ktp", "no ktp", "alamat", "pekerjaan", "jenis kelamin", "l/p", "desa"]
_NIK_PATTERN = r"^\D{0,4}(?:\d[ .\-]?){15,17}\D{0,2}$"
_MOST_NOTED = 100_000


def workbook_of(format: str, raws: Sequence[RawSheet]) -> Workbook:
    """Tables and skipped sheets of a file. Raises EmptyFile, NoTable."""
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
        raise NoTable(sheets=len(skipped))
    return Workbook(format, tuple(tables), tuple(skipped))


def holds_people(table: SheetTable) -> bool:
    """Whether a table lists persons: a heading for NIK or name, or a column that is mostly NIKs."""
    if any(names_identity(heading) for heading in table.headings):
        return True
    if not table.height:
        return False
    shares = table.cells.select((pl.all().str.contains(_NIK_PATTERN).sum() / pl.all().is_not_null().sum()).fill_nan(0.0))
    return any(share is not None and share >= 0.5 for share in shares.row(0))


def _filled_rows(texts: pl.DataFrame) -> int:
    return texts.select(pl.any_horizontal(pl.all().is_not_null()).sum()).item() if texts.width else 0


@dataclass
class _Block:
    """A part of a sheet on which one table is looked for: frames, and the sheet position of their first cell (0-based)."""

    sheet: SheetHead
    texts: pl.DataFrame
    kinds: pl.DataFrame
    first_row: int
    first_column: int
    areas: list[Area]
    notes: list[Note]

    def part(self, start: int, stop: int) -> _Block:
        """The rows from `start` up to before `stop`."""
        areas = [(t - start, left, b - start, right) for t, left, b, right in self.areas if start <= t < stop]
        texts, kinds = self.texts.slice(start, stop - start), self.kinds.slice(start, stop - start)
        return replace(self, texts=texts, kinds=kinds, first_row=self.first_row + start, areas=areas, notes=[])

    def row_number(self, row: int) -> int:
        """Row number as a person sees it."""
        return self.first_row + row + 1


def tables_in(raw: RawSheet) -> list[SheetTable]:
    """The tables of a sheet, from top to bottom; empty when there is none."""
    head = raw.head
    height, width = raw.texts.height, raw.texts.width
    areas = [
        (top - head.first_row, left - head.first_column, bottom - head.first_row, right - head.first_column)
        for top, left, bottom, right in head.areas
    ]
    areas = [(t, left, min(b, height - 1), min(r, width - 1)) for t, left, b, r in areas if 0 <= t < height and 0 <= left < width]
    notes = [Note(code, tuple(rows), dict(facts)) for code, rows, facts in head.notes]
    if head.hidden:
        notes.append(Note("hidden_sheet"))
    block = _Block(head, raw.texts, raw.kinds, head.first_row, head.first_column, areas, notes)
    tables: list[SheetTable] = []
    while True:
        table, rest = _one_table(block, first=not tables)
        if table is None:
            return tables
        tables.append(table)
        if rest is None:
            return tables
        block = rest


def _one_table(block: _Block, *, first: bool) -> tuple[SheetTable | None, _Block | None]:
    """The first table of a block, and what is left below it when another heading starts there."""
    filled = block.texts.select(pl.sum_horizontal(pl.all().is_not_null()).alias("n"))["n"]
    nonblank = filled > 0
    start = nonblank.arg_max() if nonblank.any() else None
    if start is None:
        return None, None
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
        if len(present) >= 2 and any(
            NIK_LIKE.match(text) or (window.kinds[row][c] in ("n", "i") and len(text) >= 15) for c, text in present
        ):
            if not any(FOOTER.match(text) for _, text in present):
                return row
    return None


def _choose_side(block: _Block, head: Head | None, body: int) -> tuple[_Block, Head | None, Note | None]:
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
        f"{column_to_letters(block.first_column + left)}-{column_to_letters(block.first_column + right - 1)}" for left, right in others
    )
    note = Note("other_table", (), {"columns": letters, "count": rows})
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
    block: _Block, head: Head | None, body: int, start: int, filled: pl.Series
) -> tuple[SheetTable | None, _Block | None]:
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
    if blank := [row for row in blank if row < last]:
        found["blank_rows"] = blank
    rest = block.part(stop, block.texts.height) if stop < block.texts.height else None
    table = _build(block, head, keep, stop, found, sections)
    return table, rest


def _classify(
    block: _Block, layout: Layout, body: int, filled: pl.Series, found: dict[str, list[int]], head_rows: set[int]
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
        third = texts.to_series(2).str.strip_chars().is_in(["3", "(3)", "[3]", "3)", "3."]).fill_null(False) if texts.width > 2 else second
        numbering = numbering & (second | third)
    return few | frame["total"] | numbering | frame["heading"]


def _build(
    block: _Block, head: Head | None, keep: list[bool], stop: int, found: dict[str, list[int]], sections: list[tuple[int, str]]
) -> SheetTable | None:
    mask = pl.Series(keep, dtype=pl.Boolean)
    own = block.texts.head(stop)
    texts, kinds = own.filter(mask), block.kinds.head(stop).filter(mask)
    names = head.names if head else [""] * texts.width
    counts = texts.select(pl.all().is_not_null().sum()).row(0) if texts.height else [0] * texts.width
    used = [column for column in range(texts.width) if names[column] or counts[column]]
    if not used or (head is None and not texts.height):
        return None
    left, right = used[0], used[-1] + 1
    positions = mask.arg_true().cast(pl.Int64)
    labels = [f"c{i}" for i in range(right - left)]
    texts, kinds = texts[:, left:right], kinds[:, left:right]
    texts.columns = labels
    kinds.columns = labels
    notes = [
        Note(code, tuple(block.row_number(row) for row in rows[:_MOST_NOTED])) for code, rows in sorted(found.items()) if rows
    ]
    if head is None:
        notes.append(Note("no_heading"))
    texts, kinds, carried = _carry(block, texts, kinds, positions, left, labels)
    rows = (positions + block.first_row + 1).rename("row")
    if carried is not None:
        carried_rows = tuple(sorted(set(carried["row"].to_list())))
        notes.append(Note("merged_carried", carried_rows, {"cells": carried.height}))
    notes.extend(_numbering_note(texts, head, left, rows))
    notes.extend(_hidden_notes(block.sheet, rows, block.first_column + left, block.first_column + right))
    return SheetTable(
        sheet=block.sheet.name,
        index=block.sheet.index,
        hidden=block.sheet.hidden,
        header_row=block.row_number(head.rows[-1]) if head else 0,
        headings=tuple(names[left:right]),
        cells=texts,
        kinds=kinds,
        rows=rows,
        sections=_sections(sections, positions),
        notes=(*block.notes, *notes),
        first_column=block.first_column + left,
        header_rows=tuple(block.row_number(row) for row in head.rows) if head else (),
        carried=carried,
    )


def _sections(found: list[tuple[int, str]], positions: pl.Series) -> pl.Series:
    """For each entry the text of the section row above it, null before the first."""
    if not found or not positions.len():
        return pl.Series("section", [None] * positions.len(), dtype=pl.String)
    marks = pl.DataFrame({"at": [row for row, _ in found], "section": [text for _, text in found]}, schema={"at": pl.Int64, "section": pl.String})
    return positions.alias("at").to_frame().set_sorted("at").join_asof(marks.set_sorted("at"), on="at")["section"]


def _carry(
    block: _Block, texts: pl.DataFrame, kinds: pl.DataFrame, positions: pl.Series, left: int, labels: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
    """Brings the value of a cell merged downwards into the entries below it that have cells of their own."""
    areas = [(t, c - left, b) for t, c, b, _ in block.areas if b > t and 0 <= c - left < len(labels)]
    if not areas or not positions.len():
        return texts, kinds, None
    place = {row: i for i, row in enumerate(positions.to_list())}
    changes: dict[int, list[tuple[int, str, str | None]]] = {}
    for top, column, bottom in areas:
        if top not in place:
            continue
        value, kind = texts[labels[column]][place[top]], kinds[labels[column]][place[top]]
        if value is None:
            continue
        changes.setdefault(column, []).extend((place[row], value, kind) for row in range(top + 1, bottom + 1) if row in place)
    marks: list[tuple[int, str]] = []
    numbers = positions.to_list()
    for column, changed in changes.items():
        label = labels[column]
        blank = texts[label].is_null().to_list()
        changed = [change for change in changed if blank[change[0]]]
        if not changed:
            continue
        at = [change[0] for change in changed]
        text_column, kind_column = texts[label].to_list(), kinds[label].to_list()
        for row, value, kind in changed:
            text_column[row], kind_column[row] = value, kind
        texts = texts.with_columns(pl.Series(label, text_column, dtype=pl.String))
        kinds = kinds.with_columns(pl.Series(label, kind_column, dtype=pl.String))
        marks.extend((numbers[row] + block.first_row + 1, label) for row in at)
    if not marks:
        return texts, kinds, None
    return texts, kinds, pl.DataFrame(marks, schema={"row": pl.Int64, "column": pl.String}, orient="row").sort("row", "column")


def _numbering_note(texts: pl.DataFrame, head: Head | None, left: int, rows: pl.Series) -> list[Note]:
    """Where the running number starts at 1 again."""
    if head is None or not texts.height or words(head.names[left]) not in (["no"], ["nomor"], ["no", "urut"], ["nomor", "urut"]):
        return []
    numbers = texts.to_series(0).str.strip_chars(" .)").cast(pl.Int64, strict=False)
    again = ((numbers == 1) & (numbers.forward_fill().shift(1) > 1)).fill_null(False)
    return [Note("numbering_restarts", tuple(rows.filter(again).to_list()))] if again.any() else []


def _hidden_notes(sheet: SheetHead, rows: pl.Series, left: int, right: int) -> list[Note]:
    notes: list[Note] = []
    if sheet.hidden_rows and rows.len():
        hidden = rows.filter(rows.is_in([row + 1 for row in sheet.hidden_rows])).to_list()
        if hidden:
            notes.append(Note("hidden_rows", tuple(hidden[:_MOST_NOTED])))
    columns = sorted({c for first, last in sheet.hidden_columns for c in range(max(first, left), min(last + 1, right))})
    if columns:
        notes.append(Note("hidden_columns", (), {"columns": ", ".join(column_to_letters(c) for c in columns)}))
    return notes
