"""How long the states of a month take, for as many memberships as a province has.

    python benchmarks/protection.py [--memberships 715000] [--months 36]

Invents memberships (nobody in it exists) with a number some time in the months before, nine in ten months paid, one in ten of those late,
one in twenty lapsed for half a year and begun anew; then times `cover_frame` from the two frames alone, a tenth first and then all, and
`entitlement_frame` on what it gave. No database.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time

import polars as pl

from sertakan.core.month import Month
from sertakan.protection.cover_frame import cover_frame
from sertakan.protection.entitlement_frame import entitlement_frame

LIMIT_SECONDS = 3.0
LIMIT_GROWTH = 11.0
LAST = Month(2026, 11)


def main() -> int:
    """Invent, time, print one line of JSON per size and a verdict; exit code 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memberships", type=int, default=715_000)
    parser.add_argument("--months", type=int, default=36, help="how many months deep the paid months go")
    wanted = parser.parse_args()
    print("command:", " ".join(["python", *sys.argv]))
    print(
        f"machine: {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()} · Polars {pl.__version__}"
    )
    seconds, fastest = {}, {}
    for size in (wanted.memberships // 10, wanted.memberships):
        memberships, paid = invent(size, wanted.months)
        runs, rows = [], 0
        for _ in range(5):
            started = time.perf_counter()
            found = cover_frame(memberships, paid, on=LAST.last_day)
            runs.append(time.perf_counter() - started)
            rows = found.height
        seconds[size], fastest[size] = statistics.median(runs), min(runs)
        started = time.perf_counter()
        sums = entitlement_frame(found, on=LAST.last_day)
        amounts = time.perf_counter() - started
        print(
            json.dumps(
                {
                    "what": "states of a month", "memberships": rows, "months_deep": wanted.months, "paid_months": paid.height,
                    "seconds": round(seconds[size], 2), "runs": [round(run, 2) for run in runs], "amounts_seconds": round(amounts, 2),
                    "states": dict(sorted(found["state"].value_counts().iter_rows())), "jkm_now": sums["jkm_now"].sum(),
                }
            )
        )  # fmt: skip
        assert rows == size
    growth = fastest[wanted.memberships] / fastest[wanted.memberships // 10]  # the runs least disturbed by others
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"growth: 10 times the memberships take {growth:.1f} times as long; memory of this process {memory:.0f} MB")
    good = seconds[wanted.memberships] <= LIMIT_SECONDS and growth <= LIMIT_GROWTH
    print(f"{'within' if good else 'OVER'} the limits of {LIMIT_SECONDS:.0f} s and {LIMIT_GROWTH:.0f} times")
    return 0 if good else 1


def invent(size: int, deep: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Memberships and their paid months, by arithmetic alone, so that every run has the same."""
    first = LAST.previous(deep - 1)
    start = pl.col("membership").hash(7) % (deep // 2)
    days = pl.Series([first.next(step).first_day for step in range(deep)])
    memberships = pl.select(pl.int_range(1, size + 1).alias("membership")).with_columns(
        start=start.cast(pl.Int32), day=(pl.col("membership").hash(8) % 28).cast(pl.Int32)
    )
    memberships = memberships.with_columns(
        number_issued_on=pl.lit(days).gather("start") + pl.duration(days="day"),
        dasar=pl.lit(1_000_000),
        programmes=pl.lit("jkk,jkm"),
    )
    chance, late = pl.struct("membership", "step").hash(9) % 100, pl.struct("membership", "step").hash(10) % 10
    resting = (pl.col("membership").hash(11) % 20 == 0) & pl.col("step").is_between(deep // 2, deep // 2 + 5)
    months = pl.DataFrame({"step": pl.Series(range(deep), dtype=pl.Int32), "month": days})
    parts = []
    for step in range(deep):  # one month after the other, as a table kept by month gives them
        part = memberships.select("membership", "start", pl.lit(step, pl.Int32).alias("step")).filter(
            pl.col("start") <= pl.col("step"), chance < 90, ~resting
        )
        day = pl.lit(months["month"][step])
        parts.append(
            part.select(
                "membership",
                day.alias("month"),
                (day + pl.duration(days=pl.when(late == 0).then(40).otherwise(9))).alias("paid_on"),
            )
        )
    return memberships.drop("start", "day"), pl.concat(parts)


if __name__ == "__main__":
    sys.exit(main())
