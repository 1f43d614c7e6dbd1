"""Write the pages and files that are made from the code; `--check` says whether they still fit it."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def _pages() -> dict[str, Callable[[], str]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sertakan.config.settings")
    import django

    django.setup()
    from sertakan.api.description import openapi_json
    from sertakan.intake.findings import findings_reference

    return {
        "docs/reference/findings.md": findings_reference,
        "docs/reference/errors.md": errors_reference,
        "docs/reference/openapi.json": openapi_json,
    }


def errors_reference() -> str:
    """A page of all refusals: code, HTTP status, sentence in both languages."""
    import sertakan
    from sertakan.core.errors import DomainError
    from sertakan.core.messages import LOCALE, read_catalogue

    for found in pkgutil.walk_packages(sertakan.__path__, "sertakan."):
        if ".migrations" not in found.name:
            importlib.import_module(found.name)
    english = {message.msgid: message.strings for message in read_catalogue(LOCALE / "en/LC_MESSAGES/django.po")}
    groups: dict[str, list[type[DomainError]]] = {}
    for kind in _subclasses(DomainError):
        groups.setdefault(kind.__module__.split(".")[1], []).append(kind)
    lines = [
        "# Refusals",
        "",
        "Everything that Sertakan refuses has a code, a status and a sentence that says what to do. Pages show the sentence, the API",
        'answers with the status and `{"code", "message", "facts"}`, the command line prints the same and ends with exit code 2. Words',
        "in braces are facts; none of them is a personal number. What is found in a row of a file is no refusal:",
        "see [findings](findings.md).",
        "",
        "This page is made from the code by `python tools/references.py`.",
    ]
    for name in sorted(groups):
        lines += ["", f"## {name}", "", "| code | status | Bahasa Indonesia | English |", "|---|---|---|---|"]
        for kind in sorted(groups[name], key=lambda kind: kind.code):
            said = str(kind.message)
            translated = next(iter(english.get(said, [])), "")
            lines.append(f"| `{kind.code}` | {kind.status} | {_shown(said)} | {_shown(translated)} |")
    return "\n".join(lines) + "\n"


def _subclasses(kind: type[Any]) -> list[type[Any]]:
    found = [kind]
    for child in kind.__subclasses__():
        if child.__module__.startswith("sertakan."):
            found += _subclasses(child)
    return list(dict.fromkeys(found))


def _shown(sentence: str) -> str:
    return re.sub(r"%\((\w+)\)[sd]", r"{\1}", sentence).replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write all, or compare all; exit code 1 when one differs."""
    stale = []
    for name, make in _pages().items():
        path, text = ROOT / name, make()
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    if stale:
        print("Out of step with the code (run: python tools/references.py): " + ", ".join(stale))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
