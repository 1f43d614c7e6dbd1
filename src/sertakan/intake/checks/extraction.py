"""From the cells of a sheet to one text per canonical column: tidied, dittos carried down, answers and choices filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.sheet import Sheet, Table
from sertakan.intake.columns.model import CANONICAL, PARTS, ColumnMap
from sertakan.intake.reading.model import SheetTable
from sertakan.intake.vocabulary import meanings, word_set

NAMES: Final = (*CANONICAL, *PARTS)
AREA_PARTS: Final = ("area_village", "area_district", "area_regency")
_UNSEEN = r"\u{00AD}\u{200C}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2069}\u{FEFF}"
"""Marks without width: of joining and of the direction of writing. They go, and leave nothing behind."""

_GAPS = r"\s\x00-\x1F\x7F-\x9F\u{00A0}\u{200B}"
_SPACES = rf"[{_GAPS}]+"
_ERROR = r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|N/D|ÁRUN!)$"
_ODD_SPACES = rf"\s\s|[\x00-\x1F\x7F-\x9F\u{{00A0}}\u{{200B}}{_UNSEEN}]"
_NO_DIGITS = r"^\D{1,24}$"
_DITTO_SIGNS = ('"', "''", "”", "“", "〃", ",,", '" "')
_EMPTY = r"^[\s\-–—_.·?]+$"
_PLAIN_TEXT: Final = frozenset(
    {"nik", "name", "birth_place", "donor_name", "mother_name", "address", "work_place", "work_hours", "remark",
     "occupation", "occupation_2", "front_title", "back_title", *AREA_PARTS}
)  # fmt: skip
"""Columns in which an error value such as #REF! would otherwise pass for text."""

_PLACE_THEN_DATE = r"^\s*(\p{L}[^\d]*?)[\s,./:;-]*(?:tgl\.?\s*)?(\d.*)$"
PERSONAL: Final = frozenset(
    {"nik", "name", "phone", "donor_name", "donor_nip", "mother_name", "email", "kpj", "address"}
)
"""Columns whose values never become facts of a finding."""

_LABELS: Final = {"area_district": "Kec. ", "area_regency": "Kab. "}


def extract(tables: Sequence[SheetTable], maps: Sequence[ColumnMap], context: CheckContext) -> list[Sheet]:
    """The rows of all sheets by canonical column. Sheets with the same columns are checked together, as one frame."""
    groups: dict[frozenset[str], list[_Source]] = {}
    start = 0
    for place, (table, columns) in enumerate(zip(tables, maps, strict=True)):
        source = _source(place, start, table, columns)
        groups.setdefault(frozenset(source.raw), []).append(source)
        start += table.cells.height
    return [_together(sources, context) for sources in groups.values()]


@dataclass(frozen=True, slots=True)
class _Source:
    """One table taken apart by canonical column."""

    table: Table
    frame: pl.DataFrame
    raw: dict[str, pl.Series]
    kinds: dict[str, pl.Series]


def _source(place: int, start: int, table: SheetTable, columns: ColumnMap) -> _Source:
    source = {name: found.column for name, found in (*columns.columns.items(), *columns.parts.items())}
    if columns.combined is not None:
        source.setdefault("birth_place", columns.combined.column)
        source.setdefault("birth_date", columns.combined.column)
    rows = pl.DataFrame({"row": table.rows.cast(pl.Int64), "section": table.sections.cast(pl.String)})
    return _Source(
        Table(place, table.sheet, table.header_row),
        placed(rows, place=place, sheet=table.sheet, start=start),
        {name: table.cells[column].cast(pl.String) for name, column in source.items()},
        {name: table.kinds[column].cast(pl.String) for name, column in source.items()},
    )


def placed(rows: pl.DataFrame, *, place: int, sheet: str, start: int) -> pl.DataFrame:
    """[row, section] with the name of the sheet, the place of its table in the file, and the place of the row."""
    return rows.with_columns(
        sheet=pl.lit(sheet),
        table=pl.lit(place, dtype=pl.Int64),
        at=pl.int_range(start, start + rows.height, dtype=pl.Int64),
    )


def _together(sources: list[_Source], context: CheckContext) -> Sheet:
    frame = pl.concat([source.frame for source in sources])
    names = list(sources[0].raw)
    raw = {name: pl.concat([source.raw[name] for source in sources]) for name in names}
    kinds = {name: pl.concat([source.kinds[name] for source in sources]) for name in names}
    return build([source.table for source in sources], frame, raw, kinds, context)


def build(
    tables: Sequence[Table], frame: pl.DataFrame, raw: Mapping[str, pl.Series], kinds: Mapping[str, pl.Series],
    context: CheckContext,
) -> Sheet:  # fmt: skip
    """The working sheet from raw texts and kinds by column name. `frame` as from `placed`."""
    frame = frame.with_columns(
        *[series.alias(f"raw_{column}") for column, series in raw.items()],
        *[_tidy(column, series, kinds[column]) for column, series in raw.items()],
        *[kinds[column].alias(f"k_{column}") for column in raw],
    )
    missing = [column for column in NAMES if column not in raw]
    frame = frame.with_columns(
        pl.lit(None, dtype=pl.String).alias(f"{prefix}_{column}") for column in missing for prefix in ("raw", "t", "k")
    )
    sheet = Sheet(tables, frame, raw)
    _carry_down(sheet)
    _separate_place_and_date(sheet)
    _join_area_words(sheet)
    _apply_answers(sheet, context.value_answers)
    _apply_defaults(sheet, context.defaults)
    return sheet


def _tidy(column: str, raw: pl.Series, kinds: pl.Series) -> pl.Series:
    """Text without odd spaces; null where nothing is said. Looked at once per distinct text."""
    text = raw.str.strip_chars()
    distinct = text.unique()
    if distinct.str.contains(_ODD_SPACES).any():
        text = text.str.replace_all(f"[{_UNSEEN}]", "").str.replace_all(_SPACES, " ").str.strip_chars()
        distinct = text.unique()
    short = distinct.filter(distinct.str.contains(_NO_DIGITS))
    nothing = short.filter(
        _word_keys(short).is_in(list(word_set("blank"))) | short.str.contains(_EMPTY) | (short == "")
    )
    empty = text.is_in(nothing.implode()) | (text == "")
    if column in _PLAIN_TEXT:
        faulty = short.filter(short.str.contains(_ERROR))
        empty = empty | (kinds == "e").fill_null(value=False) | text.is_in(faulty.implode())
    return pl.select(pl.when(~pl.lit(empty)).then(pl.lit(text))).to_series().alias(f"t_{column}")


def _word_keys(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase().str.replace_all(r"[^\w]+", " ").str.strip_chars()


def _carry_down(sheet: Sheet) -> None:
    """“sda” and “idem” mean what stands above, except where every person has their own."""
    own = {"nik", "name", "kpj", "email", "family_card"}
    dittos = list(word_set("ditto"))
    said: dict[str, pl.Series] = {}
    for column in sorted(sheet.present - own):
        distinct = sheet.frame[f"t_{column}"].unique()
        short = distinct.filter(distinct.str.contains(_NO_DIGITS))
        ditto = short.filter(_word_keys(short).is_in(dittos) | short.is_in(_DITTO_SIGNS))
        if ditto.is_empty():
            continue
        text = pl.col(f"t_{column}")
        marks = sheet.frame[f"t_{column}"].is_in(ditto.implode()).fill_null(value=False)
        hidden = pl.when(~marks).then(text)
        kind = pl.when(~marks).then(pl.col(f"k_{column}"))
        sheet.add(
            pl.when(marks).then(hidden.forward_fill().over("table")).otherwise(text).alias(f"t_{column}"),
            pl.when(marks)
            .then(kind.forward_fill().over("table"))
            .otherwise(pl.col(f"k_{column}"))
            .alias(f"k_{column}"),
            pl.col(f"raw_{column}").alias("_ditto"),
        )
        shown = "area_code" if column in AREA_PARTS else "address" if column in PARTS else column
        carried = pl.lit(marks) & text.is_not_null()
        # Village and district are one place: said once for a row.
        fresh = carried & ~pl.lit(said[shown]) if shown in said else carried
        mark = pl.struct(raw=pl.col("_ditto")).struct.json_encode()
        sheet.find("carried_down", shown, fresh, value=text, raw=pl.col("_ditto"), facts=mark)
        said[shown] = marks | said[shown] if shown in said else marks
        # What stood above counts as written here, so that the row can be checked again by itself.
        sheet.add(pl.when(carried).then(text).otherwise(pl.col(f"raw_{column}")).alias(f"raw_{column}"))


def _separate_place_and_date(sheet: Sheet) -> None:
    """“Manna, 12-08-1985” is a place and a date, in a column of its own or in either of the two."""
    place, born = pl.col("t_birth_place"), pl.col("t_birth_date")
    if "birth_date" in sheet.present:
        named = born.str.extract(_PLACE_THEN_DATE, 1).str.strip_chars(" ,.-/:;")
        alone = ~named.str.to_lowercase().is_in(list(_not_places())) & (named.str.len_chars() >= 3)
        both = alone & (pl.col("k_birth_date") == "s")
        same = pl.col("raw_birth_place").eq_missing(pl.col("raw_birth_date"))
        if "birth_place" in sheet.present:
            sheet.add(
                t_birth_place=pl.when(same)
                .then(pl.when(both).then(named))
                .otherwise(pl.coalesce(place, pl.when(both).then(named)))
            )
        else:
            sheet.add(
                t_birth_place=pl.when(both).then(named), raw_birth_place=pl.when(both).then(pl.col("raw_birth_date"))
            )
        sheet.add(t_birth_date=pl.when(both).then(born.str.extract(_PLACE_THEN_DATE, 2)).otherwise(born))
    if "birth_place" in sheet.present:
        late = pl.col("t_birth_date").is_null() & place.str.contains(r"^\s*\p{L}[^\d]*\d{1,2}\D+.*\d{2,4}\s*$")
        sheet.add(
            t_birth_date=pl.when(late).then(place.str.extract(_PLACE_THEN_DATE, 2)).otherwise(pl.col("t_birth_date")),
            k_birth_date=pl.when(late).then(pl.lit("s")).otherwise(pl.col("k_birth_date")),
            raw_birth_date=pl.when(late).then(pl.col("raw_birth_place")).otherwise(pl.col("raw_birth_date")),
            t_birth_place=pl.when(late)
            .then(place.str.extract(_PLACE_THEN_DATE, 1).str.strip_chars(" ,.-/:;"))
            .otherwise(place),
        )


def _not_places() -> frozenset[str]:
    """Words before a date that are no place: days of the week, months, “tgl”."""
    return word_set("weekdays") | frozenset(meanings("months")) | {"tgl", "tanggal", "lahir", "tgl lahir", "jum'at"}


def _join_area_words(sheet: Sheet) -> None:
    """The raw text of the place: what stands in its columns, one after the other."""
    parts = [part for part in AREA_PARTS if part in sheet.present]
    if not parts:
        return
    pieces = []
    for part in parts:
        text, label = pl.col(f"t_{part}"), _LABELS.get(part, "")
        named = text.str.contains(r"(?i)^(kec|kab|kota|kodya)") if label else pl.lit(value=True)
        pieces.append(pl.when(named).then(text).otherwise(label + text))
    joined = pl.concat_str(pieces, separator=", ", ignore_nulls=True)
    joined = pl.when(joined != "").then(joined)
    code = pl.col("raw_area_code")
    sheet.add(raw_area_code=pl.coalesce(code, joined) if "area_code" in sheet.present else joined)


def _apply_answers(sheet: Sheet, answers: Mapping[tuple[str, str], str]) -> None:
    """What a person said a text means takes its place, before anything is read."""
    by_column: dict[str, dict[str, str]] = {}
    for (column, raw), value in answers.items():
        by_column.setdefault(column, {})[_answer_key(raw)] = value
    for column, known in by_column.items():
        if column not in CANONICAL:
            continue
        key = pl.col(f"raw_{column}").str.to_lowercase().str.replace_all(_SPACES, " ").str.strip_chars()
        said = key.replace_strict(known, default=None, return_dtype=pl.String)
        hit = said.is_not_null()
        sheet.add(
            pl.when(hit).then(said).otherwise(pl.col(f"t_{column}")).alias(f"t_{column}"),
            pl.when(hit).then(pl.lit("s")).otherwise(pl.col(f"k_{column}")).alias(f"k_{column}"),
        )


def _answer_key(raw: str) -> str:
    return " ".join(re.split(r"\s+", raw.strip())).lower()


def _apply_defaults(sheet: Sheet, defaults: Mapping[str, str]) -> None:
    """A choice for the whole file fills blank cells; one finding says so."""
    chosen = {column: value for column, value in defaults.items() if column in CANONICAL and str(value).strip()}
    for column, value in chosen.items():
        text = pl.col(f"t_{column}")
        blank = text.is_null() & pl.col("raw_area_code").is_null() if column == "area_code" else text.is_null()
        sheet.add(_blank=blank)
        sheet.add(
            pl.when(blank).then(pl.lit(str(value))).otherwise(text).alias(f"t_{column}"),
            pl.when(blank).then(pl.lit("s")).otherwise(pl.col(f"k_{column}")).alias(f"k_{column}"),
        )
        shown = "…" if column in PERSONAL else str(value)
        sheet.find_sheet("default_applied", column, value=str(value), facts={"default": shown}, where=pl.col("_blank"))
    sheet.present = sheet.present | chosen.keys()
