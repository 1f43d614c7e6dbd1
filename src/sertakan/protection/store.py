"""The paid months of the whole register on disk: one sealed part for each contribution month, brought up to date by what was written since.

A part holds days of payment by number of the membership and nothing else: no name, no number of a person. Parts are sealed by
`core.encryption`, never changed, and replaced in one step (`docs/decisions/0014-paid-months-in-sealed-parts.md`).
"""

from __future__ import annotations

import io
import json
import os
import struct
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl
from filelock import FileLock

from sertakan.core import encryption
from sertakan.core.copy import read_frame
from sertakan.core.month import Month
from sertakan.protection.paid_columns import UNPAID, day_number

MAGIC: Final = b"SERTAKAN-PAID-1\n"
IDS_AT_ONCE: Final = 1 << 20
WAIT_SECONDS: Final = 600
ALSO: Final = {"membership": pl.Int64, "other": pl.Int64}
_NOT_PAID: Final = -(2**15)
"""In a part: not paid. Other values are days after the first of the month."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What parts were made from: which database, and before which transaction everything was seen."""

    database: str
    seen_before: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: months whose part is new, and whether all of them were made anew."""

    months: tuple[Month, ...]
    rows: int
    whole: bool


class LiveParts:
    """The same parts straight from the table: for a transaction that has written itself, whose rows may yet be taken back."""

    def __init__(self) -> None:
        self.also = pl.DataFrame(schema=ALSO)

    def span(self) -> tuple[Month, Month] | None:
        """The first and the last month that somebody paid."""
        first, last = _rows("SELECT min(month), max(month) FROM contributions_paidmonth")[0]
        return None if first is None else (Month.of(first), Month.of(last))

    def days(self, month: Month) -> pl.Series | None:
        """The day of payment by number of the membership; None when nobody paid the month."""
        paid = _paid_in(month)
        return _days(_laid_out(None, paid, month), month) if paid.height else None


def paid_parts() -> PaidStore | LiveParts:
    """The paid months as they are now: from the store, brought up to date; within a transaction that wrote, from the table."""
    if _has_written():
        return LiveParts()
    store = PaidStore()
    store.refresh()
    return store


class PaidStore:
    """The parts of one installation. Asked as who sees all; the same folder serves many processes at once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _usual_folder()
        self.also = pl.DataFrame(schema=ALSO)

    # Reading

    def months(self) -> list[Month]:
        """The months of which there is a part."""
        return sorted(Month.parse(path.stem) for path in self.folder.glob("????-??.paid"))

    def span(self) -> tuple[Month, Month] | None:
        """The first and the last month that somebody paid."""
        found = self.months()
        return (found[0], found[-1]) if found else None

    def days(self, month: Month) -> pl.Series | None:
        """The day of payment (days since 1970) by number of the membership, `UNPAID` where there is none; None without a part."""
        path = self._path(month)
        if not path.exists():
            return None
        return _days(_read(path, month), month)

    def mark(self) -> Mark | None:
        """What the parts were made from; None when there are none, or none that can be opened."""
        from cryptography.exceptions import InvalidTag

        try:
            return Mark(**json.loads(encryption.decrypt((self.folder / "mark").read_bytes())))
        except (FileNotFoundError, ValueError, TypeError, InvalidTag, encryption.KeyMissing):
            return None

    # Bringing up to date

    def refresh(self, *, whole: bool = False) -> Refreshed:
        """Take over what was written or withdrawn since the last time, also by transactions that ended late.

        Runs in the present transaction and scope, which has to see all and must not have written: what it wrote may yet be taken back.
        Two processes that refresh wait for each other.
        """
        if _has_written():
            raise RuntimeError("paid months are taken over in a transaction of their own, before anything is written")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / "lock", timeout=WAIT_SECONDS):
            now, before = _present_mark(), self.mark()
            if whole or before is None or before.database != now.database or before.seen_before > now.seen_before:
                done = self._make_all()
            else:
                done = self._take_over(before)
            if before != now:
                self._put("mark", encryption.encrypt(json.dumps(asdict(now)).encode()))
        return done

    def _make_all(self) -> Refreshed:
        """Every part anew, each in the place of the old one, so that whoever reads meanwhile never finds a month missing."""
        found = [Month.of(day) for (day,) in _rows(_MONTHS)]
        rows = 0
        for month in found:
            paid = _paid_in(month)
            rows += paid.height
            self._write(month, _laid_out(None, paid, month))
        for month in set(self.months()) - set(found):
            self._path(month).unlink()
        return Refreshed(tuple(found), rows, whole=True)

    def _take_over(self, before: Mark) -> Refreshed:
        changed = read_frame(_CHANGED, [before.seen_before], _CHANGED_SCHEMA)
        touched = []
        for (first_day,), rows in changed.group_by("month"):
            month = Month.of(date(1970, 1, 1) + timedelta(days=int(first_day)))  # type: ignore[call-overload]
            path = self._path(month)
            old = _read(path, month) if path.exists() else None
            new = _laid_out(old, rows, month)
            if old is None or not old.equals(new):
                self._write(month, new)
                touched.append(month)
        return Refreshed(tuple(sorted(touched)), changed.height, whole=False)

    def _path(self, month: Month) -> Path:
        return self.folder / f"{month}.paid"

    def _write(self, month: Month, offsets: pl.DataFrame) -> None:
        out = io.BytesIO()
        out.write(MAGIC)
        for at, start in enumerate(range(0, max(offsets.height, 1), IDS_AT_ONCE)):
            block = io.BytesIO()
            offsets.slice(start, IDS_AT_ONCE).write_ipc(block, compression="lz4")
            sealed = encryption.encrypt(f"{month} {at}\n".encode() + block.getvalue())
            out.write(struct.pack("<Q", len(sealed)))
            out.write(sealed)
        self._put(self._path(month).name, out.getvalue())

    def _put(self, name: str, content: bytes) -> None:
        part = self.folder / f"{name}.{os.getpid()}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        part.replace(self.folder / name)


def _days(offsets: pl.DataFrame, month: Month) -> pl.Series:
    first = day_number(month.first_day)
    day = pl.when(pl.col("day") == _NOT_PAID).then(UNPAID).otherwise(pl.col("day").cast(pl.Int32) + first)
    return offsets.select(day.cast(pl.Int32)).to_series()


def _has_written() -> bool:
    return bool(_rows("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")[0][0])


def _usual_folder() -> Path:
    from django.conf import settings

    return Path(settings.SERTAKAN_DATA) / "protection" / "paid"


def _read(path: Path, month: Month) -> pl.DataFrame:
    """The offsets of a part. Raises ValueError when the file is cut short or belongs elsewhere."""
    content = memoryview(path.read_bytes())
    if bytes(content[: len(MAGIC)]) != MAGIC:
        raise ValueError("this is no part of paid months")
    at, place, frames = len(MAGIC), 0, []
    while at < len(content):
        (length,) = struct.unpack("<Q", content[at : at + 8])
        sealed = bytes(content[at + 8 : at + 8 + length])
        title, _, body = encryption.decrypt(sealed).partition(b"\n")
        if title.decode() != f"{month} {place}":
            raise ValueError("the pieces of a part are not in their order")
        frames.append(pl.read_ipc(body))
        at, place = at + 8 + length, place + 1
    return pl.concat(frames)


def _laid_out(old: pl.DataFrame | None, rows: pl.DataFrame, month: Month) -> pl.DataFrame:
    """`old` offsets with `rows` [membership, paid_on] laid over it; a row without a day takes the payment back."""
    highest = rows.get_column("membership").max()
    height = max(old.height if old is not None else 0, highest + 1 if isinstance(highest, int) else 0)
    offsets = old.get_column("day") if old is not None else pl.Series("day", [], dtype=pl.Int16)
    offsets = offsets.extend_constant(_NOT_PAID, height - offsets.len())
    day = pl.col("paid_on") - day_number(month.first_day)
    within = day.clip(_NOT_PAID + 1, 2**15 - 1).fill_null(_NOT_PAID).cast(pl.Int16)
    laid = rows.select("membership", within.alias("day"))
    return pl.DataFrame({"day": offsets.scatter(laid.get_column("membership"), laid.get_column("day"))})


def _rows(query: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _present_mark() -> Mark:
    ((database, seen_before),) = _rows(_MARK)
    return Mark(str(database), int(seen_before))


def _paid_in(month: Month) -> pl.DataFrame:
    """[membership, paid_on (days since 1970)] of one month, from its partition alone."""
    return read_frame(_OF_MONTH, [month.first_day], {"membership": pl.Int64, "paid_on": pl.Int32})


_MARK = """
SELECT oid::text || ' ' || current_database(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM pg_database WHERE datname = current_database()
"""
_MONTHS = "SELECT DISTINCT month FROM contributions_paidmonth ORDER BY month"
_OF_MONTH = "SELECT membership_id, paid_on - DATE '1970-01-01' FROM contributions_paid WHERE month = %s"
_CHANGED_SCHEMA = {"month": pl.Int32, "membership": pl.Int64, "paid_on": pl.Int32}
# Everything not yet seen for certain when the mark was taken; a row that was seen already is harmlessly taken over again. Withdrawals are
# few, and all of them are looked at.
_CHANGED = """
SELECT month - DATE '1970-01-01', membership_id, paid_on - DATE '1970-01-01' FROM contributions_paid WHERE changed_xid >= %s::text::xid8
UNION ALL
SELECT w.month - DATE '1970-01-01', w.membership_id,
       (SELECT p.paid_on - DATE '1970-01-01' FROM contributions_paid p WHERE p.membership_id = w.membership_id AND p.month = w.month)
FROM (SELECT DISTINCT membership_id, month FROM contributions_withdrawnmonth) w
"""
