"""Why a count differs, by regency and by agency: on invented histories the reasons of every area add up to its difference."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sertakan.core.month import Month
from sertakan.coverage import comparing, queries, services
from sertakan.coverage.counting import COLUMNS
from sertakan.coverage.equations import Sum, determined
from sertakan.coverage.figures import CHANGES
from sertakan.coverage.models import AreaChange, HiddenChange
from sertakan.coverage.suppression import hidden_changes
from sertakan.people import services as people
from sertakan.protection import services as protection

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
REGENCIES = ("99.01", "99.02", "99.71", "??.??")
placed = st.tuples(st.sampled_from(REGENCIES), st.sampled_from(["1", "2", ""]))
person = st.tuples(st.none() | placed, st.none() | placed)
"""Where somebody was counted before, and where now; None for not at all."""


def frame(rows):
    filled = [{"membership": key, "area": f"{regency}.??.????", "agency": agency} for key, (regency, agency) in rows]
    return pl.DataFrame(filled, schema=dict.fromkeys(COLUMNS, pl.String) | {"membership": pl.Int64})


@given(st.lists(person, max_size=40), st.randoms(use_true_random=False))
def test_the_reasons_of_every_place_add_up_to_its_difference(history, dice):
    before = [(key, then) for key, (then, _now) in enumerate(history) if then is not None]
    now = [(key, here) for key, (_then, here) in enumerate(history) if here is not None]
    came, went = (
        {key for key, _at in now} - {key for key, _at in before},
        {key for key, _at in before} - {key for key, _at in now},
    )
    kinds = {key: (dice.choice(["new", "returned", "corrected"]), 1) for key in sorted(came)}
    kinds |= {key: (dice.choice(["lapsed", "budget_ended", "corrected"]), -1) for key in sorted(went)}
    found = comparing._by_place(frame(now), frame(before), kinds)
    for position, by in enumerate(comparing.PLACES):
        counts = Counter(at[position] for _key, at in now)
        counts.subtract(at[position] for _key, at in before)
        told = {code: numbers for (place, code), numbers in found.items() if place == by}
        assert {code: sum(told[code].values()) for code in told} == {code: counts[code] for code in told}
        assert all(not counts[code] for code in counts if code not in told)
        for kind in CHANGES:
            whole = sum(sign for name, sign in kinds.values() if name == kind)
            assert sum(numbers[kind] for numbers in told.values()) == whole  # and those who moved cancel out


@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"),
        st.lists(st.integers(0, 12), min_size=len(CHANGES), max_size=len(CHANGES)),
        min_size=1,
    ),
    st.sets(st.sampled_from("abcdefgh"), max_size=3),
)
def test_no_small_change_follows_from_what_is_shown(drawn, closed):
    signs = {"lapsed": -1, "budget_ended": -1}
    counts = {
        code: {kind: signs.get(kind, 1) * number for kind, number in zip(CHANGES, numbers, strict=True)}
        for code, numbers in drawn.items()
    }
    whole = {kind: sum(found[kind] for found in counts.values()) for kind in CHANGES}
    hidden = hidden_changes(counts, whole, closed, threshold=5)
    small = {(code, kind) for code, found in counts.items() for kind, number in found.items() if 0 < abs(number) < 5}
    assert small <= hidden
    assert {(code, kind) for code in counts if code in closed for kind in CHANGES} <= hidden
    unknown = {("area", code, kind) for code, kind in hidden} | {
        ("area", code, "") for code in closed if code in counts
    }
    sums = [Sum(("", "", kind), tuple(("area", code, kind) for code in counts)) for kind in CHANGES]
    sums += [Sum(("area", code, ""), tuple(("area", code, kind) for kind in CHANGES)) for code in counts]
    certain = {(code, kind) for _by, code, kind in determined(sums, unknown) if kind}
    if len(counts) > 1:  # one area alone is the total, which is told
        assert not certain & {pair for pair in small if pair[0] not in closed and len(counts) > len(closed) + 1}


def counted(month):
    protection.refresh()
    services.build_due()
    return queries.snapshot_of(month.last_day)


def told(now, before, by, **how):
    found = queries.changes_by(now, before, by, **how)
    return {one.code: {kind: count for kind, count in one.counts.items() if count != 0} for one in found}


@pytest.fixture
def moved(land, settings):
    settings.SERTAKAN_SMALL_CELL = 3
    for area in ["99.01.01.2001"] * 12 + ["99.02.01.2001"] * 9 + ["99.71.01.1001"] * 8:
        land.member(area)
    for _n in range(4):
        land.member("99.01.01.2002", office=land.two, paid="2026-01..2026-10")
    for _n in range(5):
        land.member("99.02.01.2001", office=land.two, issued=date(2026, 11, 4), paid="2026-11")
    walker = land.member("99.71.01.1001")
    before = counted(OCTOBER)
    walker.person.area = land.areas["99.02.01.2001"]
    walker.person.save()
    land.member("99.01.01.2001", issued=date(2026, 11, 4), paid="2026-11")
    return queries.snapshot_of(), before, land


def test_who_moves_is_one_fewer_there_and_one_more_here(moved):
    protection.refresh(NOVEMBER)
    services.build(NOVEMBER)
    now, before = queries.snapshots()[:2]
    assert told(now, before, "regency", open_rows=True) == {
        "99.01": {"new": 1, "lapsed": -4}, "99.02": {"new": 5, "moved": 1}, "99.71": {"moved": -1},
    }  # fmt: skip
    assert queries.changes_by(before, now, "regency") == ()
    adds_up(now, before)
    services.build(OCTOBER)  # now October knows the new address as well: nobody has moved between the two
    now, before = queries.snapshots()[:2]
    assert told(now, before, "regency", open_rows=True)["99.02"] == {"new": 5}
    adds_up(now, before)


def adds_up(now, before):
    for by in comparing.PLACES:
        here, there = (
            {cell.code: cell.numerator for cell in queries.cells(one, by, open_rows=True)} for one in (now, before)
        )
        told = queries.changes_by(now, before, by, open_rows=True)
        found = {one.code: sum(one.counts.values()) for one in told}
        assert found == {one.code: one.difference for one in told}
        for code in {*here, *there}:
            assert found.get(code, 0) == here.get(code, 0) - there.get(code, 0), (by, code)


def test_small_changes_are_kept_apart_and_the_agency_sees_its_own(moved, acting_as):
    _now, _before, land = moved
    now, before = queries.snapshots()[:2]
    closed = told(now, before, "agency")
    two = str(land.two.agency.pk)
    assert told(now, before, "agency", open_rows=True)[two] == {"new": 5, "lapsed": -4}
    assert not AreaChange.objects.filter(count__in=[-2, -1, 1, 2]).exists()
    hidden = set(HiddenChange.objects.values_list("agency_id", flat=True))
    acting_as("pic", land.two.agency)
    assert set(HiddenChange.objects.values_list("agency_id", flat=True)) == hidden & {land.two.agency.pk}
    assert closed


def test_a_merged_record_is_a_correction_where_it_stood(land, settings):
    settings.SERTAKAN_SMALL_CELL = 1
    for _n in range(3):
        land.member("99.01.01.2001")
    keep, gone = land.member("99.01.01.2001"), land.member("99.02.01.2001", office=land.two)
    before = counted(OCTOBER)
    people.merge(keep=keep.person_id, gone=gone.person_id, reason="uji")
    protection.refresh(NOVEMBER)
    services.build(NOVEMBER)
    now = queries.snapshot_of()
    assert now.persons == before.persons - 1
    assert told(now, before, "regency") == {"99.02": {"corrected": -1}}
    # The one who stays may stand with the other agency now: it has moved there, and every agency still adds up.
    found = told(now, before, "agency")
    assert sum(kinds.get("corrected", 0) for kinds in found.values()) == -1
    assert not sum(kinds.get("moved", 0) for kinds in found.values())
    adds_up(now, before)
