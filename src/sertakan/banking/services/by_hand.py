"""What a person decides about one line: match it, leave it aside with a reason, take either back. Of two at once one wins, one is told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction

from sertakan.banking import errors, policies
from sertakan.banking.matching import Decision, Due, OpenCode
from sertakan.banking.models import Match, StatementLine
from sertakan.banking.sealing import unseal
from sertakan.banking.services.matching import post_decisions
from sertakan.contributions.errors import AlreadyReversed
from sertakan.contributions.models import Bill, PaymentCode
from sertakan.contributions.queries.money import open_dues
from sertakan.contributions.services.ledger import reverse
from sertakan.contributions.services.posting import lock_ledger
from sertakan.core import audit, clock, scope
from sertakan.core.money import format_rupiah
from sertakan.core.month import Month
from sertakan.sponsorship.models import Donor, Sponsorship


@transaction.atomic
def match_by_hand(
    line: StatementLine,
    *,
    donor_id: int | None = None,
    funding: str = "private",
    bills: Sequence[int] = (),
    bill_id: int | None = None,
    code_id: int | None = None,
) -> Match:
    """Match an open line with a donor (the named bills exactly, or without bills: the oldest dues, the rest as credit), a whole bill,
    or a payment code.

    Raises LineNotOpen, LineUnreadable, DirectionWrong, AmountDiffers, TargetGone, NotYourAccount, and what the ledger refuses.
    """
    claimed = _claim(line)
    if claimed.state != StatementLine.State.OPEN:
        raise _refusal(claimed)
    amount, incoming = int(claimed.amount or 0), claimed.direction == StatementLine.Direction.IN
    if incoming == (code_id is not None):
        raise errors.DirectionWrong()
    if code_id is not None:
        decision = _code_decision(claimed, code_id)
    elif bill_id is not None:
        decision = _bill_decision(claimed, bill_id)
    else:
        decision = _donor_decision(claimed, donor_id, funding, bills)
    chosen = sum(due.amount for due in decision.parts) + sum(code.amount for code in decision.codes)
    if chosen != amount:
        raise errors.AmountDiffers(line=format_rupiah(amount), chosen=format_rupiah(chosen))
    assert claimed.booked_on is not None  # noqa: S101 an open line has its day (constraint)
    post_decisions(
        claimed.account, [decision], {claimed.pk: (claimed.booked_on, amount, unseal(claimed.sealed).reference)}
    )
    _set(claimed, StatementLine.State.MATCHED, "by_hand")
    match = Match.objects.get(line=claimed, undone_at__isnull=True)
    audit.record(
        "banking.line_matched_by_hand",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"match": match.pk, "kind": match.kind, "amount": amount, "donor": match.donor_id, "code": match.code_id},
    )
    return match


@transaction.atomic
def ignore_line(line: StatementLine, *, reason: str) -> StatementLine:
    """Leave an open or unreadable line aside; it can be opened again. Raises LineNotOpen, ReasonMissing, NotYourAccount."""
    if not reason.strip():
        raise errors.ReasonMissing()
    claimed = _claim(line)
    if claimed.state not in (StatementLine.State.OPEN, StatementLine.State.UNREADABLE):
        raise _refusal(claimed)
    claimed.note = reason.strip()[:300]
    _set(claimed, StatementLine.State.IGNORED, "by_hand")
    audit.record("banking.line_ignored", target=claimed, agency_id=claimed.agency_id, reason=claimed.note)
    return claimed


@transaction.atomic
def reopen_line(line: StatementLine) -> StatementLine:
    """Take back that a line was left aside: it is open, or unreadable, as before. Raises LineNotOpen, NotYourAccount."""
    claimed = _claim(line)
    if claimed.state != StatementLine.State.IGNORED or claimed.why == "not_booked":
        raise _refusal(claimed)
    readable = claimed.amount is not None and claimed.booked_on is not None and claimed.direction
    claimed.note = ""
    _set(claimed, StatementLine.State.OPEN if readable else StatementLine.State.UNREADABLE, "reopened")
    audit.record("banking.line_reopened", target=claimed, agency_id=claimed.agency_id)
    return claimed


@transaction.atomic
def unmatch_line(line: StatementLine, *, reason: str) -> StatementLine:
    """Take a match back: its postings are reversed, what was due is due again, the line is open. Raises LineNotMatched, ReasonMissing.

    A posting that somebody took back in the ledger already is passed over.
    """
    if not reason.strip():
        raise errors.ReasonMissing()
    claimed = _claim(line)
    match = Match.objects.select_for_update().filter(line=claimed, undone_at__isnull=True).first()
    if claimed.state != StatementLine.State.MATCHED or match is None:
        raise errors.LineNotMatched()
    for part in match.parts:
        with suppress(AlreadyReversed):
            reverse(part["transfer"], Month.parse(part["booked"]), reason=reason.strip()[:300])
    match.undone_at, match.undone_label, match.undone_why = clock.now(), scope.current().label, reason.strip()[:300]
    match.save(update_fields=["undone_at", "undone_label", "undone_why"])
    _set(claimed, StatementLine.State.OPEN, "unmatched")
    audit.record(
        "banking.line_unmatched",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"match": match.pk, "amount": match.amount},
        reason=match.undone_why,
    )
    return claimed


def _claim(line: StatementLine) -> StatementLine:
    """The line, held until the end of this transaction; postings of the agency wait for each other before that."""
    policies.check_can_bank(line.agency_id)
    lock_ledger([line.agency_id])
    found = StatementLine.objects.select_related("account").select_for_update(of=("self",)).filter(pk=line.pk).first()
    if found is None:
        raise errors.LineNotFound()
    return found


def _refusal(line: StatementLine) -> Exception:
    if line.state == StatementLine.State.UNREADABLE:
        return errors.LineUnreadable()
    return errors.LineNotOpen(state=str(line.get_state_display()).lower())


def _set(line: StatementLine, state: StatementLine.State, why: str) -> None:
    line.state, line.why, line.candidates = state, why, {}
    line.save(update_fields=["state", "why", "candidates", "note"])


def _code_decision(line: StatementLine, code_id: int) -> Decision:
    code = PaymentCode.objects.filter(pk=code_id, agency_id=line.agency_id).first()
    if code is None:
        raise errors.TargetGone()
    return Decision(line.pk, "code", "by_hand", codes=(OpenCode(code.pk, code.code, code.amount, code.expires_on),))


def _bill_decision(line: StatementLine, bill_id: int) -> Decision:
    parts = _dues(line.agency_id, bills=[bill_id])
    if not parts:
        raise errors.TargetGone()
    return Decision(line.pk, "agency", "by_hand", tuple(parts))


def _donor_decision(line: StatementLine, donor_id: int | None, funding: str, bills: Sequence[int]) -> Decision:
    if (
        donor_id is None
        or not Donor.objects.filter(pk=donor_id, agency_id=line.agency_id).exists()
        or funding not in Sponsorship.Funding.values
    ):
        raise errors.TargetGone()
    if bills:
        parts = _dues(line.agency_id, bills=bills, donor=donor_id, funding=funding)
        if {due.bill for due in parts} != set(bills):
            raise errors.TargetGone()
        return Decision(line.pk, "donor", "by_hand", tuple(parts))
    month = Month.of(line.booked_on).ordinal if line.booked_on else 0
    return Decision(line.pk, "donor", "by_hand", (Due(None, donor_id, month, int(line.amount or 0), funding),))


def _dues(agency_id: int, *, bills: Sequence[int], donor: int | None = None, funding: str = "") -> list[Due]:
    frame = open_dues(agency_id).select("bill_id", "donor_id", "month", "open", "funding")
    known = set(Bill.objects.filter(pk__in=bills, agency_id=agency_id).values_list("pk", flat=True))
    return [
        Due(bill, owner, Month.of(month).ordinal, amount, source)
        for bill, owner, month, amount, source in frame.iter_rows()
        if bill in known and (donor is None or owner == donor) and (not funding or source == funding)
    ]
