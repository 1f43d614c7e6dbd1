"""The warnings of a day for the whole register, computed and kept. Repeatable: the same day twice changes nothing.

A warning that is still right stays open with the day it was raised; one whose reason is gone is closed with what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction

from sertakan.contributions.queries import open_dues
from sertakan.core import audit, clock, copy
from sertakan.core.month import Month
from sertakan.protection import policies
from sertakan.protection.queries.register import register_frames
from sertakan.protection.warnings import WarningDays
from sertakan.rules import RuleSet, load_rules

if TYPE_CHECKING:
    import polars as pl

_LOOK_BACK = 4  # months whose payment by a donor can still matter to a warning
MOST_PRESSING = ("arrears_1", "arrears_2", "arrears_3", "lapses_next")
"""The steps towards a lapse, in their order."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A day's warnings as a frame (`warned`), and what keeping them did: raised anew, changed, closed."""

    on: date
    warnings: pl.DataFrame
    raised: int = 0
    changed: int = 0
    closed: int = 0


@transaction.atomic
def watch(on: date | None = None, *, days: WarningDays | None = None, keep: bool = True) -> Watched:
    """Compute the warnings of a day (today) and keep them; with `keep` False only compute. Raises NotYourRegister, CoverBeforeLaw.

    What was kept follows today's facts, so only today's warnings, or those of a demonstration's day, belong into the table.
    """
    policies.check_can_compute()
    day, rules = on or clock.today(), load_rules()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '256MB', true)")
    found, covers = warned(day, rules=rules, days=days)
    if not keep:
        return Watched(day, found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('protection.watch'))")
    raised, changed = _raise(day, found)
    closed = _close(day, covers)
    if raised or changed or closed:
        facts = {"on": day, "open": found.height, "raised": raised, "changed": changed, "closed": closed}
        audit.record("protection.watched", facts={**facts, "on": day.isoformat(), "rules": rules.version})
    return Watched(day, found, raised, changed, closed)


def warned(
    on: date, *, rules: RuleSet | None = None, days: WarningDays | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The warnings of a day, and the covers they come from (person, state, last_month). Asked as who sees all.

    Columns of the warnings: those of `warnings_frame`, and code, paid_lines (how many in that code have paid), remitted, donor_paid. The
    donor of a sponsorship that has ended is not named: nothing is owed by who stopped.
    """
    import polars as pl

    from sertakan.protection.cover_frame import cover_frame
    from sertakan.protection.warnings import code_warnings, warnings_frame

    rules = rules or load_rules()
    memberships, paid = register_frames()
    covers = cover_frame(memberships, paid, on=on, rules=rules)
    covers = covers.join(_payers(on), on="person", how="left", maintain_order="left")
    covers = covers.filter(pl.col("left_on").is_null() | (pl.col("left_on") >= Month.of(on).first_day))
    found = warnings_frame(covers, on=on, rules=rules, days=days).with_columns(
        code=pl.lit(None, pl.Int64), paid_lines=pl.lit(None, pl.Int64)
    )
    settled = _settled(on)
    lines = _code_lines().join(
        settled.with_columns(paid=pl.lit(value=True)), on=["donor", "month"], how="left", maintain_order="left"
    )
    lines = lines.with_columns(pl.col("paid").fill_null(value=False))
    late = code_warnings(lines, on=on, rules=rules, days=days).filter(~pl.col("paid"))
    codes = _in_shape(late, covers, found)
    every = pl.concat([found, codes]).unique(["person", "month", "kind"], keep="first", maintain_order=True)
    remitted = _remitted().with_columns(remitted=pl.lit(value=True))
    every = every.join(remitted, on=["person", "month"], how="left", maintain_order="left")
    every = every.join(
        settled.with_columns(donor_paid=pl.lit(value=True)), on=["donor", "month"], how="left", maintain_order="left"
    )
    every = every.with_columns(pl.col("remitted", "donor_paid").fill_null(value=False), pl.col("funding").fill_null(""))
    return every, covers.select("person", "state", "last_month", "next_month")


def _in_shape(late: pl.DataFrame, covers: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Lines of codes as warnings, with the state of the person; who has no number yet is covered by nothing."""
    import polars as pl

    states = covers.select("person", "membership", "state")
    none = {"lapses_on": pl.Date, "family_if_paid": pl.Int64, "family_if_unpaid": pl.Int64, "lost": pl.Int64}
    shaped = late.drop("membership").join(states, on="person", how="left", maintain_order="left")
    shaped = shaped.with_columns(
        pl.col("state").fill_null("not_yet"), *(pl.lit(None, kind).alias(name) for name, kind in none.items())
    )
    return shaped.select(pl.col(name).cast(kind) for name, kind in like.schema.items())


def _payers(on: date) -> pl.DataFrame:
    """Whose worker each person is: the sponsorship that runs in the month, else the last one that began, else the first that will; and
    until when anybody has promised to pay. Chosen here, column by column: most people have one sponsorship, and sorting them all in the
    database takes longer than everything else.
    """
    import polars as pl

    schema = {
        "person": pl.Int64, "sponsorship": pl.Int64, "agency": pl.Int64, "donor": pl.Int64, "funding": pl.String,
        "programmes": pl.String, "dasar": pl.Int64, "start": pl.Int32, "months": pl.Int32, "stop": pl.Int32, "left_on": pl.Int32,
    }  # fmt: skip
    rows = copy.read_frame(_SPONSORED, [], schema)
    merged = copy.read_frame(_MERGED, [], {"person": pl.Int64, "holder": pl.Int64})
    month = Month.of(on).ordinal
    first, stop = _ordinal("start"), _ordinal("stop")
    promised = pl.min_horizontal(first + pl.col("months") - 1, stop)
    rows = rows.join(merged, on="person", how="left").with_columns(
        person=pl.coalesce("holder", "person"), first=first, last=promised
    )
    several = rows.filter(pl.col("person").is_duplicated())
    single = rows.filter(~pl.col("person").is_duplicated())
    order = [pl.col("first") <= month, pl.col("last") >= month, pl.col("first"), pl.col("sponsorship")]
    chosen = several.with_columns(last=pl.col("last").max().over("person"), runs=order[1])
    chosen = chosen.sort([order[0], "runs", *order[2:]], descending=True).unique("person", keep="first").drop("runs")
    found = pl.concat([single, chosen])
    return found.select(
        "person", "sponsorship", "agency", "donor", "funding", pl.col("programmes").str.strip_chars("{}"), "dasar",
        pl.date(pl.col("last") // 12, pl.col("last") % 12 + 1, 1).alias("last_month"), pl.col("left_on").cast(pl.Date),
    )  # fmt: skip


def _ordinal(column: str) -> pl.Expr:
    """`Month.ordinal` of a column of days since 1970."""
    import polars as pl

    day = pl.col(column).cast(pl.Date)
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


def _settled(on: date) -> pl.DataFrame:
    """[donor, month] of whom the treasurer has everything that was billed."""
    import polars as pl

    since = Month.of(on).previous(_LOOK_BACK)
    paid = copy.read_frame(_FULFILLED, [since.first_day], {"donor": pl.Int64, "month": pl.Date})
    owing = open_dues(since=since).select(pl.col("donor_id").alias("donor"), "month")
    return paid.join(owing, on=["donor", "month"], how="anti")


def _remitted() -> pl.DataFrame:
    import polars as pl

    return copy.read_frame(_REMITTED, [], {"person": pl.Int64, "month": pl.Date})


def _code_lines() -> pl.DataFrame:
    import polars as pl

    schema = {
        "code": pl.Int64, "agency": pl.Int64, "expires_on": pl.Date, "membership": pl.Int64, "person": pl.Int64, "donor": pl.Int64,
        "sponsorship": pl.Int64, "funding": pl.String, "month": pl.Date,
    }  # fmt: skip
    return copy.read_frame(_CODE_LINES, [], schema)


def _raise(on: date, found: pl.DataFrame) -> tuple[int, int]:
    """Put the day's warnings in place; those that are there and unchanged are not written."""
    names = {"person": "person_id", "membership": "membership_id", "agency": "agency_id", "sponsorship": "sponsorship_id",
             "donor": "donor_id", "code": "code_id"}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute("DROP TABLE IF EXISTS protection_warned")
    copy.stage("protection_warned", _STAGED)
    copy.copy_frame("protection_warned", found.rename(names), list(_STAGED))
    with connection.cursor() as cursor:
        # With a key the planner may be as wrong as it likes about a table that has just been filled.
        cursor.execute("ALTER TABLE protection_warned ADD PRIMARY KEY (person_id, month, kind)")
        cursor.execute("ANALYZE protection_warned")
        cursor.execute("SELECT protection_ensure_warnings(month) FROM (SELECT DISTINCT month FROM protection_warned) m")
        cursor.execute(_CHANGE)
        changed = cursor.rowcount
        cursor.execute(_RAISE, {"on": on})
        return int(cursor.rowcount), int(changed)


def _close(on: date, covers: pl.DataFrame) -> int:
    """Close what is open and not warned of today, with what came of it."""
    kinds = {"person": "bigint", "state": "text", "last_month": "date", "next_month": "date"}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_GONE)
        (gone,) = cursor.fetchone()  # type: ignore[misc]
        if not gone:
            cursor.execute("DROP TABLE protection_warned")
            return 0
        cursor.execute("DROP TABLE IF EXISTS protection_covers")
    copy.stage("protection_covers", kinds)
    copy.copy_frame("protection_covers", covers, list(kinds))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE protection_covers ADD PRIMARY KEY (person)")
        cursor.execute("ANALYZE protection_covers")
        cursor.execute(_CLOSE, {"on": on, "steps": list(MOST_PRESSING)})
        closed = cursor.rowcount
        cursor.execute("DROP TABLE protection_warned, protection_covers")
    return int(closed)


# Days as numbers since 1970: written and read faster than dates.
_SPONSORED = """
SELECT person_id, id, agency_id, CASE WHEN ended_on IS NULL THEN donor_id END, funding, programmes, dasar,
       start_month - DATE '1970-01-01', months, coalesce(last_payable_month, ended_on) - DATE '1970-01-01',
       CASE WHEN end_reason IN ('died', 'wage_worker', 'age') THEN ended_on - DATE '1970-01-01' END
FROM sponsorship_sponsorship WHERE state <> 'refused' AND end_reason <> 'taken_back'
"""
_MERGED = "SELECT id, merged_into_id FROM people_person WHERE merged_into_id IS NOT NULL"
_FULFILLED = """
SELECT DISTINCT donor_id, contribution_month FROM contributions_transfer
WHERE leg = 'fulfilled' AND donor_id IS NOT NULL AND contribution_month >= %s
"""
_REMITTED = """
SELECT DISTINCT coalesce(p.merged_into_id, l.person_id), l.month
FROM contributions_paymentcodeline l JOIN contributions_paymentcode c ON c.id = l.code_id AND c.state = 'remitted'
LEFT JOIN people_person p ON p.id = l.person_id AND p.merged_into_id IS NOT NULL
"""
_CODE_LINES = """
SELECT c.id, c.agency_id, c.expires_on, NULL, coalesce(p.merged_into_id, l.person_id), s.donor_id, s.id, s.funding, l.month
FROM contributions_paymentcode c JOIN contributions_paymentcodeline l ON l.code_id = c.id
JOIN sponsorship_sponsorship s ON s.id = l.sponsorship_id
LEFT JOIN people_person p ON p.id = l.person_id AND p.merged_into_id IS NOT NULL
WHERE c.state = 'open' ORDER BY c.id, l.id
"""

_STAGED = {
    "person_id": "bigint", "month": "date", "kind": "varchar(16)", "membership_id": "bigint", "agency_id": "bigint",
    "sponsorship_id": "bigint", "donor_id": "bigint", "code_id": "bigint", "funding": "varchar(8)", "state": "varchar(9)",
    "due_on": "date", "lapses_on": "date", "family_if_paid": "bigint", "family_if_unpaid": "bigint", "lost": "bigint",
    "remitted": "boolean", "donor_paid": "boolean",
}  # fmt: skip
_COLUMNS = ", ".join(_STAGED)
_FACTS = [name for name in _STAGED if name not in ("person_id", "month", "kind")]
_CHANGE = f"""
UPDATE protection_lapsewarning w SET {", ".join(f"{name} = t.{name}" for name in _FACTS)}, closed_on = NULL, outcome = ''
FROM protection_warned t WHERE t.person_id = w.person_id AND t.month = w.month AND t.kind = w.kind
 AND (w.closed_on IS NOT NULL
      OR ({", ".join(f"w.{name}" for name in _FACTS)}) IS DISTINCT FROM ({", ".join(f"t.{name}" for name in _FACTS)}))
"""
_RAISE = f"""
INSERT INTO protection_lapsewarning ({_COLUMNS}, raised_on, outcome)
SELECT {_COLUMNS}, %(on)s, '' FROM protection_warned ON CONFLICT (person_id, month, kind) DO NOTHING
"""
_GONE = """
w.closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM protection_warned t
    WHERE t.person_id = w.person_id AND t.month = w.month AND t.kind = w.kind)
"""
_COUNT_GONE = f"SELECT EXISTS (SELECT 1 FROM protection_lapsewarning w WHERE {_GONE})"
_CLOSE = f"""
UPDATE protection_lapsewarning w SET closed_on = %(on)s, outcome = CASE
    WHEN w.kind = 'waits_again' AND (SELECT c.state FROM protection_covers c WHERE c.person = w.person_id) = 'active' THEN 'arranged'
    WHEN EXISTS (SELECT 1 FROM contributions_paid p WHERE p.membership_id = w.membership_id AND p.month = w.month) THEN 'paid'
    WHEN NOT EXISTS (SELECT 1 FROM protection_covers c WHERE c.person = w.person_id) THEN 'left'
    WHEN (SELECT c.state FROM protection_covers c WHERE c.person = w.person_id) = 'inactive' THEN 'lapsed'
    WHEN EXISTS (SELECT 1 FROM protection_warned t WHERE t.person_id = w.person_id AND t.kind = ANY (%(steps)s)) THEN 'worse'
    ELSE 'arranged' END
WHERE {_GONE}
"""


@transaction.atomic
def note_told(told: Iterable[tuple[str, date, int | None, int | None, int | None, date]]) -> int:
    """Write since when somebody knows of a warning: kind, month, and the agency, donor or person that was told, with the day.

    Returns how many warnings were told for the first time.
    """
    kinds = {
        "kind": "text", "month": "date", "agency_id": "bigint", "donor_id": "bigint", "person_id": "bigint", "day": "date",
    }  # fmt: skip
    import polars as pl

    types = dict.fromkeys(kinds, pl.Int64) | {"kind": pl.String, "month": pl.Date, "day": pl.Date}
    frame = pl.DataFrame(list(told), schema=types, orient="row")
    if frame.is_empty():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute("DROP TABLE IF EXISTS protection_told")
    copy.stage("protection_told", kinds)
    copy.copy_frame("protection_told", frame, list(kinds))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE protection_told")
        counted = 0
        for column in ("agency_id", "donor_id", "person_id"):
            cursor.execute(_NOTE_TOLD.format(column=column))
            counted += cursor.rowcount
        cursor.execute("DROP TABLE protection_told")
    return counted


_NOTE_TOLD = """
UPDATE protection_lapsewarning w SET told_on = greatest(t.day, w.raised_on) FROM protection_told t
WHERE w.told_on IS NULL AND t.{column} = w.{column} AND t.kind = w.kind AND t.month = w.month
  AND (w.closed_on IS NULL OR w.closed_on >= t.day)
"""
