"""One API object: sign-in by session or bearer token, refusals as problems, one router per capability."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer, django_auth

from sertakan.core.errors import DomainError


class Token(HttpBearer):
    """The user behind the token was looked up by the scope middleware already."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return request.actor.user_id  # type: ignore[attr-defined, no-any-return]


api = NinjaAPI(
    title="Sertakan",
    version="1",
    description="From an agency's list to a clean batch and a correct bill. Amounts are whole rupiah, months are YYYY-MM.",
    urls_namespace="api",
    auth=[Token(), django_auth],
)


@api.exception_handler(DomainError)
def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal: code, sentence, facts. What was asked for has not been done, wholly."""
    request.failed = True  # type: ignore[attr-defined]
    facts = {name: str(value) for name, value in error.facts.items()}
    return api.create_response(request, {"code": error.code, "message": str(error), "facts": facts}, status=error.status)


@api.exception_handler(ValidationError)
def wrong_call(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Words that do not fit the form; the values given are not repeated, for they may be personal."""
    places = [".".join(str(part) for part in entry["loc"]) + ": " + str(entry["msg"]) for entry in error.errors]
    body = {"code": "wrong_call", "message": "Isi permintaan tidak sesuai bentuknya.", "facts": {"where": "; ".join(places)}}
    return api.create_response(request, body, status=422)


def _routers() -> None:
    from sertakan.api import agencies, files, people, rules

    api.add_router("/rules", rules.router, tags=["rules"])
    api.add_router("/agencies", agencies.router, tags=["agencies"])
    api.add_router("/files", files.router, tags=["files"])
    api.add_router("/people", people.router, tags=["people"])


_routers()
