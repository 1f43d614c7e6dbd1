"""The process that reads one message file (MT940, CAMT): `python -m sertakan.banking.reading.child PATH LIMITS`.

It may hang or run out of memory; then only it dies. The result goes to standard output as one JSON document. No frames, no Django here.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from sertakan.banking.errors import StatementRefused
from sertakan.intake.reading.child import limit_itself
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.textfiles import decode


def read(path: Path, form: str) -> dict[str, Any]:
    """The statements and rows of a file as plain values. Raises StatementRefused."""
    data = path.read_bytes()
    if form == "camt":
        from sertakan.banking.reading import camt

        statements, rows = camt.read(data)
    else:
        from sertakan.banking.reading import mt940

        statements, rows = mt940.read(decode(data)[0])
    return {"statements": statements, "rows": rows}


def main(arguments: list[str]) -> int:
    limit_itself(Limits(**json.loads(arguments[2])))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not end up in the result
    try:
        result = read(Path(arguments[0]), arguments[1])
    except StatementRefused as refusal:
        result = {"error": type(refusal).__name__, "facts": refusal.facts}
    json.dump(result, out, default=lambda value: value.isoformat() if isinstance(value, date) else str(value))
    out.close()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
