"""Finds the heading of a table among the first rows of a sheet: one, two or three rows, merged or not.

Only whether a text looks like a heading is decided here; which column it means is not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sertakan.intake.reading.scan import Area


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


CORE = _vocabulary(
    "no nomor number nik ktp nama name tanggal tgl date lahir ttl birth tempat place kelamin jk l p lk pr gender "
    "sex hp telp telepon tlp telpon handphone ponsel wa whatsapp phone kontak alamat address domisili desa "
    "kelurahan kel kecamatan kec kabupaten kab kota provinsi prov village district rt rw dusun pekerjaan profesi "
    "occupation job jabatan usaha sektor sector upah penghasilan gaji pendapatan income dasar program programme jkk "
    "jkm jht iuran premi bulan month dana pendanaan funding donatur donor asn nip pemberi pendamping ibu mother "
    "email surel kpj kpa peserta kartu card keterangan ket catatan remark note status kk umur usia age instansi opd "
    "dinas unit mulai start agama pendidikan tanggungan persetujuan consent pekerja worker penerima identitas"
)
"""Words one of which stands in the heading of a column."""
FILLER = _vocabulary(
    "lengkap sesuai dan atau yang di ke dari untuk of the full induk kependudukan penduduk jenis type kind per rp "
    "orang calon tenaga rentan bantuan wajib diisi isi tahun thn hari jam aktif tanpa gelar digit angka sumber "
    "nominal besaran jumlah total lama periode perlindungan jaminan sosial ketenagakerjaan bpjs tk bpjamsostek "
    "kerja lokasi kandung gadis siri urut kepala keluarga anggota id kode code data diri pribadi pegawai negeri "
    "sipil pns penyumbang sponsor awal akhir pertama kedua utama sampingan bidang seluler mail e dd mm yyyy hh bln "
    "tinggal saat ini sekarang rumah jalan lingkungan dalam mulainya terdaftar kepesertaan pembayaran dibayar bayar "
    "yg perempuan laki pengenal kewarganegaraan nasional surat elektronik satuan perangkat daerah anak sd s ya "
    "tidak pria wanita first last work hours"
)
"""Words that may stand beside them."""
_NOT_A_PERSON = _vocabulary(
    "donatur donor pemberi pendamping penyumbang sponsor desa kelurahan kecamatan kabupaten kota provinsi instansi "
    "opd dinas unit ibu bank program kegiatan kelompok usaha barang kolom bidang sektor jenis pekerjaan jabatan "
    "kantor lembaga"
)
_WORD = re.compile(r"[a-z]+")
_PARENTHESES = re.compile(r"[(\[].*?[)\]]")
_SPACE = re.compile(r"\s+")
_NUMBERED = re.compile(r"^[(\[]?\s*(\d{1,2})\s*[)\].]?(?:\s*=.*)?$")
NIK_LIKE = re.compile(r"^\D{0,4}(?:\d[ .\-]?){15,17}\D{0,2}$")
LOOK = 60
"""How many rows from the first one with content a heading is looked for."""


def clean(text: str) -> str:
    """A heading on one line: "Tempat,\\nTgl Lahir " -> "Tempat, Tgl Lahir"."""
    return _SPACE.sub(" ", text).strip()


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def is_heading(text: str) -> bool:
    """Whether a text consists of heading words alone. "Desa Sukarami" does not."""
    if len(text) > 120:
        return False
    found = words(_PARENTHESES.sub(" ", text)) or words(text)
    return bool(found) and any(w in CORE for w in found) and all(w in CORE or w in FILLER for w in found)


def names_identity(text: str) -> bool:
    """Whether a heading is that of the NIK or of a person's name."""
    found = set(words(text))
    if not found or not is_heading(text):
        return False
    if found & {"nik", "ktp"} or {"induk", "kependudukan"} <= found:
        return True
    return bool(found & {"nama", "name"}) and not found & _NOT_A_PERSON


def names_nik(text: str) -> bool:
    found = set(words(text))
    return "nik" in found or {"induk", "kependudukan"} <= found or ("ktp" in found and bool(found & {"no", "nomor"}))


def is_data(text: str, kind: str | None) -> bool:
    """Whether a cell looks like an entry rather than a word: numbers, dates, anything with six digits."""
    if kind in ("n", "i"):
        return len(text) > 2 and not re.fullmatch(r"(19|20)\d\d", text)
    return kind in ("d", "b") or sum(character.isdigit() for character in text) >= 6


def is_numbering(cells: Sequence[str | None]) -> bool:
    """Whether a row only counts its columns: (1) (2) (3)."""
    present = [text.strip() for text in cells if text]
    if len(present) < 3:
        return False
    numbers: list[int] = []
    for text in present:
        match = _NUMBERED.match(text)
        if not match:
            return False
        numbers.append(int(match[1]))
    steps = sum(b - a == 1 for a, b in itertools.pairwise(numbers))
    return numbers[0] <= 2 and steps >= 0.7 * (len(numbers) - 1) and numbers == sorted(numbers)


@dataclass
class Head:
    """A heading found: row positions, the joined names, and the cells of its rows for recognising repetitions."""

    rows: list[int]
    names: list[str]
    cells: list[set[str]] = field(default_factory=list)
    numbering: int | None = None

    @property
    def after(self) -> int:
        """Position of the first row below."""
        return (self.numbering if self.numbering is not None else self.rows[-1]) + 1


class Window:
    """The first rows of a sheet as plain lists, with the merged areas that touch them (positions relative to the frame)."""

    def __init__(
        self,
        texts: list[tuple[str | None, ...]],
        kinds: list[tuple[str | None, ...]],
        areas: Sequence[Area],
        start: int = 0,
    ) -> None:
        self.texts, self.kinds, self.start = texts, kinds, start
        self.width = len(texts[0]) if texts else 0
        self.areas = [area for area in areas if area[0] < len(texts)]

    def present(self, row: int) -> list[tuple[int, str]]:
        return [(column, text) for column, text in enumerate(self.texts[row]) if text]

    def data_cells(self, row: int) -> int:
        return sum(is_data(text, self.kinds[row][column]) for column, text in self.present(row))


def find_head(window: Window, span: tuple[int, int] | None = None) -> Head | None:
    """The heading within the window, or None. `span` keeps the search to a range of rows."""
    first, last = span or (0, len(window.texts))
    best_row, best_score = None, 0.0
    for row in range(first, last):
        score = _score(window, row)
        if score > best_score:
            best_row, best_score = row, score
    if best_row is None:
        best_row = _unknown_head(window, first, last)
    if best_row is None:
        return None
    rows = [best_row]
    while rows[0] > first and len(rows) < 3 and _joins_above(window, rows[0] - 1, rows[0]):
        rows.insert(0, rows[0] - 1)
    while rows[-1] + 1 < last and len(rows) < 4 and _joins_below(window, rows, rows[-1] + 1):
        rows.append(rows[-1] + 1)
    names, cells = _names(window, rows)
    head = Head(rows, names, cells)
    for row in range(rows[-1] + 1, min(rows[-1] + 3, last)):
        if is_numbering(window.texts[row]):
            head.numbering = row
            break
        if window.present(row):
            break
    return head


def _score(window: Window, row: int) -> float:
    """How much a row looks like a heading; 0 when it does not."""
    present = window.present(row)
    known = {clean(text).lower() for _, text in present if is_heading(text)}
    if not known or len(known) < 0.4 * len(present) or window.data_cells(row) > 0.2 * len(present):
        return 0.0
    identity = any(names_identity(text) for _, text in present)
    if len(known) < 2 and not (identity and len(present) <= 3 and not _wide(window, row)):
        return 0.0
    return len(known) + 3.0 * identity


def _wide(window: Window, row: int) -> bool:
    """Whether a row is one text merged over several columns, like a title."""
    return any(top <= row <= bottom and right - left >= 2 for top, left, bottom, right in window.areas)


def _unknown_head(window: Window, first: int, last: int) -> int | None:
    """A row of nothing but words straight above the first row that holds a NIK, for headings in no known words."""
    for row in range(first, last):
        present = window.present(row)
        if any(NIK_LIKE.match(text) or (window.kinds[row][c] == "n" and len(text) >= 15) for c, text in present):
            above = row - 1
            while above > first and not window.present(above):
                above -= 1
            if above < first:
                return None
            heads = window.present(above)
            if len(heads) >= max(2, 0.5 * len(present)) and not any(
                is_data(text, window.kinds[above][c]) or text.strip().isdigit() for c, text in heads
            ):
                return above
            return None
    return None


def _joins_above(window: Window, row: int, below: int) -> bool:
    present = window.present(row)
    if not present or window.data_cells(row):
        return False
    width = max(sum(1 for text in window.texts[below] if text), 3)
    for top, left, bottom, right in window.areas:
        if top == row and (bottom >= below or (right > left and right - left + 1 < 0.8 * width and len(present) > 1)):
            return bottom >= below or any(is_heading(text) for _, text in present) or len(present) > 1
    return len(present) >= 2 and all(is_heading(text) for _, text in present)


def _joins_below(window: Window, rows: list[int], row: int) -> bool:
    present = window.present(row)
    if not present:
        # A blank row belongs to the heading when merged heading cells reach over it.
        return any(top in rows and bottom >= row for top, _, bottom, right in window.areas)
    if window.data_cells(row) or is_numbering(window.texts[row]):
        return False
    if any(top in rows and bottom >= row for top, _, bottom, _ in window.areas):
        return True
    above = window.texts[rows[-1]]
    grouped = {
        column
        for top, left, _, right in window.areas
        if top in rows and left < right and right - left + 1 < 0.8 * window.width
        for column in range(left, right + 1)
    }
    under = 0
    for column, text in present:
        blank_above = not above[column]
        if not (is_heading(text) or column in grouped):
            return False
        under += blank_above or column in grouped
    return under > 0 and under >= 0.4 * len(present)


def _names(window: Window, rows: list[int]) -> tuple[list[str], list[set[str]]]:
    grid = [[clean(text) if text else "" for text in window.texts[row]] for row in rows]
    cells = [{line[column].lower() for line in grid if line[column]} for column in range(window.width)]
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in window.areas:
        if top in rows:
            label = grid[rows.index(top)][left] if left < window.width else ""
            for position, row in enumerate(rows):
                for column in range(left, min(right + 1, window.width)):
                    if top <= row <= bottom:
                        grid[position][column] = label
                        covered.add((position, column))
    last = len(rows) - 1
    for position in range(last):
        label, owner = "", -1
        for column in range(window.width):
            if grid[position][column]:
                label, owner = grid[position][column], column
            elif (
                label
                and (position, column) not in covered
                and _lower(grid, position, column)
                and _lower(grid, position, owner)
            ):
                grid[position][column] = label
    names: list[str] = []
    for column in range(window.width):
        parts: list[str] = []
        for line in grid:
            if line[column] and line[column].lower() not in (part.lower() for part in parts):
                parts.append(line[column])
        names.append(" / ".join(parts))
    return names, cells


def _lower(grid: list[list[str]], position: int, column: int) -> bool:
    return any(line[column] for line in grid[position + 1 :])
