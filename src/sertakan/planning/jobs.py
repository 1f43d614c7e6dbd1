"""Work in the background: large plans."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting
from sertakan.planning import services


@task(services.SOLVE, retries=1)
def solve(plan_id: int) -> None:
    """Compute a plan that was asked for; done a second time it changes nothing."""
    with acting(SYSTEM, reason="rencana", job=services.SOLVE):
        services.solve_plan(plan_id)
