"""Donor, membership number, e-mail, consent. Adds their columns, and `consent` (true, or null where none is recorded)."""

from __future__ import annotations

from datetime import date

import polars as pl

from sertakan.intake.checks.context import CheckContext
from sertakan.intake.checks.dates import build_date, date_parts, full_year
from sertakan.intake.checks.sheet import Sheet
from sertakan.intake.vocabulary import word_key, word_set
from sertakan.rules.identity_frame import nip_refusal

_SEPARATORS = r"[\s.'’‘`´\"“”\-–—_/,:]"
_SCIENTIFIC = r"(?i)^\d([.,]\d+)?e\s*\+?\d{1,2}$"
_DECIMALS = r"^\d{15,20}[.,]0{1,2}$"
_EMAIL = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$"


def check_donor(sheet: Sheet) -> None:
    """Name and NIP of who pays."""
    sheet.add(donor_name=pl.col("t_donor_name"))
    if not sheet.has("donor_name"):
        sheet.find_sheet("donor_missing", "donor_name")
    else:
        sheet.find("donor_missing", "donor_name", pl.col("donor_name").is_null())
    if not sheet.has("donor_nip"):
        sheet.add(donor_nip=pl.lit(None, dtype=pl.String))
        return
    text = pl.col("t_donor_nip")
    sheet.add(_nip=text.str.replace(r"(?i)^\s*(nip|nipppk)\s*[:.]*\s*", "").str.replace_all(_SEPARATORS, ""))
    clean = pl.col("_nip")
    sheet.add(_nip_refusal=nip_refusal(clean))
    code = (
        pl.when(text.is_null() | (clean == ""))
        .then(None)
        .when((pl.col("k_donor_nip") != "s") | text.str.contains(_SCIENTIFIC) | text.str.contains(_DECIMALS))
        .then(pl.lit("nip_numeric_cell"))
        .when(pl.col("_nip_refusal") == "nip_malformed")
        .then(pl.lit("nip_length"))
        .when(pl.col("_nip_refusal").is_not_null())
        .then(pl.lit("nip_date_impossible"))
    )
    sheet.add(_nip_code=code)
    said = pl.col("_nip_code")
    sheet.find_many("donor_nip", said.replace("nip_length", None), ("nip_numeric_cell", "nip_date_impossible"))
    digits = clean.str.replace_all(r"\D", "").str.len_chars()
    sheet.find("nip_length", "donor_nip", said == "nip_length", facts=pl.struct(digits=digits).struct.json_encode())
    sheet.add(donor_nip=pl.when(said.is_null() & (clean != "")).then(clean))


def check_kpj(sheet: Sheet) -> None:
    """A membership number is text of 11 digits; zeros lost in a number cell are not put back silently."""
    if not sheet.has("kpj"):
        sheet.add(kpj=pl.lit(None, dtype=pl.String))
        return
    text = pl.col("t_kpj")
    clean = text.str.replace(r"(?i)^\s*(no\.?\s*)?kpj\s*[:.]*\s*", "").str.replace(r"^(\d+)[.,]0$", "${1}")
    sheet.add(_kpj=clean.str.replace_all(_SEPARATORS, ""))
    number = pl.col("_kpj")
    good = number.str.contains(r"^[0-9]{11}$")
    digits = number.str.replace_all(r"\D", "").str.len_chars()
    lost = ~good & (pl.col("k_kpj") != "s") & number.str.contains(r"^\d{5,10}$")
    facts = pl.struct(digits=digits).struct.json_encode()
    sheet.add(kpj=pl.when(good).then(number))
    sheet.find("kpj_lost_zeros", "kpj", lost, value=number.str.zfill(11))
    sheet.find("kpj_length", "kpj", ~good & ~lost, facts=facts)


def check_email(sheet: Sheet) -> None:
    """An e-mail address of the usual shape, in lower case."""
    if not sheet.has("email"):
        sheet.add(email=pl.lit(None, dtype=pl.String))
        return
    low = pl.col("t_email").str.to_lowercase().str.replace_all(r"\s", "")
    good = low.str.contains(_EMAIL)
    sheet.add(email=pl.when(good).then(low))
    sheet.find("email_unreadable", "email", ~good)


def check_consent(sheet: Sheet, context: CheckContext) -> None:
    """A date, a yes without a date, a no; nothing recorded is a warning, because the row may be checked but not sent."""
    if not sheet.has("consent_date"):
        sheet.add(consent_date=pl.lit(None, dtype=pl.Date), consent=pl.lit(None, dtype=pl.Boolean))
        sheet.find_sheet("consent_missing", "consent_date")
        return
    sheet.by_value("consent_date", _said, {"said": pl.String()})
    dates = _dates(sheet, context.today)
    sheet.frame = sheet.frame.with_columns(_consent_read=dates)
    text, said, read = pl.col("t_consent_date"), pl.col("consent_date_said"), pl.col("_consent_read")
    future = read > context.today
    sheet.add(consent_date=pl.when(~future).then(read))
    given = pl.col("consent_date").is_not_null() | (said == "yes")
    sheet.add(consent=pl.when(given).then(pl.lit(value=True)))
    sheet.find("consent_missing", "consent_date", text.is_null())
    sheet.find("consent_refused", "consent_date", said == "no")
    sheet.find("consent_without_date", "consent_date", (said == "yes") & pl.col("consent_date").is_null())
    sheet.find("consent_in_future", "consent_date", future)
    sheet.find("consent_unreadable", "consent_date", text.is_not_null() & said.is_null() & read.is_null())


def _said(text: str) -> dict[str, object]:
    """Yes or no, also in front of a date: “ya, 01-12-2026”."""
    key = word_key(text).removesuffix(" 0")
    if key in word_set("no") or key.startswith(("tidak ", "tdk ", "belum ", "menolak")):
        return {"said": "no"}
    yes = key in word_set("yes") or key.split(" ")[0] in {"ya", "setuju", "sudah", "bersedia", "yes"}
    return {"said": "yes" if yes else None}


def _dates(sheet: Sheet, today: date) -> pl.Series:
    """The date in each consent cell, day before month; null where there is none or only a year."""
    text = pl.col("t_consent_date").str.replace(r"^\D*?(\d.*)$", "${1}")
    frame = sheet.frame.select(text=text, kind="k_consent_date")
    parts = date_parts(frame, "text", "kind")
    day, month = pl.col("day"), pl.col("month")
    swapped = (pl.col("form") == "dmy") & (month > 12) & (day <= 12)
    parts = parts.with_columns(
        d=pl.when(swapped).then(month).otherwise(day), m=pl.when(swapped).then(day).otherwise(month)
    )
    year = full_year(pl.col("year"), pl.col("year_digits"), pl.col("m"), pl.col("d"), date(today.year + 1, 12, 31))
    parts = parts.with_columns(y=year).with_columns(date=build_date(pl.col("y"), pl.col("m"), pl.col("d")))
    return parts.select(pl.when(pl.col("y") >= 2000).then(pl.col("date"))).to_series()
