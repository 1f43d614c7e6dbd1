"""Two who count at once count one after the other: one result is kept, and the second finds nothing new."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from members import TODAY
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting
from sertakan.coverage import kept, queries, services
from sertakan.coverage.errors import PartMissing
from sertakan.coverage.models import RollupCell, Snapshot
from sertakan.protection import services as protection

NOVEMBER = Month(2026, 11)


@pytest.fixture
def settled(committed_db, make_land, monkeypatch, settings, tmp_path):
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    settings.SERTAKAN_DATA = str(tmp_path)
    with acting(SYSTEM):
        land = make_land()
        for _n in range(6):
            land.member("99.01.01.2001")
        protection.refresh(NOVEMBER)
    return land


def at_once(work, count=3):
    def run(_n):
        from django.db import connection

        try:
            with acting(SYSTEM):
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_three_that_count_at_once_one_writes(settled):
    found = at_once(lambda: services.build(NOVEMBER))
    assert sorted(one.changed for one in found) == [False, False, True]
    assert len({one.snapshot_id for one in found}) == 1
    with acting(SYSTEM):
        assert Snapshot.objects.count() == 1
        assert len(queries.standings(queries.snapshot_of())) == 2


def test_a_count_that_breaks_off_leaves_nothing_and_the_next_one_is_whole(settled, monkeypatch):
    from sertakan.coverage.services import counting

    def broken(*args):
        raise RuntimeError("putus")

    with monkeypatch.context() as patch:
        patch.setattr(counting, "compare", broken)
        with pytest.raises(RuntimeError), acting(SYSTEM):
            services.build(NOVEMBER)
    with acting(SYSTEM):
        assert not Snapshot.objects.exists()
        assert not RollupCell.objects.exists()
        made = services.build(NOVEMBER)
        assert made.changed and made.persons == 6
        assert len(kept.read(kept.name_of(NOVEMBER, made.content), NOVEMBER)) == 6


def test_lost_files_stop_no_count_and_come_back_with_the_next_one(settled):
    october = NOVEMBER.previous()
    with acting(SYSTEM):
        protection.refresh()
        services.build_due()
        now, before = queries.snapshots()[:2]
        assert queries.changes(now, before)
        for file in kept.folder().iterdir():
            file.unlink()
        settled.member("99.02.01.2001")
        protection.refresh()
        assert services.build(NOVEMBER).persons == 7
        now, before = queries.snapshots()[:2]
        assert queries.changes(now, before) == ()
        with pytest.raises(PartMissing):
            queries.rows_behind(before, "regency", "99.01", actor=SYSTEM)
        services.build(october)
        now, before = queries.snapshots()[:2]
        assert sum(one.count for one in queries.changes(now, before)) == now.persons - before.persons
        assert len(queries.rows_behind(before, "regency", "99.01", actor=SYSTEM)) == 6
        made = services.build(NOVEMBER)
        assert not made.changed
        kept_file = kept.folder() / kept.name_of(NOVEMBER, made.content)
        kept_file.unlink()
        services.build(NOVEMBER)
        assert kept_file.exists()
