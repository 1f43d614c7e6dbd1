"""An invented agency with workers, smallest valid records, and answers of BPJS as workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest

TODAY = date(2026, 11, 23)


class World:
    """Makes records; every person is invented."""

    def __init__(self) -> None:
        from sertakan.agencies.models import Agency
        from sertakan.areas.models import Area
        from sertakan.sponsorship import queries, services

        self.area = Area.objects.create(
            code="99",
            level="province",
            kind="provinsi",
            name="Contoh",
            edition="uji",
            valid_from=date(2020, 1, 1),
            sort_key="C",
        )
        self.agency, self.other_agency = (
            Agency.objects.create(
                province=self.area, code=code, name=f"Dinas {code}", short_name=code, kind="dinas",
                valid_from=date(2020, 1, 1), sort_key=code,
            )
            for code in ("UJI-1", "UJI-2")
        )  # fmt: skip
        services.load_offices()
        self.office = queries.get_office("kc-bengkulu")
        self.serial = 9000

    def nik(self) -> str:
        self.serial += 1
        return f"990101150385{self.serial}"

    def person(self, name: str = "", *, agency: Any = None, consent: bool = True, nik: str = "") -> Any:
        from sertakan.core import clock, encryption
        from sertakan.people.models import Consent, Identifier, Person, PersonAgency
        from sertakan.people.naming import sort_key

        nik = nik or self.nik()
        name = name or f"Pekerja {nik[-4:]}"
        person = Person.objects.create(
            name=name, sort_key=sort_key(name), sex="L", birth_date=date(1985, 3, 15), phone="+628120000" + nik[-4:],
            created_at=clock.now(),
        )  # fmt: skip
        PersonAgency.objects.create(person=person, agency=agency or self.agency, valid_from=TODAY)
        sealed = encryption.encrypt(nik.encode())
        Identifier.objects.create(
            person=person, kind="nik", sealed=sealed, key_version=sealed[0], index=encryption.index("nik", nik),
            last_four=nik[-4:],
        )  # fmt: skip
        if consent:
            Consent.objects.create(person=person, given_on=date(2026, 11, 1), text_version="1", recorded_at=clock.now())
        person.nik = nik
        return person

    def donor(self, name: str = "Donatur Contoh", *, agency: Any = None) -> Any:
        from sertakan.core import clock
        from sertakan.sponsorship.models import Donor

        return Donor.objects.create(
            agency=agency or self.agency, name=name, sort_key=name.upper(), created_at=clock.now()
        )

    def sponsorship(self, person: Any = None, *, agency: Any = None, **facts: Any) -> Any:
        from sertakan.core import clock
        from sertakan.sponsorship.models import Sponsorship

        agency = agency or self.agency
        person = person or self.person(agency=agency)
        wanted = {
            "programmes": ["jkk", "jkm"], "dasar": 1_000_000, "funding": "private", "sector": "other",
            "start_month": date(2026, 12, 1), "months": 3, "created_at": clock.now(), **facts,
        }  # fmt: skip
        made = Sponsorship.objects.create(agency=agency, person=person, **wanted)
        made.nik = person.nik
        return made

    def draft(self, *sponsorships: Any, kind: str = "new") -> Any:
        from sertakan.sponsorship import services

        return services.prepare_batch(
            agency=self.agency, kind=kind, office=self.office, sponsorships=[one.pk for one in sponsorships]
        ).batch

    def sent(self, *sponsorships: Any, kind: str = "new") -> Any:
        from sertakan.sponsorship import services

        return services.send_batch(batch=self.draft(*sponsorships, kind=kind))


def workbook(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """An answer as BPJS would send it: text stays text, numbers stay numbers, dates are dates."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Jawaban")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, str(value))
    return out.getvalue()


DECISION = ("NIK", "Nama", "Hasil", "Alasan penolakan", "Kode iuran", "Jumlah iuran", "Berlaku sampai")
PAYMENT = ("NIK", "Nama", "Tanggal bayar", "Jumlah dibayar", "Nomor referensi", "Bulan dibayar")
NUMBER = ("NIK", "Nama", "Nomor KPJ", "Tanggal terbit")


class Answers:
    """The three kinds of file."""

    @staticmethod
    def file(headings: Sequence[str], *rows: Sequence[Any]) -> bytes:
        return workbook(headings, rows)

    @staticmethod
    def accepted(*niks: str, code: str = "IUR001", until: date = date(2026, 12, 31)) -> bytes:
        return workbook(DECISION, [(nik, "Seseorang", "Diterima", "", code, 50_400, until) for nik in niks])

    @staticmethod
    def refused(reasons: Mapping[str, str]) -> bytes:
        return workbook(DECISION, [(nik, "Seseorang", "Ditolak", why, "", "", "") for nik, why in reasons.items()])

    @staticmethod
    def paid(*niks: str, on: date = date(2026, 11, 20), reference: str = "REF-1") -> bytes:
        return workbook(PAYMENT, [(nik, "Seseorang", on, 50_400, reference, 3) for nik in niks])

    @staticmethod
    def numbered(numbers: Mapping[str, str], *, on: date | None = date(2026, 11, 21)) -> bytes:
        return workbook(NUMBER, [(nik, "Seseorang", kpj, on or "") for nik, kpj in numbers.items()])


@pytest.fixture
def world(db: None, _as_system: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SERTAKAN_TODAY", TODAY.isoformat())
    return World()


@pytest.fixture
def answers() -> type[Answers]:
    return Answers


@pytest.fixture
def make_world() -> type[World]:
    """For tests with a database of their own."""
    return World
