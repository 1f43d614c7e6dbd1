"""Takes in what BPJS answers: in any order, in parts, again. Rows that cannot be applied are held with a reason; none is lost.

A row becomes a membership only through a number with its day of issue.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from sertakan.core import audit, clock, files, scope
from sertakan.sponsorship import errors, policies
from sertakan.sponsorship.answers import applying
from sertakan.sponsorship.answers.applying import Held, Number
from sertakan.sponsorship.answers.facts import Answer, Finding
from sertakan.sponsorship.answers.reading import read_answer
from sertakan.sponsorship.models import AnswerFile, AnswerLine, Batch
from sertakan.sponsorship.services.book import (
    Book,
    Result,
    open_book,
    settle,
    write_lines,
    write_numbers,
    write_rows,
)

_UNSAFE = re.compile(r"[^\w .()&+-]")


@dataclass(frozen=True, slots=True)
class RowFinding:
    """A finding with its place in the file."""

    sheet: str
    row: int
    column: str
    code: str
    severity: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AnswerAccount:
    """What became of the rows of an answer: ``rows == applied + unchanged + held``."""

    batch_id: int
    file_id: int | None
    rows: int
    applied: int
    unchanged: int
    held: int
    members: int
    findings: tuple[RowFinding, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in the register is different now."""
        return self.applied > 0


@transaction.atomic
def take_answer(*, batch: Batch, source: Path | bytes, name: str = "") -> AnswerAccount:
    """Apply one file of answers to a sent batch. `source`: the file, or its content.

    Raises NotYourAnswer, BatchNotSent, AnswerWithoutNik, AnswerWithoutAnswer, and what `intake.reading` raises.
    """
    policies.check_can_answer(scope.current(), batch.agency_id)
    if Batch.objects.filter(pk=batch.pk, state=Batch.State.DRAFT).exists():
        raise errors.BatchNotSent(batch=batch.pk)
    data = source if isinstance(source, bytes) else source.read_bytes()
    label = name or (source.name if isinstance(source, Path) else "jawaban")
    answers = _read(data, label)
    batch = Batch.objects.select_for_update(of=("self",)).select_related("agency").get(pk=batch.pk)
    book, indexes = open_book(batch, answers)
    results = [_take_row(book, answer, indexes[position]) for position, answer in enumerate(answers)]
    content = files.digest(data)
    known = AnswerFile.objects.filter(batch=batch, content=content).order_by("-pk").first()
    applied = sum(result.outcome == AnswerLine.Outcome.APPLIED for result in results)
    if known is not None and not applied:
        return _account(batch, known.pk, results, members=0)
    files.store(data)
    file = AnswerFile.objects.create(
        batch=batch,
        agency_id=batch.agency_id,
        name=Path(label).name[:250],
        content=content,
        account=_tally(results),
        taken_by=scope.current().user_id,
        taken_at=clock.now(),
    )
    members = write_numbers(book)
    write_lines(book, file)
    write_rows(file, results)
    settle(book)
    audit.record(
        "sponsorship.answer_taken",
        target=batch,
        agency_id=batch.agency_id,
        facts={**_tally(results), "members": members, "file": file.pk, "content": content},
    )
    return _account(batch, file.pk, results, members=members)


def _read(data: bytes, label: str) -> list[Answer]:
    suffix = Path(label).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="answer-") as folder:
        # A text file has no sheet name but that of the file: findings name it.
        stem = _UNSAFE.sub("_", Path(label).stem)[:80].strip(" .") or "jawaban"
        place = Path(folder) / f"{stem}{suffix if len(suffix) <= 6 else ''}"
        place.write_bytes(data)
        return read_answer(place, today=clock.today())


def _take_row(book: Book, answer: Answer, indexes: tuple[bytes | None, bytes | None]) -> Result:
    nik, said = indexes
    person = book.person_by_nik.get(nik) if nik is not None else None
    findings = list(answer.findings)
    if nik is not None and person is None:
        other = book.elsewhere.get(nik)
        findings.append(
            Finding("other_batch", "nik", facts={"batch": other}) if other else Finding("nik_unknown", "nik")
        )
    if person is None or answer.held:
        return Result(answer, AnswerLine.Outcome.HELD, findings, _line_id(book, person), nik)
    line = book.lines[person]
    if not answer.held and answer.silent:
        return Result(answer, AnswerLine.Outcome.UNCHANGED, findings, line.record.pk, nik)
    survivor = book.survivors[person]
    try:
        changed, number, warnings = applying.apply(
            line.facts,
            answer,
            number=book.numbers.get(person),
            said=said,
            owner_is_other=said is not None and book.owners.get(said, survivor) != survivor,
            sent_on=book.sent_on,
            today=clock.today(),
        )
    except Held as held:
        return Result(answer, AnswerLine.Outcome.HELD, [*findings, held.finding], line.record.pk, nik)
    _note_number(book, person, number, said, answer)
    line.changed |= changed
    if changed and line.ended:
        warnings.append(Finding("ended_meanwhile", severity="warning"))
    outcome = AnswerLine.Outcome.APPLIED if changed else AnswerLine.Outcome.UNCHANGED
    return Result(answer, outcome, [*findings, *warnings], line.record.pk, nik)


def _line_id(book: Book, person: int | None) -> int | None:
    return book.lines[person].record.pk if person is not None else None


def _note_number(book: Book, person: int, number: Number | None, said: bytes | None, answer: Answer) -> None:
    if number is None:
        return
    if person not in book.numbers and said is not None:
        book.fresh[person] = answer.kpj
        book.owners[said] = book.survivors[person]
    book.numbers[person] = number
    book.touched.add(person)


def _tally(results: list[Result]) -> dict[str, int]:
    counts: dict[str, int] = {"rows": len(results), "applied": 0, "unchanged": 0, "held": 0}
    for result in results:
        counts[str(result.outcome)] += 1
    return counts


def _account(batch: Batch, file_id: int, results: list[Result], *, members: int) -> AnswerAccount:
    tally: Mapping[str, int] = _tally(results)
    return AnswerAccount(
        batch_id=batch.pk,
        file_id=file_id,
        rows=tally["rows"],
        applied=tally["applied"],
        unchanged=tally["unchanged"],
        held=tally["held"],
        members=members,
        findings=tuple(
            RowFinding(
                sheet=result.answer.sheet_name,
                row=result.answer.number,
                column=finding.column,
                code=finding.code,
                severity=finding.severity,
                message=finding.message,
                remedy=finding.remedy,
            )
            for result in results
            for finding in result.findings
        ),
    )
