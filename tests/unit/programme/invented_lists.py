"""Lists of invented workers as CSV."""

from __future__ import annotations

HEADINGS = "NIK;Nama;Tanggal Lahir;No HP;Pekerjaan;Nama ASN;NIP ASN;Tanggal Persetujuan"
DONOR = "Ahmad Contoh;198001012005011001"


def nik(serial: int, day: int = 12) -> str:
    """An invented man of 12 March 1985 from Kota Bengkulu."""
    return f"177102{day:02d}0385{serial:04d}"


def line(serial: int, name: str = "", **cells: str) -> str:
    """One complete row; `cells` replace parts of it."""
    return ";".join(
        [
            cells.get("nik", nik(serial)),
            name or f"Budi Contoh {_letters(serial)}",
            cells.get("birth", "12-03-1985"),
            cells.get("phone", f"0812000{serial:05d}"),
            cells.get("work", "tukang ojek"),
            cells.get("donor", DONOR),
            cells.get("consent", "01-11-2026"),
        ]
    )


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def sheet(*lines: str) -> bytes:
    """A CSV file of these rows."""
    return ("\n".join([HEADINGS, *lines]) + "\n").encode()
