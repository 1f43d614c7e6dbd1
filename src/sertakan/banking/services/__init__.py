"""What can be done about accounts, statements and their lines."""

from sertakan.banking.services.accounts import close_account, open_account
from sertakan.banking.services.by_hand import ignore_line, match_by_hand, reopen_line, unmatch_line
from sertakan.banking.services.matching import match_open_lines
from sertakan.banking.services.reconciling import Reconciled, match_account, reconcile
from sertakan.banking.services.taking import Taken, take_statement
from sertakan.banking.services.teaching import ROLES, Preview, guess_roles, preview_layout, teach_layout
from sertakan.banking.services.three_way import Compared, compare_month, explain_difference, reopen_difference

__all__ = [
    "ROLES",
    "Compared",
    "Preview",
    "Reconciled",
    "Taken",
    "close_account",
    "compare_month",
    "explain_difference",
    "guess_roles",
    "ignore_line",
    "match_account",
    "match_by_hand",
    "match_open_lines",
    "open_account",
    "preview_layout",
    "reconcile",
    "reopen_difference",
    "reopen_line",
    "take_statement",
    "teach_layout",
    "unmatch_line",
]
