"""Of how many: what was published, what an operator loaded, and what was estimated from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sertakan.coverage.models import Denominator
from sertakan.coverage.published import counted

if TYPE_CHECKING:
    import polars as pl

_COLUMNS = ("area", "sector", "status", "sex", "age", "value", "low", "high", "estimated", "source", "confidence", "round")  # fmt: skip


def rows_of(**wanted: str | bool) -> list[Denominator]:
    """Denominators with the named values, published and loaded, in no order; published ones are not saved rows."""
    found = list(Denominator.objects.filter(**wanted))  # type: ignore[misc]
    known = {(one.area, one.status, one.round) for one in found if not (one.sector or one.sex or one.age)}
    for one in counted():
        row = Denominator(
            area=one.area, status=one.status, value=one.value, low=one.low, high=one.high, estimated=False,
            source=one.source, confidence=one.confidence, round=one.round,
        )  # fmt: skip
        asked = all(getattr(row, name) == value for name, value in wanted.items())
        if asked and (one.area, one.status, one.round) not in known:
            found.append(row)
    return found


def latest(status: str, area: str, *, on: date, sector: str = "", sex: str = "", age: str = "") -> Denominator | None:
    """The newest denominator known on a day; counted before estimated, and the earliest of all where none is that old."""
    return newest(rows_of(status=status, area=area, sector=sector, sex=sex, age=age), on)


def newest(found: list[Denominator], on: date) -> Denominator | None:
    """Of several rounds the one that holds on a day."""
    if not found:
        return None
    past = [one for one in found if one.round <= on]
    if past:
        return max(past, key=lambda one: (one.round, not one.estimated))
    return min(found, key=lambda one: (one.round, one.estimated))


def denominators() -> pl.DataFrame:
    """[area, sector, status, sex, age, value, low, high, estimated, source, confidence, round], all rounds, sorted."""
    import polars as pl

    schema = dict.fromkeys(_COLUMNS, pl.String) | {
        "value": pl.Int64, "low": pl.Int64, "high": pl.Int64, "estimated": pl.Boolean, "round": pl.Date,
    }  # fmt: skip
    rows = [tuple(getattr(one, name) for name in _COLUMNS) for one in rows_of()]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("status", "area", "sector", "sex", "age", "round")
