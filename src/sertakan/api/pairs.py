"""Records that may be one person: what waits, one pair with its reasons, deciding, taking back. Numbers are always masked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from sertakan.api.guards import require
from sertakan.api.schemas import READ_REFUSALS, WRITE_REFUSALS, Page, paged
from sertakan.linkage import queries
from sertakan.linkage.models import Pair
from sertakan.programme import linking
from sertakan.programme.linking import desk

router = Router()
READERS = ("coordinator", "operator", "auditor")
DECIDERS = ("coordinator", "operator")
PairState = Literal["open", "waiting", "same", "different"]
Part = Literal["all", "mine", "second"]
Answer = Literal["same", "different"]
_PARTS = {"all": desk.ALL, "mine": desk.MINE, "second": desk.SECOND}


class PairOut(Schema):
    """A pair as it is listed. `cost`: whole rupiah that a mistake would cost; `first_by`: who gave the first of two answers."""

    id: int
    kind: Literal["person", "record"]
    left: str
    right: str
    probability: float
    cost: int
    state: PairState
    risks: list[str]
    reasons: list[str]
    first_by: str
    found_at: str


class PairsOut(Page):
    """Some pairs, the most costly mistake first."""

    items: list[PairOut]


class PairFieldOut(Schema):
    """One line of the two records."""

    name: str
    label: str
    left: str
    right: str


class PairWeightOut(Schema):
    """What one comparison says: positive for one person, negative for two, in doublings of the odds."""

    name: str
    label: str
    level: str
    weight: float


class PairChangeOut(Schema):
    """What one answer means."""

    answer: Answer
    cover: str
    money: str
    claims: str


class PairDecisionOut(Schema):
    """One answer that was given; not `final` while a second person has to agree."""

    answer: Literal["same", "different", "open"]
    final: bool
    machine: bool
    by: str
    reason: str
    at: str


class PairReviewOut(Schema):
    """One pair with all that is needed to decide."""

    id: int
    kind: Literal["person", "record"]
    state: PairState
    probability: float
    cost: int
    left_person: int
    right_person: int | None
    fields: list[PairFieldOut]
    weights: list[PairWeightOut]
    weight: float
    reasons: list[str]
    risks: list[str]
    changes: list[PairChangeOut]
    decisions: list[PairDecisionOut]
    may_decide: bool
    second_needed: bool


class PairDecideIn(Schema):
    """An answer and how it is known."""

    answer: Answer
    reason: Annotated[str, StringConstraints(max_length=300)]


class PairUndoIn(Schema):
    """Why an answer is taken back; with `reopen` the pair waits again, else two people stay two."""

    reason: Annotated[str, StringConstraints(max_length=300)]
    reopen: bool = True


class PairDecidedOut(Schema):
    """Where a pair stands now."""

    id: int
    state: PairState
    final: bool


@router.get("", response={200: PairsOut, **READ_REFUSALS})
def list_pairs(
    request: HttpRequest, part: Part = "all", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> dict[str, Any]:
    """Pairs that wait for an answer, in pages of fifty: all, those that you can answer, or those that need a second person."""
    actor = require(request, *READERS)
    return paged(desk.part(actor, _PARTS[part]), page, _listed)


@router.get("/{pair_id}", response={200: PairReviewOut, **READ_REFUSALS})
def get_pair(request: HttpRequest, pair_id: int) -> dict[str, Any]:
    """One pair: both records, what speaks for and against, what each answer changes."""
    require(request, *READERS)
    return _reviewed(linking.review(pair_id))


@router.post("/{pair_id}/decisions", response={200: PairDecidedOut, **WRITE_REFUSALS})
def decide_pair(request: HttpRequest, pair_id: int, body: PairDecideIn) -> dict[str, Any]:
    """Say that both are the same person, or different ones. A risky "same" waits for another user."""
    require(request, *DECIDERS)
    done = linking.decide(pair=pair_id, answer=body.answer, reason=_text(body.reason))
    return {"id": done.pair.pk, "state": done.pair.state, "final": done.final}


@router.post("/{pair_id}/undo", response={200: PairDecidedOut, **WRITE_REFUSALS})
def undo_pair(request: HttpRequest, pair_id: int, body: PairUndoIn) -> dict[str, Any]:
    """Take the last answer back. No row moves; what was merged falls apart."""
    require(request, *DECIDERS)
    found = desk.take_back(pair=pair_id, reason=_text(body.reason), reopen=body.reopen)
    return {"id": found.pk, "state": found.state, "final": found.state != Pair.State.OPEN}


def _text(given: str) -> str:
    return given.replace("\0", "")


def _listed(pairs: list[Pair]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pair,
            "kind": row.kind,
            "left": row.left,
            "right": row.right,
            "probability": row.probability,
            "cost": row.cost,
            "state": row.state,
            "risks": list(row.risks),
            "reasons": list(row.reasons),
            "first_by": row.first_by,
            "found_at": row.made_at.isoformat(),
        }
        for row in queries.queue_rows(pairs)
    ]


def _reviewed(review: linking.Review) -> dict[str, Any]:
    return {
        "id": review.pair,
        "kind": review.kind,
        "state": review.state,
        "probability": review.probability,
        "cost": review.cost,
        "left_person": review.left_person,
        "right_person": review.right_person,
        "fields": [
            {"name": one.name, "label": one.label, "left": one.left, "right": one.right} for one in review.fields
        ],
        "weights": [
            {"name": one.name, "label": one.label, "level": one.level, "weight": one.weight} for one in review.weights
        ],
        "weight": review.weight,
        "reasons": list(review.reasons),
        "risks": list(review.risks),
        "changes": [
            {"answer": one.answer, "cover": one.cover, "money": one.money, "claims": one.claims}
            for one in review.changes
        ],
        "decisions": [
            {
                "answer": one.answer,
                "final": one.final,
                "machine": one.machine,
                "by": one.by,
                "reason": one.reason,
                "at": one.at.isoformat(),
            }
            for one in review.steps
        ],
        "may_decide": review.may_decide,
        "second_needed": review.second_needed,
    }
