"""Shapes that several routers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from ninja import Schema


class Problem(Schema):
    """A refusal. `code` is stable; `message` is for people."""

    code: str
    message: str
    facts: dict[str, str] = {}


READ_REFUSALS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
WRITE_REFUSALS = {**READ_REFUSALS, 409: Problem}


class Page(Schema):
    """Where in a list this is: pages of fifty, counted from 1."""

    count: int
    page: int
    pages: int


def paged(found: QuerySet[Any], page: int, show: Callable[[list[Any]], list[dict[str, Any]]]) -> dict[str, Any]:
    """One page of a list in the shape of `Page`; the nearest one when there are fewer."""
    part = Paginator(found, 50).get_page(page)
    return {
        "count": part.paginator.count,
        "page": part.number,
        "pages": part.paginator.num_pages,
        "items": show(list(part.object_list)),
    }


class Reason(Schema):
    """One step of a computation with its source."""

    text: str
    source: str


class Account(Schema):
    """rows = accepted + held + duplicates + known + withdrawn."""

    rows: int
    accepted: int
    held: int
    duplicates: int
    known: int
    withdrawn: int


class FileOut(Account):
    """A file and what became of its rows."""

    intake: int
    file: str
    format: str
    agency: str
    state: str
    sheet: str
    header_row: int | None
    unchanged: bool
    sheets: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    problem: dict[str, Any] = {}


class FindingOut(Schema):
    """What was found in one cell. Identity numbers are masked."""

    row: int
    sheet: str
    column: str
    code: str
    severity: str
    raw: str | None
    value: str | None
    message: str
    remedy: str


class PersonOut(Schema):
    """A person as lists show one."""

    id: int
    name: str
    sex: str
    birth_year: int | None
    area: str | None
    nik: str
    kpj: str
    consented: bool


class AgencyOut(Schema):
    """An agency with its counts in the main job."""

    id: int
    code: str
    name: str
    short_name: str
    workers: int
    donors: int
    members: int
    checked: int
    held: int
