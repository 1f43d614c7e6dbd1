"""Who may open a page, and lists in pages of fifty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from sertakan.access.models import RoleAssignment
from sertakan.core.scope import Actor

View = Callable[..., HttpResponseBase]


def roles_required(*roles: str) -> Callable[[View], View]:
    """Open to these roles only. Others get a page that says who can; visitors are asked to sign in first."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]
            if actor.user_id is None:
                return redirect_to_login(request.get_full_path())
            if roles and not actor.has(*roles):
                who = [RoleAssignment.Role(role).label for role in roles]
                return TemplateResponse(request, "not_allowed.html", {"who": who}, status=403)
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def may_open(actor: Actor, view: Any) -> bool:
    """Whether `view` is open to `actor`; a view without a guard is open to everybody."""
    roles = getattr(view, "roles", None)
    return roles is None or (actor.user_id is not None and (not roles or actor.has(*roles)))


def page_of(request: HttpRequest, items: Any, *, size: int = 50) -> Page[Any]:
    """The asked-for page of `items`; a page that does not exist becomes the nearest one that does."""
    found: Sequence[Any] = items
    return Paginator(found, size).get_page(request.GET.get("halaman"))
