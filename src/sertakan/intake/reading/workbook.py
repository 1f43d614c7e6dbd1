"""The two ways in: a file, and text pasted from a chat."""

from __future__ import annotations

from pathlib import Path

from sertakan.intake.reading.model import Limits, Progress, Workbook


def read_workbook(path: Path, *, limits: Limits = Limits(), progress: Progress | None = None) -> Workbook:  # noqa: B008 frozen
    """The tables of the file at `path`, whatever its name says.

    The file is opened in a process of its own with limits on memory and time. Raises EmptyFile, UnknownFormat, PasswordProtected,
    EntityBomb, TooLarge, TooSpread, UnreadableFile, ReaderCrashed, ReaderOutOfMemory, ReaderTimedOut, NoTable.
    """
    from sertakan.intake.reading.parent import read_raw
    from sertakan.intake.reading.tables import workbook_of

    file_format, sheets = read_raw(Path(path), limits, progress)
    return workbook_of(file_format, sheets)


def read_pasted(text: str) -> Workbook:
    """The rows of a text pasted from a chat or from a sheet. Raises EmptyFile, NoTable."""
    from sertakan.intake.reading.pasted import workbook_of_text

    return workbook_of_text(text)
