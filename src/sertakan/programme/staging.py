"""Rows of a file as frames: brought into one shape, checked again after a repair, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sertakan.agencies.models import Agency
from sertakan.intake import queries as intake
from sertakan.intake import services
from sertakan.intake.models import File
from sertakan.programme import checking

if TYPE_CHECKING:
    import polars as pl


def content_of(file: File, keys: set[tuple[int, int]]) -> pl.DataFrame:
    import polars as pl

    wanted = pl.DataFrame(list(keys), schema={"sheet_no": pl.Int16, "number": pl.Int64}, orient="row")
    rows = intake.current_rows(file).join(wanted, on=["sheet_no", "number"], how="semi", maintain_order="left")
    return intake.contents(rows)


def withdraw_rows(file: File, rows: pl.DataFrame) -> None:
    import polars as pl

    empty = pl.DataFrame(schema=dict.fromkeys(("column", "code", "severity", "facts"), pl.String)).with_columns(
        sheet_no=pl.lit(None, dtype=pl.Int16), number=pl.lit(None, dtype=pl.Int64)
    )
    withdrawn = rows.drop("row_id", "block_id").with_columns(pl.col("version") + 1, state=pl.lit("withdrawn"))
    services.write_rows(file=file, rows=withdrawn, findings=empty)


def check_again(file: File, rows: pl.DataFrame, changes: Mapping[tuple[int, int], Mapping[str, str]]) -> None:
    """Check the raw texts of `rows`, with `changes` put in, as a table whose headings are known."""
    import polars as pl

    from sertakan.intake.checks import check_canonical

    agency = Agency.objects.select_related("province").get(pk=file.agency_id)
    context = checking.check_context(agency, defaults=file.answers.get("defaults"))
    raw_names = [name for name in rows.columns if name.startswith(intake.RAW)]
    texts = rows.select("sheet_no", "number", *raw_names).rename({name: name[len(intake.RAW) :] for name in raw_names})
    texts = _put_in(texts, changes)
    kinds = _kinds_of(rows, texts)
    checked = check_canonical(texts, kinds, context)
    again = texts.drop("sheet_no", "number").rename(lambda name: f"{intake.RAW}{name}")
    records = pl.concat([checked.records, again, kinds.rename(lambda name: f"{intake.KIND}{name}")], how="horizontal")
    marked, known = checking.with_known(records, agency)
    marked, doubled = _against_own_file(file, marked)
    versions = rows.select("sheet_no", "number", pl.col("version") + 1)
    services.write_rows(
        file=file,
        rows=marked.join(versions, on=["sheet_no", "number"], how="left", maintain_order="left"),
        # What is said of a sheet as a whole was said when it was read.
        findings=pl.concat([joined(checked.findings, known), doubled], how="diagonal_relaxed").join(
            rows.select("sheet_no", "number"), on=["sheet_no", "number"], how="semi", maintain_order="left"
        ),
    )


def _put_in(texts: pl.DataFrame, changes: Mapping[tuple[int, int], Mapping[str, str]]) -> pl.DataFrame:
    """`texts` with the changed cells; a column that was not there before is added."""
    import polars as pl

    by_column: dict[str, list[tuple[int, int, str]]] = {}
    for (sheet, number), cells in changes.items():
        for column, text in cells.items():
            by_column.setdefault(column, []).append((sheet, number, text))
    for column, fresh_cells in by_column.items():
        if column not in texts.columns:
            texts = texts.with_columns(pl.lit(None, dtype=pl.String).alias(column))
        fresh = pl.DataFrame(
            fresh_cells, schema={"sheet_no": pl.Int16, "number": pl.Int64, "fresh": pl.String}, orient="row"
        )
        texts = (
            texts.join(fresh, on=["sheet_no", "number"], how="left", maintain_order="left")
            .with_columns(pl.coalesce("fresh", column).alias(column))
            .drop("fresh")
        )
    return texts


def _kinds_of(rows: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Cell kinds of the texts: what a person typed is text; what was not touched keeps the kind it came with."""
    import polars as pl

    kinds = []
    for name in texts.columns:
        if name in ("sheet_no", "number"):
            continue
        before, kind = f"{intake.RAW}{name}", f"{intake.KIND}{name}"
        if kind in rows.columns and before in rows.columns:
            same = texts[name].eq_missing(rows[before])
            kinds.append(pl.select(pl.when(same).then(rows[kind]).otherwise(pl.lit("s")).alias(name)).get_column(name))
        else:
            kinds.append(pl.Series(name, ["s"] * texts.height, dtype=pl.String))
    return pl.DataFrame(kinds)


def _against_own_file(file: File, marked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A repaired row whose person stands in another row of the file is a duplicate of that row."""
    import polars as pl

    others = (
        intake.current_rows(file, states=["accepted", "known"])
        .join(marked.select("sheet_no", "number"), on=["sheet_no", "number"], how="anti")
        .select("nik_index", pl.lit(value=True).alias("elsewhere"))
        .unique("nik_index")
    )
    joined = marked.join(others, on="nik_index", how="left", maintain_order="left")
    twice = (pl.col("state") == "accepted") & pl.col("elsewhere").fill_null(value=False)
    doubled = joined.filter(twice).select(
        "sheet_no",
        "number",
        pl.lit("nik").alias("column"),
        pl.lit("duplicate_in_file").alias("code"),
        pl.lit("hold").alias("severity"),
        pl.lit(None, dtype=pl.String).alias("facts"),
    )
    return (
        joined.with_columns(state=pl.when(twice).then(pl.lit("duplicate")).otherwise(pl.col("state"))).drop(
            "elsewhere"
        ),
        doubled,
    )


def with_sheet_numbers(workbook: Any, checked: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records with their raw texts and kinds in one frame, and findings, both with the sheet's index instead of its name."""
    import polars as pl

    index = {table.sheet: table.index for table in workbook.sheets}
    number = pl.col("sheet").replace_strict(index, return_dtype=pl.Int16).alias("sheet_no")
    raw = checked.raw.drop("row", "sheet").rename(
        lambda name: name if name.startswith(intake.KIND) else f"{intake.RAW}{name}"
    )
    records = (
        pl.concat([checked.records, raw], how="horizontal").with_columns(number).rename({"row": "number"}).drop("sheet")
    )
    found = checked.findings.with_columns(number).rename({"row": "number"}).drop("sheet")
    return records, found


def joined(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    names = ["sheet_no", "number", "column", "code", "severity", "facts"]
    return pl.concat([found.select(names), known.select(names)], how="vertical_relaxed")


def versioned(file: File, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the version that follows what the file has already."""
    import polars as pl

    before = intake.current_rows(file).select("sheet_no", "number", pl.col("version").alias("before"))
    return (
        rows.join(before, on=["sheet_no", "number"], how="left", maintain_order="left")
        .with_columns(version=(pl.col("before").fill_null(0) + 1).cast(pl.Int16))
        .drop("before")
    )
