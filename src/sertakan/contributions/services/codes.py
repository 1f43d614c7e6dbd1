"""Payment codes: entered or taken from answers, explained, split, expired."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sertakan.contributions import policies
from sertakan.contributions.errors import (
    AmountNotPositive,
    CannotSplit,
    CodeAlreadyPaid,
    CodeDiffersFromBill,
    CodeEmpty,
    CodeKnown,
    CodeNeedsNoExplanation,
    CodeNotFound,
)
from sertakan.contributions.models import PaymentCode, PaymentCodeLine
from sertakan.contributions.queries.codes import difference_of, untaken_lines
from sertakan.core import audit, clock, scope
from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules import contribution, load_rules
from sertakan.sponsorship.models import BatchLine, Sponsorship


@transaction.atomic
def add_code(
    *,
    agency_id: int,
    code: str,
    amount: Rupiah,
    sponsorship_ids: Collection[int],
    start: Month | None = None,
    months: int | None = None,
    issued_on: date | None = None,
    expires_on: date | None = None,
    batch_id: int | None = None,
) -> PaymentCode:
    """Enter a payment code for workers of an agency, from `start` for `months`; without them, from what each sponsorship says.

    What BPJS asks for may differ from what the law asks for; then nothing is paid until that is explained.
    Raises CodeKnown, CodeEmpty, AmountNotPositive, CannotPost, and what the rules refuse.
    """
    policies.check_can_post(agency_id)
    if amount <= 0:
        raise AmountNotPositive()
    chosen = list(Sponsorship.objects.filter(pk__in=list(sponsorship_ids), agency_id=agency_id).order_by("pk"))
    if not chosen or not code.strip():
        raise CodeEmpty()
    spans = {one.pk: (start or Month.of(one.start_month), months or one.months) for one in chosen}
    return _create(
        agency_id, code.strip(), amount, chosen, spans, issued_on=issued_on, expires_on=expires_on, batch_id=batch_id
    )


def _create(
    agency_id: int,
    code: str,
    amount: Rupiah,
    chosen: list[Sponsorship],
    spans: Mapping[int, tuple[Month, int]],
    *,
    issued_on: date | None,
    expires_on: date | None,
    batch_id: int | None,
) -> PaymentCode:
    lines = [(one, month) for one in chosen for month in _span(*spans[one.pk])]
    made = _new(
        agency_id=agency_id,
        code=code[:40],
        kind=PaymentCode.Kind.WORKER if len(chosen) == 1 else PaymentCode.Kind.BATCH,
        amount=amount,
        months=min(12, max(count for _, count in spans.values())),
        issued_on=issued_on,
        expires_on=expires_on,
        batch_id=batch_id,
    )
    amounts = _amounts(lines)
    PaymentCodeLine.objects.bulk_create(
        PaymentCodeLine(
            code=made, agency_id=agency_id, sponsorship=one, person_id=one.person_id, month=month.first_day,
            **amounts[_facts(one), month],
        )
        for one, month in lines
    )  # fmt: skip
    audit.record(
        "contributions.code_added",
        target=made,
        agency_id=agency_id,
        facts={"workers": len(chosen), "amount": amount, "difference": difference_of(made)},
    )
    return made


def _new(**facts: Any) -> PaymentCode:
    """Write a code down. Raises CodeKnown, also when another agency or, this moment, another clerk has it."""
    code = facts["code"]
    if PaymentCode.objects.filter(code=code).exclude(state=PaymentCode.State.CANCELLED).exists():
        raise CodeKnown(code=code)
    try:
        with transaction.atomic():
            return PaymentCode.objects.create(**facts, created_at=clock.now())
    except IntegrityError as refused:
        if "payment_code_once" not in str(refused):
            raise
        raise CodeKnown(code=code) from None


_Facts = tuple[int, str, str, tuple[str, ...]]


def _facts(one: Sponsorship) -> _Facts:
    return one.dasar, one.sector, one.funding, tuple(one.programmes)


def _span(start: Month, count: int) -> list[Month]:
    return [start.next(step) for step in range(count)]


def _amounts(lines: Iterable[tuple[Sponsorship, Month]]) -> dict[tuple[_Facts, Month], dict[str, Rupiah]]:
    """Amounts of each combination of facts and month, computed once."""
    rules = load_rules()
    found: dict[tuple[_Facts, Month], dict[str, Rupiah]] = {}
    for one, month in lines:
        key = _facts(one), month
        if key not in found:
            dasar, sector, funding, programmes = key[0]
            owed = contribution(
                month, dasar=dasar, sector=sector, funding=funding, programmes=programmes, rules=rules
            ).amounts
            found[key] = {name: owed.get(name, 0) for name in ("jkk", "jkm", "jht")} | {"total": sum(owed.values())}
    return found


@transaction.atomic
def import_codes(*, agency_id: int | None = None, batch_id: int | None = None) -> list[PaymentCode]:
    """Take over the payment codes that stand in BPJS's answers and were never known; returns the new ones.

    One code over several lines is one code of the batch: it asks for the sum of what the answers say for its lines. One that is refused
    (another agency has it, the law knows no amount) does not hold up the others and stays among `queries.codes.untaken_lines`; one that
    was cancelled stays so.
    """
    if agency_id is not None:
        policies.check_can_post(agency_id)
    found = untaken_lines(agency_id=agency_id, batch_id=batch_id)
    groups: dict[tuple[int, str], list[BatchLine]] = defaultdict(list)
    for line in found.select_related("sponsorship").order_by("batch_id", "number"):
        if policies.can_post(line.agency_id):
            groups[line.agency_id, line.payment_code].append(line)
    made = []
    for (agency, code), lines in groups.items():
        with contextlib.suppress(DomainError), transaction.atomic():
            made.append(
                _create(
                    agency, code, sum(line.payment_amount or 0 for line in lines), [line.sponsorship for line in lines],
                    {line.sponsorship_id: (Month.of(line.start_month), line.months) for line in lines},
                    issued_on=min((line.accepted_on for line in lines if line.accepted_on), default=None),
                    expires_on=max((line.payment_expires_on for line in lines if line.payment_expires_on), default=None),
                    batch_id=lines[0].batch_id,
                )
            )  # fmt: skip
    return made


@transaction.atomic
def explain_code(code: PaymentCode, *, explanation: str) -> PaymentCode:
    """Say why a code asks for another amount than the law, so that it can be paid. Raises CodeNeedsNoExplanation, CodeAlreadyPaid."""
    claimed = _claim(code)
    if not difference_of(claimed):
        raise CodeNeedsNoExplanation(code=claimed.code)
    actor = scope.current()
    claimed.explanation = explanation.strip()[:300]
    said = bool(claimed.explanation)
    claimed.explained_by, claimed.explained_label = (actor.user_id, actor.label) if said else (None, "")
    claimed.explained_at = clock.now() if said else None
    claimed.save(update_fields=["explanation", "explained_by", "explained_label", "explained_at"])
    audit.record(
        "contributions.code_explained",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"difference": difference_of(claimed)},
        reason=claimed.explanation,
    )
    return claimed


@transaction.atomic
def split_code(
    code: PaymentCode,
    sponsorship_ids: Collection[int],
    *,
    new_code: str,
    amount: Rupiah | None = None,
    expires_on: date | None = None,
) -> PaymentCode:
    """Pay those who have paid in a new code of BPJS; the rest stays in the old one, which asks for so much less.

    Without `amount` the new code asks for what the law asks for. Raises CannotSplit, CodeKnown, CodeDiffersFromBill, CodeAlreadyPaid.
    """
    claimed = _claim(code)
    if difference_of(claimed) and not claimed.explanation:
        raise CodeDiffersFromBill(code=claimed.code, difference=format_rupiah(difference_of(claimed)))
    wanted = set(sponsorship_ids)
    lines = list(claimed.lines.all())
    moved = [line for line in lines if line.sponsorship_id in wanted]
    if not moved or len(moved) == len(lines) or {line.sponsorship_id for line in moved} != wanted:
        raise CannotSplit(code=claimed.code)
    name = new_code.strip()
    if not name:
        raise CodeEmpty()
    expected = sum(line.total for line in moved)
    if claimed.amount <= expected:
        raise CannotSplit(code=claimed.code)
    if amount is not None and amount <= 0:
        raise AmountNotPositive()
    fresh = _new(
        agency_id=claimed.agency_id,
        code=name[:40],
        kind=PaymentCode.Kind.WORKER if len(wanted) == 1 else PaymentCode.Kind.BATCH,
        amount=expected if amount is None else amount,
        months=claimed.months,
        issued_on=clock.today(),
        expires_on=expires_on or claimed.expires_on,
        batch_id=claimed.batch_id,
        split_from=claimed,
    )
    PaymentCodeLine.objects.filter(pk__in=[line.pk for line in moved]).update(code=fresh)
    claimed.amount -= expected
    claimed.save(update_fields=["amount"])
    audit.record(
        "contributions.code_split",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"new": fresh.pk, "workers": len(wanted), "amount": fresh.amount, "rest": claimed.amount},
    )
    return fresh


@transaction.atomic
def cancel_code(code: PaymentCode, *, reason: str) -> PaymentCode:
    """A code that will not be paid, for example because BPJS gave another. Raises CodeAlreadyPaid."""
    claimed = _claim(code)
    claimed.state = PaymentCode.State.CANCELLED
    claimed.save(update_fields=["state"])
    audit.record("contributions.code_cancelled", target=claimed, agency_id=claimed.agency_id, reason=reason)
    return claimed


def expire_codes(*, on: date | None = None) -> int:
    """Codes that nobody paid in time are expired; returns how many. Safe to repeat."""
    today = on or clock.today()
    return PaymentCode.objects.filter(state=PaymentCode.State.OPEN, expires_on__lt=today).update(
        state=PaymentCode.State.EXPIRED
    )


def _claim(code: PaymentCode) -> PaymentCode:
    """The code, locked and not paid."""
    policies.check_can_post(code.agency_id)
    claimed = PaymentCode.objects.select_for_update(of=("self",)).filter(pk=code.pk).first()
    if claimed is None:
        raise CodeNotFound()
    if claimed.state not in (PaymentCode.State.OPEN, PaymentCode.State.EXPIRED):
        raise CodeAlreadyPaid(code=claimed.code, state=str(claimed.get_state_display()).lower())
    return claimed
