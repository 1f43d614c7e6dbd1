"""Loading of agencies, their successors and their staff counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sertakan.agencies.errors import AgencyExists, AgencyIncomplete, MergerImpossible
from sertakan.agencies.models import Agency, StaffCount, Succession
from sertakan.agencies.queries import staff_count
from sertakan.areas.models import Area
from sertakan.core import audit, clock
from sertakan.core.reference import (
    LoadReport,
    ReferenceValueMalformed,
    check_dates,
    check_form,
    check_known,
    check_lengths,
    check_unique,
    read_csv,
    refuse,
    upsert,
)

if TYPE_CHECKING:
    import polars as pl

SHIPPED: Final = Path(__file__).resolve().parent / "data"
_AGENCY_COLUMNS = ("province_code", "code", "name", "short_name", "kind", "valid_from", "valid_to", "evidence")
_FIELDS: Final = {
    "code": ("Kode", 20), "name": ("Nama", 200), "short_name": ("Singkatan", 60), "kind": ("Jenis", 40), "evidence": ("Dasar", 120),
}  # fmt: skip
_DAY = "s.{0}::date"
_PROVINCE = "JOIN areas_area p ON p.code = s.province_code AND p.level = 'province' AND p.valid_to IS NULL"


def provinces_in_file(file: Path | None = None) -> list[str]:
    """The provinces whose agencies the file names: those this installation serves."""
    path = file or SHIPPED / "agencies.csv"
    return sorted(set(read_csv(path, _AGENCY_COLUMNS, required=("province_code",))["province_code"]))


@transaction.atomic
def load_agencies(file: Path | None = None) -> LoadReport:
    """Load agencies by their code; one that is not in the file stays as it is. Repeatable.

    Raises ReferenceFileBroken and its kinds.
    """
    import polars as pl

    path = file or SHIPPED / "agencies.csv"
    frame = read_csv(path, _AGENCY_COLUMNS, required=_AGENCY_COLUMNS[:6])
    check_lengths(frame, path, {"code": 20, "name": 200, "short_name": 60, "kind": 40, "evidence": 120})
    check_dates(frame, path, "valid_from", "valid_to")
    late = frame.filter((pl.col("valid_to") != "") & (pl.col("valid_to") <= pl.col("valid_from")))
    refuse(late, ReferenceValueMalformed, path, "valid_to", expected="sesudah valid_from")
    check_unique(frame, path, ["code"])
    check_unique(frame, path, ["province_code", "short_name", "valid_from"])
    provinces = Area.objects.filter(level=Area.Level.PROVINCE, valid_to__isnull=True)
    check_known(frame, path, "province_code", set(provinces.values_list("code", flat=True)))
    values = {name: f"s.{name}" for name in ("code", "name", "short_name", "kind", "evidence")} | {
        "province_id": "p.id",
        "valid_from": _DAY.format("valid_from"),
        "valid_to": "NULLIF(s.valid_to, '')::date",
        "sort_key": "lower(s.name)",
    }
    added, changed, _ = upsert("agencies_agency", frame, key=("code",), values=values, joins=_PROVINCE)
    return _recorded("agencies.loaded", "agencies_agency", path, frame, added, changed)


@transaction.atomic
def load_successions(file: Path | None = None) -> LoadReport:
    """Load who took over whose work, and when. Agencies must be there already. Repeatable."""
    path = file or SHIPPED / "successions.csv"
    columns = ("predecessor_code", "successor_code", "on")
    frame = read_csv(path, columns, required=columns)
    check_dates(frame, path, "on")
    check_unique(frame, path, columns[:2])
    _check_agencies(frame, path, *columns[:2])
    refuse(
        frame.filter(frame["predecessor_code"] == frame["successor_code"]),
        ReferenceValueMalformed, path, "successor_code", expected="perangkat daerah yang lain",
    )  # fmt: skip
    added, changed, _ = upsert(
        "agencies_succession",
        frame,
        key=("predecessor_id", "successor_id"),
        values={"predecessor_id": "a.id", "successor_id": "b.id", "on": 's."on"::date'},
        joins="JOIN agencies_agency a ON a.code = s.predecessor_code JOIN agencies_agency b ON b.code = s.successor_code",
    )
    return _recorded("agencies.successions_loaded", "agencies_succession", path, frame, added, changed)


@transaction.atomic
def load_staff_counts(file: Path | None = None) -> LoadReport:
    """Load how many civil servants each agency had on a day, by whose word. Agencies must be there already. Repeatable."""
    path = file or SHIPPED / "staff_counts.csv"
    columns = ("agency_code", "on", "count", "source", "confidence")
    frame = read_csv(path, columns, required=columns)
    check_dates(frame, path, "on")
    check_form(frame, path, "count", r"\d{1,6}", "bilangan bulat")
    check_lengths(frame, path, {"source": 200, "confidence": 20})
    check_unique(frame, path, columns[:2])
    _check_agencies(frame, path, "agency_code")
    added, changed, _ = upsert(
        "agencies_staffcount",
        frame,
        key=("agency_id", "on"),
        values={
            "agency_id": "a.id", "on": 's."on"::date', "count": "s.count::int",
            "source": "s.source", "confidence": "s.confidence",
        },
        joins="JOIN agencies_agency a ON a.code = s.agency_code",
    )  # fmt: skip
    return _recorded("agencies.staff_counts_loaded", "agencies_staffcount", path, frame, added, changed)


def _check_agencies(frame: pl.DataFrame, path: Path, *columns: str) -> None:
    known = set(Agency.objects.values_list("code", flat=True))
    for column in columns:
        check_known(frame, path, column, known)


def _recorded(action: str, table: str, path: Path, frame: pl.DataFrame, added: int, changed: int) -> LoadReport:
    rows = frame.height
    report = LoadReport(
        table=table, file=path.name, rows=rows, added=added, changed=changed, unchanged=rows - added - changed
    )
    audit.record(action, facts=report.as_dict())
    return report


@transaction.atomic
def add_agency(*, code: str, name: str, short_name: str, kind: str, valid_from: date, evidence: str = "") -> Agency:
    """A new agency of the province that this installation serves, such as the successor of several.

    Raises AgencyIncomplete, AgencyExists.
    """
    given = {"code": code, "name": name, "short_name": short_name, "kind": kind, "evidence": evidence}
    clean = {field: " ".join(text.split()) for field, text in given.items()}
    for field, (label, longest) in _FIELDS.items():
        if (not clean[field] and field != "evidence") or len(clean[field]) > longest:
            raise AgencyIncomplete(what=label, longest=longest)
    if valid_from > clock.today():
        raise MergerImpossible(why="harinya belum tiba; jalankan pada hari itu")
    same = Agency.objects.filter(code__iexact=clean["code"]).first()
    same = same or Agency.objects.filter(short_name__iexact=clean["short_name"], valid_to__isnull=True).first()
    if same is not None:
        raise AgencyExists(name=same.name, code=same.code, short=same.short_name)
    home = Agency.objects.filter(valid_to__isnull=True).order_by("code").first()
    province = home.province if home else Area.objects.filter(level=Area.Level.PROVINCE, valid_to__isnull=True).first()
    if province is None:
        raise MergerImpossible(why="belum ada provinsi; muat wilayahnya dahulu")
    made = Agency.objects.create(**clean, province=province, valid_from=valid_from, sort_key=clean["name"].lower())
    audit.record("agencies.added", target=made, agency_id=made.pk, facts={"code": made.code, "from": str(valid_from)})
    return made


@transaction.atomic
def merge(*, predecessors: Sequence[Agency], successor: Agency, on: date) -> StaffCount | None:
    """From `on` the successor stands for its predecessors: they end, the staff that was known is added up under it.

    Returns the staff count made; None while nobody has said how many there are. Days before `on` are answered as before. Raises
    MergerImpossible.
    """
    # Of two who merge the same agency at once, the second waits, and is told that it ended.
    held = {
        one.pk: one
        for one in Agency.objects.select_for_update()
        .filter(pk__in={*(p.pk for p in predecessors), successor.pk})
        .order_by("pk")
    }
    predecessors, successor = [held[one.pk] for one in predecessors], held[successor.pk]
    _check_merger(predecessors, successor, on)
    before = on - timedelta(days=1)
    parts = [*predecessors] + ([successor] if successor.valid_from <= before else [])
    counts = [found for part in parts if (found := staff_count(part, before)) is not None]
    for one in predecessors:
        Succession.objects.get_or_create(predecessor=one, successor=successor, defaults={"on": on})
        one.valid_to = on
        one.save(update_fields=["valid_to"])
    made = None
    if counts:
        names = " + ".join(count.agency.short_name for count in counts)
        made, _ = StaffCount.objects.update_or_create(
            agency=successor,
            on=on,
            defaults={
                "count": sum(count.count for count in counts), "source": f"penggabungan: {names}"[:200],
                "confidence": counts[0].confidence,
            },
        )  # fmt: skip
    facts = {"on": str(on), "predecessors": [one.pk for one in predecessors], "staff": made.count if made else None}
    audit.record("agencies.merged", target=successor, agency_id=successor.pk, facts=facts)
    return made


def _check_merger(predecessors: Sequence[Agency], successor: Agency, on: date) -> None:
    if not predecessors or successor in predecessors:
        raise MergerImpossible(why="sebut perangkat daerah yang bergabung, dan penerus yang lain dari mereka")
    if on > clock.today():
        raise MergerImpossible(why="harinya belum tiba; jalankan pada hari itu")
    for one in (*predecessors, successor):
        begun = one.valid_from < on or (one == successor and one.valid_from <= on)
        if not begun or (one.valid_to is not None and one.valid_to <= on):
            raise MergerImpossible(why=f"{one.short_name} tidak berlaku pada hari itu")
    if any(one.province_id != successor.province_id for one in predecessors):
        raise MergerImpossible(why="provinsinya berbeda")
