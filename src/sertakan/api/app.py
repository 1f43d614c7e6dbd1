"""One API object: sign-in by session or bearer token, refusals as problems, one router per capability."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.security import HttpBearer, django_auth

from sertakan.core.errors import DomainError

_HTTP_PROBLEMS = {
    400: ("wrong_call", "Isi permintaan tidak dapat dibaca."),
    401: ("sign_in_needed", "Masuk dahulu, atau sertakan kunci API yang masih berlaku."),
    403: ("not_allowed", "Permintaan ini tidak membawa tanda pengaman halaman. Muat ulang halaman, lalu coba lagi."),
}


class Token(HttpBearer):
    """The user behind the token was looked up by the scope middleware already."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return request.actor.user_id  # type: ignore[attr-defined, no-any-return]


class Api(NinjaAPI):
    """Operations are named after their module and function, so that a generated client keeps its names."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        function = operation.view_func
        return f"{function.__module__.rsplit('.', 1)[-1]}_{function.__name__}"


api = Api(
    title="Sertakan",
    version="1",
    description="From an agency's list to a clean batch and a correct bill. Amounts are whole rupiah, months are YYYY-MM.",
    urls_namespace="api",
    auth=[Token(), django_auth],
)


def _problem(request: HttpRequest, status: int, code: str, message: str, **facts: str) -> HttpResponse:
    request.failed = True  # type: ignore[attr-defined]
    body: dict[str, Any] = {"code": code, "message": message, "facts": facts}
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal: code, sentence, facts. What was asked for has not been done, wholly."""
    facts = {name: str(value) for name, value in error.facts.items()}
    return _problem(request, error.status, error.code, str(error), **facts)


@api.exception_handler(ValidationError)
def wrong_call(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Words that do not fit the form; the values given are not repeated, for they may be personal."""
    places = [".".join(str(part) for part in entry["loc"]) + ": " + str(entry["msg"]) for entry in error.errors]
    return _problem(request, 422, "wrong_call", "Isi permintaan tidak sesuai bentuknya.", where="; ".join(places))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself, in the shape of every other refusal."""
    code, message = _HTTP_PROBLEMS.get(error.status_code, ("refused", "Permintaan ini tidak dapat dijalankan."))
    return _problem(request, error.status_code, code, message)


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """An address without anything behind it."""
    return _problem(request, 404, "not_found", "Data yang diminta tidak ditemukan.")


def _routers() -> None:
    from sertakan.api import agencies, batches, bills, coverage, files, pairs, people, rules

    api.add_router("/rules", rules.router, tags=["rules"])
    api.add_router("/agencies", agencies.router, tags=["agencies"])
    api.add_router("/files", files.router, tags=["files"])
    api.add_router("/people", people.router, tags=["people"])
    api.add_router("/pairs", pairs.router, tags=["pairs"])
    api.add_router("/batches", batches.router, tags=["batches"])
    api.add_router("/bills", bills.router, tags=["bills"])
    api.add_router("/coverage", coverage.router, tags=["coverage"])


_routers()
