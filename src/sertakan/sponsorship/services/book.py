"""What an answer may touch, read in a handful of statements, and written back in as few."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from sertakan.core import clock, encryption
from sertakan.core.copy import copy_frame, stage
from sertakan.people import queries as people_queries
from sertakan.people import services as people
from sertakan.sponsorship import queries, states
from sertakan.sponsorship.answers import applying
from sertakan.sponsorship.answers.applying import LineFacts, Number
from sertakan.sponsorship.answers.facts import Answer, Finding, Payment
from sertakan.sponsorship.models import (
    AnswerFile,
    AnswerLine,
    Batch,
    BatchLine,
    ConfirmedPayment,
    Membership,
    Sponsorship,
)

_LINE_COLUMNS = {
    "id": "bigint",
    "answer": "text",
    "open": "boolean",
    "accepted_on": "date",
    "payment_code": "text",
    "payment_amount": "bigint",
    "payment_expires_on": "date",
    "refused_on": "date",
    "reason_code": "text",
    "first_paid_on": "date",
    "membership_id": "bigint",
}


@dataclass(slots=True)
class Line:
    """A line while an answer is applied: what is known, which payments were known before, whose it is."""

    record: BatchLine
    facts: LineFacts
    ended: bool
    paid_before: frozenset[tuple[date, int, str]]
    changed: bool = False


@dataclass(slots=True)
class Book:
    """Everything an answer may touch, read in a handful of statements."""

    batch: Batch
    sent_on: date
    lines: dict[int, Line]
    numbers: dict[int, Number]
    members: dict[int, Membership]
    person_by_nik: dict[bytes, int]
    elsewhere: dict[bytes, int]
    owners: dict[bytes, int]
    survivors: dict[int, int]
    fresh: dict[int, str] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Result:
    answer: Answer
    outcome: str
    findings: list[Finding]
    line_id: int | None
    nik_index: bytes | None


def open_book(batch: Batch, answers: list[Answer]) -> tuple[Book, list[tuple[bytes | None, bytes | None]]]:
    """What the answers may touch, and for each answer the keyed indexes of its NIK and its number."""
    niks = _indexes("nik", [answer.nik for answer in answers])
    kpjs = _indexes("kpj", [answer.kpj for answer in answers])
    wanted = {index for index in niks if index is not None}
    person_by_nik = queries.lines_by_nik(batch, wanted)
    lines = _lines(batch, set(person_by_nik.values()))
    members = queries.memberships_of(list(lines))
    numbers = {
        person: Number(bytes(member.identifier.index), member.issued_on, member.existed)
        for person, member in members.items()
    }
    book = Book(
        batch=batch,
        sent_on=batch.sent_at.astimezone(clock.WIB).date() if batch.sent_at else clock.today(),
        lines=lines,
        numbers=numbers,
        members=members,
        person_by_nik=person_by_nik,
        elsewhere=queries.sent_batches_by_nik(wanted - person_by_nik.keys()),
        owners=queries.owners_of_numbers({index for index in kpjs if index is not None}),
        survivors=people_queries.survivors(list(lines)),
    )
    return book, list(zip(niks, kpjs, strict=True))


def _indexes(kind: str, values: list[str]) -> list[bytes | None]:
    present = iter(encryption.index_many(kind, [value for value in values if value]))
    return [next(present) if value else None for value in values]


def _lines(batch: Batch, persons: set[int]) -> dict[int, Line]:
    paid: dict[int, list[Payment]] = defaultdict(list)
    for payment in ConfirmedPayment.objects.filter(line__batch=batch, line__person_id__in=persons):
        paid[payment.line_id].append(Payment(payment.paid_on, payment.amount, payment.reference, payment.months))
    found: dict[int, Line] = {}
    for record in batch.lines.filter(person_id__in=persons).select_related("sponsorship"):
        payments = {payment.key: payment for payment in paid[record.pk]}
        facts = LineFacts(
            purpose=record.purpose,
            accepted_on=record.accepted_on,
            payment_code=record.payment_code,
            payment_amount=record.payment_amount,
            payment_expires_on=record.payment_expires_on,
            refused_on=record.refused_on,
            reason_code=record.reason_code,
            first_paid_on=record.first_paid_on,
            payments=dict(payments),
            numbered=record.membership_id is not None,
        )
        ended = record.purpose == "enrol" and record.sponsorship.state == Sponsorship.State.ENDED
        found[record.person_id] = Line(record, facts, ended, frozenset(payments))
    return found


def write_numbers(book: Book) -> int:
    """New numbers become identifiers and memberships; known ones get what was still missing. Returns how many are new."""
    attached = people.attach_numbers(numbers=book.fresh)
    created = Membership.objects.bulk_create(
        Membership(
            person_id=person,
            identifier_id=identifier,
            issued_on=book.numbers[person].issued_on,
            existed=book.numbers[person].existed,
            created_at=clock.now(),
        )
        for person, identifier in attached.items()
    )
    book.members |= {member.person_id: member for member in created}
    for person in book.touched - attached.keys():
        member, number = book.members[person], book.numbers[person]
        if (member.issued_on, member.existed) != (number.issued_on, number.existed):
            member.issued_on, member.existed = number.issued_on, number.existed
            member.save(update_fields=["issued_on", "existed"])
    return len(attached)


def write_lines(book: Book, file: AnswerFile) -> None:
    """Write the lines that an answer changed, and the payments it confirmed."""
    import polars as pl

    changed = [(person, line) for person, line in book.lines.items() if line.changed]
    if not changed:
        return
    values = [_line_values(book, person, line) for person, line in changed]
    types = {"bigint": pl.Int64, "date": pl.Date, "boolean": pl.Boolean, "text": pl.String}
    stage("answered_lines", _LINE_COLUMNS)
    copy_frame(
        "answered_lines", pl.DataFrame(values, schema={name: types[kind] for name, kind in _LINE_COLUMNS.items()})
    )
    names = [name for name in _LINE_COLUMNS if name != "id"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE sponsorship_batchline l SET {', '.join(f'{name} = a.{name}' for name in names)}"
            " FROM answered_lines a WHERE l.id = a.id"
        )
        cursor.execute("DROP TABLE answered_lines")
    ConfirmedPayment.objects.bulk_create(
        ConfirmedPayment(
            line_id=line.record.pk,
            agency_id=book.batch.agency_id,
            file=file,
            paid_on=payment.paid_on,
            amount=payment.amount,
            reference=payment.reference,
            months=payment.months,
        )
        for _, line in changed
        for payment in applying.payments_to_write(line.facts, line.paid_before)
    )
    _move(book, changed)


def _line_values(book: Book, person: int, line: Line) -> dict[str, Any]:
    facts, has_number = line.facts, person in book.numbers
    return {
        "id": line.record.pk,
        "answer": facts.answer,
        "open": facts.open(has_number=has_number),
        "accepted_on": facts.accepted_on,
        "payment_code": facts.payment_code[:40],
        "payment_amount": facts.payment_amount,
        "payment_expires_on": facts.payment_expires_on,
        "refused_on": facts.refused_on,
        "reason_code": facts.reason_code,
        "first_paid_on": facts.first_paid_on,
        "membership_id": book.members[person].pk if facts.numbered else None,
    }


def _move(book: Book, changed: Iterable[tuple[int, Line]]) -> None:
    """Sponsorships follow their lines, along the transition table only; one that has ended stays ended."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for person, line in changed:
        state = line.facts.sponsorship_state(has_number=person in book.numbers)
        if state is not None:
            wanted[state].append(line.record.sponsorship_id)
    for state, ids in wanted.items():
        Sponsorship.objects.filter(pk__in=ids, state__in=states.sources(state)).update(state=state)


def write_rows(file: AnswerFile, results: list[Result]) -> None:
    """Keep every row of an answer file with what became of it."""
    sealed = encryption.encrypt_many(
        json.dumps(dict(result.answer.raw), ensure_ascii=False).encode() for result in results
    )
    AnswerLine.objects.bulk_create(
        (
            AnswerLine(
                file=file,
                agency_id=file.agency_id,
                line_id=result.line_id,
                sheet=result.answer.sheet,
                number=result.answer.number,
                outcome=result.outcome,
                findings=[_stored(finding) for finding in result.findings],
                nik_index=result.nik_index,
                sealed=raw,
            )
            for result, raw in zip(results, sealed, strict=True)
        ),
        batch_size=5000,
    )


def _stored(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "column": finding.column,
        "severity": finding.severity,
        "facts": dict(finding.facts),
    }


def settle(book: Book) -> None:
    """A batch is answered when no line waits for a word, closed when nothing is owed any more."""
    batch = book.batch
    if batch.lines.filter(open=True).exists():
        wanted = "answered" if not batch.lines.filter(answer="waiting").exists() else batch.state
    else:
        wanted = "closed"
    if wanted != batch.state and states.can_move(batch.state, wanted, states.BATCH):
        batch.state = wanted
        batch.save(update_fields=["state"])
