"""Files handed out by pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse

from sertakan.access.requests import ScopedRequest
from sertakan.core.scope import acting

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def attachment(data: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file to save; no copy of it stays in the browser."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@contextmanager
def wants_reason(request: ScopedRequest) -> Iterator[None]:
    """Act for the reason that the form gave, so that it stands in the trail."""
    with acting(request.actor, reason=request.POST.get("reason", "").strip()):
        yield
