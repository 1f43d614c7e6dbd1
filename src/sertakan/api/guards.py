"""Which roles may call what."""

from __future__ import annotations

from django.http import HttpRequest

from sertakan.core.errors import NotAllowed
from sertakan.core.scope import Actor


def require(request: HttpRequest, *roles: str) -> Actor:
    """The actor, when holding one of `roles`. Raises NotAllowed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.has(*roles):
        raise NotAllowed()
    return actor
