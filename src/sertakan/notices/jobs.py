"""Work in the background: e-mails go out every five minutes, outside of quiet hours."""

from __future__ import annotations

from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM
from sertakan.notices import services


@task("notices.send_waiting", lock="notices.send_waiting", cron="*/5 * * * *")
def send_waiting(timestamp: int = 0) -> int:
    """Send what waits; returns how many e-mails went out."""
    return services.send_waiting(SYSTEM).sent
