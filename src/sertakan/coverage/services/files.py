"""Files of denominators as rows: our own form, and two in which public tables are often kept. All faults of a file are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from sertakan.coverage.definitions import DEFINITIONS
from sertakan.coverage.errors import DenominatorColumnsMissing, DenominatorFileUnreadable, DenominatorRowsWrong
from sertakan.coverage.labels import AGES

FAULTS_SHOWN: Final = 3
LARGEST: Final = 400_000_000
ERROR: Final = Decimal("0.05")
"""The relative standard error taken for a row whose file names none."""
STATUSES: Final = (
    "eligible",
    "employed",
    "labour_force",
    "formal",
    "informal",
    "unemployed",
    "population",
    "vulnerable",
)
_BANDS: Final = tuple(code for _first, code in AGES)
_OWN: Final = {
    "area": ("kode", "code", "wilayah"), "sector": ("sektor", "kategori"), "status": (), "sex": ("jk", "jenis_kelamin"),
    "age": ("umur",), "value": ("nilai", "orang", "jumlah"), "error": ("rse",), "source": ("sumber",), "round": ("putaran", "periode"),
    "confidence": ("keyakinan",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One denominator as read."""

    area: str
    sector: str
    status: str
    sex: str
    age: str
    value: int
    low: int
    high: int
    source: str
    confidence: str
    round: date


class _Wrong(Exception):
    """What is wrong with one cell, in a sentence."""


def read_file(
    file: Path, *, known: Collection[str], province: str, source: str = "", on: date | None = None
) -> list[Row]:
    """The rows of `file`. Raises DenominatorFileUnreadable, DenominatorColumnsMissing, DenominatorRowsWrong."""
    lines = _lines(file)
    headings = {name.strip().lower() for name in lines[0]} if lines else set()
    own = source or file.name
    if {"tahun", "kategori", "orang"} <= headings:
        read: Callable[[Mapping[str, str]], Iterable[dict[str, Any]]] = lambda line: _by_sector(line, province, own)  # noqa: E731
    elif {"kode", "penduduk_2024"} <= headings or any(re.fullmatch(r"penduduk_\d{4}", name) for name in headings):
        read = lambda line: _by_regency(line, own)  # noqa: E731
    else:
        columns = {
            name: next((word for word in (name, *words) if word in headings), "") for name, words in _OWN.items()
        }
        missing = [name for name in ("area", "status", "value") if not columns[name]]
        if on is None and not columns["round"]:
            missing.append("round")
        if missing:
            raise DenominatorColumnsMissing(
                file=file.name, columns=", ".join(missing), found=", ".join(sorted(headings)) or "-"
            )
        read = lambda line: [_own(line, columns, own, on)]  # noqa: E731
    return _checked(file, lines, read, known)


def _lines(file: Path) -> list[dict[str, str]]:
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            found = list(csv.DictReader(opened))
    except (UnicodeDecodeError, csv.Error, OSError) as broken:
        raise DenominatorFileUnreadable(file=file.name, why=type(broken).__name__) from broken
    if not found:
        raise DenominatorFileUnreadable(file=file.name, why="tidak ada baris")
    return [
        {(name or "").strip().lower(): text.strip() if isinstance(text, str) else "" for name, text in line.items()}
        for line in found
    ]


def _checked(
    file: Path,
    lines: list[dict[str, str]],
    read: Callable[[Mapping[str, str]], Iterable[dict[str, Any]]],
    known: Collection[str],
) -> list[Row]:
    found: dict[tuple[Any, ...], int] = {}
    rows, faults = [], []
    for number, line in enumerate(lines, start=2):
        try:
            for facts in read(line):
                row = _row(facts, known)
                key = (row.area, row.sector, row.status, row.sex, row.age, row.round)
                if key in found:
                    raise _Wrong(f"isinya sama dengan baris {found[key]}")
                found[key] = number
                rows.append(row)
        except _Wrong as wrong:
            faults.append(f"Baris {number}: {wrong}.")
    if faults:
        raise DenominatorRowsWrong(file=file.name, count=len(faults), first=" ".join(faults[:FAULTS_SHOWN]))
    return rows


def _row(facts: dict[str, Any], known: Collection[str]) -> Row:
    """Raises _Wrong."""
    if facts["area"] not in known:
        raise _Wrong(f"kode wilayah “{facts['area']}” tidak dikenal")
    if facts["status"] not in STATUSES:
        raise _Wrong(f"status “{facts['status']}” bukan salah satu dari {', '.join(STATUSES)}")
    if facts["sex"] not in ("", "L", "P"):
        raise _Wrong(f"jenis kelamin “{facts['sex']}” bukan L atau P")
    if facts["age"] not in ("", *_BANDS):
        raise _Wrong(f"umur “{facts['age'][:12]}” bukan salah satu dari {', '.join(_BANDS)}")
    if facts["sector"] and not re.fullmatch(r"[A-V](,[A-V])*", facts["sector"]):
        raise _Wrong(f"sektor “{facts['sector'][:12]}” bukan huruf seperti A atau M,N")
    confidence = (facts.get("confidence") or "C").strip().upper()
    if confidence not in ("A", "B", "C", "D"):
        raise _Wrong(f"keyakinan “{confidence[:12]}” bukan A, B, C atau D")
    value = _whole(facts["value"])
    error = _share(facts.get("error", ""))
    half = Decimal("1.96") * error
    return Row(
        area=facts["area"], sector=facts["sector"], status=facts["status"], sex=facts["sex"], age=facts["age"], value=value,
        low=max(0, int(value * (1 - half))), high=-int(-value * (1 + half) // 1), source=facts["source"][:300],
        confidence=confidence, round=facts["round"],
    )  # fmt: skip


def _whole(text: str) -> int:
    """A number of people; dots between thousands are fine. Raises _Wrong."""
    plain = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    if not re.fullmatch(r"\d+", plain) or int(plain) > LARGEST:
        raise _Wrong(f"jumlah “{text}” bukan bilangan bulat orang")
    return int(plain)


def _share(text: str) -> Decimal:
    if not text:
        return ERROR
    try:
        error = Decimal(text.replace(",", "."))
    except InvalidOperation:
        error = Decimal(-1)
    if not 0 <= error < Decimal("0.5"):
        raise _Wrong(f"galat relatif “{text}” harus di antara 0 dan 0,5 (misalnya 0,03)")
    return error


def _day(text: str) -> date:
    """A day, or a month, which stands for its last day. Raises _Wrong."""
    from sertakan.core.month import Month

    try:
        return Month.parse(text).last_day if len(text) == 7 else date.fromisoformat(text)
    except ValueError as wrong:
        raise _Wrong(f"putaran “{text}” bukan tanggal (2025-08-31) atau bulan (2025-08)") from wrong


def _own(line: Mapping[str, str], columns: Mapping[str, str], source: str, on: date | None) -> dict[str, Any]:
    facts: dict[str, Any] = {name: line.get(heading, "") if heading else "" for name, heading in columns.items()}
    facts["source"] = facts["source"] or source
    if facts["round"] or on is None:
        return {**facts, "round": _day(facts["round"])}
    return {**facts, "round": on}


def _by_sector(line: Mapping[str, str], province: str, source: str) -> list[dict[str, Any]]:
    """tahun, kategori, lapangan_usaha, orang: employed persons of the province in August of a year."""
    if not re.fullmatch(r"\d{4}", line["tahun"]):
        raise _Wrong(f"tahun “{line['tahun']}” bukan empat angka")
    return [
        {
            "area": province, "sector": line["kategori"], "status": "employed", "sex": "", "age": "", "value": line["orang"],
            "source": source, "round": date(int(line["tahun"]), 8, 31), "error": "0.03",
        }
    ]  # fmt: skip


def _by_regency(line: Mapping[str, str], source: str) -> list[dict[str, Any]]:
    """kode, penduduk_l_YYYY, penduduk_p_YYYY, penduduk_YYYY: people of a regency at the end of a year."""
    found = []
    for heading, text in line.items():
        named = re.fullmatch(r"penduduk(_[lp])?_(\d{4})", heading)
        if named:
            sex = (named[1] or "")[1:].upper()
            facts = {"area": line["kode"], "sector": "", "status": "population", "sex": sex, "age": "", "value": text}
            found.append({**facts, "source": source, "round": date(int(named[2]), 12, 31), "error": "0.005"})
    return found


assert set(STATUSES) <= set(DEFINITIONS)  # noqa: S101  every kind of people has its sentence
