"""Two who hear of the same event open one case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from claim_facts import REPORTER

import factories


def test_of_two_who_open_the_same_case_at_once_one_wins_and_the_other_is_told(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connections

    from sertakan.claims import errors, services
    from sertakan.claims.models import Case
    from sertakan.core.scope import SYSTEM, acting

    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    with acting(SYSTEM, reason="uji"):
        worker = factories.make_worker(factories.make_agency("Dinas-Uji"), "Sapto Rekaan")
    ready = Barrier(2)

    def open_as(kind: str) -> str:
        try:
            ready.wait(10)
            with acting(SYSTEM, reason="uji"):
                services.open_case(
                    person_id=worker.person.pk, kind=kind, event_on=date(2026, 11, 20),
                    reporter=services.Reporter(**REPORTER),
                )  # fmt: skip
        except errors.CaseOpenAlready:
            return "told"
        finally:
            connections.close_all()
        return "opened"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_as, ["death", "death_by_accident"])) == ["opened", "told"]
    with acting(SYSTEM, reason="uji"):
        assert Case.objects.count() == 1
