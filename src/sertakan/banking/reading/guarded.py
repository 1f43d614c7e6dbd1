"""Starts the reading process for message files, watches it, and takes over what it read."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from sertakan.banking import errors
from sertakan.banking.reading.model import LINE_COLUMNS, Statement, StatementBook, line_schema
from sertakan.intake.errors import EmptyFile, TooLarge
from sertakan.intake.reading.model import Limits
from sertakan.intake.reading.parent import child_environment

MODULE = "sertakan.banking.reading.child"


def read_messages(path: Path, form: str, limits: Limits) -> StatementBook:
    """An MT940 or CAMT file. Raises StatementRefused and its subclasses, EmptyFile, TooLarge."""
    import polars as pl

    size = path.stat().st_size
    if size == 0:
        raise EmptyFile()
    if size > limits.file_bytes:
        raise TooLarge(size=f"{size / 1024**2:.1f} MB", limit=f"{limits.file_bytes / 1024**2:.0f} MB")
    found = _run(path, form, limits)
    if "error" in found:
        raise getattr(errors, found["error"], errors.StatementUnreadable)(**found["facts"])
    rows = found["rows"]
    plain = {**line_schema(), "booked_on": pl.String(), "value_on": pl.String()}
    columns = list(zip(*rows, strict=True)) or [()] * len(LINE_COLUMNS)
    lines = pl.DataFrame(
        [pl.Series(name, column, dtype=plain[name]) for name, column in zip(LINE_COLUMNS, columns, strict=True)]
    ).with_columns(pl.col("booked_on", "value_on").str.to_date("%Y-%m-%d", strict=False))
    return StatementBook(
        format=form, layout="", statements=tuple(_statement(head) for head in found["statements"]), lines=lines
    )


def _statement(head: dict[str, Any]) -> Statement:
    days = {name: date.fromisoformat(head[name]) if head[name] else None for name in ("opening_on", "closing_on")}
    return Statement(**{**head, **days})


def _run(path: Path, form: str, limits: Limits) -> dict[str, Any]:
    name = form.upper()
    # Nameless where the system can: nothing of the content stays on the disk when this process is killed.
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(  # noqa: S603 our own module, arguments are a path and our limits
                [sys.executable, "-X", "utf8", "-m", MODULE, str(path.resolve()), form, json.dumps(asdict(limits))],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise errors.StatementTooSlow(format=name, seconds=f"{limits.seconds:g}") from None
        if done.returncode == -24:  # SIGXCPU
            raise errors.StatementTooSlow(format=name, seconds=f"{limits.seconds:g}")
        if done.returncode:
            raise errors.StatementUnreadable(format=name)
        out.seek(0)
        try:
            result: dict[str, Any] = json.load(out)
        except ValueError:
            raise errors.StatementUnreadable(format=name) from None
        return result
