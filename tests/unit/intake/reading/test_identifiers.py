"""Identifiers come out of every format exactly as they stand in it, for every province; numbers stay recognisable as numbers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import makers
import pytest

from sertakan.intake.reading import SheetTable, read_workbook

PROVINCES = [
    *range(11, 20), 21, *range(31, 37), 51, 52, 53, *range(61, 66), *range(71, 77), 81, 82, *range(91, 97),
]  # fmt: skip
HEADINGS = ["No", "NIK", "Nama", "No HP", "NIP Donatur", "Keterangan"]
NUMERIC_HEADINGS = ["No", "NIK", "Nama", "Penghasilan"]


def nik(province: int) -> str:
    return f"{province}0101450885{9000 + province:04}"


def row(province: int) -> list[str | None]:
    blank = province % 3 == 0
    return [
        str(province),
        nik(province),
        "Siti Nur'aini",
        f"0812000{province:05}",
        f"19800101200501{1000 + province:04}",
        None if blank else f"'{nik(province)}",
    ]


@cache
def as_text(file_format: str) -> SheetTable:
    ending, make = makers.FORMATS[file_format]
    rows: list[list[str | None]] = [list(HEADINGS)]
    for province in PROVINCES:
        rows.append(row(province))
        if province % 5 == 0:
            rows.append([None] * len(HEADINGS))
    path = make(Path(mkdtemp()) / f"berkas{ending}", rows)
    (table,) = read_workbook(path).sheets
    path.unlink()
    return table


@cache
def as_numbers(file_format: str) -> SheetTable:
    ending, make = makers.FORMATS[file_format]
    rows: list[list[object]] = [list(NUMERIC_HEADINGS)]
    rows += [[str(province), float(nik(province)), "Ani" if province % 2 else None, 16800.5] for province in PROVINCES]
    path = make(Path(mkdtemp()) / f"angka{ending}", rows)
    (table,) = read_workbook(path).sheets
    path.unlink()
    return table


def test_there_are_38_provinces() -> None:
    assert len(PROVINCES) == 38


@pytest.mark.parametrize("file_format", makers.FORMATS)
@pytest.mark.parametrize("province", PROVINCES)
def test_text_survives_exactly(file_format: str, province: int) -> None:
    table = as_text(file_format)
    assert table.headings == tuple(HEADINGS)
    at = PROVINCES.index(province)
    assert table.cells.row(at) == tuple(row(province))
    assert set(table.kinds.row(at)) - {None} == {"s"}


@pytest.mark.parametrize("file_format", makers.NUMERIC)
@pytest.mark.parametrize("province", PROVINCES)
def test_numbers_are_recognisable(file_format: str, province: int) -> None:
    table = as_numbers(file_format)
    at = PROVINCES.index(province)
    assert makers.kinds(table, "NIK")[at] in ("n", "i")
    text = makers.column(table, "NIK")[at]
    assert text is not None and text.isdigit() and len(text) == 16
    assert float(text) == float(nik(province))
    assert makers.column(table, "Penghasilan")[at] == "16800.5"


@pytest.mark.parametrize("file_format", makers.FORMATS)
def test_row_numbers_are_those_of_the_sheet(file_format: str) -> None:
    table = as_text(file_format)
    expected, number = [], 1
    for province in PROVINCES:
        number += 1
        expected.append(number)
        number += province % 5 == 0
    assert table.rows.to_list() == expected
