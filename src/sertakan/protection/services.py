"""Computes the states of months and keeps them: whole columns, one COPY, then statements over sets. Repeatable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models.functions import Now

from sertakan.core import audit, clock, copy
from sertakan.core.month import Month, months
from sertakan.protection import policies
from sertakan.protection.models import MonthMade
from sertakan.protection.queries.register import day_of, register_frames
from sertakan.rules import RuleSet, load_rules

if TYPE_CHECKING:
    import polars as pl

KEPT_BACK = 12
"""How many months before the present one have their states kept from the beginning."""


@dataclass(frozen=True, slots=True)
class MonthRefreshed:
    """What a computation of one month wrote: rows that are new or other than before; nothing when nothing had changed."""

    month: Month
    on: date
    people: int
    changed: int


@transaction.atomic
def refresh(month: Month | None = None, *, whole: bool = False) -> list[MonthRefreshed]:
    """Compute the states of `month`, or of every month that something changed for since it was last computed; of all with `whole`.

    A month that runs is computed as of today, one that is over as of its last day with all that is known by now. The same facts give the
    same rows, and rows that stay the same are not written. Raises NotYourRegister, CoverBeforeLaw.
    """
    policies.check_can_compute()
    today, rules = clock.today(), load_rules()
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        seen_before = int(cursor.fetchone()[0])  # type: ignore[index]
    wanted = [month] if month is not None else _due(today, rules, whole=whole)
    if not wanted:
        return []
    from sertakan.protection.cover_frame import cover_frame

    memberships, paid = register_frames()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('protection.refresh'))")
    done = []
    for one in wanted:
        on = day_of(one, today)
        found = cover_frame(memberships, paid, on=on, rules=rules)
        done.append(_keep(one, on, found, rules, seen_before))
    facts = {str(one.month): [one.people, one.changed] for one in done}
    audit.record("protection.refreshed", facts={"months": facts, "rules": rules.version})
    return done


def _due(today: date, rules: RuleSet, *, whole: bool) -> list[Month]:
    """The months whose kept states may differ from what would be computed now, earliest first."""
    now = Month.of(today)
    made = {Month.of(one.month): one for one in MonthMade.objects.all()}
    first = _first_month()
    start = max(first, now.previous(KEPT_BACK)) if first is not None else now
    found = {one for one in months(start, now) if whole or one not in made}
    for one, kept in made.items():
        if whole or kept.rules_version != rules.version or kept.on != day_of(one, today):
            found.add(one)
            continue
        changed = _changed_since(kept)
        if changed is not None and changed <= kept.on:
            found.add(one)
    return sorted(one for one in found if one <= now and one >= rules.first_month)


def _first_month() -> Month | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(issued_on) FROM sponsorship_membership")
        (day,) = cursor.fetchone() or (None,)
    return None if day is None else Month.of(day)


def _changed_since(kept: MonthMade) -> date | None:
    """The earliest day whose state may be another one, by what was written since a month was computed; None when nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"seen": kept.seen_before, "since": kept.made_at, "month": kept.month})
        (day,) = cursor.fetchone() or (None,)
    return day  # type: ignore[no-any-return]


def _keep(month: Month, on: date, found: pl.DataFrame, rules: RuleSet, seen_before: int) -> MonthRefreshed:
    facts = {"month": month.first_day, "last": month.last_day, "on": on, "next": month.next().first_day}
    copy.stage("protection_found", _STAGED)
    copy.copy_frame(
        "protection_found", found.rename({"membership": "membership_id", "person": "person_id"}), list(_STAGED)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT protection_ensure_partition(%s)", [month.first_day])
        cursor.execute(_PAYERS, facts)
        cursor.execute(_STATES, facts)
        cursor.execute(_GONE, facts)
        changed = cursor.rowcount
        cursor.execute(_NEW, facts)
        changed = max(changed, cursor.rowcount)
        cursor.execute("DELETE FROM protection_monthtotal WHERE month = %(month)s", facts)
        cursor.execute(_TOTALS, facts)
        if on == clock.today():
            cursor.execute("DELETE FROM protection_duration")
            cursor.execute(_DURATIONS, facts)
        cursor.execute("SELECT count(*) FROM protection_states")
        people = int(cursor.fetchone()[0])  # type: ignore[index]
        cursor.execute("DROP TABLE protection_found, protection_payer, protection_states")
    MonthMade.objects.update_or_create(
        month=month.first_day,
        defaults={
            "on": on, "people": people, "rules_version": rules.version, "seen_before": seen_before, "made_at": Now(),
        },
    )  # fmt: skip
    return MonthRefreshed(month, on, people, changed)


_PREPARE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, set_config('work_mem', '256MB', true)"

_STAGED = {
    "membership_id": "bigint", "person_id": "bigint", "number_issued_on": "date", "state": "varchar(9)",
    "protected_since": "date", "lapsed_on": "date", "first_lapsed_on": "date", "reactivated_on": "date",
    "paid_consecutive": "integer", "arrears": "integer", "gaps": "integer", "full_death_benefit_from": "date",
    "full_death_benefit_reached": "boolean", "scholarship_from": "date", "next_month": "date", "next_pay_by": "date",
    "next_state": "varchar(9)", "next_state_from": "date",
}  # fmt: skip
_KEPT = (
    "membership_id", "month", "person_id", "agency_id", "sponsorship_id", "funding", "sector", "state", "waiting", "protected_since",
    "lapsed_on", "first_lapsed_on", "reactivated_on", "paid_consecutive", "arrears", "gaps", "full_death_benefit_from",
    "full_death_benefit_reached", "scholarship_from", "next_month", "next_pay_by", "next_state", "next_state_from",
)  # fmt: skip
_COLUMNS = ", ".join(_KEPT)

# Whose worker somebody is in a month: the sponsorship that runs, else the last one that began, else the first that will.
_PAYERS = """
CREATE TEMPORARY TABLE protection_payer ON COMMIT DROP AS
SELECT DISTINCT ON (holder) holder, id AS sponsorship_id, agency_id, funding, sector,
       CASE WHEN end_reason IN ('died', 'wage_worker', 'age') THEN ended_on END AS left_on
FROM (SELECT coalesce(p.merged_into_id, s.person_id) AS holder, s.*
      FROM sponsorship_sponsorship s LEFT JOIN people_person p ON p.id = s.person_id AND p.merged_into_id IS NOT NULL
      WHERE s.state <> 'refused' AND s.end_reason <> 'taken_back') s
ORDER BY holder, start_month <= %(month)s DESC, (ended_on IS NULL OR ended_on >= %(month)s) DESC, start_month DESC, id DESC
"""
# Who left for good (died, has an employer now, grew too old) is no longer counted from the month after.
_STATES = """
CREATE TEMPORARY TABLE protection_states ON COMMIT DROP AS
SELECT f.membership_id, %(month)s::date AS month, f.person_id, p.agency_id, p.sponsorship_id, coalesce(p.funding, '') AS funding,
       coalesce(p.sector, '') AS sector, f.state, w.holder IS NOT NULL AS waiting,
       f.protected_since, f.lapsed_on, f.first_lapsed_on, f.reactivated_on, f.paid_consecutive, f.arrears, f.gaps,
       f.full_death_benefit_from, f.full_death_benefit_reached, f.scholarship_from, f.next_month, f.next_pay_by, f.next_state,
       f.next_state_from
FROM protection_found f
LEFT JOIN protection_payer p ON p.holder = f.person_id
LEFT JOIN (SELECT DISTINCT coalesce(q.merged_into_id, l.person_id) AS holder
           FROM contributions_paymentcodeline l JOIN contributions_paymentcode c ON c.id = l.code_id AND c.state = 'remitted'
           LEFT JOIN people_person q ON q.id = l.person_id AND q.merged_into_id IS NOT NULL
           WHERE l.month <= %(month)s AND NOT EXISTS (
               SELECT 1 FROM contributions_paid n JOIN sponsorship_membership m ON m.id = n.membership_id
               WHERE m.person_id = l.person_id AND n.month = l.month)) w ON w.holder = f.person_id
WHERE f.state IS NOT NULL AND (p.left_on IS NULL OR p.left_on >= %(month)s) AND f.number_issued_on <= %(last)s;
ALTER TABLE protection_states ADD PRIMARY KEY (membership_id);
ANALYZE protection_states
"""
_SAME = "t.membership_id = s.membership_id AND " + " AND ".join(
    f"s.{name} IS NOT DISTINCT FROM t.{name}" for name in _KEPT[2:]
)
_GONE = f"""
DELETE FROM protection_monthstate s WHERE s.month = %(month)s
AND NOT EXISTS (SELECT 1 FROM protection_states t WHERE {_SAME})
"""
_NEW = f"""
INSERT INTO protection_monthstate ({_COLUMNS}) SELECT {_COLUMNS} FROM protection_states t
WHERE NOT EXISTS (SELECT 1 FROM protection_monthstate s WHERE s.month = %(month)s AND s.membership_id = t.membership_id)
"""
_TOTALS = """
INSERT INTO protection_monthtotal (month, agency_id, funding, sector, state, people, waiting, lapsed)
SELECT month, agency_id, funding, sector, state, count(*), count(*) FILTER (WHERE waiting),
       count(*) FILTER (WHERE lapsed_on BETWEEN %(month)s AND %(last)s)
FROM protection_states GROUP BY 1, 2, 3, 4, 5
"""
# Months from the one of the number to the first lapse; who has none is seen until now, who left for good until then.
_DURATIONS = """
INSERT INTO protection_duration (agency_id, funding, sector, months, lapsed, people)
SELECT agency_id, funding, sector, months, lapsed, count(*)
FROM (SELECT p.agency_id, coalesce(p.funding, '') AS funding, coalesce(p.sector, '') AS sector,
             f.first_lapsed_on IS NOT NULL AND f.first_lapsed_on <= coalesce(p.left_on, 'infinity') AS lapsed,
             greatest(0, (SELECT extract(year FROM d.day) * 12 + extract(month FROM d.day)
              FROM (SELECT least(f.first_lapsed_on, p.left_on, %(on)s::date) AS day) d)
             - extract(year FROM f.number_issued_on) * 12 - extract(month FROM f.number_issued_on))::integer AS months
      FROM protection_found f LEFT JOIN protection_payer p ON p.holder = f.person_id
      WHERE f.state <> 'not_yet') d
GROUP BY 1, 2, 3, 4, 5
"""
_CHANGED = """
WITH since AS (SELECT %(since)s::timestamptz - interval '1 hour' AS moment)
SELECT least(
    (SELECT min(paid_on) FROM contributions_paidmonth WHERE changed_xid >= %(seen)s::text::xid8),
    (SELECT min((SELECT min(p.paid_on) FROM contributions_paidmonth p WHERE p.membership_id = w.membership_id AND p.month = w.month))
     FROM contributions_withdrawnmonth w WHERE w.withdrawn_at >= (SELECT moment FROM since)),
    (SELECT min(coalesce(issued_on, created_at::date)) FROM sponsorship_membershipevent
     WHERE pgh_created_at >= (SELECT moment FROM since)),
    (SELECT min(coalesce(m.issued_on, m.created_at::date)) FROM people_merge g
     JOIN sponsorship_membership m ON m.person_id IN (g.keep_id, g.gone_id, g.keep_survivor, g.gone_survivor)
     WHERE greatest(g.made_at, g.undone_at) >= (SELECT moment FROM since)),
    (SELECT max(l.month) FROM contributions_paymentcodeevent e JOIN contributions_paymentcodeline l ON l.code_id = e.id
     WHERE e.pgh_created_at >= (SELECT moment FROM since) AND l.month <= %(month)s))
"""
