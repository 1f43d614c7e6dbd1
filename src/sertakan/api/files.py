"""Files: hand in, look, accept, repair, take back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from sertakan.agencies import queries as agencies
from sertakan.api.guards import require
from sertakan.api.schemas import FileOut, FindingOut, Problem
from sertakan.core import clock, queue
from sertakan.intake import queries
from sertakan.programme import files

router = Router()
WRITERS = ("pic", "coordinator", "operator")
READERS = (*WRITERS, "auditor", "bpjs")
REFUSALS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


class RowKey(Schema):
    """A row of a file as a person sees it: index of the sheet from 0, number of the row from 1."""

    sheet: Annotated[int, Field(ge=0, le=1_000)]
    row: Annotated[int, Field(ge=1, le=2_000_000)]


class RowChange(RowKey):
    """New text for cells of a row, by canonical column."""

    cells: dict[str, str] = {}
    withdraw: bool = False


class TakeBackIn(Schema):
    """Why a file is taken back."""

    reason: str = ""


def _shown(file_id: int, *, unchanged: bool = False) -> dict[str, Any]:
    from sertakan.programme.report import report

    file = queries.get_file(file_id)
    return {**report(file, unchanged=unchanged, with_findings=False), "problem": file.problem}


@router.post("", response={202: FileOut, **REFUSALS})
def hand_in(request: HttpRequest, agency: str, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Keep a list and have it checked in the background; the same content twice changes nothing."""
    actor = require(request, *WRITERS)
    owner = agencies.find_agency(agency, on=clock.today())
    kept, fresh = files.receive(agency=owner, name=file.name or "berkas", data=file.read())
    if kept.staged_at is None:
        queue.defer("programme.check_file", file_id=kept.pk, user_id=actor.user_id or 0)
    return Status(202, _shown(kept.pk, unchanged=not fresh))


@router.get("/{file_id}", response={200: FileOut, **REFUSALS})
def show(request: HttpRequest, file_id: int) -> dict[str, Any]:
    """A file with its account."""
    require(request, *READERS)
    return _shown(file_id)


@router.get("/{file_id}/findings", response={200: list[FindingOut], **REFUSALS})
def findings(request: HttpRequest, file_id: int, severity: str = "", language: str = "id") -> list[dict[str, Any]]:
    """What was found, cell by cell."""
    from sertakan.programme.report import finding_list

    require(request, *READERS)
    file = queries.get_file(file_id)
    names = {sheet["index"]: sheet["name"] for sheet in file.sheets}
    content = queries.contents(queries.current_rows(file))
    found = finding_list(file, content, names, language=language)
    return [entry for entry in found if not severity or entry["severity"] == severity]


@router.post("/{file_id}/accept", response={202: FileOut, **REFUSALS})
def accept(request: HttpRequest, file_id: int) -> Status[dict[str, Any]]:
    """Write the accepted rows into the register, in the background."""
    actor = require(request, *WRITERS)
    file = queries.get_file(file_id)
    queue.defer("programme.accept_file", file_id=file.pk, user_id=actor.user_id or 0)
    return Status(202, _shown(file.pk))


@router.post("/{file_id}/rows", response={200: FileOut, **REFUSALS})
def repair(request: HttpRequest, file_id: int, change: RowChange) -> dict[str, Any]:
    """Put new text into the cells of one row, or take the row out; it is checked again."""
    actor = require(request, *WRITERS)
    key = (change.sheet, change.row)
    files.repair(file_id=file_id, actor=actor, changes={key: change.cells}, withdraw=change.withdraw)
    return _shown(file_id)


@router.post("/{file_id}/take-back", response={200: FileOut, **REFUSALS})
def take_back(request: HttpRequest, file_id: int, body: TakeBackIn) -> dict[str, Any]:
    """Undo a whole file as long as nothing of it was sent to BPJS."""
    actor = require(request, *WRITERS)
    files.take_back(file_id=file_id, actor=actor, reason=body.reason)
    return _shown(file_id)
