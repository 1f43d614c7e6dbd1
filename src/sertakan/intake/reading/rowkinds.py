"""Tells the rows of a table apart: entries, totals, sections, signatures, repeated headings.

A row that is not surely something else is an entry: better a held row than a lost person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sertakan.intake.reading.headings import NIK_LIKE, Head, clean, is_data, is_heading, is_numbering

TOTAL = re.compile(r"^\W*(?:sub\s*-?\s*|grand\s+)?(?:jumlah|total|jml|jmlh)\b", re.IGNORECASE)
FOOTER = re.compile(
    r"^\W*(?:mengetahui|menyetujui|disetujui|diketahui|diperiksa|dibuat\s+oleh|yang\s+membuat|pembuat|tertanda|ttd\b|"
    r"kepala\s+(?:dinas|desa|badan|bidang|seksi|sub|bagian|kantor|biro|upt|kelurahan|lingkungan)|kepala\b|kadis\b|plt\b|plh\b|"
    r"a\.?\s?n\.?\s|an\.|lurah\b|camat\b|bupati\b|wali\s*kota\b|gubernur\b|sekretaris\b|bendahara\b|ketua\b|operator\b|"
    r"nip\b\.?\s*[:.]?|nrp\b|pangkat\b|pembina\b|penata\b|pengatur\b|catatan\b|keterangan\s*:|ket\s*[.:]|sumber\s*:|dicetak\b|nb\s*[.:]|note\s*:)",
    re.IGNORECASE,
)
PLACE_AND_DATE = re.compile(
    r"^[A-Za-z .'-]{3,40},\s*(?:tanggal\s*)?(?:[\d.…_ -]*)\s*"
    r"(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember|[.…_]{3,})",
    re.IGNORECASE,
)
_AREA_LEVELS = (
    (re.compile(r"\b(?:provinsi|prov)\b", re.IGNORECASE), 0),
    (re.compile(r"\b(?:kabupaten|kab|kota|kodya)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:kecamatan|kec)\b", re.IGNORECASE), 2),
    (re.compile(r"\b(?:desa|ds|kelurahan|kel|nagari|kampung)\b", re.IGNORECASE), 3),
    (re.compile(r"\b(?:dusun|dsn|rt|rw|lingkungan|posko)\b", re.IGNORECASE), 4),
)
SECTION = re.compile(
    r"^\W*(?:(?:[IVX]{1,5}|[A-Z]|\d{1,3})\s*[.):]\s*|[IVX]{1,5}\s+)?"
    r"(?:provinsi|prov|kabupaten|kab|kota|kecamatan|kec|desa|ds|kelurahan|kel|nagari|dusun|dsn|rt|rw|wilayah|dinas|badan|opd|upt|uptd|"
    r"puskesmas|kelompok|instansi|unit|bidang|sektor|lokasi|posko|kantor|sekretariat|biro)\b(?:[\s.:]|$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\(?\d{1,5}[.)]?$")


@dataclass
class Layout:
    """What the classification needs to know of a table."""

    head: Head | None
    width: int
    name_columns: frozenset[int]
    wide_rows: frozenset[int]
    """Positions of rows that are one text merged over three columns or more."""


class Classifier:
    """Goes over the doubtful rows of a table from top to bottom; remembers only whether it is inside a signature block."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.in_footer = False

    def classify(self, row: int, texts: Sequence[str | None], kinds: Sequence[str | None], *, after_data: bool) -> str:
        """ "data", "other_heading" (another table starts), or the code of the note under which the row is left out."""
        if after_data:
            self.in_footer = False
        present = [(column, text) for column, text in enumerate(texts) if text]
        found = self._certain(row, present, texts, kinds)
        if found == "data":
            self.in_footer = False
        elif found == "signature_rows":
            self.in_footer = True
        elif found in ("repeated_heading", "other_heading", "section_rows"):
            self.in_footer = False
        return found

    def _certain(
        self, row: int, present: list[tuple[int, str]], texts: Sequence[str | None], kinds: Sequence[str | None]
    ) -> str:
        first = present[0][1]
        holds_nik = any(NIK_LIKE.match(text) or (kinds[c] in ("n", "i") and len(text) >= 15) for c, text in present)
        if holds_nik and not FOOTER.match(first):
            return "data"
        if TOTAL.match(first) and not is_heading_row(present, kinds):
            return "total_rows"
        if is_numbering(texts) and len(present) >= 0.5 * self.layout.width:
            return "column_numbers"
        if repeated := self._heading(present, kinds):
            return repeated
        if self._signs(present):
            return "signature_rows"
        if not self._sparse(present):
            return "data"
        if len(present) == 1 and _NUMBER.match(first.strip()):
            return "numbered_blank"
        joined = " ".join(text for _, text in present)
        wide = row in self.layout.wide_rows and len(present) == 1
        if (SECTION.match(joined) and len(present) <= 3) or wide:
            return "section_rows"
        if any(column in self.layout.name_columns for column, _ in present):
            return "data"
        if (
            len(present) == 1
            and any(c.isalpha() for c in first)
            and len(first) <= 80
            and not is_data(first, kinds[present[0][0]])
        ):
            return "section_rows" if present[0][0] <= 1 else "text_rows"
        if len(present) == 1:
            return "text_rows"
        return "data"

    def _sparse(self, present: list[tuple[int, str]]) -> bool:
        width = self.layout.width
        return width >= 3 and len(present) <= max(1, min(3, width // 3))

    def _signs(self, present: list[tuple[int, str]]) -> bool:
        """Whether a row with few cells belongs to a signature block or to the remarks below a table."""
        first = present[0][1]
        if not self._few(present) or _NUMBER.match(first.strip()) or (SECTION.match(first) and not FOOTER.match(first)):
            return False
        return self.in_footer or any(FOOTER.match(text) or PLACE_AND_DATE.match(text) for _, text in present)

    def _few(self, present: list[tuple[int, str]]) -> bool:
        """Whether a row has as few cells as the two names of a signature block."""
        return self.layout.width >= 3 and len(present) <= max(2, min(3, self.layout.width // 3))

    def _heading(self, present: list[tuple[int, str]], kinds: Sequence[str | None]) -> str:
        head = self.layout.head
        if head is not None:
            same = sum(clean(text).lower() in head.cells[column] for column, text in present)
            if same == len(present) or (same >= 2 and same >= 0.5 * len(present)):
                return "repeated_heading"
        if len(present) >= 3 and is_heading_row(present, kinds):
            return "other_heading" if head is not None else "repeated_heading"
        return ""


def is_heading_row(present: list[tuple[int, str]], kinds: Sequence[str | None]) -> bool:
    known = len({clean(text).lower() for _, text in present if is_heading(text)})
    data = sum(is_data(text, kinds[column]) for column, text in present)
    return known >= 3 and known >= 0.6 * len(present) and not data


def section_level(text: str) -> int:
    """Level of an area named in a section row: 0 province, 1 kabupaten, 2 kecamatan, 3 desa, 4 below; 9 for anything else."""
    for pattern, level in _AREA_LEVELS:
        if pattern.search(text):
            return level
    return 9


def stack_sections(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Section texts with what stands above them: a desa below its kecamatan becomes "Kecamatan Manna / Desa Gunung"."""
    stack: list[tuple[int, str]] = []
    stacked: list[tuple[int, str]] = []
    for row, text in found:
        level = section_level(text)
        stack = [] if level == 9 else [(above, name) for above, name in stack if above < level]
        stack.append((level, text))
        stacked.append((row, " / ".join(name for _, name in stack)))
    return stacked
