"""The states of a sponsorship and of a batch: every way from one to another stands here, and nowhere else.

`docs/reference/sponsorship-states.md` is drawn from these tables: ``python -m sertakan.sponsorship.states > docs/reference/...``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from sertakan.sponsorship.errors import MoveNotAllowed

SPONSORSHIP_LABELS = {
    "checked": "Diperiksa",
    "sent": "Dikirim ke BPJS",
    "awaiting_payment": "Menunggu pembayaran",
    "awaiting_number": "Menunggu nomor",
    "member": "Peserta",
    "refused": "Ditolak BPJS",
    "ended": "Berhenti",
}
BATCH_LABELS = {"draft": "Disusun", "sent": "Dikirim", "answered": "Dijawab", "closed": "Selesai"}


@dataclass(frozen=True, slots=True)
class Transition:
    """What happens (`event`), where it may start, and where it leads."""

    event: str
    before: tuple[str, ...]
    after: str
    label: str


SPONSORSHIP = (
    Transition("send", ("checked",), "sent", "batch dikirim"),
    Transition("accept", ("sent",), "awaiting_payment", "diterima, kode iuran"),
    Transition("refuse", ("sent", "awaiting_payment", "awaiting_number"), "refused", "ditolak dengan alasan"),
    Transition("pay", ("sent", "awaiting_payment"), "awaiting_number", "pembayaran dipastikan BPJS"),
    Transition("pay_known", ("sent", "awaiting_payment"), "member", "dibayar, nomor sudah ada"),
    Transition("number", ("sent", "awaiting_payment", "awaiting_number"), "member", "nomor terbit"),
    Transition("attach", ("refused",), "member", "sudah peserta: nomor lama dilampirkan"),
    Transition("resubmit", ("refused",), "checked", "dikirim lagi dalam batch susulan"),
    Transition(
        "end",
        ("checked", "sent", "awaiting_payment", "awaiting_number", "member", "refused"),
        "ended",
        "berhenti, dengan tanggal dan sebab",
    ),
)

BATCH = (
    Transition("send", ("draft",), "sent", "dikirim, isi terkunci"),
    Transition("answer", ("sent",), "answered", "setiap baris terjawab"),
    Transition("close", ("sent", "answered"), "closed", "tidak ada lagi yang ditunggu"),
)


def sources(after: str, table: tuple[Transition, ...] = SPONSORSHIP) -> tuple[str, ...]:
    """Every state from which one step leads to `after`."""
    return tuple(sorted({state for step in table if step.after == after for state in step.before}))


def can_move(before: str, after: str, table: tuple[Transition, ...] = SPONSORSHIP) -> bool:
    """Whether one step leads from `before` to `after`."""
    return any(after == step.after and before in step.before for step in table)


def check_move(before: str, after: str, table: tuple[Transition, ...] = SPONSORSHIP) -> None:
    """Raises MoveNotAllowed unless one step leads from `before` to `after`."""
    if not can_move(before, after, table):
        labels = {**SPONSORSHIP_LABELS, **BATCH_LABELS}
        raise MoveNotAllowed(before=labels.get(before, before), after=labels.get(after, after))


def diagram(table: tuple[Transition, ...], labels: dict[str, str], first: str) -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", *(f"    {state}: {label}" for state, label in labels.items()), f"    [*] --> {first}"]
    lines += [f"    {before} --> {step.after}: {step.label}" for step in table for before in step.before]
    ends = [state for state in labels if not any(state in step.before for step in table)]
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in ends)])


def page() -> str:
    """The reference page about states."""
    return f"""# States of sponsorships and batches

Drawn from `src/sertakan/sponsorship/states.py`; do not edit by hand.

## Sponsorship

A person becomes a member only when BPJS has issued a number, on the date in its file. What BPJS says about a sponsorship that has
ended in the meantime is kept with the batch line and does not wake it up.

```mermaid
{diagram(SPONSORSHIP, SPONSORSHIP_LABELS, "checked")}
```

## Batch

```mermaid
{diagram(BATCH, BATCH_LABELS, "draft")}
```
"""


if __name__ == "__main__":
    sys.stdout.write(page())
