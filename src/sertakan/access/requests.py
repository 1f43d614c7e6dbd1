"""A request once the scope middleware has seen it."""

from __future__ import annotations

from django.http import HttpRequest

from sertakan.core.scope import Actor


class ScopedRequest(HttpRequest):
    """Knows who asks."""

    actor: Actor
