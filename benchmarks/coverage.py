"""How long the cells of coverage take: from the database's protected months, and from Parquet of a nation on DuckDB.

    python benchmarks/coverage.py [--persons 715000] [--nation 10000000] [--docs]

Invents protected persons (nobody in it exists) in an own database, 10,000 first, then 100,000, then all, in a province of 10 regencies
with 1,500 villages; times what a count does: reading the month, counting the cells, hiding the small ones, writing them. Then the pages,
which must not grow with the persons: the whole answer of the server, the best of three, the slowest of all pages. Then Parquet files of
up to `--nation` persons over 38 provinces on DuckDB. `--docs` writes the table and the plot of what was measured into the documentation.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LIMIT_SECONDS, LIMIT_NATION, LIMIT_PAGE = 5.0, 60.0, 0.150
LAST = "2026-11"
REGENCIES, DISTRICTS, VILLAGES = 10, 15, 10
SIZES = (10_000, 100_000)
PAGES = (
    "/cakupan/", "/cakupan/?menurut=desa", "/cakupan/peta/", "/cakupan/pemerataan/?menurut=desa", "/cakupan/deret/", "/ringkasan/",
    "/data/perlindungan-desa.csv",
)  # fmt: skip
SHOWN = ("read", "count", "hide", "cells", "whole_build", "page", "statements")
DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- growth, written by benchmarks/coverage.py -->", "<!-- end of growth -->"

AREAS = """
WITH p AS (
    INSERT INTO areas_area (code, level, kind, name, edition, valid_from, sort_key, tile_label)
    VALUES ('17', 'province', 'provinsi', 'Contoh', 'ukur', '2020-01-01', 'CONTOH', '') RETURNING id, code
), r AS (
    INSERT INTO areas_area (code, level, kind, name, edition, valid_from, sort_key, tile_label, parent_id)
    SELECT p.code || '.' || lpad(n::text, 2, '0'), 'regency', 'kabupaten', 'Kabupaten ' || n, 'ukur', '2020-01-01', 'K' || n, '', p.id
    FROM p, generate_series(1, %(r)s) n RETURNING id, code
), d AS (
    INSERT INTO areas_area (code, level, kind, name, edition, valid_from, sort_key, tile_label, parent_id)
    SELECT r.code || '.' || lpad(n::text, 2, '0'), 'district', 'kecamatan', 'Kecamatan ' || n, 'ukur', '2020-01-01', 'C' || n, '', r.id
    FROM r, generate_series(1, %(d)s) n RETURNING id, code
)
INSERT INTO areas_area (code, level, kind, name, edition, valid_from, sort_key, tile_label, parent_id)
SELECT d.code || '.' || (2000 + n), 'village', 'desa', 'Desa ' || n, 'ukur', '2020-01-01', 'D' || n, '', d.id
FROM d, generate_series(1, %(v)s) n
"""
WORK = """
INSERT INTO classification_sectorcategory (edition, code, title, successor_codes, broad_sector, sakernas_code)
SELECT 'KBLI 2020', chr(64 + n), 'Sektor ' || n, '{}', '', chr(64 + n) FROM generate_series(1, 17) n;
INSERT INTO classification_occupation (code, term, synonyms, ambiguous_words, kbji, kbji_edition, kbli2020, kbli2025, household, sort_key)
SELECT 'kerja-' || n, 'kerja ' || n, '{}', '{}', '', '', chr(65 + n %% 17), '', false, 'K' || n FROM generate_series(1, 70) n
"""
PEOPLE = """
WITH village AS (SELECT array_agg(id ORDER BY code) AS ids FROM areas_area WHERE level = 'village'), person AS (
    INSERT INTO people_person (name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address, area_id,
                               created_at)
    SELECT 'Pekerja ' || n, lpad(n::text, 8, '0'), '', CASE WHEN n %% 3 = 0 THEN 'L' ELSE 'P' END, '', DATE '1965-01-01' + n %% 14000,
           '', '', '', '', ids[1 + (hashint4(n) & 2147483647) %% array_length(ids, 1)], now()
    FROM generate_series(%(first)s::int, %(last)s::int) n, village RETURNING id, sort_key::int AS n
), sponsored AS (
    INSERT INTO sponsorship_sponsorship (agency_id, person_id, programmes, dasar, funding, sector, work_place, work_hours, start_month,
                                         months, state, end_reason, occupation_id, created_at)
    SELECT (%(agencies)s::bigint[])[1 + n %% %(count)s], id, CASE WHEN n %% 9 = 0 THEN '{jkk,jkm,jht}'::varchar[] ELSE '{jkk,jkm}' END,
           1000000, (ARRAY['private', 'private', 'apbd', 'csr'])[1 + n %% 4], 'other', '', '', '2026-01-01', 12, 'member', '',
           'kerja-' || 1 + (hashint4(n + 7) & 2147483647) %% 70, now()
    FROM person RETURNING id, person_id, agency_id, funding
)
INSERT INTO protection_monthstate (membership_id, month, person_id, agency_id, sponsorship_id, funding, sector, state, waiting,
                                   paid_consecutive, arrears, gaps, full_death_benefit_reached)
SELECT person_id, %(month)s, person_id, agency_id, id, funding, 'other', 'active', false, 5, 0, 0, true FROM sponsored
"""


def main() -> int:
    """Invent, time, print lines of JSON and a verdict; exit code 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=715_000)
    parser.add_argument("--nation", type=int, default=10_000_000, help="0 leaves the nation out")
    parser.add_argument("--docs", action="store_true", help="write table and plot into docs/")
    wanted = parser.parse_args()
    import polars as pl

    print("command:", " ".join(["python", *sys.argv]))
    print(
        f"machine: {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()} · Polars {pl.__version__}"
    )
    folder = Path(tempfile.mkdtemp(prefix="sertakan-coverage-", dir="/var/tmp"))
    good, rows, nations = True, [], []
    try:
        if wanted.nation:
            nations = [
                _nation(folder, size)
                for size in sorted({*(wanted.nation // part for part in (100, 10)), wanted.nation})
            ]
            good &= nations[-1]["seconds"] <= LIMIT_NATION
        if wanted.persons:
            rows = _province(folder / "data", wanted.persons)
            good &= rows[-1]["cells"] <= LIMIT_SECONDS and rows[-1]["page"] <= LIMIT_PAGE
    finally:
        if wanted.persons:
            from sertakan.core import postgres

            postgres.stop(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)
    if wanted.docs and rows:
        _write(rows, nations)
    print(f"memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(
        f"{'within' if good else 'OVER'} the limits of {LIMIT_SECONDS:.0f} s, {LIMIT_NATION:.0f} s and {1000 * LIMIT_PAGE:.0f} ms"
    )
    return 0 if good else 1


def _nation(folder: Path, persons: int) -> dict[str, Any]:
    import polars as pl

    from sertakan.coverage.engines import count_extracts

    files = []
    part = -(-persons // 38)
    for province in range(38):
        number = pl.int_range(province * part, min(persons, (province + 1) * part), eager=True)
        draw = [number.hash(seed) for seed in range(9)]
        two = [(column % 12 + 1).cast(pl.String).str.zfill(2) for column in draw[:2]]
        frame = pl.select(
            membership=number,
            area=pl.concat_str(
                pl.lit(f"{11 + province}."), two[0], pl.lit("."), two[1], pl.lit("."), (2001 + draw[2] % 14).cast(pl.String)
            ),
            sector=_one_of("ABCDEFGHIJKLMNOPQ", draw[3]), occupation=_one_of([f"k{n}" for n in range(70)], draw[4]),
            sex=_one_of("LP", draw[5]), age=_one_of(["15-24", "25-34", "35-44", "45-54", "55-64"], draw[6]),
            funding=_one_of(["private", "csr", "apbd"], draw[7]), agency=_one_of([str(n) for n in range(44)], draw[8]),
            programme=pl.lit("jkk,jkm"),
        )  # fmt: skip
        files.append(folder / f"{province}.parquet")
        frame.write_parquet(files[-1])
    started = time.perf_counter()
    cells = count_extracts(files, engine="duckdb")
    took = time.perf_counter() - started
    found = {"what": "nation on DuckDB", "persons": persons, "cells": cells.height, "seconds": round(took, 2)}
    print(json.dumps(found))
    return found


def _one_of(words: Any, draw: Any) -> Any:
    import polars as pl

    return (draw % len(words)).replace_strict(list(range(len(words))), list(words), return_dtype=pl.String)


def _province(data: Path, persons: int) -> list[dict[str, Any]]:
    _set_up(data)
    from datetime import date

    from django.db import connection, connections

    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.core import clock
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.protection.models import MonthMade

    month = Month.parse(LAST)
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(AREAS, {"r": REGENCIES, "d": DISTRICTS, "v": VILLAGES})
        for statement in WORK.split(";"):
            cursor.execute(statement, [])
        cursor.execute("SELECT protection_ensure_partition(%s)", [month.first_day])
        agencies = [
            Agency.objects.create(
                province=Area.objects.get(code="17"), code=f"U{n}", name=f"Dinas {n}", short_name=f"D{n}", kind="dinas",
                valid_from=date(2020, 1, 1), sort_key=f"D{n:02d}",
            ).pk
            for n in range(44)
        ]  # fmt: skip
        MonthMade.objects.create(
            month=month.first_day, on=clock.today(), people=0, rules_version="ukur", seen_before=0, made_at=clock.now()
        )
    rows, known = [], 0
    visitor = _visitor()
    for size in sorted({min(persons, some) for some in (*SIZES, persons)}):
        with acting(SYSTEM), connection.cursor() as cursor:
            facts = {
                "first": known + 1,
                "last": size,
                "agencies": agencies,
                "count": len(agencies),
                "month": month.first_day,
            }
            cursor.execute(PEOPLE, facts)
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE people_person, sponsorship_sponsorship, protection_monthstate")
        known = size
        rows.append(_measure(month, size) | _pages(visitor))
        print(json.dumps(rows[-1]))
    return rows


def _measure(month: Any, size: int) -> dict[str, Any]:
    from django.conf import settings

    from sertakan.core import clock
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.coverage import services
    from sertakan.coverage.counting import count
    from sertakan.coverage.persons import known_codes, protected_persons
    from sertakan.coverage.services.counting import _beside, _every_cell
    from sertakan.coverage.services.publishing import publications
    from sertakan.coverage.suppression import hidden_cells

    with acting(SYSTEM):
        times = [time.perf_counter()]
        persons = protected_persons(month, clock.today())
        times.append(time.perf_counter())
        cells = _every_cell(count(persons), known_codes("17", clock.today()))
        times.append(time.perf_counter())
        hidden = hidden_cells(
            {row[:3]: row[3] for row in cells.iter_rows()}, threshold=settings.SERTAKAN_SMALL_CELL,
            before=publications(_beside(month)),
        )  # fmt: skip
        times.append(time.perf_counter())
        built = services.build(month)
        times.append(time.perf_counter())
    assert built.persons == size, built
    read, counted, hiding, whole = (after - before for before, after in itertools.pairwise(times))
    return {
        "persons": size, "read": round(read, 2), "count": round(counted, 2), "hide": round(hiding, 2),
        "cells": round(read + counted + hiding, 2),
        "number_of_cells": cells.height, "hidden": len(hidden), "whole_build": round(whole, 2),
    }  # fmt: skip


def _visitor() -> Any:
    """A leader, signed in."""
    from datetime import date

    from django.conf import settings
    from django.test import Client

    from sertakan.access import services
    from sertakan.core.scope import SYSTEM, acting

    settings.ALLOWED_HOSTS = ["testserver"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with acting(SYSTEM):
        user = services.add_user(username="pimpinan", name="Pimpinan Ukur", password="ukur-ukur-ukur")
        services.assign_role(user=user, role="leader", valid_from=date(2025, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def _pages(visitor: Any) -> dict[str, Any]:
    """The slowest of all pages, each at its best of three, and how many statements it needs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times: dict[str, float] = {}
    asked: dict[str, int] = {}
    for page in PAGES:
        for _n in range(3):
            started = time.perf_counter()
            answer = visitor.get(page)
            took = time.perf_counter() - started
            assert answer.status_code == 200, (page, answer.status_code, answer.headers)
            times[page] = min(took, times.get(page, took))
        with CaptureQueriesContext(connection) as found:
            visitor.get(page)
        asked[page] = len(found)
    print(json.dumps({page: [round(1000 * times[page]), asked[page]] for page in PAGES}))
    return {"page": round(max(times.values()), 3), "statements": sum(asked.values())}


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


def _write(rows: list[dict[str, Any]], nations: list[dict[str, Any]]) -> None:
    """The table into the explanation of coverage, between its two marks, and the plot beside it."""
    from datetime import UTC, datetime

    load = os.getloadavg()[0]
    lines = [
        BEGIN,
        f"`python benchmarks/coverage.py --docs`, {datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores,"
        f" load of the machine {load:.0f} at the end; seconds.",
        "",
        "| protected persons of a province | read the month | count | hide | together | whole build | slowest page"
        f" | statements of {len(PAGES)} pages |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {row['persons']:,} | {' | '.join(str(row[name]) for name in SHOWN)} |"
            for row in rows
        ),
        "",
        "| persons of 38 provinces in Parquet | cells | counted on DuckDB |",
        "|--:|--:|--:|",
        *(f"| {one['persons']:,} | {one['cells']:,} | {one['seconds']} |" for one in nations),
        END,
    ]  # fmt: skip
    file = DOCS / "explanation" / "coverage.md"
    before, _mark, rest = file.read_text("utf-8").partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    file.write_text(before + "\n".join(lines) + after, "utf-8")
    _plot(rows, nations, DOCS / "images" / "coverage-growth.svg")


def _plot(rows: list[dict[str, Any]], nations: list[dict[str, Any]], file: Path) -> None:
    import altair as alt

    names = {"cells": "cells of a province from the database", "page": "slowest page"}
    points = [
        {"persons": row["persons"], "seconds": row[key], "what": name} for row in rows for key, name in names.items()
    ]
    points += [
        {"persons": one["persons"], "seconds": one["seconds"], "what": "cells of 38 provinces on DuckDB"}
        for one in nations
    ]
    colours = alt.Scale(range=["#0b5b66", "#6f9ba2", "#d97b1e"])
    legend = alt.Legend(orient="top", labelLimit=320)

    def axis(*values: float) -> dict[str, Any]:
        return {"scale": alt.Scale(type="log"), "axis": alt.Axis(grid=True, gridOpacity=0.3, values=list(values))}

    persons, seconds = axis(1e4, 1e5, 1e6, 1e7), axis(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)

    lines = alt.Chart(alt.Data(values=points), width=560, height=300).mark_line(point=True, strokeWidth=2.5)
    chart = lines.encode(
        x=alt.X("persons:Q", title="protected persons", **persons), y=alt.Y("seconds:Q", title="seconds", **seconds),
        color=alt.Color("what:N", title=None, scale=colours, legend=legend),
    )  # fmt: skip
    title = alt.TitleParams("Counting grows with the persons, pages do not", anchor="start", fontSize=16)
    chart.properties(title=title, background="white", padding=12).save(str(file))


if __name__ == "__main__":
    sys.exit(main())
