"""What every page needs: the actor, the day, the navigation and the theme."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sertakan.access.models import RoleAssignment
from sertakan.core import clock
from sertakan.web.demo import demo_users
from sertakan.web.navigation import navigation

THEME_COOKIE = "tema"
THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values of the page's frame. `bell` is what long work has left for the reader: `count` and `entries`."""
    actor = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "actor": actor,
        "today": clock.today(),
        "theme": theme if theme in THEMES else "",
        "navigation": navigation(request),
        "role_labels": _role_labels(actor),
        "demo_users": SimpleLazyObject(demo_users),
        "bell": {"count": 0, "entries": []},
    }


def _role_labels(actor: Any) -> list[Any]:
    if actor is None:
        return []
    return [role.label for role in RoleAssignment.Role if role.value in actor.roles]
