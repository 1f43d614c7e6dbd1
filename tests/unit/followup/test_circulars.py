"""Circulars are entered, amended and renewed; what is not in their text is marked; the shipped one has no deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from duty_facts import agencies, circular, duty

from sertakan.followup import errors, queries, seeding, services
from sertakan.followup.models import Circular, Plan
from sertakan.followup.services import NewCircular

pytestmark = pytest.mark.django_db
Day = Callable[[str], None]


def test_the_shipped_circular_is_an_appeal_without_deadlines(day: Day) -> None:
    bodies = agencies(3)
    made = seeding.load_circular()
    assert made is not None
    assert made.number == "500.15.14.2/3/DKTTRANS/08/2025"
    assert made.appeal
    assert made.dated_on is None
    asked = queries.duties(date(2026, 3, 20))
    assert len(asked) == 9
    assert {row.due_rule for row in asked} == {""}
    assert {row.period_source for row in asked} == {"koordinator"}
    assert {row.target_percent for row in asked} == {None}
    plan = Plan.objects.get()
    assert (plan.active, plan.escalation) == (False, False)
    assert len(queries.addressees(made.pk, date(2026, 3, 20))) == len(bodies)
    examples = made.clauses.get(position=1).examples
    assert all(
        word in examples for word in ("pengasuh anak", "sopir", "petugas kebersihan", "penjaga malam", "keluarga")
    )
    assert queries.overdue(date(2027, 12, 31)) == []
    assert seeding.load_circular() is None


def test_a_circular_is_entered_once(day: Day) -> None:
    bodies = agencies()
    circular(bodies)
    with pytest.raises(errors.CircularKnown):
        circular(bodies)


def test_a_successor_takes_over_and_the_past_stays(day: Day) -> None:
    bodies = agencies()
    old = circular(
        bodies, duty("laporan", due_rule="tgl-10+1"), duty("kartu", period_kind="once", due_rule="2026-02-02")
    )
    before = queries.states(date(2026, 12, 31))
    new = services.renew(
        circular=old,
        new=NewCircular(
            number="101/UJI/2027", subject="Tahun baru", signer="Penanda tangan lain", valid_from=date(2027, 1, 1)
        ),
    )
    assert queries.states(date(2026, 12, 31)) == before
    after = queries.states(date(2027, 1, 5))
    assert {row.circular_id for row in queries.duties(date(2027, 1, 5))} == {new.pk}
    assert {row.due_rule for row in queries.duties(date(2027, 1, 5))} == {"tgl-10+1", ""}
    now = [cell for cell in after if cell.duty_id in {row.id for row in queries.duties(date(2027, 1, 5))}]
    assert len(now) == 4
    assert Circular.objects.get(pk=old.pk).valid_to == date(2027, 1, 1)
    with pytest.raises(errors.CircularReplaced):
        services.renew(
            circular=old,
            new=NewCircular(number="102/UJI/2027", subject="x", signer="y", valid_from=date(2027, 2, 1)),
        )


def test_a_new_version_keeps_the_number(day: Day) -> None:
    old = circular(agencies(), duty("laporan"))
    new = services.amend(
        circular=old, new=NewCircular(number="lain", subject="Diperbaiki", signer="z", valid_from=date(2026, 2, 1))
    )
    assert (new.number, new.version, new.predecessor_id) == (old.number, 2, old.pk)


@pytest.mark.parametrize(
    "facts", [{"title": " "}, {"period_kind": "week"}, {"target_percent": 101}, {"measure": "gut"}]
)
def test_a_duty_that_makes_no_sense_is_refused(day: Day, facts: dict[str, object]) -> None:
    with pytest.raises((errors.CircularIncomplete, errors.MeasureUnknown)):
        circular(agencies(), duty("x", **facts))
