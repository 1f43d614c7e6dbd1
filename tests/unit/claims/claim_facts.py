"""Numbers and paid months of invented workers."""

from __future__ import annotations

from datetime import date
from typing import Any

TODAY = date(2026, 11, 23)
REPORTER = {"name": "Yanti Rekaan", "relation": "istri", "phone": "081200000099"}


def member(worker: Any, *, issued: date | None = date(2026, 1, 10), kpj: str = "") -> Any:
    """Give a worker a number."""
    from sertakan.core import clock
    from sertakan.people import services
    from sertakan.sponsorship.models import Membership

    number = services.attach_number(person=worker.person, kpj=kpj or f"{worker.person.pk:011d}")
    return Membership.objects.create(
        person=worker.person, identifier=number, issued_on=issued, existed=issued is None, created_at=clock.now()
    )


def paid(membership: Any, worker: Any, *months: str, agency: Any = None, **facts: Any) -> None:
    """Confirmed months, each paid on the tenth, or on the day after an @."""
    from sertakan.contributions.models import PaidMonth
    from sertakan.contributions.services.partitions import PAID, ensure_months
    from sertakan.core.month import Month

    usual: dict[str, Any] = {
        "funding": "private", "sector": "other", "programmes": "jkk,jkm", "dasar": 1_000_000, "tier": 1, "jkk": 10_000,
        "jkm": 6_800, "jht": 0, "total": 16_800, "source_kind": "answer", "source_id": 1, "rules_version": "uji",
    }  # fmt: skip
    for text in months:
        written, _, at = text.partition("@")
        month = Month.parse(written)
        ensure_months(PAID, [month])
        day = date.fromisoformat(at) if at else month.first_day.replace(day=10)
        PaidMonth.objects.create(
            membership=membership, month=month.first_day, person=worker.person,
            agency=agency or worker.sponsorship.agency, sponsorship=worker.sponsorship, paid_on=day, confirmed_on=day,
            **{**usual, **facts},
        )  # fmt: skip
