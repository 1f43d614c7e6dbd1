"""Who may see the people behind a count, and so needs no number hidden. Asked by queries, policies and faces alike."""

from __future__ import annotations

from typing import Final

from sertakan.core.scope import Actor

_ROWS: Final = ("coordinator", "operator", "system")


def sees_rows(actor: Actor) -> bool:
    """Whether the actor sees rows at all: a PIC of the own agency, coordinator and operator of all. Leader, BPJS and auditor see totals."""
    return actor.has("pic", *_ROWS)


def opens_all(actor: Actor) -> bool:
    """Whether nothing has to be hidden from the actor: the value for `open_rows`. The database opens a PIC the own agency's cells."""
    return actor.sees_all and actor.has(*_ROWS)
