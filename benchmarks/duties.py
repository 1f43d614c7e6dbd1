"""How long the coordinator's page of duties takes on the server: 44 agencies, 20 duties, 24 months.

    SERTAKAN_DATA=$(mktemp -d) python benchmarks/duties.py [--agencies 44] [--duties 20] [--months 24]

On a data directory of its own. Invents a circular with so many monthly duties and about three values per cell, then asks for the page as a
coordinator, thirty times; the limit is on the median. Exit code 1 when it is passed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from datetime import date, datetime, timedelta

LIMIT_MS = 150
LAST = date(2026, 11, 23)


def main() -> int:
    """Invent, time, print; exit code 1 when the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agencies", type=int, default=44)
    parser.add_argument("--duties", type=int, default=20)
    parser.add_argument("--months", type=int, default=24)
    wanted = parser.parse_args()
    os.environ["SERTAKAN_TODAY"] = LAST.isoformat()
    os.environ.setdefault("SERTAKAN_DEMO", "1")
    print("command:", " ".join(["python", *sys.argv]))
    print(f"machine: {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}")
    from sertakan.cli.session import set_up

    set_up()
    rows = invent(wanted.agencies, wanted.duties, wanted.months)
    runs, size, statements = ask(30)
    median = statistics.median(runs)
    print(
        f"{wanted.agencies} agencies × {wanted.duties} duties × {wanted.months} months, {rows} rows known: median {median:.0f} ms, "
        f"worst {max(runs):.0f} ms, {statements} statements, {size // 1024} KB (limit {LIMIT_MS} ms)"
    )
    return 0 if median <= LIMIT_MS else 1


def invent(count: int, duties: int, months: int) -> int:
    """A circular, and what is known of every cell; returns how many rows that is."""
    from django.db import connection

    from sertakan.agencies.models import Agency
    from sertakan.core.clock import WIB
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.followup import services
    from sertakan.followup.models import Circular, Duty, Standing

    first = Month.of(LAST).previous(months - 1)
    with acting(SYSTEM, reason="benchmark"):
        for old in Circular.objects.filter(valid_to__isnull=True):
            old.duties.update(valid_to=old.valid_from)
        bodies = list(Agency.objects.filter(valid_to__isnull=True).order_by("pk"))
        sample = bodies[0]
        for number in range(len(bodies), count):
            bodies.append(
                Agency.objects.create(
                    province=sample.province, code=f"B{number}", name=f"Dinas Rekaan {number}", short_name=f"Rekaan {number}", kind="dinas",
                    valid_from=date(2020, 1, 1), sort_key=f"Z{number}",
                )
            )  # fmt: skip
        bodies = bodies[:count]
        new = services.NewCircular(number=f"{time.time()}", subject="Uji", signer="Uji", valid_from=first.first_day)
        asked = [
            services.NewDuty(f"d{at}", f"Kewajiban {at}", "month", "workers_proposed", due_rule="tgl-15")
            for at in range(duties)
        ]
        made = services.record_circular(new, duties=asked, agency_ids=[body.pk for body in bodies])
        moment = datetime.now(WIB)
        rows = []
        for duty in Duty.objects.filter(circular=made):
            for ahead in range(months):
                month = first.next(ahead)
                for body in bodies:
                    for step in range(3):
                        value = (body.pk * 7 + duty.pk * 3 + ahead + step) % 4
                        on = month.first_day + timedelta(days=9 * step)
                        rows.append(
                            Standing(
                                agency_id=body.pk,
                                duty_id=duty.pk,
                                period=month.first_day,
                                on=on,
                                value=value,
                                met=value > 1,
                                recorded_at=moment,
                            )
                        )
        Standing.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM followup_standing")
    with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
        cursor.execute("ANALYZE followup_standing")
    return len(rows)


def ask(times: int) -> tuple[list[float], int, int]:
    """Milliseconds of each answer, bytes of the page, statements of the last one."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from sertakan.access import services
    from sertakan.access.models import User
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM, reason="benchmark"):
        user = User.objects.filter(username="koordinator-ukur").first() or services.add_user(
            username="koordinator-ukur", name="Ukur", password="kata-sandi-ukur"
        )
        services.assign_role(user=user, role="coordinator", valid_from=date(2025, 1, 1))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    runs, size = [], 0
    for _ in range(times):
        started = time.perf_counter()
        answer = client.get(reverse("duties"))
        runs.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, answer.status_code
        size = len(answer.content)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("duties"))
    return runs[2:], size, len(captured)


if __name__ == "__main__":
    raise SystemExit(main())
