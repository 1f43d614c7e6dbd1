"""What is done: record and renew circulars, set duties, record values, declare and verify, plan and send reminders, follow a merger."""

from sertakan.followup.services.circulars import (
    NewCircular,
    NewClause,
    NewDuty,
    add_clause,
    add_duty,
    address,
    amend,
    end_address,
    end_duty,
    record_circular,
    renew,
    set_deadline,
)
from sertakan.followup.services.declarations import declare, refuse, verify, withdraw
from sertakan.followup.services.merging import Followed, follow_merger
from sertakan.followup.services.planning import end_pause, pause, set_plan
from sertakan.followup.services.reminding import Message, Ran, preview, remind
from sertakan.followup.services.values import Recorded, record_values

__all__ = [
    "Followed",
    "Message",
    "NewCircular",
    "NewClause",
    "NewDuty",
    "Ran",
    "Recorded",
    "add_clause",
    "add_duty",
    "address",
    "amend",
    "declare",
    "end_address",
    "end_duty",
    "end_pause",
    "follow_merger",
    "pause",
    "preview",
    "record_circular",
    "record_values",
    "refuse",
    "remind",
    "renew",
    "set_deadline",
    "set_plan",
    "verify",
    "withdraw",
]
