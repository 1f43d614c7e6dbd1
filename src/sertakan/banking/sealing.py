"""What a line says, as one sealed text: reference, counterparty, text, amount as written. Parted by a sign that no bank writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sertakan.core import encryption

SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one line."""

    reference: str = ""
    counterparty: str = ""
    text: str = ""
    raw: str = ""

    @property
    def whole(self) -> str:
        """All in which a hint may stand."""
        return " | ".join(part for part in (self.text, self.counterparty, self.reference) if part)


def seal_many(plain: Iterable[str]) -> list[bytes]:
    """Seal texts whose parts are already joined."""
    return encryption.encrypt_many([text.encode() for text in plain])


def unseal_many(sealed: Iterable[bytes | memoryview]) -> list[Said]:
    """Open sealed lines."""
    opened = encryption.decrypt_many([bytes(one) for one in sealed])
    return [Said(*text.decode().split(SEPARATOR, 3)) for text in opened]


def unseal(sealed: bytes | memoryview) -> Said:
    """Open one sealed line."""
    return unseal_many([sealed])[0]
