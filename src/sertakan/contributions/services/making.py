"""Bills of a month from the sponsorships that run in it, set by set.

The database keeps the rows; the rules see each combination of facts that occurs once. One statement writes all lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from django.db import connection, transaction

from sertakan.agencies.models import Agency
from sertakan.contributions import policies
from sertakan.contributions.models import Bill
from sertakan.contributions.queries.changes import FACTS
from sertakan.contributions.services.partitions import ensure_partition
from sertakan.core import audit, clock, copy
from sertakan.core.errors import DomainError
from sertakan.core.money import Rupiah
from sertakan.core.month import Month
from sertakan.rules import RuleSet, load_rules, read_programmes
from sertakan.rules.contribution import regime_of

if TYPE_CHECKING:
    import polars as pl

Outcome = Literal["made", "unchanged", "replaced", "corrected"]


@dataclass(frozen=True, slots=True)
class BillOutcome:
    """What became of one agency's bill: made, unchanged, a draft replaced, or an issued bill corrected by a new draft."""

    bill: Bill
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RefusedSponsorship:
    """A sponsorship that no amount can be computed for, and the code of the refusal."""

    sponsorship_id: int
    code: str


@dataclass(frozen=True, slots=True)
class BilledTwice:
    """One worker, perhaps under two records that were merged, whom several sponsorships bring into the bills of one month."""

    person_id: int
    sponsorship_ids: tuple[int, ...]
    agency_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BillAccount:
    """All bills of a month after a run. `unchanged`: nothing had to be written; `twice`: who is billed more than once."""

    month: Month
    bills: tuple[BillOutcome, ...]
    lines: int
    total: Rupiah
    unchanged: bool
    refused: tuple[RefusedSponsorship, ...]
    twice: tuple[BilledTwice, ...] = ()


@transaction.atomic
def make_bills(month: Month, agency: Agency | None = None) -> BillAccount:
    """Make the bills of `month` for one agency, or for all in the scope.

    Repeatable: the same facts give the same bills and nothing is written. A changed draft is replaced by a new one; a changed issued
    bill stays as it is and gets a draft that corrects it. Runs for one month wait for each other.
    Refuses a month without known law (MonthBeforeLaw) and who may not make bills.
    """
    policies.check_can_make_bills(agency.pk if agency else None)
    rules = load_rules()
    regime_of(month, rules)
    lock_bills(month)
    with connection.cursor() as cursor:
        # A province's month fits into memory; until the end of this transaction only.
        cursor.execute("SELECT set_config('work_mem', %s, true)", [_WORK_MEMORY])
    ensure_partition(month)
    _gather(month, agency)
    refused = _rate(month, rules)

    scope_filter = {"agency": agency} if agency else {}
    standing = list(
        Bill.objects.select_related("agency", "agency__province", "corrects")
        .filter(month=month.first_day, **scope_filter)
        .exclude(state=Bill.State.SUPERSEDED)
        .order_by("agency_id", "version")
    )
    sums = _sums()
    plan = _plan(month, rules, standing, sums)
    made = _write(month, rules, plan, sums)
    kept = [BillOutcome(bill, "unchanged") for bill in plan.kept]
    twice = _twice()
    _forget()

    outcomes = sorted([*made, *kept], key=lambda found: (found.bill.agency.sort_key, found.bill.agency_id))
    return BillAccount(
        month=month,
        bills=tuple(outcomes),
        lines=sum(found.bill.line_count for found in outcomes),
        total=sum(found.bill.total for found in outcomes),
        unchanged=not made and not plan.replaced,
        refused=refused,
        twice=twice,
    )


def lock_bills(month: Month) -> None:
    """Who makes or issues bills of a month waits for the others, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.bills'), %s)", [month.ordinal])


_SUMS = """
SELECT agency_id, count(*), count(*) FILTER (WHERE discount <> ''), sum(jkk)::bigint, sum(jkm)::bigint, sum(jht)::bigint,
       sum(jkk_full + jkm_full + jht_full)::bigint, max(due_on_jkk_jkm), max(due_on_jht)
FROM billing_sponsorship JOIN billing_rate USING (programmes, dasar, sector, funding)
WHERE refusal IS NULL GROUP BY agency_id ORDER BY agency_id
"""

_TWICE = """
SELECT coalesce(m.merged_into_id, b.person_id), array_agg(b.sponsorship_id ORDER BY b.sponsorship_id), array_agg(DISTINCT b.agency_id)
FROM billing_sponsorship b JOIN billing_rate rate USING (programmes, dasar, sector, funding)
LEFT JOIN people_person m ON m.id = b.person_id AND m.merged_into_id IS NOT NULL
WHERE rate.refusal IS NULL GROUP BY 1 HAVING count(*) > 1 ORDER BY 1
"""

# A month belongs to the agency with which a sponsorship stood when it began: what passed to a successor later is billed where it was.
_PLACED = "coalesce(placed.predecessor_id, s.agency_id)"
_GATHER = f"""
CREATE TEMPORARY TABLE billing_sponsorship ON COMMIT DROP AS
WITH placed AS (
    SELECT DISTINCT ON ("row") "row", predecessor_id FROM agencies_transfer
    WHERE kind = 'sponsorship.sponsorship' AND "on" > %(month)s ORDER BY "row", "on", id
)
SELECT s.id AS sponsorship_id, {_PLACED} AS agency_id, s.person_id, s.donor_id, array_to_string(s.programmes, ',') AS programmes,
       s.dasar, s.sector, s.funding
FROM sponsorship_sponsorship s LEFT JOIN placed ON placed."row" = s.id
WHERE s.start_month <= %(month)s AND %(month)s < s.start_month + s.months * interval '1 month'
  AND s.state <> 'refused' AND s.end_reason <> 'taken_back'
  AND %(month)s <= coalesce(s.last_payable_month, date_trunc('month', s.ended_on)::date, %(month)s)
  AND NOT EXISTS (SELECT 1 FROM contributions_billingstop stop WHERE stop.sponsorship_id = s.id
                  AND stop.from_month <= %(month)s AND (stop.until_month IS NULL OR stop.until_month > %(month)s))
"""

_WORK_MEMORY = "256MB"
_LINE_COLUMNS = ("sponsorship_id", "month", "bill_id", "agency_id", *FACTS, "total", "rules_version")


@dataclass(frozen=True, slots=True)
class _Sum:
    """The figures of one agency's bill."""

    agency_id: int
    lines: int
    discounted: int
    jkk: Rupiah
    jkm: Rupiah
    jht: Rupiah
    full: Rupiah
    due_on_jkk_jkm: Any
    due_on_jht: Any


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which agencies get a new bill and what it corrects; which bills stay; which drafts fall away."""

    fresh: dict[int, tuple[Outcome, Bill | None]]
    kept: list[Bill]
    replaced: list[Bill]


def _gather(month: Month, agency: Agency | None) -> None:
    """One picture of the sponsorships that run in `month`, for all steps that follow."""
    _forget()
    parameters: dict[str, Any] = {"month": month.first_day}
    statement = _GATHER
    if agency is not None:
        statement += f" AND {_PLACED} = %(agency)s"
        parameters["agency"] = agency.pk
    with connection.cursor() as cursor:
        cursor.execute(statement + " ORDER BY 2, s.id", parameters)
        cursor.execute("ANALYZE billing_sponsorship")


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute("DROP TABLE IF EXISTS billing_sponsorship, billing_rate")


def _rate(month: Month, rules: RuleSet) -> tuple[RefusedSponsorship, ...]:
    """Compute every combination of facts once; answers the sponsorships that none can be computed for."""
    import polars as pl

    from sertakan.rules.frame import contributions_frame

    combinations = _combinations()
    texts = combinations.get_column("programmes").unique().to_list()
    named = combinations.with_columns(
        pl.lit(month.ordinal).alias("month_ordinal"),
        pl.col("programmes").replace({text: _in_order(text) for text in texts}).alias("chosen"),
    )
    rated = contributions_frame(named, rules=rules).with_columns(pl.col("discount").fill_null(""))
    kinds = {"programmes": "text", "chosen": "text", "dasar": "bigint", "sector": "text", "funding": "text"}
    kinds |= {"tier": "smallint", "discount": "text", "refusal": "text", "due_on_jkk_jkm": "date", "due_on_jht": "date"}
    kinds |= dict.fromkeys(("jkk", "jkm", "jht", "total", "jkk_full", "jkm_full", "jht_full"), "bigint")
    copy.stage("billing_rate", kinds)
    copy.copy_frame("billing_rate", rated, list(kinds))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE billing_rate")
        cursor.execute(
            "SELECT sponsorship_id, refusal FROM billing_sponsorship"
            " JOIN billing_rate USING (programmes, dasar, sector, funding) WHERE refusal IS NOT NULL ORDER BY 1"
        )
        return tuple(RefusedSponsorship(*row) for row in cursor.fetchall())


def _combinations() -> pl.DataFrame:
    """The distinct programmes, dasar, sector and funding that occur, read by COPY."""
    import polars as pl

    statement = (
        "COPY (SELECT DISTINCT programmes, dasar, sector, funding FROM billing_sponsorship) TO STDOUT (FORMAT csv)"
    )
    data = BytesIO()
    with connection.cursor() as cursor, copy.raw(cursor).copy(statement) as out:
        for block in out:
            data.write(block)
    schema = {"programmes": pl.String, "dasar": pl.Int64, "sector": pl.String, "funding": pl.String}
    if not data.tell():
        return pl.DataFrame(schema=schema)
    data.seek(0)
    return pl.read_csv(data, has_header=False, schema=schema)


def _in_order(programmes: str) -> str:
    """``jkm,jkk`` as ``jkk,jkm``; unknown words stay as they are, the rules refuse them."""
    try:
        return ",".join(read_programmes(programmes))
    except DomainError:  # the rules give the refusal with its code
        return programmes[:11]


def _sums() -> dict[int, _Sum]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        return {row[0]: _Sum(*row) for row in cursor.fetchall()}


def _twice() -> tuple[BilledTwice, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_TWICE)
        return tuple(BilledTwice(person, tuple(ids), tuple(agencies)) for person, ids, agencies in cursor.fetchall())


def _plan(month: Month, rules: RuleSet, standing: list[Bill], sums: dict[int, _Sum]) -> _Plan:
    drafts = {bill.agency_id: bill for bill in standing if bill.state == Bill.State.DRAFT}
    issued = {bill.agency_id: bill for bill in standing if bill.state == Bill.State.ISSUED}
    other_than_draft = _differing(month, drafts.values())
    other_than_issued = _differing(month, issued.values())
    plan = _Plan(fresh={}, kept=[], replaced=[])
    for agency_id in sorted(sums.keys() | drafts.keys() | issued.keys()):
        draft, out = drafts.get(agency_id), issued.get(agency_id)
        if draft and agency_id not in other_than_draft and _same_law(draft, month, rules):
            plan.kept.append(draft)
            continue
        if draft:
            plan.replaced.append(draft)
        if out and agency_id not in other_than_issued:
            plan.kept.append(out)
        elif out:
            plan.fresh[agency_id] = ("corrected", out)
        elif agency_id in sums:
            plan.fresh[agency_id] = ("replaced" if draft else "made", None)
    return plan


def _same_law(draft: Bill, month: Month, rules: RuleSet) -> bool:
    """A draft follows the rules as they are now; an issued bill only what they make of its amounts."""
    return draft.rules_version == rules.version and draft.law_confirmed == rules.confirmed(month)


def _differing(month: Month, bills: Iterable[Bill]) -> set[int]:
    """Agencies whose bill no longer says what the sponsorships say."""
    ids = [bill.pk for bill in bills]
    if not ids:
        return set()
    fresh = ", ".join(f"{_owner(name)} AS {name}" for name in FACTS)
    now = ", ".join(f"fresh.{name}" for name in FACTS)
    old = ", ".join(f"line.{name}" for name in FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT agency_id FROM"
            " (SELECT * FROM contributions_billline WHERE month = %s AND bill_id = ANY (%s)) line FULL JOIN"
            f" (SELECT s.sponsorship_id, s.agency_id, {fresh}"
            "   FROM billing_sponsorship s JOIN billing_rate rate USING (programmes, dasar, sector, funding)"
            "   WHERE rate.refusal IS NULL) fresh USING (sponsorship_id, agency_id)"
            f" WHERE ({now}) IS DISTINCT FROM ({old})",
            [month.first_day, ids],
        )
        return {row[0] for row in cursor.fetchall()}


def _owner(column: str) -> str:
    """Where a line's fact comes from: the sponsorship, or what the rules made of it."""
    if column == "programmes":
        return "rate.chosen"
    return f"s.{column}" if column in {"person_id", "donor_id", "dasar", "sector", "funding"} else f"rate.{column}"


def _write(month: Month, rules: RuleSet, plan: _Plan, sums: dict[int, _Sum]) -> list[BillOutcome]:
    now = clock.now()
    if plan.replaced:
        keys = [bill.pk for bill in plan.replaced]
        Bill.objects.filter(pk__in=keys).update(state=Bill.State.SUPERSEDED, superseded_at=now)
    if not plan.fresh:
        return []
    agencies = Agency.objects.select_related("province").in_bulk(plan.fresh.keys())
    versions = _versions(month, plan.fresh)
    bills = Bill.objects.bulk_create(
        _new_bill(month, rules, agencies[key], versions.get(key, 0) + 1, plan.fresh[key][1], sums.get(key), now)
        for key in plan.fresh
    )
    _write_lines(month, rules, bills)
    outcomes = [BillOutcome(bill, plan.fresh[bill.agency_id][0]) for bill in bills]
    for found in outcomes:
        bill = found.bill
        audit.record(
            f"contributions.bill_{found.outcome}",
            target=bill,
            agency_id=bill.agency_id,
            facts={"number": bill.number, "lines": bill.line_count, "total": bill.total, "rules": rules.version},
        )
    return outcomes


def _versions(month: Month, agency_ids: Iterable[int]) -> dict[int, int]:
    from django.db.models import Max

    rows = Bill.objects.filter(month=month.first_day, agency_id__in=list(agency_ids)).values_list("agency_id")
    return dict(rows.annotate(last=Max("version")))


def _new_bill(
    month: Month, rules: RuleSet, agency: Agency, version: int, corrects: Bill | None, sums: _Sum | None, now: Any
) -> Bill:
    """A draft; without sums it is the correction that takes everything back."""
    return Bill(
        agency=agency,
        month=month.first_day,
        version=version,
        number=f"TGH/{month.year:04d}{month.month:02d}/{agency.code}/{version}",
        corrects=corrects,
        rules_version=rules.version,
        law_as_of=rules.as_of,
        law_confirmed=rules.confirmed(month),
        computed_at=now,
        line_count=sums.lines if sums else 0,
        discounted_count=sums.discounted if sums else 0,
        jkk=sums.jkk if sums else 0,
        jkm=sums.jkm if sums else 0,
        jht=sums.jht if sums else 0,
        total=sums.jkk + sums.jkm + sums.jht if sums else 0,
        total_full=sums.full if sums else 0,
        due_on_jkk_jkm=sums.due_on_jkk_jkm if sums else None,
        due_on_jht=sums.due_on_jht if sums else None,
    )


def _write_lines(month: Month, rules: RuleSet, bills: list[Bill]) -> None:
    """All lines of all bills in one statement; the table checks that they add up to their bills."""
    facts = ", ".join(_owner(name) for name in FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contributions_billline ({', '.join(_LINE_COLUMNS)})"
            f" SELECT s.sponsorship_id, %s, bill.id, s.agency_id, {facts}, rate.total, %s"
            " FROM billing_sponsorship s JOIN billing_rate rate USING (programmes, dasar, sector, funding)"
            " JOIN unnest(%s::bigint[], %s::bigint[]) bill (id, agency_id) ON bill.agency_id = s.agency_id"
            " WHERE rate.refusal IS NULL",
            [month.first_day, rules.version, [bill.pk for bill in bills], [bill.agency_id for bill in bills]],
        )
