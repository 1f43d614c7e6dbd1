"""What the benchmarks run on: a big list with the usual faults, and a register full of persons who are known already.

All people are invented, the same ones every time. The list is made once and kept under ``build/``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from sertakan.synthetic.people import World

HEADINGS = (
    "No", "NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tanggal Lahir", "No. HP", "Desa/Kelurahan", "Kecamatan", "Pekerjaan",
    "Penghasilan", "Program", "Sumber Dana", "Bulan Mulai", "Jumlah Bulan", "Nama ASN", "NIP ASN", "Tgl Persetujuan",
)  # fmt: skip
COLUMNS = len(HEADINGS)
ON = date(2026, 11, 1)
SHARE_KNOWN = 0.02
"""Share of the list's rows whose person already has a payer."""

SHARE_TWICE = 0.01
_AT_ONCE = 100_000
_BUILD = Path(__file__).resolve().parent.parent / "build" / "benchmarks"
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def workbook(rows: int = 100_000) -> Path:
    """An XLSX of `rows` rows and 18 columns under three title rows; about one row in nine has a fault. Made once."""
    path = _BUILD / f"daftar-{rows}.xlsx"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    _write(fresh, _faulty(_list_of(rows)))
    fresh.replace(path)
    return path


def load_known(count: int = 715_000, *, agency: str = "Dinsos") -> int:
    """Put `count` persons with their numbers into the register, set by set; returns how many the register holds then.

    The first of them have a payer in `agency`: those are in the list of `workbook` again.
    """
    from sertakan.agencies.queries import find_agency
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.people.models import Person
    from sertakan.synthetic.dice import Dice
    from sertakan.synthetic.people import identities

    with acting(SYSTEM, reason="benchmark"):
        keys = identities(count, world=_world(), dice=Dice("known"), on=ON)
        owner = find_agency(agency).pk
    for start in range(0, count, _AT_ONCE):
        with acting(SYSTEM, reason="benchmark"):
            _insert(
                keys.slice(start, _AT_ONCE), owner, sponsored=max(0, round(_AT_ONCE * SHARE_KNOWN) if start == 0 else 0)
            )
    with acting(SYSTEM):
        from django.db import connection

        with connection.cursor() as cursor:
            for table in ("people_person", "people_identifier", "people_personagency", "sponsorship_sponsorship"):
                cursor.execute(f"ANALYZE {table}")
        return int(Person.objects.count())


def _world() -> World:
    from sertakan.areas import queries as areas
    from sertakan.classification.queries import occupation_frame
    from sertakan.synthetic.people import build_world

    return build_world("17", areas.area_frame("17"), areas.identity_prefixes(), occupation_frame())


def _insert(keys: pl.DataFrame, agency: int, *, sponsored: int) -> None:
    """Persons, sealed numbers, the agency that knows them, and a sponsorship for the first `sponsored`."""
    import polars as pl
    from django.db import connection

    from sertakan.core import encryption
    from sertakan.core.copy import copy_frame, next_ids, stage

    niks = keys["nik"].to_list()
    ready = keys.with_columns(
        id=pl.Series(next_ids("people_person_id_seq", keys.height), dtype=pl.Int64),
        sealed=pl.Series(encryption.encrypt_many(nik.encode() for nik in niks), dtype=pl.Binary),
        index=pl.Series(encryption.index_many("nik", niks), dtype=pl.Binary),
        sponsored=pl.int_range(pl.len()) < sponsored,
    )
    columns = {"id": "bigint", "sex": "text", "birth_date": "date", "nik": "text", "sealed": "bytea", "index": "bytea",
               "sponsored": "boolean"}  # fmt: skip
    stage("known_rows", columns)
    copy_frame("known_rows", ready.select(list(columns)))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (id, name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address,"
            " created_at) SELECT id, 'Contoh ' || id, 'CONTOH ' || id, '', sex, '', birth_date, '', '', '', '', now() FROM known_rows"
        )
        cursor.execute(
            "INSERT INTO people_personagency (person_id, agency_id, valid_from) SELECT id, %s, '2025-09-01' FROM known_rows",
            [agency],
        )
        cursor.execute(
            "INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)"
            " SELECT id, 'nik', sealed, get_byte(sealed, 0), index, right(nik, 4) FROM known_rows"
        )
        cursor.execute(
            "INSERT INTO sponsorship_sponsorship (agency_id, person_id, programmes, dasar, funding, sector, work_place, work_hours,"
            " start_month, months, state, end_reason, created_at)"
            " SELECT %s, id, '{jkk,jkm}', 1000000, 'private', 'other', '', '', '2026-10-01', 3, 'checked', '', now()"
            " FROM known_rows WHERE sponsored",
            [agency],
        )
        cursor.execute("DROP TABLE known_rows")


def _list_of(rows: int) -> pl.DataFrame:
    """The list without faults: new people, some who are known, some who stand in it twice."""
    import polars as pl

    from sertakan.areas.queries import area_frame
    from sertakan.classification.queries import occupation_frame
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.synthetic.dice import Dice
    from sertakan.synthetic.people import identities, with_details

    with acting(SYSTEM):
        world, places, work = _world(), area_frame("17"), occupation_frame()
    known, twice = round(rows * SHARE_KNOWN), round(rows * SHARE_TWICE)
    new = identities(rows - known - twice, world=world, dice=Dice("list"), on=ON)
    keys = pl.concat([new, identities(known, world=world, dice=Dice("known"), on=ON), new.head(twice)])
    people = with_details(keys, dice=Dice("list"), on=ON)
    names = dict(places.select("code", "name").iter_rows())
    return people.with_columns(
        village=pl.col("area_code").replace_strict(names),
        district=pl.col("area_code").str.slice(0, 8).replace_strict(names),
        work=pl.col("occupation").replace_strict(dict(work.select("code", "term").iter_rows())),
    )


def _faulty(people: pl.DataFrame) -> pl.DataFrame:
    """The columns of the sheet as text, with faults in fixed shares of the rows."""
    import polars as pl

    at = pl.int_range(pl.len())
    born, nik = pl.col("birth_date"), pl.col("nik")
    word = born.dt.month().cast(pl.Int64).replace_strict(dict(enumerate(_MONTHS, start=1)), return_dtype=pl.String)
    plain = born.dt.strftime("%d-%m-%Y")
    return people.select(
        (at + 1).alias("No"),
        pl.when(at % 50 == 7).then(nik.str.slice(0, 6) + " " + nik.str.slice(6, 6) + " " + nik.str.slice(12))
        .when(at % 100 == 13).then(nik.str.slice(0, 15)).when(at % 100 == 63).then(pl.lit(None)).otherwise(nik).alias("NIK"),
        pl.when(at % 40 == 3).then(pl.col("name").str.to_uppercase()).when(at % 100 == 21).then(pl.lit("H. ") + pl.col("name"))
        .otherwise(pl.col("name")).alias("Nama Lengkap"),
        pl.when(at % 25 == 9).then(pl.lit("Perempuan")).otherwise(pl.col("sex")).alias("L/P"),
        pl.col("birth_place").alias("Tempat Lahir"),
        pl.when(at % 30 == 4).then(pl.format("{} {} {}", born.dt.day(), word, born.dt.year())).otherwise(plain).alias("Tanggal Lahir"),
        pl.col("phone").str.replace("+62", "0", literal=True).alias("No. HP"),
        pl.col("village").alias("Desa/Kelurahan"),
        pl.col("district").alias("Kecamatan"),
        pl.when(at % 100 == 31).then(pl.lit("sopir")).when(at % 60 == 11).then(pl.lit("ART")).otherwise(pl.col("work")).alias("Pekerjaan"),
        pl.when(at % 70 == 5).then(pl.lit("1,5 jt")).otherwise(pl.col("income").cast(pl.String)).alias("Penghasilan"),
        pl.col("programmes").str.to_uppercase().alias("Program"),
        pl.col("funding").alias("Sumber Dana"),
        pl.lit("Desember 2026").alias("Bulan Mulai"),
        pl.col("months").cast(pl.String).alias("Jumlah Bulan"),
        pl.col("donor_name").alias("Nama ASN"),
        pl.col("donor_nip").alias("NIP ASN"),
        pl.col("consent_date").dt.strftime("%d-%m-%Y").alias("Tgl Persetujuan"),
    )  # fmt: skip


def _write(path: Path, rows: pl.DataFrame) -> None:
    """Row by row in constant memory; the number column and one in a hundred NIKs are number cells."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet: Any = book.add_worksheet("Daftar")
        for at, text in enumerate(("DAFTAR PEKERJA RENTAN", "PROVINSI BENGKULU", "Semua orang di lembar ini rekaan")):
            sheet.write_string(at, 0, text)
        sheet.write_row(4, 0, HEADINGS)
        for at, row in enumerate(rows.iter_rows(), start=5):
            for column, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, int) or (column == 1 and at % 100 == 40):
                    sheet.write_number(at, column, float(str(value).replace(" ", "")))
                else:
                    sheet.write_string(at, column, value)
