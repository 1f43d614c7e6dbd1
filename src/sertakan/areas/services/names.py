"""Other names of areas, and the prefixes that identity numbers carry."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from sertakan.areas.models import Area
from sertakan.areas.services.files import CODE, SHIPPED
from sertakan.core import audit
from sertakan.core.reference import (
    FALSE,
    TRUE,
    LoadReport,
    check_form,
    check_known,
    check_lengths,
    check_unique,
    read_csv,
    upsert,
)

_YES_NO = f"{TRUE}|{FALSE}"
_YES_OR_NO = f"{TRUE} atau {FALSE}"


@transaction.atomic
def load_aliases(file: Path | None = None) -> LoadReport:
    """Load the other names of the areas that are loaded, and drop those no longer in the file. Repeatable.

    A name for an area of a loaded province and level must point to a known code. Raises ReferenceFileBroken and its kinds.
    """
    import polars as pl

    path = file or SHIPPED / "aliases.csv"
    frame = read_csv(
        path, ("code", "alias", "kind", "needs_column", "source"), required=("code", "alias", "kind", "needs_column")
    )
    check_form(frame, path, "code", CODE, "17, 17.71, 17.71.01 atau 17.71.01.1004")
    check_form(frame, path, "needs_column", _YES_NO, _YES_OR_NO)
    check_lengths(frame, path, {"alias": 120, "kind": 40})
    check_unique(frame, path, ["code", "alias"])
    covered = _covered()
    scope = pl.concat_str(pl.col("code").str.slice(0, 2), pl.col("code").str.count_matches(".", literal=True))
    frame = frame.filter(scope.is_in(list(covered)))
    check_known(frame, path, "code", set(Area.objects.values_list("code", flat=True)))
    added, changed, removed = upsert(
        "areas_areaalias",
        frame.select("code", "alias", "kind", "needs_column"),
        key=("code", "alias"),
        values={"code": "s.code", "alias": "s.alias", "kind": "s.kind", "needs_column": f"s.needs_column = '{TRUE}'"},
        delete="true",
    )
    return _recorded("areas.aliases_loaded", "areas_areaalias", path, frame.height, added, changed, removed)


def _covered() -> set[str]:
    """Province and depth ("173") of every kind of area that is loaded; names of others wait until their province is."""
    levels = {str(level): depth for depth, level in enumerate(Area.Level)}
    seen = Area.objects.order_by().values_list("code", "level")
    return {f"{code[:2]}{levels[level]}" for code, level in seen}


@transaction.atomic
def load_identity_prefixes(file: Path | None = None) -> LoadReport:
    """Load the district codes of all editions known, as identity numbers carry them. Repeatable.

    Raises ReferenceFileBroken and its kinds.
    """
    path = file or SHIPPED / "identity_prefixes.csv"
    columns = ("prefix", "name", "first_edition", "last_edition", "active")
    frame = read_csv(path, columns, required=columns)
    check_form(frame, path, "prefix", r"\d{6}", "enam angka")
    check_form(frame, path, "active", _YES_NO, _YES_OR_NO)
    check_lengths(frame, path, {"name": 120, "first_edition": 30, "last_edition": 30})
    check_unique(frame, path, ["prefix"])
    check_known(frame.with_columns(province=frame["prefix"].str.slice(0, 2)), path, "province", _provinces())
    values = {name: f"s.{name}" for name in columns} | {"active": f"s.active = '{TRUE}'"}
    added, changed, removed = upsert(
        "areas_identityprefix", frame.select(columns), key=("prefix",), values=values, delete="true"
    )
    return _recorded(
        "areas.identity_prefixes_loaded", "areas_identityprefix", path, frame.height, added, changed, removed
    )


def _provinces() -> set[str]:
    return set(Area.objects.filter(level=Area.Level.PROVINCE).values_list("code", flat=True))


def _recorded(action: str, table: str, path: Path, rows: int, added: int, changed: int, removed: int) -> LoadReport:
    report = LoadReport(
        table=table,
        file=path.name,
        rows=rows,
        added=added,
        changed=changed,
        unchanged=rows - added - changed,
        removed=removed,
    )
    audit.record(action, facts=report.as_dict())
    return report
