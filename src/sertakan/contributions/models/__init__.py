"""Bills and their lines, the ledger, payment codes, slips, what BPJS confirmed, and the months that are paid."""

from sertakan.contributions.models.bills import Bill, BillLine, ConfirmedMonth
from sertakan.contributions.models.codes import PaymentCode, PaymentCodeLine
from sertakan.contributions.models.confirmations import BillingStop, Confirmation, NotCollected, RefundRequest
from sertakan.contributions.models.ledger import Account, Reversal, Transfer
from sertakan.contributions.models.paid import PaidMonth, PaidTwice, WithdrawnMonth
from sertakan.contributions.models.proofs import WorkerSlip
from sertakan.contributions.models.slips import Slip

__all__ = [
    "Account",
    "Bill",
    "BillLine",
    "BillingStop",
    "Confirmation",
    "ConfirmedMonth",
    "NotCollected",
    "PaidMonth",
    "PaidTwice",
    "PaymentCode",
    "PaymentCodeLine",
    "RefundRequest",
    "Reversal",
    "Slip",
    "Transfer",
    "WithdrawnMonth",
    "WorkerSlip",
]
