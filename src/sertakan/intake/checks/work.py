"""Occupation and sector. Adds `occupation`, `occupation_2`, `sector`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.sheet import Sheet
from sertakan.intake.vocabulary import meanings, word_key

_SCHEMA = {
    "value": pl.String(), "second": pl.String(), "finding": pl.String(), "facts": pl.String(), "many": pl.Boolean(),
    "driver": pl.Boolean(),
}  # fmt: skip


def check_work(sheet: Sheet, context: CheckContext) -> None:
    """Words for work become codes; what is open is asked, not guessed. The sector follows from the work, or is written."""
    _read_sector(sheet)
    if sheet.has("occupation"):
        _read_occupation(sheet, context)
    else:
        sheet.find_sheet("occupation_missing", "occupation")
        sheet.add(occupation=pl.lit(None, dtype=pl.String), _second=pl.lit(None, dtype=pl.String))
    _read_second(sheet, context)
    _settle_sector(sheet, context)


def _read_sector(sheet: Sheet) -> None:
    if not sheet.has("sector"):
        sheet.add(_said_sector=pl.lit(None, dtype=pl.String))
        return

    def look(text: str) -> dict[str, object]:
        key = word_key(text).removeprefix("sektor ")
        known = meanings("sector")
        return {"value": known.get(key) or known.get(key.split(" ")[0] if len(key.split(" ")[0]) > 2 else key)}

    sheet.by_value("sector", look, {"value": pl.String()})
    sheet.add(_said_sector=pl.col("sector_value"))
    sheet.find("sector_unreadable", "sector", pl.col("t_sector").is_not_null() & pl.col("_said_sector").is_null())


def _read_occupation(sheet: Sheet, context: CheckContext) -> None:
    index = context.occupation_index

    def look(text: str) -> dict[str, object]:
        work = index.resolve(text)
        facts: dict[str, object] = {}
        if work.proposals:
            facts = {"candidates": [{"code": code, "term": index.terms[code]} for code in work.proposals]}
        if work.finding == "occupation_spelling" and work.code:
            facts = {"term": index.terms[work.code]}
        return {
            "value": work.code, "second": work.second, "finding": work.finding, "many": work.too_many,
            "facts": json.dumps(facts, ensure_ascii=False),
            "driver": work.finding == "occupation_ambiguous" and set(work.proposals) <= set(index.drivers),
        }  # fmt: skip

    sheet.by_value("occupation", look, _SCHEMA)
    value, finding = pl.col("occupation_value"), pl.col("occupation_finding")
    public = _driver_in(index.drivers, index.sectors, "transport", "sopir-angkot")
    private = index.private_driver
    driver = pl.col("occupation_driver").fill_null(value=False)
    said = pl.col("_said_sector")
    by_sector = (
        pl.when(driver & (said == "transport"))
        .then(pl.lit(public, dtype=pl.String))
        .when(driver & (said == "other"))
        .then(pl.lit(private, dtype=pl.String))
    )
    sheet.add(_driver=by_sector)
    settled = pl.col("_driver").is_not_null()
    sheet.add(occupation=pl.coalesce(value, pl.col("_driver")), _second=pl.col("occupation_second"))
    facts = pl.col("occupation_facts")
    sheet.find("occupation_missing", "occupation", pl.col("t_occupation").is_null())
    for code in ("occupation_unknown", "occupation_ambiguous", "occupation_spelling", "occupation_split"):
        where = (finding == code) & ~settled if code == "occupation_ambiguous" else finding == code
        sheet.find(code, "occupation", where, value=value, facts=facts)
    sheet.find("occupation_too_many", "occupation", pl.col("occupation_many"), value=value)


def _driver_in(codes: Sequence[str], sectors: dict[str, str], sector: str, preferred: str) -> str | None:
    """The driver that a written sector leaves: the usual one of that sector."""
    fitting = [code for code in codes if sectors[code] == sector]
    return preferred if preferred in fitting else next(iter(fitting), None)


def _read_second(sheet: Sheet, context: CheckContext) -> None:
    if not sheet.has("occupation_2"):
        sheet.add(occupation_2=pl.col("_second"))
        return
    index = context.occupation_index

    def look(text: str) -> dict[str, object]:
        return {"value": index.resolve(text).code}

    sheet.by_value("occupation_2", look, {"value": pl.String()})
    own, text = pl.col("occupation_2_value"), pl.col("t_occupation_2")
    sheet.add(occupation_2=pl.coalesce(own, pl.col("_second")))
    sheet.find("occupation_2_unknown", "occupation_2", text.is_not_null() & own.is_null())
    both = own.is_not_null() & pl.col("_second").is_not_null() & (own != pl.col("_second"))
    sheet.find("occupation_too_many", "occupation", both, value=pl.col("occupation"))


def _settle_sector(sheet: Sheet, context: CheckContext) -> None:
    sectors = context.occupation_index.sectors
    from_work = pl.col("occupation").replace_strict(sectors or {"": ""}, default=None, return_dtype=pl.String)
    said = pl.col("_said_sector")
    sheet.add(sector=pl.coalesce(said, from_work))
    if sheet.has("sector"):
        sheet.find("sector_differs", "sector", said.is_not_null() & (said != from_work), value=from_work)
