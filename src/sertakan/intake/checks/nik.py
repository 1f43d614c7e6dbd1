"""NIK: cleaned where that is certain, held where digits may be lost. The structure is that of `sertakan.rules`.

Adds `nik` (16 digits or null) and the parts `nik_*` of every NIK that is well formed.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.sheet import Sheet
from sertakan.rules.identity_frame import likely_birth_date_expression, nik_expressions

_LABEL = r"(?i)^\s*(no\.?\s*)?(nik|ktp)\s*[:.=]?\s*"
_SEPARATORS = r"[\s.'’‘`´\"“”\-–—_/,:]"
_SCIENTIFIC = r"(?i)^\d([.,]\d+)?e\s*\+?\d{1,2}$"
_DECIMALS = r"^\d{13,18}[.,]0{1,2}$"
ENOUGH_ROWS: Final = 8
ZERO_SHARE: Final = 0.8
"""A column of text in which at least this share of at least that many NIKs ends in 0 went through number cells."""


def check_nik(sheet: Sheet, context: CheckContext) -> None:
    """Read the NIK of every row."""
    if not sheet.has("nik"):
        sheet.find_sheet("nik_missing", "nik")
        sheet.add(pl.lit(None, dtype=pl.String).alias("nik"), *nik_expressions(pl.lit(None, dtype=pl.String)))
        sheet.add(likely_birth_date_expression(on=context.today))
        return
    text = pl.col("t_nik")
    sheet.frame = sheet.frame.with_columns(_nik_clean=_cleaned(sheet.frame["t_nik"]))
    clean = pl.col("_nik_clean")
    sheet.add(_nik_lettered=clean.str.contains(r"\D"))
    sheet.add(_nik_digits=_as_digits(sheet, clean, context))
    sheet.add(*nik_expressions(pl.col("_nik_digits")))
    sheet.add(_nik_code=_verdict(text, clean))
    _distrust_a_column_of_zeros(sheet)
    codes = ("nik_missing", "nik_numeric_cell", "nik_scientific", "nik_last_digit_lost", "nik_letters",
             "nik_date_impossible", "nik_zero_serial")  # fmt: skip
    code = pl.col("_nik_code")
    sheet.find_many("nik", code.replace("nik_length", None), codes)
    sheet.find("nik_length", "nik", code == "nik_length", facts=_digits_fact(clean))
    sheet.add(nik=pl.when(code.is_null()).then(pl.col("_nik_digits")))
    sheet.add(
        *[pl.when(pl.col("nik").is_not_null()).then(pl.col(name)).alias(name)
          for name in ("nik_day", "nik_month", "nik_two_digit_year", "nik_sex", "nik_area6")]
    )  # fmt: skip
    sheet.add(likely_birth_date_expression(on=context.today))
    _note_repairs(sheet, text, clean)
    known = _known_prefix(context)
    sheet.find("nik_prefix_unknown", "nik", pl.col("nik").is_not_null() & ~known)


def _cleaned(texts: pl.Series) -> pl.Series:
    """Without labels and separators. Most numbers are in order: only the others are worked on."""
    odd = (~texts.str.contains(r"^[0-9]{16}$")).fill_null(value=False).arg_true()
    if odd.is_empty():
        return texts
    better = texts.gather(odd).str.replace(_LABEL, "").str.replace_all(_SEPARATORS, "")
    return texts.clone().scatter(odd, better)


def _digits_fact(clean: pl.Expr) -> pl.Expr:
    return pl.struct(digits=clean.str.len_chars()).struct.json_encode()


def _as_digits(sheet: Sheet, clean: pl.Expr, context: CheckContext) -> pl.Expr:
    """The digits; with O, l and I read as 0 and 1 only when that makes a NIK of a known area with a possible date."""
    changed = clean.str.replace_all("[Oo]", "0").str.replace_all(r"[lI|]", "1")
    lettered = sheet.frame.lazy().filter(pl.col("_nik_lettered")).select(changed.alias("nik")).collect()
    if lettered.is_empty():
        return clean
    parts = lettered.select("nik", *nik_expressions(pl.col("nik")))
    good = parts.filter(pl.col("nik_refusal").is_null() & _known_prefix(context))["nik"].unique()
    return pl.when(pl.col("_nik_lettered") & changed.is_in(good.implode())).then(changed).otherwise(clean)


def _verdict(text: pl.Expr, clean: pl.Expr) -> pl.Expr:
    """The code of what is wrong, null when nothing is."""
    digits, refusal = pl.col("_nik_digits"), pl.col("nik_refusal")
    return (
        pl.when(text.is_null())
        .then(pl.lit("nik_missing"))
        .when(text.str.contains(_SCIENTIFIC))
        .then(pl.lit("nik_scientific"))
        .when((pl.col("k_nik") != "s") | text.str.contains(_DECIMALS))
        .then(pl.lit("nik_numeric_cell"))
        .when(digits.str.contains(r"[^0-9]") | (digits == ""))
        .then(pl.lit("nik_letters"))
        .when(refusal == "nik_malformed")
        .then(pl.lit("nik_length"))
        .when(refusal == "nik_date_impossible")
        .then(pl.lit("nik_date_impossible"))
        .when(refusal == "nik_serial_zero")
        .then(pl.lit("nik_zero_serial"))
    )


def _distrust_a_column_of_zeros(sheet: Sheet) -> None:
    """Numbers cut to 15 digits and saved as text all end in 0; chance does not do that."""
    whole = pl.col("_nik_code").is_null()
    zero = whole & pl.col("_nik_digits").str.ends_with("0")
    shares = sheet.frame.group_by("table").agg(number=whole.sum(), zeros=zero.sum())
    lost = shares.filter((pl.col("number") >= ENOUGH_ROWS) & (pl.col("zeros") >= ZERO_SHARE * pl.col("number")))
    if lost.height:
        code = pl.when(zero & pl.col("table").is_in(lost["table"].implode())).then(pl.lit("nik_last_digit_lost"))
        sheet.add(_nik_code=code.otherwise(pl.col("_nik_code")))


def _note_repairs(sheet: Sheet, text: pl.Expr, clean: pl.Expr) -> None:
    good = pl.col("nik").is_not_null()
    lettered = pl.col("_nik_lettered")
    sheet.find("nik_letters_repaired", "nik", good & lettered, value=pl.col("nik"))
    changed = pl.col("raw_nik").str.strip_chars(" ") != clean
    sheet.find("nik_cleaned", "nik", good & ~lettered & changed & (text != clean), value=pl.col("nik"))


def _known_prefix(context: CheckContext) -> pl.Expr:
    """Whether the area is known: to the district where districts are known, else to the regency."""
    area = pl.col("nik_area6")
    regency = area.str.slice(0, 4)
    return area.is_in(context.prefixes.implode()) | (
        ~regency.is_in(context.covered_regencies.implode()) & regency.is_in(context.regencies.implode())
    )
