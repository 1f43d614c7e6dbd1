"""What can be asked about bills. Everything is answered within the scope of who asks."""

from sertakan.contributions.queries.bills import (
    DonorSum,
    ProgrammeTotal,
    bill_lines,
    bills,
    current_bill,
    donor_sums,
    get_bill,
    is_confirmed,
    law_note,
    programme_totals,
)
from sertakan.contributions.queries.changes import (
    LineDifference,
    RateChange,
    bill_changes,
    differences,
    rate_change,
)
from sertakan.contributions.queries.summary import bill_summary

__all__ = [
    "DonorSum",
    "LineDifference",
    "ProgrammeTotal",
    "RateChange",
    "bill_changes",
    "bill_lines",
    "bill_summary",
    "bills",
    "current_bill",
    "differences",
    "donor_sums",
    "get_bill",
    "is_confirmed",
    "law_note",
    "programme_totals",
    "rate_change",
]
