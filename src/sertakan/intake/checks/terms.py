"""What is promised: programmes, source of funds, first month, number of months. Blank cells get what the file or office uses."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import polars as pl

from sertakan.core.month import Month
from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.dates import SERIAL_EPOCH, SERIALS, month_number
from sertakan.intake.checks.sheet import Sheet
from sertakan.intake.vocabulary import meanings, read_data, word_key, word_set, words
from sertakan.rules.ruleset import FUNDINGS

PROGRAMMES: Final = ("jkk", "jkm", "jht")
BASIC: Final = "jkk,jkm"
YEARS: Final = range(2015, 2100)
_TEXT = {"value": pl.String(), "fault": pl.String()}


def read_programmes(text: str) -> dict[str, Any]:
    """“JKK+JKM”, “2 program” → "jkk,jkm"; `fault` names why there is no value."""
    key = re.sub(r"[^\w&]+", " ", text.casefold()).strip()
    if re.fullmatch(r"\d 0", key):
        key = key[0]
    known = words("programmes")
    if key in known["two"]:
        return {"value": BASIC, "fault": None}
    if key in known["three"]:
        return {"value": ",".join(PROGRAMMES), "fault": None}
    rest = re.sub(r"\b(jkk|jkm|jht)(?=(?:jkk|jkm|jht))", r"\1 ", key)
    rest = re.sub(r"^(?:[23]|dua|tiga) (?:program|prog) ", "", rest)
    found = set()
    for programme in PROGRAMMES:
        for word in sorted(known[programme], key=len, reverse=True):
            shorter = re.sub(rf"(?:^|\s){re.escape(word)}(?=\s|$)", " ", rest)
            if shorter != rest:
                found.add(programme)
                rest = shorter
    left = [word for word in rest.split() if word not in known["joiners"]]
    if left or not found:
        return {"value": None, "fault": "programmes_unknown"}
    value = ",".join(programme for programme in PROGRAMMES if programme in found)
    return {"value": value, "fault": None if {"jkk", "jkm"} <= found else "programmes_incomplete"}


def read_funding(text: str) -> dict[str, Any]:
    """The code of a source of funds, else a fault."""
    key = word_key(text)
    for form in (key, key.removeprefix("dana "), key.removeprefix("dari "), key.removeprefix("sumber ")):
        if form in FUNDINGS:
            return {"value": form, "fault": None}
        if form in meanings("funding"):
            return {"value": meanings("funding")[form], "fault": None}
    return {"value": None, "fault": "funding_unknown"}


def read_start_month(text: str) -> Month | None:
    """“Desember 2026”, “12/2026”, “2026-12”, “Des 26”, a date or its serial number; None without a sure year."""
    plain = re.sub(r"[\st]\d{1,2}:\d{2}.*$", "", text.strip().lower())
    plain = re.sub(r"^(?:bulan|bln|mulai|tmt|per|sejak|periode)\s+", "", plain).strip(" .,")
    named = re.fullmatch(r"(?:\d{1,2}[\s\-/.]+)?([a-z]+)\.?[\s\-/.,]*['’]?(\d{4}|\d{2})", plain)
    if named:
        number = month_number(named[1])
        return _month(named[2], number) if number else None
    for pattern, year, month in (
        (r"(\d{4})[-/. ](\d{1,2})(?:[-/. ]\d{1,2})?", 1, 2),
        (r"(\d{1,2})\s*[-/. ]\s*(\d{4})", 2, 1),
        (r"\d{1,2}\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", 2, 1),
        (r"(20\d\d)(0[1-9]|1[0-2])", 1, 2),
    ):
        if found := re.fullmatch(pattern, plain):
            return _month(found[year], int(found[month]))
    serial = re.fullmatch(r"(\d{5})(?:[.,]0+)?", plain)
    if serial and SERIALS[0] <= int(serial[1]) <= SERIALS[1]:
        day = SERIAL_EPOCH + timedelta(days=int(serial[1]))
        return _month(str(day.year), day.month)
    return None


def _month(year: str, month: int) -> Month | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    return Month(full, month) if full in YEARS and 1 <= month <= 12 else None


def read_month_count(text: str) -> int | None:
    """“3”, “3 bulan”, “setahun” → 3, 3, 12; None when unreadable. The range is not judged here."""
    if re.match(r"\s*[-−–]\s*\d", text):
        return None
    key = word_key(text)
    counts = words_of_counts()
    if key in counts:
        return counts[key]
    bare = re.sub(r"\s*(?:bulan|bln|bl|month|months)$", "", key)
    if bare in counts:
        return counts[bare]
    found = re.fullmatch(r"(\d{1,4})(?: 0+)?", bare)
    return int(found[1]) if found and not re.fullmatch(r"\s*\d+[.,]\d*[1-9]\d*.*", text) else None


@cache
def words_of_counts() -> dict[str, int]:
    """Number words for months."""
    return {word_key(word): int(number) for word, number in read_data("words")["month_counts"].items()}


def check_terms(sheet: Sheet, context: CheckContext) -> None:
    """Read what is promised for each row."""
    _check_programmes(sheet)
    _check_funding(sheet, context)
    _check_start_month(sheet, context)
    _check_months(sheet, context)


def _blank(sheet: Sheet, column: str, code: str, value: pl.Expr, shown: str, facts: dict[str, Any]) -> None:
    """Blank cells get the default, and it is said: per row, or once when there is no column."""
    sheet.add(pl.when(pl.col(f"t_{column}").is_null()).then(value).otherwise(pl.col(column)).alias(column))
    if sheet.has(column):
        sheet.find(code, column, pl.col(f"t_{column}").is_null(), value=pl.lit(shown), facts=facts)
    else:
        sheet.find_sheet(code, column, value=shown, facts=facts)


def _check_programmes(sheet: Sheet) -> None:
    _programmes_from_parts(sheet)
    sheet.by_value("programmes", read_programmes, _TEXT)
    fault = pl.col("programmes_fault")
    sheet.add(programmes=pl.when(fault.is_null()).then(pl.col("programmes_value")))
    for code in ("programmes_unknown", "programmes_incomplete"):
        sheet.find(code, "programmes", fault == code)
    _blank(sheet, "programmes", "programmes_default", pl.lit(BASIC), BASIC, {"default": "JKK, JKM"})


def _programmes_from_parts(sheet: Sheet) -> None:
    """Columns headed JKK, JKM, JHT: an amount or a tick chooses the programme."""
    parts = [name for name in PROGRAMMES if f"programme_{name}" in sheet.present]
    if sheet.has("programmes") or len(parts) < 2:
        return
    refused = list(word_set("no") | {"0", "0 0", "0 00"})
    chosen = []
    for name in parts:
        text = pl.col(f"t_programme_{name}")
        key = text.str.to_lowercase().str.replace_all(r"[^\w]+", " ").str.strip_chars()
        chosen.append(pl.when(text.is_not_null() & ~key.is_in(refused) & (text != "✗")).then(pl.lit(name)))
    joined = pl.concat_str(chosen, separator=",", ignore_nulls=True)
    sheet.add(t_programmes=pl.when(joined != "").then(joined), raw_programmes=pl.when(joined != "").then(joined))
    sheet.present = sheet.present | {"programmes"}


def _check_funding(sheet: Sheet, context: CheckContext) -> None:
    sheet.by_value("funding", read_funding, _TEXT)
    sheet.add(funding=pl.col("funding_value"))
    sheet.find("funding_unknown", "funding", pl.col("funding_fault").is_not_null())
    default = context.settings.default_funding
    _blank(sheet, "funding", "funding_default", pl.lit(default), default, {"default": default})


def _check_start_month(sheet: Sheet, context: CheckContext) -> None:
    def look(text: str) -> dict[str, Any]:
        month = read_start_month(text)
        return {"value": str(month) if month else None}

    sheet.by_value("start_month", look, {"value": pl.String()})
    value = pl.col("start_month_value")
    sheet.add(start_month=value)
    sheet.find("start_month_unreadable", "start_month", pl.col("t_start_month").is_not_null() & value.is_null(),
               value=_proposed_month(sheet, context.today))  # fmt: skip
    this = str(Month.of(context.today))
    facts = pl.struct(month=value).struct.json_encode()
    sheet.find("start_month_past", "start_month", value < this, value=value, facts=facts)
    default = str(context.default_month)
    _blank(sheet, "start_month", "start_month_default", pl.lit(default), default, {"month": default})


def _proposed_month(sheet: Sheet, today: date) -> pl.Expr:
    """A month without a year, as the next such month: only proposed."""
    proposals = {}
    for text in sheet.frame["t_start_month"].drop_nulls().unique().to_list():
        number = month_number(word_key(text))
        if number:
            proposals[text] = str(Month(today.year + (number < today.month), number))
    return pl.col("t_start_month").replace_strict(proposals or {"": ""}, default=None, return_dtype=pl.String)


def _check_months(sheet: Sheet, context: CheckContext) -> None:
    sheet.by_value("months", lambda text: {"value": read_month_count(text)}, {"value": pl.Int64()})
    value = pl.col("months_value")
    fits = value.is_between(1, 12)
    sheet.add(months=pl.when(fits).then(value))
    sheet.find("months_unreadable", "months", pl.col("t_months").is_not_null() & value.is_null())
    sheet.find("months_out_of_range", "months", ~fits, value=value)
    choices = list(context.prepay_choices)
    facts = {"choices": ", ".join(str(choice) for choice in choices)}
    sheet.find("months_not_prepay", "months", fits & ~value.is_in(choices), value=value, facts=facts)
    default = context.settings.default_months
    _blank(sheet, "months", "months_default", pl.lit(default, dtype=pl.Int64), str(default), {"default": default})
