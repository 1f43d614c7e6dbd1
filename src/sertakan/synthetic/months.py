"""A year that went by: workers who got their number months ago, paid on, paid late, stopped, came back, or wait for BPJS to confirm.

Lists, batches, answers, a confirmation file and proofs of payment go through the services of the real work, each on its day.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db.models import Count

from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.contributions import services as contributions
from sertakan.core import audit, clock, scope
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month, months
from sertakan.protection import services as protection
from sertakan.rules import contribution
from sertakan.sponsorship import queries, services
from sertakan.sponsorship.models import BpjsOffice, Sponsorship
from sertakan.synthetic import bpjs, counting, story
from sertakan.synthetic.dice import Dice
from sertakan.synthetic.people import identities, with_details
from sertakan.synthetic.province import world_of, write_list

KIND_OF_LIST = "riwayat"
_TOLD = "synthetic.months"
FATES = {"keeps": 58, "late": 12, "stops": 18, "returns": 6, "waits": 6}
"""How many in a hundred pay every month, sometimes late, until some month, again after a lapse, or all but the present month."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Workers of one agency (by size, the largest is 0) who begin in the same month, so many months ago."""

    agency: int
    months_ago: int
    workers: int


COHORTS = (Cohort(0, 11, 44), Cohort(1, 8, 40), Cohort(2, 6, 36), Cohort(0, 3, 30))


@dataclass(frozen=True, slots=True)
class Lived:
    """What a cohort has behind it: later months that BPJS will confirm (number, month, amount, day), and whose present month waits."""

    number: int
    agency: Agency
    rows: list[tuple[str, str, int, date]]
    waiting: list[int]


def live() -> dict[str, int]:
    """Let the cohorts live their months, once. Returns how many months BPJS confirmed, and how many persons have a state today."""
    with scope.acting(scope.SYSTEM, reason=KIND_OF_LIST):
        told = set(AuditEvent.objects.filter(target_kind=_TOLD).values_list("target_id", flat=True))
        office, chosen = queries.offices().first(), _largest()
    lived = []
    if office is not None and len(chosen) > max(cohort.agency for cohort in COHORTS):
        for number, cohort in enumerate(COHORTS, start=1):
            if number not in told:
                lived.append(_live_one(number, cohort, chosen[cohort.agency], office))
    confirmed = 0
    with scope.acting(scope.SYSTEM, reason=KIND_OF_LIST):
        contributions.pull_confirmations()
        confirmed = _confirm([row for one in lived for row in one.rows])
        for one in lived:
            _remit(one.number, one.agency, one.waiting, Month.of(clock.today()))
            audit.record("synthetic.months_lived", target=(_TOLD, one.number), agency_id=one.agency.pk)
    with scope.acting(scope.SYSTEM, reason=KIND_OF_LIST):
        made = protection.refresh()
    counting.count()
    return {"confirmed": confirmed, "states": made[-1].people if made else 0}


def _largest() -> list[Agency]:
    sizes = Sponsorship.objects.filter(row__file__kind=story.KIND).values_list("agency").annotate(size=Count("pk"))
    return [agencies.get_agency(key) for key, _size in sizes.order_by("-size", "agency")[:3]]


def _live_one(number: int, cohort: Cohort, agency: Agency, office: BpjsOffice) -> Lived:
    today = clock.today()
    start = Month.of(today).previous(cohort.months_ago)
    begun = start.first_day
    sponsorships = _record(number, cohort, agency, start)
    preparer, officer = story.actor("coordinator"), story.actor("bpjs")
    sent = story.send(agency, sponsorships, office, preparer, begun + timedelta(days=2))
    if sent is None:
        return Lived(number, agency, [], [])
    with story.on(begun + timedelta(days=4)), scope.acting(officer, reason=KIND_OF_LIST):
        desk = bpjs.cases(sent, services.export_batch(batch=sent).data, steps={})
        by_number = {line.number: line.sponsorship for line in sent.lines.select_related("sponsorship")}
        desk = [replace(case, months=1, amount=_owed(by_number[case.number], start)) for case in desk]
        services.take_answer(
            batch=sent, source=bpjs.decisions(desk, on=clock.today()), name=f"keputusan-{sent.pk}.xlsx"
        )
    with story.on(begun + timedelta(days=9)), scope.acting(officer, reason=KIND_OF_LIST):
        services.take_answer(
            batch=sent, source=bpjs.payments(desk, on=clock.today()), name=f"pembayaran-{sent.pk}.xlsx"
        )
        services.take_answer(batch=sent, source=bpjs.numbers(desk, on=clock.today()), name=f"nomor-{sent.pk}.xlsx")
    fates = Dice("months").within(str(number)).pick("fate", len(desk), FATES)
    rows = [
        (case.kpj, str(month), _owed(by_number[case.number], month), paid_on)
        for case, fate in zip(desk, fates, strict=True)
        for month, paid_on in _paid(fate, start, today, Dice(f"months {number}").stream(str(case.number)))
    ]
    waiting = [by_number[case.number].pk for case, fate in zip(desk, fates, strict=True) if fate == "waits"]
    return Lived(number, agency, rows, waiting)


def _record(number: int, cohort: Cohort, agency: Agency, start: Month) -> list[int]:
    """The list of the cohort, recorded before its first month; their sponsorships."""
    import polars as pl

    day = start.first_day - timedelta(days=6)
    name = f"daftar-{start}-rekaan.{KIND_OF_LIST}"
    dice = Dice(f"months {number}")
    with story.on(day):
        with scope.acting(scope.SYSTEM, reason=KIND_OF_LIST):
            world = world_of(agency.province.code)
        keys = identities(cohort.workers, world=world, dice=dice, on=day)
        people = with_details(keys, dice=dice, on=day, asked_by=day, donors=max(1, cohort.workers // 3))
        people = people.with_columns(
            start_month=pl.lit(str(start)), months=pl.lit(12).cast(people.schema["months"]),
            consent_date=pl.col("consent_date").fill_null(day),
        )  # fmt: skip
        write_list(agency, name, people, {"cohort": number}, kind=KIND_OF_LIST)
    with scope.acting(scope.SYSTEM, reason=KIND_OF_LIST):
        found = Sponsorship.objects.filter(row__file__name=name, row__file__kind=KIND_OF_LIST, agency=agency)
        return list(found.order_by("pk").values_list("pk", flat=True))


def _owed(sponsored: Any, month: Month) -> int:
    return contribution(
        month,
        dasar=sponsored.dasar,
        sector=sponsored.sector,
        funding=sponsored.funding,
        programmes=sponsored.programmes,
    ).total


def _paid(fate: str, start: Month, today: date, draw: Random) -> Iterator[tuple[Month, date]]:
    """The months after the first that are paid, each with its day, up to today."""
    now = Month.of(today)
    last = draw.randrange(1, max(2, now - start)) if fate in ("stops", "returns") else now - start
    for month in months(start.next(), now):
        step = month - start
        if fate == "waits" and month == now:
            continue
        if step > last and (fate == "stops" or step <= last + 5):
            continue
        day = month.first_day + timedelta(days=draw.randrange(3, 13))
        if fate == "late" and draw.random() < 0.35:
            day += timedelta(days=draw.randrange(10, 40))
        if day <= today:
            yield month, day


def _confirm(rows: list[tuple[str, str, int, date]]) -> int:
    """What BPJS confirms of the later months, as a file."""
    if not rows:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "konfirmasi-rekaan.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(("KPJ", "Bulan iuran", "Jumlah dibayar", "Tanggal bayar"))
            out.writerows((kpj, month, amount, day.isoformat()) for kpj, month, amount, day in rows)
        placed, _held = contributions.confirm_file(contributions.read_confirmation_file(path))
    return int(placed.months)


def _remit(number: int, agency: Agency, sponsorships: list[int], month: Month) -> None:
    """The present month of those who wait: paid to BPJS by a code, with a proof, and not confirmed."""
    if not sponsorships:
        return
    owed = sum(_owed(one, month) for one in Sponsorship.objects.filter(pk__in=sponsorships))
    today = clock.today()
    code = contributions.add_code(
        agency_id=agency.pk, code=f"8899{number:04d}", amount=owed, sponsorship_ids=sponsorships, start=month, months=1,
        issued_on=today - timedelta(days=4),
    )  # fmt: skip
    contributions.enter_slip(
        agency_id=agency.pk, amount=owed, paid_on=today - timedelta(days=2), reference=f"SETOR-{number:04d}", channel="counter",
        code=code,
    )  # fmt: skip
