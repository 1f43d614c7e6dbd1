"""Signatures that anybody can check: Ed25519 keys of this installation, made on first use like the other secrets, and their rotation.

What is signed says what it is for (`purpose`), so that a signature over one kind of paper is none over another. Public keys stay known
after a rotation, because paper lives longer than keys; a key that leaked is withdrawn, and nothing signed with it is believed any more.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sertakan.core import clock

SIGNATURE_LENGTH = 64
_LAST_KEY_ID = 255


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key as it is published. `retired_on`: signs no more since then; `withdrawn`: is not believed any more."""

    id: int
    raw: bytes
    made_on: date
    retired_on: date | None = None
    withdrawn: bool = False

    @property
    def hex(self) -> str:
        """The 32 bytes of the key in hexadecimal."""
        return self.raw.hex()


@dataclass(frozen=True, slots=True)
class _Ring:
    current: int
    private: bytes = field(repr=False)
    public: dict[int, PublicKey] = field(repr=False)


def sign(purpose: str, payload: bytes) -> tuple[int, bytes]:
    """Sign `payload` for `purpose` with the current key; the id of the key and 64 bytes."""
    ring = _ring()
    return ring.current, Ed25519PrivateKey.from_private_bytes(ring.private).sign(_message(purpose, payload))


def sign_many(purpose: str, payloads: list[bytes]) -> list[tuple[int, bytes]]:
    """Sign many with one key; 1,000 take some tens of milliseconds."""
    ring = _ring()
    key = Ed25519PrivateKey.from_private_bytes(ring.private)
    return [(ring.current, key.sign(_message(purpose, payload))) for payload in payloads]


def verify(purpose: str, key_id: int, payload: bytes, signature: bytes) -> bool:
    """Whether this installation signed `payload` for `purpose`. False for an unknown or withdrawn key."""
    key = _ring().public.get(key_id)
    if key is None or key.withdrawn:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, _message(purpose, payload))
    except (InvalidSignature, ValueError):
        return False
    return True


def current_key_id() -> int:
    """The id of the key that signs now: part of what is signed."""
    return _ring().current


def public_keys() -> tuple[PublicKey, ...]:
    """All keys that ever signed here, newest first."""
    return tuple(sorted(_ring().public.values(), key=lambda key: -key.id))


def rotate(*, withdraw: bool = False) -> PublicKey:
    """Make a new key and sign with it from now on; the private half of the old one is destroyed.

    `withdraw`: the old one leaked, and what it signed is not believed any more.
    """
    from filelock import FileLock

    path = _path()
    with FileLock(path.with_suffix(".lock"), timeout=30):
        raw = _read(path)
        old, fresh = int(raw["current"]), int(raw["current"]) + 1
        if fresh > _LAST_KEY_ID:
            raise ValueError("a key id is one byte, and all of them were used")
        today = clock.today().isoformat()
        raw["public"][str(old)]["retired_on"] = today
        raw["public"][str(old)]["withdrawn"] = withdraw
        raw.update(_made(fresh, raw["public"]))
        _write(path, raw)
    _load.cache_clear()
    return _ring().public[fresh]


def ensure_keys(data: Path) -> None:
    """Make the first key of a data directory, in a file that only its owner can read. Safe to repeat."""
    from filelock import FileLock

    path = data / "secrets" / "signing.json"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=30):
        if not path.exists():
            _write(path, _made(1, {}))


def _message(purpose: str, payload: bytes) -> bytes:
    return purpose.encode() + b"\0" + payload


def _made(key_id: int, public: dict[str, Any]) -> dict[str, Any]:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    entry = {"key": raw.hex(), "made_on": clock.today().isoformat(), "retired_on": None, "withdrawn": False}
    return {
        "current": key_id,
        "private": key.private_bytes_raw().hex(),
        "public": {**public, str(key_id): entry},
    }


def _write(path: Path, raw: dict[str, Any]) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(raw))
    fresh.replace(path)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _path() -> Path:
    from django.conf import settings

    data = Path(settings.SERTAKAN_DATA)
    ensure_keys(data)
    return data / "secrets" / "signing.json"


def _ring() -> _Ring:
    """The keys as they are now, also after another process has rotated them."""
    path = _path()
    return _load(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _load(path: str, _changed: int) -> _Ring:
    raw = json.loads(Path(path).read_text())
    public = {
        int(key_id): PublicKey(
            id=int(key_id),
            raw=bytes.fromhex(one["key"]),
            made_on=date.fromisoformat(one["made_on"]),
            retired_on=date.fromisoformat(one["retired_on"]) if one["retired_on"] else None,
            withdrawn=bool(one["withdrawn"]),
        )
        for key_id, one in raw["public"].items()
    }
    return _Ring(int(raw["current"]), bytes.fromhex(raw["private"]), public)
