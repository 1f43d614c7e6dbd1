"""Long work in the background: a queue in the same database and transaction.

A capability registers its work with `task` in its ``jobs.py`` and others queue it by name with `defer`. Arguments are ids only:
a personal number in a job's arguments would lie open in the queue's table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

STALLED_AFTER_SECONDS = 30


def on_app_ready(ready: Any) -> None:
    """Called by the queue's Django app once it stands."""


_WIB_HOURS = 7


def task(name: str, *, lock: str | None = None, retries: int = 3, cron: str | None = None) -> Callable[..., Any]:
    """Register a function as background work.

    The function gets its ids as keyword arguments and runs outside any transaction as long work does; it opens its own
    `scope.acting(...)` steps. `lock` names work of which only one may run at a time. `cron` is told in WIB.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        registered = app.task(name=name, lock=lock, retry=RetryStrategy(max_attempts=retries, exponential_wait=4))(
            _plain(function)
        )
        if cron:
            app.periodic(cron=in_utc(cron))(registered)
        return function

    return register


def in_utc(cron: str) -> str:
    """A time table told in WIB, in the UTC that the queue counts in; only a single hour of every day is moved."""
    minute, hour, *days = cron.split()
    if not hour.isdigit() or days != ["*", "*", "*"]:
        return cron
    return " ".join([minute, str((int(hour) - _WIB_HOURS) % 24), *days])


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(**ids: Any) -> Any:
        return function(**ids)

    return run


def defer(name: str, *, lock: str | None = None, **ids: int | str) -> int:
    """Queue work by its name inside the present transaction; returns the job's number."""
    for key, value in ids.items():
        if isinstance(value, str) and len(value) > 64:
            raise ValueError(f"job argument {key!r} is too long to be an id")
    return int(app.configure_task(name, lock=lock).defer(**ids))


def work(*, until_empty: bool = False) -> None:
    """Work on the queue in this process; until it is empty, or until the process is told to stop."""
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.run_worker(
        concurrency=1,
        wait=not until_empty,
        install_signal_handlers=not until_empty,
        listen_notify=not until_empty,
        delete_jobs="successful",
        update_heartbeat_interval=5,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
    )


__all__ = ["STALLED_AFTER_SECONDS", "defer", "task", "work"]
