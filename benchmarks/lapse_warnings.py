"""How long all warnings of a day take from the database, for as many memberships as a province has.

    python benchmarks/lapse_warnings.py [--memberships 715000] [--months 12] [--data DIR]

Invents an own register (nobody in it exists) inside an own database, first a tenth of the memberships, then all of them: every worker with
a number, a payer and paid months, one in eight behind, one in twenty lapsed once. Times the warnings of a day (`watch` without keeping
them): the first time, on an ordinary day with the states already on disk, and what keeping them adds; then the messages they call for.
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
from functools import partial
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 10.0
LIMIT_GROWTH = 11.0
LAST = "2026-11"
TODAY = "2026-11-13"  # two working days before the due day: all that pay by the month and have not paid yet are told

DONORS = """
INSERT INTO sponsorship_donor (agency_id, name, sort_key, nip, created_at)
SELECT (%(agencies)s::bigint[])[1 + (n / 600) %% %(count)s], 'Donatur ' || n, 'donatur ' || lpad(n::text, 8, '0'), '', now()
FROM generate_series(%(first)s::int, %(last)s::int) n WHERE n %% 30 = 0 ON CONFLICT DO NOTHING
"""
PAYERS = """
UPDATE sponsorship_sponsorship s SET donor_id = d.id
FROM people_person p, sponsorship_donor d
WHERE p.id = s.person_id AND s.donor_id IS NULL AND s.funding = 'private' AND d.agency_id = s.agency_id
  AND d.sort_key = 'donatur ' || lpad((right(p.sort_key, 8)::int / 30 * 30)::text, 8, '0')
"""


def main() -> int:
    """Invent, time, print lines of JSON and a verdict; exit code 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memberships", type=int, default=715_000)
    parser.add_argument("--months", type=int, default=12, help="how many months deep the paid months go")
    parser.add_argument("--data", type=Path, help="an own data directory; a temporary one when left out")
    wanted = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="sertakan-warnings-", dir="/var/tmp")) if wanted.data is None else None
    data = wanted.data or own
    assert data is not None
    _set_up(data)
    try:
        return _measure(wanted.memberships, wanted.months)
    finally:
        if own is not None:
            from sertakan.core import postgres

            postgres.stop(own)
            shutil.rmtree(own, ignore_errors=True)


def _set_up(data: Path) -> None:
    os.environ["SERTAKAN_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sertakan.config.settings"
    os.environ["SERTAKAN_TODAY"] = TODAY
    from sertakan.core import postgres

    postgres.ensure(data)
    import django

    django.setup()
    from sertakan.core import provision

    provision.migrate()


def _measure(memberships: int, deep: int) -> int:
    import polars as pl
    import protection_db as register

    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting

    print("command:", " ".join(["python", *sys.argv]))
    print(
        f"machine: {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()} · Polars {pl.__version__}"
    )
    last = Month.parse(LAST)
    agencies = register._agencies()
    usual: dict[int, float] = {}
    fastest: dict[int, float] = {}
    known = 0
    for size in (memberships // 10, memberships):
        started = time.perf_counter()
        paid = register._invent(agencies, known, size, last.previous(deep - 1), last)
        _donors(agencies, known + 1, size)
        print(
            f"invented {size:,} memberships, {paid:,} paid months in {time.perf_counter() - started:.0f} s (not measured)"
        )
        known = size
        once, _ = _timed(lambda: _watch(keep=False))
        runs = []
        for _ in range(3):
            took, found = _timed(lambda: _watch(keep=False))
            runs.append(took)
        usual[size], fastest[size] = statistics.median(runs), min(runs)
        kept, first = _timed(lambda: _watch(keep=True))
        again, second = _timed(lambda: _watch(keep=True))
        assert (second.raised, second.changed, second.closed) == (0, 0, 0), second
        with acting(SYSTEM):
            telling, drafts = _timed(partial(_drafts, found))
        print(
            json.dumps(
                {
                    "memberships": size, "paid_months": paid, "first_time": round(once, 1), "seconds": round(usual[size], 2),
                    "runs": [round(one, 2) for one in runs], "kept": round(kept, 1), "raised": first.raised, "kept_again": round(again, 1),
                    "messages": drafts, "messages_seconds": round(telling, 1),
                    "warnings": dict(sorted(found.warnings["kind"].value_counts().iter_rows())),
                }
            )
        )  # fmt: skip
    growth = fastest[memberships] / fastest[memberships // 10]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth: 10 times the memberships take {growth:.1f} times as long; memory of this process {memory:.0f} MB")
    good = usual[memberships] <= LIMIT_SECONDS and growth <= LIMIT_GROWTH
    print(f"{'within' if good else 'OVER'} the limits of {LIMIT_SECONDS:.0f} s and {LIMIT_GROWTH:.0f} times")
    return 0 if good else 1


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _watch(*, keep: bool) -> Any:
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.protection.watching import watch

    with acting(SYSTEM):
        return watch(keep=keep)


def _drafts(watched: Any) -> int:
    from sertakan.programme.guard.telling import drafts

    return len(drafts(watched.warnings, on=watched.on))


def _donors(agencies: list[int], first: int, last: int) -> None:
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            DONORS, {"agencies": agencies, "count": len(agencies), "first": first - first % 30, "last": last}
        )
        cursor.execute(PAYERS)
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("ANALYZE sponsorship_sponsorship")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
