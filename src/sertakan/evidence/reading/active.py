"""What in a PDF acts by itself: scripts, programs to start, files inside. Found for a clear word; safe is what we draw anew."""

from __future__ import annotations

import re
import zlib
from typing import Any

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_INFLATED = 4 * 1024 * 1024
_MOST_STREAMS = 2000
_NAMES: tuple[tuple[bytes, str], ...] = (
    (rb"/JavaScript\b|/JS\b", "skrip (JavaScript)"),
    (rb"/Launch\b", "perintah untuk membuka program"),
    (rb"/EmbeddedFiles?\b|/GoToE\b", "berkas lain di dalamnya"),
    (rb"/RichMedia\b|/Rendition\b|/3D\b", "media yang berjalan sendiri"),
    (rb"/XFA\b|/SubmitForm\b|/ImportData\b", "formulir yang mengirim data"),
)


def found_in(content: bytes) -> str:
    """The first active thing that the objects of a PDF name, as words; empty when there is none."""
    objects = [_STREAM.sub(b" ", content)]
    for count, stream in enumerate(_STREAM.finditer(content)):
        if count == _MOST_STREAMS:
            break
        if b"/ObjStm" in content[max(0, stream.start() - 400) : stream.start()]:
            objects.append(_inflated(stream.group(1)))
    text = _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), b" ".join(objects))
    return next((words for names, words in _NAMES if re.search(names, text)), "")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_INFLATED)
    except zlib.error:
        return b""


def found_by_library(document: Any) -> str:
    """The same, by the library that reads the PDF: it knows also what was hidden from a plain look."""
    from pypdfium2 import raw

    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        return "skrip (JavaScript)"
    if raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        return "berkas lain di dalamnya"
    return ""
