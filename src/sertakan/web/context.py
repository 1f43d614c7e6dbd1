"""What every page needs: the actor, the day, the navigation and the theme."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from sertakan.access.models import RoleAssignment
from sertakan.core import clock
from sertakan.core.money import format_number
from sertakan.intake import queries as intake
from sertakan.notices import queries as notices
from sertakan.web.demo import demo_users
from sertakan.web.navigation import navigation
from sertakan.web.sections import section_of
from sertakan.web.templatetags.sertakan_format import moment

THEME_COOKIE = "tema"
THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values of the page's frame. `bell` is what waits for the reader: `count`, `notices` and `entries`."""
    actor = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "actor": actor,
        "today": clock.today(),
        "theme": theme if theme in THEMES else "",
        "navigation": navigation(request),
        "section": section_of(request),
        "role_labels": _role_labels(actor),
        "demo_users": SimpleLazyObject(demo_users),
        "bell": SimpleLazyObject(lambda: _bell(request, actor)),
    }


def _role_labels(actor: Any) -> list[Any]:
    if actor is None:
        return []
    return [role.label for role in RoleAssignment.Role if role.value in actor.roles]


SEEN = "results_seen"
MOST_IN_BELL = 5


def _bell(request: HttpRequest, actor: Any) -> dict[str, Any]:
    """What waits for the person who asks: unread notices, and results of long work; `count` is what is new."""
    if actor is None or actor.user_id is None:
        return {"count": 0, "entries": [], "notices": [], "unread": 0}
    unread = notices.unread_count()
    told = [
        {"url": f"{reverse('notices')}#n{one.pk}", "label": one.subject, "when": moment(one.created_at)}
        for one in (notices.inbox(unread=True)[:MOST_IN_BELL] if unread else ())
    ]
    entries = _results(request, actor) if actor.has("pic", "coordinator", "operator") else []
    fresh = sum(entry["fresh"] for entry in entries)
    return {"count": unread + fresh, "entries": entries, "notices": told, "unread": unread}


def _results(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    """Results of long work; those that came since the last look are fresh."""
    seen = request.session.get(SEEN, "")
    entries = []
    for file in intake.results_for(actor.user_id):
        account = file.account or {}
        told = {
            "name": file.name,
            "accepted": format_number(account.get("accepted", 0)),
            "held": format_number(account.get("held", 0)),
        }
        entries.append(
            {
                "url": reverse("file", args=[file.pk]),
                "label": _("%(name)s: %(accepted)s diterima, %(held)s ditahan") % told,
                "when": moment(file.done_at),  # type: ignore[attr-defined]
                "fresh": file.done_at.isoformat() > seen,  # type: ignore[attr-defined]
            }
        )
    return entries


def mark_seen(request: HttpRequest) -> None:
    """The person has looked at results up to now."""
    request.session[SEEN] = clock.now().astimezone(UTC).isoformat()
