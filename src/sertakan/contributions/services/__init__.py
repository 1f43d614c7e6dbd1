"""What can be done about bills and their money. The four legs are in `ledger` and `confirming`, codes in `codes`, slips in `slips`."""

from sertakan.contributions.services.closing import close_not_collected, reactivate_billing
from sertakan.contributions.services.codes import (
    add_code,
    cancel_code,
    expire_codes,
    explain_code,
    import_codes,
    split_code,
)
from sertakan.contributions.services.confirming import (
    Placed,
    confirm_code,
    confirm_file,
    pull_confirmations,
    read_confirmation_file,
    use_surplus,
    withdraw_month,
)
from sertakan.contributions.services.issuing import confirm_month, issue_bill
from sertakan.contributions.services.ledger import (
    Receipt,
    collect,
    collect_many,
    identify,
    promise,
    remit,
    reverse,
)
from sertakan.contributions.services.making import (
    BillAccount,
    BilledTwice,
    BillOutcome,
    RefusedSponsorship,
    make_bills,
)
from sertakan.contributions.services.partitions import ensure_partitions
from sertakan.contributions.services.refunds import ask_refund, decide_refund, pay_back
from sertakan.contributions.services.slips import PHOTO_LIMIT, enter_slip

__all__ = [
    "PHOTO_LIMIT",
    "BillAccount",
    "BillOutcome",
    "BilledTwice",
    "Placed",
    "Receipt",
    "RefusedSponsorship",
    "add_code",
    "ask_refund",
    "cancel_code",
    "close_not_collected",
    "collect",
    "collect_many",
    "confirm_code",
    "confirm_file",
    "confirm_month",
    "decide_refund",
    "ensure_partitions",
    "enter_slip",
    "expire_codes",
    "explain_code",
    "identify",
    "import_codes",
    "issue_bill",
    "make_bills",
    "pay_back",
    "promise",
    "pull_confirmations",
    "reactivate_billing",
    "read_confirmation_file",
    "remit",
    "reverse",
    "split_code",
    "use_surplus",
    "withdraw_month",
]
