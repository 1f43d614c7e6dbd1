"""Confirmed amounts become paid months, for one worker or a whole register at once, and the ledger follows.

The set-based twin of `allocation.allocate`: temporary tables, one statement per step, the rules seen once per combination of facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from sertakan.contributions.allocation import FURTHEST
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.queries.money import LEG, SIGNED, surplus_rows
from sertakan.contributions.services import partitions
from sertakan.contributions.services.fulfilling import true_up
from sertakan.contributions.services.posting import lock_ledger
from sertakan.core import clock, copy, scope
from sertakan.core.money import Rupiah
from sertakan.core.month import Month, months
from sertakan.rules import load_rules

NEW_COLUMNS = {
    "source_kind": "text", "source_id": "bigint", "evidence_kind": "text", "evidence_id": "bigint", "sponsorship_id": "bigint",
    "agency_id": "bigint", "person_id": "bigint", "donor_id": "bigint", "funding": "text", "sector": "text", "programmes": "text",
    "dasar": "bigint", "start_month": "date", "months": "smallint", "paid_on": "date", "amount": "bigint", "reference": "text",
}  # fmt: skip
NEW = "confirm_new"
_TABLES = (
    "confirm_new",
    "confirm_item",
    "confirm_rate",
    "confirm_cell",
    "confirm_part",
    "confirm_post",
    "confirm_account",
)


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of confirmations: how many came in, months that are paid now, workers who wait for a number, what went to surplus."""

    confirmations: int = 0
    months: int = 0
    waiting: int = 0
    amount: Rupiah = 0
    surplus: Rupiah = 0
    paid_twice: int = 0


def lock_confirming() -> None:
    """Confirmations wait for each other: two payers of one worker may stand in two files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.confirming'))")
        # A province's month fits into memory; until the end of this transaction only.
        cursor.execute("SELECT set_config('work_mem', '256MB', true)")


def forget() -> None:
    """Take away the temporary tables of an earlier run in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(_TABLES)}")


def place(*, from_surplus: bool = False) -> Placed:
    """Take in what stands in ``confirm_new`` (columns `NEW_COLUMNS`, each source and sponsorship once), with those whose number has come.

    The caller holds `lock_confirming`. `from_surplus`: no money came; what lies at BPJS for the worker pays.
    """
    with connection.cursor() as cursor:
        came = _without_money(cursor) if from_surplus else _take_in(cursor)
        rounds, agencies, bounds = _prepare(cursor)
        if agencies:
            lock_ledger(agencies)
        partitions.ensure_months(partitions.TRANSFERS, [Month.of(clock.today())])
        copy.stage("confirm_post", _POST_COLUMNS)
        placed = twice = surplus = 0
        if bounds:
            _rate(cursor, bounds)
            for step in range(1, rounds + 1):
                surplus += _write_posts(cursor)
                more, doubles = _place_round(cursor, step, bounds)
                placed, twice = placed + more, twice + doubles
        cursor.execute(_WAITING_POSTS)
        cursor.execute(_SETTLED_POSTS)
        surplus += _write_posts(cursor)
        cursor.execute("SELECT coalesce(sum(amount), 0)::bigint FROM confirm_item WHERE fresh")
        amount = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM confirm_item WHERE membership_id IS NULL")
        waiting = int(cursor.fetchone()[0])
        cursor.execute(_CODES_DONE)
        _meet_promises(cursor)
    forget()
    return Placed(came, placed, waiting, amount, surplus, twice)


_TAKE_IN = """
CREATE TEMPORARY TABLE confirm_item ON COMMIT DROP AS
SELECT nextval('contributions_confirmation_id_seq') AS id, date_trunc('month', n.paid_on::timestamp)::date AS month, n.*,
       %(today)s::date AS confirmed_on, true AS fresh, 0 AS taken, NULL::date AS last_month, m.id AS membership_id, 1 AS round
FROM confirm_new n LEFT JOIN sponsorship_membership m ON m.person_id = n.person_id
"""
_OTHER_RECORD = """
UPDATE confirm_item i SET membership_id = m.id FROM people_same s JOIN sponsorship_membership m ON m.person_id = s.same_id
WHERE s.person_id = i.person_id AND i.membership_id IS NULL
"""
_KEPT = (
    "id, month, source_kind, source_id, agency_id, sponsorship_id, person_id, donor_id, funding, sector, programmes, dasar,"
    " start_month, months, paid_on, confirmed_on, amount, reference"
)
_NUMBERED_MEANWHILE = f"""
INSERT INTO confirm_item ({_KEPT}, evidence_kind, evidence_id, fresh, taken, membership_id, round)
SELECT {", ".join(f"c.{name.strip()}" for name in _KEPT.split(","))}, 'confirmation', c.id, false, 0, m.id, 1
FROM contributions_confirmation c
CROSS JOIN LATERAL (SELECT id FROM sponsorship_membership WHERE person_id = c.person_id
    UNION ALL SELECT o.id FROM people_same s JOIN sponsorship_membership o ON o.person_id = s.same_id WHERE s.person_id = c.person_id
    LIMIT 1) m
WHERE c.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM confirm_item i WHERE i.id = c.id)
"""


def _take_in(cursor: Any) -> int:
    cursor.execute("SELECT DISTINCT paid_on FROM confirm_new")
    partitions.ensure_months(partitions.CONFIRMATIONS, {Month.of(row[0]) for row in cursor.fetchall()})
    cursor.execute(_TAKE_IN, {"today": clock.today()})
    cursor.execute(_OTHER_RECORD)
    cursor.execute(
        f"INSERT INTO contributions_confirmation ({_KEPT}, state) SELECT {_KEPT},"
        " CASE WHEN membership_id IS NULL THEN 'waiting' ELSE 'placed' END FROM confirm_item"
    )
    came = int(cursor.rowcount)
    cursor.execute(_NUMBERED_MEANWHILE)
    cursor.execute(
        "UPDATE contributions_confirmation c SET state = 'placed' FROM confirm_item i"
        " WHERE NOT i.fresh AND c.id = i.id AND c.month = i.month"
    )
    return came


def _without_money(cursor: Any) -> int:
    cursor.execute(_TAKE_IN, {"today": clock.today()})
    cursor.execute(_OTHER_RECORD)
    cursor.execute("DELETE FROM confirm_item WHERE membership_id IS NULL")
    cursor.execute("UPDATE confirm_item SET fresh = false")
    return 0


_ROUNDS = """
WITH ordered AS (SELECT id, row_number() OVER (PARTITION BY membership_id ORDER BY paid_on, source_id, id) AS round FROM confirm_item
                 WHERE membership_id IS NOT NULL)
UPDATE confirm_item i SET round = o.round FROM ordered o WHERE o.id = i.id AND o.round > 1
"""
_LAST = """
UPDATE confirm_item i SET last_month = coalesce(s.last_payable_month, (s.start_month + make_interval(months => s.months - 1))::date)
FROM sponsorship_sponsorship s WHERE s.id = i.sponsorship_id
"""


def _prepare(cursor: Any) -> tuple[int, list[int], tuple[date, date] | None]:
    """How many rounds, which agencies, and between which months all candidates lie."""
    cursor.execute(_ROUNDS)
    cursor.execute(_LAST)
    cursor.execute("ANALYZE confirm_item")
    cursor.execute(
        "SELECT max(round), min(start_month), max(least(last_month, (start_month + make_interval(months => %s))::date))"
        " FROM confirm_item WHERE membership_id IS NOT NULL",
        [FURTHEST - 1],
    )
    rounds, lowest, highest = cursor.fetchone()
    cursor.execute("SELECT DISTINCT agency_id FROM confirm_item ORDER BY 1")
    agencies = [row[0] for row in cursor.fetchall()]
    return rounds or 0, agencies, (lowest, max(lowest, highest)) if lowest else None


def _rate(cursor: Any, bounds: tuple[date, date]) -> None:
    """What each combination of facts costs in each month that may be paid, computed once."""
    import polars as pl

    from sertakan.rules.frame import contributions_frame

    cursor.execute(
        "SELECT DISTINCT programmes, dasar, sector, funding FROM confirm_item WHERE membership_id IS NOT NULL"
    )
    facts = pl.DataFrame(
        cursor.fetchall(),
        schema={"programmes": pl.String, "dasar": pl.Int64, "sector": pl.String, "funding": pl.String},
        orient="row",
    )
    every = list(months(Month.of(bounds[0]), Month.of(bounds[1])))
    span = pl.DataFrame(
        {"month_ordinal": [month.ordinal for month in every], "month": [month.first_day for month in every]}
    )
    asked = facts.join(span, how="cross").rename({"month": "day"})
    rated = contributions_frame(asked, rules=load_rules()).filter(pl.col("refusal").is_null()).rename({"day": "month"})
    kinds = {
        "programmes": "text",
        "dasar": "bigint",
        "sector": "text",
        "funding": "text",
        "month": "date",
        "tier": "smallint",
    }
    kinds |= dict.fromkeys(("jkk", "jkm", "jht", "total"), "bigint")
    copy.stage("confirm_rate", kinds)
    copy.copy_frame("confirm_rate", rated, list(kinds))
    cursor.execute("ANALYZE confirm_rate")


_TAKEN = """
UPDATE confirm_item i SET taken = t.months
FROM (SELECT p.sponsorship_id, count(*) AS months FROM contributions_paid p
      WHERE p.month >= %(lowest)s AND p.month <= %(highest)s
        AND p.sponsorship_id IN (SELECT sponsorship_id FROM confirm_item WHERE round = %(round)s)
      GROUP BY 1) t
WHERE t.sponsorship_id = i.sponsorship_id AND i.round = %(round)s
"""
# A month without a rate costs more than anybody pays, so that it ends the row of months.
_CELLS = f"""
CREATE TEMPORARY TABLE confirm_cell ON COMMIT DROP AS
WITH credit AS MATERIALIZED (
    SELECT person_id, agency_id, sum(amount)::bigint AS sum
    FROM ({surplus_rows("t.person_id IN (SELECT person_id FROM confirm_item WHERE round = %(round)s)")}) x GROUP BY 1, 2
),
pool AS (
    SELECT i.*, CASE WHEN i.fresh THEN i.amount ELSE 0 END AS paid_in, coalesce(credit.sum, 0) AS credit
    FROM confirm_item i LEFT JOIN credit ON credit.person_id = i.person_id AND credit.agency_id = i.agency_id
    WHERE i.round = %(round)s AND i.membership_id IS NOT NULL
),
candidate AS (
    SELECT i.id, i.membership_id, i.sponsorship_id, i.paid_in, i.credit, i.months, m.month, p.sponsorship_id AS taken_by,
           r.tier, r.jkk, r.jkm, r.jht, r.total,
           sum(coalesce(r.total, 1000000000000000)) OVER w AS upto, row_number() OVER w AS place
    FROM pool i
    CROSS JOIN LATERAL (SELECT (i.start_month + make_interval(months => k))::date AS month
                        FROM generate_series(0, least({FURTHEST - 1}, i.months - 1 + i.taken)) k) m
    LEFT JOIN confirm_rate r ON (r.month, r.dasar, r.programmes, r.sector, r.funding)
                              = (m.month, i.dasar, i.programmes, i.sector, i.funding)
    LEFT JOIN contributions_paid p ON p.membership_id = i.membership_id AND p.month = m.month
                                  AND p.month >= %(lowest)s AND p.month <= %(highest)s
    WHERE m.month <= i.last_month AND p.sponsorship_id IS DISTINCT FROM i.sponsorship_id
    WINDOW w AS (PARTITION BY i.id ORDER BY m.month)
)
SELECT *, sum(CASE WHEN taken_by IS NULL THEN total ELSE 0 END) OVER (PARTITION BY id) AS spent
FROM candidate WHERE upto <= paid_in + credit AND place <= months
"""
_PAID = """
INSERT INTO contributions_paidmonth (membership_id, month, version, person_id, agency_id, sponsorship_id, donor_id, funding, sector,
    programmes, dasar, tier, jkk, jkm, jht, total, paid_on, confirmed_on, source_kind, source_id, rules_version)
SELECT c.membership_id, c.month, coalesce(w.version, 0) + 1, i.person_id, i.agency_id, i.sponsorship_id, i.donor_id, i.funding,
       i.sector, i.programmes, i.dasar, c.tier, c.jkk, c.jkm, c.jht, c.total, i.paid_on, i.confirmed_on, i.source_kind, i.source_id, %s
FROM confirm_cell c JOIN confirm_item i ON i.id = c.id
LEFT JOIN (SELECT membership_id, month, max(version) AS version FROM contributions_withdrawnmonth GROUP BY 1, 2) w
  ON w.membership_id = c.membership_id AND w.month = c.month
WHERE c.taken_by IS NULL
"""
_TWICE = """
INSERT INTO contributions_paidtwice (membership_id, month, agency_id, sponsorship_id, first_sponsorship_id, amount, source_kind,
    source_id, noted_at)
SELECT c.membership_id, c.month, i.agency_id, i.sponsorship_id, c.taken_by, c.total, i.source_kind, i.source_id, %s
FROM confirm_cell c JOIN confirm_item i ON i.id = c.id WHERE c.taken_by IS NOT NULL
ON CONFLICT DO NOTHING
"""
# Each programme of each month, and what of it the worker's earlier surplus pays: the oldest months first.
_PARTS = """
CREATE TEMPORARY TABLE confirm_part ON COMMIT DROP AS
SELECT id, month, programme, amount, least(amount, greatest(0, greatest(0, spent - paid_in) - (upto - amount)))::bigint AS from_credit
FROM (SELECT c.id, c.month, x.programme, x.amount, c.spent, c.paid_in,
             sum(x.amount) OVER (PARTITION BY c.id ORDER BY c.month, x.place) AS upto
      FROM confirm_cell c, LATERAL (VALUES ('jkk', c.jkk, 1), ('jkm', c.jkm, 2), ('jht', c.jht, 3)) x (programme, amount, place)
      WHERE c.taken_by IS NULL AND x.amount > 0) part
"""
_POST_COLUMNS = {
    "number": "bigint DEFAULT nextval('contributions_transfer_id_seq')", "debit_key": "text", "credit_key": "text", "leg": "text",
    "debit_kind": "text", "credit_kind": "text", "debit_donor": "boolean DEFAULT false", "credit_donor": "boolean DEFAULT false",
    "debit_programme": "boolean DEFAULT false", "agency_id": "bigint", "donor_id": "bigint", "person_id": "bigint",
    "funding": "text DEFAULT ''", "programme": "text DEFAULT ''", "contribution_month": "date", "code_id": "bigint",
    "evidence_kind": "text", "evidence_id": "bigint", "amount": "bigint",
}  # fmt: skip
_CODE = "CASE WHEN i.source_kind = 'code' THEN i.source_id END"
_ROUND_POSTS = f"""
INSERT INTO confirm_post (leg, debit_kind, credit_kind, debit_programme, agency_id, donor_id, funding, programme, contribution_month,
    code_id, evidence_kind, evidence_id, amount)
SELECT 'confirmed', 'contribution', 'in_transit', true, i.agency_id, i.donor_id, i.funding, p.programme, p.month, {_CODE},
       i.evidence_kind, i.evidence_id, sum(p.amount - p.from_credit)
FROM confirm_part p JOIN confirm_item i ON i.id = p.id WHERE p.amount > p.from_credit
GROUP BY i.agency_id, i.donor_id, i.funding, p.programme, p.month, {_CODE}, i.evidence_kind, i.evidence_id;
INSERT INTO confirm_post (leg, debit_kind, credit_kind, debit_programme, agency_id, donor_id, person_id, funding, programme,
    contribution_month, code_id, evidence_kind, evidence_id, amount)
SELECT 'surplus_used', 'contribution', 'surplus', true, i.agency_id, i.donor_id, i.person_id, i.funding, p.programme, p.month, {_CODE},
       i.evidence_kind, i.evidence_id, sum(p.from_credit)
FROM confirm_part p JOIN confirm_item i ON i.id = p.id WHERE p.from_credit > 0
GROUP BY i.agency_id, i.donor_id, i.person_id, i.funding, p.programme, p.month, {_CODE}, i.evidence_kind, i.evidence_id;
INSERT INTO confirm_post (leg, debit_kind, credit_kind, agency_id, person_id, code_id, evidence_kind, evidence_id, amount)
SELECT 'surplus', 'surplus', 'in_transit', i.agency_id, i.person_id, {_CODE}, i.evidence_kind, i.evidence_id,
       i.amount - coalesce(s.spent, 0)
FROM confirm_item i LEFT JOIN (SELECT id, max(spent) AS spent FROM confirm_cell GROUP BY 1) s ON s.id = i.id
WHERE i.round = %(round)s AND i.fresh AND i.membership_id IS NOT NULL AND i.amount > coalesce(s.spent, 0);
"""
_WAITING_POSTS = f"""
INSERT INTO confirm_post (leg, debit_kind, credit_kind, agency_id, person_id, code_id, evidence_kind, evidence_id, amount)
SELECT 'surplus', 'surplus', 'in_transit', i.agency_id, i.person_id, {_CODE}, i.evidence_kind, i.evidence_id, i.amount
FROM confirm_item i WHERE i.fresh AND i.membership_id IS NULL
"""
_SETTLED_POSTS = f"""
INSERT INTO confirm_post (leg, debit_kind, credit_kind, debit_donor, credit_donor, agency_id, donor_id, funding, code_id,
    evidence_kind, evidence_id, amount)
SELECT 'settled', 'donor_funds', 'settled', true, true, i.agency_id, i.donor_id, i.funding, {_CODE}, i.evidence_kind, i.evidence_id,
       sum(i.amount)
FROM confirm_item i WHERE i.fresh GROUP BY i.agency_id, i.donor_id, i.funding, {_CODE}, i.evidence_kind, i.evidence_id
"""


def _place_round(cursor: Any, step: int, bounds: tuple[date, date]) -> tuple[int, int]:
    """One confirmation of each membership becomes months; returns how many, and how many were paid twice."""
    values = {"round": step, "lowest": bounds[0], "highest": bounds[1]}
    if step > 1:
        cursor.execute("DROP TABLE confirm_cell, confirm_part")
    cursor.execute(_TAKEN, values)
    cursor.execute(_CELLS, values)
    cursor.execute("ANALYZE confirm_cell")
    cursor.execute("SELECT DISTINCT month FROM confirm_cell")
    partitions.ensure_months(partitions.PAID, [Month.of(row[0]) for row in cursor.fetchall()])
    cursor.execute(_PAID, [load_rules().version])
    placed = int(cursor.rowcount)
    cursor.execute(_TWICE, [clock.now()])
    twice = int(cursor.rowcount)
    cursor.execute(_PARTS)
    for statement in _ROUND_POSTS.split(";"):
        if statement.strip():
            cursor.execute(statement, values)
    return placed, twice


_ACCOUNT_KEY = "concat_ws('/', a.agency_id, a.kind, coalesce(a.donor_id, 0), a.funding, a.programme)"
_SIDE_KEYS = """
UPDATE confirm_post SET
    debit_key = concat_ws('/', agency_id, debit_kind, CASE WHEN debit_donor THEN coalesce(donor_id, 0) ELSE 0 END,
        CASE WHEN debit_donor OR debit_programme THEN funding ELSE '' END, CASE WHEN debit_programme THEN programme ELSE '' END),
    credit_key = concat_ws('/', agency_id, credit_kind, CASE WHEN credit_donor THEN coalesce(donor_id, 0) ELSE 0 END,
        CASE WHEN credit_donor THEN funding ELSE '' END, '')
"""
# One text names an account, so that however little is known of fresh tables they are joined by one hash.
_KNOWN = f"""
CREATE TEMPORARY TABLE confirm_account ON COMMIT DROP AS
SELECT {_ACCOUNT_KEY} AS key, a.id FROM contributions_account a
WHERE a.agency_id IN (SELECT DISTINCT agency_id FROM confirm_post)
"""
_ACCOUNTS = f"""
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT ON (key) * FROM (
        SELECT debit_key AS key, agency_id, debit_kind AS kind, CASE WHEN debit_donor THEN donor_id END AS donor_id,
               CASE WHEN debit_donor OR debit_programme THEN funding ELSE '' END AS funding,
               CASE WHEN debit_programme THEN programme ELSE '' END AS programme FROM confirm_post
        UNION ALL
        SELECT credit_key, agency_id, credit_kind, CASE WHEN credit_donor THEN donor_id END,
               CASE WHEN credit_donor THEN funding ELSE '' END, '' FROM confirm_post) sides
), made AS (
    INSERT INTO contributions_account (agency_id, kind, donor_id, funding, programme)
    SELECT agency_id, kind, donor_id, funding, programme FROM wanted w
    WHERE NOT EXISTS (SELECT 1 FROM confirm_account known WHERE known.key = w.key)
    RETURNING id, agency_id, kind, donor_id, funding, programme
)
INSERT INTO confirm_account (key, id) SELECT {_ACCOUNT_KEY}, a.id FROM made a
"""
_TRANSFERS = """
INSERT INTO contributions_transfer (id, month, entry_id, booked_on, leg, debit_id, credit_id, amount, agency_id, donor_id, person_id,
    funding, programme, contribution_month, code_id, evidence_kind, evidence_id, posted_at, posted_by, posted_label)
SELECT p.number, %(month)s, p.number, %(today)s, p.leg, d.id, c.id, p.amount, p.agency_id, p.donor_id, p.person_id, p.funding,
       p.programme, p.contribution_month, p.code_id, p.evidence_kind, p.evidence_id, %(now)s, %(user)s, %(label)s
FROM confirm_post p JOIN confirm_account d ON d.key = p.debit_key JOIN confirm_account c ON c.key = p.credit_key
"""


def _write_posts(cursor: Any) -> Rupiah:
    """Post what was gathered; returns what went to surplus. Afterwards nothing is gathered."""
    actor, today = scope.current(), clock.today()
    cursor.execute("SELECT count(*), coalesce(sum(amount) FILTER (WHERE leg = 'surplus'), 0)::bigint FROM confirm_post")
    count, surplus = cursor.fetchone()
    if not count:
        return 0
    cursor.execute(_SIDE_KEYS)
    cursor.execute("DROP TABLE IF EXISTS confirm_account")
    cursor.execute(_KNOWN)
    cursor.execute(_ACCOUNTS)
    cursor.execute("ANALYZE confirm_post, confirm_account")
    cursor.execute(
        _TRANSFERS,
        {
            "month": today.replace(day=1), "today": today, "now": clock.now(), "user": actor.user_id, "label": actor.label,
        },
    )  # fmt: skip
    written = cursor.rowcount
    if written != count:
        raise RuntimeError(f"{count} postings became {written} transfers")
    cursor.execute("DELETE FROM confirm_post")
    return int(surplus)


# A code is confirmed when every month of every worker in it is paid, or waits only for the number.
_CODES_DONE = """
UPDATE contributions_paymentcode code SET state = 'confirmed'
WHERE code.state IN ('open', 'remitted', 'expired')
  AND code.id IN (SELECT l.code_id FROM contributions_paymentcodeline l JOIN confirm_item i ON i.sponsorship_id = l.sponsorship_id)
  AND NOT EXISTS (
    SELECT 1 FROM contributions_paymentcodeline l WHERE l.code_id = code.id
      AND NOT EXISTS (SELECT 1 FROM contributions_paid p WHERE p.sponsorship_id = l.sponsorship_id AND p.month = l.month)
      AND NOT EXISTS (SELECT 1 FROM contributions_confirmation c WHERE c.person_id = l.person_id AND c.sponsorship_id = l.sponsorship_id
                      AND c.state = 'waiting'))
"""
_STILL_OPEN = f"""
SELECT t.agency_id, t.donor_id, t.funding
FROM contributions_transfer t
JOIN (SELECT DISTINCT agency_id, coalesce(donor_id, 0) AS donor_id FROM confirm_item) i
  ON i.agency_id = t.agency_id AND i.donor_id = coalesce(t.donor_id, 0)
WHERE {LEG} IN ('promised', 'released', 'fulfilled')
GROUP BY 1, 2, 3
HAVING sum(CASE WHEN {LEG} = 'promised' THEN {SIGNED} ELSE -({SIGNED}) END) <> 0
"""


def _meet_promises(cursor: Any) -> None:
    """Months that BPJS confirmed are promised no longer, also where the money never passed the treasurer."""
    cursor.execute(_STILL_OPEN)
    by_agency: dict[int, set[int | None]] = {}
    for agency, donor, _ in cursor.fetchall():
        by_agency.setdefault(agency, set()).add(donor)
    cursor.execute("SELECT coalesce(max(id), 0) FROM confirm_item")
    newest = int(cursor.fetchone()[0])
    for agency, donors in sorted(by_agency.items()):
        true_up(
            agency, donors, booked_on=clock.today(), credit_from=Evidence("decision", newest),
            confirmed_by=Evidence("confirmation", newest),
        )  # fmt: skip
