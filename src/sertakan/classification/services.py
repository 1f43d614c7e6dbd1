"""Loading of sectors and occupations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sertakan.classification.queries import sectors
from sertakan.core import audit
from sertakan.core.reference import (
    FALSE,
    ROW,
    TRUE,
    LoadReport,
    ReferenceRowRepeated,
    ReferenceTargetUnknown,
    check_form,
    check_known,
    check_lengths,
    check_unique,
    read_csv,
    refuse,
    upsert,
)

if TYPE_CHECKING:
    import polars as pl

SHIPPED: Final = Path(__file__).resolve().parent / "data"
NEWER: Final = {"KBLI 2020": "KBLI 2025"}
"""Which edition the successor codes of an edition belong to."""

_WORDS = "string_to_array(s.{0}, ';')"
_SECTOR_COLUMNS = ("edition", "code", "title", "successor_codes", "broad_sector", "sakernas_code")
_OCCUPATION_COLUMNS = (
    "code", "term", "synonyms", "ambiguous_words", "kbji", "kbji_edition", "kbli2020", "kbli2025", "transport", "household",
)  # fmt: skip


@transaction.atomic
def load_sectors(file: Path | None = None) -> LoadReport:
    """Load the lettered categories of every KBLI edition, with what became of them in the next. Repeatable.

    Raises ReferenceFileBroken and its kinds.
    """
    import polars as pl

    path = file or SHIPPED / "sectors.csv"
    frame = read_csv(path, _SECTOR_COLUMNS, required=("edition", "code", "title"))
    check_form(frame, path, "code", "[A-Z]{1,2}", "satu atau dua huruf besar")
    check_form(frame, path, "successor_codes", "[A-Z]{1,2}(;[A-Z]{1,2})*", "huruf kategori dipisahkan titik koma")
    check_lengths(frame, path, {"edition": 20, "title": 250, "broad_sector": 40, "sakernas_code": 12})
    check_unique(frame, path, ["edition", "code"])
    successors = frame.filter(pl.col("successor_codes") != "").select(
        ROW, edition=pl.col("edition").replace(NEWER), code=pl.col("successor_codes").str.split(";")
    )
    unknown = successors.explode("code").join(frame, on=["edition", "code"], how="anti").sort(ROW)
    refuse(unknown, ReferenceTargetUnknown, path, "successor_codes", value=unknown["code"][0] if unknown.height else "")
    values = {name: f"s.{name}" for name in _SECTOR_COLUMNS} | {"successor_codes": _WORDS.format("successor_codes")}
    added, changed, _ = upsert(
        "classification_sectorcategory", frame.select(_SECTOR_COLUMNS), key=("edition", "code"), values=values
    )
    return _recorded(
        "classification.sectors_loaded", "classification_sectorcategory", path, frame.height, added, changed
    )


@transaction.atomic
def load_occupations(file: Path | None = None) -> LoadReport:
    """Load the kinds of work with their synonyms. Sectors must be there already. Repeatable.

    A word may belong to one occupation only, unless it stands among the ambiguous words of each that it may mean.
    Raises ReferenceFileBroken and its kinds.
    """
    import polars as pl

    path = file or SHIPPED / "occupations.csv"
    frame = read_csv(path, _OCCUPATION_COLUMNS, required=("code", "term", "household"))
    check_form(frame, path, "code", "[a-z0-9]+(-[a-z0-9]+)*", "huruf kecil, angka, dan tanda hubung")
    check_form(frame, path, "kbji", r"\d{1,6}", "satu sampai enam angka")
    for column in ("transport", "household"):
        check_form(frame, path, column, f"{TRUE}|{FALSE}", f"{TRUE} atau {FALSE}")
    check_lengths(frame, path, {"code": 80, "term": 120, "kbji_edition": 20, "kbli2020": 2, "kbli2025": 2})
    check_unique(frame, path, ["code"])
    for column, edition in (("kbli2020", "KBLI 2020"), ("kbli2025", "KBLI 2025")):
        _check_sector(frame, path, column, edition)
    _check_words(frame, path)
    frame = frame.select(_OCCUPATION_COLUMNS).with_columns(sort_key=pl.col("term").str.to_lowercase())
    values = {name: f"s.{name}" for name in frame.columns}
    values |= {name: _WORDS.format(name) for name in ("synonyms", "ambiguous_words")}
    values |= {
        name: f"CASE s.{name} WHEN '{TRUE}' THEN true WHEN '{FALSE}' THEN false END"
        for name in ("transport", "household")
    }
    added, changed, _ = upsert("classification_occupation", frame, key=("code",), values=values)
    return _recorded(
        "classification.occupations_loaded", "classification_occupation", path, frame.height, added, changed
    )


def _check_sector(frame: pl.DataFrame, path: Path, column: str, edition: str) -> None:
    check_known(frame, path, column, set(sectors(edition).values_list("code", flat=True)))


def _check_words(frame: pl.DataFrame, path: Path) -> None:
    """A word that two rows claim would be guessed. Raises ReferenceRowRepeated; ReferenceValueMalformed for a word that is too long."""
    import polars as pl

    words = pl.concat_list(pl.concat_list("term"), pl.col("synonyms").str.split(";"))
    own = frame.select(ROW, column=pl.lit("synonyms"), word=words).explode("word")
    shared = frame.select(ROW, column=pl.lit("ambiguous_words"), word=pl.col("ambiguous_words").str.split(";")).explode(
        "word"
    )
    both = pl.concat([own, shared]).filter(pl.col("word") != "")
    check_lengths(both, path, {"word": 120})
    key = pl.col("word").str.to_lowercase().str.strip_chars()
    own = own.filter(pl.col("word") != "").with_columns(key=key).unique(["key", ROW], maintain_order=True)
    twice = own.with_columns(first=pl.col(ROW).min().over("key")).filter(pl.col(ROW) > pl.col("first"))
    shared = shared.with_columns(key=key)
    claimed = shared.join(own.select("key", first=ROW), on="key").select(ROW, "column", "word", "key", "first")
    for row in pl.concat([twice.select(claimed.columns), claimed]).sort(ROW).head(1).iter_rows(named=True):
        raise ReferenceRowRepeated(
            file=path.name, row=row[ROW], column=row["column"], value=row["word"], first=row["first"]
        )


def _recorded(action: str, table: str, path: Path, rows: int, added: int, changed: int) -> LoadReport:
    report = LoadReport(
        table=table, file=path.name, rows=rows, added=added, changed=changed, unchanged=rows - added - changed
    )
    audit.record(action, facts=report.as_dict())
    return report
