"""Small tables and a small world of areas and occupations for the tests of mapping and checks. All people are invented."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sertakan.intake.checks import CheckContext, Checked, CheckSettings, check
from sertakan.intake.columns import map_columns
from sertakan.intake.reading.model import SheetTable
from sertakan.rules import load_rules

TODAY = date(2026, 11, 23)

AREAS = [
    ("17", "Bengkulu"), ("17.01", "Kabupaten Bengkulu Selatan"), ("17.71", "Kota Bengkulu"), ("17.05", "Kabupaten Seluma"),
    ("17.04", "Kabupaten Kaur"), ("91.71", "Kota Jayapura"), ("91", "Papua"),
    ("17.01.04", "Pasar Manna"), ("17.01.01", "Kedurang"), ("17.71.01", "Selebar"), ("17.71.02", "Gading Cempaka"),
    ("17.05.01", "Sukaraja"), ("17.05.02", "Seluma"),
    ("17.01.04.1001", "Pasar Bawah"), ("17.01.04.2002", "Tanjung Agung"), ("17.01.04.2003", "Simpang Tiga"),
    ("17.01.01.2005", "Keban Agung I"), ("17.01.01.2006", "Keban Agung II"), ("17.01.01.2007", "Tanjung Agung"),
    ("17.71.01.1001", "Sukarami"), ("17.71.01.1004", "Bumu Ayu"), ("17.71.02.1001", "Jalan Gedang"),
    ("17.05.01.2001", "Sukarami"), ("17.05.01.2002", "Padang Kuas"), ("17.05.02.2001", "Talang Saling"),
]  # fmt: skip
ALIASES = [
    ("17.01", "BS", "singkatan/ibu kota"), ("17.01", "Bkl Selatan", "sebutan umum"),
    ("17.71.01.1004", "Bumi Ayu", "edisi Kemendagri lama"), ("17.71", "Kodya Bengkulu", "sebutan umum"),
]  # fmt: skip
OCCUPATIONS = [
    ("nelayan", "nelayan", ["nelayan tangkap", "nelayan laut"], False),
    ("petani-padi", "petani padi", ["petani sawah", "tani", "petani"], False),
    ("buruh-tani", "buruh tani", ["buruh harian tani", "kuli tani"], False),
    ("asisten-rumah-tangga", "asisten rumah tangga", ["ART", "PRT", "pembantu"], False),
    ("tukang-ojek", "tukang ojek", ["ojek pangkalan"], True),
    ("sopir-angkot", "sopir angkot", ["supir angkutan", "sopir", "driver"], True),
    ("sopir-truk", "sopir truk", ["supir truk"], True),
    ("sopir-pribadi", "sopir pribadi", [], None),
    ("warung", "warung/toko kelontong", ["buka warung", "pemilik warung"], False),
    ("tukang-cuci", "tukang cuci", ["buruh cuci"], False),
]
PREFIXES = frozenset({"170101", "170104", "177101", "177102", "170501", "170502"})

GOOD: dict[str, str | None] = {
    "NIK": "1701041208850003", "Nama": "Suparman", "Jenis Kelamin": "L", "Tempat Lahir": "Manna", "Tanggal Lahir": "12-08-1985",
    "No HP": "0812 7123 4567", "Alamat": "Jl. Merdeka 1", "Desa/Kelurahan": "Pasar Bawah", "Kecamatan": "Pasar Manna",
    "Kabupaten": "Bengkulu Selatan", "Pekerjaan": "nelayan", "Dasar Upah": "1000000", "Penghasilan": "1000000",
    "Program": "JKK JKM", "Sumber Dana": "pribadi", "Bulan Mulai": "Desember 2026", "Jumlah Bulan": "3",
    "Nama ASN": "Invented Donor", "NIP": "198508122010011003", "Tgl Persetujuan": "20-11-2026",
}  # fmt: skip


def context(**changes: Any) -> CheckContext:
    """A context of one small province; keywords replace fields, settings may be given as a dict."""
    settings = CheckSettings(**changes.pop("settings", {}))
    given: dict[str, Any] = {
        "today": TODAY,
        "areas": pl.DataFrame(AREAS, schema=["code", "name"], orient="row"),
        "aliases": pl.DataFrame(ALIASES, schema=["code", "alias", "kind"], orient="row"),
        "nik_prefixes": PREFIXES,
        "province_code": "17",
        "occupations": pl.DataFrame(OCCUPATIONS, schema=["code", "term", "synonyms", "transport"], orient="row"),
        "rules": load_rules(),
        "settings": settings,
    }
    return CheckContext(**{**given, **changes})


def table(
    headings: Sequence[str], rows: Sequence[Sequence[Any]], *, sheet: str = "Data", sections: Sequence[str | None] = (),
    header_row: int = 3,
) -> SheetTable:  # fmt: skip
    """A sheet. Cells are text, None, or (text, kind)."""
    names = [f"c{index}" for index in range(len(headings))]
    text = [[cell[0] if isinstance(cell, tuple) else cell for cell in row] for row in rows]
    kind = [[cell[1] if isinstance(cell, tuple) else None if cell is None else "s" for cell in row] for row in rows]
    schema = dict.fromkeys(names, pl.String)
    return SheetTable(
        sheet=sheet,
        index=0,
        hidden=False,
        header_row=header_row,
        headings=tuple(headings),
        cells=pl.DataFrame(text, schema=schema, orient="row"),
        kinds=pl.DataFrame(kind, schema=schema, orient="row"),
        rows=pl.Series("row", range(header_row + 1, header_row + 1 + len(rows)), dtype=pl.Int64),
        sections=pl.Series("section", list(sections) or [None] * len(rows), dtype=pl.String),
    )


def checked(
    *rows: Mapping[str, Any], drop: Sequence[str] = (), world: CheckContext | None = None, **changes: Any
) -> Checked:
    """Check rows that differ from a faultless one as told; keys are headings, `drop` leaves columns away."""
    extra = [key for row in rows for key in row if key not in GOOD]
    headings = [name for name in (*GOOD, *dict.fromkeys(extra)) if name not in drop]
    cells = []
    for number, row in enumerate(rows):
        base = {**GOOD, **({"NIK": f"17010412088500{number + 3:02d}"} if number else {}), **row}
        cells.append([base.get(name) for name in headings])
    sheet = table(headings, cells, **changes)
    return check(sheet, map_columns(sheet), world or context())


def codes(result: Checked, *, row: int | None = None, column: str | None = None) -> list[str]:
    """The codes found, in order."""
    found = result.findings
    if row is not None:
        found = found.filter(pl.col("row") == row)
    if column is not None:
        found = found.filter(pl.col("column") == column)
    return found["code"].to_list()


def finding(result: Checked, code: str) -> dict[str, Any]:
    """The one finding with this code, with its facts as a dict."""
    (found,) = result.findings.filter(pl.col("code") == code).to_dicts()
    return {**found, "facts": json.loads(found["facts"])}


def record(result: Checked, index: int = 0) -> dict[str, Any]:
    """One row as read."""
    return result.records.row(index, named=True)
