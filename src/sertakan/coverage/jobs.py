"""Work in the background: counts follow the states of months."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting
from sertakan.coverage import services


@task("coverage.build", lock="coverage.build", cron="40 0 * * *")
def build(timestamp: int = 0) -> int:
    """Every night, once the states of months are kept: count what changed; returns how many months have a new snapshot."""
    with acting(SYSTEM, reason="cakupan", job="coverage.build"):
        return sum(one.changed for one in services.build_due())
