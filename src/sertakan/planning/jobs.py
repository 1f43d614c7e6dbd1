"""Work in the background: large plans, and the forecast of every night."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting
from sertakan.planning import services


@task(services.SOLVE, retries=1)
def solve(plan_id: int) -> None:
    """Compute a plan that was asked for; done a second time it changes nothing."""
    with acting(SYSTEM, reason="rencana", job=services.SOLVE):
        services.solve_plan(plan_id)


@task(services.FORECAST, lock=services.FORECAST, cron="50 0 * * *")
def forecast(timestamp: int = 0) -> None:
    """Every night, after the states of the month were computed. Nothing is written when nothing changed."""
    with acting(SYSTEM, reason="perkiraan", job=services.FORECAST):
        services.make_forecast()
