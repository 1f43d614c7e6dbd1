"""Refusals become pages: the sentence of the refusal, in the frame of every page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from sertakan.access.middleware import API
from sertakan.core.errors import DomainError

MEGABYTE = 1024 * 1024


class RequestTooLarge(DomainError):
    code = "request_too_large"
    message = (
        "Kiriman ini lebih besar dari %(limit)s MB, maka tidak diterima. Bagi berkasnya, lalu unggah satu per satu."
    )
    status = 413


class RefusalMiddleware:
    """A DomainError that no view caught is shown as a designed page with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = int(settings.SERTAKAN_FILE_LIMIT_MB)
        if _length(request) > limit * MEGABYTE + MEGABYTE:  # before any of it is read
            refusal = RequestTooLarge(limit=limit)
            if request.path_info.startswith(API):
                body = {"code": refusal.code, "message": str(refusal), "facts": {"limit": str(limit)}}
                return JsonResponse(body, status=refusal.status)
            return self._page(request, refusal)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return self._page(request, exception)

    @staticmethod
    def _page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
        request.failed = True  # type: ignore[attr-defined]
        return TemplateResponse(request, "refused.html", {"refusal": refusal}, status=refusal.status).render()


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
