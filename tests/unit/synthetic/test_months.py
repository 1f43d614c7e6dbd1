"""The demonstration shows members who pay, fall behind, lapse, come back, and wait for BPJS, each once."""

from __future__ import annotations

import pytest

from sertakan.contributions.models import PaidMonth
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.protection import queries
from sertakan.protection.facts import STATES
from sertakan.synthetic import months, story


@pytest.mark.slow
def test_members_stand_in_every_state_and_the_second_time_changes_nothing(reference: None) -> None:
    story.invent(scale=1_000)
    lived = months.live()
    assert lived["states"] >= 100
    now = queries.summary(Month.of(clock.today()))
    assert {state for state in STATES if now.total.states[state]} >= {"active", "arrears_1", "inactive"}
    assert now.total.waiting > 0
    assert len(now.agencies) == 3
    assert queries.retention("all")[0].curve is not None
    paid = PaidMonth.objects.count()
    assert months.live()["confirmed"] == 0
    assert PaidMonth.objects.count() == paid


@pytest.mark.slow
def test_some_had_an_accident_or_died_and_their_cases_stand_at_different_steps(reference: None) -> None:
    from sertakan.agencies.queries import find_agency
    from sertakan.claims import queries as claims
    from sertakan.claims.estimate import estimate
    from sertakan.synthetic import cases

    story.invent(scale=1_000)
    months.live()
    own = find_agency("Dinsos")
    assert cases.add(first=own) == 4
    assert sorted(case.state for case in claims.cases()) == ["open", "open", "paid", "reported"]
    told = {(case.kind, case.state): estimate(case.kind, case.snapshot) for case in claims.cases()}
    assert told["death", "paid"].now == 42_000_000
    assert not told["death", "open"].covered
    assert told["accident", "open"].care
    assert {one.code for one in claims.overdue()} >= {"report_one", "report_two"}
    assert cases.add(first=own) == 4
    assert claims.cases().count() == 4
