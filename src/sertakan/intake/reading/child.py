"""The process that reads one file: `python -m sertakan.intake.reading.child PATH LIMITS`.

It may panic, hang or run out of memory; then only it dies. Results go to standard output, which is a private file without a
name; progress goes to standard error, one JSON array per line. It imports no data frames and no Django, and starts in a tenth of a second.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from sertakan.core.errors import DomainError
from sertakan.intake.errors import ReaderOutOfMemory
from sertakan.intake.reading.model import Limits

MARK = "@sertakan "


def limit_itself(limits: Limits) -> None:
    """Puts the limits of the operating system on this process: memory, processor time, no core file, death with the parent."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    memory = limits.memory_mb * 1024 * 1024
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(limits.seconds) + 5),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (value, value))
        except (ValueError, OSError):  # macOS refuses some of them
            continue
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() == 1:
            os._exit(1)


def report(*line: Any) -> None:
    sys.stderr.write(MARK + json.dumps(line) + "\n")
    sys.stderr.flush()


def read(path: Path, limits: Limits, out: BinaryIO) -> None:
    """Reads the file at `path` and writes its frames to `out`. Raises DomainError."""
    from sertakan.intake.reading.formats import detect
    from sertakan.intake.reading.rawsheet import write_frame

    file_format = detect(path)
    report("format", file_format)
    write_frame(out, json.dumps({"format": file_format}).encode())
    if file_format == "csv":
        from sertakan.intake.reading import textfiles

        textfiles.read(path, limits, out, report)
    elif file_format == "html":
        from sertakan.intake.reading import markup

        markup.read_html(path, limits, out, report)
    elif file_format == "xml":
        from sertakan.intake.reading import markup

        markup.read_xml(path, limits, out, report)
    else:
        from sertakan.intake.reading import spreadsheets

        spreadsheets.read(path, file_format, limits, out, report)
    write_frame(out, b"{}")


def main(arguments: list[str]) -> int:
    limits = Limits(**json.loads(arguments[1]))
    limit_itself(limits)
    gc.disable()  # millions of cells and no cycles; the process ends with the file
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the results
    try:
        read(Path(arguments[0]), limits, out)
    except (DomainError, MemoryError) as error:
        from sertakan.intake.reading.rawsheet import write_frame

        if isinstance(error, MemoryError):
            error = ReaderOutOfMemory(format="", limit_mb=limits.memory_mb)
        out.seek(0)
        out.truncate()
        write_frame(out, json.dumps({"error": type(error).__name__, "facts": error.facts}).encode())
    out.close()
    return 0


def arguments_for(path: Path, limits: Limits) -> list[str]:
    return [str(path), json.dumps(asdict(limits))]


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # skips the slow release of a large heap
