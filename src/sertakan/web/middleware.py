"""Refusals become pages: the sentence of the refusal, in the frame of every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from sertakan.core.errors import DomainError


class RefusalMiddleware:
    """A DomainError that no view caught is shown as a designed page with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        request.failed = True  # type: ignore[attr-defined]
        template = "refused.html"
        return TemplateResponse(request, template, {"refusal": exception}, status=exception.status).render()
