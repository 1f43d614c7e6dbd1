"""People in scope, by the beginning of a name or by an exact number. Numbers are always masked."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from sertakan.api.guards import require
from sertakan.api.schemas import READ_REFUSALS, PersonOut
from sertakan.people import queries
from sertakan.programme import persons

router = Router()
READERS = ("pic", "coordinator", "bpjs", "auditor", "operator")
MOST = 50


class SearchIn(Schema):
    """What to look for."""

    search: Annotated[str, StringConstraints(max_length=200)]


@router.get("", response={200: list[PersonOut], **READ_REFUSALS})
def find_people(request: HttpRequest, search: Annotated[str, Query(max_length=200)]) -> list[dict[str, Any]]:
    """The first 50 persons whose name begins with `search`. A number is refused, for an address is kept in many places."""
    require(request, *READERS)
    persons.check_no_number(search)
    return [_shown(found) for found in queries.find(text=search.replace("\0", ""), most=MOST)]


@router.post("/search", response={200: list[PersonOut], **READ_REFUSALS})
def search_people(request: HttpRequest, body: SearchIn) -> list[dict[str, Any]]:
    """The first 50 persons whose name begins with `search`, or whom the NIK (16 digits) or KPJ (11 digits) names."""
    require(request, *READERS)
    return [_shown(found) for found in queries.find(text=body.search.replace("\0", ""), most=MOST)]


@router.get("/{person_id}", response={200: PersonOut, **READ_REFUSALS})
def get_person(request: HttpRequest, person_id: int) -> dict[str, Any]:
    """One person."""
    require(request, *READERS)
    return _shown(queries.shown([queries.get_person(person_id)])[0])


def _shown(found: queries.FoundPerson) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "sex": found.sex,
        "birth_year": found.birth_date.year if found.birth_date else None,
        "area": found.area or None,
        "nik": found.nik,
        "kpj": found.kpj,
        "consented": found.consent_on is not None,
    }
