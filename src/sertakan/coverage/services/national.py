"""Counts the extracts of many provinces together and keeps what a page shows of it: totals of provinces, and of the nation by attribute.

Nothing below a province is kept: a province publishes its own areas, and which of its cells it hides is decided there. Totals by attribute
are kept only where several provinces are in them, so that no difference with what one province publishes tells of a few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from sertakan.areas import queries as areas
from sertakan.core import audit, clock
from sertakan.core.month import Month
from sertakan.coverage import policies
from sertakan.coverage.engines import check_known, count_extracts
from sertakan.coverage.errors import ExtractMonthMissing, NationDenominatorsWrong
from sertakan.coverage.models import NationalCell, NationalSnapshot
from sertakan.coverage.national_extracts import INVENTED, Extract, checked
from sertakan.coverage.persons import known_codes
from sertakan.coverage.queries.home import home
from sertakan.coverage.queries.national import ELSEWHERE
from sertakan.coverage.services.files import Row, read_file
from sertakan.coverage.suppression import hidden_cells

ATTRIBUTES: Final = ("sector", "sex", "age", "funding")
LEAST_PROVINCES: Final = 3
"""Fewer provinces than this give no totals by attribute."""

Counts = dict[tuple[str, str], int]
"""by, code."""


@dataclass(frozen=True, slots=True)
class NationBuilt:
    """What one counting did. `changed`: it gave another result than what was kept."""

    month: Month
    snapshot_id: int
    provinces: int
    invented: int
    persons: int
    cells: int
    hidden: int
    changed: bool


@transaction.atomic
def count_nation(
    paths: Sequence[Path],
    *,
    engine: str = "duckdb",
    month: Month | None = None,
    denominators: Path | None = None,
    source: str = "",
) -> NationBuilt:
    """Count extracts (files, or folders of them) and keep the totals; a new row only where something is other than in the last.

    `denominators`: CSV of eligible workers by province. Raises NotYourCount, EngineUnknown, ExtractsWrong, ExtractMonthMissing,
    NationDenominatorsWrong and the refusals of a file of denominators; then the count before stays as it was.
    """
    policies.check_can_count()
    check_known(engine)
    names = dict(areas.in_force().filter(level="province").order_by("code").values_list("code", "name"))
    extracts = checked(paths, provinces=names, month=str(month) if month else "")
    told = month or next((Month.parse(one.month) for one in extracts if one.month), None)
    if told is None:
        raise ExtractMonthMissing()
    people = _people(denominators, names, told) if denominators else {}
    counts = _counts(extracts, engine)
    threshold = settings.SERTAKAN_SMALL_CELL
    hidden = {(by, code) for by, _within, code in hidden_cells(_keyed(counts), threshold=threshold)}
    said = source or _source(extracts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('coverage.nation'))")
    content = _content(counts, hidden, people, f"{told} {said} {threshold} {sum(one.invented for one in extracts)}")
    last = NationalSnapshot.objects.filter(current=True).first()
    changed = last is None or last.content != content
    kept = _keep(told, extracts, engine, said, threshold, content) if last is None or changed else last
    if changed:
        _write(kept, counts, hidden, people, names)
        facts = {"month": str(told), "provinces": len(extracts), "persons": kept.persons, "engine": engine}
        audit.record("coverage.nation_counted", facts=facts)
    return NationBuilt(
        told, kept.pk, kept.provinces, kept.invented, kept.persons, len(counts), len(hidden), changed=changed
    )


def _people(file: Path, names: Mapping[str, str], month: Month) -> dict[str, Row]:
    """By province the newest number of eligible workers in a file."""
    rows = read_file(file, known=names, province="", source=file.name, on=min(month.last_day, clock.today()))
    plain = [one for one in rows if one.status == "eligible" and not (one.sector or one.sex or one.age)]
    if not plain:
        raise NationDenominatorsWrong(file=file.name)
    return {one.area: one for one in sorted(plain, key=_round)}


def _round(row: Row) -> date:
    return row.round


def _counts(extracts: Sequence[Extract], engine: str) -> Counts:
    """Totals of the provinces that sent an extract, of everybody else together, and of the nation by attribute."""
    sent = {one.province for one in extracts}
    counts: Counts = {("province", code): 0 for code in sent}
    for by, within, code, number in count_extracts([one.file for one in extracts], engine=engine).iter_rows():
        if by == "province":
            key = code if code in sent else ELSEWHERE
            counts[by, key] = counts.get((by, key), 0) + number
        elif by in ATTRIBUTES and not within and len(sent) >= LEAST_PROVINCES:
            counts[by, code] = number
    return counts


def _keyed(counts: Counts) -> dict[tuple[str, str, str], int]:
    return {(by, "", code): number for (by, code), number in counts.items()}


def _source(extracts: Sequence[Extract]) -> str:
    invented = sum(one.invented for one in extracts)
    if invented == len(extracts):
        return INVENTED
    return f"ekstrak provinsi, {invented} di antaranya {INVENTED}" if invented else "ekstrak provinsi"


def _content(counts: Counts, hidden: set[tuple[str, str]], people: Mapping[str, Row], about: str) -> str:
    said = [
        about,
        sorted(counts.items()),
        sorted(hidden),
        sorted((code, one.value, one.low) for code, one in people.items()),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _keep(
    month: Month, extracts: Sequence[Extract], engine: str, source: str, threshold: int, content: str
) -> NationalSnapshot:
    NationalSnapshot.objects.filter(current=True).update(current=False)
    return NationalSnapshot.objects.create(
        month=month.first_day, built_at=clock.now(), persons=sum(one.persons for one in extracts), provinces=len(extracts),
        invented=sum(one.invented for one in extracts), engine=engine, source=source[:300], threshold=threshold, content=content,
    )  # fmt: skip


def _write(
    snapshot: NationalSnapshot,
    counts: Counts,
    hidden: set[tuple[str, str]],
    people: Mapping[str, Row],
    names: Mapping[str, str],
) -> None:
    titles = {"province": names, "sector": known_codes(home(), clock.today())["sector"]}
    cells = []
    for (by, code), number in sorted(counts.items()):
        of = people.get(code) if by == "province" else None
        cells.append(
            NationalCell(
                snapshot=snapshot, by=by, code=code, name=titles.get(by, {}).get(code, ""),
                numerator=None if (by, code) in hidden else number,
                denominator=of.value if of else None, low=of.low if of else None, high=of.high if of else None,
            )
        )  # fmt: skip
    NationalCell.objects.bulk_create(cells)
