"""Uploaded files at rest: encrypted, named by what they contain, outside the web root."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from pathlib import Path

from django.conf import settings

from sertakan.core import encryption
from sertakan.core.errors import NotFound
from sertakan.core.postgres import PASSING


class FileGone(NotFound):
    code = "file_gone"
    message = "Berkas ini tidak ada lagi di penyimpanan. Unggah kembali berkasnya."


ABANDONED_AFTER_SECONDS = 3600


def clear_abandoned(data: Path) -> int:
    """Take away readable copies of uploads that a killed process left behind; how many there were. Safe at any time."""
    oldest, cleared = time.time() - ABANDONED_AFTER_SECONDS, 0
    for folder in PASSING:
        for left in (data / "secrets" / folder).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < oldest:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
                    cleared += 1
    return cleared


def _place(name: str) -> Path:
    return Path(settings.SERTAKAN_DATA) / "files" / name[:2] / name


def digest(data: bytes) -> str:
    """The name of a content: its SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def store(data: bytes) -> str:
    """Keep `data`; the same content twice is kept once. Returns its name."""
    name = digest(data)
    place = _place(name)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(encryption.encrypt(data))
        fresh.replace(place)
    return name


def load(name: str) -> bytes:
    """Read a kept content. Raises FileGone."""
    place = _place(name)
    if not place.exists():
        raise FileGone()
    return encryption.decrypt(place.read_bytes())
