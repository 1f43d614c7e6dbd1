"""Paying ahead: each month at its own rate."""

from __future__ import annotations

from types import SimpleNamespace

from sertakan.contributions.queries.prepaying import paying_ahead
from sertakan.core.month import Month


def _worker(**facts):
    return SimpleNamespace(
        **{"programmes": ["jkk", "jkm"], "dasar": 1_000_000, "sector": "other", "funding": "private", **facts}
    )


def test_months_before_and_after_a_change_of_rate_are_not_multiplied():
    one, three, six, twelve = paying_ahead([_worker()], Month(2026, 11))

    assert (one.total, one.until) == (8_400, Month(2026, 11))
    assert (three.total, three.one_rate) == (8_400 + 8_400 + 16_800, False)
    assert six.total == 2 * 8_400 + 4 * 16_800
    assert (twelve.total, twelve.until) == (2 * 8_400 + 10 * 16_800, Month(2027, 10))
    assert (one.law_confirmed, three.law_confirmed) == (True, False)


def test_workers_of_one_donor_are_added_up_by_their_own_facts():
    workers = [
        _worker(),
        _worker(sector="transport"),
        _worker(funding="apbd"),
        _worker(programmes=["jkk", "jkm", "jht"]),
    ]

    january = paying_ahead(workers, Month(2027, 1))[0]

    assert january.total == 16_800 + 8_400 + 16_800 + 36_800
    assert january.one_rate


def test_nobody_to_pay_for_leaves_no_choice():
    assert paying_ahead([], Month(2026, 12)) == []
