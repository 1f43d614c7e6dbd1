"""Makes a table out of the rows that were found to be entries: merged cells carried down, sections, notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from sertakan.intake.reading.headings import Head, words
from sertakan.intake.reading.model import Note, SheetTable
from sertakan.intake.reading.rawsheet import SheetHead
from sertakan.intake.reading.scan import Area, column_to_letters

MOST_NOTED = 100_000
"""Row numbers kept in one note."""


@dataclass
class Block:
    """A part of a sheet on which one table is looked for: frames, and the sheet position of their first cell (0-based)."""

    sheet: SheetHead
    texts: pl.DataFrame
    kinds: pl.DataFrame
    first_row: int
    first_column: int
    areas: list[Area]
    notes: list[Note]

    def part(self, start: int, stop: int) -> Block:
        """The rows from `start` up to before `stop`."""
        areas = [(t - start, left, b - start, right) for t, left, b, right in self.areas if start <= t < stop]
        texts, kinds = self.texts.slice(start, stop - start), self.kinds.slice(start, stop - start)
        return replace(self, texts=texts, kinds=kinds, first_row=self.first_row + start, areas=areas, notes=[])

    def row_number(self, row: int) -> int:
        """Row number as a person sees it."""
        return self.first_row + row + 1


def build(
    block: Block,
    head: Head | None,
    keep: list[bool],
    stop: int,
    found: dict[str, list[int]],
    sections: list[tuple[int, str]],
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
        Note(code, tuple(block.row_number(row) for row in rows[:MOST_NOTED]))
        for code, rows in sorted(found.items())
        if rows
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
    marks = pl.DataFrame(
        {"at": [row for row, _ in found], "section": [text for _, text in found]},
        schema={"at": pl.Int64, "section": pl.String},
    )
    return positions.alias("at").to_frame().set_sorted("at").join_asof(marks.set_sorted("at"), on="at")["section"]


def _carry(
    block: Block, texts: pl.DataFrame, kinds: pl.DataFrame, positions: pl.Series, left: int, labels: list[str]
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
        changes.setdefault(column, []).extend(
            (place[row], value, kind) for row in range(top + 1, bottom + 1) if row in place
        )
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
    return (
        texts,
        kinds,
        pl.DataFrame(marks, schema={"row": pl.Int64, "column": pl.String}, orient="row").sort("row", "column"),
    )


def _numbering_note(texts: pl.DataFrame, head: Head | None, left: int, rows: pl.Series) -> list[Note]:
    """Where the running number starts at 1 again."""
    if (
        head is None
        or not texts.height
        or words(head.names[left]) not in (["no"], ["nomor"], ["no", "urut"], ["nomor", "urut"])
    ):
        return []
    numbers = texts.to_series(0).str.strip_chars(" .)").cast(pl.Int64, strict=False)
    again = ((numbers == 1) & (numbers.forward_fill().shift(1) > 1)).fill_null(False)
    return [Note("numbering_restarts", tuple(rows.filter(again).to_list()))] if again.any() else []


def _hidden_notes(sheet: SheetHead, rows: pl.Series, left: int, right: int) -> list[Note]:
    notes: list[Note] = []
    if sheet.hidden_rows and rows.len():
        hidden = rows.filter(rows.is_in([row + 1 for row in sheet.hidden_rows])).to_list()
        if hidden:
            notes.append(Note("hidden_rows", tuple(hidden[:MOST_NOTED])))
    columns = sorted({c for first, last in sheet.hidden_columns for c in range(max(first, left), min(last + 1, right))})
    if columns:
        notes.append(Note("hidden_columns", (), {"columns": ", ".join(column_to_letters(c) for c in columns)}))
    return notes
