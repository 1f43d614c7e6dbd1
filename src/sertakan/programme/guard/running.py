"""One night of the guard: compute, tell, withdraw what is settled, and write down what came of earlier messages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.scope import Actor, acting
from sertakan.notices import services as notices
from sertakan.programme.guard.aftermath import record_aftermath
from sertakan.programme.guard.telling import PREFIX, drafts
from sertakan.protection import watching
from sertakan.protection.warnings import KINDS, WarningDays


class GuardOnlyToday(DomainError):
    code = "guard_only_today"
    message = (
        "Peringatan hanya dikirim untuk hari ini. Untuk melihat hari lain tanpa mengirim apa-apa, tambahkan --dry-run."
    )


@dataclass(frozen=True, slots=True)
class Guarded:
    """One night: how many workers per kind, how many messages per recipient and channel, and what became of them."""

    on: date
    dry_run: bool
    workers: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    raised: int = 0
    closed: int = 0
    posted: int = 0
    changed: int = 0
    withdrawn: int = 0
    outcomes: int = 0


def run(actor: Actor, *, on: date | None = None, dry_run: bool = False) -> Guarded:
    """Guard a day (today), in one transaction. `dry_run` computes and counts and writes nothing.

    Repeatable: a second run on the same facts raises, posts and withdraws nothing. Raises GuardOnlyToday, NotYourRegister.
    """
    day = on or clock.today()
    if not dry_run and day != clock.today():
        raise GuardOnlyToday()
    with acting(actor, reason="penjaga perlindungan", job="programme.guard"):
        watched = watching.watch(day, days=warning_days(), keep=not dry_run)
        wanted = drafts(watched.warnings, on=day)
        workers = _workers(watched.warnings)
        messages = dict(sorted(Counter(f"{one.recipient_kind}/{one.channel}" for one in wanted).items()))
        if dry_run:
            return Guarded(day, dry_run, workers, messages)
        posted = notices.post(wanted)
        withdrawn = notices.retire(PREFIX, keep={one.key for one in wanted})
        outcomes = record_aftermath(day, within=settings.SERTAKAN_WARN_DAYS["outcome"])
        return Guarded(
            day, dry_run, workers, messages, raised=watched.raised, closed=watched.closed, posted=posted.made,
            changed=posted.changed, withdrawn=withdrawn, outcomes=outcomes,
        )  # fmt: skip


def warning_days() -> WarningDays:
    """How long ahead this installation warns (``SERTAKAN_WARN_*_DAYS``)."""
    return WarningDays(**{name: days for name, days in settings.SERTAKAN_WARN_DAYS.items() if name != "outcome"})


def _workers(warnings: Any) -> dict[str, int]:
    found = dict(warnings.group_by("kind").len().iter_rows())
    return {kind: found.get(kind, 0) for kind in KINDS}
