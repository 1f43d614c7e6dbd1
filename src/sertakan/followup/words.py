"""What reminders say, in three tones and two escalations. Indonesian, the language of the office's letters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sertakan.core.month import Month

MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a body."""

    subject: str
    body: str


def long_day(day: date) -> str:
    """``Senin, 16 November 2026``."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def long_period(period: Month | None, kind: str) -> str:
    """``November 2026``, ``triwulan 4 tahun 2026``, ``tahun 2026``; empty for what is done once."""
    if period is None:
        return ""
    if kind == "quarter":
        return f"triwulan {(period.month + 2) // 3} tahun {period.year}"
    return f"tahun {period.year}" if kind == "year" else f"{MONTHS[period.month - 1]} {period.year}"


def reminder(
    kind: str, *, title: str, period: str, due: date, days: int, agency: str, number: str, appeal: bool, helper: str
) -> Words:
    """What is said at one step. `days`: working days before or after the deadline."""
    what = f"{title} ({period})" if period else title
    when = long_day(due)
    help_line = f" Bila ada kesulitan, hubungi {helper}." if helper else ""
    based = (
        f"Dasar: imbauan dalam edaran {number}; batas waktunya ditetapkan koordinator."
        if appeal
        else f"Dasar: edaran {number}."
    )
    if kind == "before":
        return Words(
            f"{what}: {days} hari kerja lagi",
            f"{what} jatuh tempo {when}. Masih ada {days} hari kerja.{help_line} {based}",
        )
    if kind == "due":
        return Words(
            f"{what}: jatuh tempo hari ini", f"Hari ini, {when}, hari terakhir untuk {what}.{help_line} {based}"
        )
    if kind == "overdue":
        return Words(
            f"{what}: lewat {days} hari kerja",
            f"{what} jatuh tempo {when} dan sampai hari ini, {days} hari kerja kemudian, belum tercatat.{help_line}"
            f" Bila sudah dilakukan, catat di Sertakan agar tidak diingatkan lagi. {based}",
        )
    if kind == "head":
        return Words(
            f"{agency}: {what} belum tercatat",
            f"Kepada Kepala {agency}: {what} jatuh tempo {when} dan belum tercatat sesudah {days} hari kerja. Petugas sudah diingatkan."
            f" Mohon bantuan Bapak/Ibu agar hal ini dapat diselesaikan. {based}",
        )
    return Words(
        f"{agency}: {what} belum tercatat",
        f"Kepada Sekretaris Daerah: {what} pada {agency} jatuh tempo {when} dan belum tercatat sesudah {days} hari kerja, walaupun"
        f" petugas dan kepalanya sudah diingatkan. Mohon arahan. {based}",
    )
