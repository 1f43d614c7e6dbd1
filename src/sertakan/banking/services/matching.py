"""Open lines of an account against what is due: decided set by set, written in one go per chunk, resumable at any moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from sertakan.banking import policies
from sertakan.banking.matching import Book, Decision, Due, Left, OpenCode, Outcome, match_lines
from sertakan.banking.models import BankAccount
from sertakan.banking.sealing import unseal_many
from sertakan.contributions.evidence import Evidence
from sertakan.contributions.models import Bill, PaymentCode
from sertakan.contributions.queries.money import LOOK_BACK, open_dues, remitted_of
from sertakan.contributions.services.ledger import Receipt, collect_many, remit
from sertakan.contributions.services.posting import lock_ledger
from sertakan.core import audit, clock, copy, scope
from sertakan.core.errors import DomainError
from sertakan.core.month import Month

CHUNK = 100_000


@transaction.atomic
def match_open_lines(account: BankAccount, *, after: int = 0, most: int = CHUNK) -> tuple[int, int | None]:
    """Decide about up to `most` open lines behind line `after`; (matched or left aside, the last line looked at or None at the end).

    One transaction: lines, ledger and matches stand together or not at all. What another clerk holds or has settled is not touched.
    """
    policies.check_can_bank(account.agency_id)
    lock_ledger([account.agency_id])
    rows = _claim(account, after, most)
    if rows.is_empty():
        return 0, None
    outcome = match_lines(rows, book_of(account), purpose=account.purpose)
    changed = _write(account, rows, outcome)
    last = int(rows["line"].max())  # type: ignore[arg-type]
    return changed, last if rows.height == most else None


def book_of(account: BankAccount) -> Book:
    """What lines of an account can be matched with, as it stands now."""
    agency = account.agency_id
    dues = open_dues(agency)
    donors = copy.read_frame(
        "SELECT id, name, nip FROM sponsorship_donor WHERE agency_id = %s",
        [agency],
        {"donor": pl.Int64, "name": pl.String, "nip": pl.String},
    ).with_columns(pl.col("nip").fill_null(""))
    bills = list(Bill.objects.filter(pk__in=dues["bill_id"].unique().to_list()).values_list("pk", "number", "total"))
    months = {day: Month.of(day).ordinal for day in dues["month"].unique()}
    return Book(
        dues=tuple(
            Due(bill, donor, months[month], amount, funding)
            for bill, donor, month, amount, funding in dues.select(
                "bill_id", "donor_id", "month", "open", "funding"
            ).iter_rows()
        ),
        donors=donors,
        bills={bill: number for bill, number, _ in bills},
        bill_totals={bill: total for bill, _, total in bills},
        codes=tuple(_codes(agency)),
        billed=tuple(_billed(agency)),
    )


def _billed(agency_id: int) -> list[Due]:
    """What donors were billed in the issued bills of the last two years, paid or not."""
    first = Month.of(clock.today()).previous(LOOK_BACK).first_day
    frame = copy.read_frame(
        "SELECT l.bill_id, l.donor_id, l.month, sum(l.total)::bigint, l.funding FROM contributions_billline l"
        " JOIN contributions_bill b ON b.id = l.bill_id AND b.state = 'issued'"
        " WHERE l.agency_id = %s AND l.month >= %s AND l.donor_id IS NOT NULL GROUP BY 1, 2, 3, 5",
        [agency_id, first],
        {"bill": pl.Int64, "donor": pl.Int64, "month": pl.Date, "amount": pl.Int64, "funding": pl.String},
    ).filter(pl.col("amount") > 0)
    months = {day: Month.of(day).ordinal for day in frame["month"].unique()}
    return [
        Due(bill, donor, months[month], amount, funding) for bill, donor, month, amount, funding in frame.iter_rows()
    ]


def _codes(agency_id: int) -> list[OpenCode]:
    """Codes of the last years: those that were paid too, with nothing left, so that a line that names one can say so.

    BPJS may have confirmed a code before the bank shows its payment: that payment still fits, whatever the code's life and difference.
    """
    payable = (PaymentCode.State.OPEN, PaymentCode.State.EXPIRED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.code, c.state, c.amount, c.expires_on, c.explanation <> '' OR c.amount = coalesce(l.total, 0)"
            " FROM contributions_paymentcode c LEFT JOIN (SELECT code_id, sum(total) AS total FROM contributions_paymentcodeline"
            " WHERE agency_id = %s GROUP BY 1) l ON l.code_id = c.id WHERE c.agency_id = %s AND c.state <> 'cancelled'",
            [agency_id, agency_id],
        )
        rows = cursor.fetchall()
    confirmed = {row[0] for row in rows if row[2] == PaymentCode.State.CONFIRMED}
    ahead = confirmed - {code for code, amount in remitted_of(confirmed).items() if amount}
    return [
        OpenCode(pk, text, int(amount), None, True)
        if pk in ahead
        else OpenCode(pk, text, int(amount) if state in payable else 0, expires_on, bool(explained))
        for pk, text, state, amount, expires_on, explained in rows
    ]


def _claim(account: BankAccount, after: int, most: int) -> pl.DataFrame:
    """Open lines, locked until the end of this transaction, with their texts opened; in the order of the bank."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, booked_on, direction, amount, sealed FROM banking_statementline"
            " WHERE account_id = %s AND state = 'open' AND id > %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [account.pk, after, most],
        )
        rows = cursor.fetchall()
    said = unseal_many(row[4] for row in rows)
    return pl.DataFrame(
        {
            "line": [row[0] for row in rows],
            "booked_on": [row[1] for row in rows],
            "direction": [row[2] for row in rows],
            "amount": [row[3] for row in rows],
            "text": [one.whole for one in said],
            "reference": [one.reference for one in said],
        },
        schema={
            "line": pl.Int64, "booked_on": pl.Date, "direction": pl.String, "amount": pl.Int64, "text": pl.String,
            "reference": pl.String,
        },
    ).sort("booked_on", "line")  # fmt: skip


def _write(account: BankAccount, rows: pl.DataFrame, outcome: Outcome) -> int:
    facts = {
        line: (booked, amount, reference)
        for line, booked, amount, reference in rows.select("line", "booked_on", "amount", "reference").iter_rows()
    }
    outcome = _post(account, outcome, facts)
    matched = outcome.decisions
    ignored = [left for left in outcome.left if left.ignored]
    _set_lines(outcome)
    if matched or ignored:
        audit.record(
            "banking.lines_matched",
            target=account,
            agency_id=account.agency_id,
            facts={
                "matched": len(matched),
                "amount": sum(facts[decision.line][1] for decision in outcome.decisions),
                "ignored": len(ignored),
                "open": len(outcome.left) - len(ignored),
            },
        )
    return len(matched) + len(ignored)


def _post(account: BankAccount, outcome: Outcome, facts: dict[int, tuple[date, int, str]]) -> Outcome:
    """Post all; a code that cannot be paid after all leaves its line open."""
    done: list[Decision] = []
    left = list(outcome.left)
    for decision in outcome.decisions:
        if not decision.codes:
            continue
        try:
            with transaction.atomic():
                post_decisions(account, [decision], facts)
            done.append(decision)
        except DomainError:
            left.append(Left(decision.line, "code_differs", codes=tuple(code.code for code in decision.codes)))
    receipts = [decision for decision in outcome.decisions if not decision.codes]
    post_decisions(account, receipts, facts)
    return Outcome([*receipts, *done], left)


def post_decisions(
    account: BankAccount, decisions: Sequence[Decision], facts: dict[int, tuple[date, int, str]]
) -> list[int]:
    """Post what was decided and write the matches; `facts`: line to (day, amount, reference). Returns the lines."""
    receipts, owners = [], []
    for decision in decisions:
        booked_on, _, reference = facts[decision.line]
        evidence = Evidence("bank_line", decision.line)
        for due in decision.parts:
            receipts.append(
                Receipt(
                    account.agency_id, due.donor, due.funding, due.amount, booked_on, evidence, due.bill, reference[:80]
                )
            )
            owners.append((decision.line, due))
    parts: dict[int, list[dict[str, Any]]] = {}
    if receipts:
        for (line, due), transfer in zip(owners, collect_many(receipts), strict=True):
            parts.setdefault(line, []).append(
                {
                    "bill": due.bill, "donor": due.donor, "month": str(Month.from_ordinal(due.month)), "amount": due.amount,
                    "funding": due.funding, "transfer": transfer, "booked": str(Month.of(facts[line][0])),
                }
            )  # fmt: skip
    for decision in decisions:
        booked_on, _, reference = facts[decision.line]
        for code in decision.codes:
            made = remit(
                agency_id=account.agency_id, amount=code.amount, booked_on=booked_on,
                evidence=Evidence("bank_line", decision.line), code_id=code.code, reference=reference[:80],
            )  # fmt: skip
            parts.setdefault(decision.line, []).append(
                {"code": code.code, "amount": code.amount, "transfer": made.id, "booked": str(Month.of(made.month))}
            )
    _insert_matches(account, decisions, facts, parts)
    return [decision.line for decision in decisions]


def _insert_matches(
    account: BankAccount,
    decisions: Sequence[Decision],
    facts: dict[int, tuple[date, int, str]],
    parts: dict[int, list[dict[str, Any]]],
) -> None:
    if not decisions:
        return
    actor = scope.current()
    rows = [
        (
            decision.line, decision.kind, decision.rule, facts[decision.line][1], _one({due.donor for due in decision.parts}),
            decision.codes[0].code if decision.codes else None, json.dumps(parts[decision.line]),
        )
        for decision in decisions
    ]  # fmt: skip
    staged = {
        "line": "bigint", "kind": "text", "rule": "text", "amount": "bigint", "donor": "bigint", "code": "bigint", "parts": "jsonb",
    }  # fmt: skip
    with copy.staged("match_stage", staged, rows), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO banking_match (line_id, agency_id, kind, rule, amount, donor_id, code_id, parts, made_by, made_label, made_at,"
            " undone_label, undone_why) SELECT line, %s, kind, rule, amount, donor, code, parts, %s, %s, %s, '', ''"
            " FROM match_stage ORDER BY line",
            [account.agency_id, actor.user_id, actor.label, clock.now()],
        )


def _one(donors: set[int | None]) -> int | None:
    return donors.pop() if len(donors) == 1 else None


def _set_lines(outcome: Outcome) -> None:
    """The new states in one statement; only lines whose state or reason changes are touched."""
    rows = [(decision.line, "matched", decision.rule, "{}") for decision in outcome.decisions]
    rows += [(left.line, "ignored" if left.ignored else "open", left.why, _candidates(left)) for left in outcome.left]
    if not rows:
        return
    staged = {"line": "bigint", "state": "text", "why": "text", "candidates": "jsonb"}
    with copy.staged("line_stage", staged, rows), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE banking_statementline l SET state = t.state, why = t.why, candidates = t.candidates FROM line_stage t"
            " WHERE l.id = t.line AND (l.state, l.why, l.candidates) IS DISTINCT FROM (t.state, t.why, t.candidates)"
        )


def _candidates(left: Left) -> str:
    found = {"donors": left.donors, "bills": left.bills, "codes": left.codes}
    return json.dumps({name: list(ids) for name, ids in found.items() if ids})
