"""Two agencies that know one invented human being under two records, with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import factories

STATED = ("people", "intake", "sponsorship", "contributions")
# What says that something happened, and is never taken back.
KEPT = ("people_merge",)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERTAKAN_TODAY", factories.TODAY.isoformat())


@pytest.fixture
def offices(reference: None, day: None) -> Iterator[tuple[Any, Any]]:
    """Two agencies of the reference data."""
    from sertakan.agencies.queries import find_agency

    yield find_agency("Dinsos"), find_agency("Dinkes")


@pytest.fixture
def dump() -> Callable[[], dict[str, list[Any]]]:
    """Every row of the tables of ours that state something: no history, no audit, no merges."""

    def read() -> dict[str, list[Any]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE '%event' ORDER BY 1"
            )
            tables = [name for (name,) in cursor.fetchall() if name.split("_")[0] in STATED and name not in KEPT]
            found = {}
            for table in tables:
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
                found[table] = [row for (row,) in cursor.fetchall()]
        return found

    return read
