"""Writes about sponsorships, batches, answers and memberships: check, change, audit, in one transaction."""

from sertakan.sponsorship.services.answers import AnswerAccount, take_answer
from sertakan.sponsorship.services.batches import (
    Export,
    LeftOut,
    Prepared,
    discard_batch,
    drop_from_drafts,
    export_batch,
    follow_up,
    prepare_batch,
    remove_lines,
    send_batch,
)
from sertakan.sponsorship.services.continuing import Choice, Continued, continue_sponsorships
from sertakan.sponsorship.services.donors import (
    describe_donor,
    end_mandate,
    link_account,
    record_mandate,
    unlink_account,
)
from sertakan.sponsorship.services.members import (
    Registered,
    forget_existing,
    in_use,
    register_existing,
    register_existing_many,
)
from sertakan.sponsorship.services.offices import load_offices
from sertakan.sponsorship.services.sponsorships import Work, end_sponsorship, replace_worker
from sertakan.sponsorship.services.successions import (
    cancel_departure,
    carry_out_stops,
    change_donor,
    decide_succession,
    decide_successions,
    declare_departure,
    undo_succession,
)

__all__ = [
    "AnswerAccount",
    "Choice",
    "Continued",
    "Export",
    "LeftOut",
    "Prepared",
    "Registered",
    "Work",
    "cancel_departure",
    "carry_out_stops",
    "change_donor",
    "continue_sponsorships",
    "decide_succession",
    "decide_successions",
    "declare_departure",
    "describe_donor",
    "discard_batch",
    "drop_from_drafts",
    "end_mandate",
    "end_sponsorship",
    "export_batch",
    "follow_up",
    "forget_existing",
    "in_use",
    "link_account",
    "load_offices",
    "prepare_batch",
    "record_mandate",
    "register_existing",
    "register_existing_many",
    "remove_lines",
    "replace_worker",
    "send_batch",
    "take_answer",
    "undo_succession",
    "unlink_account",
]
