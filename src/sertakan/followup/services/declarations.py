"""Declarations: an agency says that it did something, with evidence; somebody else verifies.

Of two who decide at once, one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from sertakan.core import audit, clock, scope
from sertakan.core.month import Month
from sertakan.followup import policies, queries
from sertakan.followup.errors import (
    DeclarationDecided,
    DeclarationEmpty,
    DeclarationStands,
    NotAsked,
    NotDeclarable,
    RefusalNeedsReason,
)
from sertakan.followup.measures import DECLARATION
from sertakan.followup.models import Declaration, Duty, Standing

ABOUT = "followup.declaration"


@transaction.atomic
def declare(
    *, duty: Duty, agency_id: int, period: Month | None, words: str, files: Sequence[tuple[str, bytes]] = ()
) -> Declaration:
    """Say that a duty is fulfilled, with evidence (name and content of each file).

    Raises NotYourDuty, NotDeclarable, NotAsked, DeclarationEmpty, DeclarationStands, and what `evidence.services.keep` refuses.
    """
    actor = scope.current()
    policies.check_can_declare(actor, agency_id)
    if duty.measure != DECLARATION:
        raise NotDeclarable()
    if not words.strip() and not files:
        raise DeclarationEmpty()
    cells = queries.states(clock.today(), agency_ids=[agency_id], duty_ids=[duty.pk])
    if not any(cell.period == period for cell in cells):
        raise NotAsked()
    first = None if period is None else period.first_day
    try:
        with transaction.atomic():
            made = Declaration.objects.create(
                agency_id=agency_id, duty=duty, period=first, words=words.strip()[:2_000], files=len(files),
                declared_by=actor.user_id, declared_label=actor.label[:200], declared_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        standing = Declaration.objects.filter(
            agency=agency_id, duty=duty, period=first, state__in=["waiting", "verified"]
        ).first()
        raise DeclarationStands(who=standing.declared_label if standing else "lain") from None
    if files:
        from sertakan.evidence import services as evidence

        for name, content in files:
            evidence.keep(content, name=name, agency_id=agency_id, about=(ABOUT, made.pk))
    _note(made, Standing.Declared.DECLARED)
    audit.record("followup.declared", target=made, agency_id=agency_id, facts={"duty": duty.code, "files": len(files)})
    return made


def verify(declaration: Declaration) -> Declaration:
    """Somebody else has looked at the evidence: it is so. Raises OwnDeclaration, NotYourFollowup, DeclarationDecided."""
    return _decide(declaration, Declaration.State.VERIFIED, "")


def refuse(declaration: Declaration, *, reason: str) -> Declaration:
    """It is not enough, and why; the agency may declare again. Raises RefusalNeedsReason and what `verify` raises."""
    if not reason.strip():
        raise RefusalNeedsReason()
    return _decide(declaration, Declaration.State.REFUSED, reason.strip()[:300])


@transaction.atomic
def withdraw(declaration: Declaration) -> Declaration:
    """Who declared takes the word back before it is decided. Raises NotYourDuty, DeclarationDecided."""
    policies.check_can_declare(scope.current(), declaration.agency_id)
    return _turn(declaration, Declaration.State.WITHDRAWN, "", "followup.declaration_withdrawn")


@transaction.atomic
def _decide(declaration: Declaration, state: str, reason: str) -> Declaration:
    policies.check_can_verify(scope.current(), declaration)
    action = "followup.declaration_verified" if state == "verified" else "followup.declaration_refused"
    return _turn(declaration, state, reason, action)


def _turn(declaration: Declaration, state: str, reason: str, action: str) -> Declaration:
    """Only from waiting: a second decision finds nothing to change and is refused."""
    actor = scope.current()
    facts: dict[str, Any] = {
        "state": state, "decided_by": actor.user_id, "decided_label": actor.label[:200], "decided_at": clock.now(),
        "reason": reason,
    }  # fmt: skip
    changed = Declaration.objects.filter(pk=declaration.pk, state=Declaration.State.WAITING).update(**facts)
    decided = queries.get_declaration(declaration.pk)
    if not changed:
        raise DeclarationDecided(who=decided.decided_label or "orang lain")
    _note(decided, Standing.Declared.VERIFIED if state == "verified" else Standing.Declared.NONE)
    audit.record(action, target=decided, agency_id=decided.agency_id, facts={"duty": decided.duty.code}, reason=reason)
    return decided


def _note(declaration: Declaration, declared: str) -> None:
    """Write down what a word is worth now; also for the duty that took over meanwhile, where it was carried there."""
    told = {"agency_id": declaration.agency_id, "period": declaration.period}
    heirs = Duty.objects.filter(circular__predecessor=declaration.duty.circular_id, code=declaration.duty.code)
    carried = [heir for heir in heirs if Standing.objects.filter(duty=heir, declared="declared", **told).exists()]
    for duty in (declaration.duty, *carried):
        Standing.objects.create(
            duty=duty, on=max(clock.today(), duty.valid_from), declared=declared, recorded_at=clock.now(), **told
        )
