"""Accounts, statements, lines and taught layouts on pages; the command that reconciles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sertakan.web.views.banking import CLERKS, READERS

SignIn = Callable[[str], Client]
NIP = "198503152010011001"
BNI = "Posting Date;Effective Date;Branch;Journal;Transaction Description;Amount;DB/CR;Balance"
UNKNOWN = "\n".join([
    "BANK BENGKULU", "No Rekening : 0010203040506", "TANGGAL;URAIAN;MUTASI;D/K;SALDO",
    "02-12-2026;SETOR RATNA REKAAN;16.800,00;K;1.016.800,00", "03-12-2026;BIAYA;2.500,00;D;1.014.300,00",
    "04-12-2026;SETOR;100.000,00;K;1.114.300,00",
])  # fmt: skip


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def upload(name: str, content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


@pytest.fixture
def bank(world: Any) -> dict[str, Any]:
    """An issued bill of the agency, an account of it, and a statement with a line of each kind."""
    from sertakan.banking import services
    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month

    world.donor.nip = NIP
    world.donor.save()
    contributions.confirm_month(Month(2026, 12))
    bill = contributions.issue_bill(contributions.make_bills(Month(2026, 12), world.agency).bills[0].bill)
    account = services.open_account(agency=world.agency, bank="Bank BNI", number="1234567890", purpose="collection")
    content = "\n".join([
        "No. Rekening : 1234567890", BNI,
        f"02/12/2026;02/12/2026;1;900001;TRF {NIP} RATNA;{bill.total}.00;C;{1_000_000 + bill.total}.00",
        f"03/12/2026;03/12/2026;1;900002;SETOR TUNAI DARI RATNA;5000.00;C;{1_005_000 + bill.total}.00",
        f"04/12/2026;04/12/2026;1;900003;BIAYA ADM;2500.00;D;{1_002_500 + bill.total}.00",
        "05/12/2026;05/12/2026;1;900004;ANEH;16.8x;C;",
    ])  # fmt: skip
    return {"bill": bill, "account": account, "content": content}


def send(client: Client, content: str, name: str = "koran.csv", **more: Any) -> Any:
    return client.post(reverse("statement_upload"), {"file": upload(name, content), **more}, follow=True)


def lines() -> dict[str, Any]:
    from sertakan.banking.models import StatementLine

    return {line.state: line for line in StatementLine.objects.all()}


def test_an_uploaded_statement_is_read_matched_and_shown_by_state(world: Any, sign_in: SignIn, bank: Any) -> None:
    client = sign_in("pic")
    response = send(client, bank["content"])
    assert response.status_code == 200
    assert "4 baris = 1 dicocokkan" in text_of(response)
    assert set(lines()) == {"matched", "open", "ignored", "unreadable"}
    assert NIP not in client.get(reverse("accounts")).content.decode()
    for state, said in (
        ("matched", "Ratna Rekaan"),
        ("ignored", "Biaya bank"),
        ("unreadable", "16.8x"),
        ("open", "SETOR TUNAI"),
    ):
        page = client.get(f"{reverse('account', args=[bank['account'].pk])}?keadaan={state}")
        assert said in text_of(page)
    assert "sudah pernah dimasukkan" in text_of(send(client, bank["content"]))


def test_an_open_line_shows_candidates_and_is_matched_with_one_click_and_taken_back(
    world: Any, sign_in: SignIn, bank: Any
) -> None:
    client = sign_in("pic")
    send(client, bank["content"])
    line = lines()["open"]
    page = client.get(reverse("line", args=[line.pk]))
    assert "Ratna Rekaan" in text_of(page)
    found = client.get(reverse("line", args=[line.pk]), {"cari": "ratna"})
    assert "Nama yang dicari" in text_of(found)
    client.post(reverse("line_match", args=[line.pk]), {"donor": world.donor.pk, "funding": "private"})
    line.refresh_from_db()
    assert line.state == "matched"
    told = client.post(reverse("line_match", args=[line.pk]), {"donor": world.donor.pk}, follow=True)
    assert "oleh orang lain atau oleh pencocokan otomatis" in text_of(told)
    client.post(reverse("line_unmatch", args=[line.pk]), {"reason": "keliru"})
    line.refresh_from_db()
    assert line.state == "open"
    assert "keliru" in text_of(client.get(reverse("line", args=[line.pk])))


def test_money_that_a_line_brought_is_taken_back_at_the_line(world: Any, sign_in: SignIn, bank: Any) -> None:
    from sertakan.banking.models import Match
    from sertakan.contributions.models import Reversal

    client = sign_in("pic")
    send(client, bank["content"])
    match = Match.objects.get()
    form = {"month": match.parts[0]["booked"], "agency": world.agency.pk, "reason": "salah"}
    told = client.post(reverse("transfer_reverse", args=[match.parts[0]["transfer"]]), form, follow=True)
    assert told.redirect_chain[-1][0] == reverse("line", args=[match.line_id])
    assert "Batalkan pencocokannya di sini" in text_of(told)
    assert not Reversal.objects.exists()


def test_a_line_is_left_aside_with_a_reason_and_opened_again(sign_in: SignIn, bank: Any) -> None:
    client = sign_in("pic")
    send(client, bank["content"])
    line = lines()["open"]
    assert "Tulis alasannya" in text_of(
        client.post(reverse("line_ignore", args=[line.pk]), {"reason": ""}, follow=True)
    )
    client.post(reverse("line_ignore", args=[line.pk]), {"reason": "arisan"})
    assert "arisan" in text_of(client.get(reverse("line", args=[line.pk])))
    client.post(reverse("line_reopen", args=[line.pk]))
    line.refresh_from_db()
    assert line.state == "open"


def test_a_file_of_an_unknown_bank_leads_to_the_page_that_teaches_it(world: Any, sign_in: SignIn) -> None:
    from sertakan.banking import services

    services.open_account(agency=world.agency, bank="Bank Bengkulu", number="10203040506", purpose="collection")
    client = sign_in("pic")
    refused = client.post(reverse("statement_upload"), {"file": upload("bengkulu.csv", UNKNOWN)})
    assert refused.status_code == 422
    assert reverse("layout_teach") in refused.content.decode()
    page = client.get(reverse("layout_teach"))
    assert "Saldo awal ditambah mutasi sama dengan saldo akhir" in text_of(page)
    assert "Rp16.800" in text_of(page)
    choice = {
        "sheet": "0", "row": "2", "booked_on": "TANGGAL", "text": "URAIAN", "amount": "MUTASI", "direction": "D/K", "balance": "SALDO",
        "rule": "word", "dates": "dmy", "decimal": ",", "positive": "in", "bank": "Bank Bengkulu", "name": "Bank Bengkulu, mutasi",
        "keep": "1",
    }  # fmt: skip
    wrong = client.post(reverse("layout_teach"), {**choice, "decimal": "."})
    assert wrong.status_code == 422
    kept = client.post(reverse("layout_teach"), choice, follow=True)
    assert "tersimpan" in text_of(kept)
    assert "3 baris" in text_of(send(client, UNKNOWN, "bengkulu.csv"))


@pytest.mark.parametrize("name", ["accounts", "statement_upload", "layout_teach"])
def test_a_page_asks_a_visitor_to_sign_in_and_is_closed_to_a_leader(sign_in: SignIn, name: str) -> None:
    assert sign_in("").get(reverse(name)).status_code == 302
    assert sign_in("leader").get(reverse(name)).status_code == 403


def test_an_auditor_reads_and_changes_nothing(sign_in: SignIn, bank: Any) -> None:
    assert set(READERS) - set(CLERKS) == {"auditor"}
    send(sign_in("pic"), bank["content"])
    line = lines()["open"]
    client = sign_in("auditor")
    assert client.get(reverse("line", args=[line.pk])).status_code == 200
    assert client.get(reverse("statement", args=[line.file_id])).status_code == 200
    assert client.get(reverse("statement_upload")).status_code == 403
    for name in ("line_match", "line_ignore", "line_reopen", "line_unmatch"):
        assert client.post(reverse(name, args=[line.pk]), {"reason": "x"}).status_code == 403
        assert client.get(reverse(name, args=[line.pk])).status_code in (403, 405)
    assert client.post(reverse("account_match", args=[bank["account"].pk])).status_code == 403
    assert client.post(reverse("account_open"), {}).status_code == 403
    assert client.post(reverse("layout_forget")).status_code == 403


def test_the_other_agency_finds_no_account_file_or_line(sign_in: SignIn, bank: Any) -> None:
    send(sign_in("pic"), bank["content"])
    line = lines()["open"]
    client = sign_in("other_pic")
    assert client.get(reverse("line", args=[line.pk])).status_code == 404
    assert client.get(reverse("statement", args=[line.file_id])).status_code == 404
    assert client.get(reverse("account", args=[line.account_id])).status_code == 404
    assert client.post(reverse("line_ignore", args=[line.pk]), {"reason": "x"}).status_code == 404


def test_an_account_is_registered_on_the_page_and_shows_four_figures_only(world: Any, sign_in: SignIn) -> None:
    client = sign_in("pic")
    given = {"bank": "Bank Bengkulu", "number": "0010203040506", "purpose": "remittance"}
    page = client.post(reverse("account_open"), given, follow=True)
    assert "····0506" in text_of(page)
    assert "0203040506" not in page.content.decode()
    again = client.post(reverse("account_open"), given, follow=True)
    assert "sudah terdaftar" in text_of(again)


def test_open_lines_are_matched_again_when_something_became_due(sign_in: SignIn, bank: Any) -> None:
    client = sign_in("pic")
    send(client, bank["content"])
    page = client.post(reverse("account_match", args=[bank["account"].pk]), follow=True)
    assert "Belum ada baris terbuka" in text_of(page)


@pytest.fixture
def command(
    world: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any]]:
    import sertakan.cli.session
    from sertakan.cli import main

    monkeypatch.setattr(sertakan.cli.session, "set_up", lambda **_: None)
    monkeypatch.setattr("sertakan.cli.reconcile.set_up", lambda: None, raising=False)

    def run(*words: str) -> tuple[int, Any]:
        code = main.run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_command_answers_with_the_account_of_a_file(bank: Any, command: Any, tmp_path: Any) -> None:
    path = tmp_path / "koran.csv"
    path.write_text(bank["content"])
    code, told = command("reconcile", str(path))
    assert code == 0
    wanted = {
        "lines": 4,
        "matched": 1,
        "open": 1,
        "ignored": 1,
        "unreadable": 1,
        "unchanged": False,
        "amount_matched": bank["bill"].total,
    }
    assert {key: told[key] for key in wanted} == wanted
    assert command("reconcile", str(path))[1]["unchanged"] is True
    assert (
        command("reconcile", str(path), "--account", str(bank["account"].pk), "--agency", "Dinsos")[1]["unchanged"]
        is True
    )


def test_the_command_refuses_with_one_document(bank: Any, command: Any, tmp_path: Any) -> None:
    path = tmp_path / "koran.csv"
    path.write_text(bank["content"].replace("1234567890", "99990000"))
    code, told = command("reconcile", str(path))
    assert (code, told["code"]) == (2, "account_unknown")
    assert command("reconcile", str(tmp_path / "tidak-ada.csv"))[1]["code"] == "file_not_found"
    assert command("reconcile", str(path), "--month", "2026-12")[1]["code"] == "usage"
    assert command("reconcile", str(path), "--account", "999999")[1]["code"] == "bank_account_not_found"


def test_accounts_are_added_and_listed_by_command(world: Any, command: Any) -> None:
    code, made = command("account", "add", "--agency", "Dinsos", "--bank", "BRI", "--number", "003401000123304")
    assert (code, made["last_four"], made["purpose"]) == (0, "3304", "collection")
    assert [one["account"] for one in command("account", "list", "--agency", "Dinsos")[1]["accounts"]] == [
        made["account"]
    ]


def test_a_line_shows_its_day_the_way_the_reader_writes_it(sign_in: SignIn, bank: Any) -> None:
    client = sign_in("pic")
    send(client, bank["content"])
    line = lines()["open"]
    assert line.booked_on == date(2026, 12, 3)
    assert "3 Desember 2026" in text_of(client.get(reverse("line", args=[line.pk])))
