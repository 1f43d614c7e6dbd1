"""ISO 20022 statements (CAMT.052, .053, .054) through the library pycamt, after the document was made plain.

Read as it stands the library knows no notification (.054), no namespace prefix, takes the first amount it finds below an entry (also
one in another currency or of a charge), gives every part of a collective entry the whole amount, and ignores reversals. So the tree is
prepared first: no namespaces, notifications named as reports, one right amount and direction per movement, parts only where they add up to
their entry. Runs in the reading process only.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import etree
from pycamt import parser as library

from sertakan.banking.errors import StatementEntityBomb, StatementUnreadable
from sertakan.banking.reading.decimals import read_balance, read_decimal

_LOOKS = re.compile(rb"camt\.05[234]\.|<(?:\w+:)?(?:BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn))[\s>]")
_STATEMENTS = {"Stmt": "Stmt", "Rpt": "Rpt", "Ntfctn": "Rpt"}
_SILENT = frozenset({"", "NOTPROVIDED", "NONREF"})
_TEXTS = (
    "RemittanceInformationFull", "RemittanceInformation", "AdditionalRemittanceInformation", "AdditionalEntryInformation", "EndToEndId",
)  # fmt: skip


def looks_like(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a CAMT message (in any encoding of Unicode)."""
    return bool(_LOOKS.search(head.replace(b"\x00", b"")))


def read(data: bytes) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """Statements and rows in the order of `LINE_COLUMNS`. Raises StatementEntityBomb, StatementUnreadable."""
    root = _tree(data)
    statements: list[dict[str, Any]] = []
    rows: list[tuple[Any, ...]] = []
    for element in [one for one in root.iter() if one.tag in _STATEMENTS]:
        element.tag = _STATEMENTS[str(element.tag)]
        at = len(statements)
        statements.append(_head(element))
        facts = _prepare(element)
        document = etree.Element("Document")
        document.append(element)
        entries = library.Camt053Parser(etree.tostring(document)).get_transactions()
        if len(entries) != len(facts):
            raise StatementUnreadable(format="CAMT")
        for entry, fact in zip(entries, facts, strict=True):
            rows.append(_row(entry, fact, at, len(rows) + 1))
    return statements, rows


def _tree(data: bytes) -> Any:
    """The document without namespaces and comments. No entity is resolved, nothing is fetched, no tree is too deep."""
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data.lstrip(b"\x00 \t\r\n"), parser=reader)
    except (etree.XMLSyntaxError, ValueError) as problem:
        if b"<!DOCTYPE" in data.replace(b"\x00", b"")[:65536]:
            raise StatementEntityBomb() from problem
        raise StatementUnreadable(format="CAMT") from problem
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise StatementEntityBomb()
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return root


def _head(element: Any) -> dict[str, Any]:
    account = (
        _text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id") or _text(element, "Acct/Id/PrtryAcct/Id")
    )
    head: dict[str, Any] = {
        "account": account, "currency": _text(element, "Acct/Ccy"), "opening": None, "closing": None, "opening_on": None,
        "closing_on": None,
    }  # fmt: skip
    for balance in element.findall("Bal"):
        kind = _text(balance, "Tp/CdOrPrtry/Cd")
        name = "opening" if kind in ("OPBD", "PRCD") else "closing" if kind == "CLBD" else ""
        amount = balance.find("Amt")
        if not name or amount is None:
            continue
        head["currency"] = head["currency"] or amount.get("Ccy", "")
        if name == "opening" and kind == "PRCD" and head["opening"] is not None:
            continue
        read_ = read_balance(amount.text or "")
        head[name] = -read_ if read_ is not None and _text(balance, "CdtDbtInd") == "DBIT" else read_
        head[f"{name}_on"] = _day(_text(balance, "Dt/Dt") or _text(balance, "Dt/DtTm"))
    return head


def _prepare(element: Any) -> list[dict[str, Any]]:
    """Make every entry of a statement such that the library gives one transaction per movement; the facts of each, in its order."""
    facts: list[dict[str, Any]] = []
    currency = _text(element, "Acct/Ccy")
    for entry in list(element.iter("Ntry")):
        own = _fact(entry, currency)
        own["status"] = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        own["number"] = _text(entry, "NtryRef")
        own["booked"], own["value"] = (
            _day(_text(entry, f"{name}/Dt") or _text(entry, f"{name}/DtTm")) for name in ("BookgDt", "ValDt")
        )
        parts = list(entry.iter("TxDtls"))
        split = [_fact(part, own["currency"], own) for part in parts]
        if len(parts) > 1 and _adds_up(own, split):
            facts.extend({**own, **part, "extra": _said(detail)} for part, detail in zip(split, parts, strict=True))
            continue
        own["extra"] = " ".join(_said(part) for part in parts[:50])
        for part in parts[1:]:
            part.getparent().remove(part)
        facts.append(own)
    return facts


def _fact(element: Any, currency: str, entry: dict[str, Any] | None = None) -> dict[str, Any]:
    """Amount, currency and direction of an entry or of one of its parts: the direct children only."""
    amount = element.find("Amt")
    if amount is None and entry is not None:
        amount = element.find("AmtDtls/TxAmt/Amt")
    mark = _text(element, "CdtDbtInd") or (entry["mark"] if entry else "")
    return {
        "amount": (amount.text or "").strip() if amount is not None else "",
        "currency": (amount.get("Ccy") or currency) if amount is not None else currency,
        "mark": mark,
        "reversal": _text(element, "RvslInd").lower() in ("true", "1") or bool(entry and entry["reversal"]),
    }


def _adds_up(entry: dict[str, Any], parts: list[dict[str, Any]]) -> bool:
    whole, problem = read_decimal(entry["amount"])
    if problem or whole is None or any(part["currency"] != entry["currency"] for part in parts):
        return False
    total = 0
    for part in parts:
        amount, problem = read_decimal(part["amount"])
        if problem or amount is None:
            return False
        total += amount if part["mark"] == entry["mark"] else -amount
    return total == whole


def _said(part: Any) -> str:
    """What the library leaves out: every reference, free text and name of a movement."""
    wanted = ("Ustrd", "Ref", "AddtlTxInf", "Nm", "InstrId", "TxId", "PmtInfId", "AddtlRmtInf", "EndToEndId", "Prtry")
    found = dict.fromkeys(
        " ".join(one.text.split()) for one in part.iter(*wanted) if one.text and one.text.strip().upper() not in _SILENT
    )
    return " ".join(found)


def _row(entry: dict[str, Any], fact: dict[str, Any], statement: int, number: int) -> tuple[Any, ...]:
    amount, problem = read_decimal(fact["amount"])
    incoming = {"CRDT": True, "DBIT": False}.get(fact["mark"].upper())
    # The indicator of a reversal already says which way the money went (ISO 20022, CdtDbtInd of the entry).
    direction = "" if incoming is None else "in" if incoming else "out"
    booked = fact["booked"]
    if fact["status"].upper() in ("PDNG", "INFO", "FUTR"):
        problem = "not_booked"
    elif fact["currency"].upper() != "IDR":
        amount, problem = None, "other_currency"
    elif not problem and not direction:
        amount, problem = None, "direction_unreadable"
    elif not problem and (booked or fact["value"]) is None:
        problem = "date_unreadable"
    name = (
        entry.get("DebtorName" if direction != "out" else "CreditorName")
        or entry.get("DebtorName")
        or entry.get("CreditorName")
        or ""
    )
    texts = [str(entry.get(key) or "") for key in _TEXTS] + [fact.get("extra", "")]
    said = dict.fromkeys(" ".join(text.split()) for text in texts if text.strip().upper() not in _SILENT)
    references = (entry.get("EndToEndId"), entry.get("TransactionID"), fact["number"])
    reference = next((str(one).strip() for one in references if one and str(one).strip().upper() not in _SILENT), "")
    return (
        statement, number, booked or fact["value"], fact["value"], direction, amount, None, reference[:140],
        " ".join(str(name).split())[:140], " ".join(said)[:2000], fact["amount"], problem,
    )  # fmt: skip


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
