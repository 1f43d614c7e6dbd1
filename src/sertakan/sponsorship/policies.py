"""Who may do what with batches and answers, and which sponsorship may go into which batch."""

from __future__ import annotations

from dataclasses import dataclass

from sertakan.core.scope import Actor
from sertakan.sponsorship import errors
from sertakan.sponsorship.models import Sponsorship
from sertakan.sponsorship.queries import Candidate

_STATES = {str(value): label for value, label in Sponsorship.State.choices}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with a code and a sentence."""

    allowed: bool
    code: str = ""
    message: str = ""


def _is_pic(actor: Actor, agency_id: int) -> bool:
    return actor.has("pic") and agency_id in actor.agency_ids


def check_can_manage(actor: Actor, agency_id: int) -> None:
    """Sponsorships and batches of an agency are the business of its PIC, the coordinator and the operator. Raises NotYourBatch."""
    if not can_manage(actor, agency_id):
        raise errors.NotYourBatch()


def can_manage(actor: Actor, agency_id: int) -> bool:
    """The answering twin of `check_can_manage`."""
    return _is_pic(actor, agency_id) or actor.has("coordinator", "operator", "system")


def check_can_answer(actor: Actor, agency_id: int) -> None:
    """Answers are taken in by the BPJS officer too. Raises NotYourAnswer."""
    if not can_answer(actor, agency_id):
        raise errors.NotYourAnswer()


def can_answer(actor: Actor, agency_id: int) -> bool:
    """The answering twin of `check_can_answer`."""
    return _is_pic(actor, agency_id) or actor.has("bpjs", "coordinator", "operator", "system")


def check_can_open_numbers(actor: Actor, agency_id: int, *, reason: str) -> None:
    """Whole NIKs leave only for the PIC of the agency, the coordinator and the BPJS officer; for the operator with a stated reason.

    Raises WholeNumbersNotAllowed.
    """
    if not can_open_numbers(actor, agency_id, reason=reason):
        raise errors.WholeNumbersNotAllowed()


def can_open_numbers(actor: Actor, agency_id: int, *, reason: str) -> bool:
    """The answering twin of `check_can_open_numbers`."""
    if _is_pic(actor, agency_id) or actor.has("coordinator", "bpjs", "system"):
        return True
    return actor.has("operator") and bool(reason.strip())


def check_can_batch(candidate: Candidate, kind: str) -> None:
    """Raises the subclass of NotBatchable that says why the sponsorship cannot go into a batch of `kind`."""
    refusal = _why_not(candidate, kind)
    if refusal is not None:
        raise refusal


def can_batch(candidate: Candidate, kind: str) -> Verdict:
    """The answering twin of `check_can_batch`, which explains."""
    refusal = _why_not(candidate, kind)
    return Verdict(allowed=True) if refusal is None else Verdict(False, refusal.code, str(refusal))


def _why_not(candidate: Candidate, kind: str) -> errors.NotBatchable | None:
    if kind == "stop":
        return _why_not_stop(candidate)
    wanted = Sponsorship.State.MEMBER if kind == "change" else Sponsorship.State.CHECKED
    if candidate.in_batch:
        return errors.AlreadyInBatch()
    if candidate.state != wanted:
        return errors.WrongState(state=str(_STATES.get(candidate.state, candidate.state)))
    if not candidate.consented:
        return errors.ConsentMissing()
    if kind == "continue":
        return None if candidate.continues else errors.NotAContinuation()
    if kind in ("new", "reactivate") and candidate.continues:
        return errors.IsAContinuation()
    if kind == "new" and candidate.numbered:
        return errors.NumberKnown()
    return errors.NumberUnknown() if kind == "reactivate" and not candidate.numbered else None


def _why_not_stop(candidate: Candidate) -> errors.NotBatchable | None:
    # No consent is asked for: whoever withdrew it, or died, has to be taken off all the more.
    if candidate.in_batch or candidate.stop_sent:
        return errors.AlreadyInBatch()
    if candidate.state != Sponsorship.State.ENDED:
        return errors.WrongState(state=str(_STATES.get(candidate.state, candidate.state)))
    return None if candidate.was_sent else errors.NothingToStop()
