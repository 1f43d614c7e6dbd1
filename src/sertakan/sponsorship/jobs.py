"""Work in the background: cover that was decided to stop ends when its last month is over."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting
from sertakan.sponsorship import services


@task("sponsorship.carry_out_stops", lock="sponsorship.carry_out_stops", cron="20 1 * * *")
def carry_out_stops(timestamp: int = 0) -> int:
    """Every night: end the sponsorships of donors who left when it was decided that nobody pays next."""
    with acting(SYSTEM, reason="donatur pergi", job="sponsorship.carry_out_stops"):
        return services.carry_out_stops()
