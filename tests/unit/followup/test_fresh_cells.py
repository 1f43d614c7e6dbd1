"""Cells by values counted just now equal the cells that are read after the same values were written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from duty_facts import agencies, circular, duty

from sertakan.core.month import Month
from sertakan.followup import fresh, queries, services
from sertakan.followup.models import Standing

pytestmark = pytest.mark.django_db
Day = Callable[[str], None]
BEFORE = {
    "bill_paid_by_15": (1, 4),
    "workers_proposed": (0, None),
    "staff_taking_part": (0, 50),
    "held_repaired": (0, 0),
}


@pytest.mark.parametrize("on", ["2026-03-01", "2026-03-10", "2026-03-16", "2026-03-20"])
@pytest.mark.parametrize(
    "now",
    [
        {"bill_paid_by_15": (4, 4), "workers_proposed": (7, None), "staff_taking_part": (5, 50), "held_repaired": (2, 3)},
        {"bill_paid_by_15": (3, 4), "workers_proposed": (0, None), "staff_taking_part": (4, 50), "held_repaired": (3, 3)},
        {"bill_paid_by_15": (0, 0), "workers_proposed": (1, None), "staff_taking_part": (1, None), "held_repaired": (0, 0)},
        BEFORE,
    ],
)  # fmt: skip
def test_what_is_counted_now_reads_as_it_will_when_it_is_written_down(
    day: Day, on: str, now: dict[str, tuple[int, int | None]]
) -> None:
    one, other = agencies()
    circular(
        [one, other],
        duty("iuran", measure="bill_paid_by_15", due_rule="tgl-15"),
        duty("daftar", measure="workers_proposed", period_kind="once", due_rule="2026-03-10"),
        duty("pegawai", measure="staff_taking_part", period_kind="quarter", target_percent=10),
        duty("perbaikan", measure="held_repaired"),
        duty("laporan", due_rule="hk+5"),
    )
    at = date.fromisoformat(on)
    services.record_values({name: {one.pk: found} for name, found in BEFORE.items()}, on=date(2026, 2, 20))
    written = Standing.objects.count()
    values = {name: {one.pk: found} for name, found in now.items()}
    cells = fresh.with_values(queries.states(at), queries.duties(at), values, at)
    months = fresh.by_month(cells)
    assert Standing.objects.count() == written
    services.record_values(values, on=at)
    after = queries.states(at)
    assert [replace(cell, since=None) for cell in cells] == [replace(cell, since=None) for cell in after]
    assert queries.ranked(cells, at) == queries.ranking(at)
    assert sorted(months, key=str) == sorted(queries.by_month(at), key=str)


@pytest.mark.parametrize("rule", ["", "tgl-15"])
def test_a_month_that_is_over_is_counted_again_by_values_about_it_and_by_no_others(day: Day, rule: str) -> None:
    one, other = agencies()
    circular(
        [one, other],
        duty("iuran", measure="bill_paid_by_15", due_rule=rule),
        duty("daftar", measure="workers_proposed", period_kind="once"),
    )
    on, about = date(2026, 3, 20), date(2026, 2, 28)
    values = {"bill_paid_by_15": {one.pk: (4, 4)}, "workers_proposed": {one.pk: (3, None)}}
    now = fresh.with_values(queries.states(on), queries.duties(on), values, on)
    assert {(cell.agency_id, cell.period) for cell in now if cell.done} == {(one.pk, Month(2026, 3)), (one.pk, None)}
    then = fresh.with_values(queries.states(on), queries.duties(on), values, on, about=about)
    assert {(cell.agency_id, cell.period) for cell in then if cell.done} == {(one.pk, Month(2026, 2))}
    services.record_values(values, on=on, period_on=about)
    assert [replace(cell, since=None) for cell in then] == [replace(cell, since=None) for cell in queries.states(on)]
