"""Documents as PDF through Typst: facts as JSON into a template, shown as they are, so that no name is ever read as markup.

PDF/UA-1: tagged, with title and alternative text. Fonts come with the compiler; nothing is taken from the machine.
"""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

_compiling = Lock()


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The document of `template` with `data`, which the template reads from ``sys.inputs.data``."""
    with _compiling:
        made = _compiler(template).compile(
            format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards="ua-1"
        )
    if not isinstance(made, bytes):
        raise TypeError("a document is one file")
    return made


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
