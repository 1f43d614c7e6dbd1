"""The prepared register on disk: sealed, made anew when people changed, read by many processes at once.

One file holds everything in sealed blocks (AES-256-GCM by `core.encryption`): nothing of a person stands on the disk in clear. DuckDB's
own encryption of files needs an extension that does not come with it (``docs/decisions/0011-the-prepared-register-is-sealed.md``).
A file is never changed: a new one takes its place in one step, and who reads the old one goes on reading it.
"""

from __future__ import annotations

import io
import json
import os
import struct
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import polars as pl
from filelock import FileLock

from sertakan.core import encryption
from sertakan.linkage import prepared as ready
from sertakan.linkage.frequencies import Frequencies
from sertakan.linkage.model import MODEL, Settings

if TYPE_CHECKING:
    from sertakan.linkage.prepared import Prepared

MAGIC: Final = b"SERTAKAN-REGISTER-1\n"
ROWS_AT_ONCE: Final = 50_000
KEYS_AT_ONCE: Final = 2_000_000
OPENERS: Final = 2
"""Threads that open pieces: decryption and reading let others run."""

WAIT_SECONDS: Final = 600


@dataclass(frozen=True)
class Mark:
    """What a prepared register was made from: `people` names their state, the rest the code that read them."""

    people: str
    settings: str
    library: str

    @classmethod
    def of(cls, people: str, settings: Settings = MODEL) -> Mark:
        """The mark that a register made now would bear."""
        return cls(people, settings.hash, f"duckdb {version('duckdb')}")


def place(name: str = "people") -> Path:
    """Where the register called `name` (people, members) lies."""
    from django.conf import settings

    return Path(settings.SERTAKAN_DATA) / "linkage" / f"{name}.register"


def ensure(path: Path, people: str, make: Callable[[], pl.DataFrame], settings: Settings = MODEL) -> Prepared:
    """The register of the state `people`: read if it is there, else made from `make()`, a frame of `normalise.prepare`.

    Two processes that need it at once make it once: the second waits and reads.
    """
    mark = Mark.of(people, settings)
    if mark_of(path) == mark:
        return _kept(path, mark)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # the lock lies beside the file
    with FileLock(f"{path}.lock", timeout=WAIT_SECONDS):
        if mark_of(path) != mark:
            write(ready.build(make(), settings), path, mark)
    return _kept(path, mark)


def standing(path: Path, settings: Settings = MODEL) -> tuple[Prepared, str] | None:
    """The register on disk whatever the state of the people it was made from, and that state; none where none fits the code."""
    mark = mark_of(path)
    if mark is None or mark != Mark.of(mark.people, settings):
        return None
    return _kept(path, mark), mark.people


@lru_cache(maxsize=1)
def _kept(path: Path, mark: Mark) -> Prepared:
    """The register that this process read last stays open."""
    return read(path, mark.settings)


def forget() -> None:
    """Let go of the register that this process holds."""
    _kept.cache_clear()


def mark_of(path: Path) -> Mark | None:
    """The mark of a register on disk; none where there is no file, or none that can be opened."""
    from cryptography.exceptions import InvalidTag

    try:
        with path.open("rb") as file:
            return Mark(**_opened_head(file)["mark"])
    except (FileNotFoundError, ValueError, InvalidTag, encryption.KeyMissing):
        return None


def write(register: Prepared, path: Path, mark: Mark) -> None:
    """Seal a register into a file that takes the place of an older one in one step."""
    pieces = list(_pieces(register))
    head = {
        "mark": mark.__dict__,
        "pieces": [name for name, _ in pieces],
        "rows": register.known.rows,
        "blocks": [ready.blocking.number_of(block) for block in register.blocks],
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(MAGIC)
        _put(file, json.dumps(head).encode())
        for at, (name, frame) in enumerate(pieces):
            buffer = io.BytesIO()
            frame.write_ipc(buffer, compression="lz4")
            _put(file, f"{at} {name}\n".encode() + buffer.getvalue())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _pieces(register: Prepared) -> Iterator[tuple[str, pl.DataFrame]]:
    records = register.records.with_columns(record_id=register.ids)
    for start in range(0, max(records.height, 1), ROWS_AT_ONCE):
        yield "records", records.slice(start, ROWS_AT_ONCE)
    for start in range(0, max(register.keys.height, 1), KEYS_AT_ONCE):
        yield "keys", register.keys.slice(start, KEYS_AT_ONCE)
    for kind in ("values", "words"):
        for column, frame in getattr(register.known, kind).items():
            yield f"{kind} {column}", frame


def read(path: Path, settings_hash: str = "") -> Prepared:
    """Open a register. Raises ValueError when the file is cut short or its pieces were exchanged."""
    from sertakan.linkage import blocking

    found: dict[str, list[pl.DataFrame]] = {}
    with path.open("rb") as file, ThreadPoolExecutor(OPENERS) as openers:
        head = _opened_head(file)
        if settings_hash and head["mark"]["settings"] != settings_hash:
            raise ValueError("the register was made for another model")
        opened = deque[tuple[str, Future[pl.DataFrame]]]()
        for at, name in enumerate(head["pieces"]):
            opened.append((name, openers.submit(_opened, _sealed(file), at, name)))
            while len(opened) > 2 * OPENERS:
                done, frame = opened.popleft()
                found.setdefault(done, []).append(frame.result())
        for done, frame in opened:
            found.setdefault(done, []).append(frame.result())
    records = pl.concat(found.pop("records"), rechunk=False)
    keys = pl.concat(found.pop("keys"), rechunk=False)
    tables: dict[str, dict[str, pl.DataFrame]] = {"values": {}, "words": {}}
    for name, frames in found.items():
        kind, column = name.split(" ", 1)
        tables[kind][column] = frames[0]
    known = Frequencies(tables["values"], tables["words"], head["rows"])
    by_number = {blocking.number_of(block): block for block in MODEL.blocks}
    blocks = tuple(by_number[number] for number in head["blocks"])
    return ready.Prepared(records["record_id"], records.drop("record_id"), keys, blocks, known)


def _put(file: BinaryIO, plain: bytes) -> None:
    sealed = encryption.encrypt(plain)
    file.write(struct.pack("<Q", len(sealed)))
    file.write(sealed)


def _sealed(file: BinaryIO) -> bytes:
    size = file.read(8)
    if len(size) != 8:
        raise ValueError("the register is cut short")
    (length,) = struct.unpack("<Q", size)
    sealed = file.read(length)
    if len(sealed) != length:
        raise ValueError("the register is cut short")
    return sealed


def _opened(sealed: bytes, at: int, name: str) -> pl.DataFrame:
    title, _, body = encryption.decrypt(sealed).partition(b"\n")
    if title.decode() != f"{at} {name}":
        raise ValueError("the pieces of the register are not in their order")
    return pl.read_ipc(body)


def _opened_head(file: BinaryIO) -> dict[str, Any]:
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("this is no prepared register")
    head: dict[str, Any] = json.loads(encryption.decrypt(_sealed(file)))
    return head
