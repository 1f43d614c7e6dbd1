"""A small circular on two or more agencies, for tests of the follow-up."""

from __future__ import annotations

from datetime import date
from typing import Any

import factories
from sertakan.agencies.models import Agency
from sertakan.followup import services
from sertakan.followup.models import Circular, Duty
from sertakan.followup.services import NewCircular, NewClause, NewDuty

BEGUN = date(2026, 1, 1)


def agencies(count: int = 2) -> list[Agency]:
    """Invented agencies of one province."""
    return [factories.make_agency(f"Contoh-{at:02}") for at in range(1, count + 1)]


def circular(bodies: list[Agency], *duties: NewDuty, number: str = "100/UJI/2026", **facts: Any) -> Circular:
    """A circular that addresses `bodies` from BEGUN on."""
    new = NewCircular(
        number=number, subject="Uji", signer="Penanda tangan rekaan", valid_from=facts.pop("valid_from", BEGUN), **facts
    )
    return services.record_circular(
        new, clauses=[NewClause("Melindungi pekerja rentan.")], duties=duties, agency_ids=[body.pk for body in bodies]
    )


def duty(code: str, **facts: Any) -> NewDuty:
    """A duty with sensible facts."""
    facts = {"title": f"Melakukan {code}", "period_kind": "month", "measure": "declaration", **facts}
    return NewDuty(code=code, **facts)


def get(code: str) -> Duty:
    """The duty of that code."""
    return Duty.objects.get(code=code)
