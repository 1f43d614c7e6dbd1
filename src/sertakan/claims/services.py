"""What can be done with a case. Each act is one transaction with its event in the trail; deadlines follow from what was done."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date, datetime, time

from django.db import connection, transaction

from sertakan.claims import catalogue, deadlines, errors, history, policies, queries
from sertakan.claims.models import Case, Outcome, Step, Tick
from sertakan.claims.queries import Reporter
from sertakan.core import audit, clock, encryption, scope
from sertakan.core.clock import WIB
from sertakan.core.money import Rupiah
from sertakan.people import queries as people
from sertakan.people.models import PersonAgency
from sertakan.rules import load_rules
from sertakan.rules.reasons import day_in_words
from sertakan.sponsorship.models import Sponsorship

_DEATHS = ("death", "death_by_accident")
_PAYMENT = {"pay_jkk", "pay_jkm"}
_LONG_NUMBER = re.compile(r"(?:\d[ .\-]?){10,}")


@transaction.atomic
def open_case(
    *,
    person_id: int,
    kind: str,
    event_on: date,
    reporter: Reporter,
    event_time: time | None = None,
    agency_id: int | None = None,
    work_end: date | None = None,
) -> Case:
    """Open a case: freeze what is known of cover on the day, and lay out the steps with their deadlines.

    Raises NotYourCase, PersonUnknown, KindUnknown, EventInFuture, EventTooOld, ReporterMissing, CaseOpenAlready, AgencyOfCaseUnclear.
    """
    actor = scope.current()
    policies.check_can_handle(actor)
    if kind not in catalogue.KINDS:
        raise errors.KindUnknown()
    _check_event(event_on, event_time, work_end)
    told = Reporter(*(part.replace("\0", "").strip()[:120] for part in asdict(reporter).values()))
    if not told.name or not told.relation:
        raise errors.ReporterMissing()
    person = people.get_person(person_id)
    agency = _agency_of(person.pk, event_on, agency_id)
    policies.check_can_handle(actor, agency)
    _check_new(person.pk, kind, event_on)
    case = Case.objects.create(
        person=person,
        agency_id=agency,
        kind=kind,
        event_on=event_on,
        event_time=event_time,
        work_end=work_end if kind == "disease" else None,
        snapshot=history.snapshot(person.pk, kind=kind, event_on=event_on, work_end=work_end),
        reporter=encryption.encrypt(json.dumps(asdict(told)).encode()),
        opened_on=clock.today(),
        opened_by=actor.user_id,
        opened_label=actor.label[:200],
    )
    planned = catalogue.steps(kind, programmes=queries.programmes_of(case))
    Step.objects.bulk_create(
        [Step(case=case, agency_id=agency, code=one.code, duty_of=one.duty_of) for one in planned]
    )  # fmt: skip
    _replan(case)
    _tell("claims.case_opened", case)
    return case


@transaction.atomic
def do_step(*, case_id: int, code: str, done_on: date, done_time: time | None = None, note: str = "") -> Case:
    """A step is done. What waits for it gets its deadline; a notice of missing papers opens the handing in again.

    Raises StepUnknown, StepTimeWrong, StepTooEarly, NumberInText, CaseClosed, NotYourCase.
    """
    case = _held(case_id)
    step = _step(case, code)
    if code in _PAYMENT:
        raise errors.OutcomeMissing()
    kind = catalogue.step(code)
    before = catalogue.step(kind.begins) if kind else None
    if before is not None and case.steps.filter(code=before.code, done_at__isnull=True).exists():
        raise errors.StepTooEarly(before=_label(before))
    _do(case, step, done_on, done_time, note)
    if code == "missing":
        case.steps.filter(code="papers").update(done_at=None, done_by=None, done_label="")
    elif code == "papers":
        case.steps.filter(code="missing").update(done_at=None, done_by=None, done_label="")
    _settle(case)
    _tell("claims.step_done", case)
    return case


@transaction.atomic
def undo_step(*, case_id: int, code: str) -> Case:
    """A step was noted by mistake. Raises StepUnknown, CaseClosed, NotYourCase."""
    case = _held(case_id)
    step = _step(case, code)
    if code in _PAYMENT:
        raise errors.OutcomeDecided()
    step.done_at, step.done_exact, step.done_by, step.done_label, step.note = None, False, None, "", None
    step.save(update_fields=["done_at", "done_exact", "done_by", "done_label", "note"])
    _settle(case)
    _tell("claims.step_undone", case)
    return case


@transaction.atomic
def tick_papers(*, case_id: int, ready: frozenset[str]) -> Case:
    """Exactly these papers are ready. Raises PaperUnknown, CaseClosed, NotYourCase."""
    case = _held(case_id)
    known = {paper.code for paper in catalogue.papers(case.kind, programmes=queries.programmes_of(case))}
    if ready - known:
        raise errors.PaperUnknown()
    before = set(case.ticks.values_list("code", flat=True))
    actor, now = scope.current(), clock.now()
    case.ticks.exclude(code__in=ready).delete()
    Tick.objects.bulk_create(
        [
            Tick(case=case, agency_id=case.agency_id, code=code, ticked_at=now, ticked_label=actor.label[:200])
            for code in sorted(ready - before)
        ]
    )
    if ready != before:
        _tell("claims.papers_ticked", case, ready=len(ready), of=len(known))
    return case


@transaction.atomic
def decide(*, case_id: int, amount: Rupiah, decided_on: date, paid_on: date | None = None) -> Case:
    """BPJS granted an amount. Raises AmountWrong, OutcomeDateWrong, OutcomeDecided, CaseClosed, NotYourCase."""
    case = _held(case_id)
    if amount <= 0:
        raise errors.AmountWrong()
    _check_decision(case, decided_on, paid_on)
    _record(case, amount=amount, decided_on=decided_on, paid_on=paid_on)
    if paid_on is not None:
        _paid(case, paid_on)
    _settle(case)
    _tell("claims.case_decided", case)
    return case


@transaction.atomic
def refuse(*, case_id: int, reason: str, decided_on: date) -> Case:
    """BPJS refused. Raises RefusalReasonMissing, OutcomeDateWrong, OutcomeDecided, NumberInText, CaseClosed, NotYourCase."""
    case = _held(case_id)
    if len(reason.strip()) < 5:
        raise errors.RefusalReasonMissing()
    _check_decision(case, decided_on, None)
    _record(case, reason=_sealed(reason), decided_on=decided_on)
    _settle(case)
    _tell("claims.case_refused", case)
    return case


@transaction.atomic
def pay(*, case_id: int, paid_on: date) -> Case:
    """The granted amount was paid. Raises OutcomeMissing, OutcomeDateWrong, CaseClosed, NotYourCase."""
    case = _held(case_id)
    found = queries.outcome(case)
    if found is None or found.amount is None:
        raise errors.OutcomeMissing()
    if found.paid_on is not None:
        raise errors.OutcomeDecided()
    if not found.decided_on <= paid_on <= clock.today():
        raise errors.OutcomeDateWrong()
    found.paid_on = paid_on
    found.save(update_fields=["paid_on"])
    _paid(case, paid_on)
    _settle(case)
    _tell("claims.case_paid", case)
    return case


@transaction.atomic
def close(*, case_id: int) -> Case:
    """Nothing is left to do. Raises CaseClosed, NotYourCase."""
    case = _held(case_id)
    case.state, case.closed_on = Case.State.CLOSED, clock.today()
    case.save(update_fields=["state", "closed_on"])
    _tell("claims.case_closed", case)
    return case


@transaction.atomic
def reopen(*, case_id: int) -> Case:
    """Something is left to do after all; also for a new decision after a refusal. Raises NotYourCase, CaseOpenAlready."""
    case = _claimed(case_id)
    _check_new(case.person_id, case.kind, case.event_on, besides=case.pk)
    case.closed_on = None
    case.state = Case.State.OPEN
    _settle(case)
    _tell("claims.case_reopened", case)
    return case


@transaction.atomic
def refresh(*, case_id: int) -> bool:
    """Take the snapshot anew, when payments before or after the event came to be known; True when it says something else.

    The event, its day and its law stay; the former snapshot stays in the history of the row.
    """
    case = _held(case_id)
    fresh = history.snapshot(case.person_id, kind=case.kind, event_on=case.event_on, work_end=case.work_end)
    if not history.differs(case.snapshot, fresh):
        return False
    case.snapshot = fresh
    case.save(update_fields=["snapshot"])
    _tell("claims.estimate_refreshed", case)
    return True


def _check_event(event_on: date, event_time: time | None, work_end: date | None) -> None:
    now = clock.now()
    begins = datetime.combine(event_on, event_time or time.min, WIB)
    if begins > now or (work_end is not None and work_end > now.date()):
        raise errors.EventInFuture(today=day_in_words(now.date()))
    first = load_rules().first_month.first_day
    if event_on < first or (work_end is not None and work_end < first):
        raise errors.EventTooOld(first=day_in_words(first))


def _agency_of(person_id: int, event_on: date, wanted: int | None) -> int:
    """The agency that takes care: the one asked for, the only one in reach, or the one whose sponsorship ran on the day."""
    actor, group = scope.current(), people.group_of(person_id)
    known = set(PersonAgency.objects.filter(person_id__in=group).values_list("agency_id", flat=True))
    if actor.has("pic") and not actor.sees_all:
        known &= actor.agency_ids
    if wanted is not None:
        if wanted not in known:
            raise errors.NotYourCase()
        return wanted
    if len(known) > 1:
        running = Sponsorship.objects.filter(person_id__in=group, start_month__lte=event_on, agency_id__in=known)
        newest = running.exclude(state="refused").order_by("-start_month", "-pk").values_list("agency_id", flat=True)
        known = set(newest[:1]) or known
    if len(known) != 1:
        raise errors.AgencyOfCaseUnclear() if known else errors.NotYourCase()
    return int(known.pop())


def _check_new(person_id: int, kind: str, event_on: date, *, besides: int | None = None) -> None:
    """That the event is not open yet, in the sight of who asks; two who open cases of one worker wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('claims.case'), hashint8(%s))", [people.get_person(person_id).pk]
        )
    same = Case.objects.filter(person__in=people.group_of(person_id)).exclude(state=Case.State.CLOSED)
    same = same.filter(kind__in=_DEATHS) if kind in _DEATHS else same.filter(kind=kind, event_on=event_on)
    found = (same if besides is None else same.exclude(pk=besides)).first()
    if found is not None:
        raise errors.CaseOpenAlready(case=found.pk)


def _claimed(case_id: int) -> Case:
    """The case, locked until the end of the transaction; only for who may handle it."""
    found = Case.objects.select_for_update().filter(pk=case_id).first()
    if found is None:
        raise errors.CaseUnknown(case=case_id)
    policies.check_can_handle(scope.current(), found.agency_id)
    return found


def _held(case_id: int) -> Case:
    case = _claimed(case_id)
    if case.state == Case.State.CLOSED:
        raise errors.CaseClosed()
    return case


def _step(case: Case, code: str) -> Step:
    found = case.steps.filter(code=code).first()
    if found is None:
        raise errors.StepUnknown()
    return found


def _do(case: Case, step: Step, done_on: date, done_time: time | None, note: str) -> None:
    now = clock.now()
    at = datetime.combine(done_on, done_time or time.min, WIB)
    if at > now or done_on < case.event_on:
        raise errors.StepTimeWrong(first=day_in_words(case.event_on), today=day_in_words(now.date()))
    actor = scope.current()
    step.done_at, step.done_exact = at, done_time is not None
    step.done_by, step.done_label = actor.user_id, actor.label[:200]
    step.note = _sealed(note) if note.strip() else None
    step.save(update_fields=["done_at", "done_exact", "done_by", "done_label", "note"])


def _sealed(text: str) -> bytes:
    plain = text.replace("\0", "").strip()[:300]
    if _LONG_NUMBER.search(plain):
        raise errors.NumberInText()
    return encryption.encrypt(plain.encode())


def _label(kind: catalogue.StepKind) -> str:
    from sertakan.core import language

    return language.translate(kind.label)


def _check_decision(case: Case, decided_on: date, paid_on: date | None) -> None:
    found = queries.outcome(case)
    if found is not None and found.amount is not None:
        raise errors.OutcomeDecided()
    today = clock.today()
    if not case.event_on <= decided_on <= today or (paid_on is not None and not decided_on <= paid_on <= today):
        raise errors.OutcomeDateWrong()


def _record(
    case: Case, *, decided_on: date, amount: Rupiah | None = None, paid_on: date | None = None, reason: bytes | None = None
) -> None:  # fmt: skip
    Outcome.objects.create(
        case=case,
        agency_id=case.agency_id,
        amount=amount,
        decided_on=decided_on,
        paid_on=paid_on,
        reason=reason,
        recorded_at=clock.now(),
        recorded_label=scope.current().label[:200],
    )


def _paid(case: Case, paid_on: date) -> None:
    for step in case.steps.filter(code__in=_PAYMENT):
        _do(case, step, paid_on, None, "")


def _settle(case: Case) -> None:
    """Deadlines and state follow from what was done."""
    _replan(case)
    case.state = _state(case)
    case.save(update_fields=["state", "closed_on"])


def _replan(case: Case) -> None:
    steps = list(case.steps.all())
    planned = deadlines.plan(case.kind, queries.moments(case, steps), programmes=queries.programmes_of(case))
    due = {one.code: one.due for one in planned}
    changed = []
    for step in steps:
        found = due.get(step.code)
        at, exact = (found.at, found.exact) if found else (None, False)
        if (step.due_at, step.exact) != (at, exact):
            step.due_at, step.exact = at, exact
            changed.append(step)
    Step.objects.bulk_update(changed, ["due_at", "exact"])


def _state(case: Case) -> str:
    found = queries.outcome(case)
    if found is not None and found.amount is None:
        return Case.State.REFUSED
    if found is not None:
        return Case.State.PAID if found.paid_on else Case.State.DECIDED
    done = set(case.steps.filter(done_at__isnull=False).values_list("code", flat=True))
    if "papers" in done:
        return Case.State.SUBMITTED
    if "missing" in done:
        return Case.State.INCOMPLETE
    return Case.State.REPORTED if "report_one" in done else Case.State.OPEN


def _tell(action: str, case: Case, **facts: object) -> None:
    """Neither what happened nor an amount is named in the trail: it would say something about health. The rows keep their history."""
    audit.record(action, target=case, agency_id=case.agency_id, facts={"person": case.person_id, **facts})


__all__ = [
    "Reporter", "close", "decide", "do_step", "open_case", "pay", "refresh", "refuse", "reopen", "tick_papers",
    "undo_step",
]  # fmt: skip
