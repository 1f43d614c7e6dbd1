"""Area and address of a row. Adds `area_code`, `address`, `work_area_code`. Each distinct combination is resolved once."""

from __future__ import annotations

import json

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.sheet import Sheet

_CODES = ("area_ambiguous", "area_unknown", "area_proposed", "area_spelling", "area_parent_differs")
_SOURCES = ("t_area_code", "t_area_village", "t_area_district", "t_area_regency", "_free", "section")
_KEYS = (*_SOURCES, "sheet")
_HAS_PLACE = r"(?i)\b(desa|ds|kel|kelurahan|kec|kecamatan|kab|kabupaten|kota)\b|,"


def check_area(sheet: Sheet, context: CheckContext) -> None:
    """Find the area; what is not found stays in the address."""
    _build_address(sheet)
    named = sheet.present & {"area_code", "area_village", "area_district", "area_regency"}
    if not named and not sheet.has("address") and sheet.frame["section"].null_count() == sheet.frame.height:
        known = {table.name: context.area_index.resolve(sheet=table.name).code for table in sheet.tables}
        sheet.add(area_code=pl.col("sheet").replace_strict(known, return_dtype=pl.String))
        sheet.find_sheet("area_missing", "area_code", where=pl.col("area_code").is_null())
        return
    # Addresses are as many as people: only where no column names the place, and only those that can name one.
    free = pl.when(pl.col("t_address").str.contains(_HAS_PLACE) | (pl.col("t_address").str.len_chars() <= 30))
    fine = sheet.present & {"area_code", "area_village"}
    sheet.add(_free=pl.lit(None, dtype=pl.String) if fine else free.then(pl.col("t_address")))
    sheet.add(_any_area=pl.any_horizontal(pl.col(name).is_not_null() for name in (*_SOURCES, "t_address")))
    combos = sheet.frame.select(_KEYS).unique(maintain_order=True)
    sheet.frame = sheet.frame.join(
        _resolved(combos, context), on=list(_KEYS), how="left", nulls_equal=True, maintain_order="left"
    )
    asked = pl.col("_any_area")
    sheet.add(
        area_code=pl.when(asked).then(pl.col("_area")), _area_finding=pl.when(asked).then(pl.col("_area_finding"))
    )
    _note_areas(sheet)
    _keep_words(sheet)


def _resolved(combos: pl.DataFrame, context: CheckContext) -> pl.DataFrame:
    """Each combination with code, finding, proposal and facts."""
    index = context.area_index
    columns: dict[str, list[str | None]] = {"_area": [], "_area_finding": [], "_area_value": [], "_area_facts": []}
    for code, village, district, regency, free, section, name in combos.iter_rows():
        found = index.resolve(
            code=code, village=village, district=district, regency=regency, free=free, section=section, sheet=name
        )
        facts: dict[str, object] = {}
        if found.candidates:
            facts = {"candidates": index.describe(found.candidates)}
        if found.finding == "area_spelling" and found.code:
            facts = {"name": index.places[found.code].name}
        columns["_area"].append(found.code)
        columns["_area_finding"].append(found.finding)
        columns["_area_value"].append(found.proposal or (found.code if found.finding == "area_spelling" else None))
        columns["_area_facts"].append(json.dumps(facts, ensure_ascii=False))
    return combos.with_columns(*[pl.Series(name, values, dtype=pl.String) for name, values in columns.items()])


def _note_areas(sheet: Sheet) -> None:
    finding, raw = pl.col("_area_finding"), pl.coalesce("raw_area_code", "raw_address")
    for code in _CODES:
        sheet.find(
            code, "area_code", finding == code, value=pl.col("_area_value"), facts=pl.col("_area_facts"), raw=raw
        )
    sheet.find("area_missing", "area_code", ~pl.col("_any_area"))


def _build_address(sheet: Sheet) -> None:
    """The address with hamlet and neighbourhood numbers that stand in columns of their own."""
    pieces = [pl.col("t_address")]
    if "hamlet" in sheet.present:
        hamlet = pl.col("t_hamlet")
        labelled = hamlet.str.contains(r"(?i)^(dusun|dsn|lingkungan|lk)\b")
        pieces.append(pl.when(labelled).then(hamlet).otherwise(pl.lit("Dusun ") + hamlet))
    for part, label in (("rt", "RT "), ("rw", "RW "), ("rt_rw", "RT/RW ")):
        if part in sheet.present:
            dated = (pl.col(f"k_{part}") == "d").fill_null(value=False)
            sheet.find("rt_rw_is_date", "address", dated, raw=pl.col(f"raw_{part}"))
            text = pl.col(f"t_{part}").str.replace(r"\.0$", "")
            labelled = text.str.contains(r"(?i)^(rt|rw)\b")
            pieces.append(pl.when(~dated).then(pl.when(labelled).then(text).otherwise(pl.lit(label) + text)))
    joined = pl.concat_str(pieces, separator=" ", ignore_nulls=True)
    sheet.add(address=pl.when(joined != "").then(joined))
    if len(pieces) > 1:
        sheet.add(raw_address=pl.col("address"))


def _keep_words(sheet: Sheet) -> None:
    """Where the village was not found, what was written about the place is kept in the address."""
    words, address = pl.col("raw_area_code"), pl.col("address")
    lost = pl.col("_area_finding").is_in([code for code in _CODES if code != "area_spelling"]) & words.is_not_null()
    inside = address.str.contains(words, literal=True).fill_null(value=False)
    kept = pl.concat_str([address, words], separator=", ", ignore_nulls=True)
    sheet.add(address=pl.when(lost & ~inside).then(kept).otherwise(address))


def check_work_area(sheet: Sheet, context: CheckContext) -> None:
    """The area of work; only ever a warning."""
    if not sheet.has("work_area_code"):
        sheet.add(work_area_code=pl.lit(None, dtype=pl.String))
        return

    def look(text: str) -> dict[str, object]:
        found = context.area_index.resolve(code=text)
        return {"value": found.code if found.finding in (None, "area_spelling") else None}

    sheet.by_value("work_area_code", look, {"value": pl.String()})
    value = pl.col("work_area_code_value")
    sheet.add(work_area_code=value)
    sheet.find("work_area_unknown", "work_area_code", pl.col("t_work_area_code").is_not_null() & value.is_null())
