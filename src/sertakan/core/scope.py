"""Who acts, and what that person may see: set in the database as the first statement of every transaction.

Without a scope the row policies answer nothing. `acting` opens the transaction, names the actor, and lets history triggers record
actor, reason and job of every row that changes, however it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction

from sertakan.core.errors import NotAllowed


class NoScope(NotAllowed):
    code = "no_scope"
    message = "Permintaan ini tidak membawa lingkup akses, maka tidak ada data yang dibuka."


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, by value: no table of users is needed to know it."""

    user_id: int | None
    label: str
    sees_all: bool = False
    agency_ids: frozenset[int] = frozenset()
    roles: frozenset[str] = field(default_factory=frozenset)

    def has(self, *roles: str) -> bool:
        """Whether the actor holds one of `roles`."""
        return bool(self.roles.intersection(roles))


SYSTEM = Actor(user_id=None, label="sistem", sees_all=True, roles=frozenset({"system"}))
NOBODY = Actor(user_id=None, label="tanpa akun")


@dataclass(frozen=True, slots=True)
class _Frame:
    actor: Actor
    reason: str
    job: str


_current: ContextVar[_Frame | None] = ContextVar("sertakan_scope", default=None)


@contextmanager
def acting(actor: Actor, *, reason: str = "", job: str = "") -> Iterator[Actor]:
    """Everything inside happens in one transaction, in the name and within the scope of `actor`.

    Used inside another `acting`, it narrows or changes the scope for the inner block only.
    """
    outer = _current.get()
    frame = _Frame(actor, reason, job)
    token = _current.set(frame)
    try:
        with transaction.atomic():
            _declare(frame)
            try:
                yield actor
            finally:
                if outer is not None and not connection.needs_rollback:
                    _declare(outer)
    finally:
        _current.reset(token)


def current() -> Actor:
    """The actor of the present scope. Raises NoScope outside of one."""
    return _frame().actor


def current_reason() -> str:
    """Why the actor acts, as given to `acting`."""
    return _frame().reason


def current_job() -> str:
    """The job in whose course this happens, if any."""
    return _frame().job


def _frame() -> _Frame:
    frame = _current.get()
    if frame is None:
        raise NoScope()
    return frame


def _declare(frame: _Frame) -> None:
    actor = frame.actor
    context = {"actor": actor.user_id, "label": actor.label, "reason": frame.reason, "job": frame.job}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('sertakan.user_id', %s, true), set_config('sertakan.sees_all', %s, true),"
            " set_config('sertakan.agency_ids', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [
                "" if actor.user_id is None else str(actor.user_id),
                "on" if actor.sees_all else "off",
                ",".join(str(key) for key in sorted(actor.agency_ids)),
                json.dumps(context),
            ],
        )
