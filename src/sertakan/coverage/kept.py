"""Who was counted, kept beside the counts: one sealed file per snapshot, with numbers of memberships and no name and no personal number.

A file is never changed; a count made anew has a file of its own. So a figure and the rows behind it always agree.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sertakan.core import encryption
from sertakan.core.month import Month
from sertakan.coverage.errors import PartMissing
from sertakan.coverage.figures import AREAS, WIDTHS, SnapshotRow

if TYPE_CHECKING:
    import polars as pl


def folder() -> Path:
    """Where the files of this installation lie."""
    return Path(settings.SERTAKAN_DATA) / "coverage"


def name_of(month: Month, content: str) -> str:
    """The file of a count: the month, and what was counted."""
    return f"{month}-{content[:32]}.part"


def keep(name: str, persons: pl.DataFrame) -> None:
    """Seal `persons` under `name`; one that is there already is the same."""
    path = folder() / name
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    plain = io.BytesIO()
    persons.write_ipc(plain, compression="lz4")
    new = path.with_suffix(".new")
    new.write_bytes(encryption.encrypt(plain.getvalue()))
    new.replace(path)


def read(name: str, month: Month) -> pl.DataFrame:
    """The persons of a count, columns as `counting.COLUMNS`. Raises PartMissing."""
    import polars as pl
    from cryptography.exceptions import InvalidTag

    try:
        return pl.read_ipc(io.BytesIO(encryption.decrypt((folder() / name).read_bytes())))
    except (FileNotFoundError, InvalidTag) as missing:
        raise PartMissing(month=str(month)) from missing


def members(
    snapshot: SnapshotRow, by: str, code: str, *, within: str = "", agencies: Collection[int] | None = None
) -> list[int]:
    """Memberships that a cell counts; of some agencies only, or of all. Raises PartMissing."""
    import polars as pl

    found = read(name_of(snapshot.month, snapshot.content), snapshot.month)
    if by in AREAS:
        found = found.filter(pl.col("area").str.slice(0, WIDTHS[by]) == code)
    else:
        found = found.filter(pl.col(by) == code)
        if within:
            found = found.filter(pl.col("area").str.slice(0, WIDTHS["regency"]) == within)
    if agencies is not None:
        found = found.filter(pl.col("agency").is_in([str(key) for key in sorted(agencies)]))
    return found.get_column("membership").to_list()
