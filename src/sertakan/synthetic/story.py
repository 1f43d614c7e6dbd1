"""What a demonstration shows: an invented province some weeks on, with batches in every state and workers who have their number.

Everything goes through the services of the real work, in the name of the demonstration's users, on days of the recent past.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from sertakan.access.models import User
from sertakan.access.queries import actor_for
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.core.models import AuditEvent
from sertakan.core.month import Month
from sertakan.intake.models import File
from sertakan.programme import overview
from sertakan.sponsorship import queries, services
from sertakan.sponsorship.errors import NothingReady
from sertakan.sponsorship.models import Batch, BpjsOffice, Sponsorship
from sertakan.synthetic import bpjs
from sertakan.synthetic.province import KIND, Progress, invent_province, quiet
from sertakan.synthetic.users import DEMO_USERS

RECORDED_DAYS_AGO = 45
"""When the lists of the province came in, so that what followed has had its time."""

MOST_LINES = 60
FEWEST_LINES = 9
_TOLD = "synthetic.story"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One batch: how many days ago it was sent and each answer came, and what the office does not settle."""

    sent: int
    answers: tuple[tuple[str, int], ...] = ()
    steps: dict[str, int] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()


SAMPLE_CHAPTER = Chapter(
    sent=38,
    answers=(("keputusan", 33), ("pembayaran", 27), ("nomor", 20)),
    steps={"waiting": 3, "accepted": 3, "paid": 2},
    refusals=bpjs.REFUSALS,
)
OTHER_CHAPTERS = (
    Chapter(sent=40, answers=(("keputusan", 35), ("pembayaran", 30), ("nomor", 24)), refusals=bpjs.REFUSALS[1:2]),
    Chapter(sent=16, answers=(("keputusan", 9),)),
    Chapter(sent=12),
)
"""For the agency of the sample workbook (every state of a line), and for small others: closed, answered, waiting."""


def invent(*, scale: int, progress: Progress = quiet) -> dict[str, Any]:
    """The province of `invent_province`, recorded some weeks ago."""
    today = clock.today()
    with on(today - timedelta(days=RECORDED_DAYS_AGO)):
        return invent_province(scale=scale, progress=progress, on=today)


def tell(*, sample: File) -> dict[str, Any]:
    """Lead the agency of `sample` and small others through BPJS, and draft the batch of the sample's rows; each once only.

    Returns the batch that is the next step (None when there is none) and counts of the province: members, sent, refused.
    """
    with scope.acting(scope.SYSTEM, reason=KIND):
        told = set(AuditEvent.objects.filter(target_kind=_TOLD).values_list("target_id", flat=True))
        office = queries.offices().first()
        others = _small_agencies(besides=sample.agency_id) if office is not None and not told else []
    if office is not None and sample.agency_id not in told:
        for agency, chapter in zip(others, OTHER_CHAPTERS, strict=False):
            _tell_once(agency, chapter, office, None)
        _tell_once(sample.agency, SAMPLE_CHAPTER, office, sample)
    with scope.acting(scope.SYSTEM, reason=KIND):
        return {"next": _next_step(sample), **_counts()}


def _small_agencies(*, besides: int) -> list[Agency]:
    """Those with the fewest workers that still make a batch."""
    found = _running().exclude(agency=besides).values_list("agency").annotate(ready=Count("pk"))
    sizes = {agency: ready for agency, ready in found.order_by() if ready >= FEWEST_LINES}
    chosen = sorted(sizes, key=lambda key: (sizes[key], key))[: len(OTHER_CHAPTERS)]
    return [agencies.get_agency(key) for key in chosen]


def _running() -> Any:
    """Sponsorships of the invented lists that are recorded, not sent, and whose period is not over."""
    from django.db.models import DateField, ExpressionWrapper, F
    from django.db.models.expressions import RawSQL
    from django.db.models.functions import Cast

    month = RawSQL("interval '1 month'", [])
    end = Cast(ExpressionWrapper(F("start_month") + month * F("months"), output_field=DateField()), DateField())
    this = Month.of(clock.today()).first_day
    return Sponsorship.objects.filter(row__file__kind=KIND, state="checked").alias(end=end).filter(end__gt=this)


def _tell_once(agency: Agency, chapter: Chapter, office: BpjsOffice, sample: File | None) -> None:
    """One chapter, in one transaction: whole, or not begun."""
    preparer, officer = actor("coordinator"), actor("bpjs")
    today = clock.today()
    with scope.acting(scope.SYSTEM, reason=KIND), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_TOLD])
        if AuditEvent.objects.filter(target_kind=_TOLD, target_id=agency.pk).exists():
            return
        running = list(_running().filter(agency=agency).order_by("start_month", "pk").values_list("pk", flat=True))
        batch = send(agency, running[:MOST_LINES], office, preparer, today - timedelta(days=chapter.sent))
        if batch is not None:
            _answer(batch, chapter, officer, today)
        if sample is not None:
            with scope.acting(preparer, reason=KIND):
                _prepare(
                    agency, list(Sponsorship.objects.filter(row__file=sample).values_list("pk", flat=True)), office
                )
        audit.record("synthetic.story_told", target=(_TOLD, agency.pk), agency_id=agency.pk)


def send(
    agency: Agency, sponsorships: Sequence[int], office: BpjsOffice, preparer: scope.Actor, day: date
) -> Batch | None:
    """A new batch of these sponsorships, prepared and sent on a day; None when nobody can be sent."""
    with on(day), scope.acting(preparer, reason=KIND):
        draft = _prepare(agency, sponsorships, office)
        return services.send_batch(batch=draft) if draft is not None else None


def _prepare(agency: Agency, sponsorships: Sequence[int], office: BpjsOffice) -> Batch | None:
    try:
        return services.prepare_batch(agency=agency, kind="new", office=office, sponsorships=sponsorships).batch
    except NothingReady:
        return None


def _answer(batch: Batch, chapter: Chapter, officer: scope.Actor, today: date) -> None:
    """The officer takes the workbook and answers it, each file on its day."""
    desk: list[bpjs.Case] = []
    for name, days in chapter.answers:
        day = today - timedelta(days=days)
        with on(day), scope.acting(officer, reason=KIND):
            if not desk:
                sent = services.export_batch(batch=batch)
                desk = bpjs.cases(batch, sent.data, steps=chapter.steps, refusals=chapter.refusals)
            services.take_answer(batch=batch, source=bpjs.ANSWERS[name](desk, on=day), name=f"{name}-{batch.pk}.xlsx")


def _next_step(sample: File) -> dict[str, Any] | None:
    """The newest batch in which rows of the sample stand."""
    own = Sponsorship.objects.filter(row__file=sample).values("pk")
    newest = Batch.objects.filter(lines__sponsorship__in=own).select_related("agency", "office").order_by("-pk").first()
    if newest is None:
        return None
    return {
        "batch": newest.pk,
        "kind": newest.kind,
        "kind_label": str(newest.get_kind_display()),
        "state": newest.state,
        "state_label": str(newest.get_state_display()),
        "agency": newest.agency.name,
        "office": newest.office.name,
        "workers": newest.lines.count(),
    }


def _counts() -> dict[str, int]:
    """How many sponsorships stand where, and how many batches there are."""
    totals = overview.total(overview.standings(list(agencies.in_force())))
    refused = Sponsorship.objects.filter(state=Sponsorship.State.REFUSED).count()
    return {
        "members": totals["members"],
        "sent": totals["sent"],
        "refused": refused,
        "batches": Batch.objects.count(),
    }


def actor(role: str) -> scope.Actor:
    """The demonstration's user with `role`; the system where there is none."""
    name = next(user.username for user in DEMO_USERS if user.role == role)
    with scope.acting(scope.SYSTEM, reason=KIND):
        user = User.objects.filter(username=name).first()
        found = actor_for(user, on=clock.today()) if user is not None else scope.NOBODY
    return found if found.has(role) else scope.SYSTEM


@contextmanager
def on(day: date) -> Iterator[None]:
    """Let the demo clock show `day`; only in a process that does nothing else meanwhile."""
    before = os.environ.get("SERTAKAN_TODAY")
    os.environ["SERTAKAN_TODAY"] = day.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["SERTAKAN_TODAY"]
        else:
            os.environ["SERTAKAN_TODAY"] = before
