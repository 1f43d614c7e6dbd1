"""MT940 and CAMT: what the libraries cannot read holds its line and not the file; amounts and directions are never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sertakan.banking import errors
from sertakan.banking.reading import read_statement
from sertakan.intake.reading.model import Limits

TODAY = date(2027, 1, 10)
MT940 = """{{1:F01BRINIDJAXXXX0000000000}}{{2:I940X}}{{4:
:20:STMT1
:25:003401000123304
:28C:1/1
:60F:C261201IDR1000000,
:61:2612021202C16800,NTRFREF1//BANK1
:86:TRSF DARI RATNA REKAAN IURAN
{line}
:62F:C261231IDR1016800,
:86:SALDO REKENING BENDAHARA
-}}"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<{p}Document xmlns{x}="urn:iso:std:iso:20022:tech:xsd:camt.05{kind}.001.02"><{p}{outer}>
<{p}GrpHdr><{p}MsgId>1</{p}MsgId></{p}GrpHdr><{p}{inner}>
<{p}Acct><{p}Id><{p}Othr><{p}Id>1234567890</{p}Id></{p}Othr></{p}Id><{p}Ccy>IDR</{p}Ccy></{p}Acct>
{entries}</{p}{inner}></{p}{outer}></{p}Document>"""
ENTRY = """<{p}Ntry><{p}Amt Ccy="IDR">{amount}</{p}Amt><{p}CdtDbtInd>{mark}</{p}CdtDbtInd><{p}Sts>{status}</{p}Sts>
<{p}BookgDt><{p}Dt>2026-12-02</{p}Dt></{p}BookgDt>{details}</{p}Ntry>"""
OUTER = {"2": ("BkToCstmrAcctRpt", "Rpt"), "3": ("BkToCstmrStmt", "Stmt"), "4": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


def entry(amount: str = "16800.00", mark: str = "CRDT", status: str = "BOOK", details: str = "", p: str = "") -> str:
    return ENTRY.format(p=p, amount=amount, mark=mark, status=status, details=details)


def camt(*entries: str, kind: str = "3", p: str = "") -> str:
    outer, inner = OUTER[kind]
    return CAMT.format(p=p, x=f":{p[:-1]}" if p else "", kind=kind, outer=outer, inner=inner, entries="".join(entries))


def read(tmp_path: Path, content: str | bytes, **more):
    path = tmp_path / "koran.dat"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_statement(path, today=TODAY, **more)


def facts(book) -> list[tuple]:
    return list(book.lines.select("booked_on", "direction", "amount", "problem").iter_rows())


DAY = date(2026, 12, 2)


def test_an_mt940_is_read_with_its_account_balances_and_texts(tmp_path):
    book = read(tmp_path, MT940.format(line=""))
    assert facts(book) == [(DAY, "in", 16_800, "")]
    head = book.statements[0]
    assert (head.account, head.opening, head.closing, head.currency) == ("003401000123304", 1_000_000, 1_016_800, "IDR")
    assert "RATNA REKAAN" in book.lines["text"][0]
    assert [finding.code for finding in book.findings] == ["balance_fits"]


def test_what_stands_behind_the_balance_is_not_taken_for_the_text_of_the_last_movement(tmp_path):
    assert "BENDAHARA" not in read(tmp_path, MT940.format(line="")).lines["text"][0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (":61:2612031203D2500,50NTRFREF2", (date(2026, 12, 3), "out", None, "decimal_part")),
        (":61:2612031203RC2500,NTRFREF2", (date(2026, 12, 3), "out", 2_500, "")),
        (":61:2612031203RD2500,NTRFREF2", (date(2026, 12, 3), "in", 2_500, "")),
        (":61:2612031203C25.00NTRFREF2", (date(2026, 12, 3), "in", None, "line_unreadable")),
        (":61:2612031203C16.800,00NTRFREF2", (date(2026, 12, 3), "in", None, "line_unreadable")),
        (":61:2612031203C0,NTRFREF2", (date(2026, 12, 3), "in", None, "amount_missing")),
        (":61:2613451203C16800,NTRFREF2", (None, "in", None, "line_unreadable")),
        (":61:RUSAK", (None, "", None, "line_unreadable")),
    ],
)
def test_a_line_that_the_library_refuses_is_held_and_the_others_are_read(tmp_path, line, expected):
    assert facts(read(tmp_path, MT940.format(line=line))) == [(DAY, "in", 16_800, ""), expected]


def test_an_mt940_in_another_currency_is_held(tmp_path):
    assert facts(read(tmp_path, MT940.format(line="").replace("IDR", "USD")))[0][2:] == (None, "other_currency")


@pytest.mark.parametrize("kind", ["2", "3", "4"])
@pytest.mark.parametrize("prefix", ["", "n:"])
def test_every_kind_of_camt_is_read_with_and_without_prefix(tmp_path, kind, prefix):
    book = read(tmp_path, camt(entry(p=prefix), entry(mark="DBIT", p=prefix), kind=kind, p=prefix))
    assert facts(book) == [(DAY, "in", 16_800, ""), (DAY, "out", 16_800, "")]
    assert book.statements[0].account == "1234567890"


def details(*amounts: str, mark: str = "CRDT") -> str:
    parts = "".join(
        f"<TxDtls><Refs><EndToEndId>E{at}</EndToEndId></Refs>{one}</TxDtls>" for at, one in enumerate(amounts)
    )
    return f"<NtryDtls>{parts}</NtryDtls>"


def amount(text: str) -> str:
    return f'<Amt Ccy="IDR">{text}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'


def test_a_collective_entry_is_split_only_where_its_parts_add_up(tmp_path):
    whole = entry("30000", details=details(amount("10000"), amount("20000")))
    assert [row[2] for row in facts(read(tmp_path, camt(whole)))] == [10_000, 20_000]
    short = entry("30000", details=details(amount("10000"), amount("10000")))
    assert [row[2] for row in facts(read(tmp_path, camt(short)))] == [30_000]
    silent = entry("30000", details=details("", ""))
    assert [row[2] for row in facts(read(tmp_path, camt(silent)))] == [30_000]


def test_an_amount_in_another_currency_inside_an_entry_is_not_its_amount(tmp_path):
    foreign = '<AmtDtls><InstdAmt><Amt Ccy="USD">1.05</Amt></InstdAmt></AmtDtls>'
    assert facts(read(tmp_path, camt(entry(details=details(foreign)))))[0][2] == 16_800


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"amount": "16800.50"}, (DAY, "in", None, "decimal_part")), ({"amount": "x"}, (DAY, "in", None, "amount_unreadable")),
        ({"amount": "0"}, (DAY, "in", None, "amount_missing")), ({"mark": ""}, (DAY, "", None, "direction_unreadable")),
        ({"status": "PDNG"}, (DAY, "in", 16_800, "not_booked")),
    ],
)  # fmt: skip
def test_an_entry_with_a_doubt_is_held(tmp_path, given, expected):
    assert facts(read(tmp_path, camt(entry(**given), entry()))) == [expected, (DAY, "in", 16_800, "")]


BOMB = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_refused_and_nothing_outside_is_opened(tmp_path):
    with pytest.raises(errors.StatementEntityBomb):
        read(tmp_path, camt(entry()).replace("?>", "?>" + BOMB, 1))
    secret = tmp_path / "rahasia.txt"
    secret.write_text("RAHASIA")
    outside = f'<!DOCTYPE Document [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(errors.StatementEntityBomb):
        read(tmp_path, camt(entry(details="<AddtlNtryInf>&x;</AddtlNtryInf>")).replace("?>", "?>" + outside, 1))


def test_a_broken_or_deep_document_is_refused(tmp_path):
    with pytest.raises(errors.StatementUnreadable):
        read(tmp_path, camt(entry())[:-40])
    with pytest.raises(errors.StatementUnreadable):
        read(tmp_path, camt("<a>" * 5_000 + "</a>" * 5_000))


def test_a_reader_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(errors.StatementTooSlow):
        read(tmp_path, MT940.format(line=""), limits=Limits(seconds=0.01))
