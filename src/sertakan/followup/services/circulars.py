"""Circulars, their clauses, duties, deadlines and addressees; a new version, and a successor for another year."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, scope
from sertakan.followup import dues, measures, policies, queries
from sertakan.followup.errors import (
    CircularIncomplete,
    CircularKnown,
    CircularReplaced,
    DueRuleUnreadable,
    MeasureUnknown,
)
from sertakan.followup.figures import DutyCell
from sertakan.followup.models import Addressee, Circular, Clause, Deadline, Duty, Plan, Source, Standing


@dataclass(frozen=True, slots=True)
class NewCircular:
    """What is known of a circular when it is entered. `dated_on` None: its date was not published."""

    number: str
    subject: str
    signer: str
    valid_from: date
    dated_on: date | None = None
    valid_to: date | None = None
    appeal: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewClause:
    """A passage, in the words in which it is known, and by whose word it is known."""

    text: str
    examples: str = ""
    source: str = Source.CIRCULAR
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class NewDuty:
    """What agencies are asked for. `due_rule`: see `dues`; its source is the coordinator's unless the circular names it."""

    code: str
    title: str
    period_kind: str
    measure: str
    source: str = Source.COORDINATOR
    target_percent: int | None = None
    doer: str = ""
    helper: str = ""
    page: str = ""
    due_rule: str = ""
    due_source: str = Source.COORDINATOR
    valid_from: date | None = None
    clause: int | None = None
    period_source: str = Source.COORDINATOR


@transaction.atomic
def record_circular(
    new: NewCircular,
    *,
    clauses: Iterable[NewClause] = (),
    duties: Iterable[NewDuty] = (),
    agency_ids: Collection[int] = (),
) -> Circular:
    """Enter a circular with its clauses, duties and addressees; reminders stand ready, turned off.

    A duty's `clause` is the position of its clause (from 1). Raises CircularKnown, CircularIncomplete, DueRuleUnreadable, MeasureUnknown.
    """
    policies.check_can_manage(scope.current())
    if Circular.objects.filter(number=new.number.strip()).exists():
        raise CircularKnown(number=new.number.strip())
    made = _make(new, version=1, predecessor=None)
    for one in clauses:
        add_clause(circular=made, new=one)
    for duty in duties:
        add_duty(circular=made, new=duty)
    if agency_ids:
        address(circular=made, agency_ids=agency_ids, valid_from=made.valid_from)
    return made


def _make(new: NewCircular, *, version: int, predecessor: Circular | None) -> Circular:
    for field, text in (("nomor", new.number), ("perihal", new.subject), ("penanda tangan", new.signer)):
        if not text.strip():
            raise CircularIncomplete(field=field)
    if new.valid_from.year not in dues.YEARS:
        raise CircularIncomplete(field="berlaku mulai")
    if new.valid_to is not None and not (new.valid_from < new.valid_to and new.valid_to.year in dues.YEARS):
        raise CircularIncomplete(field="berlaku sampai")
    made = Circular.objects.create(
        number=new.number.strip()[:120], version=version, predecessor=predecessor, dated_on=new.dated_on,
        subject=new.subject.strip()[:300], signer=new.signer.strip()[:200], appeal=new.appeal, valid_from=new.valid_from,
        valid_to=new.valid_to, note=new.note.strip(),
    )  # fmt: skip
    Plan.objects.create(circular=made)
    audit.record("followup.circular_recorded", target=made, facts={"number": made.number, "version": version})
    return made


@transaction.atomic
def amend(*, circular: Circular, new: NewCircular) -> Circular:
    """A new version of the same circular from `new.valid_from`: clauses, duties and addressees go on under it. Raises CircularReplaced."""
    return _follow(
        circular, new, number=circular.number, version=circular.version + 1, action="followup.circular_amended"
    )


@transaction.atomic
def renew(*, circular: Circular, new: NewCircular) -> Circular:
    """A successor with a number of its own, such as for a new year; what the old one asked goes on under it from `new.valid_from`.

    Raises CircularReplaced, CircularKnown.
    """
    if Circular.objects.filter(number=new.number.strip()).exists():
        raise CircularKnown(number=new.number.strip())
    return _follow(circular, new, number=new.number, version=1, action="followup.circular_renewed")


def _follow(old: Circular, new: NewCircular, *, number: str, version: int, action: str) -> Circular:
    policies.check_can_manage(scope.current())
    old = Circular.objects.select_for_update().get(pk=old.pk)
    _check_not_replaced(old.pk)
    if new.valid_from <= old.valid_from:
        raise CircularIncomplete(field="berlaku mulai")
    start = new.valid_from
    facts = NewCircular(number, new.subject, new.signer, start, new.dated_on, new.valid_to, new.appeal, new.note)
    made = _make(facts, version=version, predecessor=old)
    on = min(start, clock.today())
    standing = [
        cell for cell in queries.states(on, duty_ids=[one.pk for one in old.duties.all()]) if cell.how == "declared"
    ]
    passages, heirs = {}, {}
    for clause in old.clauses.order_by("position"):
        kept = NewClause(clause.text, clause.examples, clause.source, clause.known_by)
        passages[clause.pk] = add_clause(circular=made, new=kept).position
    for duty in old.duties.filter(valid_to__isnull=True).order_by("position"):
        latest = duty.deadlines.order_by("-set_on", "-pk").first()
        again = NewDuty(
            duty.code, duty.title, duty.period_kind, duty.measure, duty.source, duty.target_percent, duty.doer, duty.helper,
            duty.page, valid_from=start, clause=passages.get(duty.clause_id or 0), period_source=duty.period_source,
        )  # fmt: skip
        heirs[duty.pk] = add_duty(circular=made, new=again)
        if latest is not None and (rule := _repeated(latest)):
            set_deadline(duty=heirs[duty.pk], rule=rule, source=latest.source, on=latest.set_on)
    addressed = Addressee.objects.filter(circular=old, valid_to__isnull=True)
    address(circular=made, agency_ids=list(addressed.values_list("agency", flat=True)), valid_from=start)
    addressed.update(valid_to=start)
    old.duties.filter(valid_to__isnull=True).update(valid_to=start)
    Circular.objects.filter(pk=old.pk).update(valid_to=start)
    plan = Plan.objects.get(circular=old)
    begun = (
        None if plan.started_on is None else max(plan.started_on, start)
    )  # what the old one has sent is not sent again
    Plan.objects.filter(circular=made).update(
        active=plan.active, escalation=plan.escalation, before=plan.before, overdue=plan.overdue, head_after=plan.head_after,
        secretary_after=plan.secretary_after, started_on=begun,
    )  # fmt: skip
    _carry(standing, heirs, start, once=number == old.number)
    audit.record(action, target=made, facts={"from": old.pk})
    return made


def _carry(cells: list[DutyCell], heirs: dict[int, Duty], start: date, *, once: bool) -> None:
    """What was declared for the period that runs on is not asked again; what is done once, only in a version of the same circular."""
    kept = {"verified": Standing.Declared.VERIFIED, "declared": Standing.Declared.DECLARED}
    Standing.objects.bulk_create(
        Standing(
            agency_id=cell.agency_id, duty=heirs[cell.duty_id], period=cell.period.first_day if cell.period else None, on=start,
            declared=kept[cell.status], recorded_at=clock.now(),
        )
        for cell in cells
        if cell.duty_id in heirs
        and cell.status in kept
        and cell.period == dues.period_of(start, heirs[cell.duty_id].period_kind)
        and (once or cell.period is not None)
    )  # fmt: skip


def _check_not_replaced(circular_id: int) -> None:
    """Raises CircularReplaced."""
    follower = Circular.objects.filter(predecessor=circular_id).first()
    if follower is not None:
        raise CircularReplaced(number=follower.number)


def _repeated(latest: Deadline | None) -> str:
    """A deadline that comes again under the successor; a single date of the past does not."""
    if latest is None or (latest.rule[:1].isdigit() and date.fromisoformat(latest.rule) < clock.today()):
        return ""
    return latest.rule


@transaction.atomic
def add_clause(*, circular: Circular, new: NewClause) -> Clause:
    """Add a passage at the end. Raises CircularIncomplete."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(circular.pk)
    if not new.text.strip():
        raise CircularIncomplete(field="isi butir")
    last = circular.clauses.order_by("-position").values_list("position", flat=True).first() or 0
    made = Clause.objects.create(
        circular=circular, position=last + 1, text=new.text.strip(), examples=new.examples.strip(), source=new.source,
        known_by=new.known_by[:200],
    )  # fmt: skip
    audit.record("followup.clause_added", target=circular, facts={"position": made.position})
    return made


@transaction.atomic
def add_duty(*, circular: Circular, new: NewDuty) -> Duty:
    """Add a duty from a day on (the circular's first day). Raises CircularIncomplete, MeasureUnknown, DueRuleUnreadable."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(circular.pk)
    rule = dues.parse(new.due_rule)
    if not measures.known(new.measure):
        raise MeasureUnknown(measure=new.measure)
    if not new.title.strip():
        raise CircularIncomplete(field="judul kewajiban")
    if new.period_kind not in Duty.Period.values:
        raise CircularIncomplete(field="masa")
    if new.target_percent is not None and not 1 <= new.target_percent <= 100:
        raise CircularIncomplete(field="sasaran (1 sampai 100 persen)")
    last = circular.duties.order_by("-position").values_list("position", flat=True).first() or 0
    code = new.code or f"{new.measure.replace('_', '-')}-{last + 1}"[:40]
    if circular.duties.filter(code=code).exists():
        code = f"{code[:36]}-{last + 1}"
    clause = circular.clauses.filter(position=new.clause).first() if new.clause else None
    made = Duty.objects.create(
        circular=circular, clause=clause, code=code, position=last + 1, title=new.title.strip()[:200],
        period_kind=new.period_kind, measure=new.measure, target_percent=new.target_percent, source=new.source,
        doer=new.doer[:200], helper=new.helper[:200], page=new.page[:40], period_source=new.period_source,
        valid_from=new.valid_from or circular.valid_from,
    )  # fmt: skip
    audit.record("followup.duty_added", target=made, facts={"measure": made.measure})
    if rule:
        set_deadline(duty=made, rule=rule, source=new.due_source, on=made.valid_from)
    return made


@transaction.atomic
def set_deadline(*, duty: Duty, rule: str, source: str = Source.COORDINATOR, on: date | None = None) -> Deadline:
    """Set the deadline of a duty as known from a day on (today); days before are answered as they were. Raises DueRuleUnreadable."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(duty.circular_id)
    kept = dues.parse(rule)
    if kept[:1].isdigit() and duty.period_kind != Duty.Period.ONCE:
        raise DueRuleUnreadable(text=rule)
    actor = scope.current()
    made = Deadline.objects.create(
        duty=duty, rule=kept, source=source, set_on=on or clock.today(), set_label=actor.label[:200]
    )
    audit.record("followup.deadline_set", target=duty, facts={"rule": kept, "source": source})
    return made


@transaction.atomic
def end_duty(*, duty: Duty, on: date) -> Duty:
    """The duty is no longer asked for from a day on; what was asked before stays."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(duty.circular_id)
    if duty.valid_to is not None:
        return duty
    duty.valid_to = max(on, duty.valid_from)
    duty.save(update_fields=["valid_to"])
    audit.record("followup.duty_ended", target=duty, facts={"on": str(on)})
    return duty


@transaction.atomic
def address(*, circular: Circular, agency_ids: Collection[int], valid_from: date) -> int:
    """Address agencies from a day on; who is addressed already stays so. Returns how many are new."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(circular.pk)
    known = set(Addressee.objects.filter(circular=circular, valid_to__isnull=True).values_list("agency", flat=True))
    fresh = [agencies.get_agency(key) for key in sorted(set(agency_ids) - known)]
    fresh = [agency for agency in fresh if agency.valid_to is None or agency.valid_to > valid_from]
    for agency in fresh:  # who was taken off on the day of being put on stands there again
        Addressee.objects.update_or_create(
            circular=circular,
            agency=agency,
            valid_from=max(valid_from, agency.valid_from),
            defaults={"valid_to": agency.valid_to},
        )
    if fresh:
        audit.record("followup.addressed", target=circular, facts={"count": len(fresh), "from": str(valid_from)})
    return len(fresh)


@transaction.atomic
def end_address(*, circular: Circular, agency_id: int, on: date) -> int:
    """The circular no longer addresses an agency from a day on. Returns 1, or 0 when it did not."""
    policies.check_can_manage(scope.current())
    _check_not_replaced(circular.pk)
    gone = Addressee.objects.filter(circular=circular, agency=agency_id, valid_to__isnull=True, valid_from__lte=on)
    count = gone.update(valid_to=on)
    if count:
        audit.record("followup.address_ended", target=circular, agency_id=agency_id, facts={"on": str(on)})
    return count
