"""Which promises are met: by money that came in, by credit of an earlier payment, or by BPJS confirming the month itself.

Money that names a bill goes there first; the rest goes to the oldest open month. What no open promise takes is the donor's credit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Reversal, Transfer
from sertakan.contributions.queries.money import DIRECT, Funds, FundsKey, funds_of
from sertakan.contributions.services.posting import PLEDGE_CONTROL, Posting, pledge, post, take_back
from sertakan.core.money import Rupiah


def meet(
    agency_id: int,
    key: FundsKey,
    funds: Funds,
    amount: Rupiah,
    *,
    booked_on: date,
    evidence: Evidence,
    entry: int,
    only: date | None = None,
    bill_id: int | None = None,
) -> list[Posting]:
    """Postings that meet open promises with `amount`, of one month or from the oldest on. `funds` is kept up to date."""
    made = []
    for month, programme in funds.in_order():
        if only is not None and month != only:
            continue
        cell = funds.cells[month, programme]
        part = min(amount, cell.open)
        if part <= 0:
            continue
        if evidence.kind in DIRECT:
            cell.direct += part
        else:
            cell.fulfilled += part
        amount -= part
        made.append(_fulfilled(agency_id, key, month, programme, part, booked_on, evidence, entry, bill_id))
    return made


def _fulfilled(
    agency_id: int,
    key: FundsKey,
    month: date,
    programme: str,
    amount: Rupiah,
    booked_on: date,
    evidence: Evidence,
    entry: int,
    bill_id: int | None,
) -> Posting:
    donor, funding = key
    return Posting(
        agency_id, "fulfilled", PLEDGE_CONTROL, pledge(donor, funding, programme), amount, booked_on, evidence, entry,
        donor_id=donor, funding=funding, programme=programme, contribution_month=month, bill_id=bill_id,
    )  # fmt: skip


def true_up(
    agency_id: int,
    donors: Collection[int | None] | None,
    *,
    booked_on: date,
    credit_from: Evidence,
    confirmed_by: Evidence,
    note: str = "",
) -> None:
    """Bring the promises of donors in line with what stands in the ledger; nothing is written when they are.

    Promises met beyond what is still owed are opened again, months that BPJS confirmed count as met, and credit goes to open months.
    """
    held = funds_of(agency_id, donors)
    if _open_again(agency_id, held, booked_on=booked_on, note=note):
        held = funds_of(agency_id, donors)
    postings: list[Posting] = []
    for key, funds in held.items():
        for month, programme in funds.in_order():
            cell = funds.cells[month, programme]
            part = min(cell.open, max(0, cell.confirmed - cell.fulfilled - cell.direct))
            if part > 0:
                cell.direct += part
                postings.append(
                    _fulfilled(agency_id, key, month, programme, part, booked_on, confirmed_by, len(postings), None)
                )
        credit = funds.credit
        if credit:
            postings += meet(
                agency_id, key, funds, credit, booked_on=booked_on, evidence=credit_from, entry=len(postings)
            )
    post(postings)


def _open_again(agency_id: int, held: dict[FundsKey, Funds], *, booked_on: date, note: str) -> bool:
    """Take back what meets promises that are no longer owed, or that no money or confirmation stands behind any more."""
    wrong: list[Transfer] = []
    for key, funds in held.items():
        too_much: Rupiah = _uncovered(funds)
        for place in reversed(list(funds.in_order())):
            cell = funds.cells[place]
            direct = max(0, cell.direct - max(0, cell.confirmed))
            beyond = max(0, cell.direct + cell.fulfilled - cell.due - direct)
            if direct:
                wrong += _newest(agency_id, key, place, direct, direct=True)
            if beyond:
                taken = _newest(agency_id, key, place, min(beyond, cell.fulfilled), direct=False)
                wrong += taken
                too_much -= sum(transfer.amount for transfer in taken)
                if beyond > cell.fulfilled:
                    wrong += _newest(agency_id, key, place, beyond - cell.fulfilled, direct=True)
            elif too_much > 0 and cell.fulfilled:
                taken = _newest(agency_id, key, place, min(too_much, cell.fulfilled), direct=False, kinds=("bill",))
                wrong += taken
                too_much -= sum(transfer.amount for transfer in taken)
    unique = list({transfer.id: transfer for transfer in wrong}.values())
    take_back(unique, booked_on=booked_on, note=note)
    return bool(unique)


def _uncovered(funds: Funds) -> Rupiah:
    """By how much the promises that money meets exceed the money that came in."""
    months: dict[date, list[int]] = {}
    for (month, _), cell in funds.cells.items():
        sums = months.setdefault(month, [0, 0])
        sums[0] += cell.fulfilled
        sums[1] += cell.confirmed
    committed = sum(max(0, fulfilled - confirmed) for fulfilled, confirmed in months.values())
    return max(0, committed - max(0, funds.received - funds.placed))


def _newest(
    agency_id: int,
    key: FundsKey,
    place: tuple[date, str],
    amount: Rupiah,
    *,
    direct: bool,
    kinds: Iterable[str] = (),
) -> list[Transfer]:
    """The newest standing transfers of a cell that together reach `amount`."""
    donor, funding = key
    month, programme = place
    found = Transfer.objects.filter(
        Q(donor_id=donor) if donor else Q(donor__isnull=True), agency_id=agency_id, funding=funding, programme=programme,
        contribution_month=month, leg=Transfer.Leg.FULFILLED,
    ).exclude(id__in=Reversal.objects.filter(agency_id=agency_id).values("transfer_id"))  # fmt: skip
    found = found.filter(evidence_kind__in=DIRECT) if direct else found.exclude(evidence_kind__in=DIRECT)
    if kinds:
        found = found.filter(evidence_kind__in=list(kinds))
    taken: list[Transfer] = []
    for transfer in found.order_by("-id"):
        if sum(one.amount for one in taken) >= amount:
            break
        taken.append(transfer)
    return taken
