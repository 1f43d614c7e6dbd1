"""A list of millions of rows from outside against the register, by the way of ``sertakan link file``: time and memory.

    python benchmarks/linkage_list.py [--rows 5000000]

The register holds the invented people of one province, the list those of others too and everybody of the province who stands on lists; a
database of its own is made and thrown away. The list is linked twice: with the register prepared anew, and once more after 500 people were
added, when only they are laid upon what is there. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any, Final

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
HOME: Final = "17-"
HEADINGS = {
    "nik": "NIK", "name": "Nama", "mother_name": "Nama Ibu Kandung", "birth_date": "Tanggal Lahir", "sex": "Jenis Kelamin",
    "phone": "No HP", "village": "Desa/Kelurahan", "district": "Kecamatan",
}  # fmt: skip
AT_ONCE: Final = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    words = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())
    data = base / f"sertakan-bench-{os.getpid()}"
    os.environ["SERTAKAN_DATA"] = str(data)
    from sertakan.cli.session import set_up
    from sertakan.core import postgres

    set_up()
    try:
        print(json.dumps(_measure(words.rows, data / "daftar.csv"), indent=2))
    finally:
        from django.db import connections

        connections.close_all()
        postgres.stop(data)
        shutil.rmtree(data, ignore_errors=True)


def _measure(rows: int, path: Path) -> dict[str, Any]:
    from benchmarks.linkage import spread_people
    from sertakan.core.scope import SYSTEM
    from sertakan.programme import linking

    everybody = spread_people(rows + 710_000)
    at_home = pl.col("record_id").str.starts_with(HOME) & (pl.col("source") == "register")
    known = everybody.filter(at_home & pl.col("nik").str.contains(r"^\d{16}$")).unique("nik", maintain_order=True)
    _write(everybody.filter(~at_home).head(rows), path)
    del everybody
    later = known.tail(500)
    persons = _load(known.head(known.height - 500))
    found = {"list_mb": round(path.stat().st_size / 1e6), "persons": persons}
    for name in ("register prepared anew", "500 people later"):
        begun = time.perf_counter()
        done = linking.link_file(path=path, actor=SYSTEM)
        found[name] = {
            "seconds": round(time.perf_counter() - begun, 1), "rows": done.rows, "linked": done.linked, "new": done.new,
            "review": done.review, "unchanged": done.unchanged,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip
        if not later.is_empty():
            _load(later)
            later = later.clear()
    return found


def _write(listed: pl.DataFrame, path: Path) -> None:
    """The list as somebody would send it: places by name."""
    areas = resources.files("sertakan.areas").joinpath("data")
    names = pl.read_parquet(areas.joinpath("districts_villages.parquet").read_bytes()).select(
        pl.col("code", "name").cast(pl.String)
    )
    village = listed.join(names.rename({"code": "area_code", "name": "village"}), on="area_code", how="left")
    named = village.with_columns(code=pl.col("area_code").str.slice(0, 8)).join(
        names.rename({"name": "district"}), on="code", how="left"
    )
    named.select(pl.col(name).alias(said) for name, said in HEADINGS.items()).write_csv(path)


def _load(people: pl.DataFrame) -> int:
    """Persons with numbers of their own and villages, set by set; returns how many the register holds then."""
    from django.db import connection

    from sertakan.agencies.queries import find_agency
    from sertakan.core import encryption
    from sertakan.core.copy import copy_frame, next_ids, stage
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.people.models import Person
    from sertakan.people.naming import sort_key_expression

    texts = ("name", "sort_key", "sex", "birth_date", "mother_name", "phone", "area_code")
    ready = people.with_columns(
        *(pl.col(name).fill_null("") for name in ("mother_name", "phone", "sex")),
        sort_key=sort_key_expression(pl.col("name")),
        birth_date=pl.when(pl.col("birth_date").str.contains(r"^\d{4}-\d\d-\d\d$")).then("birth_date"),
    )
    with acting(SYSTEM, reason="benchmark"):
        owner = find_agency("Dinsos").pk
    columns = {"id": "bigint", **dict.fromkeys(texts, "text"), "sealed": "bytea", "index": "bytea", "last_four": "text"}
    for start in range(0, ready.height, AT_ONCE):
        some = ready.slice(start, AT_ONCE)
        niks = some["nik"].to_list()
        with acting(SYSTEM, reason="benchmark"), connection.cursor() as cursor:
            stage("known_rows", columns)
            copy_frame(
                "known_rows",
                some.select(
                    pl.Series("id", next_ids("people_person_id_seq", some.height), dtype=pl.Int64),
                    *texts,
                    pl.Series("sealed", encryption.encrypt_many(nik.encode() for nik in niks), dtype=pl.Binary),
                    pl.Series("index", encryption.index_many("nik", niks), dtype=pl.Binary),
                    pl.col("nik").str.tail(4).alias("last_four"),
                ),
            )
            cursor.execute(
                "INSERT INTO people_person (id, name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address,"
                " area_id, created_at) SELECT r.id, r.name, r.sort_key, '', r.sex, '', r.birth_date::date, r.mother_name, r.phone, '', '',"
                " a.id, now() FROM known_rows r LEFT JOIN areas_area a ON a.code = r.area_code"
            )
            cursor.execute(
                "INSERT INTO people_personagency (person_id, agency_id, valid_from) SELECT id, %s, '2025-09-01' FROM known_rows",
                [owner],
            )
            cursor.execute(
                "INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)"
                " SELECT id, 'nik', sealed, get_byte(sealed, 0), index, last_four FROM known_rows"
            )
            cursor.execute("DROP TABLE known_rows")
    with acting(SYSTEM), connection.cursor() as cursor:
        for table in ("people_person", "people_identifier", "people_personagency"):
            cursor.execute(f"ANALYZE {table}")
        return int(Person.objects.count())


if __name__ == "__main__":
    main()
