"""What matching works on, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sertakan.core import language

if TYPE_CHECKING:
    import polars as pl

MATCH_RULES: dict[str, str] = {
    "bill_number": "Nomor tagihan tertulis dan jumlahnya sama.",
    "nip": "NIP donatur tertulis dan jumlahnya sama dengan iurannya.",
    "nip_months": "NIP donatur tertulis dan jumlahnya sama dengan iuran beberapa bulan.",
    "name": "Nama donatur tertulis lengkap dan jumlahnya sama dengan iurannya.",
    "name_months": "Nama donatur tertulis lengkap dan jumlahnya sama dengan iuran beberapa bulan.",
    "name_cut": "Nama donatur tertulis, terpotong oleh bank, dan jumlahnya sama dengan iurannya.",
    "agency_total": "Jumlahnya sama dengan seluruh tagihan OPD, dan keterangannya tentang iuran.",
    "payment_code": "Kode iuran tertulis dan jumlahnya sama.",
    "by_hand": "Dicocokkan oleh petugas.",
}
"""Why a line was matched, by rule."""

MATCH_WHYS: dict[str, str] = {
    "no_evidence": "Tidak ada NIP, nama, nomor tagihan, atau kode yang dikenal pada baris ini.",
    "two_donors": "Lebih dari satu donatur cocok dengan baris ini.",
    "same_name": "Ada beberapa donatur dengan nama ini.",
    "name_longer": "Nama donatur ada pada baris ini, tetapi mungkin hanya bagian dari nama yang lebih panjang.",
    "name_sounds": "Nama pada baris ini hanya mirip bunyinya dengan donatur, dan keterangannya bukan tentang iuran.",
    "amount_differs": "Donaturnya dikenal, tetapi jumlahnya tidak sama dengan iuran mana pun yang masih terbuka.",
    "several_sums": "Donaturnya dikenal, tetapi jumlahnya dapat berasal dari beberapa susunan bulan.",
    "months_differ": "Bulan yang tertulis tidak cocok dengan jumlahnya.",
    "nothing_due": "Donaturnya dikenal, tetapi tidak ada iurannya yang masih terbuka.",
    "code_differs": "Kode iurannya dikenal, tetapi jumlahnya berbeda.",
    "code_expired": "Kode iurannya dikenal, tetapi sudah kedaluwarsa pada tanggal ini.",
    "code_paid": "Kode iurannya dikenal, tetapi sudah disetor.",
    "code_explained_first": "Kode iurannya dikenal, tetapi jumlah kode dan tagihannya berbeda dan belum dijelaskan.",
    "own_transfer": "Arah uangnya tidak biasa untuk rekening ini; mungkin pemindahan antarrekening sendiri.",
    "bank_fee": "Biaya bank.",
    "bank_tax": "Pajak atas bunga atau jasa giro.",
    "bank_interest": "Bunga atau jasa giro.",
    "not_booked": "Belum dibukukan bank; akan muncul lagi dengan tanggalnya.",
    "by_hand": "Diabaikan oleh petugas.",
}
"""Why a line stayed open or was left aside."""


def rule_in_words(rule: str) -> str:
    """Why a line was matched, in the reader's language."""
    return language.translate(MATCH_RULES[rule]) if rule in MATCH_RULES else rule


def why_in_words(code: str) -> str:
    """Why a line is open or left aside, in the reader's language."""
    return language.translate(MATCH_WHYS[code]) if code in MATCH_WHYS else code


class Due(NamedTuple):
    """What one donor (None: nobody named) still owes in one bill from one source of money. `month` as ``Month.ordinal``, `amount` in
    rupiah above zero."""

    bill: int | None
    donor: int | None
    month: int
    amount: int
    funding: str = "private"


class OpenCode(NamedTuple):
    """A payment code that was not paid in full. `amount`: what is still to be paid. `explained`: nothing stands against paying it."""

    code: int
    text: str
    amount: int
    expires_on: date | None
    explained: bool = True


@dataclass(frozen=True)
class Book:
    """Everything that lines of one agency can be matched with.

    `donors`: every donor of the agency, also without dues: [donor Int64, name, nip]. `bills`: bill to its number; `bill_totals`: to
    what all of it came when it was issued. `billed`: what donors were billed, paid or not, so that who else may be meant does not
    depend on what was settled in between; the same as `dues` when left out.
    """

    dues: tuple[Due, ...]
    donors: pl.DataFrame
    bills: dict[int, str]
    codes: tuple[OpenCode, ...] = ()
    bill_totals: dict[int, int] = field(default_factory=dict)
    billed: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One line surely belongs to these dues, or to these codes. The amounts of `parts` add up to the line's."""

    line: int
    kind: str
    rule: str
    parts: tuple[Due, ...] = ()
    codes: tuple[OpenCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A line that stays open (or, with `ignored`, is the bank's own business), why, and who it may belong to: donors, bills, codes."""

    line: int
    why: str
    ignored: bool = False
    donors: tuple[int, ...] = ()
    bills: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Every line given stands in exactly one of both."""

    decisions: list[Decision] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
