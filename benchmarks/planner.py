"""How long a plan for a province takes: 10 areas, 17 sectors, 37 months, three budgets and a target; and how far from the best it is.

python benchmarks/planner.py [--json]
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from django.conf import settings

from sertakan.core.month import Month
from sertakan.planning.facts import LAST_MONTH, Base, Cell, Province, Staff, Wish

SECTORS = (*"ABCDEFGHIJKL", "M,N", "O", "P", "Q", "R,S,T,U")
ASKED = {
    "Rp200 million": {"budget": 200_000_000},
    "Rp2 billion": {"budget": 2_000_000_000},
    "Rp40 billion": {"budget": 40_000_000_000},
    "Rp60 billion, 48 %, floor 5 %": {"budget": 60_000_000_000, "target": 0.48, "floor": 0.05},
    "cheapest for 48 %": {"target": 0.48},
}


def invented(areas: int = 10) -> Province:
    """Areas of unlike size with 17 sectors each, forty agencies, a base of 708,000 of whom 251,000 are protected by others."""
    cells = tuple(
        Cell(
            f"17.{area:02}",
            f"Area {area}",
            sector,
            sector,
            500 + (area * 7919 + place * 104729) % 7500,
            (area * place) % 23,
        )
        for area in range(1, areas + 1)
        for place, sector in enumerate(SECTORS)
    )
    staff = tuple(Staff(str(number), f"Agency {number}", 150 + 5 * number, number % 7) for number in range(40))
    return Province(
        cells, staff, {"": 0.97, "private": 0.96, "apbd": 0.985}, Base(708_000, 251_000, "invented", "2025-12-11")
    )


def measure() -> list[dict[str, Any]]:
    """Seconds to the plan, seconds to its explanation, what it reaches and the bound no plan can pass."""
    from sertakan.planning import planner, results

    known, rows = invented(), []
    planner.make(Wish(Month(2026, 12), Month(2026, 12), budget=10**6), known)
    for name, asked in ASKED.items():
        begun = time.perf_counter()
        made = planner.make(Wish(Month(2026, 12), LAST_MONTH, **asked), known)
        solved = time.perf_counter()
        results.plain(made)
        explained = time.perf_counter()
        reached = made.worker_months if "budget" in asked else made.cost
        rows.append(
            {
                "asked": name, "seconds": round(solved - begun, 2), "explained": round(explained - solved, 2),
                "protected_at_end": made.protected(made.terms.last), "worker_months": made.worker_months, "cost": made.cost,
                "gap": abs(made.bound - reached) / max(1, reached),
            }
        )  # fmt: skip
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    settings.configure(USE_I18N=False)
    rows = measure()
    if parser.parse_args().json:
        print(json.dumps(rows))
        return
    print("| asked | seconds | explained | protected in December 2029 | worker-months | rupiah | from the best |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        print(
            f"| {row['asked']} | {row['seconds']:.2f} | {row['explained']:.2f} | {row['protected_at_end']:,} |"
            f" {row['worker_months']:,} | {row['cost']:,} | {row['gap']:.7f} |"
        )


if __name__ == "__main__":
    main()
