"""How long the bills of a month take, for as many workers as a province has.

    python benchmarks/bill_lines.py [--lines 715000] [--data DIR]

Invents an own province (nobody in it exists) inside an own database, first with a tenth of the lines, then with all of them, and times
`make_bills` on months that have no bills yet, committed and with fsync on. Also a repetition (nothing changes) and a correction run.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 10.0
AGENCIES = 44  # their lists came in files of 600 rows, one agency after the other

PEOPLE = """
INSERT INTO people_person (name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address,
                           created_at)
SELECT 'Pekerja ' || n, 'pekerja ' || lpad(n::text, 8, '0'), '', CASE n %% 2 WHEN 0 THEN 'L' ELSE 'P' END, '',
       DATE '1970-01-01' + n %% 10000, '', '', '', '', now()
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
DONORS = """
INSERT INTO sponsorship_donor (agency_id, name, sort_key, nip, created_at)
SELECT (%(agencies)s::bigint[])[1 + (n / 600) %% %(count)s], 'Donatur ' || n, 'donatur ' || lpad(n::text, 8, '0'), '', now()
FROM generate_series(%(first)s::int, %(last)s::int) n WHERE n %% 3 = 0
"""
SPONSORSHIPS = """
INSERT INTO sponsorship_sponsorship (agency_id, person_id, donor_id, programmes, dasar, funding, sector, work_place, work_hours,
                                     start_month, months, state, end_reason, created_at)
SELECT donor.agency_id, person.id, donor.id,
       CASE WHEN n %% 5 = 0 THEN '{jkk,jkm,jht}'::varchar[] ELSE '{jkk,jkm}'::varchar[] END,
       (ARRAY[1000000, 1000000, 1000000, 1200000, 2000000, 3450000])[1 + n %% 6],
       (ARRAY['private', 'private', 'private', 'private', 'apbd', 'zakat', 'apbdes'])[1 + n %% 7],
       CASE WHEN n %% 4 = 0 THEN 'transport' ELSE 'other' END, '', '', DATE '2026-07-01', 12, 'checked', '', now()
FROM generate_series(%(first)s::int, %(last)s::int) n
JOIN people_person person ON person.sort_key = 'pekerja ' || lpad(n::text, 8, '0')
JOIN sponsorship_donor donor ON donor.sort_key = 'donatur ' || lpad((n - n %% 3)::text, 8, '0')
"""


def main() -> int:
    """Invent, time, print one line of JSON per size and a verdict; exit code 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=715_000)
    parser.add_argument("--data", type=Path, help="an own data directory; a temporary one when left out")
    wanted = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="sertakan-bills-")) if wanted.data is None else None
    data = wanted.data or own
    assert data is not None
    _set_up(data)
    try:
        return _measure(wanted.lines)
    finally:
        if own is not None:
            from sertakan.core import postgres

            postgres.stop(own)
            shutil.rmtree(own, ignore_errors=True)


def _set_up(data: Path) -> None:
    os.environ["SERTAKAN_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sertakan.config.settings"
    from sertakan.core import postgres

    postgres.ensure(data)
    import django

    django.setup()
    from sertakan.core import provision

    provision.migrate()


def _measure(lines: int) -> int:
    from sertakan.core.month import Month

    print("command:", " ".join(["python", *sys.argv]))
    print(
        "machine:",
        platform.processor() or platform.machine(),
        "·",
        os.cpu_count(),
        "cores · Python",
        platform.python_version(),
    )
    agencies = _agencies()
    seconds: dict[int, float] = {}
    months = iter([Month(2026, 7).next(step) for step in range(12)])
    known = 0
    for size in (lines // 10, lines):
        started = time.perf_counter()
        _invent(agencies, known, size)
        known = size
        print(f"invented {size:,} sponsorships in {time.perf_counter() - started:.1f} s (not part of the measurement)")
        runs = [_timed(lambda: _make(next(months))) for _ in range(3)]
        seconds[size] = statistics.median(took for took, _ in runs)
        account = runs[-1][1]
        assert account["lines"] == size, account
        _print("bills of a month", size, seconds[size], {"runs": [round(took, 2) for took, _ in runs], **account})
    last = Month(2026, 7).next(5)
    took, account = _timed(lambda: _make(last))
    assert account["unchanged"], account
    _print("the same again", lines, took, account)
    _change_some()
    took, account = _timed(lambda: _make(last))
    _print("after one change in every agency", lines, took, account)
    ratio = seconds[lines] / seconds[lines // 10]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth: 10 times the lines take {ratio:.1f} times as long; memory of this process {memory:.0f} MB")
    good = seconds[lines] <= LIMIT_SECONDS
    print(f"{'within' if good else 'OVER'} the limit of {LIMIT_SECONDS:.0f} s: {seconds[lines]:.2f} s")
    return 0 if good else 1


def _print(what: str, size: int, took: float, facts: dict[str, Any]) -> None:
    print(
        json.dumps(
            {"what": what, "n": size, "seconds": round(took, 2), "lines_per_second": round(size / took), **facts}
        )
    )


def _timed(work: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _make(month: Any) -> dict[str, Any]:
    from sertakan.contributions.services import make_bills
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="benchmark"):
        account = make_bills(month)
    return {
        "month": str(month),
        "bills": len(account.bills),
        "lines": account.lines,
        "total": account.total,
        "unchanged": account.unchanged,
        "refused": len(account.refused),
    }


def _agencies() -> list[int]:
    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="benchmark"):
        province = Area.objects.create(
            code="99", level="province", kind="provinsi", name="Provinsi Contoh", edition="contoh",
            valid_from="2020-01-01", sort_key="provinsi contoh",
        )  # fmt: skip
        made = Agency.objects.bulk_create(
            Agency(
                province=province, code=f"CONTOH-{n:02d}", name=f"Dinas Contoh {n}", short_name=f"DC{n}", kind="dinas",
                valid_from="2020-01-01", sort_key=f"dinas contoh {n:02d}",
            )
            for n in range(AGENCIES)
        )  # fmt: skip
        return [agency.pk for agency in made]


def _invent(agencies: list[int], known: int, size: int) -> None:
    from django.db import connection, connections

    from sertakan.core.scope import SYSTEM, acting

    facts = {"first": known, "last": size - 1, "agencies": agencies, "count": len(agencies)}
    with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
        for statement in (PEOPLE, DONORS):
            cursor.execute(statement, facts)
        cursor.execute(SPONSORSHIPS, facts)
    with connections["owner"].cursor() as cursor:  # what the server does by itself some minutes after a load
        cursor.execute("ANALYZE people_person, sponsorship_donor, sponsorship_sponsorship")


def _change_some() -> None:
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sponsorship_sponsorship SET dasar = 1400000"
            " WHERE id IN (SELECT min(id) FROM sponsorship_sponsorship GROUP BY agency_id)"
        )


if __name__ == "__main__":
    sys.exit(main())
