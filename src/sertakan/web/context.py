"""What every page needs: the actor and the day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sertakan.core import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values of the page's frame."""
    return {"actor": getattr(request, "actor", None), "today": clock.today()}
