"""What a plan is made from, as the register knows it; and what is kept of it."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.core.month import Month
from sertakan.planning import exporting, gathering, planner, services
from sertakan.planning.errors import NotYourPlan, PlanInThePast
from sertakan.planning.facts import DEFAULT_SURVIVAL, Base, Cell, Wish
from sertakan.planning.models import Plan
from sertakan.protection.survival import kaplan_meier


def test_the_monthly_share_leads_to_the_end_of_the_curve():
    curve = kaplan_meier([(1, True, 10), (2, True, 9), (4, False, 81)])
    assert gathering.monthly(curve) == pytest.approx(0.81 ** (1 / 4))


def test_a_curve_that_is_too_short_says_nothing():
    assert gathering.monthly(kaplan_meier([(2, False, 50)])) is None
    assert gathering.monthly(None) is None


def test_without_workers_by_regency_the_province_stands_as_one(reference: None):
    known = gathering.province(date(2026, 11, 23))
    assert [cell.area for cell in known.cells] == ["17"]
    assert known.cells[0].eligible == 726_874
    assert known.base is not None
    assert (known.base.eligible, known.base.outside) == (708_000, 251_000)
    assert known.survival[""] == DEFAULT_SURVIVAL
    assert not known.measured


def test_a_published_share_is_laid_on_workers_of_another_size(reference: None):
    base = gathering._base([Cell("17.01", "A", "A", "A", 7_080, own=10)])
    assert base == Base(7_080, 2_500, base.source if base else "", "2025-12-11")


def test_a_plan_keeps_what_was_asked_and_can_be_made_again(reference: None):
    wish = Wish(Month(2026, 12), Month(2027, 6), budget=500_000_000)
    kept = services.save_plan(wish, name="Uji")
    again = planner.make(wish, gathering.province())
    assert kept.result is not None
    assert kept.result["totals"]["worker_months"] == again.worker_months
    assert sum(sum(cell["people"]) for cell in kept.result["cells"]) == again.worker_months
    assert sum(one["cost"] for one in kept.result["areas"]) == kept.result["totals"]["cost"] == again.cost


def test_a_plan_for_months_that_are_past_is_refused_and_nothing_is_kept(reference: None):
    with pytest.raises(PlanInThePast, match="Oktober 2026: bulan itu sudah lewat"):
        services.save_plan(Wish(Month(2026, 10), Month(2027, 6), budget=500_000_000))
    assert not Plan.objects.exists()


def test_a_plan_stays_what_it_was_when_law_and_workers_change(reference: None, monkeypatch: pytest.MonkeyPatch):
    kept = services.save_plan(Wish(Month(2026, 12), Month(2027, 6), budget=500_000_000), name="Uji")
    before = (kept.result, exporting.lines(kept), kept.rules_version)
    monkeypatch.setattr(gathering, "province", lambda: pytest.fail("workers were counted again"))
    monkeypatch.setattr(planner, "load_rules", lambda: pytest.fail("the law was read again"))
    services.solve_plan(kept.pk)
    again = Plan.objects.get(pk=kept.pk)
    assert (again.result, exporting.lines(again), again.rules_version) == before


def test_a_leader_cannot_save_a_plan(reference: None, acting_as):
    acting_as("leader")
    with pytest.raises(NotYourPlan):
        services.save_plan(Wish(Month(2026, 12), Month(2027, 6), budget=500_000_000))


def test_no_forecast_is_kept_without_history(reference: None):
    assert services.make_forecast() is None
