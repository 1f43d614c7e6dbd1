"""``sertakan protection explain``: one JSON document, without a database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sertakan.cli import main

FACTS = [
    "--paid", "2026-01,2026-02,2026-03", "--registered", "2026-01-20", "--first-paid", "2026-01-20", "--number-issued", "2026-01-20",
    "--on", "2026-05-20", "--dasar", "1000000",
]  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main.run(["protection", "explain", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_state_clocks_and_sums_stand_in_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run(capsys, *FACTS)
    assert code == 0
    assert (found["state"], found["paid_consecutive"], found["protected_since"]) == ("arrears_2", 0, "2026-01-20")
    assert found["full_death_benefit_from"] == "2026-03-01"
    assert found["entitlement_today"]["jkm_death"]["now"] == 10_000_000
    assert found["entitlement_today"]["jkm_death"]["after_settling"] == 42_000_000
    assert found["if_unpaid_next"]["state"] == "arrears_3"
    assert found["to_settle"] == {"months": ["2026-04", "2026-05"], "amount": None}
    assert all(set(reason) == {"text", "source"} for reason in found["reasons"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--paid", "2026-01,2026-1"], "paid_month_unreadable"),
        (["--on", "kemarin"], "day_unreadable"),
        (["--dasar", "1050000"], "base_not_in_table"),
        (["--dasar", "banyak"], "usage"),
        (["--programmes", "jht"], "cover_programme_missing"),
        (["--first-paid", "2026-01-19"], "dates_contradict"),
        (["--on", "2015-06-30"], "cover_before_law"),
        (["--on", "9999-12-31"], "cover_too_far"),
        (["--on", "2019-12-01", "--number-issued", ""], "benefits_unknown"),
    ],
)
def test_what_cannot_be_told_is_refused_with_code_two(
    capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    status, refusal = run(capsys, *FACTS, *words)
    assert (status, refusal["code"]) == (2, code)
    assert refusal["message"]


def test_people_read_words_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["protection", "explain", *FACTS]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Rp42.000.000 setelah tunggakan dilunasi" in shown
