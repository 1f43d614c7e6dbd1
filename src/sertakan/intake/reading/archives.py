"""Looks into a zipped workbook before any reader unpacks it: sizes, overlaps, locks, XML entities.

The central directory is checked first, so that a bomb is refused without unpacking anything. `zipfile` then never yields more
bytes for a part than its directory entry promises, and checks the sum, so a lying entry ends as a broken file.
"""

from __future__ import annotations

import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from sertakan.intake.errors import EntityBomb, PasswordProtected, TooLarge, UnreadableFile
from sertakan.intake.reading.model import Limits

CHUNK = 1 << 20
MOST_PARTS = 20_000
MOST_RATIO = 400
"""Unpacked to packed size of one part; deflate cannot pass 1,032, and spreadsheets of one repeated row stay below 150."""
RATIO_FROM = 64 * 1024 * 1024
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    struct.error,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
)


def check_archive(archive: zipfile.ZipFile, limits: Limits, file_format: str) -> None:
    """Refuses a zip that is locked, too big when unpacked, or ambiguous. Raises TooLarge, PasswordProtected, UnreadableFile."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise TooLarge(size=f"{len(parts)} bagian", limit=f"{MOST_PARTS} bagian")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) != len(names):
        raise UnreadableFile(format=file_format.upper(), place="bagian ganda di dalam arsip")
    if any(part.flag_bits & 0x1 for part in parts):
        raise PasswordProtected()
    total = sum(part.file_size for part in parts)
    bomb = any(
        part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if bomb and total <= limits.inflated_bytes:
        raise TooLarge(
            size=f"satu bagiannya membesar lebih dari {MOST_RATIO} kali sesudah dibuka dari kompresi",
            limit=f"{MOST_RATIO} kali",
        )
    if total > limits.inflated_bytes:
        raise TooLarge(
            size=f"{max(total // 1024**2, 1)} MB sesudah dibuka dari kompresi",
            limit=f"{limits.inflated_bytes // 1024**2} MB",
        )
    starts = sorted((part.header_offset, part.compress_size) for part in parts)
    for (start, size), (following, _) in itertools.pairwise(starts):
        if following < start + size:
            raise UnreadableFile(format=file_format.upper(), place="bagian arsip yang bertumpang tindih")


def refuse_entities(archive: zipfile.ZipFile, file_format: str) -> None:
    """Refuses a document type declaration in any XML part. Raises EntityBomb, UnreadableFile."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            with archive.open(part) as file:
                declared = declares_type(file)
        except BROKEN:
            raise UnreadableFile(format=file_format.upper(), place=part.filename) from None
        if declared:
            raise EntityBomb(part=part.filename)


class _Declared(Exception):
    pass


class _RootSeen(Exception):
    pass


def declares_type(file: IO[bytes]) -> bool:
    """Whether an XML stream has a DOCTYPE; reads only as far as the first element, so that nothing is ever expanded."""

    def doctype(*_: object) -> None:
        raise _Declared

    def element(*_: object) -> None:
        raise _RootSeen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        while block := file.read(65536):
            parser.Parse(block)
    except _Declared:
        return True
    except (_RootSeen, expat.ExpatError):
        return False
    return False


def blocks(archive: zipfile.ZipFile, name: str, file_format: str) -> Iterator[bytes]:
    """The unpacked content of a part, piece by piece. Raises UnreadableFile."""
    try:
        with archive.open(name) as file:
            while block := file.read(CHUNK):
                yield block
    except BROKEN:
        raise UnreadableFile(format=file_format.upper(), place=name) from None
