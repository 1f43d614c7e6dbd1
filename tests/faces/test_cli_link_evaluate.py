"""``sertakan link evaluate`` and ``link generate``: one JSON document, refusals with exit code 2, no database."""

from __future__ import annotations

import json

import pytest

from sertakan.cli import main


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    path = tmp_path_factory.mktemp("labelled") / "list.csv"
    assert main.run(["link", "generate", "--records", "1500", "--seed", "3", "--out", str(path)]) == 0
    return path


def answer(capsys, *words: str) -> tuple[int, dict]:
    code = main.run(list(words))
    said = capsys.readouterr().out
    assert len(said.strip().splitlines()) == 1
    return code, json.loads(said)


def test_evaluate_answers_with_one_document(capsys, labelled):
    code, said = answer(capsys, "link", "evaluate", str(labelled), "--truth", "cluster", "--id", "record_id", "--json")
    assert code == 0
    assert {"pairs", "precision", "recall", "f1", "threshold", "seconds", "peak_mb"} <= set(said)
    assert 0.7 < said["f1"] <= 1
    low, high = said["intervals"]["f1"]
    assert low <= said["f1"] <= high
    assert {"sex", "single_named", "age"} <= set(said["by_group"])
    assert said["by_kind"]


def test_evaluate_shows_itself_to_people_and_draws_the_curve(capsys, labelled, tmp_path):
    pytest.importorskip("vl_convert")
    picture = tmp_path / "curve.svg"
    words = ["link", "evaluate", str(labelled), "--truth", "cluster", "--chart", str(picture)]
    assert main.run(words) == 0
    assert "Presisi" in capsys.readouterr().out
    assert picture.read_text().startswith("<svg")


def test_generate_says_what_it_wrote_and_repeats_itself(capsys, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        code, said = answer(capsys, "link", "generate", "--records", "500", "--out", str(path), "--json")
        assert (code, said["records"], said["half"]) == (0, 500, "test")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("name,sex\nBudi,L\n", ["--truth", "cluster"], "truth_column_absent"),
        ("", ["--truth", "cluster"], "list_empty"),
        ("name,cluster\n", ["--truth", "cluster"], "list_empty"),
        ("id,same,cluster\n1,x,1\n2,x,1\n", ["--truth", "cluster"], "no_usable_column"),
        ("n,name,cluster\n1,Budi,1\n1,Ani,2\n", ["--truth", "cluster", "--id", "n"], "ids_not_unique"),
        ("name,cluster\nBudi,1\nAni,2\n", ["--truth", "cluster", "--map", "nik=ktp"], "dataset_column_unknown"),
        ("name,cluster\nBudi,1\nAni,2\n", ["--truth", "cluster", "--map", "nik"], "wrong_mapping"),
        ("name,sex,cluster\nBudi,L,\nAni,P,\n", ["--truth", "cluster"], "truth_empty"),
        ("name,cluster\nBudi,1\n", [], "usage"),
    ],
)
def test_refusals_are_documents_too(capsys, tmp_path, text, words, expected):
    path = tmp_path / "list.csv"
    path.write_text(text)
    code, said = answer(capsys, "link", "evaluate", str(path), *words, "--json")
    assert (code, said["code"]) == (2, expected)
    assert said["message"]


def test_a_file_that_is_not_there_is_refused(capsys, tmp_path):
    code, said = answer(capsys, "link", "evaluate", str(tmp_path / "none.csv"), "--truth", "x", "--json")
    assert (code, said["code"]) == (2, "file_not_found")
