"""How long it takes to lay a province's confirmed payments of one month into paid months and the ledger.

    python benchmarks/ledger.py [--lines 715000] [--months 3] [--data DIR]

Invents an own province (nobody in it exists) inside an own database, with numbers and with BPJS's answers that each worker's month was
paid, first for a tenth of the workers, then for all of them; `pull_confirmations` is timed, committed and with fsync on. Then for more
months after it, to see whether a month gets slower as months pile up, and once more with nothing new.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bill_lines

LIMIT_SECONDS = 60.0

NUMBERS = """
INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)
SELECT p.id, 'kpj', '\\x00', 1, sha256(('kpj' || p.id)::bytea), lpad((p.id %% 10000)::text, 4, '0')
FROM people_person p WHERE NOT EXISTS (SELECT 1 FROM people_identifier i WHERE i.person_id = p.id AND i.kind = 'kpj')
"""
MEMBERS = """
INSERT INTO sponsorship_membership (person_id, identifier_id, issued_on, existed, created_at)
SELECT i.person_id, i.id, DATE '2026-07-01', false, now() FROM people_identifier i
WHERE i.kind = 'kpj' AND NOT EXISTS (SELECT 1 FROM sponsorship_membership m WHERE m.person_id = i.person_id)
"""
LINES = """
INSERT INTO sponsorship_batchline (batch_id, agency_id, number, sponsorship_id, person_id, donor_id, purpose, effective_on,
    last_payable_month, programmes, dasar, funding, sector, start_month, months)
SELECT b.id, s.agency_id, row_number() OVER (PARTITION BY b.id ORDER BY s.id) + b.lines, s.id, s.person_id, s.donor_id, 'enrol',
       s.start_month, (s.start_month + interval '11 months')::date, s.programmes, s.dasar, s.funding, s.sector, s.start_month, s.months
FROM sponsorship_sponsorship s
JOIN LATERAL (SELECT x.id, (SELECT count(*) FROM sponsorship_batchline l WHERE l.batch_id = x.id) AS lines
              FROM sponsorship_batch x WHERE x.agency_id = s.agency_id LIMIT 1) b ON true
WHERE NOT EXISTS (SELECT 1 FROM sponsorship_batchline l WHERE l.sponsorship_id = s.id)
"""
PAYMENTS = """
INSERT INTO sponsorship_confirmedpayment (line_id, agency_id, file_id, paid_on, amount, reference, months)
SELECT l.id, l.agency_id, f.id, %(day)s::date, b.total + CASE WHEN l.id %% 100 = 0 THEN 5000 ELSE 0 END, %(reference)s, 1
FROM contributions_billline b JOIN sponsorship_batchline l ON l.sponsorship_id = b.sponsorship_id
JOIN sponsorship_answerfile f ON f.batch_id = l.batch_id
WHERE b.month = %(month)s
  AND NOT EXISTS (SELECT 1 FROM sponsorship_confirmedpayment p WHERE p.line_id = l.id AND p.reference = %(reference)s)
"""


def main() -> int:
    """Invent, time, print one line of JSON per run and a verdict; exit code 1 when the limit is passed or a figure does not add up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=715_000)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--data", type=Path, help="an own data directory; a temporary one when left out")
    wanted = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="sertakan-ledger-")) if wanted.data is None else None
    if own is not None:
        own.chmod(0o755)  # else a server that runs under another user keeps its files elsewhere, and they would stay
    data = wanted.data or own
    assert data is not None
    bill_lines._set_up(data)
    try:
        return _measure(wanted.lines, wanted.months)
    finally:
        if own is not None:
            from sertakan.core import postgres

            postgres.stop(own)
            shutil.rmtree(own, ignore_errors=True)


def _measure(lines: int, count: int) -> int:
    print("command:", " ".join(["python", *sys.argv]))
    agencies = bill_lines._agencies()
    small = lines // 10
    bill_lines._invent(agencies, 0, small)
    _answers(agencies, 1)
    first = _pull("the first month of a tenth", small)
    bill_lines._invent(agencies, small, lines)
    _answers(agencies, 1)
    took = [_pull("the first month of all others", lines - small)]
    for step in range(2, count + 1):
        _answers(agencies, step)
        took.append(_pull(f"month {step} of all", lines))
    _pull("nothing new", 0)
    per_row = took[0] / (lines - small) / (first / small)
    piled = took[-1] / lines / (took[0] / (lines - small))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"growth: per row {per_row:.2f} times as long at nine times the rows; month {count} takes {piled:.2f} times the first;"
        f" memory of this process {memory:.0f} MB"
    )
    good = max(took) <= LIMIT_SECONDS and _adds_up()
    print(f"{'within' if good else 'OVER'} the limit of {LIMIT_SECONDS:.0f} s: {max(took):.2f} s")
    return 0 if good else 1


def _answers(agencies: list[int], month: int) -> None:
    from django.db import connection, connections
    from django.utils import timezone

    from sertakan.contributions.services import make_bills
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.sponsorship.models import AnswerFile, Batch, BpjsOffice

    with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
        office, _ = BpjsOffice.objects.get_or_create(code="KC-BENCH", defaults={"kind": "kc", "name": "KC Bench"})
        for agency in agencies:
            batch, fresh = Batch.objects.get_or_create(
                agency_id=agency, office=office, kind="new", defaults={"prepared_at": timezone.now()}
            )
            if fresh:
                AnswerFile.objects.create(
                    batch=batch, agency_id=agency, name="bench", content="0" * 64, taken_at=timezone.now()
                )
        cursor.execute(NUMBERS.replace("%%", "%"))
        cursor.execute(MEMBERS)
        cursor.execute(LINES)
        wanted = Month(2026, 6).next(month)
        make_bills(wanted)
        facts = {"day": wanted.first_day.replace(day=10), "reference": f"M{month}", "month": wanted.first_day}
        cursor.execute(PAYMENTS, facts)
    with connections["owner"].cursor() as cursor:  # what the server does by itself some minutes after a load
        cursor.execute(
            "ANALYZE people_identifier, sponsorship_membership, sponsorship_batchline, sponsorship_confirmedpayment"
        )


def _pull(what: str, rows: int) -> float:
    from sertakan.contributions.services import pull_confirmations
    from sertakan.core.scope import SYSTEM, acting

    started = time.perf_counter()
    with acting(SYSTEM, reason="benchmark"):
        placed = pull_confirmations()
    took = time.perf_counter() - started
    assert placed.months == rows, placed
    facts: dict[str, Any] = {
        "what": what,
        "months": placed.months,
        "seconds": round(took, 2),
        "surplus": placed.surplus,
    }
    print(json.dumps(facts | {"rows_per_second": round(rows / took)}))
    return took


def _adds_up() -> bool:
    """What is confirmed in the ledger is what the paid months cost, and nothing is lost between the answers and the accounts."""
    from django.db import connection

    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sum(total) FROM contributions_paid),"
            " (SELECT sum(amount) FROM contributions_transfer WHERE leg IN ('confirmed', 'surplus_used')),"
            " (SELECT sum(amount) FROM sponsorship_confirmedpayment),"
            " (SELECT sum(amount) FROM contributions_transfer WHERE leg IN ('confirmed', 'surplus'))"
        )
        paid, confirmed, came, booked = cursor.fetchone()
    print(json.dumps({"paid": int(paid), "confirmed": int(confirmed), "came": int(came), "booked": int(booked)}))
    return bool(paid == confirmed and came == booked)


if __name__ == "__main__":
    raise SystemExit(main())
