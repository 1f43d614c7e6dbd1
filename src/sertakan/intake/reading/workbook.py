"""The two ways in: a file, and text pasted from a chat."""

from __future__ import annotations

from pathlib import Path

from sertakan.intake.errors import NoTable
from sertakan.intake.reading.model import Limits, Progress, Workbook

_MOST_CHAT = 1024 * 1024


def read_workbook(path: Path, *, limits: Limits = Limits(), progress: Progress | None = None) -> Workbook:  # noqa: B008 frozen
    """The tables of the file at `path`, whatever its name says.

    The file is opened in a process of its own with limits on memory and time. Raises EmptyFile, UnknownFormat, PasswordProtected,
    EntityBomb, TooLarge, TooSpread, UnreadableFile, ReaderCrashed, ReaderOutOfMemory, ReaderTimedOut, NoRows, NoTable.
    """
    from sertakan.intake.reading.parent import read_raw
    from sertakan.intake.reading.tables import workbook_of

    file_format, sheets = read_raw(path, limits, progress)
    try:
        return workbook_of(file_format, sheets)
    except NoTable:
        if file_format != "csv":
            raise
        return _chat_in(path)


def _chat_in(path: Path) -> Workbook:
    """A chat saved as a text file. Raises NoTable."""
    from sertakan.intake.reading.textfiles import decode

    with path.open("rb") as file:
        data = file.read(_MOST_CHAT + 1)
    if len(data) > _MOST_CHAT:
        raise NoTable(sheets=1)
    return read_pasted(decode(data)[0])


def read_pasted(text: str) -> Workbook:
    """The rows of a text pasted from a chat or from a sheet. Raises EmptyFile, NoTable."""
    from sertakan.intake.reading.pasted import workbook_of_text

    return workbook_of_text(text)
