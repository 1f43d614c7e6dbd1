"""What a month costs, with its reasons. Open: the law is public."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from sertakan.api.schemas import Problem, Reason

router = Router()


class Explained(Schema):
    """One month of one worker."""

    month: str
    tier: int
    dasar: int
    amounts: dict[str, int]
    total: int
    due_on: dict[str, str]
    reasons: list[Reason]
    rules_version: str
    confirmed: bool
    as_of: str


@router.get("/explain", response={200: Explained, 400: Problem, 422: Problem}, auth=None)
def explain(
    request: HttpRequest,
    month: str,
    income: int | None = None,
    dasar: int | None = None,
    sector: str = "other",
    funding: str = "private",
    programmes: str = "jkk,jkm",
    language: Literal["id", "en"] = "id",
) -> dict[str, Any]:
    """Compute the contribution of one month, step by step."""
    from sertakan.rules.explaining import explain_json

    return explain_json(
        month=month,
        income=income,
        dasar=dasar,
        sector=sector,
        funding=funding,
        programmes=programmes,
        language=language,
    )
