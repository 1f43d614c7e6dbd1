"""The same cells in several counts, read together: a page that shows a year asks as little as one that shows a month."""

from __future__ import annotations

from collections.abc import Sequence

from sertakan.coverage.figures import Cell, SnapshotRow
from sertakan.coverage.models import Denominator, HiddenCell, RollupCell
from sertakan.coverage.queries.cells import OF_AREAS, _cell
from sertakan.coverage.queries.denominators import newest, rows_of


def regencies_over_time(snapshots: Sequence[SnapshotRow], *, open_rows: bool = False) -> list[tuple[Cell, ...]]:
    """The cells of regencies in each of `snapshots`, each with the denominator that holds on its day, as `cells` gives them for one."""
    ids = [one.id for one in snapshots]
    counts: dict[int, list[tuple[str, str, int | None]]] = {}
    for key, code, name, number in RollupCell.objects.filter(
        snapshot__in=ids, by="regency", within=""
    ).order_by("code").values_list("snapshot", "code", "name", "numerator"):  # fmt: skip
        counts.setdefault(key, []).append((code, name, number))
    hidden: dict[tuple[int, str], int] = {}
    if open_rows:
        rows = HiddenCell.objects.filter(snapshot__in=ids, by="regency", within="")
        hidden = {(key, code): number for key, code, number in rows.values_list("snapshot", "code", "numerator")}
    people: dict[str, list[Denominator]] = {}
    for one in rows_of(status=OF_AREAS, sector="", sex="", age=""):
        people.setdefault(one.area, []).append(one)
    return [
        tuple(
            _cell("regency", code, name, hidden.get((one.id, code), number), newest(people.get(code, []), one.on))
            for code, name, number in counts.get(one.id, ())
        )
        for one in snapshots
    ]
