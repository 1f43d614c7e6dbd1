"""A file from its bytes to checked rows: read, map, check, compare with who is already known."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.areas import queries as areas
from sertakan.classification import queries as classification
from sertakan.core import clock, encryption
from sertakan.core.copy import copy_frame, stage
from sertakan.intake import queries as intake
from sertakan.people import queries as people

if TYPE_CHECKING:
    import polars as pl

    from sertakan.intake.checks import CheckContext
    from sertakan.intake.columns import ColumnMap
    from sertakan.intake.table import SheetTable, Workbook

Progress = Callable[[str, int, int | None], None]


def quiet(step: str, done: int = 0, total: int | None = None) -> None:
    """A progress report nobody listens to."""


def check_context(agency: Agency, *, defaults: Mapping[str, str] | None = None) -> CheckContext:
    """What the checks need to know on this day for this agency, as plain frames."""
    from sertakan.intake.checks import CheckContext, CheckSettings
    from sertakan.rules.loading import load_rules

    today = clock.today()
    province = agency.province.code
    return CheckContext(
        today=today,
        areas=areas.area_frame(province, on=today),
        aliases=areas.alias_frame(),
        nik_prefixes=areas.identity_prefixes(),
        province_code=province,
        occupations=classification.occupation_frame(),
        rules=load_rules(),
        settings=CheckSettings(),
        value_answers=intake.remembered_values(agency.pk),
        defaults=dict(defaults or {}),
    )


def read_content(data: bytes, name: str, progress: Progress) -> Workbook:
    """Read the bytes of an upload in the guarded reader. Raises the refusals of `intake.errors`."""
    from sertakan.intake.reading import Limits, read_pasted, read_workbook
    from sertakan.intake.reading.textfiles import decode

    if name.endswith(PASTED):
        return read_pasted(decode(data)[0])
    limits = Limits(file_bytes=settings.SERTAKAN_FILE_LIMIT_MB * 1024 * 1024, cells=settings.SERTAKAN_CELL_LIMIT)
    folder = Path(settings.SERTAKAN_DATA) / "secrets" / "reading"
    folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        # A text file has no sheet name but that of the file, and the name may say which village it is about.
        stem = _UNSAFE.sub("_", Path(name).stem)[:80].strip(" .") or "berkas"
        file = Path(place) / f"{stem}{Path(name).suffix.lower()}"
        file.write_bytes(data)
        return read_workbook(file, limits=limits, progress=lambda sheet, done, total: progress("reading", done, total))


PASTED = ".tempelan"
_UNSAFE = re.compile(r"[^\w .()&+-]")


def map_workbook(workbook: Workbook, *, remembered: Mapping[str, str], answers: Mapping[str, str]) -> list[ColumnMap]:
    """The meaning of the columns of each sheet. `answers` were given for this file, `remembered` for earlier ones."""
    from sertakan.intake.columns import map_columns

    return [map_columns(table, remembered=remembered, answers=answers) for table in workbook.sheets]


def with_known(records: pl.DataFrame, agency: Agency, *, since: int | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Mark rows whose person the register knows already.

    With `since` the rows carry ``nik_index`` and ``known_person_id`` from an earlier comparison that saw the register up to that
    identifier, and only what came later is looked at; who has a payer is always asked anew.

    `records` as checked; rows of state accepted whose identity number already has a payer become ``known``. Adds ``nik_index`` (hex) and
    ``known_person_id``. Also returns findings [sheet_no, number, column, code, severity, facts] for them.
    """
    import polars as pl

    if since is None:
        indexed = records.with_columns(nik_index=_indexes(records["nik"]))
        persons = _persons_by_index(indexed["nik_index"])
    else:
        indexed = records.drop("known_person_id")
        before = records.select("nik_index", "known_person_id").drop_nulls().unique("nik_index")
        persons = pl.concat([before, _persons_by_index(indexed["nik_index"], since=since)]).unique("nik_index")
    standing = _standing(persons, agency)
    marked = (
        indexed.join(persons, on="nik_index", how="left", maintain_order="left")
        .join(standing, on="known_person_id", how="left", maintain_order="left")
        .with_columns(
            code=pl.when(pl.col("state") != "accepted")
            .then(None)
            .when(pl.col("here") & _same_donor())
            .then(pl.lit("already_sponsored"))
            .when(pl.col("here"))
            .then(pl.lit("other_donor"))
            .when(pl.col("here").is_not_null())
            .then(pl.lit("sponsored_elsewhere"))
        )
    )
    marked = _second_of_a_person(marked)
    found = marked.filter(pl.col("code").is_not_null()).select(
        "sheet_no",
        "number",
        pl.lit("nik").alias("column"),
        "code",
        pl.lit("hold").alias("severity"),
        "facts",
    )
    fate = pl.when(pl.col("code") == SECOND).then(pl.lit("duplicate")).otherwise(pl.lit("known"))
    result = marked.with_columns(
        state=pl.when(pl.col("code").is_not_null()).then(fate).otherwise(pl.col("state"))
    ).drop("code", "here", "donor_nips", "donor_keys", "facts")
    if since is not None:
        return result, found
    from sertakan.programme.linking.arrivals import with_questions

    asked, questions = with_questions(result, agency)
    return asked, pl.concat([found, questions], how="vertical_relaxed")


SECOND = "same_person_in_file"


def _second_of_a_person(marked: pl.DataFrame) -> pl.DataFrame:
    """Of two rows to be accepted that name one person by two numbers, the later one is a duplicate. Adds ``facts``."""
    import polars as pl

    with_facts = marked.with_columns(facts=pl.lit(None, dtype=pl.String))
    open_rows = marked.filter((pl.col("state") == "accepted") & pl.col("code").is_null())
    known = open_rows["known_person_id"].drop_nulls().unique().to_list()
    others = people.others_of(known) if known else {}
    if not others:
        return with_facts
    over = people.survivors(list(others))
    rows = open_rows.select("sheet_no", "number", "known_person_id").filter(pl.col("known_person_id").is_in(list(over)))
    rows = rows.with_columns(over=pl.col("known_person_id").replace_strict(over, return_dtype=pl.Int64))
    rows = rows.with_columns(
        first=pl.col("number").first().over("over"), later=pl.col("over").cum_count().over("over") > 1
    )
    second = rows.filter("later").select(
        "sheet_no",
        "number",
        pl.lit(SECOND).alias("second"),
        pl.concat_str(pl.lit('{"first_row": '), pl.col("first").cast(pl.String), pl.lit("}")).alias("second_facts"),
    )
    joined = with_facts.join(second, on=["sheet_no", "number"], how="left", maintain_order="left")
    return joined.with_columns(code=pl.coalesce("code", "second"), facts=pl.coalesce("facts", "second_facts")).drop(
        "second", "second_facts"
    )


def _same_donor() -> pl.Expr:
    import polars as pl

    from sertakan.people.naming import sort_key_expression

    nip, key = pl.col("donor_nip"), sort_key_expression(pl.col("donor_name"))
    by_nip = pl.col("donor_nips").list.contains(nip)
    by_name = pl.col("donor_keys").list.contains(key)
    unnamed = nip.is_null() & pl.col("donor_name").is_null()
    return unnamed | pl.when(nip.is_not_null()).then(by_nip).otherwise(by_name).fill_null(value=False)


def last_identifier() -> int:
    """How far the register goes now: a mark for a later comparison with what has come since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_last_identifier('nik')")
        return int(cursor.fetchone()[0])


def _indexes(niks: pl.Series) -> pl.Series:
    import polars as pl

    present = niks.drop_nulls().to_list()
    made = iter(encryption.index_many("nik", present))
    return pl.Series([next(made).hex() if nik else None for nik in niks], dtype=pl.String)


def _persons_by_index(indexes: pl.Series, *, since: int | None = None) -> pl.DataFrame:
    """[nik_index, known_person_id]: whose number it is, also when that person was merged, for rows outlive merges."""
    import polars as pl

    wanted = indexes.drop_nulls().unique().str.decode("hex").alias("index").to_frame()
    schema: dict[str, Any] = {"nik_index": pl.String, "known_person_id": pl.Int64}
    if wanted.is_empty() or (since is not None and since >= last_identifier()):
        return pl.DataFrame(schema=schema)
    # A hundred thousand keys as one argument would be read three times as text; staged they are read once.
    stage("wanted_numbers", {"index": "bytea"})
    copy_frame("wanted_numbers", wanted)
    all_of_them = "ARRAY(SELECT index FROM wanted_numbers)"
    with connection.cursor() as cursor:
        if since is None:
            cursor.execute(f"SELECT encode(index, 'hex'), owner_id FROM people_match_identifiers('nik', {all_of_them})")
        else:
            cursor.execute(
                f"SELECT encode(index, 'hex'), owner_id FROM people_match_identifiers_since('nik', {all_of_them}, %s)",
                [since],
            )
        found = cursor.fetchall()
        cursor.execute("DROP TABLE wanted_numbers")
    return pl.DataFrame(found, schema=schema, orient="row")


def _standing(persons: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """[known_person_id, here, donor_nips, donor_keys] of persons who have a payer."""
    import polars as pl

    schema: dict[str, Any] = {
        "known_person_id": pl.Int64,
        "here": pl.Boolean,
        "donor_nips": pl.List(pl.String),
        "donor_keys": pl.List(pl.String),
    }
    if persons.is_empty():
        return pl.DataFrame(schema=schema)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.person_id, bool_or(s.agency_id = %s),"
            " coalesce(array_agg(d.nip) FILTER (WHERE s.agency_id = %s AND d.nip <> ''), '{}'),"
            " coalesce(array_agg(d.sort_key) FILTER (WHERE s.agency_id = %s AND d.id IS NOT NULL), '{}')"
            " FROM sponsorship_standing(%s) s LEFT JOIN sponsorship_donor d ON d.id = s.donor_id GROUP BY 1",
            [agency.pk, agency.pk, agency.pk, persons["known_person_id"].unique().to_list()],
        )
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def sheet_summary(table: SheetTable, columns: ColumnMap) -> dict[str, Any]:
    """What was taken from a sheet, as it is shown and stored."""
    return {
        "index": table.index,
        "name": table.sheet,
        "hidden": table.hidden,
        "header_row": table.header_row,
        "rows": table.cells.height,
        "taken": True,
        "headings": list(table.headings),
        "columns": _recognised(columns),
        "notes": [note.render() for note in table.notes],
        "noted": [{"code": note.code, "facts": note.shown} for note in table.notes],
    }


def _recognised(columns: ColumnMap) -> dict[str, dict[str, Any]]:
    """Canonical column to where it was found. Place and date in one column stand under both; pieces of an area under their own name."""
    found = {**columns.columns, **columns.parts}
    if columns.combined is not None:
        found = {**found, "birth_place": columns.combined, "birth_date": columns.combined}
    return {name: {"heading": seen.heading, "by": seen.by, "index": seen.index} for name, seen in found.items()}
