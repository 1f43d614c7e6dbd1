"""``sertakan intake``: one JSON document each, refusals with code 2 that leave nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sertakan.intake.models import File, RememberedColumn

Run = Callable[..., tuple[int, Any]]
HEADINGS = "NIK;Nama;Tgl Lahir;No HP;Pekerjaan;Sebutan"


@pytest.fixture
def command(world: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``sertakan intake`` in the test's own transaction."""
    from sertakan.cli import intake, main

    monkeypatch.setattr(intake, "set_up", lambda: None)

    def run(*words: Any) -> tuple[int, Any]:
        code = main.run(["intake", *map(str, words), "--agency", world.agency.short_name, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "daftar.csv"
    path.write_text(f"{HEADINGS}\n1771021503779333;Suwardi Karangan;15-03-1977;081399999999;tukang ojek;Pak Wardi\n")
    return path


def test_a_list_is_accounted_for_in_one_document(command: Run, listed: Path) -> None:
    code, found = command(listed, "--accept", "--rows")
    assert code == 0
    assert {key: found[key] for key in ("header_row", "rows", "accepted", "held", "duplicates", "known", "withdrawn")} == {
        "header_row": 1, "rows": 1, "accepted": 1, "held": 0, "duplicates": 0, "known": 0, "withdrawn": 0,
    }  # fmt: skip
    assert found["records"][0]["nik"] == "************9333"


def test_a_heading_that_is_not_there_is_refused_and_not_remembered(command: Run, listed: Path) -> None:
    code, refusal = command(listed, "--column", "Panggilan=remark")
    assert code == 2
    assert "Panggilan" in refusal["message"]
    assert "Sebutan" in refusal["message"]
    assert not RememberedColumn.objects.exists()


def test_a_heading_that_is_there_takes_its_meaning(command: Run, listed: Path) -> None:
    code, found = command(listed, "--column", "sebutan=remark", "--rows")
    assert (code, found["records"][0]["remark"]) == (0, "Pak Wardi")


def test_a_folder_that_is_not_there_is_said_before_anything_is_recorded(command: Run, listed: Path) -> None:
    before = File.objects.count()
    code, refusal = command(listed, "--accept", "--held-to", listed.parent / "tidak-ada" / "ditahan.xlsx")
    assert code == 2
    assert "--held-to" in refusal["message"]
    assert File.objects.count() == before


def test_a_form_that_nobody_filled_in_says_so(command: Run, tmp_path: Path) -> None:
    empty = tmp_path / "kosong.csv"
    empty.write_text(f"{HEADINGS}\n")
    code, refusal = command(empty)
    assert (code, refusal["code"]) == (2, "no_rows")
