"""Writes about persons: consent, the membership number as an identifier, and that two of them are one."""

from sertakan.people.services.merging import (
    Same,
    forget_numbers,
    merge,
    merge_many,
    share_knowledge,
    undo_merge,
    undo_merges,
)
from sertakan.people.services.persons import (
    attach_number,
    attach_numbers,
    attach_numbers_where_possible,
    correct,
    is_number,
    make_known,
    record_consent,
    show_number,
    withdraw_consent,
)

__all__ = [
    "Same",
    "attach_number",
    "attach_numbers",
    "attach_numbers_where_possible",
    "correct",
    "forget_numbers",
    "is_number",
    "make_known",
    "merge",
    "merge_many",
    "record_consent",
    "share_knowledge",
    "show_number",
    "undo_merge",
    "undo_merges",
    "withdraw_consent",
]
