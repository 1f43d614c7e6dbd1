"""Translations: reading the catalogues people edit (.po) and making the ones the program reads (.mo). Nothing here needs Django.

Compiled catalogues are not kept in the repository; `compile_catalogues` makes them at set-up, and does nothing when they are up to date.
"""

from __future__ import annotations

import ast
import contextlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
_CONTEXT_SEPARATOR = "\x04"
_MO_MAGIC = 0x950412DE


class CatalogueBroken(ValueError):
    """A line of a catalogue that cannot be read; the text names file and line."""


@dataclass(slots=True)
class Message:
    """One sentence of the pages and its translation; `strings` has two when there is a plural."""

    msgid: str
    plural: str | None = None
    context: str | None = None
    strings: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str | None, str]:
        """What makes a message one message."""
        return self.context, self.msgid

    @property
    def is_translated(self) -> bool:
        """Whether every form has a text that somebody has looked at."""
        return bool(self.strings) and all(self.strings) and "fuzzy" not in self.flags


def read_catalogue(path: Path) -> list[Message]:
    """The messages of a .po file, the head (empty msgid) first. Raises CatalogueBroken."""
    return list(_messages(path.read_text(encoding="utf-8").splitlines(), path))


def _messages(lines: Iterable[str], path: Path) -> Iterator[Message]:
    current, where = Message(""), ""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("#~"):
            continue
        starts_new = text.startswith(("#", "msgctxt ")) or (text.startswith("msgid ") and where.startswith("msgstr"))
        if starts_new and where.startswith("msgstr"):
            yield current
            current, where = Message(""), ""
        if text.startswith("#:"):
            current.places.extend(text[2:].split())
        elif text.startswith("#,"):
            current.flags.update(flag.strip() for flag in text[2:].split(","))
        elif not text or text.startswith("#"):
            continue
        else:
            where = _take_line(current, text, where, f"{path.name}:{number}")
    if where.startswith("msgstr"):
        yield current


def _take_line(message: Message, text: str, where: str, place: str) -> str:
    """Put one line of text where it belongs; the keyword that it continues is returned."""
    keyword, _, rest = ("", "", text) if text.startswith('"') else text.partition(" ")
    try:
        value = ast.literal_eval(rest)
    except (ValueError, SyntaxError) as cause:
        raise CatalogueBroken(f"{place}: {text}") from cause
    where = keyword or where
    if where == "msgctxt":
        message.context = (message.context or "") + value
    elif where == "msgid":
        message.msgid += value
    elif where == "msgid_plural":
        message.plural = (message.plural or "") + value
    elif where.startswith("msgstr"):
        if keyword:
            message.strings.append("")
        message.strings[-1] += value
    else:
        raise CatalogueBroken(f"{place}: {text}")
    return where


def compiled(messages: Iterable[Message]) -> bytes:
    """The .mo file of `messages`: a table of sorted keys and their texts, as GNU gettext lays it out."""
    pairs = sorted(_pair(message) for message in messages if not message.msgid or message.is_translated)
    keys_at = 7 * 4
    texts_at = keys_at + 8 * len(pairs)
    place = texts_at + 8 * len(pairs)
    tables: list[list[int]] = [[], []]
    body = bytearray()
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), place + len(body)]
            body += pair[column] + b"\0"
    head = struct.pack("<7I", _MO_MAGIC, 0, len(pairs), keys_at, texts_at, 0, place)
    return head + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + bytes(body)


def _pair(message: Message) -> tuple[bytes, bytes]:
    key = message.msgid if message.context is None else message.context + _CONTEXT_SEPARATOR + message.msgid
    if message.plural is not None:
        key += "\0" + message.plural
    return key.encode(), "\0".join(message.strings).encode()


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Make the .mo files that are missing or older than their .po; returns those that were made.

    Where the folder cannot be written (an installation of somebody else) the pages stay Indonesian; that is no reason not to start.
    """
    made = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        data = compiled(read_catalogue(source))
        with contextlib.suppress(PermissionError):
            fresh = target.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(data)
            fresh.replace(target)
            made.append(target)
    return made
