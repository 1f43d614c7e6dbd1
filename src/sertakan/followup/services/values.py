"""What other capabilities counted is written down per agency, duty and period: only where it differs from what was known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from sertakan.core import audit, clock, scope
from sertakan.followup import dues, queries
from sertakan.followup.measures import DECLARATION, met
from sertakan.followup.models import Standing

Values = Mapping[str, Mapping[int, tuple[int | None, int | None]]]

_LATEST = """
SELECT DISTINCT ON (agency_id, duty_id) agency_id, duty_id, value, "of", met FROM followup_standing
WHERE duty_id = ANY (%s::bigint[]) AND (duty_id, period) IN (SELECT * FROM unnest(%s::bigint[], %s::date[])) AND "on" <= %s
ORDER BY agency_id, duty_id, "on" DESC, id DESC
"""
_LATEST_ONCE = """
SELECT DISTINCT ON (agency_id, duty_id) agency_id, duty_id, value, "of", met FROM followup_standing
WHERE duty_id = ANY (%s::bigint[]) AND period IS NULL AND "on" <= %s ORDER BY agency_id, duty_id, "on" DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many cells got another value, and how many stand as before."""

    written: int
    unchanged: int


@transaction.atomic
def record_values(values: Values, *, on: date, period_on: date | None = None) -> Recorded:
    """Write down what was counted on a day: measure to agency to (value, of). The same values again write nothing.

    `period_on`: a day within the month that the values are about, when it is an earlier one; then only what is asked for month by month
    is written. Agencies that are not addressed, and measures that no duty uses, are passed over.
    """
    about = period_on or on
    past = (about.year, about.month) < (on.year, on.month)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sertakan.followup.values'))")
    asked = [
        duty for duty in queries.duties(about)
        if duty.measure != DECLARATION and duty.measure in values and (not past or duty.period_kind == "month")
    ]  # fmt: skip
    known = _known(asked, about, on)
    addressed = {duty.circular_id: {one.pk for one in queries.addressees(duty.circular_id, about)} for duty in asked}
    now, fresh, same = clock.now(), [], 0
    for duty in asked:
        period = dues.period_of(about, duty.period_kind)
        for agency_id, (value, of) in values[duty.measure].items():
            if agency_id not in addressed[duty.circular_id]:
                continue
            standing = (value, of, met(duty.measure, value, of, duty.target_percent))
            if known.get((agency_id, duty.id)) == standing:
                same += 1
                continue
            fresh.append(
                Standing(
                    agency_id=agency_id, duty_id=duty.id, period=None if period is None else period.first_day, on=on,
                    value=value, of=of, met=standing[2], recorded_at=now,
                )
            )  # fmt: skip
    Standing.objects.bulk_create(fresh, batch_size=2_000)
    facts = {"unchanged": same, "on": str(on)}
    if scope.current().sees_all and fresh:
        audit.record("followup.values_recorded", facts={"written": len(fresh), **facts})
    elif fresh:
        for agency_id, count in Counter(one.agency_id for one in fresh).items():
            audit.record("followup.values_recorded", agency_id=agency_id, facts={"written": count, **facts})
    return Recorded(len(fresh), same)


def _known(asked: list[queries.DutyRow], about: date, on: date) -> dict[tuple[int, int], tuple[Any, ...]]:
    repeated = [(duty.id, dues.period_of(about, duty.period_kind)) for duty in asked]
    monthly = [(key, period.first_day) for key, period in repeated if period is not None]
    once = [key for key, period in repeated if period is None]
    found: dict[tuple[int, int], tuple[Any, ...]] = {}
    with connection.cursor() as cursor:
        if monthly:
            keys, days = [key for key, _ in monthly], [day for _, day in monthly]
            cursor.execute(_LATEST, [keys, keys, days, on])
            found |= {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
        if once:
            cursor.execute(_LATEST_ONCE, [once, on])
            found |= {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    return found
