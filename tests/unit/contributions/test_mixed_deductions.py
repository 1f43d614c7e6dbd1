"""A payer of workers in both sectors: only those whose contribution changes are counted as changing."""

from __future__ import annotations

from sertakan.contributions.queries.deductions import AgencyChange, Deduction, Group


def test_workers_whose_contribution_stays_are_not_counted_among_those_who_fall_short() -> None:
    other = Group("jkk,jkm", 1_000_000, "other", "private", 2, 8_400, 16_800, always_full=False)
    driver = Group("jkk,jkm", 1_000_000, "transport", "private", 3, 8_400, 8_400, always_full=False)
    mixed = Deduction(1, 1, "Ratna Rekaan", "", "ratna", mandate=True, limit=None, groups=(other, driver))
    agency = AgencyChange(1, "Dinas Uji", "Uji", (mixed,))
    assert agency.changing == [mixed]
    assert (agency.workers, agency.changing_workers, agency.unchanged_workers) == (5, 2, 3)
    assert (agency.before, agency.after) == (42_000, 58_800)
