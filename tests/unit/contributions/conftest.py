"""An invented agency with invented workers; nobody here exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

MADE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


class Office:
    """One invented agency and a way to add sponsored workers to it."""

    def __init__(self, agency: Any) -> None:
        self.agency = agency
        self.count = 0

    def donor(self, name: str = "Ratna Contoh", nip: str = "") -> Any:
        from sertakan.sponsorship.models import Donor

        return Donor.objects.create(agency=self.agency, name=name, sort_key=name.lower(), nip=nip, created_at=MADE)

    def worker(self, name: str = "", donor: Any = None, **facts: Any) -> Any:
        """A sponsorship of an invented worker; `facts` replace the usual ones."""
        from sertakan.people.models import Identifier, Person, PersonAgency
        from sertakan.sponsorship.models import Sponsorship

        self.count += 1
        shown = name or f"Pekerja Rekaan {self.count}"
        person = Person.objects.create(name=shown, sort_key=shown.lower(), created_at=MADE)
        PersonAgency.objects.create(person=person, agency=self.agency, valid_from=date(2026, 1, 1))
        Identifier.objects.create(
            person=person, kind="nik", sealed=b"x", key_version=1, last_four=f"9{self.count:03d}",
            index=f"{self.agency.pk}-{self.count}".encode().ljust(32, b"."),
        )  # fmt: skip
        usual: dict[str, Any] = {
            "programmes": ["jkk", "jkm"],
            "dasar": 1_000_000,
            "funding": "private",
            "sector": "other",
            "start_month": date(2026, 9, 1),
            "months": 12,
        }
        return Sponsorship.objects.create(
            agency=self.agency, person=person, donor=donor, created_at=MADE, **{**usual, **facts}
        )


def _build_office(code: str = "17-UJI-01", name: str = "Dinas Contoh") -> Office:
    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area

    province, _ = Area.objects.get_or_create(
        code="99", valid_from=date(2020, 1, 1),
        defaults={"level": "province", "kind": "provinsi", "name": "Contoh", "edition": "uji", "sort_key": "contoh"},
    )  # fmt: skip
    return Office(
        Agency.objects.create(
            province=province, code=code, name=name, short_name=code, kind="dinas",
            valid_from=date(2020, 1, 1), sort_key=name.lower(),
        )
    )  # fmt: skip


@pytest.fixture
def office(db: None, _as_system: None) -> Office:
    return _build_office()


@pytest.fixture
def build_office() -> Callable[..., Office]:
    """Makes an office in whatever database and scope the test is in."""
    return _build_office


class Money:
    """What tests of money need of one office: bills that are out, numbers, and the sums of its ledger."""

    def __init__(self, office: Office) -> None:
        self.office, self.agency = office, office.agency

    def issue(self, month: Any) -> Any:
        from sertakan.contributions import services

        made = services.make_bills(month, self.agency).bills[0].bill
        services.confirm_month(month)
        return services.issue_bill(made) if made.state == "draft" else made

    def number(self, sponsorship: Any, kpj: str = "") -> Any:
        """A membership with its number."""
        from sertakan.core import encryption
        from sertakan.people.models import Identifier
        from sertakan.sponsorship.models import Membership

        kpj = kpj or f"9{sponsorship.pk:010d}"
        identifier = Identifier.objects.create(
            person_id=sponsorship.person_id, kind="kpj", sealed=encryption.encrypt(kpj.encode()), key_version=1,
            last_four=kpj[-4:], index=encryption.index("kpj", kpj),
        )  # fmt: skip
        return Membership.objects.create(
            person_id=sponsorship.person_id, identifier=identifier, issued_on=date(2026, 9, 1), created_at=MADE
        )

    def answer(
        self, sponsorship: Any, amount: int, *, months: int | None = None, paid_on: date = date(2026, 11, 20)
    ) -> Any:
        """BPJS's answer that a payment came in; the batch around it is made as small as it can be."""
        import itertools

        from sertakan.sponsorship.models import AnswerFile, Batch, BatchLine, BpjsOffice, ConfirmedPayment

        bpjs, _ = BpjsOffice.objects.get_or_create(code="KC-UJI", defaults={"kind": "kc", "name": "KC Uji"})
        line = BatchLine.objects.filter(sponsorship=sponsorship).first()
        if line is None:
            batch = Batch.objects.create(agency=self.agency, office=bpjs, kind="new", prepared_at=MADE)
            line = BatchLine.objects.create(
                batch=batch, agency=self.agency, number=1, sponsorship=sponsorship, person_id=sponsorship.person_id,
                donor_id=sponsorship.donor_id, purpose="enrol", effective_on=sponsorship.start_month,
                last_payable_month=sponsorship.start_month, programmes=sponsorship.programmes, dasar=sponsorship.dasar,
                funding=sponsorship.funding, sector=sponsorship.sector, start_month=sponsorship.start_month,
                months=sponsorship.months,
            )  # fmt: skip
        file = AnswerFile.objects.create(
            batch_id=line.batch_id, agency=self.agency, name="jawaban.csv", content="0" * 64, taken_at=MADE
        )
        counter = self.__dict__.setdefault("references", itertools.count(1))
        return ConfirmedPayment.objects.create(
            line=line, agency=self.agency, file=file, paid_on=paid_on, amount=amount, months=months,
            reference=f"R{next(counter)}",
        )  # fmt: skip

    def balances(self) -> dict[str, int]:
        from sertakan.contributions import queries

        return {kind: amount for kind, amount in queries.balances(self.agency.pk).items() if amount}

    def collect(
        self, donor: Any, amount: int, *, bill: Any = None, day: date = date(2026, 11, 20), line: int = 1
    ) -> Any:
        from sertakan.contributions import services
        from sertakan.contributions.evidence import Evidence

        return services.collect(
            agency_id=self.agency.pk, donor_id=donor.pk if donor else None, funding="private", amount=amount,
            booked_on=day, evidence=Evidence("bank_line", line), bill_id=bill.pk if bill else None,
        )  # fmt: skip

    def remit(self, amount: int, *, code: Any = None, day: date = date(2026, 11, 20), line: int = 2) -> Any:
        from sertakan.contributions import services
        from sertakan.contributions.evidence import Evidence

        return services.remit(
            agency_id=self.agency.pk, amount=amount, booked_on=day, evidence=Evidence("bank_line", line),
            code_id=code.pk if code else None,
        )  # fmt: skip

    def paid(self, sponsorship: Any) -> list[str]:
        """The paid months of a sponsorship, in order."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_char(month, 'YYYY-MM') FROM contributions_paid WHERE sponsorship_id = %s ORDER BY month",
                [sponsorship.pk],
            )
            return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def money(office: Office, monkeypatch: pytest.MonkeyPatch) -> Money:
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-23")
    return Money(office)


@pytest.fixture
def money_of() -> Callable[[Office], Money]:
    """Money of another office, in whatever database and scope the test is in."""
    return Money
