"""What one answer settles for many rows: an unknown word, an ambiguous place, a column that is not there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sertakan.classification import queries as classification
from sertakan.core.money import format_number
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.programme.labels import label_of
from sertakan.sponsorship.models import Sponsorship

# Findings that hold a row because a word is not understood, by column. Identifiers are never asked for in bulk.
_WORDS = {
    "occupation": ("occupation_unknown", "occupation_ambiguous"),
    "area_code": ("area_ambiguous",),
    "funding": ("funding_unknown",),
    "programmes": ("programmes_unknown", "programmes_incomplete"),
}
_BLANKS = {"occupation": ("occupation_missing",)}
_MOST = 20


def open_questions(file: File) -> list[dict[str, Any]]:
    """The questions of a file as form fields {field, type, label, hint, options}, the one for most rows first."""
    held = intake.contents(intake.current_rows(file, states=["held"]))
    if held.is_empty():
        return []
    where = {(row["sheet_no"], row["number"]): row for row in held.iter_rows(named=True)}
    counted: Counter[tuple[str, str]] = Counter()
    facts: dict[tuple[str, str], dict[str, Any]] = {}
    blanks: Counter[str] = Counter()
    for found in intake.findings(file):
        row = where.get((found["sheet"], found["number"]))
        column = found["column"]
        if found["code"] in _BLANKS.get(column, ()):
            blanks[column] += 1 if row is not None else held.height
        elif row is not None and found["code"] in _WORDS.get(column, ()):
            key = (column, str(row.get(f"{intake.RAW}{column}") or "").casefold().strip())
            counted[key] += 1
            facts[key] = dict(found["facts"] or {})
    options = _options()
    asked = [
        _about_word(column, word, number, facts[column, word], options)
        for (column, word), number in counted.most_common(_MOST)
        if word
    ]
    asked += [_about_blanks(column, number, options) for column, number in blanks.items()]
    return [*_about_columns(file), *asked]


def _options() -> dict[str, list[tuple[str, str]]]:
    blank = [("", _("Pilih …"))]
    return {
        "occupation": blank + [(entry.code, entry.term) for entry in classification.occupations()],
        "funding": blank + [(str(value), str(label)) for value, label in Sponsorship.Funding.choices],
        "programmes": [*blank, ("jkk,jkm", _("JKK dan JKM")), ("jkk,jkm,jht", _("JKK, JKM, dan JHT"))],
    }


def _about_word(
    column: str, word: str, number: int, facts: dict[str, Any], options: dict[str, list[tuple[str, str]]]
) -> dict[str, Any]:
    chosen = options.get(column)
    candidates = [entry for entry in facts.get("candidates", []) if isinstance(entry, dict) and entry.get("code")]
    if column == "area_code":
        chosen = [("", _("Pilih …"))] + [
            (entry["code"], f"{entry.get('name', '')} ({entry.get('parents', entry['code'])})") for entry in candidates
        ]
    elif candidates:
        first = [(entry["code"], entry.get("term") or entry.get("name") or entry["code"]) for entry in candidates]
        chosen = [("", _("Pilih …")), *first, *[entry for entry in (chosen or [])[1:] if entry not in first]]
    return {
        "field": f"word:{column}:{word}",
        "type": "select",
        "label": _("%(column)s: apa arti “%(word)s”?") % {"column": label_of(column), "word": word},
        "hint": ngettext(
            "Tertulis di %(count)s baris yang ditahan.", "Tertulis di %(count)s baris yang ditahan.", number
        )
        % {"count": format_number(number)},
        "options": chosen or [],
    }


def _about_blanks(column: str, number: int, options: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    return {
        "field": f"default:{column}",
        "type": "select",
        "label": _("%(column)s untuk semua baris yang kosong") % {"column": label_of(column)},
        "hint": ngettext(
            "Kosong di %(count)s baris. Biarkan bila pekerjaannya berbeda-beda; perbaiki baris demi baris.",
            "Kosong di %(count)s baris. Biarkan bila pekerjaannya berbeda-beda; perbaiki baris demi baris.",
            number,
        )
        % {"count": format_number(number)},
        "options": options[column],
    }


def _about_columns(file: File) -> list[dict[str, Any]]:
    """Columns the machine could not tell apart."""
    asked = []
    for question in file.questions:
        name, heading = question["canonical"], question["heading"]
        if name is None:
            choices = [(candidate, label_of(candidate)) for candidate in question["candidates"]]
            field, label = f"column:{question['column']}", _("Kolom “%(heading)s” berisi apa?") % {"heading": heading}
        else:
            sheet: dict[str, Any] = next(
                (entry for entry in file.sheets if entry["index"] == question["sheet"]), {"headings": []}
            )
            choices = [(candidate, _heading(sheet, candidate)) for candidate in question["candidates"]]
            field, label = f"which:{name}", _("%(column)s ada di kolom mana?") % {"column": label_of(name)}
        hint = _("Jawaban ini berlaku untuk seluruh lembar.")
        options = [("", _("Pilih …")), *choices, *([("ignore", _("Abaikan kolom ini"))] if name is None else [])]
        asked.append({"field": field, "type": "select", "label": label, "hint": hint, "options": options})
    return asked


def _heading(sheet: dict[str, Any], column: str) -> str:
    """What a person sees of column ``c3``: its heading, else its place."""
    place = int(column[1:])
    headings = sheet["headings"]
    return (headings[place] if place < len(headings) else "") or _("kolom ke-%(place)s") % {"place": place + 1}
