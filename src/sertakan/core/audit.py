"""Every write leaves an event in the same transaction, written by the service that does it."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from django.db import connection, models, transaction

from sertakan.core import clock, scope
from sertakan.core.models import AuditEvent, AuditSeal

_ATTEMPTS, _PAUSE = 20, 0.05


def record(
    action: str,
    *,
    target: models.Model | tuple[str, int] | None = None,
    agency_id: int | None = None,
    facts: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one event in the name of the actor of the present scope. No personal number belongs into `facts`."""
    actor = scope.current()
    kind, key = ("", None)
    if isinstance(target, models.Model):
        kind, key = target._meta.label_lower, target.pk
    elif target is not None:
        kind, key = target
    return AuditEvent.objects.create(
        at=clock.now(),
        actor_id=actor.user_id,
        actor_label=actor.label,
        action=action,
        target_kind=kind,
        target_id=key,
        agency_id=agency_id,
        facts=facts or {},
        reason=reason or scope.current_reason(),
        job=scope.current_job(),
    )


def seal(*, most: int = 10_000) -> AuditSeal | None:
    """Chain the events that are not sealed yet; None when there are none, or when somebody is in the middle of adding one.

    Numbers of events are given before they are committed. A seal that passed over one under way would leave it out for ever, so a seal is
    made only while nobody adds (a trigger on the table says who does); it waits for nobody, and holds others up for milliseconds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sertakan.audit.seal'))")
        if not _nobody_adds(cursor):
            return None
        last = AuditSeal.objects.order_by("-last_event_id").first()
        cursor.execute(
            "SELECT id, at, actor_id, actor_label, action, target_kind, target_id, agency_id, facts, reason, job"
            " FROM core_auditevent WHERE id > %s ORDER BY id LIMIT %s",
            [last.last_event_id if last else 0, most],
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        digest = hashlib.sha256(bytes(last.hash) if last else b"")
        for row in rows:
            digest.update(json.dumps(row, default=str, sort_keys=True).encode())
        return AuditSeal.objects.create(
            last_event_id=rows[-1][0], events=len(rows), hash=digest.digest(), sealed_at=clock.now()
        )


def _nobody_adds(cursor: Any) -> bool:
    """Keep others from adding events until the end of this transaction; False when somebody is at it the whole time."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('sertakan.audit.events'))")
        if cursor.fetchone()[0]:
            return True
    return False
