"""The language of who reads. Sentences are Indonesian in the code; pages set the two hooks here, nothing else does.

Everything below the pages stays free of Django: without pages (command line, jobs) the hooks leave every text as it is.
"""

from __future__ import annotations

from collections.abc import Callable

translate: Callable[[str], str] = str
"""The text in the reader's language. Look it up when it is needed (``language.translate(...)``); `use` replaces it."""


def _indonesian() -> str:
    return "id"


reader: Callable[[], str] = _indonesian
"""``id`` or ``en``."""


def use(*, translation: Callable[[str], str], chosen: Callable[[], str]) -> None:
    """Let pages say how texts are translated and which language is read."""
    global translate, reader
    translate, reader = translation, chosen
