"""The states that are kept are those of the pure function, whatever was paid, merged or withdrawn, and each month lies in its place."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sertakan.core.month import Month, months
from sertakan.people import services as people
from sertakan.protection import PaidHistory, queries, services, state_of
from sertakan.protection.cover_frame import cover_frame
from sertakan.protection.errors import MonthNotComputed
from sertakan.protection.models import Duration, MonthMade, MonthState, MonthTotal
from sertakan.protection.policies import NotYourRegister

NOVEMBER = Month(2026, 11)
patterns = st.lists(st.sampled_from("pppp--lab"), min_size=11, max_size=11)


def days_of(pattern: list[str]) -> dict[Month, date]:
    """p in time, l late, a ahead, b long after; - not at all. From January 2026 on."""
    shift = {"p": 9, "l": 30, "a": -40, "b": 120}
    return {
        month: month.first_day + timedelta(days=shift[kind])
        for month, kind in zip(months(Month(2026, 1), NOVEMBER), pattern, strict=True)
        if kind != "-"
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(patterns, st.integers(0, 200)), min_size=1, max_size=6))
def test_whatever_was_paid_the_kept_state_is_that_of_the_pure_function(office, drawn):
    from django.db import transaction

    with transaction.atomic():
        members = {
            office.member(date(2026, 1, 5) + timedelta(days=late), days_of(pattern)).pk: PaidHistory(
                date(2026, 1, 5) + timedelta(days=late), None, None, days_of(pattern)
            )
            for pattern, late in drawn
        }
        for month in (Month(2026, 6), Month(2026, 10)):
            services.refresh(month)
            kept = dict(MonthState.objects.filter(month=month.first_day).values_list("membership_id", "state"))
            wanted = {key: state_of(history, month) for key, history in members.items()}
            assert kept == {key: state for key, state in wanted.items() if state != "not_yet"}
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestKeptStates:
    def test_a_month_is_counted_by_state_and_agency(self, office, other_office):
        office.member(paid="2026-01..2026-11")
        office.member(paid="2026-01..2026-09")
        other_office.member(paid="2026-01..2026-04")
        services.refresh(NOVEMBER)
        found = queries.summary(NOVEMBER)
        assert {one.name: (one.people, one.active, one.arrears) for one in found.agencies} == {
            "Dinas Kebun": (2, 1, 1), "Dinas Sawah": (1, 0, 0),
        }  # fmt: skip
        assert found.total.states["inactive"] == 1

    def test_the_same_again_writes_nothing(self, office):
        office.member(paid="2026-01..2026-09")
        (first,) = services.refresh(NOVEMBER)
        (again,) = services.refresh(NOVEMBER)
        assert (first.changed, again.changed) == (1, 0)

    def test_a_later_confirmation_changes_only_the_months_it_can_change(self, office):
        worker = office.worker()
        member = office.member(paid="2026-01..2026-07", worker=worker)
        first = services.refresh()
        assert [one.month for one in first] == list(months(Month(2026, 1), NOVEMBER))
        office.pay(member, worker, {Month(2026, 8): date(2026, 10, 2)})
        changed = {one.month: one.changed for one in services.refresh()}
        assert changed[Month(2026, 10)] == 1
        assert not any(changed.get(month, 0) for month in months(Month(2026, 1), Month(2026, 9)))

    def test_who_lost_cover_in_a_month_is_counted_in_it_alone(self, office):
        office.member(paid="2026-01..2026-07")
        services.refresh(Month(2026, 10))
        services.refresh(NOVEMBER)
        assert queries.summary(NOVEMBER).total.lapsed == 1
        assert queries.summary(Month(2026, 10)).total.lapsed == 0
        assert queries.summary(NOVEMBER).total.change("inactive") == 1
        assert queries.rows_of(NOVEMBER, lapsed=True).count() == 1

    def test_money_on_its_way_is_counted_beside_the_state(self, office):
        worker = office.worker()
        office.member(paid="2026-01..2026-10", worker=worker)
        office.remit(worker, NOVEMBER)
        services.refresh(NOVEMBER)
        total = queries.summary(NOVEMBER).total
        assert (total.waiting, total.active, total.states["arrears_1"]) == (1, 0, 1)

    def test_merged_persons_are_one_row(self, office, other_office):
        first = office.member(paid="2026-01..2026-06")
        second = other_office.member(paid="2026-07..2026-11")
        people.merge(keep=second.person_id, gone=first.person_id, reason="orang yang sama")
        services.refresh(NOVEMBER)
        row = MonthState.objects.get(month=NOVEMBER.first_day)
        assert (row.state, row.person_id, row.membership_id) == ("active", second.person_id, first.pk)

    def test_who_died_is_not_counted_from_the_month_after(self, office):
        office.member(paid="2026-01..2026-09", ended_on=date(2026, 9, 20), end_reason="died", state="ended")
        services.refresh(Month(2026, 9))
        services.refresh(Month(2026, 10))
        assert queries.summary(Month(2026, 9)).total.people == 1
        assert queries.summary(Month(2026, 10)).total.people == 0

    def test_durations_end_with_the_first_lapse_or_today(self, office):
        office.member(paid="2026-01..2026-03")
        office.member(paid="2026-01..2026-11")
        office.member(paid="2026-01..2026-03", ended_on=date(2026, 4, 2), end_reason="died", state="ended")
        services.refresh(NOVEMBER)
        kept = set(Duration.objects.values_list("months", "lapsed", "people"))
        assert kept == {(6, True, 1), (10, False, 1), (3, False, 1)}

    def test_a_month_nobody_computed_is_refused(self, office):
        with pytest.raises(MonthNotComputed):
            queries.summary(NOVEMBER)

    def test_months_as_plain_data_name_the_persons_of_each_state(self, office):
        member = office.member(paid="2026-01..2026-11")
        services.refresh(NOVEMBER)
        found = queries.month_json(NOVEMBER, rows=True)
        assert found["rows"]["active"] == [member.person_id]
        assert found["states"]["active"] == 1

    def test_a_pic_sees_own_totals_and_rows_and_computes_nothing(self, office, other_office, acting_as):
        office.member(paid="2026-01..2026-11")
        other_office.member(paid="2026-01..2026-11")
        services.refresh(NOVEMBER)
        acting_as("pic", office.agency)
        found = queries.summary(NOVEMBER)
        assert [one.name for one in found.agencies] == ["Dinas Kebun"]
        assert queries.rows_of(NOVEMBER).count() == 1
        assert MonthTotal.objects.count() == 1
        with pytest.raises(NotYourRegister):
            services.refresh(NOVEMBER)

    def test_a_partition_asked_directly_shows_nothing(self, office):
        office.member(paid="2026-01..2026-11")
        services.refresh(NOVEMBER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('protection_monthstate_202611', 'SELECT')")
            if cursor.fetchone()[0]:
                cursor.execute("SELECT count(*) FROM protection_monthstate_202611")
                assert cursor.fetchone()[0] == 0

    def test_a_month_reads_its_own_partition_alone(self, office):
        office.member(paid="2026-01..2026-11")
        for month in months(Month(2026, 8), NOVEMBER):
            services.refresh(month)
        plans = {
            "protection_monthstate": queries.rows_of(NOVEMBER).explain(),
            "contributions_paidmonth": _plan(
                "SELECT membership_id, paid_on FROM contributions_paid WHERE month = '2026-11-01'"
            ),
        }
        for table, plan in plans.items():
            assert f"{table}_202611" in plan
            assert f"{table}_202610" not in plan

    def test_what_was_paid_since_a_mark_is_found_by_its_transaction(self, office):
        office.member(paid="2026-01..2026-11")
        plan = _plan("SELECT min(paid_on) FROM contributions_paidmonth WHERE changed_xid >= '1'::xid8", seq=False)
        assert "changed_xid" in plan
        assert "Seq Scan on contributions_paidmonth" not in plan


def _plan(query: str, *, seq: bool = True) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = {'on' if seq else 'off'}")
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_register_is_the_frame_of_everybodys_histories(office):
    histories = [
        ("2026-01..2026-11", 5),
        ("2026-02..2026-06", 40),
        ("", 90),
        ("2026-01@2026-05-20,2026-06..2026-09", 3),
    ]
    facts, paid = [], []
    from members import read

    for text, late in histories:
        number = date(2026, 1, 5) + timedelta(days=late)
        member = office.member(number, text)
        facts.append((member.pk, number))
        paid += [(member.pk, month.first_day, day) for month, day in read(text).items()]
    memberships = pl.DataFrame(facts, schema={"membership": pl.Int64, "number_issued_on": pl.Date}, orient="row")
    frame = pl.DataFrame(paid, schema={"membership": pl.Int64, "month": pl.Date, "paid_on": pl.Date}, orient="row")
    wanted = cover_frame(memberships, frame, on=date(2026, 11, 23))
    found = queries.states_of(NOVEMBER, today=date(2026, 11, 23)).drop("person")
    assert found.equals(wanted)
    assert MonthMade.objects.count() == 0
