"""Areas into the table, dated: another edition closes the rows it changes and opens new ones; the same edition corrects in place."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sertakan.areas.errors import EditionOlder
from sertakan.areas.models import Area
from sertakan.areas.services import files
from sertakan.areas.services.files import LEVELS, Edition
from sertakan.core import audit
from sertakan.core.reference import LoadReport, stage

if TYPE_CHECKING:
    import polars as pl

_STAGED = "reference_areas"
_OPEN = f"areas_area a JOIN {_STAGED} s ON s.code = a.code AND a.valid_to IS NULL"
_SAME = "(a.level, a.kind, a.name) IS NOT DISTINCT FROM (s.level, s.kind, s.name)"
_TILE = "NULLIF(s.tile_column, '')::int, NULLIF(s.tile_row, '')::int, s.tile_label"


@transaction.atomic
def load_areas(
    *,
    province_codes: Collection[str] = (),
    down_to: str = Area.Level.VILLAGE,
    file: Path | None = None,
    edition: Edition | None = None,
    complete: bool = False,
) -> LoadReport:
    """Load the shipped areas, or those of `file`, and say what changed. Loading the same twice changes nothing.

    Shipped: all provinces and regencies, and the provinces of `province_codes` down to `down_to`. `edition` says what `file` is; left out,
    the file corrects the shipped edition. A `complete` file (the shipped ones are) has every area of the provinces and levels that occur
    in it, so a code that it lacks is closed on the first day of its edition.
    Raises ReferenceFileBroken and its kinds, ProvinceUnknown, EditionOlder.
    """
    if file is None:
        frame = files.shipped_areas(province_codes, down_to)
        edition = files.shipped_edition()
    else:
        known = Area.objects.filter(valid_to__isnull=True).values_list("code", flat=True)
        frame = files.given_areas(file, known)
        edition = edition or files.shipped_edition()
    name = (file or files.SHIPPED / "provinces_regencies.csv").name
    report = _write(_with_tiles(frame), name, edition, complete=complete or file is None)
    audit.record(
        "areas.loaded",
        facts=report.as_dict()
        | {"edition": edition.name, "valid_from": str(edition.valid_from), "provinces": sorted(province_codes)},
    )
    return report


def _with_tiles(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    tiles = files.shipped_tiles().select("code", tile_column="column", tile_row="row", tile_label="label")
    placed = frame.join(tiles, on="code", how="left", maintain_order="left")
    return placed.with_columns(pl.col("tile_column", "tile_row", "tile_label").fill_null(""))


def _write(frame: pl.DataFrame, file: str, edition: Edition, *, complete: bool) -> LoadReport:
    stage(frame, _STAGED)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX ON {_STAGED} (code)")
        cursor.execute(f"ANALYZE {_STAGED}")
        _refuse_older(cursor, file, edition)
        corrected = _correct(cursor, edition)
        renamed = _close_renamed(cursor, edition)
        closed = _close_missing(cursor, edition) if complete else 0
        opened = _open_new(cursor, edition)
        _reparent(cursor)
        closed += _close_orphans(cursor, edition)
        cursor.execute(f"DROP TABLE {_STAGED}")
    changed = corrected + renamed
    added = opened - renamed
    return LoadReport(
        table="areas_area", file=file, rows=frame.height, added=added, changed=changed,
        unchanged=frame.height - added - changed, closed=closed,
    )  # fmt: skip


def _refuse_older(cursor: CursorWrapper, file: str, edition: Edition) -> None:
    cursor.execute(
        f"SELECT a.code, a.valid_from FROM {_OPEN} WHERE a.valid_from > %s ORDER BY a.code LIMIT 1",
        [edition.valid_from],
    )
    newer = cursor.fetchone()
    if newer is not None:
        raise EditionOlder(file=file, valid_from=edition.valid_from, area=newer[0], known_from=newer[1])


def _correct(cursor: CursorWrapper, edition: Edition) -> int:
    """Same edition: the name and kind are put right in place. Tiles and sorting are no facts of an edition, so always in place."""
    cursor.execute(
        "UPDATE areas_area t SET level = s.level, kind = s.kind, name = s.name, sort_key = s.sort_key,"
        f" tile_column = NULLIF(s.tile_column, '')::int, tile_row = NULLIF(s.tile_row, '')::int, tile_label = s.tile_label"
        f" FROM {_STAGED} s, areas_area a"
        f" WHERE a.id = t.id AND s.code = a.code AND a.valid_to IS NULL AND (a.valid_from = %s OR {_SAME})"
        f" AND NOT ({_SAME} AND (a.sort_key, a.tile_column, a.tile_row, a.tile_label)"
        f" IS NOT DISTINCT FROM (s.sort_key, {_TILE}))",
        [edition.valid_from],
    )
    return int(cursor.rowcount)


def _close_renamed(cursor: CursorWrapper, edition: Edition) -> int:
    cursor.execute(
        f"UPDATE areas_area t SET valid_to = %s FROM {_OPEN} WHERE a.id = t.id AND a.valid_from < %s AND NOT {_SAME}",
        [edition.valid_from, edition.valid_from],
    )
    return int(cursor.rowcount)


def _close_missing(cursor: CursorWrapper, edition: Edition) -> int:
    """Codes that this edition no longer has. A level of a province that does not occur in the file is not covered by it."""
    cursor.execute(
        f"UPDATE areas_area t SET valid_to = %s WHERE t.valid_to IS NULL AND t.valid_from < %s"
        f" AND NOT EXISTS (SELECT 1 FROM {_STAGED} s WHERE s.code = t.code)"
        f" AND (t.level, CASE WHEN t.level = 'province' THEN '' ELSE left(t.code, 2) END) IN"
        f" (SELECT s.level, CASE WHEN s.level = 'province' THEN '' ELSE left(s.code, 2) END FROM {_STAGED} s)",
        [edition.valid_from, edition.valid_from],
    )
    return int(cursor.rowcount)


def _open_new(cursor: CursorWrapper, edition: Edition) -> int:
    """Insert what has no open row, from the province downwards, so that each finds its parent."""
    opened = 0
    for level in LEVELS:
        cursor.execute(
            "INSERT INTO areas_area (code, level, kind, name, parent_id, edition, valid_from, sort_key, tile_column, tile_row, tile_label)"
            f" SELECT s.code, s.level, s.kind, s.name, p.id, %s, %s, s.sort_key, {_TILE} FROM {_STAGED} s"
            " LEFT JOIN areas_area p ON p.code = s.parent_code AND p.valid_to IS NULL"
            " WHERE s.level = %s AND NOT EXISTS (SELECT 1 FROM areas_area a WHERE a.code = s.code AND a.valid_to IS NULL)"
            " ORDER BY s.code",
            [edition.name, edition.valid_from, level],
        )
        opened += cursor.rowcount
    return opened


def _reparent(cursor: CursorWrapper) -> None:
    """Children that are still in force follow the parent's new row."""
    cursor.execute(
        "UPDATE areas_area t SET parent_id = p.id FROM areas_area old, areas_area p"
        " WHERE t.valid_to IS NULL AND old.id = t.parent_id AND old.valid_to IS NOT NULL AND p.code = old.code AND p.valid_to IS NULL"
    )


def _close_orphans(cursor: CursorWrapper, edition: Edition) -> int:
    """What lay below a closed area is closed with it, level by level."""
    closed = 0
    for level in LEVELS[1:]:
        cursor.execute(
            "UPDATE areas_area t SET valid_to = %s FROM areas_area p"
            " WHERE t.level = %s AND t.valid_to IS NULL AND p.id = t.parent_id AND p.valid_to IS NOT NULL AND t.valid_from < %s",
            [edition.valid_from, level, edition.valid_from],
        )
        closed += cursor.rowcount
    return closed
