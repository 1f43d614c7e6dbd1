"""Writing transfers: accounts are made when they are first needed, and what belongs together is one entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Transfer
from sertakan.contributions.services import partitions
from sertakan.core import clock, copy, scope
from sertakan.core.copy import next_ids
from sertakan.core.money import Rupiah
from sertakan.core.month import Month

if TYPE_CHECKING:
    import polars as pl


class AccountKey(NamedTuple):
    """What makes an account of an agency the only one of its kind."""

    kind: str
    donor_id: int | None = None
    funding: str = ""
    programme: str = ""


class Posting(NamedTuple):
    """One transfer before it has a number. `entry` groups those of one posting within a call."""

    agency_id: int
    leg: str
    debit: AccountKey
    credit: AccountKey
    amount: Rupiah
    booked_on: date
    evidence: Evidence
    entry: int = 0
    donor_id: int | None = None
    person_id: int | None = None
    funding: str = ""
    programme: str = ""
    contribution_month: date | None = None
    bill_id: int | None = None
    code_id: int | None = None
    reference: str = ""
    note: str = ""


def pledge(donor_id: int | None, funding: str, programme: str) -> AccountKey:
    """The account of a donor's open promises."""
    return AccountKey("pledge", donor_id, funding, programme)


def donor_funds(donor_id: int | None, funding: str) -> AccountKey:
    """The account of a donor's money at the treasurer's."""
    return AccountKey("donor_funds", donor_id, funding)


PLEDGE_CONTROL = AccountKey("pledge_control")
TREASURY = AccountKey("treasury")
IN_TRANSIT = AccountKey("in_transit")
UNIDENTIFIED = AccountKey("unidentified")
SURPLUS = AccountKey("surplus")
REFUND = AccountKey("refund")


def lock_ledger(agency_ids: Iterable[int]) -> None:
    """Postings of an agency that depend on what stands in its ledger wait for each other, until the end of the transaction."""
    with connection.cursor() as cursor:
        for agency_id in sorted(set(agency_ids)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contributions.ledger'), %s)", [agency_id])


def accounts(wanted: Iterable[tuple[int, AccountKey]]) -> dict[tuple[int, AccountKey], int]:
    """Numbers of accounts by agency and key; missing ones are made."""
    keys = list(dict.fromkeys(wanted))
    found = _known_accounts(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO contributions_account (agency_id, kind, donor_id, funding, programme)"
                " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
                _account_columns(missing),
            )
        found |= _known_accounts(missing)
    return found


def _known_accounts(keys: list[tuple[int, AccountKey]]) -> dict[tuple[int, AccountKey], int]:
    """Each account by its place in the index: those of a donor and those of nobody apart, for a null equals nothing there."""
    same = "a.agency_id = w.agency_id AND a.kind = w.kind AND a.funding = w.funding AND a.programme = w.programme"
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH w AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[])"
            " WITH ORDINALITY AS w (agency_id, kind, donor_id, funding, programme, place))"
            f" SELECT w.place, a.id FROM w JOIN contributions_account a ON {same} AND a.donor_id = w.donor_id"
            f" UNION ALL SELECT w.place, a.id FROM w JOIN contributions_account a ON {same}"
            " WHERE w.donor_id IS NULL AND a.donor_id IS NULL",
            _account_columns(keys),
        )
        return {keys[int(place) - 1]: int(number) for place, number in cursor.fetchall()}


def _account_columns(keys: list[tuple[int, AccountKey]]) -> tuple[list[object], ...]:
    return (
        [agency for agency, _ in keys],
        [key.kind for _, key in keys],
        [key.donor_id for _, key in keys],
        [key.funding for _, key in keys],
        [key.programme for _, key in keys],
    )


_COLUMNS = {
    "id": "bigint", "month": "date", "entry_id": "bigint", "booked_on": "date", "leg": "text", "debit_id": "bigint",
    "credit_id": "bigint", "amount": "bigint", "agency_id": "bigint", "donor_id": "bigint", "person_id": "bigint",
    "funding": "text", "programme": "text", "contribution_month": "date", "bill_id": "bigint", "code_id": "bigint",
    "evidence_kind": "text", "evidence_id": "bigint", "reference": "text", "reverses_id": "bigint", "reverses_month": "date",
    "reversed_leg": "text", "note": "text", "posted_at": "timestamptz", "posted_by": "bigint", "posted_label": "text",
}  # fmt: skip


def post(postings: Sequence[Posting]) -> list[int]:
    """Write transfers and return their numbers, in order. Those with the same `entry` become one entry."""
    kept = [posting for posting in postings if posting.amount]
    if not kept:
        return []
    ids = next_ids("contributions_transfer_id_seq", len(kept))
    first: dict[int, int] = {}
    for number, posting in zip(ids, kept, strict=True):
        first.setdefault(posting.entry, number)
    if len(kept) > MANY_ROWS:
        _copy(ids, [first[posting.entry] for posting in kept], kept)
        return ids
    numbers = accounts((posting.agency_id, key) for posting in kept for key in (posting.debit, posting.credit))
    rows = []
    for number, posting in zip(ids, kept, strict=True):
        rows.append((
            number, posting.booked_on.replace(day=1), first[posting.entry], posting.booked_on, posting.leg,
            numbers[posting.agency_id, posting.debit], numbers[posting.agency_id, posting.credit], posting.amount,
            posting.agency_id, posting.donor_id, posting.person_id, posting.funding, posting.programme,
            posting.contribution_month, posting.bill_id, posting.code_id, posting.evidence.kind, posting.evidence.id,
            posting.reference[:80], None, None, "", posting.note[:300],
        ))  # fmt: skip
    _insert(rows)
    return ids


def take_back(transfers: Sequence[Transfer], *, booked_on: date, note: str) -> list[int]:
    """Reverse transfers one by one, as one entry. The database refuses a second reversal."""
    if not transfers:
        return []
    ids = next_ids("contributions_transfer_id_seq", len(transfers))
    rows = [
        (
            number, booked_on.replace(day=1), ids[0], booked_on, "reversal", old.credit_id, old.debit_id, old.amount,
            old.agency_id, old.donor_id, old.person_id, old.funding, old.programme, old.contribution_month, old.bill_id,
            old.code_id, old.evidence_kind, old.evidence_id, old.reference, old.id, old.month, old.leg, note[:300],
        )
        for number, old in zip(ids, transfers, strict=True)
    ]  # fmt: skip
    _insert(rows)
    return ids


MANY_ROWS: Final = 1_000
"""From here on transfers are copied into a staging table, and their accounts found there, instead of being sent as arrays."""


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    """All rows in one statement, so that the table looks at them together."""
    actor, now = scope.current(), clock.now()
    partitions.ensure_months(partitions.TRANSFERS, {Month.of(row[1]) for row in rows})
    values = [list(column) for column in zip(*rows, strict=True)]
    values += [[now] * len(rows), [actor.user_id] * len(rows), [actor.label] * len(rows)]
    arrays = ", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contributions_transfer ({', '.join(_COLUMNS)}) SELECT * FROM unnest({arrays})", values
        )


_KEY = ("agency_id", "kind", "donor_id", "funding", "programme")
_SIDES = ("debit", "credit")


def _copy(ids: Sequence[int], entries: Sequence[int], postings: Sequence[Posting]) -> None:
    """Transfers by way of a staging table; accounts are found, and missing ones made, for all of them together."""
    columns = dict(list(_COLUMNS.items())[:-3])
    named = {f"{side}_{name}": "bigint" if name == "donor_id" else "text" for side in _SIDES for name in _KEY[1:]}
    rows = (
        (
            number, one.booked_on.replace(day=1), entry, one.booked_on, one.leg, None, None, one.amount, one.agency_id,
            one.donor_id, one.person_id, one.funding, one.programme, one.contribution_month, one.bill_id, one.code_id,
            one.evidence.kind, one.evidence.id, one.reference[:80], None, None, "", one.note[:300], *one.debit, *one.credit,
        )
        for number, entry, one in zip(ids, entries, postings, strict=True)
    )  # fmt: skip
    frame = copy.frame_of({**columns, **named}, rows)
    known = _accounts_of(frame)
    for side in _SIDES:
        frame = frame.drop(f"{side}_id").join(
            known.rename({"id": f"{side}_id"}), left_on=["agency_id", *(f"{side}_{name}" for name in _KEY[1:])],
            right_on=_KEY, how="left", nulls_equal=True,
        )  # fmt: skip
    actor = scope.current()
    partitions.ensure_months(partitions.TRANSFERS, {Month.of(day) for day in frame["month"].unique()})
    copy.stage("transfer_stage", columns)
    copy.copy_frame("transfer_stage", frame.sort("id"), list(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contributions_transfer ({', '.join(_COLUMNS)}) SELECT {', '.join(columns)}, %s, %s, %s FROM transfer_stage",
            [clock.now(), actor.user_id, actor.label],
        )
        cursor.execute("DROP TABLE transfer_stage")


def _accounts_of(frame: pl.DataFrame) -> pl.DataFrame:
    """[id, *_KEY] of the accounts of all agencies in `frame`; what `frame` names and is not there is made."""
    import polars as pl

    kinds = {"id": pl.Int64, "agency_id": pl.Int64, "kind": pl.String, "donor_id": pl.Int64, "funding": pl.String,
             "programme": pl.String}  # fmt: skip
    agencies = frame["agency_id"].unique().to_list()

    def known() -> pl.DataFrame:
        rows = copy.read_frame(
            f"SELECT {', '.join(kinds)} FROM contributions_account WHERE agency_id = ANY (%s)", [agencies], kinds
        )
        return rows.with_columns(pl.col("funding", "programme").fill_null(""))

    wanted = pl.concat(
        frame.select("agency_id", *(pl.col(f"{side}_{name}").alias(name) for name in _KEY[1:])) for side in _SIDES
    ).unique()
    found = known()
    missing = wanted.join(found, on=_KEY, how="anti", nulls_equal=True)
    if missing.is_empty():
        return found
    copy.stage("account_stage", {name: "bigint" if name.endswith("_id") else "text" for name in _KEY})
    copy.copy_frame("account_stage", missing, _KEY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contributions_account ({', '.join(_KEY)}) SELECT {', '.join(_KEY)} FROM account_stage ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE account_stage")
    return known()
