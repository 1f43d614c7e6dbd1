"""Area files as frames: the shipped ones and one that an operator gives. Nothing here writes.

Code forms: 17 province, 17.71 regency, 17.71.01 district, 17.71.01.1004 village. The parent is the code without its last part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from sertakan.areas.errors import ProvinceUnknown
from sertakan.areas.models import Area
from sertakan.core.reference import (
    ROW,
    ReferenceTargetUnknown,
    ReferenceValueMalformed,
    check_form,
    check_lengths,
    check_unique,
    read_csv,
    refuse,
)

if TYPE_CHECKING:
    import polars as pl

SHIPPED: Final = Path(__file__).resolve().parents[1] / "data"
LEVELS: Final = tuple(str(level) for level in Area.Level)
CODE: Final = r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?"
KINDS: Final = {
    "province": ("provinsi",),
    "regency": ("kabupaten", "kota"),
    "district": ("kecamatan", "distrik"),
    "village": ("desa", "kelurahan", "desa adat"),
}
HEADINGS: Final = {"code": ("kode",), "kind": ("jenis",), "name": ("nama",), "parent_code": ("kode_induk",)}


@dataclass(frozen=True, slots=True)
class Edition:
    """Which list it is, and the first day on which it holds."""

    name: str
    valid_from: date


@cache
def shipped_edition() -> Edition:
    """The edition of the files that come with the product."""
    read = yaml.safe_load((SHIPPED / "edition.yaml").read_text())
    return Edition(name=read["name"], valid_from=read["valid_from"])


def shipped_areas(province_codes: Collection[str], down_to: str) -> pl.DataFrame:
    """All Indonesia to the regency, the named provinces further to `down_to`. Raises ProvinceUnknown."""
    import polars as pl

    upper_file, lower_file = SHIPPED / "provinces_regencies.csv", SHIPPED / "districts_villages.parquet"
    upper = read_csv(upper_file, HEADINGS, required=("code", "kind", "name"))
    known = set(upper.filter(pl.col("parent_code") == "")["code"])
    for code in sorted(province_codes):
        if code not in known:
            raise ProvinceUnknown(province=code, file=upper_file.name)
    depth = LEVELS.index(down_to)
    upper = prepare(upper, upper_file).filter(pl.col("code").str.count_matches(".", literal=True) <= depth)
    if depth < LEVELS.index("district") or not province_codes:
        return upper
    # Sorted codes: the reader skips what cannot belong to the wanted provinces.
    lower = (
        pl.scan_parquet(lower_file, row_index_name=ROW, row_index_offset=2)
        .filter(pl.col("code").str.slice(0, 2).is_in(sorted(province_codes)))
        .collect()
        .with_columns(pl.col(ROW).cast(pl.Int64), pl.col("kind").cast(pl.String), parent_code=pl.lit(""))
    )
    lower = prepare(lower, lower_file, above=set(upper["code"]))
    return pl.concat([upper, lower.filter(pl.col("code").str.count_matches(".", literal=True) <= depth)])


def given_areas(file: Path, known: Collection[str]) -> pl.DataFrame:
    """An operator's file; parents may stand in it or be `known` already. Raises the refusals of core.reference."""
    return prepare(read_csv(file, HEADINGS, required=("code", "kind", "name")), file, above=set(known))


def prepare(frame: pl.DataFrame, path: Path, *, above: set[str] | None = None) -> pl.DataFrame:
    """[ROW, code, level, kind, name, parent_code, sort_key], looked at as a whole. Raises the refusals of core.reference."""
    import polars as pl

    check_form(frame, path, "code", CODE, "17, 17.71, 17.71.01 atau 17.71.01.1004")
    check_lengths(frame, path, {"name": 120})
    check_unique(frame, path, ["code"])
    parent = pl.col("code").str.replace(r"\.?\d+$", "")
    depth = pl.col("code").str.count_matches(".", literal=True)
    frame = frame.with_columns(
        level=depth.replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String),
        kind=pl.col("kind").str.to_lowercase(),
    )
    refuse(
        frame.filter((pl.col("parent_code") != "") & (pl.col("parent_code") != parent)),
        ReferenceValueMalformed, path, "parent_code", expected="kode itu sendiri tanpa bagian terakhir",
    )  # fmt: skip
    frame = frame.with_columns(parent_code=parent)
    orphans = frame.filter(
        (pl.col("parent_code") != "") & ~pl.col("parent_code").is_in(list({*frame["code"], *(above or ())}))
    )
    if orphans.height:
        first = orphans.row(0, named=True)
        raise ReferenceTargetUnknown(file=path.name, row=first[ROW], column="parent_code", value=first["parent_code"])
    for level, kinds in KINDS.items():
        wrong = frame.filter((pl.col("level") == level) & ~pl.col("kind").is_in(list(kinds)))
        refuse(wrong, ReferenceValueMalformed, path, "kind", expected=", ".join(kinds))
    return frame.select(ROW, "code", "level", "kind", "name", "parent_code", sort_key=sort_key("name"))


def sort_key(column: str) -> pl.Expr:
    """How a name sorts in a list: without the kind in front, without case and signs."""
    import polars as pl

    bare = pl.col(column).str.to_lowercase().str.replace(r"^(kabupaten|kota) ", "")
    return bare.str.replace_all(r"[^a-z0-9 ]", "").str.strip_chars().str.slice(0, 140)


def shipped_tiles() -> pl.DataFrame:
    """[code, label, column, row] of the tile maps."""
    path = SHIPPED / "tiles.csv"
    frame = read_csv(path, ("code", "label", "column", "row"), required=("code", "label", "column", "row"))
    check_form(frame, path, "code", CODE, "17.71")
    check_form(frame, path, "column", r"\d{1,3}", "0 atau lebih")
    check_form(frame, path, "row", r"\d{1,3}", "0 atau lebih")
    check_lengths(frame, path, {"label": 40})
    check_unique(frame, path, ["code"])
    return frame
