"""Documents as PDF through Typst: facts as JSON into a template, shown as they are, so that no name is ever read as markup.

PDF/UA-1: tagged, with title and alternative text. Fonts come with the compiler; nothing is taken from the machine.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

_compiling = Lock()
_UNKNOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_BOX = "□"
_MOST_UNKNOWN, _LATIN = 12, 0x250


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The document of `template` with `data`, which the template reads from ``sys.inputs.data``.

    A sign that the fonts do not have (an emoji in the name of a meeting) is shown as □: it must not keep a letter from being printed.
    """
    text = json.dumps(data, ensure_ascii=False)
    for _sign in range(_MOST_UNKNOWN):
        try:
            return _compiled(template, text)
        except Exception as fault:
            unknown = _UNKNOWN.search(str(fault))
            if unknown is None:
                raise
            text = _without(text, unknown.group(1))
    return _compiled(template, _plain(text))


def _compiled(template: Path, text: str) -> bytes:
    with _compiling:
        made = _compiler(template).compile(format="pdf", sys_inputs={"data": text}, pdf_standards="ua-1")
    if not isinstance(made, bytes):
        raise TypeError("a document is one file")
    return made


def _without(text: str, named: str) -> str:
    """The JSON text without the signs that the compiler names (``\\u{7}`` for what cannot be written)."""
    signs = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), named)
    for sign in set(signs) - {" "}:
        for written in {sign, json.dumps(sign)[1:-1]}:
            text = text.replace(written, _BOX if sign.isprintable() else " ")
    return text


def _plain(text: str) -> str:
    """With nothing left that is not Latin: for a text made of nothing else than signs without a shape."""
    return "".join(sign if ord(sign) < _LATIN or sign == _BOX else _BOX for sign in text)


def square_code(text: str, *, error: str = "m") -> str:
    """A QR code as SVG text; the shortest mode that fits the text is chosen by the library."""
    import segno

    drawn = BytesIO()
    segno.make(text, error=error, micro=False, boost_error=False).save(
        drawn, kind="svg", border=1, xmldecl=False, scale=4, svgns=True, omitsize=True
    )
    return drawn.getvalue().decode()


@lru_cache(maxsize=16)
def _compiler(template: Path) -> Any:
    import typst

    return typst.Compiler(template, root=template.parent, ignore_system_fonts=True)
