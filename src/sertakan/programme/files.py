"""The main job: an agency's file becomes checked rows, the checked rows become persons and sponsorships; and the way back.

Each step commits whole or not at all. A file that was interrupted goes on from the last committed step when the same call comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from sertakan.agencies.models import Agency
from sertakan.core import files as storage
from sertakan.core import scope
from sertakan.intake import policies, services
from sertakan.intake import queries as intake
from sertakan.intake.errors import ReadingError
from sertakan.intake.models import File
from sertakan.programme import acceptance, checking, corrections, errors, staging
from sertakan.programme.checking import PASTED, Progress, quiet
from sertakan.sponsorship.models import Sponsorship
from sertakan.sponsorship.services import drop_from_drafts


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
        policies.check_can_write(actor, file.agency_id)
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
            services.refuse(file=intake.get_file(file_id), refusal=refusal)
        raise
    del data
    correction = corrections.origin_changes(workbook)
    if correction is not None:
        return _correct(file_id=file_id, correction=correction, actor=actor)
    from sertakan.intake.checks import check_workbook

    progress("checking", 0, sum(table.cells.height for table in workbook.sheets))
    maps = checking.map_workbook(workbook, remembered=remembered, answers=answers)
    checked = check_workbook(workbook, maps, context)
    records, found = staging.with_sheet_numbers(workbook, checked)
    progress("writing", 0, records.height)
    with scope.acting(actor, job=f"berkas {file_id}"):
        _lock(f"file {file_id}")
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        if file.staged_at is not None and not again:
            return file
        done = acceptance.registered_rows(file)
        records, found = (frame.join(done, on=["sheet_no", "number"], how="anti") for frame in (records, found))
        mark = checking.last_identifier()
        marked, known = checking.with_known(records, agency)
        services.describe(
            file=file,
            matched_up_to=mark,
            kind=workbook.format,
            sheets=_sheet_list(workbook, maps),
            columns={},
            questions=_questions(workbook, maps),
        )
        services.write_rows(file=file, rows=staging.versioned(file, marked), findings=staging.joined(found, known))
        services.settle_account(file=file)
    return file


def accept(*, file_id: int, actor: scope.Actor, progress: Progress = quiet) -> tuple[File, acceptance.Accepted]:
    """Write the accepted rows of a checked file into the register. A second call writes only what has come since.

    Persons who got a payer elsewhere in the meantime become ``known`` instead. Raises FileNotRead, FileTakenBack.
    """
    with scope.acting(actor, job=f"berkas {file_id}"):
        _lock(f"file {file_id}")
        _lock("accept")
        file = intake.get_file(file_id)
        policies.check_can_write(actor, file.agency_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        if file.staged_at is None:
            raise errors.FileNotRead()
        agency = Agency.objects.select_related("province").get(pk=file.agency_id)
        rows = acceptance.rows_to_accept(file)
        progress("accepting", 0, rows.height)
        if rows.is_empty():
            if file.accepted_at is None:
                services.mark_accepted(file=file, facts=acceptance.Accepted().facts())
            return file, acceptance.Accepted()
        import polars as pl

        marked, known = checking.with_known(rows, agency, since=file.matched_up_to)
        late = marked.filter(pl.col("state") != "accepted")
        if not late.is_empty():
            whole = intake.contents(late.select(intake.CURRENT_COLUMNS))
            services.write_rows(
                file=file, rows=whole.drop("row_id", "block_id").with_columns(pl.col("version") + 1), findings=known
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
        _lock(f"file {file_id}")
        _lock("accept")
        file = intake.get_file(file_id)
        policies.check_can_write(actor, file.agency_id)
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
    Raises RowUnknown, RowRegistered, ColumnUnknown; then nothing is changed. Rows of an accepted file that pass now go into the
    register at once.
    """
    from sertakan.intake.columns import CANONICAL

    for cells in changes.values():
        for column in cells:
            if column not in CANONICAL:
                raise errors.ColumnUnknown(column=column)
    with scope.acting(actor, job=f"berkas {file_id}"):
        _lock(f"file {file_id}")
        file = intake.get_file(file_id)
        policies.check_can_write(actor, file.agency_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        rows = staging.content_of(file, set(changes))
        missing = set(changes) - {(sheet, number) for sheet, number in rows.select("sheet_no", "number").iter_rows()}
        if missing:
            sheet, number = sorted(missing)[0]
            raise errors.RowUnknown(row=number, sheet=sheet)
        registered = set(changes).intersection(acceptance.registered_rows(file).iter_rows())
        if registered:
            raise errors.RowRegistered(row=sorted(registered)[0][1])
        if withdraw:
            staging.withdraw_rows(file, rows)
        else:
            staging.check_again(file, rows, changes)
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
    """Take a clerk's answers and check again what they concern: the whole file for headings, every row for defaults, else the held rows.

    Rows that stand in the register stay as they are. Raises ColumnUnknown, FileTakenBack.
    """
    _check_answers(columns or {}, defaults or {}, values or {})
    with scope.acting(actor):
        _lock(f"file {file_id}")
        file = intake.get_file(file_id)
        if file.state == File.State.TAKEN_BACK:
            raise errors.FileTakenBack()
        services.answer(file=file, columns=columns, defaults=defaults, values=values)
        concerned = intake.current_rows(file, states=["held", "accepted"] if defaults else ["held"])
        registered = acceptance.registered_rows(file)
    open_rows = concerned.join(registered, on=["sheet_no", "number"], how="anti", maintain_order="left")
    if columns:
        check(file_id=file_id, actor=actor, again=True)
    elif open_rows.height:
        keys: dict[tuple[int, int], dict[str, str]] = {
            (sheet, number): {} for sheet, number in open_rows.select("sheet_no", "number").iter_rows()
        }
        repair(file_id=file_id, actor=actor, changes=keys)
    with scope.acting(actor):
        return intake.get_file(file_id)


# What names a person is written row by row: one answer for all would be wrong, and a remembered one would lie open.
_NEVER_FOR_ALL = frozenset({"nik", "kpj", "name"})
_NEVER_REMEMBERED = _NEVER_FOR_ALL | {"donor_nip", "donor_name", "mother_name", "phone", "email", "address"}


def _check_answers(
    columns: Mapping[str, str], defaults: Mapping[str, str], values: Mapping[tuple[str, str], str]
) -> None:
    from sertakan.intake.columns import CANONICAL, TARGETS

    wrong = {name for name in columns.values() if name not in TARGETS}
    wrong |= {name for name in defaults if name not in CANONICAL or name in _NEVER_FOR_ALL}
    wrong |= {name for name, _ in values if name not in CANONICAL or name in _NEVER_REMEMBERED}
    if wrong:
        raise errors.ColumnUnknown(column=sorted(wrong)[0][:40])


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


def _sheet_list(workbook: Any, maps: list[Any]) -> list[dict[str, Any]]:
    taken = [checking.sheet_summary(table, columns) for table, columns in zip(workbook.sheets, maps, strict=True)]
    skipped = [
        {"index": sheet.index, "name": sheet.sheet, "hidden": sheet.hidden, "taken": False, **_why(sheet)}
        for sheet in workbook.skipped
    ]
    return sorted([*taken, *skipped], key=lambda sheet: sheet["index"])


def _why(sheet: Any) -> dict[str, Any]:
    """Why nothing was taken from a sheet: the sentence, and what it is made of."""
    return {"why": sheet.render(), "code": sheet.code, "filled_rows": sheet.rows}


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
