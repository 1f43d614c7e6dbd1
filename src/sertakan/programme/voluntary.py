"""Voluntary money and cover together: who lost cover is no longer billed, who came back is billed from the present month on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from sertakan.contributions import services as contributions
from sertakan.contributions.models import BillingStop
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.core.scope import Actor, acting
from sertakan.protection import queries as protection

# Who was asked to be billed again this month is given the month; a sponsorship begun after the lapse is the way back, not the debt.
_LAPSED = """
SELECT s.id FROM protection_monthstate m
JOIN people_person p ON coalesce(p.merged_into_id, p.id) = m.person_id
JOIN sponsorship_sponsorship s ON s.person_id = p.id AND s.state NOT IN ('ended', 'refused')
WHERE m.month = %(month)s AND m.state = 'inactive' AND s.start_month < m.lapsed_on
  AND NOT EXISTS (SELECT FROM contributions_billingstop stop WHERE stop.sponsorship_id = s.id
                  AND (stop.until_month IS NULL OR stop.until_month >= %(present)s))
ORDER BY s.id
"""

_BACK = """
SELECT s.id FROM contributions_billingstop stop
JOIN sponsorship_sponsorship s ON s.id = stop.sponsorship_id
JOIN people_person p ON p.id = s.person_id
JOIN protection_monthstate m ON m.month = %(month)s AND m.person_id = coalesce(p.merged_into_id, p.id)
WHERE stop.until_month IS NULL AND m.state NOT IN ('inactive', 'not_yet') AND m.reactivated_on IS NOT NULL
ORDER BY s.id
"""
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Followed:
    """Months closed as not collected, and sponsorships that are billed again."""

    closed: int
    resumed: int


def follow_cover(actor: Actor, *, on: date | None = None) -> Followed:
    """Let bills follow the newest kept states of cover. Safe to repeat; nothing is kept of anybody's unpaid months as a debt."""
    today = on or clock.today()
    with acting(actor, reason="mengikuti perlindungan", job="programme.follow_cover"):
        month = protection.last_month()
        if month is None:
            return Followed(0, 0)
        facts = {"month": month.first_day, "present": Month.of(today).first_day}
        with connection.cursor() as cursor:
            cursor.execute(_LAPSED, facts)
            lapsed = [row[0] for row in cursor.fetchall()]
            cursor.execute(_BACK, facts)
            back = [row[0] for row in cursor.fetchall()]
        closed = 0
        for start in range(0, len(lapsed), _AT_ONCE):
            chosen = lapsed[start : start + _AT_ONCE]
            closed += contributions.close_not_collected(chosen, on=today, reason="nonaktif")
        for sponsorship in back:
            contributions.reactivate_billing(sponsorship, on=today)
    return Followed(closed, len(back))


def billing_stopped(sponsorship_id: int) -> BillingStop | None:
    """Since when a sponsorship is not billed because cover was lost; None when it is billed."""
    return BillingStop.objects.filter(sponsorship=sponsorship_id, until_month__isnull=True).first()
