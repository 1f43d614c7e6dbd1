"""Where agencies stand is told as of the day of the count, again the same when it is counted again, and to whom it may be told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

import factories
from sertakan.core.month import Month
from sertakan.coverage import queries, services
from sertakan.coverage.models import AgencyStanding, Snapshot
from sertakan.protection import services as protection
from sertakan.sponsorship.models import Sponsorship

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def built(month):
    protection.refresh(month)
    services.build(month)
    return queries.snapshot_of(month.last_day)


def standing(snapshot, agency):
    return next(one for one in queries.standings(snapshot) if one.agency_id == agency.pk)


def promise(office, day, **facts):
    made = office.worker(**facts).sponsorship
    Sponsorship.objects.filter(pk=made.pk).update(created_at=datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
    return made


@pytest.fixture
def early(land):
    for day in (date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 1)):
        promise(land.one, day)
    promise(land.one, date(2026, 9, 1), state="refused")
    promise(land.one, date(2026, 9, 2), state="ended", ended_on=date(2026, 11, 5), end_reason="died")
    promise(land.one, date(2026, 9, 2), state="ended", ended_on=date(2026, 10, 5), end_reason="died")
    promise(land.one, date(2026, 9, 2), state="ended", ended_on=date(2026, 11, 5), end_reason="taken_back")
    land.member("99.01.01.2001", office=land.two)
    return land


def test_a_month_that_is_over_is_told_as_of_its_last_day(early):
    october, november = built(OCTOBER), built(NOVEMBER)
    then, now = standing(october, early.one.agency), standing(november, early.one.agency)
    assert (then.workers, then.checked) == (3, 2)  # one of the three ended after that day
    assert (now.workers, now.checked) == (3, 3)
    assert then.in_force and then.billed_month is None and then.billed == 0


def test_the_same_register_tells_the_same_and_what_is_new_makes_a_new_count(early):
    first = built(NOVEMBER)
    assert not services.build(NOVEMBER).changed
    promise(early.one, date(2026, 11, 20))
    again = services.build(NOVEMBER)
    assert again.changed
    assert again.persons == first.persons
    assert standing(first, early.one.agency).workers + 1 == standing(queries.snapshot_of(), early.one.agency).workers


def test_an_agency_that_has_ended_is_told_of_only_while_something_waits_there(early):
    gone, empty = early.two.agency, factories.make_agency("Kosong")
    for agency in (gone, empty):
        agency.valid_to = date(2026, 11, 1)
        agency.save()
    found = {one.agency_id: one for one in queries.standings(built(NOVEMBER))}
    assert not found[gone.pk].in_force and found[gone.pk].workers == 1
    assert empty.pk not in found
    day = gone.valid_to - timedelta(days=1)
    assert standing(built(OCTOBER), gone).in_force and OCTOBER.last_day == day


def test_a_pic_sees_the_own_agency_and_a_donor_none(early, acting_as):
    found = built(NOVEMBER)
    assert AgencyStanding.objects.filter(snapshot=found.id).count() == 2
    acting_as("pic", early.two.agency)
    assert [one.agency_id for one in queries.standings(found)] == [early.two.agency.pk]
    assert not AgencyStanding.objects.exclude(agency=early.two.agency).exists()


@pytest.mark.parametrize("role", ["leader", "coordinator", "bpjs", "auditor"])
def test_who_sees_all_sees_all(early, acting_as, role):
    found = built(NOVEMBER)
    acting_as(role)
    assert len(queries.standings(found)) == 2


def test_a_count_from_before_they_were_kept_is_counted_anew(early):
    protection.refresh()
    services.build_due()
    assert services.build_due() == []
    AgencyStanding.objects.all().delete()
    Snapshot.objects.update(content="dihitung tanpa keadaan OPD")
    assert any(one.changed for one in services.build_due())
    assert len(queries.standings(queries.snapshot_of())) == 2
