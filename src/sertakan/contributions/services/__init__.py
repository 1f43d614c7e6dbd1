"""What can be done about bills: make, confirm the month, issue, prepare partitions."""

from sertakan.contributions.services.issuing import confirm_month, issue_bill
from sertakan.contributions.services.making import (
    BillAccount,
    BilledTwice,
    BillOutcome,
    RefusedSponsorship,
    make_bills,
)
from sertakan.contributions.services.partitions import ensure_partitions

__all__ = [
    "BillAccount",
    "BillOutcome",
    "BilledTwice",
    "RefusedSponsorship",
    "confirm_month",
    "ensure_partitions",
    "issue_bill",
    "make_bills",
]
