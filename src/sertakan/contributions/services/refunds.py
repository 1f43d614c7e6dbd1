"""Money that goes back: asked of BPJS, with an outcome that is never assumed; and a donor's unused money paid back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from sertakan.contributions import policies
from sertakan.contributions.errors import (
    AmountNotPositive,
    CreditTooSmall,
    RefundDecided,
    RefundMoreThanAsked,
    RefundNotFound,
    SurplusTooSmall,
)
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import RefundRequest, Transfer
from sertakan.contributions.queries.money import Funds, balances, funds_of, surplus_of
from sertakan.contributions.services.confirming import check_paid_on
from sertakan.contributions.services.posting import (
    REFUND,
    SURPLUS,
    TREASURY,
    AccountKey,
    Posting,
    donor_funds,
    lock_ledger,
    post,
)
from sertakan.core import audit, clock
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.sponsorship.errors import DonorUnknown
from sertakan.sponsorship.models import Donor


@transaction.atomic
def ask_refund(
    *, agency_id: int, person_id: int, amount: Rupiah, reason: str, donor_id: int | None = None, funding: str = ""
) -> RefundRequest:
    """Ask BPJS to give back what lies there for a worker. Until it answers the money stands aside and pays no month.

    `donor_id` and `funding`: whose money it would be when it comes back. Raises SurplusTooSmall, AmountNotPositive, CannotPost,
    DonorUnknown for a donor of another agency.
    """
    policies.check_can_post(agency_id)
    if amount <= 0:
        raise AmountNotPositive()
    if donor_id is not None and not Donor.objects.filter(pk=donor_id, agency_id=agency_id).exists():
        raise DonorUnknown()
    lock_ledger([agency_id])
    there = surplus_of([person_id], agency_id=agency_id).get(person_id, 0)
    if amount > there:
        raise SurplusTooSmall(surplus=format_rupiah(there))
    made = RefundRequest.objects.create(
        agency_id=agency_id, person_id=person_id, donor_id=donor_id, funding=funding, amount=amount, reason=reason[:300],
        asked_on=clock.today(),
    )  # fmt: skip
    _move(made, REFUND, SURPLUS, amount, reason)
    audit.record(
        "contributions.refund_asked", target=made, agency_id=agency_id, facts={"amount": amount}, reason=reason
    )
    return made


@transaction.atomic
def decide_refund(
    request_id: int, *, returned: Rupiah, decided_on: date, reference: str = "", answer: str = ""
) -> RefundRequest:
    """What BPJS answered: `returned` rupiah came back (zero: refused). What did not come back lies there for the worker again.

    Raises RefundNotFound, RefundDecided, RefundMoreThanAsked, PaidOnWrong, CannotPost.
    """
    claimed = RefundRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if claimed is None:
        raise RefundNotFound()
    policies.check_can_post(claimed.agency_id)
    if claimed.state != RefundRequest.State.ASKED:
        raise RefundDecided()
    if returned < 0 or returned > claimed.amount:
        raise RefundMoreThanAsked(amount=format_rupiah(claimed.amount))
    check_paid_on(decided_on)
    lock_ledger([claimed.agency_id])
    claimed.state = RefundRequest.State.GRANTED if returned else RefundRequest.State.REFUSED
    claimed.returned, claimed.decided_on = returned, decided_on
    claimed.reference, claimed.answer = reference[:80], answer[:300]
    claimed.save(update_fields=["state", "returned", "decided_on", "reference", "answer"])
    if returned < claimed.amount:
        _move(claimed, SURPLUS, REFUND, claimed.amount - returned, answer)
    if returned:
        _move(claimed, TREASURY, REFUND, returned, answer)
        if claimed.funding:
            settled = AccountKey("settled", claimed.donor_id, claimed.funding)
            post([
                Posting(
                    claimed.agency_id, "returned", settled, donor_funds(claimed.donor_id, claimed.funding), returned,
                    decided_on, Evidence("decision", claimed.pk), donor_id=claimed.donor_id, funding=claimed.funding,
                )
            ])  # fmt: skip
    audit.record(
        "contributions.refund_decided",
        target=claimed,
        agency_id=claimed.agency_id,
        facts={"asked": claimed.amount, "returned": returned},
        reason=answer,
    )
    return claimed


@transaction.atomic
def pay_back(
    *, agency_id: int, donor_id: int | None, funding: str, amount: Rupiah, paid_on: date, reason: str
) -> Transfer:
    """The treasurer gives a donor money that no month needs and that was not sent on to BPJS.

    Raises CreditTooSmall, AmountNotPositive, PaidOnWrong, CannotPost.
    """
    policies.check_can_post(agency_id)
    if amount <= 0:
        raise AmountNotPositive()
    check_paid_on(paid_on)
    lock_ledger([agency_id])
    credit = funds_of(agency_id, [donor_id]).get((donor_id, funding), Funds()).credit
    credit = min(credit, max(0, balances(agency_id).get("treasury", 0)))
    if amount > credit:
        raise CreditTooSmall(credit=format_rupiah(credit))
    number = post([
        Posting(
            agency_id, "paid_back", donor_funds(donor_id, funding), TREASURY, amount, paid_on, Evidence("decision", 0),
            donor_id=donor_id, funding=funding, note=reason,
        )
    ])[0]  # fmt: skip
    audit.record(
        "contributions.paid_back", target=("contributions.transfer", number), agency_id=agency_id,
        facts={"donor": donor_id, "amount": amount}, reason=reason,
    )  # fmt: skip
    return Transfer.objects.get(id=number, month=paid_on.replace(day=1))


def _move(about: RefundRequest, debit: AccountKey, credit: AccountKey, amount: Rupiah, note: str) -> None:
    post([
        Posting(
            about.agency_id, "refund", debit, credit, amount, clock.today(), Evidence("decision", about.pk),
            person_id=about.person_id, note=note,
        )
    ])  # fmt: skip
