"""Identifiers and raw rows at rest: AES-256-GCM, found again through a keyed index.

A ciphertext is one byte of key version, twelve of nonce, then the sealed text. The index is an HMAC-SHA256 under a key of its own, so
that whoever reads the table can neither read a number nor try all numbers against it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sertakan.core.errors import DomainError


class KeyMissing(DomainError):
    code = "encryption_key_missing"
    message = "Kunci sandi versi %(version)s tidak ada di %(place)s. Pulihkan berkas kunci dari cadangan."


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one data directory."""

    current: int
    seal: dict[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    place: str = ""


def ensure_keys(data: Path) -> Keys:
    """Read the keys of `data`, or make them on first use in a file that only its owner can read."""
    path = data / "secrets" / "keys.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"current": 1, "seal": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
    raw = json.loads(path.read_text())
    return Keys(
        current=int(raw["current"]),
        seal={int(version): bytes.fromhex(key) for version, key in raw["seal"].items()},
        index=bytes.fromhex(raw["index"]),
        place=str(path),
    )


def _keys() -> Keys:
    from django.conf import settings

    return _keys_of(Path(settings.SERTAKAN_DATA))


@lru_cache(maxsize=4)
def _keys_of(data: Path) -> Keys:
    return ensure_keys(data)


def encrypt(plain: bytes) -> bytes:
    """Seal one text under the current key."""
    return encrypt_many([plain])[0]


def encrypt_many(plain: Iterable[bytes]) -> list[bytes]:
    """Seal many texts; 100,000 short ones take about a third of a second."""
    keys = _keys()
    seal = AESGCM(keys.seal[keys.current]).encrypt
    version = bytes([keys.current])
    texts = list(plain)
    nonces = os.urandom(12 * len(texts))
    sealed = []
    for position, text in enumerate(texts):
        nonce = nonces[12 * position : 12 * position + 12]
        sealed.append(version + nonce + seal(nonce, text, None))
    return sealed


def decrypt(sealed: bytes) -> bytes:
    """Open one text. Raises KeyMissing for an unknown key version."""
    return decrypt_many([sealed])[0]


def decrypt_many(sealed: Iterable[bytes]) -> list[bytes]:
    """Open many texts."""
    keys = _keys()
    opened = {version: AESGCM(key).decrypt for version, key in keys.seal.items()}
    result = []
    for text in sealed:
        raw = bytes(text)
        if raw[0] not in opened:
            raise KeyMissing(version=raw[0], place=keys.place)
        result.append(opened[raw[0]](raw[1:13], raw[13:], None))
    return result


def index(kind: str, value: str) -> bytes:
    """The keyed index (32 bytes) of a value of one kind (``nik``, ``kpj``)."""
    return index_many(kind, [value])[0]


def index_many(kind: str, values: Sequence[str]) -> list[bytes]:
    """The keyed indexes of many values of one kind."""
    prefix = hmac.new(_keys().index, f"{kind}\0".encode(), hashlib.sha256)
    result = []
    for value in values:
        fresh = prefix.copy()
        fresh.update(value.encode())
        result.append(fresh.digest())
    return result


def mask(value: str) -> str:
    """Show the last four characters only."""
    return "*" * max(len(value) - 4, 0) + value[-4:] if value else ""
