"""Starts the process that opens an upload, watches it, and takes over what it drew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from sertakan.evidence import errors

MODULE = "sertakan.evidence.reading.child"
SECONDS = 60
MEMORY_MB = 1536


@dataclass(frozen=True, slots=True)
class Drawn:
    """What we made of an upload: the content to keep, and its first page as a PNG picture."""

    media_type: str
    pages: int
    content: bytes
    picture: bytes


def draw(content: bytes) -> Drawn:
    """Open, check and draw anew. Raises the refusals of `sertakan.evidence.errors`."""
    head, rest = _run("draw", content)
    size = int(head["content"])
    return Drawn(head["media_type"], int(head["pages"]), rest[:size], rest[size:])


def page(content: bytes, number: int) -> bytes:
    """One page of what we kept, as a PNG picture."""
    return _run("page", content, str(number))[1]


def child_environment() -> dict[str, str]:
    """The little of the environment that a process needs; no secrets."""
    kept = (
        "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV",
        "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE",
    )  # fmt: skip
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
    }


def _run(task: str, content: bytes, *more: str) -> tuple[dict[str, Any], bytes]:
    # Nameless where the system can: nothing of the content stays on the disk when this process is killed.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 our own module, arguments are our own words
                [sys.executable, "-X", "utf8", "-m", MODULE, task, str(MEMORY_MB), str(SECONDS), *more],
                stdin=given,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise errors.EvidenceUnreadable(why="membukanya terlalu lama") from None
        out.seek(0)
        try:
            head: dict[str, Any] = json.loads(out.readline())
        except ValueError:
            why = (
                "membukanya terlalu lama" if done.returncode == -24 else "isinya rusak atau terlalu besar untuk dibuka"
            )
            raise errors.EvidenceUnreadable(why=why) from None
        rest = out.read()
    if "error" in head:
        raise getattr(errors, head["error"])(**head["facts"])
    return head, rest
