"""The main job: an agency's file becomes checked rows, the checked rows become persons and sponsorships; and the way back.

Each step commits whole or not at all. A file that was interrupted goes on from the last committed step when the same call comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.core import files as storage
from sertakan.core import scope
from sertakan.intake import queries as intake
from sertakan.intake import services
from sertakan.intake.errors import ReadingError
from sertakan.intake.models import File
from sertakan.programme import acceptance, checking, corrections, errors
from sertakan.programme.checking import PASTED, Progress, quiet
from sertakan.sponsorship.models import Sponsorship
from sertakan.sponsorship.services import drop_from_drafts

if TYPE_CHECKING:
    import polars as pl

KIND = "kind_"


def receive(*, agency: Agency, name: str, data: bytes, corrects: File | None = None) -> tuple[File, bool]:
    """Keep an uploaded file; committed at once, so that nothing that follows can lose it."""
    return services.receive(agency=agency, name=name, data=data, corrects=corrects)


def receive_pasted(*, agency: Agency, text: str) -> tuple[File, bool]:
    """Keep text pasted from a chat as a file of its own kind."""
    return services.receive(agency=agency, name=f"tempelan{PASTED}", data=text.encode())


def check(*, file_id: int, actor: scope.Actor, progress: Progress = quiet, again: bool = False) -> File:
    """Read and check a file and stage its rows, unless that was done before.

    Reading and checking run outside the transaction; one transaction then writes all rows and findings.
    Raises the refusals of `intake.errors` (the file is marked as refused and kept).
    """
    with scope.acting(actor):
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        if file.corrects_id is not None:
            return intake.get_file(file.corrects_id)
        if file.staged_at is not None and not again:
            return file
        agency = Agency.objects.select_related("province").get(pk=file.agency_id)
        context = checking.check_context(agency, defaults=file.answers.get("defaults"))
        remembered = intake.remembered_columns(agency.pk)
        answers = file.answers.get("columns", {})
        data = storage.load(file.content)
    progress("reading", 0, None)
    try:
        workbook = checking.read_content(data, file.name, progress)
    except ReadingError as refusal:
        with scope.acting(actor):
            services.refuse(file=intake.get_file(file_id), code=refusal.code, message=str(refusal))
        raise
    del data
    correction = corrections.origin_changes(workbook)
    if correction is not None:
        return _correct(file_id=file_id, correction=correction, actor=actor)
    from sertakan.intake.checks import check_workbook

    progress("checking", 0, sum(table.cells.height for table in workbook.sheets))
    maps = checking.map_workbook(workbook, remembered=remembered, answers=answers)
    checked = check_workbook(workbook, maps, context)
    records, found = _with_sheet_numbers(workbook, checked)
    progress("writing", 0, records.height)
    with scope.acting(actor, job=f"berkas {file_id}"):
        _lock(f"file {file_id}")
        file = intake.get_file(file_id)
        if file.staged_at is not None and not again:
            return file
        marked, known = checking.with_known(records, agency)
        services.describe(
            file=file,
            kind=workbook.format,
            sheets=_sheet_list(workbook, maps),
            columns={},
            questions=_questions(workbook, maps),
        )
        services.write_rows(file=file, rows=_versioned(file, marked), findings=_joined(found, known))
        services.settle_account(file=file)
    return file


def accept(*, file_id: int, actor: scope.Actor, progress: Progress = quiet) -> tuple[File, acceptance.Accepted]:
    """Write the accepted rows of a checked file into the register. A second call writes only what has come since.

    Persons who got a payer elsewhere in the meantime become ``known`` instead. Raises FileNotRead, FileTakenBack.
    """
    with scope.acting(actor, job=f"berkas {file_id}"):
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        if file.staged_at is None:
            raise errors.FileNotRead()
        _lock("accept")
        agency = Agency.objects.select_related("province").get(pk=file.agency_id)
        rows = acceptance.rows_to_accept(file)
        progress("accepting", 0, rows.height)
        if rows.is_empty():
            if file.accepted_at is None:
                services.mark_accepted(file=file, facts=acceptance.Accepted().facts())
            return file, acceptance.Accepted()
        import polars as pl

        marked, known = checking.with_known(rows.drop("nik_index", "known_person_id"), agency)
        late = marked.filter(pl.col("state") == "known")
        if not late.is_empty():
            services.write_rows(
                file=file, rows=late.drop("row_id", "block_id").with_columns(pl.col("version") + 1), findings=known
            )
            marked = marked.filter(pl.col("state") == "accepted")
        persons = marked.filter(pl.col("known_person_id").is_not_null()).select("nik_index", "known_person_id")
        done = acceptance.write(file, marked, persons=persons)
        services.mark_accepted(file=file, facts=done.facts())
        services.settle_account(file=file)
        return file, done


def take_back(*, file_id: int, actor: scope.Actor, reason: str) -> File:
    """Undo a whole file: its sponsorships end as if they had not been. Raises FileAlreadySent when BPJS has seen any."""
    from sertakan.core import clock

    with scope.acting(actor, reason=reason):
        _lock("accept")
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            return file
        own = Sponsorship.objects.filter(row__file=file)
        sent = own.exclude(state__in=[Sponsorship.State.CHECKED, Sponsorship.State.ENDED]).count()
        if sent:
            raise errors.FileAlreadySent(sent=sent)
        drop_from_drafts(sponsorships=list(own.values_list("pk", flat=True)))
        ended = own.exclude(state=Sponsorship.State.ENDED).update(
            state=Sponsorship.State.ENDED,
            ended_on=clock.today(),
            end_reason=Sponsorship.EndReason.TAKEN_BACK,
        )
        services.mark_taken_back(file=file, reason=reason, facts={"sponsorships": ended})
        return file


def repair(
    *, file_id: int, actor: scope.Actor, changes: Mapping[tuple[int, int], Mapping[str, str]], withdraw: bool = False
) -> File:
    """Put new text into cells of rows and check these rows again; each becomes a new version.

    `changes`: (sheet, row number) to canonical column to text. With `withdraw` the rows are taken out instead.
    Raises RowUnknown, ColumnUnknown; then nothing is changed. Rows of an accepted file that pass now go into the register at once.
    """
    from sertakan.intake.columns import CANONICAL

    for cells in changes.values():
        for column in cells:
            if column not in CANONICAL:
                raise errors.ColumnUnknown(column=column)
    with scope.acting(actor, job=f"berkas {file_id}"):
        _lock(f"file {file_id}")
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        rows = _content_of(file, set(changes))
        missing = set(changes) - {(sheet, number) for sheet, number in rows.select("sheet_no", "number").iter_rows()}
        if missing:
            sheet, number = sorted(missing)[0]
            raise errors.RowUnknown(row=number, sheet=sheet)
        if withdraw:
            _withdraw(file, rows)
        else:
            _check_again(file, rows, changes)
        services.settle_account(file=file)
        was_accepted = file.accepted_at is not None
    if was_accepted:
        accept(file_id=file_id, actor=actor)
    return file


def answer(
    *,
    file_id: int,
    actor: scope.Actor,
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    values: Mapping[tuple[str, str], str] | None = None,
) -> File:
    """Take a clerk's answers and check again what they concern: the whole file for headings, else the held rows."""
    with scope.acting(actor):
        file = intake.get_file(file_id)
        services.answer(file=file, columns=columns, defaults=defaults, values=values)
        held = intake.current_rows(file, states=["held"])
    if columns:
        check(file_id=file_id, actor=actor, again=True)
    elif held.height:
        keys: dict[tuple[int, int], dict[str, str]] = {
            (sheet, number): {} for sheet, number in held.select("sheet_no", "number").iter_rows()
        }
        repair(file_id=file_id, actor=actor, changes=keys)
    with scope.acting(actor):
        return intake.get_file(file_id)


def _correct(
    *, file_id: int, correction: tuple[int, dict[tuple[int, int], dict[str, str]]], actor: scope.Actor
) -> File:
    """A workbook of corrected rows came back: check them again in the file they belong to, which is returned."""
    original_id, changes = correction
    with scope.acting(actor):
        original = intake.get_file(original_id)
        held = intake.current_rows(original, states=["held"])
        open_rows = set(held.select("sheet_no", "number").iter_rows())
    fixed = repair(
        file_id=original_id,
        actor=actor,
        changes={key: cells for key, cells in changes.items() if key in open_rows},
    )
    with scope.acting(actor):
        services.mark_correction(file=intake.get_file(file_id), original=original, rows=len(changes))
    return fixed


def _content_of(file: File, keys: set[tuple[int, int]]) -> pl.DataFrame:
    import polars as pl

    wanted = pl.DataFrame(list(keys), schema={"sheet_no": pl.Int16, "number": pl.Int64}, orient="row")
    rows = intake.current_rows(file).join(wanted, on=["sheet_no", "number"], how="semi", maintain_order="left")
    return intake.contents(rows)


def _withdraw(file: File, rows: pl.DataFrame) -> None:
    import polars as pl

    empty = pl.DataFrame(schema=dict.fromkeys(("column", "code", "severity", "facts"), pl.String)).with_columns(
        sheet_no=pl.lit(None, dtype=pl.Int16), number=pl.lit(None, dtype=pl.Int64)
    )
    withdrawn = rows.drop("row_id", "block_id").with_columns(pl.col("version") + 1, state=pl.lit("withdrawn"))
    services.write_rows(file=file, rows=withdrawn, findings=empty)


def _check_again(file: File, rows: pl.DataFrame, changes: Mapping[tuple[int, int], Mapping[str, str]]) -> None:
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
    records = pl.concat([checked.records, again, kinds.rename(lambda name: f"{KIND}{name}")], how="horizontal")
    marked, known = checking.with_known(records, agency)
    marked, doubled = _against_own_file(file, marked)
    versions = rows.select("sheet_no", "number", pl.col("version") + 1)
    services.write_rows(
        file=file,
        rows=marked.join(versions, on=["sheet_no", "number"], how="left", maintain_order="left"),
        findings=pl.concat([_joined(checked.findings, known), doubled], how="diagonal_relaxed"),
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
        before, kind = f"{intake.RAW}{name}", f"{KIND}{name}"
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


def _with_sheet_numbers(workbook: Any, checked: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records with their raw texts and kinds in one frame, and findings, both with the sheet's index instead of its name."""
    import polars as pl

    index = {table.sheet: table.index for table in workbook.sheets}
    number = pl.col("sheet").replace_strict(index, return_dtype=pl.Int16).alias("sheet_no")
    raw = checked.raw.drop("row", "sheet").rename(lambda name: name if name.startswith(KIND) else f"{intake.RAW}{name}")
    records = (
        pl.concat([checked.records, raw], how="horizontal").with_columns(number).rename({"row": "number"}).drop("sheet")
    )
    found = checked.findings.with_columns(number).rename({"row": "number"}).drop("sheet")
    return records, found


def _joined(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    names = ["sheet_no", "number", "column", "code", "severity", "facts"]
    return pl.concat([found.select(names), known.select(names)], how="vertical_relaxed")


def _versioned(file: File, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the version that follows what the file has already."""
    import polars as pl

    before = intake.current_rows(file).select("sheet_no", "number", pl.col("version").alias("before"))
    return (
        rows.join(before, on=["sheet_no", "number"], how="left", maintain_order="left")
        .with_columns(version=(pl.col("before").fill_null(0) + 1).cast(pl.Int16))
        .drop("before")
    )


def _sheet_list(workbook: Any, maps: list[Any]) -> list[dict[str, Any]]:
    taken = [checking.sheet_summary(table, columns) for table, columns in zip(workbook.sheets, maps, strict=True)]
    skipped = [
        {"index": sheet.index, "name": sheet.sheet, "hidden": sheet.hidden, "taken": False, "why": sheet.render()}
        for sheet in workbook.skipped
    ]
    return sorted([*taken, *skipped], key=lambda sheet: sheet["index"])


def _questions(workbook: Any, maps: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "sheet": table.index,
            "heading": question.heading,
            "column": question.column,
            "canonical": question.canonical,
            "candidates": list(question.candidates),
        }
        for table, columns in zip(workbook.sheets, maps, strict=True)
        for question in columns.questions
    ]


def _lock(name: str) -> None:
    """One at a time for this name, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sertakan.{name}"])
