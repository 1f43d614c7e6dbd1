"""A whole invented province: staff counts, and for most agencies one list of workers, accepted the way an uploaded list is.

Each agency's list commits by itself; called again, only what is missing is written. The numbers of all workers are made at once, so that
none comes twice; names and promises are made agency by agency, so that memory stays bounded at any scale.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sertakan.agencies import queries as agencies
from sertakan.agencies import services as agency_services
from sertakan.agencies.models import Agency
from sertakan.areas import queries as areas
from sertakan.classification import queries as classification
from sertakan.core import clock, encryption, scope
from sertakan.intake import queries as intake
from sertakan.intake import services
from sertakan.intake.models import File
from sertakan.programme import acceptance, checking
from sertakan.synthetic import errors
from sertakan.synthetic.dice import Dice, world_data
from sertakan.synthetic.people import World, build_world, identities, with_details

if TYPE_CHECKING:
    import polars as pl

KIND = "contoh"
SHEET = "Contoh"
CONFIDENCE = "invented"
Progress = Callable[[str, int, int], None]


def quiet(agency: str, done: int, total: int) -> None:
    """A progress report nobody listens to."""


def invent_province(
    *, scale: int = 100, seed: int = 1, progress: Progress = quiet, parallel: int = 1, on: date | None = None
) -> dict[str, Any]:
    """Fill the installation with an invented province at 1:`scale`; the same call again changes nothing.

    `on`: the day that ages and periods are drawn for, when it is another one than the day on which the lists are recorded.
    `parallel` agencies are written at the same time, each on a connection of its own (not inside a transaction of the caller).
    Returns workers, agencies, agencies_with_workers, staff, scale, seed, unchanged. Raises ProvinceExists when another one stands there.
    """
    name = f"provinsi-rekaan-1-{scale}-{seed}.{KIND}"
    with scope.acting(scope.SYSTEM, reason="provinsi rekaan"):
        others = File.objects.filter(kind=KIND).exclude(name=name).values_list("name", flat=True).first()
        if others:
            raise errors.ProvinceExists(known=others)
        bodies = list(agencies.in_force(on))
        if not bodies:
            raise errors.NoAgencies()
        done = set(File.objects.filter(name=name, accepted_at__isnull=False).values_list("agency_id", flat=True))
    result: dict[str, Any] = {"scale": scale, "seed": seed, "agencies": len(bodies)}
    totals = {"workers": 0, "agencies_with_workers": 0, "staff": 0, "written": 0}
    for province in sorted({body.province.code for body in bodies}):
        own = [body for body in bodies if body.province.code == province]
        plan = _Plan(own, province, scale=scale, seed=seed)
        totals["workers"] += sum(plan.workers.values())
        totals["agencies_with_workers"] += len(plan.workers)
        totals["staff"] += sum(plan.staff.values())
        if set(plan.workers) - done:
            totals["written"] += _write(plan, own, name, done, progress, parallel, on or clock.today())
    return {**result, **totals, "unchanged": totals["written"] == 0}


class _Plan:
    """How many staff and how many workers each agency has, by agency id; agencies with nobody yet are left out of `workers`."""

    def __init__(self, bodies: list[Agency], province: str, *, scale: int, seed: int) -> None:
        data = world_data()
        self.province, self.scale, self.seed = province, scale, seed
        self.dice = Dice(seed).within(f"province {province}")
        draw = self.dice.stream("sizes")
        ordered = sorted(bodies, key=lambda body: body.code)
        size = {body.pk: data["agency_sizes"].get(body.kind, 1.0) * draw.lognormvariate(0, 0.6) for body in ordered}
        zeal = {body.pk: size[body.pk] * draw.lognormvariate(0, 0.7) for body in ordered}
        without = round(len(ordered) * data["share_of_agencies_without_workers"])
        for key in sorted(zeal, key=lambda key: zeal[key])[:without]:
            del zeal[key]
        self.staff = shares(data["staff"], size)
        total = data["vulnerable_workers"].get(province, data["vulnerable_workers_elsewhere"]) // scale
        self.workers = {key: count for key, count in shares(total, zeal).items() if count}


def shares(total: int, weights: dict[int, float]) -> dict[int, int]:
    """`total` divided by weights into whole numbers that add up to it (largest remainders)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    result = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: (result[key] - exact[key], key))
    for key in rest[: total - sum(result.values())]:
        result[key] += 1
    return result


def _write(
    plan: _Plan, bodies: list[Agency], name: str, done: set[int], progress: Progress, parallel: int, on: date
) -> int:
    recorded = clock.today()
    with scope.acting(scope.SYSTEM, reason="provinsi rekaan"):
        world = world_of(plan.province)
        _count_staff(plan, bodies)
    total = sum(plan.workers.values())
    keys = identities(total, world=world, dice=plan.dice, on=on)
    finished = sum(plan.workers.get(body.pk, 0) for body in bodies if body.pk in done)

    def write_one(body: Agency, part: pl.DataFrame) -> tuple[Agency, int, int]:
        people = with_details(
            part,
            dice=plan.dice.within(body.code),
            on=on,
            asked_by=recorded,
            donors=max(1, min(plan.staff[body.pk], round(part.height / 1.35))),
        )
        return body, part.height, write_list(body, name, people, {"scale": plan.scale, "seed": plan.seed})

    jobs = []
    start = 0
    for body in bodies:
        count = plan.workers.get(body.pk, 0)
        if count and body.pk not in done:
            jobs.append((body, keys.slice(start, count)))
        start += count
    written = 0
    for body, count, made in _each(write_one, jobs, parallel):
        finished, written = finished + count, written + made
        progress(body.short_name, finished, total)
    return written


def _each(
    write_one: Callable[[Agency, pl.DataFrame], tuple[Agency, int, int]],
    jobs: list[tuple[Agency, pl.DataFrame]],
    parallel: int,
) -> Iterator[tuple[Agency, int, int]]:
    """Do all jobs; the biggest first when several run at the same time. The first failure stops what has not begun."""
    if parallel <= 1:
        for job in jobs:
            yield write_one(*job)
        return
    from django.db import connections

    def on_own_connection(body: Agency, part: pl.DataFrame) -> tuple[Agency, int, int]:
        try:
            return write_one(body, part)
        finally:
            connections.close_all()

    ordered = sorted(jobs, key=lambda job: -job[1].height)
    with ThreadPoolExecutor(parallel) as pool:
        running = [pool.submit(on_own_connection, *job) for job in ordered]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            for future in running:
                future.cancel()


def world_of(province: str) -> World:
    """Where invented people of a province live and what they do."""
    frame = areas.area_frame(province, on=clock.today())
    return build_world(province, frame, areas.identity_prefixes(), classification.occupation_frame())


def _count_staff(plan: _Plan, bodies: list[Agency]) -> None:
    """Staff counts through the loader of real ones, marked as invented."""
    lines = ["agency_code,on,count,source,confidence"]
    lines += [
        f"{body.code},{body.valid_from},{plan.staff[body.pk]},contoh: angka rekaan,{CONFIDENCE}" for body in bodies
    ]
    known = {body.pk for body in bodies if agencies.staff_count(body) is not None}
    lines = [lines[0], *(line for line, body in zip(lines[1:], bodies, strict=True) if body.pk not in known)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "staf-rekaan.csv"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        agency_services.load_staff_counts(file)


def write_list(agency: Agency, name: str, people: pl.DataFrame, made_from: dict[str, Any], *, kind: str = KIND) -> int:
    """Write `people` (canonical columns) as one accepted list of `agency`; returns how many became sponsorships.

    The list is a file of `kind` whose content says how it was made. One transaction; a list that is there already is left alone.
    """
    import polars as pl

    content = json.dumps({**made_from, "agency": agency.code, "rows": people.height}, sort_keys=True).encode()
    with scope.acting(scope.SYSTEM, reason="provinsi rekaan"):
        file, _ = services.receive(agency=agency, name=name, data=content)
        if file.accepted_at is not None:
            return 0
        marked, known = checking.with_known(_numbered(_rows(people)), agency, since=0)
        services.describe(file=file, kind=kind, sheets=[_sheet(people.height)], columns={}, questions=[])
        ids = services.write_rows(file=file, rows=marked, findings=known)
        ready = marked.with_columns(row_id=pl.Series(ids, dtype=pl.Int64)).filter(pl.col("state") == "accepted")
        persons = ready.filter(pl.col("known_person_id").is_not_null()).select("nik_index", "known_person_id")
        done = acceptance.write(file, ready, persons=persons)
        services.mark_accepted(file=file, facts=done.facts())
        services.settle_account(file=file)
        return done.sponsorships


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as after a comparison by number that found nobody: invented people are looked up by number, not asked about."""
    import polars as pl

    niks = rows["nik"]
    indexes = iter(encryption.index_many("nik", niks.drop_nulls().to_list()))
    return rows.with_columns(
        nik_index=pl.Series([next(indexes).hex() if nik else None for nik in niks], dtype=pl.String),
        known_person_id=pl.lit(None, dtype=pl.Int64),
    )


def _rows(people: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    from sertakan.intake.columns import CANONICAL

    texts = [
        pl.col(name).cast(pl.String).alias(f"{intake.RAW}{name}")
        for name in CANONICAL
        if people[name].null_count() < people.height
    ]
    return people.with_columns(
        *texts,
        sheet_no=pl.lit(0, dtype=pl.Int16),
        number=pl.int_range(2, people.height + 2, dtype=pl.Int64),
        version=pl.lit(1, dtype=pl.Int16),
        state=pl.lit("accepted"),
    )


def _sheet(rows: int) -> dict[str, Any]:
    return {
        "index": 0, "name": SHEET, "hidden": False, "header_row": 1, "rows": rows, "taken": True, "headings": [],
        "columns": {}, "notes": ["Daftar rekaan; tidak ada orang sungguhan di dalamnya."],
    }  # fmt: skip
