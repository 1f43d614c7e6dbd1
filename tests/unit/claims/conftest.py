"""Workers with a number and paid months, and an agency that takes care of them. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from claim_facts import REPORTER, TODAY

import factories


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Moves the day on which everything happens."""

    def move(text: str) -> None:
        monkeypatch.setenv("SERTAKAN_TODAY", text)

    move(TODAY.isoformat())
    return move


@pytest.fixture
def agency(db: None, _as_system: None, day: Callable[[str], None]) -> Any:
    return factories.make_agency("Dinas-Uji")


@pytest.fixture
def worker(agency: Any) -> Any:
    return factories.make_worker(agency, "Sapto Rekaan", start_month=date(2026, 1, 1), months=12)


@pytest.fixture
def opened(worker: Any) -> Callable[..., Any]:
    """Opens a case of the worker."""
    from sertakan.claims import services

    def make(kind: str = "death", event_on: date = date(2026, 11, 20), **given: Any) -> Any:
        return services.open_case(
            person_id=given.pop("person_id", worker.person.pk), kind=kind, event_on=event_on,
            reporter=services.Reporter(**given.pop("reporter", REPORTER)), **given,
        )  # fmt: skip

    return make
