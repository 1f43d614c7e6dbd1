"""Payment codes: what they ask for, what the law asks for, and who of a code has paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from sertakan.contributions.errors import CodeNotFound, SlipNotFound
from sertakan.contributions.models import PaymentCode, PaymentCodeLine, Reversal, Slip, Transfer
from sertakan.contributions.queries.money import Funds, FundsKey, funds_of
from sertakan.core import clock
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules import due_date
from sertakan.sponsorship.models import BatchLine

SPLIT_DAYS = 2
"""So many days before the due day a code is split when some of a group have not paid."""


def untaken_lines(*, agency_id: int | None = None, batch_id: int | None = None) -> QuerySet[BatchLine]:
    """Lines of BPJS's answers that carry a payment code which was never known here."""
    found = BatchLine.objects.filter(payment_amount__gt=0, purpose="enrol").exclude(payment_code="")
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    if batch_id is not None:
        found = found.filter(batch_id=batch_id)
    return found.exclude(payment_code__in=PaymentCode.objects.values("code"))


@dataclass(frozen=True, slots=True)
class CodeWorker:
    """One worker in a code. `collected`: the donor's money for all months of this worker that were billed has come in."""

    sponsorship_id: int
    person_id: int
    person: str
    donor: str
    donor_id: int | None
    funding: str
    months: tuple[Month, ...]
    total: Rupiah
    collected: bool


@dataclass(frozen=True, slots=True)
class SplitAdvice:
    """A code that is due soon and for which some have paid and some have not."""

    code: PaymentCode
    due_on: date
    days_left: int
    paid: tuple[CodeWorker, ...]
    unpaid: tuple[CodeWorker, ...]


def codes(*, agency_id: int | None = None, state: str = "") -> QuerySet[PaymentCode]:
    """Payment codes in scope with the number of workers and what the law asks for, the open ones and soonest first."""
    found = (
        PaymentCode.objects.select_related("agency", "batch")
        .annotate(expected=Coalesce(Sum("lines__total"), 0), workers=Count("lines__sponsorship", distinct=True))
        .annotate(gap=F("amount") - F("expected"))
        .order_by(F("expires_on").asc(nulls_last=True), "-pk")
    )
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found.filter(state=state) if state else found


def get_code(code_id: int) -> PaymentCode:
    """One code. Raises CodeNotFound, also for one outside of the scope."""
    found = PaymentCode.objects.select_related("agency", "batch", "split_from").filter(pk=code_id).first()
    if found is None:
        raise CodeNotFound()
    return found


def find_code(text: str) -> PaymentCode:
    """One code by what stands on it. Raises CodeNotFound."""
    found = PaymentCode.objects.exclude(state=PaymentCode.State.CANCELLED).filter(code=text.strip()).first()
    if found is None:
        raise CodeNotFound()
    return found


def expected_by_month(code: PaymentCode) -> dict[date, Rupiah]:
    """What the law asks for in a code, by contribution month, oldest first."""
    rows = code.lines.order_by("month").values_list("month").annotate(amount=Sum("total"))
    return {month: int(amount) for month, amount in rows}


def difference_of(code: PaymentCode) -> Rupiah:
    """What BPJS asks for more (or, negative, less) than the law."""
    return int(code.amount - sum(expected_by_month(code).values()))


def code_workers(code: PaymentCode) -> list[CodeWorker]:
    """The workers of a code by name, and whether the money for each has come in."""
    rows: dict[int, list[PaymentCodeLine]] = defaultdict(list)
    for line in code.lines.select_related("sponsorship", "person", "sponsorship__donor").order_by(
        "person__sort_key", "sponsorship_id", "month"
    ):
        rows[line.sponsorship_id].append(line)
    donors = {lines[0].sponsorship.donor_id for lines in rows.values()}
    held = funds_of(code.agency_id, donors) if rows else {}
    found = []
    for sponsorship_id, lines in rows.items():
        first = lines[0]
        donor = first.sponsorship.donor
        key = (donor.pk if donor else None, first.sponsorship.funding)
        found.append(
            CodeWorker(
                sponsorship_id=sponsorship_id,
                person_id=first.person_id,
                person=first.person.name,
                donor=donor.name if donor else "",
                donor_id=key[0],
                funding=key[1],
                months=tuple(Month.of(line.month) for line in lines),
                total=sum(line.total for line in lines),
                collected=_collected(held, key, [line.month for line in lines]),
            )
        )
    return found


def _collected(held: dict[FundsKey, Funds], key: FundsKey, months: Sequence[date]) -> bool:
    """All that was billed to the donor for these months has come in, and something was billed."""
    funds = held.get(key)
    if funds is None:
        return False
    cells = [cell for (month, _), cell in funds.cells.items() if month in months and cell.promised]
    return bool(cells) and all(cell.open == 0 and cell.closed == 0 for cell in cells)


def due_of(code: PaymentCode) -> date:
    """The last day to pay a code: the due day of its first month, or the day on which it expires when that is earlier."""
    months = expected_by_month(code)
    first = Month.of(min(months)) if months else Month.of(code.created_at.date())
    due = due_date("jkk", first)
    return min(due, code.expires_on) if code.expires_on else due


def split_advice(*, on: date | None = None, agency_id: int | None = None, days: int = SPLIT_DAYS) -> list[SplitAdvice]:
    """Open codes that are due within `days` and of which some workers' money has come in and some has not, the soonest first."""
    today = on or clock.today()
    found = []
    for code in codes(agency_id=agency_id, state=PaymentCode.State.OPEN):
        due = due_of(code)
        if (due - today).days > days:
            continue
        workers = code_workers(code)
        paid = tuple(worker for worker in workers if worker.collected)
        unpaid = tuple(worker for worker in workers if not worker.collected)
        if paid and unpaid:
            found.append(SplitAdvice(code, due, (due - today).days, paid, unpaid))
    return sorted(found, key=lambda advice: (advice.due_on, advice.code.pk))


def taken_back_slips(slip_ids: Collection[int]) -> set[int]:
    """Those of the proofs of payment of which every receipt and remittance was reversed."""
    standing = Transfer.objects.filter(
        evidence_kind="slip", evidence_id__in=slip_ids, leg__in=("collected", "remitted")
    ).exclude(id__in=Reversal.objects.values("transfer_id"))
    return set(slip_ids) - set(standing.values_list("evidence_id", flat=True))


def get_slip(slip_id: int) -> Slip:
    """One proof of payment that has a picture. Raises SlipNotFound, also for one outside of the scope."""
    found = Slip.objects.filter(pk=slip_id).exclude(photo="").first()
    if found is None:
        raise SlipNotFound()
    return found
