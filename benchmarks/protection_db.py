"""How long the states of a month take from the database, for as many memberships as a province has.

    python benchmarks/protection_db.py [--memberships 715000] [--months 36] [--data DIR]
    python benchmarks/protection_db.py --parts --months 120     # ten years, from parts on disk alone

Invents an own register (nobody in it exists) inside an own database, first a tenth of the memberships, then all of them: nine in ten months
paid, one in ten of those late, one in twenty lapsed for half a year. Times the states of a month from the database when the parts on disk
are made for the first time, on an ordinary day (some thousand payments came since), and when nothing came; then the nightly job that keeps
them. Shows that a month reads its own partition alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 3.0
LIMIT_GROWTH = 11.0
AGENCIES = 44
LAST = "2026-11"

MEMBERS = """
WITH person AS (
    INSERT INTO people_person (name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address, created_at)
    SELECT 'Pekerja ' || n, 'pekerja ' || lpad(n::text, 8, '0'), '', 'P', '', DATE '1980-01-01', '', '', '', '', now()
    FROM generate_series(%(first)s::int, %(last)s::int) n RETURNING id, right(sort_key, 8)::int AS n
), sponsored AS (
    INSERT INTO sponsorship_sponsorship (agency_id, person_id, programmes, dasar, funding, sector, work_place, work_hours, start_month,
                                         months, state, end_reason, created_at)
    SELECT (%(agencies)s::bigint[])[1 + (n / 600) %% %(count)s], id, '{jkk,jkm}', 1000000,
           (ARRAY['private', 'private', 'apbd', 'csr'])[1 + n %% 4], CASE WHEN n %% 4 = 0 THEN 'transport' ELSE 'other' END, '', '',
           %(start)s::date, 12, 'member', '', now()
    FROM person
), number AS (
    INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)
    SELECT id, 'kpj', '\\x00', 1, sha256(n::text::bytea), '0000' FROM person RETURNING id, person_id
)
INSERT INTO sponsorship_membership (person_id, identifier_id, issued_on, existed, created_at)
SELECT number.person_id, number.id,
       (%(start)s::date + ((n::bigint * 7919) %% (%(deep)s / 2))::int * interval '1 month')::date + ((n::bigint * 31) %% 28)::int,
       false, now()
FROM number JOIN person ON person.id = number.person_id ORDER BY n
"""
PAID = """
INSERT INTO contributions_paidmonth (membership_id, month, person_id, agency_id, sponsorship_id, funding, sector, programmes, dasar, tier,
                                     jkk, jkm, jht, total, paid_on, confirmed_on, source_kind, source_id, rules_version)
SELECT m.id, %(month)s::date, m.person_id, s.agency_id, s.id, s.funding, s.sector, 'jkk,jkm', s.dasar, 1, 10000, 6800, 0, 16800,
       %(month)s::date + CASE WHEN h.late THEN 40 ELSE 9 END, %(month)s::date + 41, 'code', 1, 'bench'
FROM sponsorship_membership m JOIN sponsorship_sponsorship s ON s.person_id = m.person_id
CROSS JOIN LATERAL (SELECT (hashint8extended(m.id, %(step)s) & 127) < 114 AS paid,
                           (hashint8extended(m.id, %(step)s) >> 8 & 15) = 0 AS late) h
WHERE date_trunc('month', m.issued_on)::date <= %(month)s::date AND h.paid AND m.id > %(known)s
  AND NOT (m.id %% 20 = 0 AND %(step)s BETWEEN %(deep)s / 2 AND %(deep)s / 2 + 5)
"""
DAY = """
INSERT INTO contributions_paidmonth (membership_id, month, person_id, agency_id, sponsorship_id, funding, sector, programmes, dasar, tier,
                                     jkk, jkm, jht, total, paid_on, confirmed_on, source_kind, source_id, rules_version)
SELECT m.id, %(month)s::date, m.person_id, s.agency_id, s.id, s.funding, s.sector, 'jkk,jkm', s.dasar, 1, 10000, 6800, 0, 16800,
       %(month)s::date + 20, %(month)s::date + 21, 'code', 1, 'bench'
FROM sponsorship_membership m JOIN sponsorship_sponsorship s ON s.person_id = m.person_id
WHERE NOT EXISTS (SELECT 1 FROM contributions_paidmonth p WHERE p.membership_id = m.id AND p.month = %(month)s::date)
ORDER BY hashint8(m.id # %(salt)s) LIMIT %(many)s
"""


def main() -> int:
    """Invent, time, print lines of JSON and a verdict; exit code 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memberships", type=int, default=715_000)
    parser.add_argument("--months", type=int, default=36, help="how many months deep the paid months go")
    parser.add_argument("--data", type=Path, help="an own data directory; a temporary one when left out")
    parser.add_argument(
        "--parts", action="store_true", help="only the parts on disk and the walk over them, no rows in the database"
    )
    wanted = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="sertakan-protection-", dir="/var/tmp")) if wanted.data is None else None
    data = wanted.data or own
    assert data is not None
    _set_up(data)
    try:
        return (_measure_parts if wanted.parts else _measure)(wanted.memberships, wanted.months)
    finally:
        if own is not None:
            from sertakan.core import postgres

            postgres.stop(own)
            shutil.rmtree(own, ignore_errors=True)


def _set_up(data: Path) -> None:
    os.environ["SERTAKAN_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sertakan.config.settings"
    os.environ["SERTAKAN_TODAY"] = f"{LAST}-23"
    from sertakan.core import postgres

    postgres.ensure(data)
    import django

    django.setup()
    from sertakan.core import provision

    provision.migrate()


def _measure(memberships: int, deep: int) -> int:
    import polars as pl

    from sertakan.core.month import Month

    print("command:", " ".join(["python", *sys.argv]))
    print(
        f"machine: {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()} · Polars {pl.__version__}"
    )
    last = Month.parse(LAST)
    first = last.previous(deep - 1)
    agencies = _agencies()
    usual: dict[int, float] = {}
    fastest: dict[int, float] = {}
    known = 0
    for size in (memberships // 10, memberships):
        started = time.perf_counter()
        paid = _invent(agencies, known, size, first, last)
        print(
            f"invented {size:,} memberships with {paid:,} paid months in {time.perf_counter() - started:.0f} s (not measured)"
        )
        known = size
        once, _ = _timed(_states)
        days, quiet = [], []
        for salt in range(4):
            _day(last, salt, many=max(size // 200, 1))
            days.append(_timed(_states)[0])
            took, found = _timed(_states)
            quiet.append(took)
            assert found.height == size, found.height
        usual[size], fastest[size] = statistics.median(days), min(days)
        night, changed = _timed(_keep)
        again, unchanged = _timed(_keep)
        assert unchanged == 0, unchanged
        print(
            json.dumps(
                {
                    "memberships": size, "months_deep": deep, "paid_months": paid, "first_time": round(once, 1),
                    "ordinary_day": round(usual[size], 2), "runs": [round(one, 2) for one in days],
                    "nothing_new": round(statistics.median(quiet), 2), "disk_mb": round(_disk() / 1e6, 1),
                    "kept": {"seconds": round(night, 1), "rows": changed, "again": round(again, 1)},
                    "states": dict(sorted(found["state"].value_counts().iter_rows())),
                }
            )
        )  # fmt: skip
    _plan(last)
    growth = fastest[memberships] / fastest[memberships // 10]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth: 10 times the memberships take {growth:.1f} times as long; memory of this process {memory:.0f} MB")
    good = usual[memberships] <= LIMIT_SECONDS and growth <= LIMIT_GROWTH
    print(f"{'within' if good else 'OVER'} the limits of {LIMIT_SECONDS:.0f} s and {LIMIT_GROWTH:.0f} times")
    return 0 if good else 1


def _measure_parts(memberships: int, deep: int) -> int:
    """Ten years: a tenth of the months and all of them, sealed on disk like those of the register."""
    import polars as pl

    from sertakan.core.month import Month, months
    from sertakan.protection.cover_frame import cover_frame
    from sertakan.protection.store import PaidStore, _laid_out

    last = Month.parse(LAST)
    fastest: dict[int, float] = {}
    for span in (deep // 10, deep):
        store = PaidStore(Path(os.environ["SERTAKAN_DATA"]) / f"parts-{span}")
        store.folder.mkdir(parents=True)
        rows = 0
        for month in months(last.previous(span - 1), last):
            paid_now = pl.select(pl.int_range(1, memberships + 1).alias("membership")).with_columns(
                chance=pl.struct("membership", pl.lit(month.ordinal)).hash(9) % 100
            )
            paid_now = paid_now.filter(pl.col("chance") < 97).with_columns(
                paid_on=(month.first_day.toordinal() - 719163 + 9 + pl.col("chance").cast(pl.Int32) // 90 * 31).cast(
                    pl.Int32
                )
            )
            rows += paid_now.height
            store._write(month, _laid_out(None, paid_now.select("membership", "paid_on"), month))
        first = last.previous(span - 1).first_day
        members = pl.select(pl.int_range(1, memberships + 1).alias("membership")).with_columns(
            number_issued_on=pl.lit(first) + pl.duration(days=pl.col("membership") % 28)
        )
        runs = [
            _timed(lambda store=store, members=members: cover_frame(members, store, on=last.last_day))[0]
            for _ in range(4)
        ]
        fastest[span] = min(runs)
        disk = sum(path.stat().st_size for path in store.folder.glob("*.paid")) / 1e6
        print(
            json.dumps(
                {
                    "memberships": memberships, "months_deep": span, "paid_months": rows, "seconds": round(statistics.median(runs), 2),
                    "runs": [round(one, 2) for one in runs], "disk_mb": round(disk, 1),
                }
            )
        )  # fmt: skip
    growth = fastest[deep] / fastest[deep // 10]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth: 10 times the months take {growth:.1f} times as long; memory of this process {memory:.0f} MB")
    return 0 if growth <= LIMIT_GROWTH else 1


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _states() -> Any:
    from sertakan.core import clock
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.protection.queries import states_of

    with acting(SYSTEM):
        return states_of(Month.parse(LAST), today=clock.today())


def _keep() -> int:
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.protection import services

    with acting(SYSTEM):
        return services.refresh(Month.parse(LAST))[0].changed


def _disk() -> int:
    from sertakan.protection.store import PaidStore

    return sum(path.stat().st_size for path in PaidStore().folder.glob("*.paid"))


def _agencies() -> list[int]:
    from datetime import date

    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM):
        province = Area.objects.create(
            code="99", level="province", kind="provinsi", name="Contoh", edition="ukur", sort_key="CONTOH",
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
        return [
            Agency.objects.create(
                province=province, code=f"U{number}", name=f"Dinas {number}", short_name=f"D{number}", kind="dinas",
                valid_from=date(2020, 1, 1), sort_key=f"DINAS {number:02d}",
            ).pk
            for number in range(AGENCIES)
        ]  # fmt: skip


def _invent(agencies: list[int], known: int, size: int, first: Any, last: Any) -> int:
    from django.db import connection

    from sertakan.contributions.services.partitions import ensure_months
    from sertakan.core.month import months
    from sertakan.core.scope import SYSTEM, acting

    deep = last - first + 1
    facts = {
        "first": known + 1, "last": size, "agencies": agencies, "count": len(agencies), "start": first.first_day, "deep": deep,
    }  # fmt: skip
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM sponsorship_membership")
        highest = cursor.fetchone()[0]
        cursor.execute(MEMBERS, facts)
        ensure_months("contributions_paidmonth", months(first, last))
    for step, month in enumerate(months(first, last)):
        with acting(SYSTEM), connection.cursor() as cursor:
            cursor.execute(PAID, {"month": month.first_day, "step": step, "known": highest, "deep": deep})
    _as_owner("VACUUM ANALYZE sponsorship_membership, sponsorship_sponsorship, people_person, contributions_paidmonth")
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contributions_paidmonth")
        return int(cursor.fetchone()[0])


def _day(last: Any, salt: int, *, many: int) -> None:
    """Payments of one day: for the present month, and some for the one before."""
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM), connection.cursor() as cursor:
        for month, count in ((last, many), (last.previous(), many // 5)):
            cursor.execute(DAY, {"month": month.first_day, "salt": salt, "many": count})


def _plan(month: Any) -> None:
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT membership_id, paid_on FROM contributions_paid WHERE month = %s", [month.first_day]
        )
        print("plan of a month:", *(row[0] for row in cursor.fetchall() if "Scan" in row[0]), sep="\n  ")


def _as_owner(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
