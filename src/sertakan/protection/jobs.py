"""Work in the background: the states of months follow what BPJS confirmed."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting
from sertakan.protection import services


@task("protection.refresh", lock="protection.refresh", cron="20 0 * * *")
def refresh(timestamp: int = 0) -> int:
    """Every night, when a new day has begun: the present month as of today, and earlier ones that something changed for."""
    return _refresh("protection.refresh")


@task("protection.follow", lock="protection.refresh", cron="*/15 * * * *")
def follow(timestamp: int = 0) -> int:
    """Every quarter of an hour: what was confirmed, numbered or merged since. Nothing is computed when nothing changed."""
    return _refresh("protection.follow")


def _refresh(job: str) -> int:
    with acting(SYSTEM, reason="perlindungan", job=job):
        return sum(one.changed for one in services.refresh())
