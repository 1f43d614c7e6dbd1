"""What a command prints: words and tables for people, or exactly one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from rich.console import Console

console = Console(highlight=False)
progress_console = Console(stderr=True, highlight=False)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def emit(data: Any, json_output: bool, render: Callable[[Any], None] | None = None) -> None:  # noqa: FBT001
    """Print `data` as one JSON document, or let `render` show it; without `render`, as plain lines."""
    if json_output:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, default=_plain) + "\n")
    elif render is not None:
        render(data)
    else:
        console.print_json(json.dumps(data, ensure_ascii=False, default=_plain))
