"""What reading a statement yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sertakan.core import language

if TYPE_CHECKING:
    import polars as pl

LINE_COLUMNS = (
    "statement", "number", "booked_on", "value_on", "direction", "amount", "balance", "reference", "counterparty", "text",
    "raw", "problem",
)  # fmt: skip
"""Columns of `StatementBook.lines`: statement (position, 0-based), number (row of the sheet or place in the file, 1-based), dates,
direction ("in", "out", "" unknown), amount (whole rupiah above zero, null when it cannot be read for certain), balance after the
movement (null where the file has none), texts ("" where there are none), raw (amount as written), problem (a code of `PROBLEMS`, "")."""

PROBLEMS: dict[str, str] = {
    "amount_unreadable": "Jumlahnya tidak terbaca dengan pasti.",
    "amount_missing": "Baris ini tidak menyebut jumlah.",
    "decimal_part": "Jumlahnya bukan rupiah bulat.",
    "two_amounts": "Debit dan kredit terisi keduanya.",
    "direction_unreadable": "Arah uang (masuk atau keluar) tidak terbaca.",
    "date_unreadable": "Tanggalnya tidak terbaca.",
    "other_currency": "Mata uangnya bukan rupiah.",
    "line_unreadable": "Barisnya tidak mengikuti bentuk yang dikenal.",
    "not_booked": "Belum dibukukan bank; akan muncul lagi dengan tanggalnya.",
}
"""Why a line is held (all but the last) or left aside (``not_booked``)."""

FILE_FINDINGS: dict[str, str] = {
    "balance_differs": "Saldo awal ditambah mutasi tidak sama dengan saldo akhir; selisihnya %(difference)s.",
    "balance_breaks": "Saldo berjalan tidak cocok pada %(count)s baris, mulai baris %(first)s.",
    "balance_fits": "Saldo awal ditambah mutasi sama dengan saldo akhir.",
    "year_assumed": "Tanggal pada berkas ini tanpa tahun; dibaca sebagai yang terakhir sebelum hari ini.",
    "rows_left_out": "%(count)s baris bukan mutasi (pembuka, penutup, judul) dan tidak diambil.",
}


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something about a file as a whole. No personal number in `facts`."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return language.translate(FILE_FINDINGS[self.code]) % self.facts


def problem_in_words(code: str) -> str:
    """Why a line is held, in the reader's language."""
    return language.translate(PROBLEMS[code]) if code in PROBLEMS else code


@dataclass(frozen=True, slots=True)
class Statement:
    """The head of one statement of one account: number as written ("" when the file does not say), currency, balances in rupiah."""

    account: str = ""
    currency: str = ""
    opening: int | None = None
    closing: int | None = None
    opening_on: date | None = None
    closing_on: date | None = None


@dataclass(frozen=True, slots=True)
class StatementBook:
    """A file after reading. `lines` has `LINE_COLUMNS`."""

    format: str
    layout: str
    statements: tuple[Statement, ...]
    lines: pl.DataFrame
    findings: tuple[FileFinding, ...] = ()


def line_schema() -> dict[str, pl.DataType]:
    """Column to type of `StatementBook.lines`."""
    import polars as pl

    text = pl.String()
    return {
        "statement": pl.Int64(), "number": pl.Int64(), "booked_on": pl.Date(), "value_on": pl.Date(), "direction": text,
        "amount": pl.Int64(), "balance": pl.Int64(), "reference": text, "counterparty": text, "text": text, "raw": text,
        "problem": text,
    }  # fmt: skip
