"""``sertakan bill`` answers with one JSON document and writes the files it is asked for."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs a command line in the test's own transaction and database."""
    from sertakan.cli import bill, main, session
    from sertakan.core.scope import acting

    @contextmanager
    def scope(reason=""):
        with acting(session.operator(), reason=reason) as actor:
            yield actor

    monkeypatch.setattr(bill, "set_up", lambda: None)
    monkeypatch.setattr(bill, "command_scope", scope)

    def run(*words):
        code = main.run(["bill", *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_bill_of_an_agency_as_json_and_files(office, command, tmp_path):
    office.worker(donor=office.donor())
    office.worker(funding="apbd")
    xlsx, pdf = tmp_path / "tagihan.xlsx", tmp_path / "tagihan.pdf"
    code, found = command(
        "--month",
        "2027-01",
        "--agency",
        office.agency.code,
        "--xlsx",
        str(xlsx),
        "--pdf",
        str(pdf),
        "--confirm",
        "--issue",
    )
    assert code == 0
    assert (found["month"], found["agency"], found["lines"], found["total"]) == ("2027-01", "17-UJI-01", 2, 33_600)
    assert (found["unchanged"], found["refused"]) == (False, [])
    bill = found["bills"][0]
    assert bill["amounts"] == {"jkk": 20_000, "jkm": 13_600, "jht": 0}
    assert bill["due_on"] == {"jkk": "2027-01-15", "jkm": "2027-01-15"}
    assert (bill["state"], bill["confirmed"], bill["discounted"], bill["lines"]) == ("issued", True, 0, 2)
    assert {(change["funding"], change["before"], change["after"]) for change in bill["changes"]} == {
        ("private", 8_400, 16_800),
        ("apbd", 16_800, 16_800),
    }
    assert xlsx.read_bytes().startswith(b"PK")
    assert pdf.read_bytes().startswith(b"%PDF")


def test_again_it_says_that_nothing_changed(office, command):
    office.worker()
    command("--month", "2026-12")
    code, found = command("--month", "2026-12")
    assert (code, found["unchanged"], found["agency"]) == (0, True, None)


def test_issuing_without_confirmation_is_refused(office, command):
    office.worker()
    code, found = command("--month", "2026-12", "--issue")
    assert (code, found["code"]) == (2, "month_not_confirmed")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--month", "2015-06"), "month_before_law"),
        (("--month", "Desember"), "month_unreadable"),
        (("--month", "2026-12", "--agency", "tidak ada"), "agency_unknown"),
        (("--month", "2026-12", "--pdf", "x.pdf"), "usage"),
        ((), "usage"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_code(office, command, words, refusal):
    code, found = command(*words)
    assert (code, found["code"]) == (2, refusal)
