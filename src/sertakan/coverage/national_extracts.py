"""Extracts of provinces: what a Parquet file must be before it is counted with others. All faults of all files are told at once. No Django.

An extract is written by `sertakan coverage extract`: a row per protected person, the columns of `counting` and no others, so that no
name or number can come along. It says in its header of which month and which province it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sertakan.coverage.counting import ATTRIBUTES, COLUMNS
from sertakan.coverage.errors import ExtractsWrong
from sertakan.coverage.figures import WIDTHS

if TYPE_CHECKING:
    import polars as pl

INVENTED: Final = "data rekaan"
LONGEST_CODE: Final = 80
FAULTS_SHOWN: Final = 8
_AREA: Final = r"^(\d\d|\?\?)(\.(\d\d|\?\?)){2}\.(\d{4}|\?{4})$"
_MONTH, _PROVINCE, _SOURCE = "sertakan.month", "sertakan.province", "sertakan.source"


@dataclass(frozen=True, slots=True)
class Extract:
    """One readable extract. `month` is empty where the file does not say it."""

    file: Path
    province: str
    month: str
    persons: int
    invented: bool


class _Wrong(Exception):
    """What is wrong with one file, in a sentence."""


def write(persons: pl.DataFrame, file: Path, *, month: str, province: str, source: str = "") -> None:
    """Keep `persons` (COLUMNS) as an extract that says of which month and province it is."""
    said = {_MONTH: month, _PROVINCE: province, _SOURCE: source}
    persons.select(COLUMNS).write_parquet(file, metadata=said)


def mark(file: Path, *, month: str, province: str) -> None:
    """Write into the header of an extract of which month and province it is."""
    import polars as pl

    write(pl.read_parquet(file), file, month=month, province=province)


def found_in(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and all Parquet files of folders that are named."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return files


def checked(paths: Sequence[Path], *, provinces: Collection[str] | None = None, month: str = "") -> list[Extract]:
    """The extracts among `paths`, one per province. `provinces`: the codes that exist; None takes any.

    Raises ExtractsWrong with every file that is broken, has other columns, or stands for a province or a month that does not fit; then
    none of them is to be counted, because a sum without one of its provinces looks like a whole one.
    """
    faults: list[str] = []
    good: list[Extract] = []
    for file in found_in(paths):
        try:
            good.append(_read(file, provinces))
        except _Wrong as wrong:
            faults.append(f"{file.name}: {wrong}.")
    faults += _of_one_province(good) + _of_other_months(good, month)
    if not good and not faults:
        faults.append("Tidak ada berkas Parquet.")
    if faults:
        more = f" Dan {len(faults) - FAULTS_SHOWN} lagi." if len(faults) > FAULTS_SHOWN else ""
        raise ExtractsWrong(count=len(faults), faults=" ".join(faults[:FAULTS_SHOWN]) + more)
    return good


def _read(file: Path, provinces: Collection[str] | None) -> Extract:
    """Raises _Wrong."""
    import polars as pl

    try:
        header = pl.read_parquet_metadata(file)
        frame = pl.scan_parquet(file, glob=False)
        schema = frame.collect_schema()
        _check_columns(schema)
        province, persons = _check_rows(frame, header)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as broken:
        raise _Wrong("rusak, atau bukan berkas Parquet") from broken
    if provinces is not None and province not in provinces:
        raise _Wrong(f"kode provinsi “{province}” tidak dikenal")
    return Extract(file, province, header.get(_MONTH, ""), persons, header.get(_SOURCE, "") == INVENTED)


def _check_columns(schema: Mapping[str, pl.DataType]) -> None:
    """Raises _Wrong. A column more is refused too: it may hold a name or a number of a person."""
    import polars as pl

    missing = [name for name in COLUMNS if name not in schema]
    if missing:
        raise _Wrong(f"tidak mempunyai kolom {', '.join(missing)}")
    others = [name for name in schema if name not in COLUMNS]
    if others:
        raise _Wrong(
            f"mempunyai kolom lain: {', '.join(others)[:120]}; ekstrak tidak boleh memuat nama atau nomor orang"
        )
    wrong = [name for name in ("area", *ATTRIBUTES) if schema[name] != pl.String]
    if wrong or not schema["membership"].is_integer():
        raise _Wrong(f"isi kolom {', '.join(wrong or ['membership'])} bukan jenis yang diharapkan")


def _check_rows(frame: pl.LazyFrame, header: Mapping[str, str]) -> tuple[str, int]:
    """The province and how many persons. Raises _Wrong."""
    import polars as pl

    code = pl.col("area").str.slice(0, WIDTHS["province"])
    facts = frame.select(
        persons=pl.len(),
        empty=pl.any_horizontal(pl.col(COLUMNS).is_null()).sum(),
        odd=(~pl.col("area").str.contains(_AREA)).sum(),
        long=pl.any_horizontal(pl.col(ATTRIBUTES).str.len_chars() > LONGEST_CODE).sum(),
        twice=pl.len() - pl.col("membership").n_unique(),
        most=code.filter(code != "??").mode().sort().first(),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    for name, said in (
        ("empty", "%s baris mempunyai sel kosong"),
        ("odd", "%s baris berkode wilayah yang tidak berbentuk 17.71.01.1004"),
        ("long", "%s baris berisi kode yang terlalu panjang"),
        ("twice", "%s orang tercatat dua kali"),
    ):
        if facts[name]:
            raise _Wrong(said % facts[name])
    province = header.get(_PROVINCE, "") or facts["most"] or ""
    if not province:
        raise _Wrong("tidak mengatakan provinsinya, dan tidak ada satu baris pun yang berkode wilayah")
    return province, facts["persons"]


def _of_one_province(good: Sequence[Extract]) -> list[str]:
    """What to say of files that stand for the same province."""
    by_province: dict[str, list[str]] = {}
    for one in good:
        by_province.setdefault(one.province, []).append(one.file.name)
    return [
        f"{', '.join(names)}: berkas dari provinsi yang sama ({code})."
        for code, names in by_province.items()
        if len(names) > 1
    ]


def _of_other_months(good: Sequence[Extract], month: str) -> list[str]:
    """What to say of files of another month than asked for, or than the most of them."""
    told = [one.month for one in good if one.month]
    wanted = month or max(sorted(set(told)), key=told.count, default="")
    return [
        f"{one.file.name}: keadaan {one.month}, bukan {wanted}." for one in good if one.month and one.month != wanted
    ]
