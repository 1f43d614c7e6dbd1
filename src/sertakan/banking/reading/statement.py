"""The way in: any file of a bank becomes a `StatementBook`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sertakan.banking import errors
from sertakan.banking.reading.model import StatementBook
from sertakan.intake.reading.model import Limits

if TYPE_CHECKING:
    from sertakan.banking.reading.layouts import Layout
    from sertakan.intake.reading.rawsheet import RawSheet

LIMITS = Limits(seconds=90.0)


def read_statement(
    path: Path, *, today: date, taught: Iterable[Layout] = (), only: str = "", limits: Limits = LIMITS
) -> StatementBook:
    """The movements in the file at `path`, whatever its name says: MT940, CAMT, or a table of a known layout.

    `only` names the one layout to read with. The file is opened in a process of its own with limits on memory and time. Raises
    StatementRefused and its subclasses, and what `intake.reading` raises for a workbook it cannot open.
    """
    import polars as pl

    from sertakan.banking.reading import camt, layouts, mt940
    from sertakan.banking.reading.balances import check_balances
    from sertakan.banking.reading.guarded import read_messages

    with path.open("rb") as file:
        head = file.read(65536)
    form = "camt" if camt.looks_like(head) else "mt940" if mt940.looks_like(head) else ""
    if not form:
        known = (*layouts.shipped(), *taught)
        wanted = tuple(layout for layout in known if layout.key == only) or known
        kind, sheets = read_grid(path, limits=limits)
        from sertakan.banking.reading.tables import read_tables

        return read_tables(sheets, kind, wanted, today=today)
    book = read_messages(path, form, limits)
    findings = [
        finding
        for at, one in enumerate(book.statements)
        if one.opening is not None and one.closing is not None and one.currency in ("", "IDR")
        for finding in check_balances(book.lines.filter(pl.col("statement") == at), one.opening, one.closing).findings
    ]
    if book.lines.is_empty():
        raise errors.NoStatementLines()
    return StatementBook(book.format, "", book.statements, book.lines, tuple(findings))


def read_grid(path: Path, *, limits: Limits = LIMITS) -> tuple[str, list[RawSheet]]:
    """Format and cells of a table as they stand, for teaching a layout. Raises what `intake.reading` raises."""
    from sertakan.intake.reading.parent import read_raw

    kind, sheets = read_raw(path, limits)
    return kind, [sheet for sheet in sheets if sheet.texts.height]
