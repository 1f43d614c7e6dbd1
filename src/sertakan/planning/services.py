"""Writes: save and compute plans, enter targets. Each in one transaction with its audit event."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

from django.db import transaction

from sertakan.areas import queries as areas
from sertakan.core import audit, clock, queue, scope
from sertakan.core.errors import DomainError
from sertakan.core.month import Month
from sertakan.planning import errors, policies, queries
from sertakan.planning.facts import Province, Wish
from sertakan.planning.models import Forecast, Plan, Target
from sertakan.planning.reading import as_inputs, from_inputs
from sertakan.rules import load_rules
from sertakan.rules.reasons import month_in_words

LARGE = 20_000
"""Cells times months beyond which a plan is computed in the background: below, it takes about a second or two."""
SOLVE, FORECAST = "planning.solve", "planning.forecast"


@transaction.atomic
def save_plan(wish: Wish, *, name: str = "", province: Province | None = None) -> Plan:
    """Compute and keep a plan; a large one is queued. Refuses what cannot be met, and then keeps nothing."""
    from sertakan.planning import gathering, planner

    actor = scope.current()
    policies.check_can_plan(actor)
    known = province or gathering.province()
    if wish.first < (earliest := Month.of(clock.today())):
        raise errors.PlanInThePast(first=month_in_words(wish.first), earliest=month_in_words(earliest))
    planner.check_months(wish, load_rules())
    plan = Plan(
        name=name.strip()[:120], inputs=as_inputs(wish), saved_at=clock.now(), saved_by=actor.user_id, saved_label=actor.label,
    )  # fmt: skip
    if len(known.cells) * len(wish.months) > LARGE:
        plan.save()
        queue.defer(SOLVE, plan_id=plan.pk)
    else:
        _compute(plan, wish, known)
    audit.record("planning.plan_saved", target=plan, facts=_facts(wish))
    return plan


def _facts(wish: Wish) -> dict[str, Any]:
    kept = as_inputs(wish)
    return {name: kept[name] for name in ("first", "last", "budget", "target", "floor", "uptake")}


def _compute(plan: Plan, wish: Wish, known: Province) -> None:
    from sertakan.planning import planner, results

    begun = time.monotonic()
    made = planner.make(wish, known)
    plan.result = results.plain(made)
    plan.rules_version = plan.result["rules_version"]
    plan.state = Plan.State.DONE
    plan.seconds = time.monotonic() - begun
    plan.save()


@transaction.atomic
def solve_plan(plan_id: int) -> None:
    """Compute a plan that waits; one that is done is left as it is. What cannot be met is kept as the refusal's sentence."""
    plan = queries.get_plan(plan_id)
    if plan.state in (Plan.State.DONE, Plan.State.REFUSED):
        return
    from sertakan.planning import gathering

    try:
        _compute(plan, from_inputs(plan.inputs), gathering.province())
    except DomainError as refusal:
        plan.state, plan.refusal = Plan.State.REFUSED, str(refusal)[:600]
        plan.save()


def ask_forecast() -> None:
    """Queue a new forecast."""
    policies.check_can_plan(scope.current())
    queue.defer(FORECAST, lock=FORECAST)


@transaction.atomic
def make_forecast() -> Forecast | None:
    """Compute and keep a forecast from the kept months; None when too little is known, or nothing changed since the last one."""
    from sertakan.planning import forecast, gathering

    known = gathering.panel()
    result = forecast.make(known) if known is not None else None
    if result is None:
        return None
    month = Month.parse(result["last"]).first_day
    last = Forecast.objects.order_by("-month", "-id").first()
    if last is not None and last.month == month and last.result == json.loads(json.dumps(result)):
        return None
    kept = Forecast.objects.create(month=month, made_at=clock.now(), result=result)
    audit.record("planning.forecast_made", target=kept, facts={"month": result["last"], "now": result["now"]})
    return kept


@transaction.atomic
def set_target(
    *,
    area: str,
    year: int,
    document: str,
    share: float | None = None,
    persons: int | None = None,
    source: str,
    confidence: str = "one_source",
    note: str = "",
) -> Target:
    """Enter a target; what the same document said before for the same area and year stays as history."""
    policies.check_can_plan(scope.current())
    if not 2014 <= year <= 2045:
        raise errors.TargetYearWrong(text=str(year))
    if (share is None) == (persons is None) or not source.strip() or not document.strip():
        raise errors.TargetIncomplete()
    if (share is not None and not 0 < share <= 1) or (persons is not None and persons <= 0):
        raise errors.TargetIncomplete()
    if area and not areas.in_force().filter(code=area).exists():
        raise errors.TargetAreaUnknown(text=area)
    exact = None if share is None else Decimal(str(round(share, 5)))
    row = Target(
        area=area, year=year, document=document.strip()[:120], share=exact, persons=persons, source=source.strip()[:300],
        confidence=confidence, note=note.strip()[:300],
    )  # fmt: skip
    return _entered(row, "planning.target_set")


@transaction.atomic
def withdraw_target(target_id: int) -> Target:
    """End a target; its rows stay as history. Raises TargetUnknown."""
    policies.check_can_plan(scope.current())
    found = Target.objects.filter(pk=target_id).first()
    if found is None:
        raise errors.TargetUnknown()
    row = Target(
        area=found.area, year=found.year, document=found.document, share=found.share, persons=found.persons, source=found.source,
        confidence=found.confidence, note=found.note, withdrawn=True,
    )  # fmt: skip
    return _entered(row, "planning.target_withdrawn")


def _entered(row: Target, action: str) -> Target:
    actor = scope.current()
    row.entered_at, row.entered_by, row.entered_label = clock.now(), actor.user_id, actor.label
    row.save()
    facts = {
        "area": row.area,
        "year": row.year,
        "share": None if row.share is None else str(row.share),
        "persons": row.persons,
    }
    audit.record(action, target=row, facts=facts)
    return row
