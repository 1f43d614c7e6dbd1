"""Every request runs in one transaction within the scope of who signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from sertakan.access.models import User
from sertakan.access.queries import actor_for, user_of_token
from sertakan.core import clock
from sertakan.core.scope import NOBODY, acting

API = "/api/"


class ScopeMiddleware:
    """Opens the scope before the view and rolls back when the view fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = self._user(request)
        actor = actor_for(user, on=clock.today()) if user is not None else NOBODY
        request.actor = actor  # type: ignore[attr-defined]
        with acting(actor, job=""):
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "failed", False):
                transaction.set_rollback(True)
        if user is not None:  # what somebody signed in was shown is not kept by browsers and proxies
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @staticmethod
    def _user(request: HttpRequest) -> User | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.casefold() == "bearer" and request.path.startswith(API):
            return user_of_token(token.strip(), on=clock.today())
        return request.user if request.user.is_authenticated else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        request.failed = True  # type: ignore[attr-defined]
        return None
