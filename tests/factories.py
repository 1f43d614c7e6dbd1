"""The smallest valid records, for tests of what stands on top of them. Everybody in them is invented."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

TODAY = date(2026, 11, 23)
PASSWORD = "kata-sandi-uji-1"
_serials = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Worker:
    """A sponsored person: who it is, the whole number, and the sponsorship."""

    person: Any
    nik: str
    sponsorship: Any


def make_agency(short_name: str = "", *, name: str = "", province_code: str = "99") -> Any:
    """An agency in a province, which is made when it is not there."""
    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area

    province = Area.objects.filter(code=province_code, level="province").first() or Area.objects.create(
        code=province_code, level="province", kind="provinsi", name="Contoh", edition="uji",
        valid_from=date(2020, 1, 1), sort_key="CONTOH",
    )  # fmt: skip
    short_name = short_name or f"Uji-{next(_serials)}"
    return Agency.objects.create(
        province=province, code=f"UJI-{short_name}"[:20], name=name or f"Dinas {short_name}", short_name=short_name,
        kind="dinas", valid_from=date(2020, 1, 1), sort_key=(name or short_name).upper(),
    )  # fmt: skip


def make_user(role: str = "", agency: Any = None, *, username: str = "") -> Any:
    """A user with a role in force since long ago; without a role when none is named."""
    from sertakan.access import services

    username = username or f"{role or 'tanpa-peran'}-{next(_serials)}"
    user = services.add_user(username=username, name=f"Uji {username}", password=PASSWORD)
    if role:
        services.assign_role(user=user, role=role, agency=agency, valid_from=date(2025, 1, 1))
    return user


def make_token(user: Any) -> str:
    """A key for the API."""
    from sertakan.access import services

    return services.issue_token(user=user, name="uji")


def make_donor(agency: Any, name: str = "", *, nip: str = "") -> Any:
    """Somebody of an agency who pays."""
    from sertakan.core import clock
    from sertakan.sponsorship.models import Donor

    name = name or f"Donatur Rekaan {next(_serials)}"
    return Donor.objects.create(agency=agency, name=name, sort_key=name.upper(), nip=nip, created_at=clock.now())


def make_worker(agency: Any, name: str = "", *, donor: Any = None, consent: bool = True, **facts: Any) -> Worker:
    """A person known to an agency, with NIK and consent, and a sponsorship; `facts` replace those of the sponsorship."""
    from sertakan.core import clock, encryption
    from sertakan.people.models import Consent, Identifier, Person, PersonAgency
    from sertakan.people.naming import sort_key
    from sertakan.sponsorship.models import Sponsorship

    serial = next(_serials)
    nik = f"990101{1 + serial // 900 % 28:02d}0385{9000 + serial % 900:04d}"
    name = name or f"Pekerja Rekaan {serial}"
    person = Person.objects.create(
        name=name, sort_key=sort_key(name), sex="L", birth_date=date(1985, 3, 15), phone=f"+6281200{serial:06d}",
        created_at=clock.now(),
    )  # fmt: skip
    PersonAgency.objects.create(person=person, agency=agency, valid_from=date(2025, 9, 1))
    sealed = encryption.encrypt(nik.encode())
    Identifier.objects.create(
        person=person, kind="nik", sealed=sealed, key_version=sealed[0], index=encryption.index("nik", nik),
        last_four=nik[-4:],
    )  # fmt: skip
    if consent:
        Consent.objects.create(person=person, given_on=date(2025, 9, 1), text_version="1", recorded_at=clock.now())
    usual: dict[str, Any] = {
        "programmes": ["jkk", "jkm"],
        "dasar": 1_000_000,
        "funding": "private",
        "sector": "other",
        "start_month": date(2026, 12, 1),
        "months": 3,
        "created_at": clock.now(),
    }
    made = Sponsorship.objects.create(agency=agency, person=person, donor=donor, **{**usual, **facts})
    return Worker(person, nik, made)


def make_batch(agency: Any, workers: Sequence[Worker], *, send: bool = False, kind: str = "new") -> Any:
    """A batch of these workers through the services; sent when asked for."""
    from sertakan.sponsorship import queries, services

    prepared = services.prepare_batch(
        agency=agency,
        kind=kind,
        office=queries.offices()[0],
        sponsorships=[worker.sponsorship.pk for worker in workers],
    )
    return services.send_batch(batch=prepared.batch) if send else prepared.batch


def answer_file(headings: Sequence[str], *rows: Sequence[Any]) -> bytes:
    """A workbook as BPJS would send it: text stays text, numbers stay numbers, dates are dates."""
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
                    moment = datetime(value.year, value.month, value.day)
                    sheet.write_datetime(number, column, moment, day)
                elif isinstance(value, int):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, str(value))
    return out.getvalue()


def accepted_answer(*workers: Worker, code: str = "IUR001") -> bytes:
    """Accepted, with a payment code."""
    headings = ("NIK", "Nama", "Hasil", "Alasan penolakan", "Kode iuran", "Jumlah iuran", "Berlaku sampai")
    until = date(2026, 12, 31)
    return answer_file(headings, *((one.nik, one.person.name, "Diterima", "", code, 50_400, until) for one in workers))


def refused_answer(reason: str, *workers: Worker) -> bytes:
    """Refused for one reason."""
    headings = ("NIK", "Nama", "Hasil", "Alasan penolakan")
    return answer_file(headings, *((one.nik, one.person.name, "Ditolak", reason) for one in workers))


def paid_answer(*workers: Worker) -> bytes:
    """Payment confirmed."""
    headings = ("NIK", "Nama", "Tanggal bayar", "Jumlah dibayar", "Nomor referensi", "Bulan dibayar")
    return answer_file(headings, *((one.nik, one.person.name, TODAY, 50_400, "REF-1", 3) for one in workers))


def numbered_answer(*workers: Worker, first: int = 90_000_000_001) -> bytes:
    """Numbers with their day of issue."""
    headings = ("NIK", "Nama", "Nomor KPJ", "Tanggal terbit")
    return answer_file(
        headings, *((one.nik, one.person.name, str(first + at), TODAY) for at, one in enumerate(workers))
    )


LIST_HEADINGS = "No,Nama,NIK,Tempat Lahir,Tanggal Lahir,Jenis Kelamin,No HP,Pekerjaan,Persetujuan,Donatur"


def list_file(*rows: str) -> bytes:
    """A list of workers as a CSV file."""
    return "\n".join([LIST_HEADINGS, *rows]).encode()


def make_pair(one: Worker, other: Worker, **facts: Any) -> Any:
    """Two persons who may be one, as a run over the register leaves them; `facts` replace what is usual."""
    from sertakan.core import clock
    from sertakan.linkage.models import Pair, Run
    from sertakan.linkage.services import next_numbers

    run, number = next_numbers(2)
    first, second = sorted((one.person, other.person), key=lambda person: person.pk)
    made = Run.objects.create(
        id=run, kind="register", against="people", model_hash="0" * 16, engine="splink 5.0.0", seed=1, threshold=0.99,
        review_threshold=0.05, mark="uji", rows=9, linked=0, fresh=7, review=1, seconds=1.5, started_label="sistem",
        finished_at=clock.now(),
    )  # fmt: skip
    usual: dict[str, Any] = {
        "probability": 0.87, "weight": 24.0, "cost": 1_234_567, "made_at": clock.now(), "reasons": ["rival"],
        "risks": ["two_payers"], "weights": {"name": 11.4, "nik": 22.1, "birth": -4.5, "family": -5.0},
        "levels": {"name": "one slip", "nik": "one slip", "birth": "year only"},
    }  # fmt: skip
    return Pair.objects.create(id=number, run=made, person=first, other=second, **{**usual, **facts})
