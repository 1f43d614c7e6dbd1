"""What people type: read in one way or refused."""

from __future__ import annotations

import pytest

from sertakan.core.month import Month
from sertakan.planning import errors, reading
from sertakan.planning.facts import DEFAULT_UPTAKE


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2000000000", 2 * 10**9),
        ("Rp2.000.000.000", 2 * 10**9),
        (" rp 16.800,- ", 16_800),
        ("3.000.000.000.000", 3 * 10**12),
    ],
)
def test_a_budget_is_read(text: str, amount: int):
    assert reading.read_budget(text) == amount


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("0", errors.BudgetNotPositive), ("Rp0", errors.BudgetNotPositive), ("-1", errors.BudgetNotPositive),
        ("-Rp2.000.000", errors.BudgetNotPositive), ("Rp-5", errors.BudgetNotPositive), ("\u22125000", errors.BudgetNotPositive),
        ("16.8", errors.BudgetUnreadable), ("2 miliar", errors.BudgetUnreadable), ("1e9", errors.BudgetUnreadable),
        ("12,5", errors.BudgetUnreadable), ("", errors.BudgetUnreadable), ("NaN", errors.BudgetUnreadable),
        ("9" * 30, errors.BudgetTooLarge), ("100.000.000.000.001", errors.BudgetTooLarge),
    ],
)  # fmt: skip
def test_a_budget_that_is_none_is_refused(text: str, refusal: type[Exception]):
    with pytest.raises(refusal):
        reading.read_budget(text)


@pytest.mark.parametrize(
    ("text", "share"), [("48", 0.48), ("48,5 %", 0.485), ("0", 0.0), ("100", 1.0), ("3.47%", 0.0347)]
)
def test_per_cent_is_read(text: str, share: float):
    assert reading.read_percent(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["101", "-1", "abc", "", "1,2,3", "48 persen"])
def test_per_cent_that_is_none_is_refused(text: str):
    with pytest.raises(errors.ShareUnreadable):
        reading.read_percent(text)


@pytest.mark.parametrize(("text", "share"), [("0.48", 0.48), ("0,48", 0.48), (".5", 0.5), ("1", 1.0), ("48%", 0.48)])
def test_a_share_is_read(text: str, share: float):
    assert reading.read_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["48", "1.2", "-0.1", "x"])
def test_a_share_above_one_is_refused_and_not_taken_for_per_cent(text: str):
    with pytest.raises(errors.ShareUnreadable):
        reading.read_share(text)


def test_blank_fields_take_their_defaults_and_a_wish_survives_being_kept():
    wish = reading.read_wish({"budget": "1000000", "until": "2027-12"}, Month(2026, 12))
    assert (wish.floor, wish.uptake, wish.fundings, wish.steady) == (0.0, DEFAULT_UPTAKE, ("private", "apbd"), True)
    assert reading.from_inputs(reading.as_inputs(wish)) == wish


def test_limits_of_sources_are_read():
    values = {
        "budget": "1000000",
        "until": "2027-12",
        "fundings": ["csr", "apbd"],
        "limit_csr": "500.000",
        "steady": "",
    }
    wish = reading.read_wish(values, Month(2026, 12))
    assert dict(wish.limits) == {"csr": 500_000, "apbd": None}
    assert not wish.steady
