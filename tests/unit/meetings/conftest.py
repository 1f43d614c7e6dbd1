"""A circular with two duties, three agencies, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

import factories
from sertakan.followup.services.circulars import NewCircular, NewDuty, record_circular
from sertakan.followup.services.values import record_values


@dataclass(frozen=True)
class Desk:
    """What tests of meetings begin with. `measured` on a day: agency place to value of the duty that data answer."""

    agencies: list[Any]
    named: Any
    report: Any
    move: Callable[[str], None]

    def measured(self, on: str, **values: int) -> None:
        by_agency = {self.agencies["abc".index(key)].pk: (value, None) for key, value in values.items()}
        record_values({"pic_named": by_agency}, on=date.fromisoformat(on))


def build_desk(move: Callable[[str], None]) -> Desk:
    move("2026-09-01")
    made = [factories.make_agency(f"Dinas {letter}") for letter in "ABC"]
    circular = record_circular(
        NewCircular("99/UJI/2026", "Imbauan rekaan", "Sekda Rekaan", date(2026, 9, 1)),
        duties=(
            NewDuty("pic", "Menunjuk petugas", "once", "pic_named", due_rule="2026-10-15"),
            NewDuty("lapor", "Mengirim laporan", "month", "report_sent", due_rule="tgl-10+1"),
        ),
        agency_ids=[one.pk for one in made],
    )
    named, report = circular.duties.order_by("id")
    return Desk(made, named, report, move)


@pytest.fixture
def desk(reference: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return build_desk(lambda day: monkeypatch.setenv("SERTAKAN_TODAY", day))
