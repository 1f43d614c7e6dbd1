"""Turns text pasted from a chat into rows: one person per line, or one per block of labelled lines.

What is labelled keeps its label. What is not is told by its form: 15 to 17 digits are a NIK, 18 a NIP, 08.. and +62.. a telephone,
a date a date of birth; the first words are the name and everything else the remark. A line is never dropped without a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sertakan.intake.errors import EmptyFile, NoTable, TooLarge
from sertakan.intake.reading.headings import clean, is_heading
from sertakan.intake.reading.model import Limits, Note, SheetTable, Workbook
from sertakan.intake.reading.rowkinds import SECTION, stack_sections

SHEET = "Tempelan"
_MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"))
_CHAT = re.compile(
    r"^\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?:\s*[AaPp][Mm])?\]?\s*(?:-\s*)?"
    r"(?:[^:\n]{1,60}?:\s+|(?=[^:]*$))"
)
_CHAT_OTHER_ORDER = re.compile(
    r"^\[\d{1,2}[.:]\d{2}(?:[.:]\d{2})?,?\s+\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\]\s*[^:\n]{1,60}?:\s+"
)
_NUMBERING = re.compile(r"^\s*(?:\(?\d{1,4}[.)\]]+(?!\d)\s*|\d{1,3}\s+(?=[A-Za-z])|[-*•·–]\s+)")
_LABEL = re.compile(r"(?:^|(?<=[\s,;|/]))\s*([A-Za-z][A-Za-z./()\- ]{0,38}?)\s*[:=]\s*")
_NIK = (
    re.compile(r"(?<![\dA-Za-z+])'?(\d{15,17})(?![\dA-Za-z])"),
    re.compile(r"(?<![\d+])(\d{4}([ .\-])\d{4}\2\d{4}\2\d{4})(?!\d)"),
    re.compile(r"(?<![\d+])(\d{6}([ .\-])\d{6}\2\d{4})(?!\d)"),
    re.compile(r"(?<!\w)(?=(?:[OoIlSB]*\d){11})([0-9OoIlSB]{16})(?!\w)"),
)
_NIP = re.compile(r"(?<!\d)(\d{18}|\d{8} \d{6} \d \d{3})(?!\d)")
_PHONE = re.compile(r"(?<![\dA-Za-z])((?:\+?62[\s\-.]?|0)8(?:[\s\-.]?\d){7,12}|8\d{8,11})(?!\d)")
_MONTHS = "jan|feb|peb|mar|apr|mei|may|jun|jul|agu|agt|ags|aug|sep|okt|oct|nov|nop|des|dec"
_DATE = re.compile(
    r"(?<![\d/.-])(\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}|\d{4}-\d{2}-\d{2}|"
    rf"\d{{1,2}}[\s-]+(?:{_MONTHS})[a-z]*[\s.-]+\d{{2,4}})(?![\d/])",
    re.IGNORECASE,
)
_SEX = re.compile(r"(?<![\w.])(L|P|LK|PR|Lk|Pr|laki-?\s?laki|perempuan)(?![\w.])")
_SPLIT = re.compile(r"\s*[,;|/\t]\s*|\s+[-–]\s+|\s{2,}")
_NOISE = re.compile(
    r"^(?:<.*>|.*(?:media tidak disertakan|media omitted|pesan ini (?:telah )?dihapus|this message was deleted|terenkripsi secara end-to-end).*)$",  # noqa: E501
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:assalam|waalaikum|wa'alaikum|selamat|pagi|siang|sore|malam|terima\s*kasih|makasih|mohon|tolong|berikut|data|daftar|bapak|ibu|pak|bu|"
    r"maaf|silakan|izin|ijin|baik|siap|oke|ok|ya|yth|kami|saya|segera|kirim|sudah|belum|salam)\b",
    re.IGNORECASE,
)
NAME, NIK, PHONE, NIP, BIRTH, SEX, REST = "Nama", "NIK", "HP", "NIP", "Tgl Lahir", "L/P", "Keterangan"


@dataclass
class _Record:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    numbered: bool = False
    labelled: bool = False

    def put(self, label: str, value: str) -> None:
        """Adds a value; a second one for the same label goes to the remark so that nothing is overwritten."""
        if not value:
            return
        if label in self.values and self.values[label] != value:
            label = REST
        self.values[label] = f"{self.values[label]}, {value}" if label == REST and REST in self.values else value

    @property
    def has_number(self) -> bool:
        return any(label in self.values for label in (NIK, PHONE))


def workbook_of_text(text: str) -> Workbook:
    """The one table of a pasted text. Raises EmptyFile, NoTable, TooLarge."""
    if len(text) > Limits().file_bytes // 4:
        raise TooLarge(size=f"{len(text) // 1024} KB", limit=f"{Limits().file_bytes // 4096} KB")
    text = text.translate(_MARKS).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    lines = text.split("\n")
    if not any(line.strip() for line in lines):
        raise EmptyFile()
    if separated := _separated(lines):
        return separated
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        reader.line(number, line)
    reader.flush()
    if not reader.records:
        raise NoTable(sheets=1)
    return Workbook("paste", (_table(reader),))


def _separated(lines: list[str]) -> Workbook | None:
    """A copy out of a sheet: nearly every line with the same number of tabs, semicolons or bars."""
    present = [line for line in lines if line.strip()]
    for mark, least in (("\t", 1), (";", 2), ("|", 2)):
        counts = [line.count(mark) for line in present]
        usual = max(set(counts), key=counts.count)
        if (
            usual >= least
            and sum(count > 0 for count in counts) >= 0.6 * len(counts)
            and counts.count(usual) >= 0.4 * len(counts)
        ):
            if mark != "\t" and any(_labels(line) for line in present):
                continue
            from sertakan.intake.reading.rawsheet import SheetHead, raw_sheet
            from sertakan.intake.reading.tables import workbook_of

            try:
                if mark == "\t":
                    from sertakan.intake.reading.textfiles import split_rows

                    text = "\n".join(lines)
                    rows = split_rows(text, mark, quoting=True) or split_rows(text, mark, quoting=False) or []
                else:
                    rows = [[cell.strip() for cell in line.strip().strip("|").split(mark)] for line in lines]
                return workbook_of("paste", [raw_sheet(SheetHead(SHEET, 0), rows)])
            except (NoTable, EmptyFile):
                return None
    return None


class _Reader:
    """Goes over the lines; keeps the person that is being put together."""

    def __init__(self) -> None:
        self.records: list[_Record] = []
        self.sections: list[tuple[int, str]] = []
        self.left_out: dict[str, list[int]] = {}
        self.current: _Record | None = None

    def line(self, number: int, line: str) -> None:
        """Takes one line; `number` counts from 1."""
        stripped = line.strip()
        if not stripped:
            if self.current and (self.current.has_number or self.current.labelled):
                self.flush()
            return
        body = _CHAT_OTHER_ORDER.sub("", _CHAT.sub("", stripped, count=1), count=1).strip()
        if body != stripped and self.current and self.current.has_number:
            self.flush()
        if not body or _NOISE.match(body):
            self.left_out.setdefault("chat_rows", []).append(number)
            return
        rest = _NUMBERING.sub("", body, count=1)
        numbered = rest != body
        if numbered and self.current and (self.current.has_number or self.current.numbered or self.current.labelled):
            self.flush()
        labels = _labels(rest)
        if labels:
            self._labelled(number, rest, labels, numbered=numbered)
        else:
            self._plain(number, rest, numbered=numbered)

    def _labelled(self, number: int, text: str, labels: list[tuple[int, int, str]], *, numbered: bool) -> None:
        before = text[: labels[0][0]].strip(" ,;|/-")
        if before:
            self._plain(number, before, numbered=numbered)
        for position, (_, end, label) in enumerate(labels):
            stop = labels[position + 1][0] if position + 1 < len(labels) else len(text)
            value = text[end:stop].strip(" ,;|/\t")
            if self.current and label in self.current.values and value:
                self.flush()
            if self.current is None:
                self.current = _Record(number, numbered=numbered)
            self.current.labelled = True
            self.current.put(label, value)

    def _plain(self, number: int, text: str, *, numbered: bool) -> None:
        found = _tokens(text)
        numbers = NIK in found or PHONE in found or NIP in found
        name = found.get(NAME, "")
        if not numbers and BIRTH not in found and SECTION.match(text) and not numbered:
            self.flush()
            self.sections.append((number, clean(text.strip(" :*"))))
            return
        talk = not numbers and not numbered and (_TALK.search(text) or len(text) > 120 or not name)
        if talk and (name or not (self.current and found)):
            self.left_out.setdefault("chat_rows", []).append(number)
            return
        starts = (name and self.current and (self.current.has_number or NAME in self.current.values)) or (
            NIK in found and self.current and NIK in self.current.values
        )
        if self.current and self.current.labelled and name and not numbers:
            self.current.put(REST, text)
            return
        if starts:
            self.flush()
        if self.current is None:
            self.current = _Record(number, numbered=numbered)
        self.current.numbered |= numbered
        for label, value in found.items():
            self.current.put(label, value)

    def flush(self) -> None:
        """Ends the current person. A bare name without any number is a person only when it stood in a numbered list."""
        record, self.current = self.current, None
        if record is None:
            return
        if record.has_number or record.numbered or record.labelled or NIP in record.values:
            self.records.append(record)
        else:
            self.left_out.setdefault("chat_rows", []).append(record.line)


def _labels(text: str) -> list[tuple[int, int, str]]:
    """Start, end and text of each "label:" in a line."""
    found: list[tuple[int, int, str]] = []
    for match in _LABEL.finditer(text):
        label = clean(match[1])
        while label and not is_heading(label) and " " in label:
            label = label.split(" ", 1)[1].lstrip(" /.-()")
        if label and is_heading(label):
            start = match.end(1) - len(label)
            found.append((start, match.end(), label))
    return found


def _tokens(text: str) -> dict[str, str]:
    """Parts of a line without labels."""
    found: dict[str, str] = {}
    for pattern, label in ((_NIP, NIP), *((pattern, NIK) for pattern in _NIK)):
        if label not in found and (match := pattern.search(text)):
            found[label] = match[1]
            text = f"{text[: match.start()]} | {text[match.end() :]}"
    for pattern, label in ((_DATE, BIRTH), (_PHONE, PHONE), (_SEX, SEX)):
        if match := pattern.search(text):
            if label == SEX and not found:
                continue
            found[label] = clean(match[1])
            text = f"{text[: match.start()]} | {text[match.end() :]}"
    pieces = [piece for piece in (p.strip(" .,:;*_()\"'") for p in _SPLIT.split(text)) if piece]
    name = next((piece for piece in pieces if any(c.isalpha() for c in piece)), None)
    if name is not None:
        pieces.remove(name)
        found[NAME] = clean(name)
    if pieces:
        found[REST] = ", ".join(clean(piece) for piece in pieces)
    return found


def _table(reader: _Reader) -> SheetTable:
    import polars as pl

    order = [NAME, NIK, PHONE, NIP, BIRTH, SEX]
    seen = list(dict.fromkeys(label for record in reader.records for label in record.values))
    headings = [label for label in order if label in seen]
    headings += [label for label in seen if label not in headings and label != REST] + ([REST] if REST in seen else [])
    labels = [f"c{i}" for i in range(len(headings))]
    data = {
        name: [record.values.get(heading) for record in reader.records]
        for name, heading in zip(labels, headings, strict=True)
    }
    cells = pl.DataFrame(data, schema=dict.fromkeys(labels, pl.String))
    kinds = cells.select(pl.when(pl.col(name).is_not_null()).then(pl.lit("s")).alias(name) for name in labels)
    lines = [record.line for record in reader.records]
    stacked = stack_sections(reader.sections)
    sections = [next((text for at, text in reversed(stacked) if at < line), None) for line in lines]
    notes = [Note(code, tuple(rows)) for code, rows in reader.left_out.items()]
    if reader.sections:
        notes.append(Note("section_rows", tuple(at for at, _ in reader.sections)))
    return SheetTable(
        sheet=SHEET,
        index=0,
        hidden=False,
        header_row=0,
        headings=tuple(headings),
        cells=cells,
        kinds=kinds,
        rows=pl.Series("row", lines, dtype=pl.Int64),
        sections=pl.Series("section", sections, dtype=pl.String),
        notes=tuple(notes),
    )
