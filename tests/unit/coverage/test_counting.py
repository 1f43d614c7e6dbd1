"""A count says what the register says, the rows behind it are as many, and the next count says why it differs."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

import factories
from sertakan.core.month import Month
from sertakan.coverage import kept, policies, queries, services
from sertakan.coverage.errors import NotYourCount, PartMissing, RowsNotOpen
from sertakan.coverage.figures import BY
from sertakan.coverage.models import HiddenCell, RollupCell, Snapshot
from sertakan.protection import services as protection
from sertakan.protection.errors import MonthNotComputed

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def counted(month=NOVEMBER):
    protection.refresh()
    services.build_due()
    return queries.snapshot_of(month.last_day)


def numbers(snapshot, by, **how):
    return {cell.code: cell.numerator for cell in queries.cells(snapshot, by, open_rows=True, **how)}


@pytest.fixture
def settled(land, settings):
    settings.SERTAKAN_SMALL_CELL = 2
    for area in ("99.01.01.2001", "99.01.01.2001", "99.01.01.2002", "99.02.01.2001", "99.01", ""):
        land.member(area)
    land.member("99.71.01.1001", office=land.two, sex="P", funding="apbd", occupation_id="tani")
    land.member("99.71.01.1001", office=land.two, sex="P", occupation_id="art")
    land.member("99.01.01.2001", paid="2026-01..2026-05")  # lapsed
    return land


def test_every_cell_is_the_number_of_active_persons_in_it(settled):
    found = counted()
    assert found.persons == 8
    assert numbers(found, "province") == {"99": 7, "??": 1}
    assert numbers(found, "regency") == {"99.01": 4, "99.02": 1, "99.71": 2, "??.??": 1}
    assert numbers(found, "district", within="99.01") == {"99.01.01": 3, "99.01.??": 1}
    assert numbers(found, "village", within="99.01.01") == {"99.01.01.2001": 2, "99.01.01.2002": 1}
    assert numbers(found, "sex") == {"L": 6, "P": 2}
    assert numbers(found, "sector") == {"": 6, "A": 1, "G": 0, "R,S,T,U": 1}
    assert numbers(found, "sector", within="99.71") == {"A": 1, "G": 0, "R,S,T,U": 1}
    assert numbers(found, "funding") == {"private": 7, "apbd": 1}
    assert numbers(found, "age") == {"35-44": 8}
    assert numbers(found, "agency") == {str(settled.one.agency.pk): 6, str(settled.two.agency.pk): 2}
    assert numbers(found, "programme") == {"jkk,jkm": 8}
    assert {cell.name for cell in queries.cells(found, "regency")} == {
        "Kabupaten Satu", "Kabupaten Dua", "Kota Tiga", "Tidak diketahui",
    }  # fmt: skip


@pytest.mark.parametrize("by", BY)
def test_the_rows_behind_every_cell_are_as_many_as_it_counts(settled, by):
    from sertakan.core.scope import SYSTEM

    found = counted()
    cells = queries.cells(found, by, open_rows=True)
    assert sum(cell.numerator for cell in cells) == found.persons
    for cell in cells:
        assert len(queries.rows_behind(found, by, cell.code, actor=SYSTEM)) == cell.numerator, cell.code
    if by not in ("province", "regency", "district", "village"):
        for cell in queries.cells(found, by, within="99.71", open_rows=True):
            rows = queries.rows_behind(found, by, cell.code, actor=SYSTEM, within="99.71")
            assert len(rows) == cell.numerator, cell.code


def test_the_same_register_gives_the_same_snapshot_and_writes_nothing(settled):
    first = counted()
    again = services.build(NOVEMBER)
    assert not again.changed
    assert (again.snapshot_id, again.content) == (first.id, first.content)
    assert services.build(NOVEMBER, engine="duckdb").content == first.content
    settled.member("99.02.01.2001")
    protection.refresh()
    new = services.build(NOVEMBER)
    assert new.changed
    assert new.content != first.content
    assert Snapshot.objects.filter(month=NOVEMBER.first_day).count() == 2
    assert queries.snapshot_of().persons == 9


def test_a_figure_and_its_rows_still_agree_when_the_register_has_moved_on(settled):
    from sertakan.core.scope import SYSTEM

    old = counted()
    settled.member("99.02.01.2001")
    counted()
    assert numbers(old, "regency")["99.02"] == len(queries.rows_behind(old, "regency", "99.02", actor=SYSTEM)) == 1
    (kept.folder() / kept.name_of(old.month, old.content)).unlink()
    with pytest.raises(PartMissing):
        queries.rows_behind(old, "regency", "99.02", actor=SYSTEM)


def test_a_month_whose_states_are_not_kept_is_refused(land):
    with pytest.raises(MonthNotComputed):
        services.build(Month(2026, 3))


def test_what_changed_adds_up_to_the_difference_and_says_why(land):
    from sertakan.sponsorship.models import Sponsorship

    for _n in range(3):
        land.member("99.01.01.2001")
    back = land.member("99.01.01.2001", paid="2026-01..2026-04")
    budget = land.member(
        "99.01.01.2001", paid="2026-01..2026-10", funding="apbd", start_month=date(2026, 1, 1), months=10
    )
    fell = land.member("99.01.01.2001", paid="2026-01..2026-10")
    late = land.member("99.01.01.2001", issued=date(2026, 11, 5), paid="2026-11")
    land.one.pay(back, _worker(back), {NOVEMBER: date(2026, 11, 12)})
    before, now = counted(OCTOBER), queries.snapshot_of()
    assert (before.persons, now.persons) == (5, 5)
    assert _changes(now, before) == {
        "new": 1,
        "returned": 1,
        "lapsed": -1,
        "budget_ended": -1,
        "corrected": 0,
        "moved": 0,
    }
    assert sum(_changes(now, before).values()) == now.persons - before.persons
    assert {budget.pk, fell.pk, late.pk} and Sponsorship.objects.count() == 7


def test_months_between_are_added_up(land):
    for first in range(6, 12):
        land.member("99.01.01.2001", issued=date(2026, first, 3), paid=f"2026-{first:02d}..2026-11")
    protection.refresh()
    services.build_due()
    rows = queries.snapshots()
    assert [row.persons for row in rows] == [6, 5, 4, 3, 2, 1]
    assert _changes(rows[0], rows[-1])["new"] == 5
    assert queries.changes(rows[-1], rows[0]) == ()


def test_a_correction_of_the_past_is_told_as_one(land):
    for _n in range(3):
        land.member("99.01.01.2001")
    first = counted(OCTOBER)
    land.member("99.01.01.2001")  # learned of in November: active since January
    counted()
    now = queries.snapshot_of()
    assert _changes(now, first) == {"new": 0, "returned": 0, "lapsed": 0, "budget_ended": 0, "corrected": 1, "moved": 0}


def test_the_steps_from_promise_to_cover_never_rise_and_end_with_the_count(settled):
    settled.one.worker()
    settled.one.worker(state="refused")
    found = counted()
    steps = queries.funnel(found)
    counts = [step.count for step in steps]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 11
    assert counts[-1] == found.persons
    for step, following in itertools.pairwise(steps):
        assert sum(step.lost.values()) == step.count - following.count
    of_two = queries.funnel(found, agency_id=settled.two.agency.pk)
    assert [step.count for step in of_two] == [2, 2, 2, 2, 2, 2]


def test_hidden_numbers_are_not_in_what_is_published(settled, settings):
    settings.SERTAKAN_SMALL_CELL = 3
    found = counted()
    shown = {cell.code: cell.numerator for cell in queries.cells(found, "regency")}
    assert shown["99.71"] is None
    assert shown["99.01"] == 4 or shown["99.01"] is None
    assert sum(value is None for value in shown.values()) >= 2
    assert all(cell.suppressed == (cell.numerator is None) for cell in queries.cells(found, "regency"))
    assert not RollupCell.objects.filter(numerator__gt=0, numerator__lt=3).exists()


def test_the_database_opens_hidden_numbers_to_those_alone_who_may_see_rows(settled, settings, acting_as):
    settings.SERTAKAN_SMALL_CELL = 3
    found = counted()
    assert HiddenCell.objects.filter(by="regency").exists()
    pic = acting_as("pic", settled.two.agency)
    assert set(HiddenCell.objects.values_list("by", "code")) <= {("agency", str(settled.two.agency.pk))}
    assert numbers(found, "agency")[str(settled.two.agency.pk)] == 2
    own = queries.rows_behind(found, "regency", "99.71", actor=pic)
    assert len(own) == 2
    assert len(queries.rows_behind(found, "regency", "99.01", actor=pic)) == 0
    with pytest.raises(NotYourCount):
        services.build(NOVEMBER)


@pytest.mark.parametrize("role", ["leader", "auditor", "bpjs"])
def test_who_sees_totals_sees_no_rows(settled, acting_as, role):
    found = counted()
    actor = acting_as(role)
    assert not policies.opens_all(actor)
    with pytest.raises(RowsNotOpen):
        queries.rows_behind(found, "regency", "99.71", actor=actor)


def test_the_nightly_job_counts_what_changed(settled):
    from sertakan.coverage.jobs import build

    protection.refresh()
    assert build() == 11
    assert build() == 0


def _worker(membership):
    sponsorship = membership.person.sponsorships.get()
    return factories.Worker(membership.person, "", sponsorship)


def _changes(now, before):
    return {change.kind: change.count for change in queries.changes(now, before)}
