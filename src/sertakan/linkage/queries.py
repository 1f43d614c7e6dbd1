"""What can be asked about matching: marks, known pairs, the queue, one pair side by side, runs. Only for who sees all."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

from sertakan.core import encryption
from sertakan.core.copy import read_frame
from sertakan.linkage.errors import PairUnknown, RunUnknown
from sertakan.linkage.models import Decision, Pair, Run

if TYPE_CHECKING:
    import polars as pl

# Numbers are given before they are committed: the highest alone could hide a row that came late, so rows are counted too.
_PEOPLE = """
SELECT (SELECT oid::bigint FROM pg_database WHERE datname = current_database()), e.*, i.*
FROM (SELECT coalesce(max(pgh_id), 0), count(*) FROM people_personevent) e,
     (SELECT coalesce(max(id), 0), count(*) FROM people_identifier) i
"""
_UNTIL = """
SELECT (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
       (SELECT count(*) FROM people_personevent WHERE pgh_id <= %s), (SELECT count(*) FROM people_identifier WHERE id <= %s)
"""
_DECIDED = "SELECT coalesce(max(id), 0), count(*) FROM linkage_decision WHERE NOT machine"
_RECORDS = """
SELECT p.id, p.name, p.mother_name, p.birth_date::text, p.birth_place, p.sex, a.code, p.address, p.phone, p.email,
       encode(nik.sealed, 'hex'), encode(kpj.sealed, 'hex')
FROM people_person p
LEFT JOIN areas_area a ON a.id = p.area_id
LEFT JOIN LATERAL (SELECT i.sealed FROM people_identifier i WHERE i.person_id = p.id AND i.kind = 'nik' ORDER BY i.id LIMIT 1) nik ON true
LEFT JOIN LATERAL (SELECT i.sealed FROM people_identifier i WHERE i.person_id = p.id AND i.kind = 'kpj' ORDER BY i.id LIMIT 1) kpj ON true
WHERE {which} ORDER BY p.id
"""
_DIFFERENT = """
SELECT l.id, coalesce(a.merged_into_id, a.id), coalesce(b.merged_into_id, b.id)
FROM linkage_pair l JOIN people_person a ON a.id = l.person_id JOIN people_person b ON b.id = l.other_id
WHERE l.state = 'different' AND l.other_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One pair that waits for a decision. Names only; `cost` in whole rupiah, the highest first."""

    pair: int
    kind: str
    left: str
    right: str
    probability: float
    cost: int
    risks: tuple[str, ...]
    reasons: tuple[str, ...]
    state: str
    first_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as it is listed."""

    run: int
    kind: str
    kind_label: str
    name: str
    rows: int
    linked: int
    new: int
    review: int
    seconds: float
    by: str
    at: datetime
    model_hash: str
    engine: str


@dataclass(frozen=True, slots=True)
class Step:
    """One decision about a pair."""

    answer: str
    final: bool
    machine: bool
    by: str
    reason: str
    at: datetime


def people_mark() -> str:
    """Where the persons stand: changes with every person, number and merge, and from one database to another."""
    return _numbers_of(_PEOPLE)


def changed_since(mark: str) -> list[int] | None:
    """Persons that were added, changed, merged or got a number since `people_mark` was `mark`.

    None when that cannot be told: another database, or something older that was written after the mark was taken.
    """
    parts = [int(part) for part in mark.split("-")]
    if len(parts) != 5:
        return None
    database, event, events, number, numbers = parts
    with connection.cursor() as cursor:
        cursor.execute(_UNTIL, [event, number])
        if cursor.fetchone() != (database, events, numbers):
            return None
        cursor.execute(
            "SELECT pgh_obj_id FROM people_personevent WHERE pgh_id > %s"
            " UNION SELECT person_id FROM people_identifier WHERE id > %s ORDER BY 1",
            [event, number],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def register_mark() -> str:
    """Where the register stands: persons, and what people decided about pairs."""
    return f"{people_mark()}-{_numbers_of(_DECIDED)}"


def _numbers_of(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return "-".join(str(number) for number in cursor.fetchone() or ())


def person_records(persons: Collection[int] | None = None) -> pl.DataFrame:
    """Persons as records to compare, numbers opened: all who stand for themselves, or just those of `persons`. Never leaves the process."""
    import polars as pl

    which = "p.merged_into_id IS NULL" + ("" if persons is None else " AND p.id = ANY (%s)")
    names = (
        "name",
        "mother_name",
        "birth_date",
        "birth_place",
        "sex",
        "area_code",
        "address",
        "phone",
        "email",
        "nik",
        "kpj",
    )
    schema: dict[str, Any] = {"record_id": pl.Int64, **dict.fromkeys(names, pl.String)}
    found = read_frame(_RECORDS.format(which=which), [] if persons is None else [list(persons)], schema)
    return found.with_columns(_opened(found["nik"]), _opened(found["kpj"])).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names
    )


def _opened(sealed: pl.Series) -> pl.Series:
    import polars as pl

    present = iter(encryption.decrypt_many(bytes.fromhex(text) for text in sealed if text))
    return pl.Series(sealed.name, [next(present).decode() if text else None for text in sealed], dtype=pl.String)


def known_pairs() -> pl.DataFrame:
    """[id, person_id, other_id, state] of the pairs of persons that are known."""
    import polars as pl

    schema = {"id": pl.Int64, "person_id": pl.Int64, "other_id": pl.Int64, "state": pl.String}
    return read_frame("SELECT id, person_id, other_id, state FROM linkage_pair WHERE other_id IS NOT NULL", [], schema)


def known_records(kind: str, keys: Collection[bytes]) -> pl.DataFrame:
    """[key (hex), id, person_id, state] of the pairs that records of a list stand in."""
    import polars as pl

    schema = {"key": pl.String, "id": pl.Int64, "person_id": pl.Int64, "state": pl.String}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(r.key, 'hex'), p.id, p.person_id, p.state FROM linkage_externalrecord r"
            " JOIN linkage_pair p ON p.record_id = r.id WHERE r.list = %s AND r.key = ANY (%s)",
            [kind, list(keys)],
        )
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def barred() -> list[tuple[int, int, int]]:
    """(pair, survivor, survivor) of groups that somebody decided to be different people."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        return [(int(pair), int(one), int(other)) for pair, one, other in cursor.fetchall()]


def barred_between(one: int, other: int, *, but: int = 0) -> int | None:
    """The pair by which the groups of two persons were decided to be different, if any; `but`: leave this pair aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id FROM ({_DIFFERENT}) d (id, a, b), people_survivors(%s) s, people_survivors(%s) t"
            " WHERE d.id <> %s AND ((d.a = s.survivor_id AND d.b = t.survivor_id) OR (d.b = s.survivor_id AND d.a = t.survivor_id))"
            " ORDER BY d.id LIMIT 1",
            [[one], [other], but],
        )
        row = cursor.fetchone()
        return int(row[0]) if row else None


def get_pair(pair_id: int) -> Pair:
    """One pair with both sides. Raises PairUnknown."""
    related = ("run", "person__area", "other__area", "record")
    found = Pair.objects.select_related(*related).filter(pk=pair_id).first()
    if found is None:
        raise PairUnknown(pair=pair_id)
    return found


def get_run(run_id: int) -> Run:
    """One run. Raises RunUnknown."""
    found = Run.objects.filter(pk=run_id).first()
    if found is None:
        raise RunUnknown(run=run_id)
    return found


def waiting() -> QuerySet[Pair]:
    """Pairs that wait for a decision, the most costly first."""
    found = Pair.objects.filter(state__in=[Pair.State.OPEN, Pair.State.WAITING]).select_related(
        "person", "other", "record"
    )
    return found.order_by("-cost", "id")


def queue_rows(pairs: list[Pair]) -> list[QueueRow]:
    """Pairs as they are listed. Two statements, however many."""
    first = dict(
        Decision.objects.filter(pair__in=[pair.pk for pair in pairs if pair.state == Pair.State.WAITING])
        .order_by("pair", "serial")
        .values_list("pair", "label")
    )
    return [
        QueueRow(
            pair=pair.pk,
            kind="person" if pair.other_id else "record",
            left=pair.person.name,
            right=pair.other.name if pair.other else open_record(pair).get("name", "") or "-",
            probability=pair.probability,
            cost=pair.cost,
            risks=tuple(pair.risks),
            reasons=tuple(pair.reasons),
            state=pair.state,
            first_by=first.get(pair.pk, ""),
            made_at=pair.made_at,
        )
        for pair in pairs
    ]


def open_record(pair: Pair) -> dict[str, str]:
    """What a record from outside said, by canonical column; whole numbers inside, so mask before showing."""
    if pair.record is None:
        return {}
    found: dict[str, str] = json.loads(encryption.decrypt(bytes(pair.record.sealed)))
    return found


def steps_of(pair: Pair) -> list[Step]:
    """What was decided about a pair, in order."""
    return [
        Step(one.answer, one.final, one.machine, one.label, one.reason, one.at)
        for one in pair.decisions.order_by("serial")
    ]


def runs(*, most: int = 50) -> list[RunRow]:
    """The newest runs."""
    return [
        RunRow(
            run=run.pk,
            kind=run.kind,
            kind_label=str(run.get_kind_display()),
            name=run.name,
            rows=run.rows,
            linked=run.linked,
            new=run.fresh,
            review=run.review,
            seconds=run.seconds,
            by=run.started_label,
            at=run.finished_at,
            model_hash=run.model_hash,
            engine=run.engine,
        )
        for run in Run.objects.order_by("-finished_at", "-pk")[:most]
    ]


def last_run(*, kind: str, against: str, content: str = "") -> Run | None:
    """The newest run of this kind, over the same content."""
    return Run.objects.filter(kind=kind, against=against, content=content).order_by("-finished_at", "-pk").first()


def labelled_decisions() -> list[tuple[int, int, str]]:
    """(person, other person, answer) of what people, not the machine, have decided: truth to measure against."""
    found = Pair.objects.filter(
        other__isnull=False, by_machine=False, state__in=[Pair.State.SAME, Pair.State.DIFFERENT]
    )
    return list(found.order_by("pk").values_list("person", "other", "state"))
