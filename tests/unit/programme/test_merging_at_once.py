"""Two clerks merge the same agency into two others at the same moment."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connections

import factories
from sertakan.agencies.errors import MergerImpossible
from sertakan.core.scope import SYSTEM, acting
from sertakan.programme import mergers, merging

ON = date(2026, 3, 16)


def test_of_two_who_merge_the_same_agency_at_once_the_second_is_told(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-03-20")
    with acting(SYSTEM, reason="uji"):
        one, *others = [factories.make_agency(f"Contoh-{letter}") for letter in "ABC"]
    both, said, lock = threading.Barrier(2), [], threading.Lock()

    def merge_into(successor: Any) -> None:
        try:
            with acting(SYSTEM, reason="uji"):
                both.wait(10)
                merging.merge(predecessor_ids=[one.pk], successor_id=successor.pk, on=ON)
            word = "digabung"
        except MergerImpossible:
            word = "ditolak"
        finally:
            connections.close_all()
        with lock:
            said.append(word)

    threads = [threading.Thread(target=merge_into, args=(body,)) for body in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["digabung", "ditolak"]
    with acting(SYSTEM, reason="uji"):
        assert len(mergers.merged()) == 1
