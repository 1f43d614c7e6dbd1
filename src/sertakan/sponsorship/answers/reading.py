"""Reads an answer of BPJS: which column is what, and what each row says. Nothing doubtful is taken: it becomes a finding that holds.

One file may bring decisions, payments and numbers, alone or together; what a column is called decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sertakan.sponsorship import catalogue
from sertakan.sponsorship.answers.facts import ALREADY_MEMBER, Answer, Finding, Payment
from sertakan.sponsorship.errors import AnswerWithoutAnswer, AnswerWithoutNik

if TYPE_CHECKING:
    from sertakan.intake.reading import SheetTable

_SEPARATORS = re.compile(r"[\s.\-'`’‘]+")
_DAY_FIRST = re.compile(r"^(\d{1,2})[\s./-]+(\d{1,2}|[a-z]+)[\s./-]+(\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?$")
_GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_MONTHS = re.compile(r"^(\d{1,2})(?:\s*(?:bulan|bln|months?))?$")

_ANSWERING = frozenset({"decision", "reason", "payment_code", "paid_on", "reference", "kpj", "issued_on"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a person sees it, and what it is (see `intake.reading`)."""

    text: str
    kind: str


class Unreadable(ValueError):
    """A cell that cannot be taken; its argument is the code of the finding."""


def read_answer(path: Path, *, today: date) -> list[Answer]:
    """Every row of every table that has a NIK column and at least one column of an answer.

    Raises AnswerWithoutNik, AnswerWithoutAnswer, and what `intake.reading` raises for a file it cannot read.
    """
    from sertakan.intake.reading import read_workbook

    tables = read_workbook(path).sheets
    mapped = [(table, columns_of(table.headings)) for table in tables]
    with_nik = [(table, columns) for table, columns in mapped if "nik" in columns]
    if not with_nik:
        raise AnswerWithoutNik()
    useful = [(table, columns) for table, columns in with_nik if _ANSWERING & columns.keys()]
    if not useful:
        raise AnswerWithoutAnswer()
    answers = [
        read_row(cells, sheet=table.index, sheet_name=table.sheet, number=number, today=today)
        for table, columns in useful
        for number, cells in _rows(table, columns)
    ]
    return _hold_shared_numbers(answers)


def columns_of(headings: tuple[str, ...]) -> dict[str, int]:
    """What the columns hold: canonical name to position. The first column of a name counts."""
    known = catalogue.headings()
    found: dict[str, int] = {}
    for position, heading in enumerate(headings):
        column = known.get(catalogue.plain(heading or ""))
        if column is not None:
            found.setdefault(column, position)
    return found


def _rows(table: SheetTable, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Cell]]]:
    names = [f"c{position}" for position in columns.values()]
    texts = table.cells.select(names).iter_rows()
    kinds = table.kinds.select(names).iter_rows()
    for number, row, row_kinds in zip(table.rows.to_list(), texts, kinds, strict=True):
        cells = {
            column: Cell(text.strip(), kind or "s")
            for column, text, kind in zip(columns, row, row_kinds, strict=True)
            if text is not None and text.strip()
        }
        if cells:
            yield int(number), cells


def read_row(cells: Mapping[str, Cell], *, sheet: int, sheet_name: str, number: int, today: date) -> Answer:
    """What one row says. Whatever cannot be read with certainty stands in its findings and holds it."""
    reader = _RowReader(cells, today)
    answer = Answer(
        sheet=sheet,
        sheet_name=sheet_name,
        number=number,
        raw={column: cell.text for column, cell in cells.items()},
        nik=reader.nik(),
        kpj=reader.kpj(),
        issued_on=reader.day("issued_on"),
        payment=reader.payment(),
        decided_on=reader.day("decided_on"),
        payment_code=reader.text("payment_code"),
        payment_amount=reader.amount("payment_amount"),
        payment_expires_on=reader.day("payment_expires_on", future=True),
    )
    reason = reader.reason()
    decision = reader.decision(reason, answer.payment_code)
    if answer.issued_on and not answer.kpj and "kpj" not in cells:
        reader.find("number_missing", "kpj")
    answer = replace(answer, decision=decision, reason_code=reason, findings=tuple(reader.findings))
    if answer.silent and not answer.held:
        answer = replace(answer, findings=(Finding("nothing_said", severity="warning"),))
    return answer


class _RowReader:
    """The cells of one row, read one by one; what cannot be taken is collected in `findings`."""

    def __init__(self, cells: Mapping[str, Cell], today: date) -> None:
        self.cells, self.today = cells, today
        self.findings: list[Finding] = []

    def find(self, code: str, column: str, **facts: str | int) -> None:
        self.findings.append(Finding(code, column, facts=facts))

    def text(self, column: str) -> str:
        return self.cells[column].text if column in self.cells else ""

    def nik(self) -> str:
        cell = self.cells.get("nik")
        if cell is None:
            self.find("nik_missing", "nik")
            return ""
        if cell.kind != "s":
            self.find("nik_numeric", "nik")
            return ""
        return self._digits(cell, 16, "nik_malformed", "nik")

    def kpj(self) -> str:
        cell = self.cells.get("kpj")
        if cell is None:
            return ""
        if cell.kind != "s":
            self.find("number_numeric", "kpj")
            return ""
        return self._digits(cell, 11, "number_malformed", "kpj")

    def _digits(self, cell: Cell, length: int, code: str, column: str) -> str:
        digits = _SEPARATORS.sub("", cell.text)
        if len(digits) == length and digits.isascii() and digits.isdigit():
            return digits
        self.find(code, column)
        return ""

    def day(self, column: str, *, future: bool = False) -> date | None:
        cell = self.cells.get(column)
        if cell is None:
            return None
        try:
            day = read_day(cell)
        except Unreadable as problem:
            self.find(str(problem), column)
            return None
        if day > self.today and not future:
            self.find("date_in_future", column)
            return None
        return day

    def amount(self, column: str) -> int | None:
        cell = self.cells.get(column)
        if cell is None:
            return None
        try:
            return read_amount(cell)
        except Unreadable as problem:
            self.find(str(problem), column)
            return None

    def payment(self) -> Payment | None:
        if not {"paid_on", "paid_amount", "reference"} & self.cells.keys():
            return None
        paid_on, amount, months = self.day("paid_on"), self.amount("paid_amount"), self._months()
        if "paid_on" not in self.cells:
            self.find("payment_date_missing", "paid_on")
        if "paid_amount" not in self.cells:
            self.find("payment_amount_missing", "paid_amount")
        if paid_on is None or amount is None:
            return None
        return Payment(paid_on, amount, self.text("reference")[:80], months)

    def _months(self) -> int | None:
        cell = self.cells.get("paid_months")
        if cell is None:
            return None
        found = _MONTHS.match(re.sub(r"\.0+$", "", cell.text.casefold()))
        if found is None or not 1 <= int(found[1]) <= 12:
            self.find("months_unreadable", "paid_months")
            return None
        return int(found[1])

    def reason(self) -> str:
        said = self.text("reason")
        if not said:
            return ""
        code = catalogue.reason_for(said)
        if code is None:
            known = ", ".join(reason.label.lower() for reason in catalogue.reasons().values())
            self.find("reason_unknown", "reason", known=known)
            return ""
        return code

    def decision(self, reason: str, payment_code: str) -> str:
        said = self.text("decision")
        given = "reason" in self.cells
        answer = catalogue.decisions().get(catalogue.plain(said), "") if said else ""
        if said and not answer:
            self.find("decision_unknown", "decision")
            return ""
        if not said:
            answer = "refused" if given else ("accepted" if payment_code else "")
        if reason == ALREADY_MEMBER:
            return "refused"  # no new registration; the old number goes on, perhaps with a payment code
        if given and (answer == "accepted" or payment_code):
            self.find("decision_contradicts_itself", "decision")
            return ""
        if answer == "refused" and not given:
            self.find("reason_missing", "reason")
            return ""
        return answer if answer != "refused" or reason else ""


def read_day(cell: Cell) -> date:
    """A date: of a date cell, ``2026-12-31``, ``31-12-2026``, ``31/12/2026``, ``31 Desember 2026``. Raises Unreadable.

    Two-digit years and bare numbers are not taken: 04-05-06 can be three days.
    """
    text = cell.text.casefold().strip()
    try:
        if found := _YEAR_FIRST.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if cell.kind == "d":
            return date.fromisoformat(text[:10])
        if found := _DAY_FIRST.match(text):
            month = int(found[2]) if found[2].isdigit() else catalogue.month_names().get(found[2], 0)
            return date(int(found[3]), month, int(found[1]))
    except ValueError as problem:
        raise Unreadable("date_unreadable") from problem
    raise Unreadable("date_unreadable")


def read_amount(cell: Cell) -> int:
    """Whole rupiah above zero: ``67200``, ``67.200``, ``Rp 67.200,-``, ``67.200,00``. Raises Unreadable for anything with a doubt."""
    text = re.sub(r"^rp\.?\s*", "", cell.text.casefold().strip()).replace(" ", "")
    text = re.sub(r",-+$", "", text)
    if cell.kind in ("n", "i"):
        text = re.sub(r"\.0+$", "", text)
    else:
        text = re.sub(r"(?<=\d)([.,])00$", "", text)
        if _GROUPED.match(text):
            text = re.sub(r"[.,]", "", text)
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 10**12:
        raise Unreadable("amount_unreadable")
    return int(text)


def _hold_shared_numbers(answers: list[Answer]) -> list[Answer]:
    pairs = {(answer.kpj, answer.nik) for answer in answers if answer.kpj and answer.nik}
    owners = Counter(kpj for kpj, _ in pairs)
    return [
        replace(answer, findings=(*answer.findings, Finding("number_twice", "kpj")))
        if owners[answer.kpj] > 1
        else answer
        for answer in answers
    ]
