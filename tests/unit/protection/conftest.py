"""Two agencies whose workers have numbers and paid months."""

from __future__ import annotations

import pytest

import factories
from members import TODAY, Office


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    return Office(factories.make_agency("Kebun"))


@pytest.fixture
def other_office(office: Office) -> Office:
    return Office(factories.make_agency("Sawah"))
