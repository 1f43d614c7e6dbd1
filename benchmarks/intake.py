"""How fast a big list goes through the main job, beside the limit of the machine and beside a row-at-a-time importer.

    python benchmarks/intake.py [--rows 100000] [--known 715000] [--peer-rows 2000]

Three things are timed in one run on one embedded database of its own:
- ours: read, map, check, compare with all known persons, write rows, persons, donors, sponsorships with history and audit;
- the limit: reading the same file with calamine and one COPY of the same rows into one table with history, numbers sealed;
- the peer: django-import-export on the same models with history, on fewer rows, compared by rows per second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

_NIK = 1
"""Where the identity number stands in the list of `benchmarks.data`."""


def main() -> None:
    """Prepare, time, print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--known", type=int, default=715_000)
    parser.add_argument("--peer-rows", type=int, default=2_000)
    words = parser.parse_args()
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())
    data = base / f"sertakan-bench-{os.getpid()}"
    os.environ["SERTAKAN_DATA"] = str(data)
    from sertakan.cli.session import set_up
    from sertakan.core import postgres

    set_up()
    try:
        print(json.dumps(_measure(words), indent=2))
    finally:
        from django.db import connections

        connections.close_all()
        postgres.stop(data)
        shutil.rmtree(data, ignore_errors=True)


def _measure(words: argparse.Namespace) -> dict[str, object]:
    from benchmarks import data as material

    begun = time.perf_counter()
    path = material.workbook(words.rows)
    known = material.load_known(words.known)
    prepared = time.perf_counter() - begun
    ours = _ours(path)
    limit = _limit(path, words.rows)
    peer = _peer(words.peer_rows)
    total = ours["seconds"]["total"]
    return {
        "command": f"python benchmarks/intake.py --rows {words.rows} --known {words.known}",
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "rows": words.rows,
        "columns": material.COLUMNS,
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "known_persons": known,
        "prepared_in": round(prepared, 1),
        "ours": ours,
        "limit": limit,
        "times_the_limit": round(total / limit["total"], 2),
        "peer": peer,
        "times_faster_than_peer": {
            name: round((words.rows / total) / peer[name]["rows_per_second"], 1)
            for name in ("person_only", "whole_row")
        },
    }


def _ours(path: Path) -> dict[str, object]:
    from sertakan.agencies.queries import find_agency
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.intake import queries
    from sertakan.programme import files

    marks: dict[str, float] = {}

    def progress(step: str, done: int = 0, total: int | None = None) -> None:
        marks.setdefault(step, time.perf_counter())

    begun = time.perf_counter()
    with acting(SYSTEM):
        kept, _ = files.receive(agency=find_agency("Dinkes"), name=path.name, data=path.read_bytes())
    files.check(file_id=kept.pk, actor=SYSTEM, progress=progress)
    checked = time.perf_counter()
    _, done = files.accept(file_id=kept.pk, actor=SYSTEM, progress=progress)
    end = time.perf_counter()
    with acting(SYSTEM):
        account = queries.account(queries.get_file(kept.pk))
    seconds = {
        "receive": marks["reading"] - begun,
        "read": marks["checking"] - marks["reading"],
        "map_and_check": marks["writing"] - marks["checking"],
        "write_rows": checked - marks["writing"],
        "accept": end - checked,
        "total": end - begun,
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "peak_mb": {"process": peak // 1024, "reader": child // 1024},
        "account": account,
        "accepted": done.facts(),
    }


def _limit(path: Path, rows: int) -> dict[str, float]:
    """Reading with calamine, and one COPY of the same rows into one table with history, numbers sealed; nothing else.

    No checks, no comparison, no references, no row policy, one table instead of nine.
    """
    from django.db import connections
    from python_calamine import CalamineWorkbook

    from sertakan.core import encryption

    begun = time.perf_counter()
    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    reading = time.perf_counter() - begun
    assert len(read) > rows
    width = max(len(row) for row in read)
    columns = ", ".join(f"c{number}" for number in range(width))
    typed = ", ".join(f"c{number} {'bytea' if number == _NIK else 'text'}" for number in range(width))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"""
            CREATE TABLE limit_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nik_index bytea, {typed});
            CREATE INDEX ON limit_row (nik_index);
            CREATE TABLE limit_history (history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, label text,
                                        context jsonb, id bigint, nik_index bytea, {typed});
            CREATE INDEX ON limit_history (id);
            CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO limit_history (at, label, context, id, nik_index, {columns})
                SELECT now(), 'insert', '{{"actor": 1, "job": "limit"}}'::jsonb, id, nik_index, {columns} FROM fresh;
                RETURN NULL; END $$;
            CREATE TRIGGER history AFTER INSERT ON limit_row REFERENCING NEW TABLE AS fresh
                FOR EACH STATEMENT EXECUTE FUNCTION keep_history();""")
        begun = time.perf_counter()
        list_rows = [[str(value) for value in row] for row in read[-rows:]]
        niks = [row[_NIK] for row in list_rows]
        sealed = encryption.encrypt_many(nik.encode() for nik in niks)
        with cursor.cursor.copy(f"COPY limit_row (nik_index, {columns}) FROM STDIN") as out:
            for row, index, seal in zip(list_rows, encryption.index_many("nik", niks), sealed, strict=True):
                row[_NIK] = seal
                out.write_row([index, *row])
        copying = time.perf_counter() - begun
        cursor.execute("DROP TABLE limit_row, limit_history; DROP FUNCTION keep_history()")
    return {"read": round(reading, 2), "copy": round(copying, 2), "total": round(reading + copying, 2)}


def _peer(rows: int) -> dict[str, object]:
    """django-import-export on the same models with the same history: the person alone, and all that one row of a list becomes."""
    return {"rows": rows, "person_only": _import(rows, whole=False), "whole_row": _import(rows, whole=True)}


def _import(rows: int, *, whole: bool) -> dict[str, float]:
    import tablib
    from django.db import transaction
    from import_export import resources

    from sertakan.agencies.queries import find_agency
    from sertakan.core import clock, encryption
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.people.models import Consent, Identifier, Person, PersonAgency
    from sertakan.sponsorship.models import Donor, Sponsorship

    today = clock.today()

    class PersonResource(resources.ModelResource):
        def before_save_instance(self, instance: Person, row: dict[str, str], **kwargs: object) -> None:
            instance.created_at = clock.now()

        def after_save_instance(self, instance: Person, row: dict[str, str], **kwargs: object) -> None:
            if not whole:
                return
            nik = row["nik"]
            index = encryption.index("nik", nik)
            if Identifier.objects.filter(kind="nik", index=index).exists():
                raise ValueError("known")
            PersonAgency.objects.create(person=instance, agency=agency, valid_from=today)
            Identifier.objects.create(
                person=instance, kind="nik", sealed=encryption.encrypt(nik.encode()), key_version=1, index=index,
                last_four=nik[-4:],
            )  # fmt: skip
            Consent.objects.create(person=instance, given_on=today, text_version="x", recorded_at=clock.now())
            donor, _ = Donor.objects.get_or_create(
                agency=agency, nip=row["nip"], defaults={"name": "Donatur", "sort_key": "D", "created_at": clock.now()}
            )
            Sponsorship.objects.create(
                agency=agency, person=instance, donor=donor, programmes=["jkk", "jkm"], dasar=1_000_000, funding="private",
                sector="other", start_month=today.replace(day=1), months=1, created_at=clock.now(),
            )  # fmt: skip

        def after_import(self, dataset: object, result: object, **kwargs: object) -> None:
            """It would set the sequence, which only the owner of the table may."""

        class Meta:
            model = Person
            fields = ("id", "name", "sort_key", "sex", "birth_place", "birth_date", "phone", "address")

    table = tablib.Dataset(headers=[*PersonResource.Meta.fields, "nik", "nip"])
    for number in range(rows):
        table.append(
            ("", f"Orang {number}", f"ORANG {number}", "P", "Manna", "1985-03-12", f"+62812{number:08d}", "Jl. 1",
             f"990101520385{number:04d}", f"19800101200501{1 + number % 2}{number % 999:03d}")
        )  # fmt: skip
    with acting(SYSTEM), transaction.atomic():
        agency = find_agency("Dinkes")
        begun = time.perf_counter()
        result = PersonResource().import_data(table, raise_errors=True)
        seconds = time.perf_counter() - begun
        assert result.totals["new"] == rows
        transaction.set_rollback(True)
    return {"seconds": round(seconds, 2), "rows_per_second": round(rows / seconds, 1)}


if __name__ == "__main__":
    main()
