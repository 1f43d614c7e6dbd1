"""The paid months on disk follow what is committed, late commits too; what lies there tells nobody anything."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
from members import TODAY, Office, read
from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting
from sertakan.protection.queries import states_of
from sertakan.protection.store import LiveParts, PaidStore, paid_parts

NOVEMBER = Month(2026, 11)


@pytest.fixture
def kept(committed_db, monkeypatch, tmp_path):
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    monkeypatch.setattr("sertakan.protection.store._usual_folder", lambda: tmp_path / "paid")
    with acting(SYSTEM):
        return Office(factories.make_agency("Kebun"))


def refreshed(**options):
    with acting(SYSTEM):
        return PaidStore().refresh(**options)


def states():
    with acting(SYSTEM):
        return states_of(NOVEMBER, today=TODAY)


def same_from_the_table():
    """The states from a transaction that has written, which asks the table."""
    from django.db import connection, transaction

    with acting(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        assert isinstance(paid_parts(), LiveParts)
        found = states_of(NOVEMBER, today=TODAY)
        transaction.set_rollback(True)
    return found


def test_the_first_time_everything_is_made_and_then_only_what_came(kept):
    with acting(SYSTEM):
        worker = kept.worker()
        member = kept.member(paid="2026-01..2026-09", worker=worker)
    assert refreshed().whole
    assert refreshed().months == ()
    with acting(SYSTEM):
        kept.pay(member, worker, read("2026-10"))
    again = refreshed()
    assert (again.whole, again.months) == (False, (Month(2026, 10),))
    assert states().equals(same_from_the_table())


def test_a_withdrawn_month_leaves_its_part(kept):
    with acting(SYSTEM):
        member = kept.member(paid="2026-01..2026-11")
    assert states()["state"].to_list() == ["active"]
    with acting(SYSTEM):
        kept.withdraw(member, NOVEMBER)
    assert states()["state"].to_list() == ["arrears_1"]
    assert states().equals(same_from_the_table())


def test_a_transaction_that_ends_late_is_not_missed(kept):
    import psycopg
    from django.db import connection

    from sertakan.core import postgres

    with acting(SYSTEM):
        worker = kept.worker()
        member = kept.member(paid="2026-01..2026-10", worker=worker)
    refreshed()
    settings_of = connection.settings_dict
    late = psycopg.connect(
        host=settings_of["HOST"], dbname=settings_of["NAME"], user=settings_of["USER"], password=settings_of["PASSWORD"],
        port=settings_of["PORT"] or None,
    )  # fmt: skip
    assert postgres
    late.execute("SELECT set_config('sertakan.sees_all', 'on', true)")
    late.execute(
        "INSERT INTO contributions_paidmonth (membership_id, month, person_id, agency_id, sponsorship_id, donor_id, dasar, jkk,"
        " jkm, jht, total, source_id, paid_on, confirmed_on, tier, funding, sector, programmes, source_kind, rules_version)"
        " SELECT membership_id, '2026-11-01', person_id, agency_id, sponsorship_id, donor_id, dasar, jkk, jkm, jht, total,"
        " source_id, '2026-11-10', confirmed_on, tier, funding, sector, programmes, source_kind, rules_version"
        " FROM contributions_paidmonth WHERE month = '2026-10-01'"
    )
    with acting(SYSTEM):
        kept.member(paid="2026-11")  # a younger transaction ends first
    assert sorted(states()["state"].to_list()) == ["active", "arrears_1"]
    late.commit()
    late.close()
    assert states()["state"].to_list() == ["active", "active"]
    assert worker and member


def test_what_is_taken_back_never_reaches_the_disk(kept):
    from django.db import transaction

    with acting(SYSTEM):
        worker = kept.worker()
        member = kept.member(paid="2026-01..2026-10", worker=worker)
    refreshed()
    with acting(SYSTEM):
        kept.pay(member, worker, read("2026-11"))
        assert states_of(NOVEMBER, today=TODAY)["state"].to_list() == ["active"]
        with pytest.raises(RuntimeError):
            PaidStore().refresh()
        transaction.set_rollback(True)
    assert states()["state"].to_list() == ["arrears_1"]


def test_another_database_makes_other_parts(kept, monkeypatch):
    from sertakan.protection import store

    with acting(SYSTEM):
        kept.member(paid="2026-01..2026-03")
    refreshed()
    monkeypatch.setattr(store, "_MARK", store._MARK.replace("oid::text", "'other'"))
    assert refreshed().whole


def test_parts_are_sealed_and_cannot_be_exchanged(kept, tmp_path):
    with acting(SYSTEM):
        kept.member(paid="2026-01..2026-03")
    refreshed()
    folder = tmp_path / "paid"
    january, march = (folder / f"2026-{month}.paid" for month in ("01", "03"))
    assert b"ARROW" not in january.read_bytes()
    january.write_bytes(march.read_bytes())
    with pytest.raises(ValueError, match="order"):
        PaidStore().days(Month(2026, 1))
    january.write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match="no part"):
        PaidStore().days(Month(2026, 1))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(1, 12), st.integers(-30, 200)), max_size=6), min_size=1, max_size=4))
def test_however_payments_come_in_the_disk_says_what_the_table_says(kept, waves):
    from datetime import timedelta

    with acting(SYSTEM):
        worker = kept.worker()
        member = kept.number(worker, date(2026, 1, 10))
    seen = set()
    for wave in waves:
        paid = {}
        for number, late in wave:
            month = Month(2026, number)
            if month not in seen:
                paid[month] = month.first_day + timedelta(days=late)
        seen |= set(paid)
        with acting(SYSTEM):
            kept.pay(member, worker, paid)
        assert states().equals(same_from_the_table())
