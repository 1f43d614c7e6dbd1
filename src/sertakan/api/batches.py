"""Batches to BPJS: list, look, prepare, send, take answers, follow up. Numbers are always masked here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.db.models import Count
from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from sertakan.agencies import queries as agencies
from sertakan.api.guards import require
from sertakan.api.schemas import READ_REFUSALS, WRITE_REFUSALS, Page, paged
from sertakan.core import clock
from sertakan.people import queries as people
from sertakan.sponsorship import catalogue, queries, services
from sertakan.sponsorship.models import Batch, BatchLine

router = Router()
Kind = Literal["new", "continue", "change", "stop", "reactivate"]
BatchState = Literal["draft", "sent", "answered", "closed"]
AnswerState = Literal["waiting", "accepted", "refused", "paid", "numbered"]
PREPARERS = ("pic", "coordinator", "operator")
READERS = (*PREPARERS, "bpjs", "auditor")
ANSWERERS = (*PREPARERS, "bpjs")


class BatchOut(Schema):
    """A batch and how many of its lines stand where."""

    id: int
    kind: Kind
    state: BatchState
    agency: str
    office: str
    follows: int | None
    lines: int
    answers: dict[str, int]
    prepared_at: str
    sent_at: str | None


class BatchesOut(Page):
    """Some batches."""

    items: list[BatchOut]


class LineOut(Schema):
    """One worker in a batch. `reason` and `remedy` are said for a refused one."""

    number: int
    sponsorship: int
    person: int
    name: str
    nik: str
    donor: str
    programmes: list[str]
    dasar: int
    start_month: str
    months: int
    answer: AnswerState
    payment_code: str
    payment_amount: int | None
    payment_expires_on: str | None
    first_paid_on: str | None
    kpj: str
    issued_on: str | None
    reason_code: str
    reason: str
    remedy: str


class LinesOut(Page):
    """Some lines of a batch."""

    items: list[LineOut]


class LeftOutOut(Schema):
    """A sponsorship that was not taken, and why."""

    sponsorship: int
    code: str
    message: str


class PreparedOut(Schema):
    """A draft, and what was left out."""

    batch: BatchOut
    left_out: list[LeftOutOut]


class PrepareIn(Schema):
    """Of which agency (code or short name), what kind, to which office (code or name), of which sponsorships (left out: all ready)."""

    agency: str
    kind: Kind = "new"
    office: str
    sponsorships: list[int] | None = None


class FollowUpIn(Schema):
    """Which refused sponsorships go again; all that can when left out."""

    sponsorships: list[int] | None = None


class AnswerFindingOut(Schema):
    """What was found in one row of an answer."""

    sheet: str
    row: int
    column: str
    code: str
    severity: str
    message: str
    remedy: str


class AnswerOut(Schema):
    """What became of the rows of an answer: rows = applied + unchanged + held."""

    batch: int
    file: int | None
    rows: int
    applied: int
    unchanged: int
    held: int
    members: int
    findings: list[AnswerFindingOut]


@router.get("", response={200: BatchesOut, **READ_REFUSALS})
def list_batches(
    request: HttpRequest, agency: str = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> dict[str, Any]:
    """Batches in scope, newest first, in pages of fifty; of one agency when `agency` (code or short name) is given."""
    require(request, *READERS)
    owner = agencies.find_agency(agency, on=clock.today()).pk if agency else None
    return paged(queries.batches(agency_id=owner), page, _listed)


@router.get("/{batch_id}", response={200: BatchOut, **READ_REFUSALS})
def get_batch(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """One batch."""
    require(request, *READERS)
    return _shown(queries.get_batch(batch_id))


@router.get("/{batch_id}/lines", response={200: LinesOut, **READ_REFUSALS})
def list_lines(
    request: HttpRequest, batch_id: int, page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> dict[str, Any]:
    """The workers in a batch, in pages of fifty."""
    require(request, *READERS)
    return paged(queries.lines(queries.get_batch(batch_id)), page, _lines)


@router.post("", response={201: PreparedOut, **WRITE_REFUSALS})
def prepare_batch(request: HttpRequest, body: PrepareIn) -> Status[dict[str, Any]]:
    """Draft a batch."""
    require(request, *PREPARERS)
    prepared = services.prepare_batch(
        agency=agencies.find_agency(body.agency, on=clock.today()),
        kind=body.kind,
        office=queries.get_office(body.office),
        sponsorships=body.sponsorships,
    )
    return Status(201, _prepared(prepared))


@router.post("/{batch_id}/send", response={200: BatchOut, **WRITE_REFUSALS})
def send_batch(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """Lock a draft and mark it as sent; it changes no more."""
    require(request, *PREPARERS)
    services.send_batch(batch=queries.get_batch(batch_id))
    return _shown(queries.get_batch(batch_id))


@router.post("/{batch_id}/answers", response={200: AnswerOut, **WRITE_REFUSALS})
def take_answer(request: HttpRequest, batch_id: int, file: File[UploadedFile]) -> dict[str, Any]:
    """Apply one file of answers; in any order, in parts, again."""
    require(request, *ANSWERERS)
    account = services.take_answer(batch=queries.get_batch(batch_id), source=file.read(), name=file.name or "jawaban")
    return {
        "batch": account.batch_id,
        "file": account.file_id,
        "rows": account.rows,
        "applied": account.applied,
        "unchanged": account.unchanged,
        "held": account.held,
        "members": account.members,
        "findings": [asdict(finding) for finding in account.findings],
    }


@router.post("/{batch_id}/follow-ups", response={201: PreparedOut, **WRITE_REFUSALS})
def follow_up(request: HttpRequest, batch_id: int, body: FollowUpIn) -> Status[dict[str, Any]]:
    """Draft a batch of refused rows, linked to this one."""
    require(request, *PREPARERS)
    prepared = services.follow_up(batch=queries.get_batch(batch_id), sponsorships=body.sponsorships)
    return Status(201, _prepared(prepared))


def _prepared(prepared: services.Prepared) -> dict[str, Any]:
    return {
        "batch": _shown(queries.get_batch(prepared.batch.pk)),
        "left_out": [
            {"sponsorship": one.sponsorship_id, "code": one.code, "message": one.message} for one in prepared.left_out
        ],
    }


def _shown(batch: Batch) -> dict[str, Any]:
    return _summary(batch, queries.line_counts(batch))


def _listed(batches: list[Batch]) -> list[dict[str, Any]]:
    """Several batches, their lines counted in one statement."""
    counted: dict[int, dict[str, int]] = {
        batch.pk: dict.fromkeys(map(str, BatchLine.Answer.values), 0) for batch in batches
    }
    rows = (
        BatchLine.objects.filter(batch__in=batches).values_list("batch_id", "answer").annotate(Count("pk")).order_by()
    )
    for batch_id, answer, count in rows:
        counted[batch_id][str(answer)] = count
    return [_summary(batch, counted[batch.pk]) for batch in batches]


def _summary(batch: Batch, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "kind": batch.kind,
        "state": batch.state,
        "agency": batch.agency.code,
        "office": batch.office.code,
        "follows": batch.follows_id,
        "lines": sum(counts.values()),
        "answers": counts,
        "prepared_at": batch.prepared_at.isoformat(),
        "sent_at": batch.sent_at.isoformat() if batch.sent_at else None,
    }


def _lines(lines: list[BatchLine]) -> list[dict[str, Any]]:
    numbers = {entry.id: entry for entry in people.shown([line.person for line in lines])}
    return [_line(line, numbers[line.person_id]) for line in lines]


def _line(line: BatchLine, shown: people.FoundPerson) -> dict[str, Any]:
    reason = catalogue.reasons().get(line.reason_code)
    issued = line.membership.issued_on if line.membership else None
    return {
        "number": line.number,
        "sponsorship": line.sponsorship_id,
        "person": line.person_id,
        "name": line.person.name,
        "nik": shown.nik,
        "donor": line.donor.name if line.donor else "",
        "programmes": list(line.programmes),
        "dasar": line.dasar,
        "start_month": f"{line.start_month:%Y-%m}",
        "months": line.months,
        "answer": line.answer,
        "payment_code": line.payment_code,
        "payment_amount": line.payment_amount,
        "payment_expires_on": line.payment_expires_on.isoformat() if line.payment_expires_on else None,
        "first_paid_on": line.first_paid_on.isoformat() if line.first_paid_on else None,
        "kpj": shown.kpj if line.membership else "",
        "issued_on": issued.isoformat() if issued else None,
        "reason_code": line.reason_code,
        "reason": reason.label if reason else "",
        "remedy": reason.remedy if reason else "",
    }
