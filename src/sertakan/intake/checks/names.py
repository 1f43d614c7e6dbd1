"""Names: titles and notes separated from the name, capitals tidied. Single names are names.

Adds `name`, `titles`, `name_note`. Only what is certain is taken away: “R.” may be an initial and stays.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final

import polars as pl

from sertakan.intake.checks.sheet import Sheet
from sertakan.intake.vocabulary import read_table, word_set

MANY: Final = 50
"""From this many rows on, and when they are most of the sheet, tidied capitals are one finding for the sheet."""

_PARTICLES = ("Bin", "Binti", "Bte", "Al", "El")
_NOTE_WORDS = (
    "alm", "almh", "almarhum", "almarhumah", "janda", "duda", "istri", "isteri", "suami", "anak", "ketua", "wakil",
    "anggota", "sekretaris", "bendahara", "pindah", "lansia", "disabilitas", "difabel", "cacat", "meninggal", "wafat",
)  # fmt: skip
_INNER: Final = {f"{sign}{letter}": f"{sign}{letter.lower()}" for sign in "'’" for letter in string.ascii_uppercase}
_OUTER: Final = {f" {small}": f" {big}" for big, small in _INNER.items()}
"""Nu'man, not Nu'Man; but Siti 'Aisyah."""

_ORDINALS: Final = ("II", "III", "IV", "VI", "VII", "VIII")
"""Sri Rahayu II: how people of one name are told apart."""

_ODD = r"[/\\&+=@#*?;:_|<>%$!~\[\]{}(),\"“”]|\p{So}"


@cache
def _patterns() -> dict[str, str]:
    """Regular expressions built from the table of titles."""
    rows = read_table("titles")
    front = [row for row in rows if row["position"] == "front"]
    back = sorted((row["title"] for row in rows if row["position"] == "back"), key=len, reverse=True)
    dotted = "|".join(sorted((_loose(row["title"]) for row in front), key=len, reverse=True))
    bare = "|".join(sorted((_loose(row["title"]) for row in front if row["undotted"] == "yes"), key=len, reverse=True))
    loose = "|".join(_loose(title) + r"\.?" for title in back)
    strict = "|".join(_strict(title) for title in back)
    notes = "|".join(sorted(_NOTE_WORDS, key=len, reverse=True))
    return {
        "front": rf"(?i)^((?:(?:{dotted})\.\s*|(?:{bare})\s+)+)(.*)$",
        "any_front": rf"(?i)^(?:(?:{dotted})\.|(?:{bare})\s)",
        "back_after_comma": rf"(?i)^(.*?)[\s.]*,\s*((?:{loose})(?:[\s,/]+(?:{loose}))*)[\s,.]*$",
        "back_dotted": rf"(?i)^(.*?)\s+((?:{strict})(?:[\s,]+(?:{loose}))*)[\s,.]*$",
        "bracket": r"[(\[]([^)\]]*)[)\]]?",
        "slash": rf"(?i)\s*[/\\,;–-]+\s*((?:{notes})\b.*)$",
        "deceased": r"(?i)(?:^|[\s(/,.])(" + "|".join(_deceased()) + r")(?:[\s).,/]|$)",
        "deceased_front": r"(?i)^(alm|almh|almarhum|almarhumah)\.?\s+",
        "deceased_back": r"(?i)\s+(alm|almh|almarhum|almarhumah)\.?$",
        "on_behalf": r"(?i)^(a\.\s?n\.|a/n|an\.|atas nama)\s*:?\s*",
    }


def _loose(title: str) -> str:
    """S.Pd.I. with or without its points and spaces."""
    pieces = [re.escape(piece) for piece in title.rstrip(".").split(".")]
    return r"\.?\s?".join(pieces)


def _strict(title: str) -> str:
    """The same with its points: only so is it certain without a comma before it. The last point may be missing."""
    pieces = [re.escape(piece) for piece in title.rstrip(".").split(".")]
    if len(pieces) == 1:
        return rf"{pieces[0]}\."
    return r"\.\s?".join(pieces) + r"\.?"


def _deceased() -> list[str]:
    return sorted((word for word in word_set("deceased") if len(word) > 2), key=len, reverse=True)


def split_names(names: pl.Series) -> pl.DataFrame:
    """[name, titles, note, deceased] for a column of tidied names, before capitals are touched."""
    patterns = _patterns()
    frame = pl.DataFrame({"name": names.cast(pl.String)}).with_row_index("at")
    special = frame["name"].str.contains(r"[.,/\\()\[\];\-–]") | frame["name"].str.contains(patterns["any_front"])
    special = special | frame["name"].str.contains(
        r"(?i)\b(alm|almh|almarhum|almarhumah|meninggal|wafat)\b|^(an|atas)\b"
    )
    odd = _split(frame.filter(special.fill_null(value=False)))
    out = frame.join(odd, on="at", how="left", maintain_order="left")
    return out.select(
        name=pl.when(pl.col("rest").is_not_null()).then(pl.col("rest")).otherwise(pl.col("name")),
        titles=pl.col("titles"),
        note=pl.col("note"),
        deceased=pl.col("deceased").fill_null(value=False),
    )


def _split(frame: pl.DataFrame) -> pl.DataFrame:
    """The work on names that hold signs: notes first, then titles in front, then titles behind."""
    p = _patterns()
    frame = frame.with_columns(deceased=pl.col("name").str.contains(p["deceased"]), rest=pl.col("name"))
    frame = frame.with_columns(
        bracket=pl.col("rest").str.extract_all(p["bracket"]).list.join(" ").str.replace_all(r"[()\[\]]", " "),
        rest=pl.col("rest").str.replace_all(p["bracket"], " ").str.replace(p["on_behalf"], "").str.strip_chars(),
    )
    frame = _cut(frame, "slash", p["slash"])
    frame = _cut(frame, "before", p["deceased_front"])
    frame = _cut(frame, "after", p["deceased_back"])
    frame = frame.with_columns(
        front=pl.col("rest").str.extract(p["front"], 1).str.strip_chars(),
        rest=pl.coalesce(pl.col("rest").str.extract(p["front"], 2), pl.col("rest")),
    )
    for name, pattern in (("back", p["back_after_comma"]), ("back2", p["back_dotted"])):
        frame = frame.with_columns(
            pl.col("rest").str.extract(pattern, 2).alias(name),
            rest=pl.coalesce(pl.col("rest").str.extract(pattern, 1), pl.col("rest")),
        )
    joined_note = pl.concat_str("bracket", "slash", "before", "after", separator=" ", ignore_nulls=True)
    joined_titles = pl.concat_str("front", "back2", "back", separator=", ", ignore_nulls=True)
    frame = frame.with_columns(
        note=_filled(joined_note.str.replace_all(r"\s+", " ").str.strip_chars(" .,/;")),
        titles=_filled(joined_titles.str.strip_chars(" ,")),
        rest=pl.col("rest").str.replace_all(r"\s+", " ").str.strip_chars(" ,;/-–"),
    )
    return frame.select("at", "rest", "titles", "note", "deceased")


def _cut(frame: pl.DataFrame, name: str, pattern: str) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("rest").str.extract(pattern, 1).alias(name),
        rest=pl.col("rest").str.replace(pattern, "").str.strip_chars(),
    )


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def tidy_case(name: pl.Expr) -> pl.Expr:
    """Title case where a word is all capitals or begins small; names in good order stay as they are."""
    plain = name.str.replace_all(r"(?:^|\s)(bin|binti|bte|al|el|van|de|der)\s", " ")
    plain = plain.str.replace(rf"\s(?:{'|'.join(_ORDINALS)})$", "")
    uneven = plain.str.contains(r"(^|[\s.'’-])\p{Lu}{2,}") | plain.str.contains(r"(^|\s)\p{Ll}")
    titled = name.str.to_lowercase().str.to_titlecase().str.replace_many(_INNER).str.replace_many(_OUTER)
    for ordinal in _ORDINALS:
        titled = titled.str.replace(rf"\s{ordinal.title()}$", f" {ordinal}")
    for particle in _PARTICLES[:3]:
        titled = titled.str.replace_all(rf"(\S\s){particle}(\s)", f"${{1}}{particle.lower()}${{2}}")
    return pl.when(uneven).then(titled).otherwise(name)


def check_name(sheet: Sheet) -> None:
    """Read the worker's name."""
    if not sheet.has("name"):
        sheet.find_sheet("name_missing", "name")
        nothing = pl.lit(None, dtype=pl.String)
        sheet.add(name=nothing, titles=nothing, name_note=nothing)
        return
    parts = split_names(sheet.frame["t_name"])
    sheet.frame = pl.concat([sheet.frame, parts.rename(lambda name: f"n_{name}")], how="horizontal")
    good = pl.col("n_name").str.contains(r"\p{L}").fill_null(value=False) & (pl.col("k_name") != "e")
    sheet.add(name=pl.when(good).then(tidy_case(pl.col("n_name"))), titles=_titles(sheet), name_note=pl.col("n_note"))
    name = pl.col("name")
    sheet.find("name_missing", "name", name.is_null())
    sheet.find("worker_deceased", "name", pl.col("n_deceased"))
    sheet.find("titles_stripped", "name", pl.col("n_titles").is_not_null() & name.is_not_null(), value=name)
    sheet.find("name_note_cut", "name", pl.col("n_note").is_not_null() & name.is_not_null(), value=name)
    sheet.find("name_has_digits", "name", name.str.contains(r"\d"), value=name)
    sheet.find("name_odd_characters", "name", name.str.contains(_ODD), value=name)
    _note_case(sheet)


def _titles(sheet: Sheet) -> pl.Expr:
    """Titles from the name, and those that stand in columns of their own."""
    extra = [f"t_{part}" for part in ("front_title", "back_title") if part in sheet.present]
    joined = pl.concat_str("n_titles", *extra, separator=", ", ignore_nulls=True)
    return _filled(joined)


def _note_case(sheet: Sheet) -> None:
    changed = pl.col("name") != pl.col("n_name")
    number = int(sheet.frame.select(changed.sum()).item() or 0)
    if number >= MANY and number * 2 > sheet.frame.height:
        sheet.find_sheet("name_case", "name", where=changed)
    elif number:
        sheet.find("name_case", "name", changed, value=pl.col("name"))


def check_remark(sheet: Sheet) -> None:
    """A remark that says that the worker has died holds the row."""
    sheet.add(remark=pl.col("t_remark"))
    if sheet.has("remark"):
        sheet.find("worker_deceased", "remark", pl.col("remark").str.contains(_patterns()["deceased"]))
