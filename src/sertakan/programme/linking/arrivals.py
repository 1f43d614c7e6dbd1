"""Rows of a list that are about to be accepted, against everybody: certainly a known person, although the number is another one.

Asked as the system, for the person may belong to another agency; the agency learns only that somebody seems to be known or sponsored
already. Nothing is merged: who has a payer is held with a question, others go on and wait for the coordinator's queue.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, scope
from sertakan.intake import policies
from sertakan.intake import queries as intake
from sertakan.intake.models import File
from sertakan.linkage.models import Vouch
from sertakan.people.models import Person
from sertakan.programme.errors import RowUnknown

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS: Final = 20_000
"""A longer list waits for the night: its persons are compared when they stand in the register."""

SPONSORED, KNOWN = "seems_sponsored", "seems_known"
_SCHEMA = ("nik", "name", "sex", "birth_place", "mother_name", "phone", "area_code", "address", "email", "kpj")


def with_questions(marked: pl.DataFrame, agency: Agency) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold rows that certainly are a sponsored person under another number; say so of those that are a known one.

    `marked`: rows as `checking.with_known` leaves them. Also returns findings [sheet_no, number, column, code, severity, facts].
    """
    import polars as pl

    found = _found(marked, agency)
    code = pl.when(pl.col("sponsored")).then(pl.lit(SPONSORED)).otherwise(pl.lit(KNOWN))
    told = found.select(
        "sheet_no",
        "number",
        pl.lit("nik").alias("column"),
        code.alias("code"),
        pl.when(pl.col("sponsored")).then(pl.lit("hold")).otherwise(pl.lit("warning")).alias("severity"),
        pl.lit(None, dtype=pl.String).alias("facts"),
    )
    held = found.filter("sponsored").select("sheet_no", "number", pl.lit(value=True).alias("asked"))
    asked = marked.join(held, on=["sheet_no", "number"], how="left", maintain_order="left")
    state = pl.when(pl.col("asked").fill_null(value=False)).then(pl.lit("held")).otherwise(pl.col("state"))
    return asked.with_columns(state=state).drop("asked"), told


def another_person(*, file_id: int, actor: scope.Actor, rows: Collection[tuple[int, int]]) -> File:
    """The agency says of rows (sheet, number) that they are somebody else: they are checked again, and not asked about again.

    Raises NotYourFile, RowUnknown.
    """
    from sertakan.programme import files, staging

    with scope.acting(actor, job=f"berkas {file_id}"):
        file = intake.get_file(file_id)
        policies.check_can_write(actor, file.agency_id)
        content = staging.content_of(file, set(rows))
        if content.height < len(set(rows)):
            missing = set(rows) - set(content.select("sheet_no", "number").iter_rows())
            raise RowUnknown(sheet=min(missing)[0], row=min(missing)[1])
        agency = Agency.objects.get(pk=file.agency_id)
        found = _found(content.with_columns(state=_accepted()), agency)
        indexes = content.select("sheet_no", "number", "nik_index")
        told = found.join(indexes, on=["sheet_no", "number"], how="inner")
        Vouch.objects.bulk_create(
            (
                Vouch(
                    agency=agency,
                    nik_index=bytes.fromhex(index),
                    person_id=person,
                    by=actor.user_id,
                    label=actor.label[:200],
                    at=clock.now(),
                )
                for person, index in told.select("person_id", "nik_index").iter_rows()
            ),
            ignore_conflicts=True,
        )
        audit.record("linkage.vouched", target=file, agency_id=agency.pk, facts={"rows": told.height})
    return files.repair(file_id=file_id, actor=actor, changes={key: {} for key in rows})


def _accepted() -> pl.Expr:
    import polars as pl

    return pl.lit("accepted")


def _found(marked: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """[sheet_no, number, person_id, sponsored] of the rows that certainly are a person known under another number."""
    import polars as pl

    schema: dict[str, Any] = {
        "sheet_no": marked.schema["sheet_no"], "number": marked.schema["number"], "person_id": pl.Int64, "sponsored": pl.Boolean,
    }  # fmt: skip
    nobody = pl.DataFrame(schema=schema)
    rows = marked.filter((pl.col("state") == "accepted") & pl.col("known_person_id").is_null())
    if rows.is_empty() or rows.height > MOST_ROWS:
        return nobody
    with scope.acting(scope.SYSTEM, job="pencocokan"):
        if not Person.objects.exists():
            return nobody
        certain = _certain(rows)
        if certain.is_empty():
            return nobody
        payers = _with_payer(certain["person_id"].to_list())
    asked = certain.filter(~_vouched(agency, certain))
    sponsored = pl.col("person_id").is_in(payers).alias("sponsored")
    return asked.select("sheet_no", "number", "person_id", sponsored)


def _certain(rows: pl.DataFrame) -> pl.DataFrame:
    """[sheet_no, number, nik_index, person_id] of the rows that matching is certain about."""
    import polars as pl

    from sertakan.linkage import decide as answers
    from sertakan.linkage import engine
    from sertakan.linkage.normalise import prepare
    from sertakan.programme.linking.register import current_register, trained_model

    model = trained_model()
    numbered = rows.with_row_index("record_id").with_columns(pl.col("record_id").cast(pl.Int64))
    known = [name for name in _SCHEMA if name in rows.columns]
    born = [pl.col("birth_date").cast(pl.String)] if "birth_date" in rows.columns else []
    records = numbered.select("record_id", *(pl.col(name).cast(pl.String) for name in known), *born)
    pairs = engine.link(prepare(records), current_register(), model, least=model.review)
    decided = answers.decide(pairs, model, kind="link").filter(pl.col("answer") == answers.SAME)
    same = decided.select(pl.col("left_id").alias("record_id"), pl.col("right_id").alias("person_id"))
    return numbered.select("record_id", "sheet_no", "number", "nik_index").join(same, on="record_id", how="inner")


def _with_payer(persons: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM sponsorship_standing(%s)", [persons])
        return [int(row[0]) for row in cursor.fetchall()]


def _vouched(agency: Agency, certain: pl.DataFrame) -> pl.Series:
    """Which of the rows the agency has answered before."""
    import polars as pl

    said = {
        (bytes(index).hex(), person)
        for index, person in Vouch.objects.filter(agency=agency).values_list("nik_index", "person_id")
    }
    pairs = certain.select("nik_index", "person_id").iter_rows()
    return pl.Series([pair in said for pair in pairs], dtype=pl.Boolean)
