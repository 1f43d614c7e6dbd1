"""Agencies in scope."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from sertakan.agencies import queries
from sertakan.api.schemas import AgencyOut, Problem
from sertakan.core import clock
from sertakan.programme import overview

router = Router()


@router.get("", response={200: list[AgencyOut], 401: Problem})
def list_agencies(request: HttpRequest) -> list[dict[str, Any]]:
    """All agencies in scope with their counts."""
    shown = list(queries.visible_to(request.actor, on=clock.today()))  # type: ignore[attr-defined]
    return [
        {
            "id": entry.agency.pk,
            "code": entry.agency.code,
            "name": entry.agency.name,
            "short_name": entry.agency.short_name,
            "workers": entry.workers,
            "donors": entry.donors,
            "members": entry.members,
            "checked": entry.checked,
            "held": entry.held,
        }
        for entry in overview.standings(shown)
    ]
