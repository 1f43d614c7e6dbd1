"""Posting and withdrawing, many at a time. The same drafts twice leave the same notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from sertakan.core import audit, clock, copy, encryption
from sertakan.notices.models import Notice
from sertakan.notices.quiet import next_open
from sertakan.notices.settings import quiet_hours


@dataclass(frozen=True, slots=True)
class Draft:
    """One message as its poster means it. `address` is a phone number (WhatsApp) or an e-mail address; none for in-app."""

    recipient_kind: str
    recipient_id: int
    recipient_name: str
    channel: str
    matter: str
    subject: str
    body: str
    link: str = ""
    address: str = ""
    agency_id: int | None = None
    about_kind: str = ""
    about_id: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What makes two drafts the same message."""
        return (self.recipient_kind, self.recipient_id, self.matter, self.channel)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of drafts: new notices, waiting or unread ones whose text changed, and those that stood already."""

    made: int
    changed: int
    known: int


_STAGE = {
    "recipient_kind": "text", "recipient_id": "bigint", "recipient_name": "text", "agency_id": "bigint", "channel": "text",
    "address_sealed": "bytea", "address_index": "bytea", "matter": "text", "about_kind": "text", "about_id": "bigint",
    "subject": "text", "body": "text", "link": "text", "due_on": "date",
}  # fmt: skip

_TOLD = (
    "recipient_name",
    "agency_id",
    "address_sealed",
    "address_index",
    "about_kind",
    "about_id",
    "subject",
    "body",
    "link",
    "due_on",
)

_FREE = "(leased_until IS NULL OR leased_until <= %(now)s)"
"""No worker is handing it over right now."""

_COMPARED = ("subject", "body", "link", "due_on", "agency_id", "recipient_name", "address_index")

# What has reached somebody stays as it was told; only what still waits, or lies unread in Sertakan, follows the facts. A notice that was
# withdrawn before it went out comes back when its reason does, one that failed waits again when the address is another one.
_POST = f"""
WITH written AS (
    INSERT INTO notices_notice AS notice ({", ".join(_STAGE)}, send_after, state, sent_at, created_at)
    SELECT {", ".join(_STAGE)},
           CASE WHEN channel = 'inapp' THEN %(now)s ELSE %(open)s END,
           CASE WHEN channel = 'inapp' THEN 'sent' ELSE 'waiting' END,
           CASE WHEN channel = 'inapp' THEN %(now)s::timestamptz END, %(now)s
    FROM notices_draft
    ON CONFLICT (recipient_kind, recipient_id, matter, channel) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _TOLD)},
        state = CASE WHEN notice.state IN ('cancelled', 'failed') THEN excluded.state ELSE notice.state END,
        send_after = CASE WHEN notice.state IN ('cancelled', 'failed') THEN excluded.send_after ELSE notice.send_after END,
        attempts = CASE WHEN notice.state = 'failed' THEN 0 ELSE notice.attempts END,
        last_error = CASE WHEN notice.state = 'failed' THEN '' ELSE notice.last_error END,
        closed_at = NULL
    WHERE notice.state = 'failed' AND notice.address_index IS DISTINCT FROM excluded.address_index
       OR notice.state = 'cancelled' AND (notice.sent_at IS NULL OR notice.channel = 'inapp' AND notice.read_at IS NULL)
       OR (notice.state = 'waiting' AND {_FREE.replace("leased", "notice.leased")} OR notice.channel = 'inapp' AND notice.state = 'sent')
          AND ({", ".join(f"notice.{name}" for name in _COMPARED)})
              IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COMPARED)})
    RETURNING (xmax = 0) AS fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM written
"""

_OPEN = f"(state = 'waiting' AND {_FREE} OR channel = 'inapp' AND state = 'sent')"

_RETIRE = f"""
UPDATE notices_notice notice SET state = 'cancelled', closed_at = %(now)s
WHERE matter LIKE %(prefix)s AND {_OPEN}
  AND (%(agency)s::bigint IS NULL OR agency_id = %(agency)s)
  AND NOT EXISTS (SELECT 1 FROM notices_kept kept WHERE kept.recipient_kind = notice.recipient_kind
                  AND kept.recipient_id = notice.recipient_id AND kept.matter = notice.matter AND kept.channel = notice.channel)
"""


@transaction.atomic
def post(drafts: Iterable[Draft]) -> Posted:
    """Put messages in place, one per recipient, matter and channel. Repeatable; the first of two equal drafts counts.

    E-mail and WhatsApp wait for `send_waiting` and a clerk, not before quiet hours end; what is shown in Sertakan is there at once.
    """
    wanted: dict[tuple[str, int, str, str], Draft] = {}
    for draft in drafts:
        wanted.setdefault(draft.key, draft)
    if not wanted:
        return Posted(0, 0, 0)
    now = clock.now()
    _stage("notices_draft", _STAGE, _frame(list(wanted.values())))
    with connection.cursor() as cursor:
        cursor.execute(_POST, {"now": now, "open": next_open(now, quiet_hours())})
        made, changed = cursor.fetchone()
        cursor.execute("DROP TABLE notices_draft")
    if made or changed:
        audit.record("notices.posted", facts={"made": made, "changed": changed, "known": len(wanted) - made - changed})
    return Posted(made, changed, len(wanted) - made - changed)


@transaction.atomic
def retire(prefix: str, *, keep: Collection[tuple[str, int, str, str]], agency_id: int | None = None) -> int:
    """Withdraw what still waits or lies unread under matters that begin with `prefix`, besides `keep`; returns how many.

    `keep`: (recipient kind, recipient id, matter, channel). What has been sent stays as it is.
    """
    import polars as pl

    names = ("recipient_kind", "recipient_id", "matter", "channel")
    kinds = {name: _STAGE[name] for name in names}
    types = {"recipient_kind": pl.String, "recipient_id": pl.Int64, "matter": pl.String, "channel": pl.String}
    _stage("notices_kept", kinds, pl.DataFrame(list(keep), schema=types, orient="row"))
    escaped = prefix.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE, {"now": clock.now(), "prefix": f"{escaped}%", "agency": agency_id})
        gone = int(cursor.rowcount)
        cursor.execute("DROP TABLE notices_kept")
    if gone:
        audit.record("notices.retired", facts={"prefix": prefix, "count": gone}, agency_id=agency_id)
    return gone


@transaction.atomic
def cancel(matter: str, *, recipient: tuple[str, int] | None = None) -> int:
    """Withdraw one matter, of everybody or of one recipient, as far as nobody has been told yet; returns how many."""
    found = Notice.objects.filter(matter=matter)
    if recipient is not None:
        found = found.filter(recipient_kind=recipient[0], recipient_id=recipient[1])
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=clock.now())
    waiting = found.filter(free, state=Notice.State.WAITING)
    unread = found.filter(state=Notice.State.SENT, channel=Notice.Channel.INAPP)
    facts = {"state": Notice.State.CANCELLED, "closed_at": clock.now()}
    gone = waiting.update(**facts) + unread.update(**facts)
    if gone:
        audit.record("notices.cancelled", facts={"matter": matter, "count": gone})
    return gone


@transaction.atomic
def record_outcomes(outcomes: Mapping[int, tuple[str, dict[str, Any]]], *, on: date) -> int:
    """Write what happened after notices that were sent: notice to outcome and its counts. Returns how many changed."""
    known = Notice.objects.in_bulk(list(outcomes))
    changed = []
    for key, (outcome, facts) in outcomes.items():
        notice = known.get(key)
        if notice is not None and (notice.outcome, notice.outcome_facts) != (outcome, facts):
            notice.outcome, notice.outcome_facts, notice.outcome_on = outcome, facts, on
            changed.append(notice)
    Notice.objects.bulk_update(changed, ["outcome", "outcome_facts", "outcome_on"], batch_size=1_000)
    return len(changed)


def _frame(drafts: list[Draft]) -> Any:
    import polars as pl

    known = [draft.address for draft in drafts if draft.address]
    filled = {
        "address_sealed": iter(encryption.encrypt_many(address.encode() for address in known)),
        "address_index": iter(encryption.index_many("address", known)),
    }
    types = {
        "recipient_id": pl.Int64, "agency_id": pl.Int64, "about_id": pl.Int64, "due_on": pl.Date, "address_sealed": pl.Binary,
        "address_index": pl.Binary,
    }  # fmt: skip
    columns = {
        name: [next(filled[name]) if draft.address else None for draft in drafts]
        if name in filled
        else [getattr(draft, name) for draft in drafts]
        for name in _STAGE
    }
    limits = {"recipient_name": 200, "subject": 200, "link": 200, "matter": 120}
    frame = pl.DataFrame(columns, schema={name: types.get(name, pl.String) for name in _STAGE})
    return frame.with_columns(pl.col(name).str.slice(0, most) for name, most in limits.items())


def _stage(name: str, kinds: Mapping[str, str], frame: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    copy.stage(name, kinds)
    copy.copy_frame(name, frame, list(kinds))
