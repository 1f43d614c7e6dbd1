"""SWIFT MT940 and MT942 through the library mt-940, patiently: a field that the library refuses holds its line, not the file.

The library raises for the whole file at the first field it cannot read, reads its argument as a path when a file of that name exists, and
logs what it could not read. So its tags are wrapped one by one, it is only given text, and its logger is silent (names stand in the text).
Runs in the reading process only.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from mt940 import Options, models, tags

from sertakan.banking.reading.decimals import read_balance, read_decimal

logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

_LOOKS = re.compile(rb"(?m)^\s*:\n?(?:20|25P?|28C?|60[FM]|61):")
_BLOCK = re.compile(r"(?m)^[^\S\n]*(?=:20:)")
_ENVELOPE = re.compile(r"(?m)^\{[1-5]:.*$|^-\}.*$|^\$$|^\x01|\x03")
_CLOSING = re.compile(r"(?m)^:6[2-5][FM]?:")
_DETAILS = re.compile(r"(?ms)^:86:.*?(?=^:\d\d|\Z)")
_LINE = re.compile(
    r"^(?P<day>\d{6})(?:\d{4}|\s{4})?(?P<mark>R?[DC])(?P<funds>[A-Z])?(?P<amount>[^A-Z\n]*)", re.IGNORECASE
)
_CUT_AMOUNT = re.compile(r"^\d{6}(?:[\d\s]{4}|[\d\s]{2})?[A-Z]?[DC][A-Z]?\s?[\d,]{1,15}+[.\d,']", re.IGNORECASE)
"""An amount that goes on where the library stops reading it: ``C16.800,00`` is not sixteen."""
_STRUCTURED = (
    "transaction_details", "purpose", "posting_text", "additional_purpose", "extra_details", "return_debit_notes",
)  # fmt: skip
_NAMES = ("applicant_name", "recipient_name", "gvc_applicant_name")
_REFERENCES = (
    "customer_reference",
    "end_to_end_reference",
    "additional_position_reference",
    "bank_reference",
    "purpose_code",
)
_SILENT = frozenset({"", "NONREF", "NOREF", "NOTPROVIDED"})
_OPTIONS = Options.all()


def looks_like(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an MT940."""
    return bool(_LOOKS.search(head[:4096].replace(b"\r", b""))) and b"<Document" not in head


def read(text: str) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """Statements (as `Statement` takes them) and rows in the order of `LINE_COLUMNS`. Never raises for what stands in the text."""
    statements: list[dict[str, Any]] = []
    rows: list[tuple[Any, ...]] = []
    plain = _ENVELOPE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    for block in _BLOCK.split(plain):
        if not block.strip():
            continue
        closing = _CLOSING.search(block)
        if closing is not None:
            # What stands behind the balances is about the statement; the library would give it to the last movement.
            block = block[: closing.start()] + _DETAILS.sub("", block[closing.start() :])
        _read_block(block, statements, rows)
    return statements, rows


def _read_block(block: str, statements: list[dict[str, Any]], rows: list[tuple[Any, ...]]) -> None:
    book = models.Transactions(tags=_patient_tags(), options=_OPTIONS, processors=_processors())
    try:
        book.parse(block)
    except Exception:  # whatever a library does with a broken file: the rest is held below
        book.transactions.clear()
        book.data.clear()
        for part in re.split(r"(?m)^(?=:61:)", block)[1:]:
            transaction = models.Transaction(book, {"held": part[4:].split("\n:", 1)[0]})
            book.transactions.append(transaction)
    opening, opening_on, currency = _balance(book, "opening")
    closing, closing_on, other = _balance(book, "closing")
    head: dict[str, Any] = {
        "account": str(book.data.get("account_identification") or "").strip(),
        "currency": currency or other or str(_safe(lambda: book.currency) or ""),
        "opening": opening,
        "closing": closing,
        "opening_on": opening_on,
        "closing_on": closing_on,
    }
    at = len(statements)
    if statements and statements[-1]["account"] == head["account"] and _goes_on(statements[-1], head):
        # Pages of one statement (60M/62M): one head, from the first opening to the last closing balance.
        at -= 1
        statements[at]["closing"], statements[at]["closing_on"] = head["closing"], head["closing_on"]
    else:
        statements.append(head)
    for transaction in book.transactions:
        if transaction.data:
            rows.append(_row(transaction.data, at, len(rows) + 1, head["currency"]))


def _goes_on(before: dict[str, Any], head: dict[str, Any]) -> bool:
    return (
        before["closing"] is not None
        and before["closing"] == head["opening"]
        and before["currency"] == head["currency"]
    )


def _row(data: dict[str, Any], statement: int, number: int, currency: str) -> tuple[Any, ...]:
    raw, mark, problem = str(data.get("held") or ""), str(data.get("status") or "").upper(), ""
    booked, value = _day(data.get("entry_date")), _day(data.get("date"))
    if data.get("held") is not None or "raw_amount" not in data:
        found = _LINE.match(raw)
        mark = found["mark"].upper() if found else ""
        value = _six(found["day"]) if found else None
        raw = found["amount"].strip() if found else raw
        amount, problem = None, "line_unreadable"
    else:
        raw = str(data["raw_amount"])
        amount, problem = read_decimal(raw)
    # RC takes a credit back, RD a debit.
    direction = {"C": "in", "RD": "in", "D": "out", "RC": "out"}.get(mark, "")
    if currency and currency.upper() != "IDR":
        amount, problem = None, "other_currency"
    elif not problem and not direction:
        amount, problem = None, "direction_unreadable"
    elif not problem and (booked or value) is None:
        problem = "date_unreadable"
    return (
        statement, number, booked or value, value, direction, amount, None, _first(data, _REFERENCES), _first(data, _NAMES),
        _text(data), raw, problem,
    )  # fmt: skip


def _text(data: dict[str, Any]) -> str:
    """All that was said, each part once."""
    parts: dict[str, None] = {}
    for name in (*_STRUCTURED, *_NAMES, *_REFERENCES, "held"):
        value = data.get(name)
        if isinstance(value, str) and value.strip() and value.strip().upper() not in _SILENT:
            parts.setdefault(" ".join(value.split()))
    return " ".join(parts)[:2000]


def _first(data: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = str(data.get(name) or "").strip()
        if value.upper() not in _SILENT:
            return " ".join(value.split())[:140]
    return ""


def _balance(book: models.Transactions, which: str) -> tuple[int | None, date | None, str]:
    for name in (f"final_{which}_balance", f"{which}_balance", f"intermediate_{which}_balance"):
        found = book.data.get(name)
        if isinstance(found, models.Balance) and isinstance(found.amount, models.Amount):
            amount = read_balance(str(abs(found.amount.amount)))
            negative = found.amount.amount < 0
            return (-amount if amount and negative else amount), _day(found.date), str(found.amount.currency or "")
    return None, None, ""


def _day(value: Any) -> date | None:
    return date(value.year, value.month, value.day) if isinstance(value, date) else None


def _six(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _safe(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception:
        return None


def _parsed(parse: Callable[..., Any], transactions: Any, value: str) -> dict[str, Any] | None:
    try:
        return dict(parse(transactions, value))
    except Exception:  # as above
        return None


def _patient_tags() -> dict[int | str, Any]:
    """The library's tags, none of which raises; the line tag also knows the longer references of some banks."""
    patient: dict[int | str, Any] = {name: _Patient(tag) for name, tag in tags.TAG_BY_ID.items() if name != 61}
    patient[61] = _LINE_TAG
    return patient


class _Patient:
    """A tag of the library that gives nothing where it would raise."""

    def __init__(self, tag: Any) -> None:
        self.tag, self.id, self.slug, self.scope = tag, tag.id, tag.slug, tag.scope

    def parse(self, transactions: Any, value: str) -> dict[str, Any]:
        return _safe(lambda: self.tag.parse(transactions, value)) or {}

    def __call__(self, transactions: Any, value: dict[str, Any]) -> dict[str, Any]:
        return (_safe(lambda: self.tag(transactions, value)) or {}) if value else {}


class _PatientLine(tags.Statement):
    """A line as the standard has it, else as ASN and GLS write it, else held as it stands."""

    _others = (tags.StatementASNB(), tags.StatementGLS())

    def parse(self, transactions: Any, value: str) -> dict[str, Any]:
        if _CUT_AMOUNT.match(value):
            return {"held": value}
        for parse in (super().parse, *(other.parse for other in self._others)):
            found = _parsed(parse, transactions, value)
            if found:
                return {**found, "raw_amount": found.get("amount")}
        return {"held": value}

    def __call__(self, transactions: Any, value: dict[str, Any]) -> dict[str, Any]:
        # The library opens a new transaction only where the one before has an id.
        if "held" not in value:
            made = _safe(lambda: tags.Statement.__call__(self, transactions, dict(value)))
            if made is not None:
                return {**made, "id": made.get("id") or "NMSC"}
            return {
                "held": f"{value.get('year')}{value.get('month')}{value.get('day')}{value.get('status')}{value.get('amount')}",
                "id": "NMSC",
            }
        return {**value, "id": "NMSC"}


_PatientLine.slug = "statement"
_LINE_TAG = _PatientLine()
_LINE_TAG.__class__.slug = "statement"


def _processors() -> dict[str, list[Any]]:
    """The library's own, none of which raises."""

    def patient(processor: Any) -> Any:
        def run(book: Any, tag: Any, given: dict[str, Any], *rest: Any) -> Any:
            fallback = rest[0] if rest else given
            made = _safe(lambda: processor(book, tag, given, *rest))
            return fallback if made is None else made

        return run

    return {name: [patient(one) for one in many] for name, many in models.Transactions.DEFAULT_PROCESSORS.items()}
