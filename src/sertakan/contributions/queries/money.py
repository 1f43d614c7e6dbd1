"""Sums over the ledger. A reversal counts as the leg that it takes back, with the sign turned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.agencies import queries as agencies
from sertakan.contributions.models import PaidTwice, PaymentCode, Transfer
from sertakan.core import clock
from sertakan.core.copy import read_frame
from sertakan.core.money import Rupiah
from sertakan.core.month import Month

if TYPE_CHECKING:
    import polars as pl

DIRECT = ("confirmation", "answer", "code")
"""Evidence of a promise that was met without the treasurer: BPJS confirmed the month itself."""
LOOK_BACK = 24
LEG = "CASE WHEN t.leg = 'reversal' THEN t.reversed_leg ELSE t.leg END"
SIGNED = "CASE WHEN t.leg = 'reversal' THEN -t.amount ELSE t.amount END"
PROGRAMME_ORDER = {"jkk": 0, "jkm": 1, "jht": 2}


@dataclass(frozen=True, slots=True)
class AgencyLegs:
    """The four legs of one agency's money for one contribution month, whole rupiah.

    `not_collected`: promises closed because the membership turned inactive. `unseen`: confirmed by BPJS without a remittance that we know.
    """

    agency_id: int
    agency: str
    promised: Rupiah
    collected: Rupiah
    remitted: Rupiah
    confirmed: Rupiah
    not_collected: Rupiah

    @property
    def awaiting(self) -> Rupiah:
        """Remitted, and not confirmed: menunggu konfirmasi BPJS."""
        return max(0, self.remitted - self.confirmed)

    @property
    def unseen(self) -> Rupiah:
        return max(0, self.confirmed - self.remitted)

    @property
    def open(self) -> Rupiah:
        """Promised, and neither collected nor confirmed nor closed."""
        return max(0, self.promised - max(self.collected, self.confirmed) - self.not_collected)


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A payment code that waits to be paid."""

    code_id: int
    agency_id: int
    code: str
    amount: Rupiah
    remitted: Rupiah
    expires_on: date | None


@dataclass(slots=True)
class Cell:
    """What one donor promised for one month and programme, and what became of it."""

    promised: Rupiah = 0
    closed: Rupiah = 0
    fulfilled: Rupiah = 0
    direct: Rupiah = 0
    confirmed: Rupiah = 0

    @property
    def due(self) -> Rupiah:
        return max(0, self.promised - self.closed)

    @property
    def open(self) -> Rupiah:
        return max(0, self.due - self.fulfilled - self.direct)


@dataclass(slots=True)
class Funds:
    """One donor's money of one source: what was received and placed, and the cells by (month, programme)."""

    received: Rupiah = 0
    placed: Rupiah = 0
    cells: dict[tuple[date, str], Cell] = field(default_factory=dict)

    @property
    def credit(self) -> Rupiah:
        """Received, not yet placed at BPJS, and not set aside for a month that was billed."""
        months: dict[date, list[Rupiah]] = defaultdict(lambda: [0, 0])
        for (month, _), cell in self.cells.items():
            months[month][0] += cell.fulfilled
            months[month][1] += cell.confirmed
        committed = sum(max(0, fulfilled - confirmed) for fulfilled, confirmed in months.values())
        return max(0, self.received - self.placed - committed)

    def in_order(self) -> Iterable[tuple[date, str]]:
        """The cells from the oldest month on, JKK and JKM before JHT."""
        return sorted(self.cells, key=lambda key: (key[0], PROGRAMME_ORDER[key[1]]))


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """One month of a donor's statement."""

    month: Month
    due: Rupiah
    collected: Rupiah
    confirmed: Rupiah
    not_collected: Rupiah
    workers: int


@dataclass(frozen=True, slots=True)
class DonorStatement:
    """What a donor promised and gave in a year, and what became of it. `held`: received and not yet placed at BPJS."""

    year: int
    received: Rupiah
    placed: Rupiah
    held: Rupiah
    credit: Rupiah
    months: tuple[StatementMonth, ...]

    @property
    def confirmed(self) -> Rupiah:
        """Confirmed months of the year."""
        return sum(entry.confirmed for entry in self.months)


FundsKey = tuple[int | None, str]


MANY_DONORS = 1_000


def funds_of(agency_id: int, donor_ids: Collection[int | None] | None = None) -> dict[FundsKey, Funds]:
    """The money of an agency's donors by (donor, source of money); of all when no donors are named."""
    where, values = "t.agency_id = %s AND t.funding <> ''", [agency_id]
    if donor_ids is not None:
        # A list of many thousands is joined; a short one finds its donors by the index.
        many = len(donor_ids) > MANY_DONORS
        where += " AND coalesce(t.donor_id, 0) " + ("IN (SELECT unnest(%s::bigint[]))" if many else "= ANY (%s)")
        values.append([donor or 0 for donor in donor_ids])  # type: ignore[arg-type]
    found: dict[FundsKey, Funds] = defaultdict(Funds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.donor_id, t.funding, t.contribution_month, t.programme, {LEG} AS leg,"
            " t.evidence_kind = ANY (%s) AS direct, t.evidence_kind = 'bill' AS by_bill,"
            f" sum({SIGNED})::bigint FROM contributions_transfer t WHERE {where} GROUP BY 1, 2, 3, 4, 5, 6, 7",
            [list(DIRECT), *values],
        )
        for donor, funding, month, programme, leg, direct, by_bill, amount in cursor.fetchall():
            _add(found[donor, funding], month, programme, leg, amount, direct=direct, by_bill=by_bill)
    return dict(found)


def _add(
    funds: Funds, month: date | None, programme: str, leg: str, amount: int, *, direct: bool, by_bill: bool
) -> None:
    if leg in ("collected", "identified"):
        funds.received += amount
    elif leg == "settled":
        funds.placed += amount
    elif leg == "returned":
        funds.placed -= amount
    elif leg == "paid_back":
        funds.received -= amount
    if month is None or not programme:
        return
    cell = funds.cells.setdefault((month, programme), Cell())
    if leg == "promised":
        cell.promised += amount
    elif leg == "released" and by_bill:
        cell.promised -= amount
    elif leg == "released":
        cell.closed += amount
    elif leg == "fulfilled" and direct:
        cell.direct += amount
    elif leg == "fulfilled":
        cell.fulfilled += amount
    elif leg in ("confirmed", "surplus_used"):
        cell.confirmed += amount
    elif leg == "withdrawn":
        cell.confirmed -= amount


def legs(month: Month, agency_id: int | None = None) -> list[AgencyLegs]:
    """The four legs of money for a contribution month, by agency in scope.

    Money remitted without a month counts in the month in which it was booked.
    """
    values: list[Any] = [list(DIRECT), month.first_day, month.first_day]
    where = "(t.contribution_month = %s OR (t.contribution_month IS NULL AND t.month = %s))"
    if agency_id is not None:
        where += " AND t.agency_id = %s"
        values.append(agency_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.name,"
            " coalesce(sum(x.amount) FILTER (WHERE x.leg = 'promised'), 0)"
            " - coalesce(sum(x.amount) FILTER (WHERE x.leg = 'released' AND x.evidence_kind = 'bill'), 0),"
            " coalesce(sum(x.amount) FILTER (WHERE x.leg = 'fulfilled' AND NOT x.direct), 0),"
            " coalesce(sum(x.amount) FILTER (WHERE x.leg = 'remitted'), 0),"
            " coalesce(sum(x.amount) FILTER (WHERE x.leg IN ('confirmed', 'surplus_used')), 0)"
            " - coalesce(sum(x.amount) FILTER (WHERE x.leg = 'withdrawn'), 0),"
            " coalesce(sum(x.amount) FILTER (WHERE x.leg = 'released' AND x.evidence_kind <> 'bill'), 0)"
            f" FROM (SELECT t.agency_id, {LEG} AS leg, t.evidence_kind, t.evidence_kind = ANY (%s) AS direct, {SIGNED} AS amount"
            f"  FROM contributions_transfer t WHERE {where}) x"
            " JOIN agencies_agency a ON a.id = x.agency_id GROUP BY a.id, a.name, a.sort_key ORDER BY a.sort_key, a.id",
            values,
        )
        rows = [AgencyLegs(row[0], row[1], *(int(value) for value in row[2:])) for row in cursor.fetchall()]
    return [row for row in rows if any((row.promised, row.collected, row.remitted, row.confirmed, row.not_collected))]


_OPEN_DUES = f"""
SELECT b.id, s.agency_id, s.donor_id, coalesce(d.name, ''), coalesce(d.nip, ''), s.funding, s.month, s.due, s.collected, s.due - s.collected
FROM (SELECT t.agency_id, t.donor_id, t.funding, t.contribution_month AS month,
             sum(CASE WHEN {LEG} = 'promised' THEN {SIGNED} WHEN {LEG} = 'released' THEN -({SIGNED}) ELSE 0 END)::bigint AS due,
             sum(CASE WHEN {LEG} = 'fulfilled' THEN {SIGNED} ELSE 0 END)::bigint AS collected
      FROM contributions_transfer t
      WHERE t.contribution_month >= %s AND {LEG} IN ('promised', 'released', 'fulfilled') AND (%s::bigint IS NULL OR t.agency_id = %s)
      GROUP BY 1, 2, 3, 4) s
JOIN contributions_bill b ON b.agency_id = s.agency_id AND b.month = s.month AND b.state = 'issued'
LEFT JOIN sponsorship_donor d ON d.id = s.donor_id
WHERE s.due > s.collected
ORDER BY s.month, s.agency_id, s.donor_id, s.funding
"""


def open_dues(agency_id: int | None = None, *, since: Month | None = None) -> pl.DataFrame:
    """What donors still owe on issued bills, oldest month first: bill_id, agency_id, donor_id (null: without a named donor), donor_name,
    donor_nip, funding, month (first day), due, collected, open. Months before `since` (two years ago) are not looked at.
    """
    import polars as pl

    first = (since or Month.of(clock.today()).previous(LOOK_BACK)).first_day
    schema = {
        "bill_id": pl.Int64,
        "agency_id": pl.Int64,
        "donor_id": pl.Int64,
        "donor_name": pl.String,
        "donor_nip": pl.String,
        "funding": pl.String,
        "month": pl.Date,
        "due": pl.Int64,
        "collected": pl.Int64,
        "open": pl.Int64,
    }
    return read_frame(_OPEN_DUES, [first, agency_id, agency_id], schema)


def open_codes(agency_id: int | None = None) -> list[OpenCode]:
    """Payment codes that wait to be paid, the one that expires first before the others."""
    found = PaymentCode.objects.filter(state=PaymentCode.State.OPEN).order_by("expires_on", "pk")
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    codes = list(found)
    remitted = remitted_of([code.pk for code in codes])
    return [
        OpenCode(code.pk, code.agency_id, code.code, code.amount, remitted.get(code.pk, 0), code.expires_on)
        for code in codes
    ]


def remitted_of(code_ids: Collection[int]) -> dict[int, Rupiah]:
    """What was remitted for each code, without what was taken back."""
    if not code_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.code_id, sum({SIGNED})::bigint FROM contributions_transfer t"
            f" WHERE t.code_id = ANY (%s) AND {LEG} = 'remitted' GROUP BY 1",
            [list(code_ids)],
        )
        return {int(code): int(amount) for code, amount in cursor.fetchall()}


def surplus_of(person_ids: Collection[int], *, agency_id: int | None = None) -> dict[int, Rupiah]:
    """What lies at BPJS for the next months of each worker, in all ledgers in scope or in one; workers without any are left out."""
    condition = "t.person_id = ANY (%(persons)s)" + ("" if agency_id is None else " AND t.agency_id = %(agency)s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, sum(amount)::bigint FROM ({surplus_rows(condition)}) x GROUP BY 1 HAVING sum(amount) <> 0",
            {"persons": list(person_ids), "agency": agency_id},
        )
        return {int(person): int(amount) for person, amount in cursor.fetchall()}


def surplus_rows(condition: str) -> str:
    """SQL: what came to the surplus of workers and what left it (negative), for transfers `t` that `condition` chooses."""
    side = (
        "SELECT t.person_id, t.agency_id, {sign}t.amount AS amount FROM contributions_transfer t"
        " JOIN contributions_account a ON a.id = t.{side} AND a.kind = 'surplus' WHERE t.person_id IS NOT NULL AND {condition}"
    )
    came = side.format(sign="", side="debit_id", condition=condition)
    left = side.format(sign="-", side="credit_id", condition=condition)
    return f"{came} UNION ALL {left}"


def balances(agency_id: int) -> dict[str, Rupiah]:
    """Debits less credits of an agency's accounts, by kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, sum(x.amount)::bigint FROM contributions_account a"
            " JOIN (SELECT debit_id AS id, amount FROM contributions_transfer WHERE agency_id = %s"
            "  UNION ALL SELECT credit_id, -amount FROM contributions_transfer WHERE agency_id = %s) x ON x.id = a.id"
            " GROUP BY 1 ORDER BY 1",
            [agency_id, agency_id],
        )
        return {kind: int(amount) for kind, amount in cursor.fetchall()}


def entry_of(transfer: Transfer) -> list[Transfer]:
    """The transfers that were posted together with this one, in the order of posting."""
    return list(Transfer.objects.filter(entry_id=transfer.entry_id, month=transfer.month).order_by("id"))


def donor_statement(donor: Any, year: int) -> DonorStatement:
    """A donor's year: what was promised, given, confirmed and closed, month by month, and what the treasurer still holds.

    Also what stayed with agencies that were merged into the donor's, as far as it is in scope.
    """
    held = [funds for agency_id in agencies_of_donor(donor) for funds in funds_of(agency_id, [donor.pk]).values()]
    by_month: dict[Month, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for funds in held:
        for (first, _), cell in funds.cells.items():
            if first.year == year:
                sums = by_month[Month.of(first)]
                amounts = (cell.promised, cell.fulfilled, cell.confirmed, cell.closed)
                for place, amount in enumerate(amounts):
                    sums[place] += amount
    workers = _workers_of(donor.pk, year)
    for month in workers:
        by_month.setdefault(month, [0, 0, 0, 0])
    return DonorStatement(
        year=year,
        received=sum(funds.received for funds in held),
        placed=sum(funds.placed for funds in held),
        held=sum(funds.received - funds.placed for funds in held),
        credit=sum(funds.credit for funds in held),
        months=tuple(
            StatementMonth(month, sums[0], sums[1], sums[2], sums[3], workers.get(month, 0))
            for month, sums in sorted(by_month.items())
        ),
    )


def agencies_of_donor(donor: Any) -> list[int]:
    """The agency of a donor, and those merged into it where the donor was before."""
    return [donor.agency_id, *agencies.once_with("sponsorship.donor", donor.pk)]


def _workers_of(donor_id: int, year: int) -> dict[Month, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month, count(*) FROM contributions_paid WHERE donor_id = %s AND month >= %s AND month <= %s GROUP BY 1",
            [donor_id, date(year, 1, 1), date(year, 12, 1)],
        )
        return {Month.of(day): int(count) for day, count in cursor.fetchall()}


def paid_twice(month: Month) -> list[PaidTwice]:
    """Months of members in scope that a second payer paid for too, newest first."""
    found = PaidTwice.objects.filter(month=month.first_day).select_related("sponsorship__person", "agency")
    return list(found.order_by("-pk"))


def paid_frame(month_from: Month, month_to: Month) -> pl.DataFrame:
    """The paid months of the register between two months, both included: membership, month (text YYYY-MM), paid_on."""
    import polars as pl

    return read_frame(
        "SELECT membership_id, to_char(month, 'YYYY-MM'), paid_on FROM contributions_paid WHERE month >= %s AND month <= %s",
        [month_from.first_day, month_to.first_day],
        {"membership": pl.Int64, "month": pl.String, "paid_on": pl.Date},
    )
