"""Where cells stand: computed and declared told apart, as of every day, with deadlines of working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from duty_facts import agencies, circular, duty, get

from sertakan.core.month import Month
from sertakan.followup import dues, errors, queries, services, shares
from sertakan.followup.models import Standing

pytestmark = pytest.mark.django_db
Day = Callable[[str], None]


@pytest.mark.parametrize(
    ("rule", "kind", "period", "due"),
    [
        ("", "month", "2026-03", None),
        ("tgl-15", "month", "2026-04", "2026-04-15"),
        ("tgl-15", "month", "2026-03", "2026-03-16"),  # a Sunday
        ("tgl-31", "month", "2026-02", "2026-03-02"),  # 28 February is a Saturday
        ("tgl-10+1", "month", "2026-03", "2026-04-10"),
        ("hk+5", "month", "2026-04", "2026-05-08"),  # 1 May is a holiday, then a weekend
        ("hk+3", "quarter", "2026-01", "2026-04-06"),  # 3 April is Good Friday
        ("hk+5", "once", None, "2026-01-08"),
        ("2026-12-25", "once", None, "2026-12-28"),  # Christmas on a Friday
    ],
)
def test_a_deadline_is_a_working_day(rule: str, kind: str, period: str | None, due: str | None) -> None:
    found = dues.due_on(rule, kind, Month.parse(period) if period else None, date(2026, 1, 1))
    assert found == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize("text", ["besok", "hk+", "tgl-0", "tgl-32", "2026-02-30", "hk5", "tgl-5+"])
def test_a_deadline_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(errors.DueRuleUnreadable):
        dues.parse(text)


def test_a_period_opens_comes_due_and_is_late_by_itself(day: Day) -> None:
    one, _other = agencies()
    circular([one], duty("laporan", due_rule="tgl-16"))
    status = {
        text: [cell.status for cell in queries.states(date.fromisoformat(text)) if cell.period == Month(2026, 3)]
        for text in ("2026-02-28", "2026-03-01", "2026-03-06", "2026-03-09", "2026-03-16", "2026-03-17")
    }
    # five working days before Monday, 16 March
    assert status == {
        "2026-02-28": [], "2026-03-01": ["open"], "2026-03-06": ["open"], "2026-03-09": ["due"], "2026-03-16": ["due"],
        "2026-03-17": ["overdue"],
    }  # fmt: skip


def test_values_are_known_from_their_day_on_and_never_change_the_past(day: Day) -> None:
    one, other = agencies()
    circular([one, other], duty("daftar", period_kind="once", measure="workers_proposed"))
    values = {"workers_proposed": {one.pk: (0, None), other.pk: (4, None)}}
    assert services.record_values(values, on=date(2026, 2, 1)).written == 2
    assert services.record_values(values, on=date(2026, 2, 5)) == services.Recorded(0, 2)
    values["workers_proposed"][one.pk] = (7, None)
    assert services.record_values(values, on=date(2026, 3, 1)) == services.Recorded(1, 1)

    def standing(text: str) -> dict[int, tuple[str, int | None]]:
        return {cell.agency_id: (cell.status, cell.value) for cell in queries.states(date.fromisoformat(text))}

    assert standing("2026-01-31") == {one.pk: ("open", None), other.pk: ("open", None)}
    assert standing("2026-02-28") == {one.pk: ("open", 0), other.pk: ("fulfilled", 4)}
    assert standing("2026-03-01") == {one.pk: ("fulfilled", 7), other.pk: ("fulfilled", 4)}
    assert all(cell.how == "computed" for cell in queries.states(date(2026, 3, 1)))
    assert Standing.objects.count() == 3


def test_what_is_known_is_only_added_to(day: Day) -> None:
    from django.db import DatabaseError, transaction

    one, _ = agencies()
    circular([one], duty("daftar", period_kind="once", measure="workers_proposed"))
    services.record_values({"workers_proposed": {one.pk: (1, None)}}, on=date(2026, 2, 1))
    for act in (lambda: Standing.objects.update(value=9), lambda: Standing.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("measure", "target", "value", "of", "status"),
    [
        ("staff_taking_part", None, 1, 200, "fulfilled"),
        ("staff_taking_part", 10, 19, 200, "open"),
        ("staff_taking_part", 10, 20, 200, "fulfilled"),
        ("staff_taking_part", 10, 3, None, "not_asked"),
        ("bill_paid_by_15", None, 0, 0, "not_asked"),
        ("bill_paid_by_15", None, 4, 5, "open"),
        ("bill_paid_by_15", None, 5, 5, "fulfilled"),
    ],
)
def test_a_value_is_enough_by_its_measure(
    day: Day, measure: str, target: int | None, value: int, of: int | None, status: str
) -> None:
    one, _ = agencies()
    circular([one], duty("x", measure=measure, target_percent=target))
    services.record_values({measure: {one.pk: (value, of)}}, on=date(2026, 1, 20))
    assert [cell.status for cell in queries.states(date(2026, 1, 31))] == [status]


def test_a_late_payment_is_written_to_the_month_it_is_about(day: Day) -> None:
    one, _ = agencies()
    circular([one], duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"))
    services.record_values({"bill_paid_by_15": {one.pk: (3, 5)}}, on=date(2026, 1, 31))
    services.record_values({"bill_paid_by_15": {one.pk: (5, 5)}}, on=date(2026, 2, 3), period_on=date(2026, 1, 31))

    def january(text: str) -> str:
        return next(c.status for c in queries.states(date.fromisoformat(text)) if c.period == Month(2026, 1))

    assert [january(text) for text in ("2026-01-31", "2026-02-02", "2026-02-03")] == ["overdue", "overdue", "fulfilled"]


def test_a_deadline_set_later_does_not_make_late_what_was_over_by_then(day: Day) -> None:
    one, _ = agencies()
    circular([one], duty("laporan"))
    services.set_deadline(duty=get("laporan"), rule="tgl-5", on=date(2026, 3, 1))
    assert {cell.status for cell in queries.states(date(2026, 2, 28))} == {"open"}
    assert [cell.status for cell in queries.states(date(2026, 3, 1))] == ["open", "open", "due"]
    assert [cell.status for cell in queries.states(date(2026, 3, 20))] == ["open", "open", "overdue"]
    assert [row.due_source for row in queries.duties(date(2026, 3, 1))] == ["koordinator"]


def test_a_deadline_moved_or_taken_away_leaves_what_was_late_before(day: Day) -> None:
    one, _ = agencies()
    circular([one], duty("laporan", due_rule="tgl-5"))
    services.set_deadline(duty=get("laporan"), rule="tgl-25", on=date(2026, 2, 10))
    services.set_deadline(duty=get("laporan"), rule="", on=date(2026, 3, 2))
    by_day = {
        text: [str(cell.due or "") for cell in queries.states(date.fromisoformat(text))]
        for text in ("2026-02-09", "2026-02-10", "2026-03-02")
    }
    assert by_day == {
        "2026-02-09": ["2026-01-05", "2026-02-05"],
        "2026-02-10": ["2026-01-05", "2026-02-25"],
        "2026-03-02": ["2026-01-05", "2026-02-25", ""],
    }


@pytest.mark.parametrize(
    ("rule", "set_on", "due"),
    [
        ("hk+5", "2026-01-01", "2026-01-08"),
        ("hk+5", "2026-03-02", "2026-03-09"),  # counted from the day on which it was set
        ("tgl-15", "2026-03-17", ""),  # the 15th is a Sunday, so that it was due the day before
        ("2026-02-10", "2026-03-16", "2026-02-10"),  # somebody wrote that day and means it
    ],
)
def test_a_deadline_of_what_is_done_once(day: Day, rule: str, set_on: str, due: str) -> None:
    one, _ = agencies()
    circular([one], duty("kartu", period_kind="once"))
    services.set_deadline(duty=get("kartu"), rule=rule, on=date.fromisoformat(set_on))
    assert [str(cell.due or "") for cell in queries.states(date(2026, 3, 20))] == [due]


def test_changes_tell_what_turned_and_when(day: Day) -> None:
    one, other = agencies()
    circular([one, other], duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"))
    services.record_values({"bill_paid_by_15": {one.pk: (5, 5)}}, on=date(2026, 1, 12))
    told = queries.changes_since(date(2026, 1, 10), date(2026, 1, 20))
    assert [(one_.agency_id, one_.was, one_.now, one_.on) for one_ in told] == [
        (one.pk, "due", "fulfilled", date(2026, 1, 12)), (other.pk, "due", "overdue", date(2026, 1, 16)),
    ]  # fmt: skip


def test_only_what_counts_is_ranked_and_small_agencies_by_interval(day: Day) -> None:
    bodies = agencies(3)
    circular(
        bodies, duty("iuran", measure="bill_paid_by_15"), duty("daftar", period_kind="once", measure="workers_proposed")
    )
    services.record_values(
        {
            "bill_paid_by_15": {bodies[0].pk: (1, 1), bodies[1].pk: (0, 4)},
            "workers_proposed": {bodies[0].pk: (1, None)},
        },
        on=date(2026, 1, 20),
    )
    found = {share.agency_id: share for share in queries.ranking(date(2026, 1, 25))}
    # January still runs: what is not done does not count yet; what is asked once counts from its first day
    assert [(found[body.pk].fulfilled, found[body.pk].asked) for body in bodies] == [(2, 2), (0, 1), (0, 1)]
    later = {share.agency_id: share for share in queries.ranking(date(2026, 2, 1))}
    assert [(later[body.pk].fulfilled, later[body.pk].asked) for body in bodies] == [(2, 2), (0, 2), (0, 2)]


def test_wilson_by_hand() -> None:
    """Worked in docs/explanation/duties.md."""
    low, high = shares.wilson(7, 10)
    assert (round(low, 4), round(high, 4)) == (0.3968, 0.8922)
    assert shares.wilson(0, 0) == (0.0, 1.0)
    placed = shares.ranked([(1, "Besar", 90, 100), (2, "Kecil", 2, 2), (3, "Rendah", 10, 100), (4, "Belum", 0, 0)])
    assert [(one.name, one.best, one.worst) for one in placed] == [
        ("Kecil", 1, 2), ("Besar", 1, 2), ("Rendah", 3, 3), ("Belum", 0, 0),
    ]  # fmt: skip
    assert [one.small for one in placed] == [True, False, False, False]


def test_the_number_of_every_status_is_the_same_counted_another_way(day: Day) -> None:
    bodies = agencies(4)
    circular(
        bodies,
        duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"),
        duty("laporan", due_rule="hk+5"),
        duty("kartu", period_kind="once"),
    )
    for at, body in enumerate(bodies):
        for month in (1, 2, 3):
            services.record_values({"bill_paid_by_15": {body.pk: (at, 3)}}, on=date(2026, month, 14))
    on = date(2026, 3, 20)
    cells = queries.states(on)
    assert len(cells) == 4 * (3 + 3 + 1)
    assert {cell.agency_id for cell in cells if cell.duty_id == get("iuran").pk and cell.done} == {bodies[3].pk}
    done = sum(cell.done for cell in cells)
    asked = sum(cell.counts for cell in cells)
    assert (sum(one.fulfilled for one in queries.ranking(on)), sum(one.asked for one in queries.ranking(on))) == (
        done,
        asked,
    )
    months = queries.by_month(on)
    assert sum(one.overdue for one in months) == len(queries.overdue(on))


def test_a_pic_sees_the_own_agency_only(day: Day, acting_as: Callable[..., object]) -> None:
    one, other = agencies()
    circular([one, other], duty("daftar", period_kind="once", measure="workers_proposed"))
    services.record_values({"workers_proposed": {one.pk: (1, None), other.pk: (2, None)}}, on=date(2026, 2, 1))
    acting_as("pic", other)
    assert [(cell.agency_id, cell.value) for cell in queries.states(date(2026, 3, 1))] == [(other.pk, 2)]
    with pytest.raises(errors.NotYourFollowup):
        services.set_deadline(duty=get("daftar"), rule="hk+5")
