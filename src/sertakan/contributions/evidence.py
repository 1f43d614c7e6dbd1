"""What a posting of the ledger stands on."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("bill", "bank_line", "slip", "answer", "code", "confirmation", "decision")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The record that a posting stands on: what kind it is (`KINDS`), and its number there."""

    kind: str
    id: int

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of evidence: {self.kind}")
