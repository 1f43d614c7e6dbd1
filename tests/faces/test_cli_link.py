"""``sertakan link file``, ``dedupe`` and ``undo``: one JSON document each, refusals with code 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, Any]]
HEADINGS = "Nama;NIK;Tgl Lahir;No HP;Nomor KPJ"


@pytest.fixture
def command(world: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``sertakan link`` in the test's own transaction."""
    from sertakan.cli import link_register, main

    monkeypatch.setattr(link_register, "set_up", lambda: None)

    def run(*words: Any, plain: bool = False) -> tuple[int, Any]:
        code = main.run(["link", *map(str, words), *([] if plain else ["--json"])])
        out = capsys.readouterr().out
        return code, out if plain else json.loads(out)

    return run


@pytest.fixture
def member_list(world: Any, tmp_path: Path) -> Path:
    """A worker of the world with a number, and a stranger."""
    worker = world.workers[4]
    person = worker.person
    path = tmp_path / "peserta.csv"
    born = person.birth_date.strftime("%d-%m-%Y")
    lines = [HEADINGS, f"{person.name};{worker.nik};{born};{person.phone};90000000077"]
    path.write_text("\n".join([*lines, "Suwardi Karangan;1771021503779333;15-03-1977;081399999999;90000000078"]) + "\n")
    return path


def test_a_member_list_is_linked_and_the_same_again_is_unchanged(command: Run, member_list: Path) -> None:
    code, first = command("file", member_list)
    assert (code, first["rows"], first["linked"], first["new"], first["review"]) == (0, 2, 1, 1, 0)
    assert (len(first["linked_ids"]), first["counts"]["numbers"]) == (1, 1)
    code, again = command("file", member_list)
    assert (code, again["unchanged"], again["run"]) == (0, True, first["run"])


def test_a_link_is_undone_by_its_number(command: Run, member_list: Path) -> None:
    _, done = command("file", member_list)
    code, undone = command("undo", done["linked_ids"][0])
    assert (code, undone["undone"], undone["pairs"][0]["state"]) == (0, 1, "different")
    code, again = command("file", member_list)
    assert (code, again["linked"]) == (0, 0)


def test_a_run_is_undone_by_its_number(command: Run, member_list: Path) -> None:
    _, done = command("file", member_list)
    undone = command("undo", done["run"], "--reason", "daftar keliru")[1]
    assert (undone["undone"], undone["pairs"][0]["state"]) == (1, "different")


def test_the_whole_register_is_matched_with_itself(command: Run, world: Any) -> None:
    code, done = command("dedupe")
    assert (code, done["kind"]) == (0, "register")
    assert done["rows"] >= len(world.workers)
    assert command("dedupe")[1]["unchanged"]


def test_the_queue_is_listed_and_a_pair_decided(command: Run, world: Any) -> None:
    from sertakan.linkage.models import Pair

    command("dedupe")
    code, waiting = command("queue")
    assert (code, waiting["waiting"]) == (0, Pair.objects.filter(state__in=["open", "waiting"]).count())
    for row in waiting["pairs"][:1]:
        code, done = command("decide", row["pair"], "different", "--reason", "dua orang menurut KTP")
        assert (code, done["state"], done["final"]) == (0, "different", True)
    code, refused = command("decide", "999999999", "same", "--reason", "cocok menurut KTP")
    assert (code, refused["code"]) == (2, "pair_unknown")


def test_a_row_that_is_not_there_cannot_be_vouched_for(command: Run, world: Any) -> None:
    code, refused = command("other", world.file.pk, "--row", "9999")
    assert (code, refused["code"]) == (2, "row_unknown")


def test_people_read_words(command: Run, member_list: Path) -> None:
    code, out = command("file", member_list, plain=True)
    assert code == 0
    assert "Ditautkan" in out
    assert "1 nomor peserta dicatat" in out


def test_what_cannot_be_done_is_said_with_a_code(command: Run, world: Any, tmp_path: Path) -> None:
    blank, other = tmp_path / "kosong.csv", tmp_path / "lain.csv"
    blank.write_text("")
    other.write_text("Kode;Jumlah;Harga\n1;2;3\n2;3;4\n3;4;5\n")
    for words, refusal in (
        (("file", tmp_path / "tidak-ada.csv"), "file_not_found"),
        (("file", blank), "empty_file"),
        (("file", other), "list_without_usable_columns"),
        (("file", other, "--map", "name"), "usage"),
        (("file", other, "--map", "name=Nama"), "list_column_unknown"),
        (("file", other, "--against", "semua"), "usage"),
        (("undo", "999999999"), "nothing_to_undo"),
        (("undo", "x"), "usage"),
    ):
        code, found = command(*words)
        assert (code, found["code"]) == (2, refusal), words
        assert found["message"]
