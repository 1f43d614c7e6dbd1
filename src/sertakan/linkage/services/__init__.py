"""Writes about matching: a run with its pairs and records, decisions about pairs, and the way back."""

from sertakan.linkage.services.decisions import Decided, decide, forget_numbers, note_number, take_back, take_back_run
from sertakan.linkage.services.runs import (
    RunFacts,
    next_numbers,
    one_at_a_time,
    refresh_pairs,
    settle_pairs,
    write_pairs,
    write_records,
    write_run,
)

__all__ = [
    "Decided",
    "RunFacts",
    "decide",
    "forget_numbers",
    "next_numbers",
    "note_number",
    "one_at_a_time",
    "refresh_pairs",
    "settle_pairs",
    "take_back",
    "take_back_run",
    "write_pairs",
    "write_records",
    "write_run",
]
