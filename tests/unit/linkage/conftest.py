"""Two agencies that know one invented human being under two records, with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
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


NAMES = (
    ("Sulastri Handayani", "1985-03-15", "P", "Suminah"), ("Bambang Kurniawan", "1979-11-02", "L", "Rukmini"),
    ("Yuliana Fitriani", "1990-07-21", "P", "Halimah"), ("Herman Saputra", "1982-01-30", "L", "Saodah"),
    ("Ratnawati Dewi", "1975-05-09", "P", "Nurjanah"), ("Zulkifli Harahap", "1988-09-17", "L", "Maimunah"),
    ("Kartika Sari", "1993-12-04", "P", "Sukarsih"), ("Dedi Iskandar", "1980-06-25", "L", "Kartini"),
    ("Melati Puspita", "1987-02-11", "P", "Wagiyem"), ("Rahmat Hidayat", "1991-10-08", "L", "Ngatinah"),
)  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """An invented person of the register: the row, the whole number, the agency."""

    person: Any
    nik: str
    agency: Any


class Village:
    """Invented persons with everything that a comparison looks at."""

    def __init__(self, agencies: tuple[Any, Any]) -> None:
        from sertakan.areas.models import Area

        self.agencies = agencies
        self.area = Area.objects.filter(level="village").order_by("code").first()
        self.serial = 0

    def nik(self, born: str, sex: str) -> str:
        """An invented number that agrees with the date; serial 9xxx."""
        self.serial += 1
        year, month, day = born.split("-")
        return f"177102{int(day) + (40 if sex == 'P' else 0):02d}{month}{year[2:]}{9012 + 37 * self.serial:04d}"

    def double(self, of: Somebody, at: int = 0, *, agency: int = 1, **facts: Any) -> Somebody:
        """The same human being once more, known to another agency under a number in which two digits changed places."""
        nik = of.nik[:13] + of.nik[14] + of.nik[13] + of.nik[15]
        return self.person(at, nik=nik, agency=agency, **{"phone": of.person.phone, **facts})

    def person(self, at: int, *, nik: str = "", agency: int = 0, **facts: Any) -> Somebody:
        """The person number `at` of NAMES; `facts` replace what is usual."""
        from sertakan.core import clock, encryption
        from sertakan.people.models import Identifier, Person, PersonAgency
        from sertakan.people.naming import sort_key

        name, born, sex, mother = NAMES[at]
        nik = nik or self.nik(born, sex)
        usual = {
            "name": name, "sex": sex, "birth_date": date.fromisoformat(born), "mother_name": mother, "area": self.area,
            "birth_place": "Bengkulu", "phone": f"+62812345600{at:02d}", "created_at": clock.now(),
        }  # fmt: skip
        known = {**usual, **facts}
        made = Person.objects.create(sort_key=sort_key(known["name"]), **known)
        PersonAgency.objects.create(person=made, agency=self.agencies[agency], valid_from=factories.TODAY)
        sealed = encryption.encrypt(nik.encode())
        Identifier.objects.create(
            person=made, kind="nik", sealed=sealed, key_version=sealed[0], index=encryption.index("nik", nik),
            last_four=nik[-4:],
        )  # fmt: skip
        return Somebody(made, nik, self.agencies[agency])

    def everybody(self) -> list[Somebody]:
        """All of NAMES, known to the first agency."""
        return [self.person(at) for at in range(len(NAMES))]

    def sponsor(self, who: Somebody, **facts: Any) -> Any:
        """A sponsorship for somebody, by a donor of its own unless told."""
        from sertakan.core import clock
        from sertakan.sponsorship.models import Sponsorship

        usual: dict[str, Any] = {
            "programmes": ["jkk", "jkm"], "dasar": 1_000_000, "funding": "private", "sector": "other",
            "start_month": date(2026, 12, 1), "months": 3, "created_at": clock.now(),
        }  # fmt: skip
        donor = facts.pop("donor", None) or factories.make_donor(who.agency)
        return Sponsorship.objects.create(agency=who.agency, person=who.person, donor=donor, **{**usual, **facts})


@pytest.fixture
def village(offices: tuple[Any, Any]) -> Village:
    return Village(offices)


@pytest.fixture
def make_village() -> type[Village]:
    """For tests with a database of their own."""
    return Village
