"""Reminders: planned first, then sent one by one, each in a transaction of its own together with its notices, its letter and its log line.

A step of a cell is planned once (a unique index) and taken by one process (SKIP LOCKED); a process that dies in between leaves the step
planned, and the next run sends it. Where days were missed or paused, only the latest step is sent, earlier ones are logged as skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock
from sertakan.core.scope import SYSTEM, Actor, acting
from sertakan.followup import dues, fresh, queries
from sertakan.followup.figures import DutyCell, DutyRow
from sertakan.followup.fresh import Values
from sertakan.followup.models import Circular, Pause, Plan, Reminder
from sertakan.followup.services.delivering import Message, deliver, message
from sertakan.followup.services.planning import steps_of
from sertakan.rules.calendar import is_working_day

Counted = Sequence[tuple[date, Values]]
LOOK_BACK = timedelta(days=200)
"""Longer than the furthest escalation lies after the end of a period."""
_OPEN = frozenset({"open", "due", "overdue"})


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: how many steps were planned, sent, found done or paused meanwhile; `closed`: no working day, so nothing was done."""

    planned: int = 0
    sent: int = 0
    cancelled: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    cell: DutyCell
    duty: DutyRow
    kind: str
    days: int
    day: date

    def row(self, *, latest: bool, paused: bool) -> Reminder:
        return Reminder(
            agency_id=self.cell.agency_id, duty_id=self.duty.id, period=_first(self.cell), kind=self.kind, days=self.days,
            due=self.cell.due or self.day, planned_for=self.day, state="planned" if latest else "skipped",
            why="" if latest else "paused" if paused else "missed", planned_at=clock.now(),
        )  # fmt: skip

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.cell.agency_id, self.duty.id, _first(self.cell), self.cell.due, self.kind, self.days)


def remind(on: date | None = None, *, actor: Actor = SYSTEM) -> Ran:
    """Plan what is due on a day (today) and send all that is planned. Opens its own transactions; twice does nothing more."""
    day = on or clock.today()
    if not is_working_day(day):
        return Ran(closed=True)
    with acting(actor, job="followup.remind"):
        planned = plan(day)
    sent = cancelled = 0
    while (became := send_next(day, actor)) is not None:
        sent += became
        cancelled += not became
    return Ran(planned, sent, cancelled)


def plan(on: date) -> int:
    """Write down the steps that a day has reached; returns how many are to be sent."""
    steps = _reached(on)
    newest = _newest(steps)
    latest = {step.key for step in newest}
    pauses = list(Pause.objects.all())
    rows = [step.row(latest=step.key in latest, paused=_paused(pauses, step.cell, step.day)) for step in steps]
    known = set(
        Reminder.objects.filter(due__gte=min((row.due for row in rows), default=on)).values_list(
            "agency", "duty", "period", "due", "kind", "days"
        )
    )
    added = [row for step, row in zip(steps, rows, strict=True) if step.key not in known]
    Reminder.objects.bulk_create(added, ignore_conflicts=True, batch_size=1_000)
    _skip_outrun(newest)
    count = sum(row.state == "planned" for row in added)
    if count:
        audit.record("followup.reminders_planned", facts={"count": count, "on": str(on)})
    return count


def _skip_outrun(newest: list[_Step]) -> None:
    """A step that waits since a run died, while a later one of its cell has come, is not sent beside it."""
    day_of = {step.key[:3]: step.day for step in newest}
    waiting = Reminder.objects.select_for_update(skip_locked=True).filter(state=Reminder.State.PLANNED)
    outrun = [
        row.pk
        for row in waiting
        if row.planned_for < day_of.get((row.agency_id, row.duty_id, row.period), row.planned_for)
    ]
    Reminder.objects.filter(pk__in=outrun).update(state=Reminder.State.SKIPPED, why="missed")


def preview(on: date, *, counted: Counted = ()) -> list[Message]:
    """What a run on a day would send, as things stand; writes nothing. `counted`: what the run would count first, by month."""
    queries.check_not_too_far(on)
    if not is_working_day(on):
        return []
    steps = _newest(_reached(on, counted))
    known = set(
        Reminder.objects.exclude(state="planned").values_list("agency", "duty", "period", "due", "kind", "days")
    )
    wanted = [step for step in steps if step.key not in known]
    named = Agency.objects.in_bulk({step.cell.agency_id for step in wanted})
    issued = Circular.objects.in_bulk({step.duty.circular_id for step in wanted})
    return [
        message(
            step.kind, days=step.days, cell=step.cell, duty=step.duty, agency=named[step.cell.agency_id],
            circular=issued[step.duty.circular_id], on=on,
        )
        for step in wanted
    ]  # fmt: skip


def send_next(on: date, actor: Actor = SYSTEM) -> bool | None:
    """Send one planned step; True: sent, False: no longer needed, None: nothing waits."""
    with acting(actor, job="followup.remind"):
        waiting = Reminder.objects.select_for_update(skip_locked=True, of=("self",)).filter(state="planned")
        row = waiting.select_related("agency", "duty__circular").order_by("pk").first()
        if row is None:
            return None
        duty = next(
            (one for one in queries.duties(on, circular_id=row.duty.circular_id) if one.id == row.duty_id), None
        )
        cells = queries.states(on, agency_ids=[row.agency_id], duty_ids=[row.duty_id], since=on - LOOK_BACK)
        cell = next((one for one in cells if _first(one) == row.period), None)
        active = Plan.objects.filter(circular=row.duty.circular_id, active=True).exists()
        if (
            duty is None
            or cell is None
            or cell.status not in _OPEN
            or cell.due != row.due
            or not active
            or _paused(queries.pauses(on), cell, on)
        ):
            row.state, row.why = Reminder.State.CANCELLED, "" if cell is None else cell.status
            row.save(update_fields=["state", "why"])
            return False
        said = message(
            row.kind, days=row.days, cell=cell, duty=duty, agency=row.agency, circular=row.duty.circular, on=on
        )
        row.told, row.letter_id = deliver(said, row)
        row.state, row.sent_at = Reminder.State.SENT, clock.now()
        row.save(update_fields=["state", "sent_at", "told", "letter_id"])
        audit.record(
            "followup.reminder_sent", target=row, agency_id=row.agency_id, facts={"kind": row.kind, "told": row.told}
        )
        return True


def _reached(on: date, counted: Counted = ()) -> list[_Step]:
    plans = {plan.circular_id: plan for plan in Plan.objects.filter(active=True)}
    duties = {duty.id: duty for duty in queries.duties(on) if duty.due_rule and duty.circular_id in plans}
    if not duties:
        return []
    pauses = list(queries.pauses(on))
    found = []
    cells = queries.states(on, duty_ids=list(duties), since=on - LOOK_BACK)
    for about, values in counted:
        cells = fresh.with_values(cells, duties.values(), values, on, about=about)
    for cell in cells:
        if cell.due is None or cell.status not in _OPEN or _paused(pauses, cell, on):
            continue
        duty = duties[cell.duty_id]
        plan_ = plans[duty.circular_id]
        begun = plan_.started_on or on
        found += [_Step(cell, duty, *step) for step in _steps(plan_, cell.due) if begun <= step[2] <= on]
    return found


def _steps(plan_: Plan, due: date) -> Iterator[tuple[str, int, date]]:
    for days in steps_of(plan_.before):
        yield "before", days, dues.before(due, days)
    yield "due", 0, due
    for days in steps_of(plan_.overdue):
        yield "overdue", days, dues.after(due, days)
    if plan_.escalation:
        yield "head", plan_.head_after, dues.after(due, plan_.head_after)
        yield "secretary", plan_.secretary_after, dues.after(due, plan_.secretary_after)


_ORDER = ("before", "due", "overdue", "head", "secretary")


def _newest(steps: list[_Step]) -> list[_Step]:
    """Of each cell the step that comes last."""
    newest: dict[tuple[Any, ...], _Step] = {}
    for step in steps:
        key = step.key[:3]
        known = newest.get(key)
        if known is None or (step.day, _ORDER.index(step.kind)) > (known.day, _ORDER.index(known.kind)):
            newest[key] = step
    return list(newest.values())


def _paused(pauses: Any, cell: DutyCell, day: date) -> bool:
    return any(
        one.first <= day <= one.last and one.agency_id in (None, cell.agency_id) and one.duty_id in (None, cell.duty_id)
        for one in pauses
    )


def _first(cell: DutyCell) -> date | None:
    return None if cell.period is None else cell.period.first_day
