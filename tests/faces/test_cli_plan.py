"""``sertakan plan``: one JSON document, whatever the solver says at its first start; refusals with code 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sertakan.planning.models import Plan

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(world: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs ``sertakan plan`` in the test's own transaction; what the solver's library prints is caught too."""
    from sertakan.cli import main, session
    from sertakan.planning import solving

    monkeypatch.setattr(session, "set_up", lambda: None)
    solving._quiet_library.cache_clear()

    def run(*words: str) -> tuple[int, Any]:
        code = main.run(["plan", *words, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


def test_a_budget_is_planned_and_explained(command: Run) -> None:
    code, found = command("--budget", "2000000000", "--until", "2027-12")
    assert code == 0
    assert found["asked"]["budget"] == 2_000_000_000
    assert found["totals"]["cost"] <= 2_000_000_000
    assert found["totals"]["worker_months"] == sum(one["protected"] for one in found["months"])
    assert len(found["months"]) == 13
    assert any("Yang membatasi ialah anggaran" in one["sentence"] for one in found["explained"])
    assert not Plan.objects.exists()


def test_a_budget_that_does_not_reach_the_target_says_which_one_does(command: Run) -> None:
    words = ("--until", "2027-12", "--target", "0.48")
    code, refusal = command("--budget", "1000000000", *words)
    assert (code, refusal["code"]) == (2, "plan_budget_too_small")
    assert "Paling sedikit diperlukan" in refusal["message"]
    code, found = command(*words)
    assert code == 0
    assert found["asked"]["target"] == 0.48
    assert found["totals"]["protected"] >= found["totals"]["needed"] > 0


def test_a_plan_is_kept_under_a_name(command: Run) -> None:
    code, found = command(
        "--budget", "500000000", "--until", "2027-06", "--save", "Uji", "--uptake", "0.2", "--floor", "0.0001"
    )
    assert code == 0
    assert Plan.objects.get(pk=found["plan"]).name == "Uji"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--until", "2030-01", "--budget", "1000000000"), "plan_too_far"),
        (("--until", "2026-01", "--budget", "1000000000"), "plan_ends_before_start"),
        (("--until", "2027-13", "--budget", "1000000000"), "plan_month_unreadable"),
        (("--until", "2027-12", "--budget", "0"), "plan_budget_not_positive"),
        (("--until", "2027-12", "--budget=-5"), "plan_budget_not_positive"),
        (("--until", "2027-12", "--budget", "16.8"), "plan_budget_unreadable"),
        (("--until", "2027-12", "--budget", "1000"), "plan_budget_buys_nobody"),
        (("--until", "2027-12", "--target", "48"), "plan_share_unreadable"),
        (("--until", "2027-12"), "plan_nothing_asked"),
        (("--budget", "1000000"), "usage"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_code_two(command: Run, words: tuple[str, ...], code: str) -> None:
    status, refusal = command(*words)
    assert (status, refusal["code"]) == (2, code)
    assert refusal["message"]
