"""A file from the bank to matched lines, in steps that each stand by themselves: killed at any moment, the same call goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from sertakan.banking.models import BankAccount
from sertakan.banking.services.matching import CHUNK, match_open_lines
from sertakan.banking.services.taking import Taken, take_statement
from sertakan.core.money import Rupiah
from sertakan.core.scope import Actor, acting

if TYPE_CHECKING:
    from sertakan.agencies.models import Agency

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of the lines of a file: ``lines == matched + open + ignored + unreadable``. `unchanged`: this call changed nothing."""

    lines: int
    matched: int
    open: int
    ignored: int
    unreadable: int
    unchanged: bool
    amount_matched: Rupiah
    known: int
    taken: tuple[Taken, ...]


def reconcile(
    *,
    source: Path | bytes,
    actor: Actor,
    name: str = "",
    account: BankAccount | None = None,
    agency: Agency | None = None,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> Reconciled:
    """Take a statement in, then match every open line of its accounts. Each step is a transaction of its own in the name of `actor`."""
    reason = "rekening koran"
    with acting(actor, reason=reason):
        taken = take_statement(source=source, name=name, account=account, agency=agency)
    changed = 0
    for one in taken:
        changed += match_account(one.account, actor=actor, chunk=chunk, progress=progress)
    with acting(actor, reason=reason):
        return _account(taken, changed)


def match_account(account: BankAccount, *, actor: Actor, chunk: int = CHUNK, progress: Progress | None = None) -> int:
    """Match all open lines of an account, a chunk per transaction; how many were settled."""
    settled, after, looked_at = 0, 0, 0
    while True:
        with acting(actor, reason="pencocokan rekening koran"):
            changed, last = match_open_lines(account, after=after, most=chunk)
        settled += changed
        if last is None:
            return settled
        after, looked_at = last, looked_at + chunk
        if progress is not None:
            progress("match", looked_at, None)


def _account(taken: list[Taken], changed: int) -> Reconciled:
    ids = [line for one in taken for line in one.line_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*), coalesce(sum(amount), 0)::bigint FROM banking_statementline WHERE id = ANY (%s) GROUP BY 1",
            [ids],
        )
        counts = {state: (int(count), int(amount)) for state, count, amount in cursor.fetchall()}
    fresh = sum(one.fresh for one in taken)
    lines = sum(one.lines for one in taken)
    return Reconciled(
        lines=lines,
        matched=counts.get("matched", (0, 0))[0],
        open=counts.get("open", (0, 0))[0],
        ignored=counts.get("ignored", (0, 0))[0],
        unreadable=counts.get("unreadable", (0, 0))[0],
        unchanged=not fresh and not changed,
        amount_matched=counts.get("matched", (0, 0))[1],
        known=lines - fresh,
        taken=tuple(taken),
    )
