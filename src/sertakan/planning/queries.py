"""Reads of plans, targets and forecasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from sertakan.planning.errors import ForecastNotMade, PlanUnknown
from sertakan.planning.models import Forecast, Plan, Target


@dataclass(frozen=True, slots=True)
class Held:
    """A target as it holds, and what was said before, newest first."""

    target: Target
    before: tuple[Target, ...]


def plans() -> QuerySet[Plan]:
    """Saved plans, newest first, without their results."""
    return Plan.objects.defer("result").order_by("-pk")


def get_plan(plan_id: int) -> Plan:
    """One plan. Raises PlanUnknown."""
    found = Plan.objects.filter(pk=plan_id).first()
    if found is None:
        raise PlanUnknown(plan=plan_id)
    return found


def some_plans(ids: Iterable[int]) -> list[Plan]:
    """Finished plans with these numbers, in the order asked for."""
    wanted = list(dict.fromkeys(ids))
    found = {plan.pk: plan for plan in Plan.objects.filter(pk__in=wanted, state=Plan.State.DONE)}
    return [found[key] for key in wanted if key in found]


def targets(area: str | None = None) -> list[Held]:
    """Targets that hold, by area, year and document; those that were withdrawn are left out."""
    rows = Target.objects.order_by("area", "year", "document", "-id")
    groups: dict[tuple[str, int, str], list[Target]] = {}
    for row in rows if area is None else rows.filter(area=area):
        groups.setdefault((row.area, row.year, row.document), []).append(row)
    return [Held(found[0], tuple(found[1:])) for found in groups.values() if not found[0].withdrawn]


def last_forecast() -> Forecast:
    """The newest forecast. Raises ForecastNotMade."""
    found = Forecast.objects.order_by("-month", "-id").first()
    if found is None:
        raise ForecastNotMade()
    return found
