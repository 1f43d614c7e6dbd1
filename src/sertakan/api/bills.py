"""Bills: list, look, make, confirm a month, issue."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from sertakan.agencies import queries as agencies
from sertakan.api.guards import require
from sertakan.api.schemas import READ_REFUSALS, WRITE_REFUSALS, Page, paged
from sertakan.contributions import queries, services
from sertakan.contributions.models import Bill
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.rules import read_month

router = Router()
BillState = Literal["draft", "issued", "superseded"]
MAKERS = ("pic", "coordinator", "operator")
READERS = (*MAKERS, "donor", "bpjs", "auditor")
MonthText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class BillOut(Schema):
    """A bill as lists show one."""

    id: int
    number: str
    agency: str
    month: str
    version: int
    state: BillState
    corrects: int | None
    lines: int
    amounts: dict[str, int]
    total: int
    due_on: dict[str, str]
    rules_version: str
    computed_at: str


class BillsOut(Page):
    """Some bills."""

    items: list[BillOut]


class ChangeOut(Schema):
    """Lines that cost the same, and what they cost in the month before. Rupiah per worker and month."""

    sector: str
    funding: str
    programmes: str
    dasar: int
    workers: int
    before: int
    after: int
    difference: int
    unchanged: bool
    text: str
    reason: str
    source: str


class DonorOut(Schema):
    """What one donor owes in a bill."""

    donor: int | None
    name: str
    workers: int
    jkk: int
    jkm: int
    jht: int
    amount: int


class BillDetail(BillOut):
    """A bill with its changes of rate and its donors."""

    discounted: int
    confirmed: bool
    law_confirmed: bool
    note: str
    changes: list[ChangeOut]
    donors: list[DonorOut]


class MakeIn(Schema):
    """For which month, and for which agency (code or short name); for all in scope when left out."""

    month: MonthText
    agency: str = ""


class RefusedOut(Schema):
    """A sponsorship that no amount can be computed for."""

    sponsorship: int
    code: str


class MadeOut(Schema):
    """The bills of a month after a run. `outcomes` counts bills made, unchanged, replaced and corrected."""

    month: str
    unchanged: bool
    lines: int
    total: int
    outcomes: dict[str, int]
    bills: list[int]
    refused: list[RefusedOut]


class ConfirmIn(Schema):
    """The month that is released, and on what ground."""

    month: MonthText
    note: Annotated[str, StringConstraints(max_length=300)] = ""


class ConfirmedOut(Schema):
    """A released month."""

    month: str
    rules_version: str
    confirmed_at: str


@router.get("", response={200: BillsOut, **READ_REFUSALS})
def list_bills(
    request: HttpRequest,
    month: str = "",
    agency: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> dict[str, Any]:
    """Bills in scope that count now, newest month first, in pages of fifty."""
    require(request, *READERS)
    found = queries.bills(
        month=read_month(month) if month else None,
        agency=agencies.find_agency(agency, on=clock.today()) if agency else None,
    )
    return paged(found, page, lambda bills: [_shown(bill) for bill in bills])


@router.post("/confirmations", response={200: ConfirmedOut, **WRITE_REFUSALS})
def confirm_month(request: HttpRequest, body: ConfirmIn) -> dict[str, Any]:
    """Release the bills of a month by the rules as they are now; operators only."""
    require(request, "operator")
    confirmed = services.confirm_month(read_month(body.month), note=body.note)
    return {
        "month": str(Month.of(confirmed.month)),
        "rules_version": confirmed.rules_version,
        "confirmed_at": confirmed.confirmed_at.isoformat(),
    }


@router.get("/{bill_id}", response={200: BillDetail, **READ_REFUSALS})
def get_bill(request: HttpRequest, bill_id: int) -> dict[str, Any]:
    """One bill with its changes of rate and its donors."""
    require(request, *READERS)
    bill = queries.get_bill(bill_id)
    return {
        **queries.bill_summary(bill),
        "donors": [
            {
                "donor": donor.donor_id,
                "name": donor.name,
                "workers": donor.workers,
                "jkk": donor.jkk,
                "jkm": donor.jkm,
                "jht": donor.jht,
                "amount": donor.amount,
            }
            for donor in queries.donor_sums(bill)
        ],
    }


@router.post("", response={200: MadeOut, **WRITE_REFUSALS})
def make_bills(request: HttpRequest, body: MakeIn) -> dict[str, Any]:
    """Make the bills of a month; the same facts again change nothing."""
    require(request, *MAKERS)
    agency = agencies.find_agency(body.agency, on=clock.today()) if body.agency else None
    account = services.make_bills(read_month(body.month), agency)
    outcomes = dict.fromkeys(("made", "unchanged", "replaced", "corrected"), 0)
    for found in account.bills:
        outcomes[found.outcome] += 1
    return {
        "month": str(account.month),
        "unchanged": account.unchanged,
        "lines": account.lines,
        "total": account.total,
        "outcomes": outcomes,
        "bills": [found.bill.pk for found in account.bills],
        "refused": [{"sponsorship": one.sponsorship_id, "code": one.code} for one in account.refused],
    }


@router.post("/{bill_id}/issue", response={200: BillOut, **WRITE_REFUSALS})
def issue_bill(request: HttpRequest, bill_id: int) -> dict[str, Any]:
    """Let a draft go out."""
    require(request, *MAKERS)
    return _shown(services.issue_bill(queries.get_bill(bill_id)))


def _shown(bill: Bill) -> dict[str, Any]:
    due = {
        "jkk": bill.due_on_jkk_jkm if bill.jkk else None,
        "jkm": bill.due_on_jkk_jkm if bill.jkm else None,
        "jht": bill.due_on_jht,
    }
    return {
        "id": bill.pk,
        "number": bill.number,
        "agency": bill.agency.code,
        "month": str(bill.billed_month),
        "version": bill.version,
        "state": bill.state,
        "corrects": bill.corrects_id,
        "lines": bill.line_count,
        "amounts": {"jkk": bill.jkk, "jkm": bill.jkm, "jht": bill.jht},
        "total": bill.total,
        "due_on": {name: day.isoformat() for name, day in due.items() if day is not None},
        "rules_version": bill.rules_version,
        "computed_at": bill.computed_at.isoformat(),
    }
