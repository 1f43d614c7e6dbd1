"""Phone numbers to E.164, for whole columns. Adds `phone`."""

from __future__ import annotations

import polars as pl

from sertakan.intake.checks.sheet import Sheet

_SEVERAL = r"^(.{8,}?\d)\s*(?:/|;|,|\bdan\b|\batau\b|&|\n)\s*(\+?\d.{6,})$"
_MOBILE = r"^8[1-9]\d{7,10}$"
_FIXED = r"^(?:2[1-9]\d{6,9}|[3-7]\d{7,10}|9[0-8]\d{6,9})$"
_PLAIN = r"^08[1-9]\d{7,10}$"
_FOREIGN = r"^\+[1-9]\d{7,14}$"


def phone_number(text: pl.Expr) -> pl.Expr:
    """A number in E.164 (text), or null. Numbers without a country are Indonesian; nothing is added to too short ones."""
    digits, foreign = _digits(text)
    national = digits.str.replace(r"^(?:0062|62|0)", "").str.replace(r"^0", "")
    local = national.str.contains(_MOBILE) | (national.str.contains(_FIXED) & digits.str.contains(r"^(0|62)"))
    plus = text.str.replace_all(r"[^\d+]", "")
    abroad = foreign & plus.str.contains(_FOREIGN) & ~plus.str.starts_with("+62")
    return pl.when(abroad).then(plus).when(~foreign & local).then(pl.lit("+62") + national)


def _digits(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The digits, and whether another country's code stands before them. Letters and other signs make it unreadable."""
    clean = text.str.replace(r"(?i)^\s*(?:hp|wa|telp|tlp|no)\s*[.:]*\s*", "").str.replace(r"[.,]0$", "")
    clean = clean.str.replace_all(r"[\s().\-–—_'’`]", "")
    foreign = clean.str.starts_with("+") & ~clean.str.starts_with("+62")
    digits = pl.when(clean.str.contains(r"^\+?\d+$")).then(clean.str.replace(r"^\+", ""))
    return digits, foreign


def check_phone(sheet: Sheet) -> None:
    """Read phone numbers; an unreadable one is a warning and is not kept."""
    if not sheet.has("phone"):
        sheet.add(phone=pl.lit(None, dtype=pl.String))
        sheet.find_sheet("phone_missing", "phone")
        return
    _read(sheet)
    text, phone = pl.col("t_phone"), pl.col("phone")
    first = pl.coalesce("_phone_first", "t_phone")
    bare = phone.is_not_null() & first.str.contains(r"^\D*8")
    sheet.find("phone_missing", "phone", text.is_null())
    sheet.find("phone_unreadable", "phone", text.is_not_null() & phone.is_null())
    sheet.find("phone_zero_missing", "phone", bare, value=phone)
    sheet.find(
        "phone_first_of_several", "phone", phone.is_not_null() & pl.col("_phone_first").is_not_null(), value=phone
    )


def _read(sheet: Sheet) -> None:
    """Most numbers are written plainly: only the others are taken apart."""
    texts = sheet.frame["t_phone"]
    plain = texts.str.contains(_PLAIN).fill_null(value=False)
    odd = (~plain & texts.is_not_null()).arg_true()
    first = pl.col("text").str.extract(_SEVERAL, 1)
    others = pl.DataFrame({"text": texts.gather(odd)}).select(
        first=first, phone=phone_number(pl.coalesce(first, "text"))
    )
    nothing = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    simple = pl.select(pl.when(pl.lit(plain)).then(pl.lit("+62") + pl.lit(texts.str.slice(1)))).to_series()
    sheet.frame = sheet.frame.with_columns(
        phone=simple.scatter(odd, others["phone"]), _phone_first=nothing.scatter(odd, others["first"])
    )
