"""Refusals: a class with a code, the facts and a sentence that says what to do next.

The code and the facts are what is stored; the sentence is made when it is shown, in the language of who reads it. No personal
number belongs into the facts.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sertakan.core import language


class DomainError(Exception):
    """Something was refused for a reason a person can act on."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "Permintaan ini tidak dapat dijalankan."
    status: ClassVar[int] = 400

    def __init__(self, **facts: Any) -> None:
        super().__init__()
        self.facts = facts

    def render(self, message: str | None = None) -> str:
        """The sentence with its facts filled in, in the reader's language. `message` replaces the template."""
        return (message if message is not None else language.translate(self.message)) % self.facts

    def __str__(self) -> str:
        return self.render()


class NotFound(DomainError):
    """What was asked for is not there, or not in the scope of who asks."""

    code = "not_found"
    message = "Data yang diminta tidak ditemukan."
    status = 404


class NotAllowed(DomainError):
    """The person may not do this."""

    code = "not_allowed"
    message = "Anda tidak berwenang melakukan ini."
    status = 403


class Conflict(DomainError):
    """The state of things changed in between, or does not allow this."""

    code = "conflict"
    message = "Keadaan data sudah berubah. Muat ulang halaman ini, lalu coba lagi."
    status = 409
