"""What an answer does to a line: a pure function of what is known and what is said, so that the order of the files does not matter.

Facts only ever add up: the earliest day of acceptance, the payment code that lives longest, every payment once, one number for life.
What contradicts a known fact is held for a person to decide. No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sertakan.sponsorship.answers.facts import ALREADY_MEMBER, Answer, Finding, Payment

ANSWER_WORDS = {"accepted": "diterima", "refused": "ditolak", "paid": "dibayar", "numbered": "bernomor"}
_MEMBER_STATE = {
    "waiting": "sent",
    "accepted": "awaiting_payment",
    "refused": "refused",
    "paid": "awaiting_number",
    "numbered": "member",
}


class Held(Exception):
    """The answer cannot be applied; carries the finding that says why."""

    def __init__(self, code: str, column: str = "", **facts: str | int) -> None:
        super().__init__(code)
        self.finding = Finding(code, column, facts=facts)


@dataclass(slots=True)
class Number:
    """The membership number of a person: its keyed index, its day of issue, and whether it existed before we asked."""

    index: bytes
    issued_on: date | None
    existed: bool


@dataclass(slots=True)
class LineFacts:
    """What is known about one line."""

    purpose: str = "enrol"
    accepted_on: date | None = None
    payment_code: str = ""
    payment_amount: int | None = None
    payment_expires_on: date | None = None
    refused_on: date | None = None
    reason_code: str = ""
    first_paid_on: date | None = None
    payments: dict[tuple[date, int, str], Payment] = field(default_factory=dict)
    numbered: bool = False

    @property
    def answer(self) -> str:
        """Where the line stands."""
        if self.numbered:
            return "numbered"
        if self.refused_on is not None:
            return "refused"
        if self.first_paid_on is not None:
            return "paid"
        return "accepted" if self.accepted_on is not None else "waiting"

    def open(self, *, has_number: bool) -> bool:
        """Whether BPJS still owes something. A number that exists already makes the payment the last step."""
        if self.purpose != "enrol":
            return self.answer == "waiting"
        return not (self.answer in ("numbered", "refused") or (self.answer == "paid" and has_number))

    def sponsorship_state(self, *, has_number: bool) -> str | None:
        """The state the sponsorship should have; None where the line does not move it."""
        if self.purpose != "enrol":
            return None
        return "member" if self.answer == "paid" and has_number else _MEMBER_STATE[self.answer]


def apply(
    line: LineFacts,
    answer: Answer,
    *,
    number: Number | None,
    said: bytes | None,
    owner_is_other: bool,
    sent_on: date,
    today: date,
) -> tuple[bool, Number | None, list[Finding]]:
    """Put the facts of `answer` into `line`, all of them or none.

    `number` is the person's known number, `said` the keyed index of the number in the answer. Returns whether anything changed, the
    person's number afterwards, and warnings. Raises Held, and then leaves `line` and `number` as they were.
    """
    warnings: list[Finding] = []
    _check(line, answer, number=number, said=said, owner_is_other=owner_is_other)
    changed = _decide(line, answer, today, warnings)
    changed |= _pay(line, answer.payment)
    after, numbered = _number(line, answer, number, said)
    if (
        numbered
        and line.purpose == "enrol"
        and answer.issued_on
        and answer.issued_on < sent_on
        and not after_existed(after)
    ):
        warnings.append(Finding("issued_before_batch", "issued_on", "warning"))
    return changed or numbered, after, warnings


def after_existed(number: Number | None) -> bool:
    """Whether the number existed before we asked."""
    return number is not None and number.existed


def _check(line: LineFacts, answer: Answer, *, number: Number | None, said: bytes | None, owner_is_other: bool) -> None:
    already = ALREADY_MEMBER in (answer.reason_code, line.reason_code)
    refused = not already and line.refused_on is not None
    if answer.decision == "accepted" and refused:
        raise Held("answer_contradicts", "decision", known=ANSWER_WORDS["refused"])
    if answer.payment_code:
        _check_payment_code(line, answer)
    if answer.decision == "refused":
        if line.refused_on is not None and line.reason_code != answer.reason_code:
            raise Held("reason_contradicts", "reason")
        if not already and line.answer not in ("waiting", "refused"):
            raise Held("answer_contradicts", "decision", known=ANSWER_WORDS[line.answer])
    refused = refused or (not already and answer.decision == "refused")
    if answer.payment is not None:
        _check_payment(line, answer.payment, refused=refused)
    if said is not None:
        _check_number(answer, number, said, already=already, refused=refused, owner_is_other=owner_is_other)


def _check_payment_code(line: LineFacts, answer: Answer) -> None:
    differs = (line.payment_code and answer.payment_code and line.payment_code != answer.payment_code) or (
        line.payment_code == answer.payment_code
        and None not in (line.payment_amount, answer.payment_amount)
        and line.payment_amount != answer.payment_amount
    )
    same_life = line.payment_expires_on == answer.payment_expires_on
    if differs and (None in (line.payment_expires_on, answer.payment_expires_on) or same_life):
        raise Held("payment_code_contradicts", "payment_code")


def _check_payment(line: LineFacts, payment: Payment, *, refused: bool) -> None:
    if refused:
        raise Held("answer_contradicts", "paid_on", known=ANSWER_WORDS["refused"])
    known = line.payments.get(payment.key)
    if known is not None and None not in (known.months, payment.months) and known.months != payment.months:
        raise Held("payment_contradicts", "paid_months")


def _check_number(
    answer: Answer, number: Number | None, said: bytes, *, already: bool, refused: bool, owner_is_other: bool
) -> None:
    if owner_is_other:
        raise Held("number_of_another_person", "kpj")
    if number is not None and number.index != said:
        raise Held("other_number_known", "kpj")
    if answer.issued_on is None and number is None and not already:
        raise Held("issue_date_missing", "issued_on")
    if refused and answer.issued_on is not None:
        raise Held("answer_contradicts", "kpj", known=ANSWER_WORDS["refused"])
    if number is not None and None not in (number.issued_on, answer.issued_on) and number.issued_on != answer.issued_on:
        raise Held("issue_date_contradicts", "issued_on")


def _decide(line: LineFacts, answer: Answer, today: date, warnings: list[Finding]) -> bool:
    if not answer.decision:
        return False
    day = answer.decided_on
    if answer.decision == "refused":
        known = line.refused_on is not None
        line.reason_code = answer.reason_code
        line.refused_on = _earliest(line.refused_on, day) or today
        code = line.payment_code
        if answer.reason_code == ALREADY_MEMBER:
            _take_payment_code(line, answer, warnings)
        return not known or code != line.payment_code
    before = (line.accepted_on, line.payment_code, line.payment_amount, line.payment_expires_on)
    line.accepted_on = (line.accepted_on or day or today) if day is None else _earliest(line.accepted_on, day)
    _take_payment_code(line, answer, warnings)
    return before != (line.accepted_on, line.payment_code, line.payment_amount, line.payment_expires_on)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _take_payment_code(line: LineFacts, answer: Answer, warnings: list[Finding]) -> None:
    if not answer.payment_code:
        return
    until, known_until = answer.payment_expires_on, line.payment_expires_on
    if line.payment_code and until and known_until and until < known_until:
        warnings.append(Finding("payment_code_older", "payment_code", "warning"))
        return
    newer = bool(until and known_until and until > known_until)
    line.payment_code = answer.payment_code
    line.payment_amount = answer.payment_amount if newer or line.payment_amount is None else line.payment_amount
    line.payment_expires_on = max((day for day in (until, known_until) if day), default=None)


def _pay(line: LineFacts, payment: Payment | None) -> bool:
    if payment is None or payment.key in line.payments:
        return False
    line.payments[payment.key] = payment
    line.first_paid_on = min(line.first_paid_on or payment.paid_on, payment.paid_on)
    return True


def _number(line: LineFacts, answer: Answer, number: Number | None, said: bytes | None) -> tuple[Number | None, bool]:
    """The person's number afterwards, and whether it or the line's tie to it is new."""
    already = line.reason_code == ALREADY_MEMBER
    before = (number.issued_on, number.existed) if number else None
    if number is None and said is not None:
        number = Number(said, answer.issued_on, existed=already)
    if number is None:
        return None, False
    if said is not None and answer.issued_on is not None and number.issued_on is None:
        number.issued_on = answer.issued_on
    number.existed = number.existed or already
    tied = line.numbered
    line.numbered = tied or already or (said is not None and answer.issued_on is not None)
    return number, line.numbered != tied or before != (number.issued_on, number.existed)


def payments_to_write(line: LineFacts, known: Iterable[tuple[date, int, str]]) -> list[Payment]:
    """The payments of `line` that are not among the `known` ones."""
    seen = set(known)
    return [payment for key, payment in line.payments.items() if key not in seen]
