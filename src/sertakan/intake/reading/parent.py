"""Starts the reading process, watches it, and takes over what it read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from sertakan.intake import errors
from sertakan.intake.reading import child
from sertakan.intake.reading.model import Limits, Progress
from sertakan.intake.reading.rawsheet import RawSheet, read_frame, read_sheets

MODULE = "sertakan.intake.reading.child"


def read_raw(path: Path, limits: Limits, progress: Progress | None = None) -> tuple[str, list[RawSheet]]:
    """Format and sheets of the file at `path`. Raises the refusals of `sertakan.intake.errors`."""
    size = path.stat().st_size
    if size == 0:
        raise errors.EmptyFile()
    if size > limits.file_bytes:
        raise errors.TooLarge(size=f"{size / 1024**2:.1f} MB", limit=f"{limits.file_bytes / 1024**2:.0f} MB")
    # Nameless where the system can: nothing of the content stays on the disk when this process is killed.
    with tempfile.TemporaryFile() as result:
        watched = _Watched(path, limits, progress, result)
        watched.run()
        result.seek(0)
        try:
            first = json.loads(read_frame(result))
            if "error" in first:
                raise _refusal(first["error"], {**first["facts"], **watched.facts(first["facts"])})
            return first["format"], read_sheets(result)
        except (EOFError, ValueError):
            raise errors.ReaderCrashed(format=watched.format) from None


def _refusal(name: str, facts: dict[str, Any]) -> errors.ReadingError:
    kind = getattr(errors, name, errors.ReaderCrashed)
    refusal: errors.ReadingError = kind(**facts)
    return refusal


class _Watched:
    """One run of the reading process with its clock."""

    def __init__(self, path: Path, limits: Limits, progress: Progress | None, result: IO[bytes]) -> None:
        self.path, self.limits, self.progress, self.result = path, limits, progress, result
        self.format = "itu"
        self.out_of_memory = False

    def facts(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"format": self.format} if given.get("format") == "" else {}

    def run(self) -> None:
        """Returns when the process ended well. Raises ReaderTimedOut, ReaderCrashed, ReaderOutOfMemory."""
        process = subprocess.Popen(  # noqa: S603 our own module, arguments are a path and our limits
            [sys.executable, "-X", "utf8", "-m", MODULE, *child.arguments_for(self.path.resolve(), self.limits)],
            stdin=subprocess.DEVNULL,
            stdout=self.result,
            stderr=subprocess.PIPE,
            env=child_environment(),
            close_fds=True,
        )
        timer = threading.Timer(self.limits.seconds, process.kill)
        timer.daemon = True
        started = time.monotonic()
        timer.start()
        try:
            assert process.stderr is not None  # noqa: S101 asked for above
            for line in process.stderr:
                self._hear(line.decode("utf-8", "replace"))
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            timer.cancel()
            if process.stderr is not None:
                process.stderr.close()
        if code == 0:
            return
        if time.monotonic() - started >= self.limits.seconds - 0.05 or code == -24:  # SIGXCPU
            raise errors.ReaderTimedOut(format=self.format, seconds=f"{self.limits.seconds:g}")
        if self.out_of_memory:
            raise errors.ReaderOutOfMemory(format=self.format, limit_mb=self.limits.memory_mb)
        raise errors.ReaderCrashed(format=self.format)

    def _hear(self, line: str) -> None:
        """Only our own lines count; of a panic only that memory ran out is kept, for it may quote cells."""
        if not line.startswith(child.MARK):
            self.out_of_memory |= "memory allocation of" in line or "MemoryError" in line or "capacity overflow" in line
            return
        try:
            said = json.loads(line[len(child.MARK) :])
        except ValueError:
            return
        if said[0] == "format" and len(said) == 2:
            self.format = str(said[1]).upper()
        elif self.progress is not None:
            self.progress(said[0], said[1], said[2])


def child_environment() -> dict[str, str]:
    """The little of the environment that the process needs; no secrets, one thread, a plain allocator."""
    kept = (
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "LD_LIBRARY_PATH",
    )
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",
        "RUST_BACKTRACE": "0",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    }
