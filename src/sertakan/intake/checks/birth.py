"""Birth date and sex, each against what the NIK says. Adds `birth_date`, `sex` and `age`."""

from __future__ import annotations

from datetime import date

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.dates import build_date, date_parts, full_year
from sertakan.intake.checks.sheet import Sheet
from sertakan.intake.vocabulary import meanings, read_data, word_key
from sertakan.rules.frame import age_expression

ADULT, OLDEST = 18, 120
_REPAIRS = (
    "birth_date_swapped", "birth_date_serial", "birth_date_compact", "birth_date_order", "birth_date_short_year",
    "birth_date_words",
)  # fmt: skip


def check_birth_date(sheet: Sheet, context: CheckContext) -> None:
    """Read birth dates; the NIK decides the order of day and month and completes what is not written."""
    if not sheet.has("birth_date"):
        sheet.add(birth_date=pl.col("nik_likely_birth_date"))
        sheet.find_sheet("birth_date_from_nik", "birth_date")
        sheet.find("birth_date_missing", "birth_date", pl.col("nik").is_not_null() & pl.col("birth_date").is_null())
    else:
        parts = date_parts(sheet.frame, "t_birth_date", "k_birth_date")
        sheet.frame = pl.concat([sheet.frame, parts.rename(lambda name: f"b_{name}")], how="horizontal")
        _decide_order(sheet, context.today)
        _complete(sheet, context.today)
        _note_reading(sheet)
        _compare_with_nik(sheet, context.today)
    _check_age(sheet, context)


def _decide_order(sheet: Sheet, today: date) -> None:
    """Day before month, unless only the other order exists or the NIK says the other."""
    day, month, form = pl.col("b_day"), pl.col("b_month"), pl.col("b_form")
    open_order = form.is_in(["dmy", "iso"]) & (day <= 12) & (month <= 12) & (day != month)
    impossible = (form == "dmy") & (month > 12) & (day <= 12)
    nik_says = (pl.col("nik_day") == month) & (pl.col("nik_month") == day)
    nik_says = nik_says & (pl.col("b_year") % 100 == pl.col("nik_two_digit_year"))
    by_nik = (open_order & nik_says & ((form == "dmy") | (pl.col("k_birth_date") == "d"))).fill_null(value=False)
    swap = by_nik | impossible.fill_null(value=False)
    sheet.add(
        _b_by_nik=by_nik,
        _b_order=impossible.fill_null(value=False),
        _b_d=pl.when(swap).then(month).otherwise(day),
        _b_m=pl.when(swap).then(day).otherwise(month),
    )
    year = full_year(pl.col("b_year"), pl.col("b_year_digits"), pl.col("_b_m"), pl.col("_b_d"), today)
    sheet.add(_b_year=year)
    sheet.add(_b_date=build_date(pl.col("_b_year"), pl.col("_b_m"), pl.col("_b_d")))


def _complete(sheet: Sheet, today: date) -> None:
    """Blank dates and bare years from the NIK; what is left unread gets the code of its fault."""
    text, form, nik_date = pl.col("t_birth_date"), pl.col("b_form"), pl.col("nik_likely_birth_date")
    blank = text.is_null()
    year_only = (form == "year").fill_null(value=False)
    agrees = year_only & (pl.col("b_year") % 100 == pl.col("nik_two_digit_year")).fill_null(value=False)
    completed = build_date(pl.col("b_year"), pl.col("nik_month").cast(pl.Int32), pl.col("nik_day").cast(pl.Int32))
    read = pl.when(blank).then(nik_date).when(agrees).then(completed).otherwise(pl.col("_b_date"))
    plausible = read.is_between(date(today.year - OLDEST, 1, 1), today)
    sheet.add(birth_date=pl.when(plausible).then(read))
    unread = pl.col("birth_date").is_null()
    sheet.add(
        _b_code=pl.when(blank & unread & pl.col("nik").is_not_null())
        .then(pl.lit("birth_date_missing"))
        .when(blank & ~unread)
        .then(pl.lit("birth_date_from_nik"))
        .when(agrees & ~unread)
        .then(pl.lit("birth_date_from_year"))
        .when(year_only & unread)
        .then(pl.lit("birth_date_year_only"))
        .when(unread & ~blank & (form == ""))
        .then(pl.lit("birth_date_unreadable"))
        .when(unread & ~blank)
        .then(pl.lit("birth_date_impossible"))
    )


def _note_reading(sheet: Sheet) -> None:
    code, form, read = pl.col("_b_code"), pl.col("b_form"), pl.col("birth_date")
    proposal = pl.coalesce(read, pl.col("nik_likely_birth_date")).dt.to_string("%Y-%m-%d")
    codes = ("birth_date_missing", "birth_date_from_nik", "birth_date_from_year", "birth_date_year_only",
             "birth_date_unreadable", "birth_date_impossible")  # fmt: skip
    repair = (
        pl.when(code.is_not_null())
        .then(code)
        .when(pl.col("_b_by_nik"))
        .then(pl.lit("birth_date_swapped"))
        .when(form == "serial")
        .then(pl.lit("birth_date_serial"))
        .when(form == "compact")
        .then(pl.lit("birth_date_compact"))
        .when(pl.col("_b_order"))
        .then(pl.lit("birth_date_order"))
        .when(pl.col("b_year_digits") == 2)
        .then(pl.lit("birth_date_short_year"))
        .when(form == "word")
        .then(pl.lit("birth_date_words"))
    )
    sheet.find_many("birth_date", repair, (*codes, *_REPAIRS), value=proposal)


def _compare_with_nik(sheet: Sheet, today: date) -> None:
    born, nik = pl.col("birth_date"), pl.col("nik").is_not_null()
    same = (
        (born.dt.day() == pl.col("nik_day"))
        & (born.dt.month() == pl.col("nik_month"))
        & (born.dt.year() % 100 == pl.col("nik_two_digit_year"))
    )
    differs = nik & born.is_not_null() & ~same
    card = pl.lit(value=False)
    if "family_card" in sheet.present:
        number = pl.col("t_family_card").str.replace_all(r"\D", "")
        card = (number == pl.col("nik")).fill_null(value=False)
    # A family card carries its day of issue, 2005 or later, where a NIK has the birth date.
    issued = 2000 + pl.col("nik_two_digit_year").cast(pl.Int32)
    grown = (issued - born.dt.year() >= 15) & issued.is_between(2005, today.year) & (pl.col("nik_sex") == "L")
    sheet.find("nik_family_card", "nik", card | (differs & grown).fill_null(value=False))
    proposal = pl.col("nik_likely_birth_date").dt.to_string("%Y-%m-%d")
    sheet.find("birth_date_nik_differs", "birth_date", differs, value=proposal)


def _check_age(sheet: Sheet, context: CheckContext) -> None:
    sheet.add(age=age_expression(pl.col("birth_date"), context.today))
    age, value = pl.col("age"), pl.col("birth_date").dt.to_string("%Y-%m-%d")
    facts = pl.struct(age=age, limit=pl.lit(context.age_limit)).struct.json_encode()
    sheet.find("age_limit", "birth_date", age >= context.age_limit, value=value, facts=facts)
    sheet.find("under_age", "birth_date", age < ADULT, value=value, facts=facts)


def read_sex(text: str) -> dict[str, object]:
    """L or P for a word, and whether it was only a code. Facts `value`, `coded`."""
    key = word_key(text)
    codes = read_data("words")["sex_codes"]
    bare = key.removesuffix(" 0")
    if bare in codes:
        return {"value": codes[bare], "coded": True}
    return {"value": meanings("sex").get(key), "coded": False}


def check_sex(sheet: Sheet) -> None:
    """L or P; blank from the NIK."""
    from_nik = pl.col("nik_sex")
    if not sheet.has("sex"):
        sheet.add(sex=from_nik)
        sheet.find_sheet("sex_from_nik", "sex")
        return
    sheet.by_value("sex", read_sex, {"value": pl.String(), "coded": pl.Boolean()})
    said, text = pl.col("sex_value"), pl.col("t_sex")
    sheet.add(sex=pl.coalesce(said, from_nik))
    sheet.find("sex_code", "sex", pl.col("sex_coded"), value=said)
    sheet.find("sex_from_nik", "sex", text.is_null() & from_nik.is_not_null(), value=from_nik)
    sheet.find("sex_unreadable", "sex", text.is_not_null() & said.is_null(), value=from_nik)
    sheet.find("sex_nik_differs", "sex", said != from_nik, value=from_nik)
