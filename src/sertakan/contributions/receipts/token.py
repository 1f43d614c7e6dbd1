"""What stands in the square code of a worker's slip: 82 bytes, signed, written in letters that a person can read out.

    1 byte   version of this layout (1)
    1 byte   id of the key
    8 bytes  random reference of the slip
    2 bytes  last month paid in a row, as months since January 2000
    2 bytes  day of the signature, as days since 1 January 2000
    4 bytes  initials of the worker, ASCII, filled up with spaces
    64 bytes Ed25519 signature over ``sertakan.slip\\0`` and the 18 bytes before it

No NIK, no membership number, no name: the address of the check ends up in histories and logs. Initials are enough to see that a slip was
not lettered anew for somebody else, since the name on the paper must begin so. Base 32 in capitals keeps the square small, because it
fits the alphanumeric mode of QR codes, and knows no I, L, O and U, which are mistaken for others.
"""

from __future__ import annotations

import secrets
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sertakan.contributions.receipts.errors import SlipForged, SlipUnreadable
from sertakan.core import signing
from sertakan.core.month import Month

PURPOSE = "sertakan.slip"
VERSION = 1
REFERENCE_LENGTH = 8
_BODY = 18
_EPOCH = date(2000, 1, 1)
_EPOCH_MONTH = Month(2000, 1)
_STANDARD, _READABLE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_OUT = str.maketrans(_STANDARD, _READABLE)
_IN = str.maketrans(_READABLE + "OIL", _STANDARD + "ABB")  # O is read as 0, I and L as 1
_LENGTH = -(-(_BODY + signing.SIGNATURE_LENGTH) * 8 // 5)
_REFERENCE_TEXT = -(-REFERENCE_LENGTH * 8 // 5)


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says, and nothing more: paid until this month, signed on that day."""

    reference: str
    initials: str
    paid_until: Month
    signed_on: date


def new_reference() -> str:
    """Sixty-four random bits as text: nobody guesses one."""
    return _to_text(secrets.token_bytes(REFERENCE_LENGTH))


def initials_of(name: str) -> str:
    """First letters of up to four words of a name, plain capitals; ``?`` where there is none."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = "".join(sign if sign.isalpha() else " " for sign in plain.replace("'", "")).split()
    return "".join(word[0] for word in words)[:4] or "?"


def seal(slip: Slip) -> str:
    """The token of one slip."""
    return seal_many([slip])[0]


def seal_many(slips: Sequence[Slip]) -> list[str]:
    """The tokens of many slips."""
    key_id = signing.current_key_id()
    bodies = [_body(slip, key_id) for slip in slips]
    return [
        _to_text(body + signature)
        for body, (_, signature) in zip(bodies, signing.sign_many(PURPOSE, bodies), strict=True)
    ]


def open_token(text: str) -> Slip:
    """What a token says, once its signature holds. Raises SlipUnreadable, SlipForged."""
    raw = _from_text(clean(text), _LENGTH)
    body, signature = raw[:_BODY], raw[_BODY:]
    if body[0] != VERSION:
        raise SlipUnreadable()
    if not signing.verify(PURPOSE, body[1], body, signature):
        raise SlipForged()
    at = 2 + REFERENCE_LENGTH
    return Slip(
        reference=_to_text(body[2:at]),
        initials=body[at + 4 :].decode("ascii", "replace").strip(),
        paid_until=_EPOCH_MONTH.next(int.from_bytes(body[at : at + 2])),
        signed_on=_EPOCH + timedelta(days=int.from_bytes(body[at + 2 : at + 4])),
    )


def clean(text: str) -> str:
    """What was typed or scanned: the last part of an address, without spaces and dashes, in capitals."""
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last.upper() if sign.isascii() and sign.isalnum())


def may_be_code(text: str) -> bool:
    """Whether this is as long as a code of ours. Nothing else goes into an address: what people type may be a NIK."""
    return len(clean(text)) in (_REFERENCE_TEXT, _LENGTH)


def is_reference(text: str) -> bool:
    """Whether this is the short reference under the square, not the whole token."""
    return len(clean(text)) == _REFERENCE_TEXT


def read_reference(text: str) -> str:
    """A typed reference as it is kept: O is read as 0, I and L as 1. Raises SlipUnreadable."""
    return _to_text(_from_text(clean(text), _REFERENCE_TEXT))


def grouped(reference: str) -> str:
    """The reference as it stands on paper: ``7K3M-9QPA-X2TRW``."""
    return "-".join((reference[:4], reference[4:8], reference[8:]))


def _body(slip: Slip, key_id: int) -> bytes:
    return (
        bytes((VERSION, key_id))
        + _from_text(slip.reference, _REFERENCE_TEXT)
        + (slip.paid_until - _EPOCH_MONTH).to_bytes(2)
        + (slip.signed_on - _EPOCH).days.to_bytes(2)
        + slip.initials.encode("ascii", "replace")[:4].ljust(4)
    )


def _to_text(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").translate(_OUT)


def _from_text(text: str, length: int) -> bytes:
    if len(text) != length or set(text) - set(_READABLE + "OIL"):
        raise SlipUnreadable()
    raw = b32decode(text.translate(_IN) + "=" * (-length % 8))
    if _to_text(raw) != text.translate(str.maketrans("OIL", "011")):
        raise SlipUnreadable()  # the bits that fill up the last letter are zero in what we write
    return raw
