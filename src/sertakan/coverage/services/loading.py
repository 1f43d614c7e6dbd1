"""Denominators: an operator's file into the table, and estimates for what no file says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from sertakan.areas import queries as areas
from sertakan.core import audit, clock
from sertakan.coverage import policies
from sertakan.coverage.estimation import Errors
from sertakan.coverage.models import Denominator
from sertakan.coverage.queries.denominators import newest, rows_of
from sertakan.coverage.queries.home import home
from sertakan.coverage.services.files import Row, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

TOTALS = ("employed", "eligible")
BASES = ("employed", "labour_force", "population")
"""What the share of a regency is taken from: the first that is known for all of them."""
METHOD = (
    "Perkiraan: pencocokan proporsional berulang dari %(base)s per kabupaten/kota dan %(total)s provinsi; "
    "selangnya menurut galat yang diandaikan, bukan galat BPS"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote: rows of the file, and estimates made from it. Rows that are the same as before count in neither."""

    file: str
    rows: int
    changed: int
    estimated: int


@transaction.atomic
def load(file: Path, *, source: str = "", on: date | None = None, estimates: bool = True) -> Loaded:
    """Take the denominators of a file; the same file twice changes nothing. Then estimate anew what none says.

    `source` and `on` (the survey round) hold for rows that name none. Raises NotYourCount, DenominatorFileUnreadable,
    DenominatorColumnsMissing, DenominatorRowsWrong; then nothing is kept.
    """
    policies.check_can_count()
    province = home()
    known = set(areas.area_frame(province).get_column("code").to_list())
    rows = read_file(file, known=known, province=province, source=source, on=on)
    changed = _keep(rows, estimated=False)
    made = estimate() if estimates else 0
    if changed or made:
        audit.record("coverage.denominators_loaded", facts={"file": file.name, "rows": len(rows), "changed": changed})
    return Loaded(file.name, len(rows), changed, made)


def _keep(rows: Iterable[Row], *, estimated: bool) -> int:
    """Write rows that are new or other than those kept; returns how many."""
    now = clock.now()
    fields = [field.name for field in dataclass_fields(Row)]
    known = {tuple(getattr(one, name) for name in fields) for one in Denominator.objects.filter(estimated=estimated)}
    new = [row for row in rows if tuple(getattr(row, name) for name in fields) not in known]
    Denominator.objects.bulk_create(
        [Denominator(**asdict(row), estimated=estimated, loaded_at=now) for row in new],
        update_conflicts=True,
        unique_fields=["area", "sector", "status", "sex", "age", "round", "estimated"],
        update_fields=["value", "low", "high", "source", "confidence", "loaded_at"],
    )
    return len(new)


@transaction.atomic
def estimate() -> int:
    """Estimate for each regency what is known for the province only; returns how many rows are other than before. Raises NotYourCount."""
    policies.check_can_count()
    province = home()
    regencies = sorted(
        areas.in_force().filter(level="regency", code__startswith=f"{province}.").values_list("code", flat=True)
    )
    base, weights = _base(regencies)
    if not weights:
        return 0
    rows: list[Row] = []
    for status in TOTALS:
        total = newest(rows_of(area=province, status=status, sector="", sex="", age="", estimated=False), clock.today())
        counted = _counted(status, regencies)
        if total is None or not total.value or len(counted) == len(regencies):
            continue
        rows += _estimated(total, base, {code: weights[code] for code in regencies})
    return _keep(rows, estimated=True)


def _base(regencies: list[str]) -> tuple[str, dict[str, int]]:
    for status in BASES:
        found = _counted(status, regencies)
        if regencies and len(found) == len(regencies):
            return status, found
    return "", {}


def _counted(status: str, regencies: list[str]) -> dict[str, int]:
    """By regency the newest counted value of a status; only regencies that have one above zero."""
    groups: dict[str, list[Denominator]] = {}
    for one in rows_of(status=status, sector="", sex="", age="", estimated=False):
        groups.setdefault(one.area, []).append(one)
    held = {code: newest(groups[code], clock.today()) for code in regencies if code in groups}
    return {code: one.value for code, one in held.items() if one is not None and one.value > 0}


def _sectors(province: str, status: str) -> dict[str, int]:
    """By sector the newest round of the province in which sectors were counted."""
    found = [
        one
        for one in rows_of(area=province, status=status, sex="", age="", estimated=False)
        if one.sector and one.value
    ]
    last = max((one.round for one in found), default=None)
    return {one.sector: one.value for one in found if one.round == last}


def _estimated(total: Denominator, base: str, weights: dict[str, int]) -> list[Row]:
    """The rows of one total: each regency, and each sector of it where sectors of the province are known."""
    import numpy as np

    from sertakan.coverage.estimation import estimate as fitted

    sectors = _sectors(total.area, total.status)
    codes, letters = list(weights), list(sectors) or [""]
    rows = np.array([weights[code] for code in codes], dtype=float)
    columns = np.array([sectors.get(letter, 1) for letter in letters], dtype=float)
    rows, columns = (margin / margin.sum() * total.value for margin in (rows, columns))
    half = (total.high - total.low) / 2 / 1.96 / total.value
    found = fitted(np.ones((len(codes), len(letters))), rows, columns, errors=Errors(total=half))
    source = METHOD % {"base": base, "total": total.status}
    made = []
    for place, code in enumerate(codes):
        whole = (rows[place], found.row_low[place], found.row_high[place])
        cells = [("", whole)]
        if sectors:
            cells += [
                (letter, (found.values[place, at], found.low[place, at], found.high[place, at]))
                for at, letter in enumerate(letters)
            ]
        for letter, (value, low, high) in cells:
            middle = round(float(value))
            least, most = min(middle, int(low)), max(middle, -int(-high // 1))
            made.append(Row(code, letter, total.status, "", "", middle, least, most, source, "D", total.round))
    return made
