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
