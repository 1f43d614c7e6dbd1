"""Postings of the four legs: promised, collected, remitted; confirmed is in `confirming`. A wrong one is reversed, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from sertakan.contributions import policies
from sertakan.contributions.errors import (
    AlreadyReversed,
    AmountDiffersFromCode,
    AmountNotPositive,
    BillNotFound,
    CodeAlreadyPaid,
    CodeDiffersFromBill,
    CodeExpired,
    CodeNotFound,
    FundingMissing,
    IdentifiedMeanwhile,
    MoreThanUnidentified,
    NotReversible,
    TransferNotFound,
)
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Bill, PaymentCode, Reversal, Transfer
from sertakan.contributions.queries.codes import difference_of, expected_by_month
from sertakan.contributions.queries.money import LEG, SIGNED, Funds, FundsKey, entry_of, funds_of, remitted_of
from sertakan.contributions.services.fulfilling import meet, true_up
from sertakan.contributions.services.posting import (
    IN_TRANSIT,
    PLEDGE_CONTROL,
    TREASURY,
    UNIDENTIFIED,
    AccountKey,
    Posting,
    donor_funds,
    lock_ledger,
    pledge,
    post,
    take_back,
)
from sertakan.core import audit, clock
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words

REVERSIBLE = ("collected", "identified", "remitted")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that reached an agency's collection account. Without donor and source of money: nobody was found for it."""

    agency_id: int
    donor_id: int | None
    funding: str
    amount: Rupiah
    booked_on: date
    evidence: Evidence
    bill_id: int | None = None
    reference: str = ""


@transaction.atomic
def promise(bill: Bill) -> int:
    """Post what an issued bill promises, as the difference to what stands for its month; returns the number of transfers.

    Safe to repeat. A smaller promise is released; money that met it becomes the donor's credit. Credit meets new promises at once.
    """
    policies.check_can_post(bill.agency_id)
    lock_ledger([bill.agency_id])
    evidence, today = Evidence("bill", bill.pk), clock.today()
    postings = []
    for donor, funding, programme, change in _promised_change(bill):
        account = pledge(donor, funding, programme)
        leg, debit, credit = (
            ("promised", account, PLEDGE_CONTROL) if change > 0 else ("released", PLEDGE_CONTROL, account)
        )
        postings.append(
            Posting(
                bill.agency_id, leg, debit, credit, abs(change), today, evidence, donor_id=donor, funding=funding,
                programme=programme, contribution_month=bill.month, bill_id=bill.pk, reference=bill.number,
            )
        )  # fmt: skip
    post(postings)
    if postings:
        true_up(
            bill.agency_id, {posting.donor_id for posting in postings}, booked_on=today, credit_from=evidence,
            confirmed_by=Evidence("confirmation", 0), note=bill.number,
        )  # fmt: skip
    return len(postings)


def _promised_change(bill: Bill) -> list[tuple[int | None, str, str, Rupiah]]:
    """By donor, source of money and programme: what the bill asks for, less what stands promised for its month.

    What was closed as not collected for a worker who left the bill is released already: it counts as released, once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nullif(coalesce(n.donor, o.donor), 0), coalesce(n.funding, o.funding), coalesce(n.programme, o.programme),"
            " (coalesce(n.amount, 0) - coalesce(o.amount, 0))::bigint"
            " FROM (SELECT coalesce(l.donor_id, 0) AS donor, l.funding, p.programme, sum(p.amount) AS amount"
            "  FROM contributions_billline l,"
            "  LATERAL (VALUES ('jkk', l.jkk), ('jkm', l.jkm), ('jht', l.jht)) p (programme, amount)"
            "  WHERE l.month = %(month)s AND l.bill_id = %(bill)s GROUP BY 1, 2, 3) n"
            " FULL JOIN (SELECT coalesce(t.donor_id, 0) AS donor, t.funding, t.programme,"
            f"  sum(CASE {LEG} WHEN 'promised' THEN {SIGNED} ELSE -({SIGNED}) END) AS amount"
            "  FROM contributions_transfer t WHERE t.agency_id = %(agency)s AND t.contribution_month = %(month)s"
            f"  AND {LEG} IN ('promised', 'released') AND (t.evidence_kind = 'bill' OR (t.evidence_kind = 'decision'"
            "  AND NOT EXISTS (SELECT 1 FROM contributions_billline kept WHERE kept.month = t.contribution_month"
            "   AND kept.bill_id = %(bill)s AND kept.sponsorship_id = t.evidence_id))) GROUP BY 1, 2, 3) o"
            " USING (donor, funding, programme)"
            " WHERE coalesce(n.amount, 0) <> coalesce(o.amount, 0) ORDER BY 1, 2, 3",
            {"month": bill.month, "bill": bill.pk, "agency": bill.agency_id},
        )
        return [(donor, funding, programme, int(change)) for donor, funding, programme, change in cursor.fetchall()]


@transaction.atomic
def collect(
    *,
    agency_id: int,
    donor_id: int | None,
    funding: str,
    amount: Rupiah,
    booked_on: date,
    evidence: Evidence,
    bill_id: int | None = None,
    reference: str = "",
) -> Transfer:
    """Money from a donor reached the treasurer; open promises are met, the bill that is named first.

    With an empty `funding` nobody was found for it: it waits as unidentified. Refuses AmountNotPositive, BillNotFound, CannotPost.
    """
    receipt = Receipt(agency_id, donor_id, funding, amount, booked_on, evidence, bill_id, reference)
    return _transfer(collect_many([receipt])[0], booked_on)


@transaction.atomic
def collect_many(receipts: Sequence[Receipt]) -> list[int]:
    """`collect` for many at once; returns the numbers of the transfers of money, in order. One statement writes them all."""
    agencies = {receipt.agency_id for receipt in receipts}
    for agency_id in agencies:
        policies.check_can_post(agency_id)
    if any(receipt.amount <= 0 for receipt in receipts):
        raise AmountNotPositive()
    if any(receipt.donor_id is not None and not receipt.funding for receipt in receipts):
        raise FundingMissing()
    months = _months_of_bills(receipts)
    lock_ledger(agencies)
    held = {
        agency_id: funds_of(agency_id, {one.donor_id for one in receipts if one.agency_id == agency_id})
        for agency_id in agencies
    }
    postings: list[Posting] = []
    places: list[int] = []
    for entry, one in enumerate(receipts):
        places.append(len(postings))
        postings += _received(one, entry, held[one.agency_id], months, leg="collected", debit=TREASURY)
    ids = post(postings)
    return [ids[place] for place in places]


def _received(
    one: Receipt,
    entry: int,
    held: dict[FundsKey, Funds],
    months: dict[int, date],
    *,
    leg: str,
    debit: AccountKey,
) -> list[Posting]:
    """Money for a donor, and the promises that it meets."""
    known = bool(one.funding)
    credit = donor_funds(one.donor_id, one.funding) if known else UNIDENTIFIED
    month = months.get(one.bill_id) if one.bill_id else None
    postings = [
        Posting(
            one.agency_id, leg, debit, credit, one.amount, one.booked_on, one.evidence, entry, donor_id=one.donor_id,
            funding=one.funding, contribution_month=month, bill_id=one.bill_id, reference=one.reference,
        )
    ]  # fmt: skip
    if known:
        key = (one.donor_id, one.funding)
        funds = held.setdefault(key, Funds())
        before = funds.credit
        funds.received += one.amount
        left = one.amount
        if month is not None:
            named = meet(
                one.agency_id, key, funds, left, booked_on=one.booked_on, evidence=one.evidence, entry=entry, only=month,
                bill_id=one.bill_id,
            )  # fmt: skip
            postings += named
            left -= sum(posting.amount for posting in named)
        # What BPJS confirmed before it was received here meets no promise a second time.
        free = min(left, max(0, funds.credit - before))
        postings += meet(one.agency_id, key, funds, free, booked_on=one.booked_on, evidence=one.evidence, entry=entry)
    return postings


def _months_of_bills(receipts: Sequence[Receipt]) -> dict[int, date]:
    """First day of the month of each bill that is named. Raises BillNotFound, also for one of another agency."""
    wanted = {receipt.bill_id for receipt in receipts if receipt.bill_id is not None}
    if not wanted:
        return {}
    found = {pk: (agency, month) for pk, agency, month in Bill.objects.filter(pk__in=wanted).values_list(
        "pk", "agency_id", "month"
    )}  # fmt: skip
    for receipt in receipts:
        if receipt.bill_id is not None and found.get(receipt.bill_id, (None,))[0] != receipt.agency_id:
            raise BillNotFound()
    return {pk: month for pk, (_, month) in found.items()}


@transaction.atomic
def identify(
    *,
    transfer_id: int,
    month: Month | date,
    donor_id: int | None,
    funding: str,
    booked_on: date,
    amount: Rupiah | None = None,
    bill_id: int | None = None,
) -> Transfer:
    """Say whose money an unidentified receipt is; a part of it when `amount` is given. Raises TransferNotFound, MoreThanUnidentified."""
    source = _get(transfer_id, month)
    policies.check_can_post(source.agency_id)
    if not funding:
        raise FundingMissing()
    lock_ledger([source.agency_id])
    left = _unidentified_left(source)
    wanted = left if amount is None else amount
    if wanted <= 0 or wanted > left:
        raise MoreThanUnidentified(left=format_rupiah(max(0, left)))
    evidence = Evidence(source.evidence_kind, source.evidence_id)
    receipt = Receipt(source.agency_id, donor_id, funding, wanted, booked_on, evidence, bill_id, source.reference)
    months = _months_of_bills([receipt])
    held = funds_of(source.agency_id, [donor_id])
    ids = post(_received(receipt, 0, held, months, leg="identified", debit=UNIDENTIFIED))
    audit.record(
        "contributions.money_identified",
        target=("contributions.transfer", ids[0]),
        agency_id=source.agency_id,
        facts={"receipt": source.id, "donor": donor_id, "amount": wanted},
    )
    return _transfer(ids[0], booked_on)


def _unidentified_left(source: Transfer) -> Rupiah:
    """What of an unidentified receipt nobody was found for yet."""
    if source.leg != Transfer.Leg.COLLECTED or source.funding or _reversed([source]):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum({SIGNED}), 0)::bigint FROM contributions_transfer t"
            f" WHERE t.evidence_kind = %s AND t.evidence_id = %s AND t.agency_id = %s AND {LEG} = 'identified'",
            [source.evidence_kind, source.evidence_id, source.agency_id],
        )
        row = cursor.fetchone()
    return source.amount - int(row[0] if row else 0)


@transaction.atomic
def remit(
    *,
    agency_id: int,
    amount: Rupiah,
    booked_on: date,
    evidence: Evidence,
    code_id: int | None = None,
    reference: str = "",
    month: Month | None = None,
) -> Transfer:
    """The treasurer paid BPJS: sent, not confirmed. For a code, by the months of its lines; else for `month`, where that is known.

    Refuses while code and bill differ without an explanation (CodeDiffersFromBill), another amount than the code's, a code that was paid
    or had expired on the day. Of two who pay one code at once, one is told. A code that BPJS confirmed before its payment was known here
    takes that payment and stays confirmed.
    """
    policies.check_can_post(agency_id)
    if amount <= 0:
        raise AmountNotPositive()
    lock_ledger([agency_id])
    parts: list[tuple[date | None, Rupiah]] = [(month.first_day if month else None, amount)]
    code = None
    if code_id is not None:
        code = _payable(code_id, agency_id, amount, booked_on)
        parts = _by_month(code, amount)
    ids = post([
        Posting(
            agency_id, "remitted", IN_TRANSIT, TREASURY, part, booked_on, evidence, contribution_month=first,
            code_id=code_id, reference=reference,
        )
        for first, part in parts
    ])  # fmt: skip
    if code is not None and code.state != PaymentCode.State.CONFIRMED:
        code.state = PaymentCode.State.REMITTED
        code.save(update_fields=["state"])
    audit.record(
        "contributions.remitted",
        target=("contributions.transfer", ids[0]),
        agency_id=agency_id,
        facts={"amount": amount, "code": code_id, "evidence": evidence.kind},
    )
    return _transfer(ids[0], booked_on)


def _payable(code_id: int, agency_id: int, amount: Rupiah, booked_on: date) -> PaymentCode:
    """The code, claimed. Raises CodeNotFound, CodeAlreadyPaid, CodeExpired, CodeDiffersFromBill, AmountDiffersFromCode."""
    code = PaymentCode.objects.select_for_update(of=("self",)).filter(pk=code_id, agency_id=agency_id).first()
    if code is None:
        raise CodeNotFound()
    confirmed = code.state == PaymentCode.State.CONFIRMED and not remitted_of([code.pk]).get(code.pk)
    if not confirmed and code.state not in (PaymentCode.State.OPEN, PaymentCode.State.EXPIRED):
        raise CodeAlreadyPaid(code=code.code, state=str(code.get_state_display()).lower())
    if not confirmed and code.expires_on is not None and booked_on > code.expires_on:
        raise CodeExpired(code=code.code, day=day_in_words(code.expires_on))
    difference = difference_of(code)
    if difference and not code.explanation and not confirmed:
        raise CodeDiffersFromBill(code=code.code, difference=format_rupiah(difference))
    if amount != code.amount:
        raise AmountDiffersFromCode(code=code.code, amount=format_rupiah(amount), asked=format_rupiah(code.amount))
    return code


def _by_month(code: PaymentCode, amount: Rupiah) -> list[tuple[date | None, Rupiah]]:
    """The amount over the months of the code in order; what they do not explain stands without a month."""
    parts: list[tuple[date | None, Rupiah]] = []
    for first, expected in expected_by_month(code).items():
        part = min(amount, expected)
        if part:
            parts.append((first, part))
            amount -= part
    if amount:
        parts.append((None, amount))
    return parts


@transaction.atomic
def reverse(transfer_id: int, month: Month | date, *, reason: str) -> Transfer:
    """Take back a receipt, an identification or a remittance with everything posted together with it; returns the reversal.

    Refuses a second time (AlreadyReversed), other legs (NotReversible: a confirmed month is withdrawn instead), a receipt whose owner was
    named meanwhile (IdentifiedMeanwhile), and a code that BPJS confirmed (CodeAlreadyPaid).
    """
    wanted = _get(transfer_id, month)
    policies.check_can_post(wanted.agency_id)
    lock_ledger([wanted.agency_id])
    entry = entry_of(wanted)
    if wanted.leg not in REVERSIBLE:
        raise NotReversible(leg=str(wanted.get_leg_display()).lower())
    if _reversed([wanted]):
        raise AlreadyReversed()
    if wanted.leg == Transfer.Leg.COLLECTED and not wanted.funding and _unidentified_left(wanted) < wanted.amount:
        raise IdentifiedMeanwhile()
    _open_code_again(wanted)
    today = clock.today()
    standing = set(_standing(entry))
    rows = [transfer for transfer in entry if transfer.id in standing]
    ids = take_back(rows, booked_on=today, note=reason)
    if wanted.leg in ("collected", "identified") and wanted.funding:
        true_up(
            wanted.agency_id, [wanted.donor_id], booked_on=today,
            credit_from=Evidence("decision", ids[0]), confirmed_by=Evidence("confirmation", 0), note=reason,
        )  # fmt: skip
    audit.record(
        "contributions.transfer_reversed",
        target=("contributions.transfer", wanted.id),
        agency_id=wanted.agency_id,
        facts={"leg": wanted.leg, "amount": wanted.amount, "reversal": ids[0]},
        reason=reason,
    )
    return _transfer(ids[rows.index(next(one for one in rows if one.id == wanted.id))], today)


def _open_code_again(wanted: Transfer) -> None:
    if wanted.leg != Transfer.Leg.REMITTED or wanted.code_id is None:
        return
    code = PaymentCode.objects.select_for_update(of=("self",)).get(pk=wanted.code_id)
    if code.state == PaymentCode.State.CONFIRMED:
        raise CodeAlreadyPaid(code=code.code, state=str(code.get_state_display()).lower())
    if code.state == PaymentCode.State.REMITTED:
        code.state = PaymentCode.State.OPEN
        code.save(update_fields=["state"])


def _reversed(transfers: Sequence[Transfer]) -> bool:
    return Reversal.objects.filter(transfer_id__in=[transfer.id for transfer in transfers]).exists()


def _standing(transfers: Sequence[Transfer]) -> list[int]:
    ids = [transfer.id for transfer in transfers]
    gone = set(Reversal.objects.filter(transfer_id__in=ids).values_list("transfer_id", flat=True))
    return [number for number in ids if number not in gone]


def _get(transfer_id: int, month: Month | date) -> Transfer:
    first = month.first_day if isinstance(month, Month) else month.replace(day=1)
    found = Transfer.objects.filter(id=transfer_id, month=first).first()
    if found is None:
        raise TransferNotFound()
    return found


def _transfer(number: int, booked_on: date) -> Transfer:
    return Transfer.objects.get(id=number, month=booked_on.replace(day=1))


def due_by_programme(funds: Funds) -> dict[str, Rupiah]:
    """What is still open of a donor's promises, by programme."""
    found: dict[str, Rupiah] = defaultdict(int)
    for (_, programme), cell in funds.cells.items():
        found[programme] += cell.open
    return dict(found)
