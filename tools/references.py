"""Write the pages and files that are made from the code; `--check` says whether they still fit it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _pages() -> dict[str, Callable[[], str]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sertakan.config.settings")
    import django

    django.setup()
    from sertakan.api.description import openapi_json

    from sertakan.intake.findings import findings_reference

    return {"docs/reference/findings.md": findings_reference, "docs/reference/openapi.json": openapi_json}


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
