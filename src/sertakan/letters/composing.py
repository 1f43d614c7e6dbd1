"""From the words of an office and the facts of a letter to what stands on the paper. No template language: only ``{name}`` is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sertakan.core.month import Month
from sertakan.letters import errors
from sertakan.letters.kinds import Words, kind_of, placeholders_of
from sertakan.rules.reasons import day_in_words, month_in_words

_NAME = re.compile(r"\{([a-z_]+)\}")
_LONGEST = {"Hal": 200, "Jabatan penanda tangan": 160, "Nama penanda tangan": 120, "NIP penanda tangan": 24}
_LONGEST_TEXT = 4000
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter goes to: ``Kepala Dinas Sosial``, ``di Bengkulu``; with an agency, its PIC may read the letter."""

    name: str
    place: str = "di tempat"
    agency_id: int | None = None


def check(kind: str, words: Words) -> None:
    """Refuse words that could not become a letter, with the place. Raises PlaceholderUnknown, PlaceholderBroken, TemplateIncomplete."""
    known = placeholders_of(kind)
    for place, text in _parts(words):
        limit = _LONGEST.get(place, _LONGEST_TEXT)
        if len(text) > limit:
            raise errors.TemplateTooLong(place=place, limit=limit)
        for found in _NAME.finditer(text):
            if found.group(1) not in known:
                names = ", ".join(f"{{{name}}}" for name in known)
                raise errors.PlaceholderUnknown(place=place, name=found.group(1), known=names)
        left = _NAME.sub("", text)
        at = next((at for at, sign in enumerate(left) if sign in "{}"), None)
        if at is not None:
            raise errors.PlaceholderBroken(place=place, near=left[max(0, at - _NEAR) : at + _NEAR].strip())
    for place, text in (
        ("Hal", words.subject),
        ("Pembuka", words.opening),
        ("Jabatan penanda tangan", words.signer_title),
    ):
        if not text.strip():
            raise errors.TemplateIncomplete(place=place)


def _parts(words: Words) -> Iterator[tuple[str, str]]:
    """Each piece of text with the name of its place."""
    yield "Hal", words.subject
    yield "Pembuka", words.opening
    for number, paragraph in enumerate(words.body, start=1):
        yield f"Isi, alinea {number}", paragraph
    yield "Penutup", words.closing
    yield "Jabatan penanda tangan", words.signer_title
    yield "Nama penanda tangan", words.signer_name
    yield "NIP penanda tangan", words.signer_nip
    for number, copy in enumerate(words.copies, start=1):
        yield f"Tembusan {number}", copy


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """The text with its facts. What a fact says is never read as a placeholder. Raises LetterFactMissing."""

    def value(found: re.Match[str]) -> str:
        if found.group(1) not in facts:
            raise errors.LetterFactMissing(name=found.group(1))
        return in_words(facts[found.group(1)])

    return _NAME.sub(value, text)


def in_words(value: Any) -> str:
    """A fact as it stands in a letter: long dates, months by name, thousands with points. Indonesian, whatever language the screen has."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, date):
        return day_in_words(value, "id")
    if isinstance(value, Month):
        return month_in_words(value, "id")
    return "" if value is None else str(value)


def content_of(kind: str, words: Words, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Everything between letterhead and footer. `facts`: placeholders, and `rows` (a table) or `blocks` (see `paper`)."""
    shape = kind_of(kind)
    blocks = list(facts.get("blocks", ()))
    if "rows" in facts:
        blocks.append({"kind": "table", **facts["rows"]})
    return {
        "opening": filled(words.opening, facts),
        "details": [[name, filled(value, facts)] for name, value in shape.details],
        "paragraphs": [filled(paragraph, facts) for paragraph in words.body],
        "blocks": blocks,
        "closing": filled(words.closing, facts),
        "signer": {
            "title": filled(words.signer_title, facts),
            "name": filled(words.signer_name, facts),
            "nip": filled(words.signer_nip, facts),
        },
        "as_of": in_words(facts.get("per", "")),
    }


def examples(kind: str) -> dict[str, str]:
    """Facts for the preview of a template: the examples of its placeholders."""
    return {name: example for name, (_meaning, example) in placeholders_of(kind).items()}
