"""Circulars are entered, amended and renewed; what is not in their text is marked; the shipped one has no deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from duty_facts import agencies, circular, duty, get

from sertakan.core.month import Month
from sertakan.followup import errors, queries, seeding, services
from sertakan.followup.models import Addressee, Circular, Clause, Deadline, Duty, Plan
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


def test_with_the_end_of_a_circular_its_duties_end(day: Day) -> None:
    bodies = agencies()
    circular(bodies, duty("laporan", due_rule="tgl-10+1"), valid_to=date(2026, 3, 1))
    assert queries.duties(date(2026, 3, 1)) == []
    assert [row.code for row in queries.duties(date(2026, 2, 28))] == ["laporan"]
    periods = {cell.period for cell in queries.states(date(2026, 6, 30))}
    assert periods == {Month(2026, 1), Month(2026, 2)}


def test_what_was_replaced_does_not_change_any_more(day: Day) -> None:
    bodies = agencies(3)
    old = circular(bodies[:2], duty("laporan", due_rule="tgl-5"))
    asked = get("laporan")
    services.renew(circular=old, new=renewed("101/UJI/2027", date(2026, 3, 1)))
    before = facts()
    for act in (
        lambda: services.add_clause(circular=old, new=services.NewClause("Tambahan.")),
        lambda: services.add_duty(circular=old, new=duty("baru")),
        lambda: services.address(circular=old, agency_ids=[bodies[2].pk], valid_from=date(2026, 3, 20)),
        lambda: services.end_address(circular=old, agency_id=bodies[0].pk, on=date(2026, 3, 20)),
        lambda: services.set_deadline(duty=asked, rule="tgl-1"),
        lambda: services.end_duty(duty=asked, on=date(2026, 3, 20)),
    ):
        with pytest.raises(errors.CircularReplaced):
            act()
    assert facts() == before


def facts() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Circular, Clause, Duty, Deadline, Addressee)]


def renewed(number: str, start: date) -> NewCircular:
    return NewCircular(number=number, subject="Lanjutan", signer="Penanda tangan rekaan", valid_from=start)


def test_who_is_taken_off_on_the_day_of_being_put_on_can_be_put_on_again(day: Day) -> None:
    one, other = agencies()
    made = circular([one])
    today = date(2026, 3, 20)
    for _again in range(2):
        assert services.address(circular=made, agency_ids=[other.pk], valid_from=today) == 1
        assert services.end_address(circular=made, agency_id=other.pk, on=today) == 1
    assert services.address(circular=made, agency_ids=[other.pk], valid_from=today) == 1
    assert queries.addressees(made.pk, today) == [one, other]
    assert queries.addressees(made.pk, date(2026, 3, 19)) == [one]


def test_an_agency_that_is_gone_is_not_addressed(day: Day) -> None:
    one, other = agencies()
    type(other).objects.filter(pk=other.pk).update(valid_to=date(2025, 12, 1))
    made = circular([one])
    assert services.address(circular=made, agency_ids=[other.pk], valid_from=date(2026, 3, 20)) == 0
    assert queries.addressees(made.pk, date(2026, 3, 20)) == [one]


def test_a_duty_that_ended_is_not_asked_again_by_ending_it_once_more(day: Day) -> None:
    circular(agencies(), duty("laporan"))
    services.end_duty(duty=get("laporan"), on=date(2026, 2, 1))
    services.end_duty(duty=get("laporan"), on=date(2026, 3, 20))
    assert get("laporan").valid_to == date(2026, 2, 1)


def test_what_was_declared_for_a_running_period_goes_on_under_a_new_version(day: Day) -> None:
    one, other = agencies()
    old = circular([one, other], duty("laporan", period_kind="quarter"), duty("kartu", period_kind="once"))
    quarter = Month(2026, 1)
    services.verify(said_by(1, one, "laporan", quarter))
    services.verify(said_by(1, one, "kartu", None))
    waits = said_by(2, other, "laporan", quarter)
    services.amend(circular=old, new=renewed("", date(2026, 3, 20)))
    assert standing() == {("laporan", one.pk): "verified", ("kartu", one.pk): "verified", ("laporan", other.pk): "declared",
                          ("kartu", other.pk): "open"}  # fmt: skip
    services.verify(waits)
    assert standing()["laporan", other.pk] == "verified"


def test_a_new_year_asks_again_for_what_is_done_once_and_not_for_the_period_that_runs(day: Day) -> None:
    one, _ = agencies()
    old = circular([one], duty("laporan", period_kind="quarter"), duty("kartu", period_kind="once"))
    services.verify(said_by(1, one, "laporan", Month(2026, 1)))
    services.verify(said_by(1, one, "kartu", None))
    services.renew(circular=old, new=renewed("101/UJI/2026", date(2026, 3, 20)))
    assert standing() == {("laporan", one.pk): "verified", ("kartu", one.pk): "open"}


def said_by(user: int, body: object, code: str, period: Month | None) -> object:
    from sertakan.core.scope import Actor, acting

    pic = Actor(user, "petugas", agency_ids=frozenset({body.pk}), roles=frozenset({"pic"}))
    with acting(pic):
        return services.declare(duty=get(code), agency_id=body.pk, period=period, words="Sudah.")


def standing() -> dict[tuple[str, int], str]:
    """Where the duties in force stand today, by code and agency."""
    today = date(2026, 3, 20)
    codes = {row.id: row.code for row in queries.duties(today)}
    return {
        (codes[cell.duty_id], cell.agency_id): cell.status for cell in queries.states(today) if cell.duty_id in codes
    }


@pytest.mark.parametrize("given", [{"valid_from": date(201, 9, 1)}, {"valid_to": date(2926, 9, 1)}])
def test_a_year_that_is_a_slip_of_the_hand_is_refused(day: Day, given: dict[str, date]) -> None:
    with pytest.raises(errors.CircularIncomplete):
        circular(agencies(), **given)
    assert not Circular.objects.exists()


def test_a_day_far_ahead_is_refused_before_anything_is_counted(day: Day) -> None:
    circular(agencies(), duty("laporan"))
    assert queries.states(date(2029, 12, 31))
    with pytest.raises(errors.DayTooFar):
        queries.states(date(2030, 1, 1))
