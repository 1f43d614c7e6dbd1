"""Invented members with paid months as BPJS would have confirmed them; nobody here exists."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

import factories
from sertakan.core.month import Month, months

TODAY = date(2026, 11, 23)


class Office:
    """An agency, its workers with and without numbers, and their paid months."""

    _numbers = itertools.count(1)

    def __init__(self, agency: Any) -> None:
        self.agency = agency

    def worker(self, **facts: Any) -> factories.Worker:
        return factories.make_worker(self.agency, **{"start_month": date(2026, 1, 1), "months": 12, **facts})

    def member(self, issued_on: date | None = date(2026, 1, 10), paid: Any = (), **facts: Any) -> Any:
        """A membership; `paid`: text like ``2026-01..2026-03``, or months with their day of payment."""
        worker = facts.pop("worker", None) or self.worker(**facts)
        membership = self.number(worker, issued_on)
        self.pay(membership, worker, read(paid) if isinstance(paid, str) else paid)
        return membership

    def number(self, worker: factories.Worker, issued_on: date | None) -> Any:
        from sertakan.core import clock
        from sertakan.people.models import Identifier
        from sertakan.sponsorship.models import Membership

        serial = f"{next(self._numbers):011d}"
        identifier = Identifier.objects.create(
            person=worker.person, kind="kpj", sealed=b"x", key_version=1, last_four=serial[-4:],
            index=serial.encode().ljust(32, b"."),
        )  # fmt: skip
        return Membership.objects.create(
            person=worker.person, identifier=identifier, issued_on=issued_on, existed=issued_on is None,
            created_at=clock.now(),
        )  # fmt: skip

    def pay(self, membership: Any, worker: factories.Worker, paid: Mapping[Month, date]) -> None:
        from sertakan.contributions.models import PaidMonth
        from sertakan.contributions.services.partitions import ensure_months

        ensure_months("contributions_paidmonth", paid)
        sponsored = worker.sponsorship
        PaidMonth.objects.bulk_create(
            PaidMonth(
                membership=membership, month=month.first_day, person=worker.person, agency_id=sponsored.agency_id,
                sponsorship=sponsored, donor_id=sponsored.donor_id, funding=sponsored.funding, sector=sponsored.sector,
                programmes=",".join(sponsored.programmes), dasar=sponsored.dasar, tier=1, jkk=10_000, jkm=6_800, jht=0,
                total=16_800, paid_on=day, confirmed_on=day, source_kind="code", source_id=1, rules_version="uji",
            )
            for month, day in paid.items()
        )  # fmt: skip

    def withdraw(self, membership: Any, month: Month) -> None:
        from sertakan.contributions.models import WithdrawnMonth
        from sertakan.core import clock

        WithdrawnMonth.objects.create(
            membership=membership, month=month.first_day, version=1, agency=self.agency, reason="uji",
            withdrawn_label="uji", withdrawn_at=clock.now(),
        )  # fmt: skip

    def remit(self, worker: factories.Worker, month: Month, *, state: str = "remitted") -> Any:
        """A payment code for one month, paid to BPJS and not confirmed."""
        from sertakan.contributions.models import PaymentCode, PaymentCodeLine
        from sertakan.core import clock

        code = PaymentCode.objects.create(
            agency=self.agency, code=f"IUR{next(self._numbers):06d}", kind="worker", amount=16_800, months=1, state=state,
            created_at=clock.now(),
        )  # fmt: skip
        PaymentCodeLine.objects.create(
            code=code, agency=self.agency, sponsorship=worker.sponsorship, person=worker.person, month=month.first_day,
            jkk=10_000, jkm=6_800, jht=0, total=16_800,
        )  # fmt: skip
        return code


def read(text: str) -> dict[Month, date]:
    """Months paid on their tenth day, as ``2026-01..2026-03,2026-05`` or with a day as ``2026-04@2026-05-20``."""
    paid: dict[Month, date] = {}
    for part in filter(None, text.split(",")):
        span, _, day = part.partition("@")
        first, _, last = span.partition("..")
        for month in months(Month.parse(first), Month.parse(last or first)):
            paid[month] = date.fromisoformat(day) if day else month.first_day.replace(day=10)
    return paid
