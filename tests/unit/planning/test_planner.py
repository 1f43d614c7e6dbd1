"""The planner: optimal, within every limit, at the rates of each month, and honest about what cannot be met."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from itertools import product
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sertakan.core.month import Month
from sertakan.planning import errors, planner, results
from sertakan.planning.facts import LAST_MONTH, Base, Province, Staff, Wish
from sertakan.rules import contribution, load_rules
from unit.planning.conftest import province_of, wish_of

FULL, HALF = 16_800, 8_400
TWO_BILLION = 2_000_000_000


def whole(made: planner.Made) -> None:
    """Everything a plan promises, recomputed cell by cell."""
    terms, wish, cells = made.terms, made.terms.wish, made.terms.province.cells
    cost = 0
    for (at, funding), people in made.people.items():
        for step, count in enumerate(people.tolist()):
            assert count >= 0
            month = wish.months[step]
            cost += (
                count
                * contribution(
                    month, dasar=wish.dasar, sector=cells[at].rated_as, funding=funding, programmes=wish.programmes
                ).total
            )
            if step:
                assert count >= floor(terms.province.stays(funding) * people[step - 1] + 1e-9), "who stays is paid for"
    assert cost == made.cost
    assert wish.budget is None or cost <= wish.budget
    for step in range(len(wish.months)):
        for at in range(len(cells)):
            assert sum(made.people[at, name][step] for name in wish.fundings) <= terms.room_of(at, step)
        if "private" in wish.fundings:
            paid = sum(int(made.people[at, "private"][step]) for at in range(len(cells)))
            assert paid <= terms.staff_room(step)
        for key in ((kind, name, step) for kind in ("transport", "other") for name in wish.fundings):
            spread = sum(made.people[at, key[1]][step] for at in terms.cells_of[key[0]])
            assert spread == made.totals[key]
    for area, need in terms.floors.items():
        got = sum(
            made.people[at, name][-1] for at, cell in enumerate(cells) if cell.area == area for name in wish.fundings
        )
        assert got >= need
    if wish.steady:
        counts = [made.protected(step) for step in range(len(wish.months))]
        assert counts == sorted(counts)


def test_one_month_buys_as_many_as_the_money_allows():
    made = planner.make(wish_of(budget=FULL * 7 + 100), province_of({("17.01", "A"): 100}))
    assert (made.protected(0), made.cost, made.bound) == (7, FULL * 7, 7)


def test_private_money_has_the_half_rate_until_december_2026_and_apbd_never():
    wish = wish_of(last=Month(2027, 1), budget=10**9, limits={"private": None, "apbd": None}, uptake=0.1)
    made = planner.make(wish, province_of({("17.01", "A"): 50}, staff=100))
    rates = made.terms.rates
    assert [rates["other", "private", step] for step in (0, 1)] == [HALF, FULL]
    assert [rates["other", "apbd", step] for step in (0, 1)] == [FULL, FULL]
    assert made.totals["other", "private", 0] == 10, "one worker for each of ten civil servants"
    whole(made)


def test_transport_keeps_the_half_rate_until_march_2027():
    wish = wish_of(last=Month(2027, 4), budget=10**9, limits={"csr": None})
    rates = planner.make(wish, province_of({("17.01", "H"): 50})).terms.rates
    assert [rates["transport", "csr", step] for step in range(5)] == [HALF, HALF, HALF, HALF, FULL]


def test_the_law_decides_the_rates_and_not_the_planner():
    """The last month of the window is moved in the rule set: the plan follows."""
    law = load_rules()
    moved = tuple(
        one.model_copy(update={"month_to": Month(2027, 6)}) if one.sector == "other" else one for one in law.discounts
    )
    other = type(law).model_construct(
        **{**{name: getattr(law, name) for name in type(law).model_fields}, "discounts": moved}
    )
    wish = wish_of(last=Month(2027, 7), budget=10**9, limits={"csr": None})
    rates = planner.make(wish, province_of({("17.01", "A"): 50}), other).terms.rates
    assert [rates["other", "csr", step] for step in range(8)] == [HALF] * 7 + [FULL]


def test_new_workers_go_where_the_share_is_lowest():
    made = planner.make(wish_of(budget=FULL * 60), province_of({("17.01", "A"): 100, ("17.02", "A"): 200}))
    assert [int(made.people[at, "apbd"][0]) for at in (0, 1)] == [20, 40]


def test_what_the_register_protects_already_counts_towards_evenness():
    cells = province_of({("17.01", "A"): 100, ("17.02", "A"): 100}).cells
    known = Province((replace(cells[0], own=30), cells[1]), (), {"": 1.0})
    made = planner.make(wish_of(budget=FULL * 40), known)
    assert [int(made.people[at, "apbd"][0]) for at in (0, 1)] == [5, 35]


def test_nobody_is_protected_twice():
    made = planner.make(wish_of(budget=10**9), province_of({("17.01", "A"): 100}, own=40))
    assert made.protected(0) == 60


@st.composite
def small(draw: st.DrawFn) -> tuple[Wish, Province]:
    """A case small enough to try every plan."""
    months = draw(st.integers(1, 3))
    areas = draw(st.integers(1, 2)) if months < 3 else 1
    sectors = draw(st.sampled_from([("A",), ("H",), ("A", "H")])) if months < 3 else ("A",)
    people = {
        (f"17.0{area}", sector): draw(st.integers(0, 3 if months * areas * len(sectors) > 2 else 5))
        for area in range(1, areas + 1)
        for sector in sectors
    }
    limits = draw(st.sampled_from([{"apbd": None}, {"private": None}, {"private": None, "apbd": None}]))
    if len(people) * months > 4:
        limits = {"apbd": None}
    wish = wish_of(
        first=Month(2026, 12),
        last=Month(2026, 12).next(months - 1),
        budget=draw(st.integers(1, 14)) * HALF,
        limits=limits,
        uptake=1.0,
        floor=draw(st.sampled_from([0.0, 0.0, 0.3])),
        steady=draw(st.booleans()),
    )
    # With places apart, people who stay are whole only where everybody stays: the law of small numbers, not of the programme.
    stays = 1.0 if areas * len(sectors) > 1 else draw(st.sampled_from([1.0, 0.5, 0.7]))
    return wish, province_of(people, staff=draw(st.integers(0, 3)), stays=stays)


def brute_force(wish: Wish, known: Province) -> int | None:
    """The most worker-months over every plan there is; None when no plan meets the demands. Written apart from the planner."""
    months, names = range(len(wish.months)), list(wish.fundings)
    columns = [(at, name, step) for step in months for at in range(len(known.cells)) for name in names]
    price = {
        (at, name, step): contribution(
            wish.months[step], dasar=1_000_000, sector="transport" if known.cells[at].sector == "H" else "other",
            funding=name, programmes=("jkk", "jkm"),
        ).total
        for at, name, step in columns
    }  # fmt: skip
    staff = floor(wish.uptake * sum(one.count for one in known.staff))
    best: list[int | None] = [None]

    def good(plan: dict[tuple[int, str, int], int], step: int) -> bool:
        for at, cell in enumerate(known.cells):
            if sum(plan[at, name, step] for name in names) > cell.eligible:
                return False
            for name in names if step else ():
                if plan[at, name, step] < floor(known.stays(name) * plan[at, name, step - 1]):
                    return False
        if "private" in names and sum(plan[at, "private", step] for at in range(len(known.cells))) > staff:
            return False
        if wish.steady and step:
            now, before = (
                sum(plan[at, name, when] for at in range(len(known.cells)) for name in names)
                for when in (step, step - 1)
            )
            if now < before:
                return False
        return True

    def floors(plan: dict[tuple[int, str, int], int]) -> bool:
        total_need, last = 0, months[-1]
        for area in {cell.area for cell in known.cells}:
            mine = [at for at, cell in enumerate(known.cells) if cell.area == area]
            need = -floor(-wish.floor * sum(known.cells[at].eligible for at in mine) + 1e-9)
            total_need += need
            if sum(plan[at, name, last] for at in mine for name in names) < need:
                return False
        if wish.steady:
            for step in months:
                least = -floor(-total_need * (step + 1) / len(months) + 1e-9)
                if sum(plan[at, name, step] for at in range(len(known.cells)) for name in names) < least:
                    return False
        return True

    def walk(step: int, plan: dict[tuple[int, str, int], int], spent: int) -> None:
        if step == len(months):
            total = sum(plan.values())
            if floors(plan) and (best[0] is None or total > best[0]):
                best[0] = total
            return
        here = [column for column in columns if column[2] == step]
        for counts in product(*(range(known.cells[at].eligible + 1) for at, _name, _step in here)):
            cost = spent + sum(count * price[column] for count, column in zip(counts, here, strict=True))
            if cost <= (wish.budget or 0):
                more = plan | dict(zip(here, counts, strict=True))
                if good(more, step):
                    walk(step + 1, more, cost)

    walk(0, {}, 0)
    return best[0]


@settings(max_examples=120, deadline=None)
@given(small())
def test_no_plan_is_better_than_the_one_found(case: tuple[Wish, Province]):
    wish, known = case
    best = brute_force(wish, known)
    try:
        made = planner.make(wish, known)
    except (errors.BudgetTooSmall, errors.MoneyCannotReach, errors.FloorBeyondPeople, errors.WorkersUnknown):
        assert best is None or not any(cell.eligible for cell in known.cells)
        return
    except (errors.BudgetBuysNobody, errors.LimitsLeaveNobody):
        assert not best
        return
    whole(made)
    assert made.worker_months == best
    assert made.bound == best


@pytest.mark.parametrize("budget", [200_000_000, TWO_BILLION, 40_000_000_000])
def test_three_budgets_for_a_province_each_within_five_seconds(bengkulu: Province, budget: int):
    wish = Wish(Month(2026, 12), LAST_MONTH, budget=budget)
    begun = time.perf_counter()
    made = planner.make(wish, bengkulu)
    took = time.perf_counter() - begun
    whole(made)
    assert len(wish.months) == 37
    assert made.bound - made.worker_months <= 1 + made.worker_months * 1e-6
    assert took < 5


def test_the_cheapest_plan_for_a_target_costs_what_a_budget_of_that_size_reaches(bengkulu: Province):
    wish = Wish(Month(2026, 12), Month(2027, 12), target=0.40, floor=0.02)
    cheapest = planner.make(wish, bengkulu)
    whole(cheapest)
    assert cheapest.protected(cheapest.terms.last) >= cheapest.terms.target
    with pytest.raises(errors.BudgetTooSmall) as refused:
        planner.make(replace(wish, budget=cheapest.bound - 1_000_000), bengkulu)
    assert "Paling sedikit diperlukan" in str(refused.value)
    assert planner.make(replace(wish, budget=cheapest.cost), bengkulu).protected(12) >= cheapest.terms.target


def test_the_number_of_new_workers_a_month_is_kept():
    known = province_of({("17.01", "A"): 1000}, stays=0.9)
    made = planner.make(wish_of(last=Month(2027, 11), budget=10**9, new_per_month=50), known)
    assert made.beginning(0) <= 50 or made.protected(0) <= 1000
    assert all(made.protected(step) - 0.9 * made.protected(step - 1) <= 50 + 1e-6 for step in range(1, 12))


def test_a_target_that_would_need_more_beginners_than_allowed_says_how_far_one_gets():
    known = province_of({("17.01", "A"): 1000}, base=Base(1000))
    wish = wish_of(last=Month(2027, 3), target=0.9, new_per_month=20)
    with pytest.raises(errors.TargetBeyondGrowth) as refused:
        planner.make(wish, known)
    assert refused.value.facts["needed"] == "900"


REFUSED = {
    "nothing asked": ({"budget": None}, errors.NothingAsked),
    "zero": ({"budget": 0}, errors.BudgetNotPositive),
    "less than one worker": ({"budget": FULL - 1}, errors.BudgetBuysNobody),
    "ends before it begins": ({"last": Month(2026, 11)}, errors.PlanEndsBeforeStart),
    "no money": ({"limits": {}}, errors.NoMoneyChosen),
    "beyond everybody": ({"target": 1.0}, errors.TargetBeyondPeople),
    "a target without a base": ({"target": 0.5, "no_base": True}, errors.TargetBaseUnknown),
    "a floor beyond the budget": ({"floor": 0.5, "budget": FULL}, errors.BudgetTooSmall),
    "staff too few": ({"target": 0.5, "limits": {"private": None}, "budget": None}, errors.MoneyCannotReach),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_met_is_refused_with_a_reason(name: str):
    asked, refusal = REFUSED[name]
    asked = dict(asked)
    base = None if asked.pop("no_base", False) else Base(100)
    known = province_of({("17.01", "A"): 90, ("17.02", "A"): 5}, staff=10, base=base)
    with pytest.raises(refusal) as refused:
        planner.make(wish_of(**{"budget": 10**6, **asked}), known)
    assert "%(" not in str(refused.value)


def test_after_the_last_known_month_there_is_a_refusal_and_no_guess():
    known = province_of({("17.01", "A"): 10})
    with pytest.raises(errors.PlanTooFar) as refused:
        planner.make(wish_of(last=Month(2030, 1), budget=10**9), known)
    assert "Desember 2029" in str(refused.value)
    assert "November 2026" in str(refused.value)


def test_where_the_law_ends_earlier_the_plan_ends_there():
    law = load_rules()
    table = law.tiers[-1].model_copy(update={"holds_to": date(2027, 6, 30)})
    fields = {name: getattr(law, name) for name in type(law).model_fields}
    short = type(law).model_construct(**{**fields, "tiers": (*law.tiers[:-1], table)})
    with pytest.raises(errors.PlanTooFar) as refused:
        planner.make(wish_of(last=Month(2027, 7), budget=10**9), province_of({("17.01", "A"): 10}), short)
    assert "Juni 2027" in str(refused.value)


def test_an_area_without_room_for_the_floor_is_named():
    cells = province_of({("17.01", "A"): 50, ("17.02", "A"): 50}).cells
    known = Province((cells[0], replace(cells[1], own=3)), (), {"": 0.5})
    with pytest.raises(errors.FloorBeyondPeople, match=r"Kabupaten 17\.02"):
        planner.make(wish_of(budget=10**9, floor=1.0), known)


def test_agencies_get_no_more_than_their_staff_can_pay():
    staff = (Staff("1", "Dinas A", 100, 4), Staff("2", "Dinas B", 50, 0), Staff("3", "Dinas C", 0, 0))
    known = Province(province_of({("17.01", "A"): 500}).cells, staff, {"": 1.0})
    wish = wish_of(budget=10**9, limits={"private": None}, uptake=0.1)
    plain = results.plain(planner.make(wish, known))
    assert [one["workers"] for one in plain["agencies"]] == [6, 5, 0]
