"""From an uploaded list to accepted rows: hand in, look, repair, accept, take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.core import audit, clock, queue
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number
from sertakan.intake import queries, services
from sertakan.intake.errors import told
from sertakan.intake.models import File
from sertakan.programme import files
from sertakan.programme.labels import COLUMN_LABELS, label_of
from sertakan.programme.report import waiting_rows
from sertakan.web.context import mark_seen
from sertakan.web.guards import page_of, roles_required

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADERS = ("pic", "coordinator", "operator")
ROWS_ON_A_PAGE = 50


@roles_required(*UPLOADERS)
@require_http_methods(["GET", "POST"])
def upload(request: ScopedRequest) -> HttpResponseBase:
    """One question: which list? A file, or text pasted from a chat."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    error = ""
    if request.method == "POST":
        try:
            kept, fresh = _receive(request, choices)
        except DomainError as refusal:
            error = str(refusal)
        else:
            if not fresh:
                messages.info(request, _("Berkas ini sudah pernah diunggah; tidak ada yang berubah."))
            if kept.staged_at is None:
                queue.defer("programme.check_file", file_id=kept.pk, user_id=request.actor.user_id or 0)
            return redirect("file", kept.pk)
    context = {
        "agencies": choices,
        "agency_options": [(agency.pk, agency.name) for agency in choices],
        "limit": _limit_mb(),
        "error": error,
        "pasted": request.POST.get("text", ""),
        "recent": queries.files()[:5],
    }
    return TemplateResponse(request, "intake/upload.html", context, status=422 if error else 200)


def _receive(request: ScopedRequest, choices: list[Any]) -> tuple[File, bool]:
    wanted = request.POST.get("agency", "")
    agency = next((entry for entry in choices if str(entry.pk) == wanted), choices[0] if len(choices) == 1 else None)
    if agency is None:
        raise AgencyMissing()
    given = request.FILES.get("file")
    if given is not None:
        if (given.size or 0) > _limit_mb() * 1024 * 1024:
            raise UploadTooLarge(limit=_limit_mb())
        return files.receive(agency=agency, name=given.name or "berkas", data=given.read())
    text = request.POST.get("text", "").strip()
    if not text:
        raise NothingGiven()
    return files.receive_pasted(agency=agency, text=text)


class AgencyMissing(DomainError):
    code = "agency_missing"
    message = "Pilih perangkat daerah pemilik daftar ini, lalu unggah lagi."


class NothingGiven(DomainError):
    code = "nothing_given"
    message = "Belum ada berkas yang dipilih dan belum ada teks yang ditempel. Pilih salah satu, lalu kirim lagi."


class UploadTooLarge(DomainError):
    code = "upload_too_large"
    message = (
        "Berkas ini lebih besar dari %(limit)s MB. Bagi daftar menjadi beberapa berkas, lalu unggah satu per satu."
    )


def _limit_mb() -> int:
    from django.conf import settings

    return int(settings.SERTAKAN_FILE_LIMIT_MB)


@roles_required(*UPLOADERS, "auditor", "bpjs")
@require_GET
def file_list(request: ScopedRequest) -> HttpResponse:
    """All files in scope, newest first."""
    found = queries.files()
    page = page_of(request, found)
    return TemplateResponse(request, "intake/files.html", {"page": page, "count": page.paginator.count})


@roles_required(*UPLOADERS, "auditor", "bpjs")
@require_GET
def file_page(request: ScopedRequest, file_id: int) -> HttpResponse:
    """One file: how far it is, what was found, what became of each row."""
    file = queries.get_file(file_id)
    if file.corrects_id is not None:
        messages.info(request, _("Berkas perbaikan ini sudah dimasukkan ke berkas asalnya, yang ditampilkan di sini."))
        return redirect("file", file.corrects_id)
    progress = queries.progress_of(file_id)
    if file.staged_at is None and not file.problem:
        return TemplateResponse(request, "intake/waiting.html", {"file": file, "progress": progress, **_work(progress)})
    mark_seen(request)
    language = get_language() or "id"
    context: dict[str, Any] = {
        "file": file,
        "progress": progress,
        "may_write": request.actor.has(*UPLOADERS),
        "problem": told(file.problem),
    }
    if file.staged_at is not None:
        account = queries.account(file)
        waiting = waiting_rows(file)
        groups = _finding_groups(file, language)
        context.update(
            account=account,
            steps=_steps(file, account, waiting),
            waiting=waiting,
            working=_is_working(progress),
            findings=[entry for entry in groups if entry["severity"] != "repaired"],
            repairs=[entry for entry in groups if entry["severity"] == "repaired"],
            sheets=_sheets(file),
            words=_open_words(file),
            held=_held_page(request, file, language),
            **_work(progress),
        )
    return TemplateResponse(request, "intake/file.html", context)


@roles_required(*UPLOADERS, "auditor", "bpjs")
@require_GET
def file_progress(request: ScopedRequest, file_id: int) -> HttpResponse:
    """The progress alone, asked for again and again; sends the reader on once the work is done."""
    file = queries.get_file(file_id)
    progress = queries.progress_of(file_id)
    if not _is_working(progress) and (file.staged_at is not None or file.problem or file.corrects_id):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = reverse("file", args=[file_id])
        return response
    return TemplateResponse(request, "intake/_progress.html", {"file": file, "progress": progress, **_work(progress)})


@roles_required(*UPLOADERS)
@require_POST
def file_accept(request: ScopedRequest, file_id: int) -> HttpResponse:
    """Write the accepted rows into the register."""
    file = queries.get_file(file_id)
    services.report_progress(file_id=file.pk, step="accepting")
    queue.defer("programme.accept_file", file_id=file.pk, user_id=request.actor.user_id or 0)
    return redirect("file", file.pk)


@roles_required(*UPLOADERS)
@require_POST
def file_take_back(request: ScopedRequest, file_id: int) -> HttpResponse:
    """Undo a whole file."""
    try:
        files.take_back(file_id=file_id, actor=request.actor, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Berkas ditarik kembali. Daftar pekerja sudah seperti sebelum berkas ini dicatat."))
    return redirect("file", file_id)


@roles_required(*UPLOADERS)
@require_POST
def file_again(request: ScopedRequest, file_id: int) -> HttpResponse:
    """Try a refused file once more."""
    file = queries.get_file(file_id)
    services.reopen(file=file)
    queue.defer("programme.check_file", file_id=file.pk, user_id=request.actor.user_id or 0)
    return redirect("file", file.pk)


@roles_required(*UPLOADERS)
@require_POST
def file_answer(request: ScopedRequest, file_id: int) -> HttpResponse:
    """Take the clerk's answers: meanings of words, of columns, and what holds for the whole file."""
    given = {name: str(value).strip() for name, value in request.POST.items() if str(value).strip()}
    words = {}
    for name, value in given.items():
        if name.startswith("word:"):
            _tag, column, word = name.split(":", 2)
            words[(column, word)] = value
    columns = {name.removeprefix("column:"): value for name, value in given.items() if name.startswith("column:")}
    columns.update({value: name.removeprefix("which:") for name, value in given.items() if name.startswith("which:")})
    defaults = {name.removeprefix("default:"): value for name, value in given.items() if name.startswith("default:")}
    if not (words or columns or defaults):
        messages.info(request, _("Belum ada jawaban yang dipilih; tidak ada yang berubah."))
        return redirect("file", file_id)
    before = queries.account(queries.get_file(file_id))
    files.answer(file_id=file_id, actor=request.actor, columns=columns, defaults=defaults, values=words)
    after = queries.account(queries.get_file(file_id))
    freed = before["held"] - after["held"]
    text = ngettext(
        "Jawaban disimpan. %(count)s baris yang tadinya ditahan kini lolos.",
        "Jawaban disimpan. %(count)s baris yang tadinya ditahan kini lolos.",
        max(freed, 0),
    ) % {"count": format_number(max(freed, 0))}
    messages.success(request, text)
    return redirect("file", file_id)


@roles_required(*UPLOADERS)
@require_http_methods(["GET", "POST"])
def row_editor(request: ScopedRequest, file_id: int, sheet: int, number: int) -> HttpResponseBase:
    """One row, cell by cell, with the reason beside each faulty cell."""
    file = queries.get_file(file_id)
    if request.method == "POST":
        return _save_row(request, file, sheet, number)
    return _show_row(request, file, sheet, number)


def _save_row(request: ScopedRequest, file: File, sheet: int, number: int) -> HttpResponseBase:
    key = (sheet, number)
    withdraw = request.POST.get("action") == "withdraw"
    row = _row(file, sheet, number)
    cells = {
        name: request.POST[f"cell-{name}"].strip()
        for name in COLUMN_LABELS
        if f"cell-{name}" in request.POST and request.POST[f"cell-{name}"].strip() != (row.get(f"raw_{name}") or "")
    }
    if not cells and not withdraw:
        messages.info(request, _("Tidak ada sel yang diubah."))
        return redirect("row", file.pk, sheet, number)
    try:
        files.repair(file_id=file.pk, actor=request.actor, changes={key: cells}, withdraw=withdraw)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("row", file.pk, sheet, number)
    state = _row(file, sheet, number)["state"]
    if state == "held":
        messages.warning(request, _("Baris %(row)s masih ditahan. Lihat sebabnya di bawah.") % {"row": number})
        return redirect("row", file.pk, sheet, number)
    messages.success(request, _("Baris %(row)s selesai. Baris lain tidak berubah.") % {"row": number})
    following = next(queries.current_rows(file, states=["held"]).iter_rows(named=True), None)
    if following is not None and state == "accepted":
        return redirect("row", file.pk, following["sheet_no"], following["number"])
    return redirect("file", file.pk)


def _show_row(request: ScopedRequest, file: File, sheet: int, number: int) -> HttpResponse:
    from sertakan.programme.report import finding_list

    row = _row(file, sheet, number)
    content = row.pop("_content")
    names = {entry["index"]: entry["name"] for entry in file.sheets}
    found = [
        entry
        for entry in finding_list(file, content, names, unmasked=True, language=get_language() or "id")
        if entry["row"] == number
    ]
    by_column: dict[str, list[dict[str, Any]]] = {}
    for entry in found:
        by_column.setdefault(entry["column"], []).append(entry)
    cells = [
        {
            "name": name,
            "label": label_of(name),
            "raw": row.get(f"raw_{name}") or "",
            "value": row.get(name),
            "findings": by_column.get(name, []),
            "faulty": any(entry["severity"] == "hold" for entry in by_column.get(name, [])),
        }
        for name in COLUMN_LABELS
        if f"raw_{name}" in row or name in by_column
    ]
    audit.record(
        "intake.row_opened",
        target=file,
        agency_id=file.agency_id,
        facts={"sheet": sheet, "row": number},
        reason="perbaikan baris",
    )
    context = {
        "file": file,
        "row": row,
        "number": number,
        "sheet_name": names.get(sheet, ""),
        "faulty": [cell for cell in cells if cell["faulty"]],
        "sound": [cell for cell in cells if not cell["faulty"]],
    }
    return TemplateResponse(request, "intake/row.html", context)


def _row(file: File, sheet: int, number: int) -> dict[str, Any]:
    import polars as pl

    from sertakan.programme.errors import RowUnknown

    rows = queries.current_rows(file).filter((pl.col("sheet_no") == sheet) & (pl.col("number") == number))
    if rows.is_empty():
        raise RowUnknown(row=number, sheet=sheet)
    content = queries.contents(rows)
    return {**content.row(0, named=True), "_content": content}


@roles_required(*UPLOADERS)
@require_GET
def held_workbook(request: ScopedRequest, file_id: int) -> HttpResponse:
    """The held rows as a workbook to repair and send back."""
    from sertakan.programme.corrections import held_workbook as build

    file = queries.get_file(file_id)
    return _download(build(file), f"perbaikan-berkas-{file.pk}.xlsx")


@roles_required(*UPLOADERS, "bpjs", "donor")
@require_GET
def template_file(request: ScopedRequest) -> HttpResponse:
    """The template workbook to hand out."""
    from sertakan.programme.template import template_workbook

    return _download(template_workbook(), "format-sertakan.xlsx")


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _is_working(progress: Any) -> bool:
    return progress is not None and progress.step in ("reading", "checking", "writing", "accepting")


def _work(progress: Any) -> dict[str, Any]:
    """What the progress component shows."""
    titles = {
        "reading": _("Membaca lembar"),
        "checking": _("Memeriksa baris"),
        "writing": _("Menyimpan hasil pemeriksaan"),
        "accepting": _("Mencatat pekerja dan donatur"),
    }
    if progress is None:
        return {"work_title": _("Menunggu giliran"), "work_done": "", "work_total": ""}
    return {
        "work_title": titles.get(progress.step, _("Menyelesaikan")),
        "work_done": progress.done,
        "work_total": progress.total or "",
    }


def _steps(file: File, account: dict[str, int], waiting: int) -> list[dict[str, str]]:
    """The path of a file, ticking itself from the data."""
    undone = file.state == File.State.TAKEN_BACK
    held, accepted = account["held"], file.accepted_at is not None and waiting == 0
    number = {"count": format_number(held)}
    return [
        {"label": _("Unggah"), "state": "done", "note": ""},
        {"label": _("Periksa"), "state": "done", "note": ""},
        {
            "label": _("Perbaiki"),
            "state": "done" if not held else "current",
            "note": ngettext("%(count)s baris ditahan", "%(count)s baris ditahan", held) % number if held else "",
        },
        {
            "label": _("Catat"),
            "state": "blocked" if undone else "done" if accepted else "current" if not held else "todo",
            "note": _("ditarik kembali") if undone else "",
        },
        {"label": _("Kirim ke BPJS"), "state": "todo", "note": "", "url": reverse("batches") if accepted else ""},
    ]


def _sheets(file: File) -> list[dict[str, Any]]:
    """Sheets with the word for what each column was taken for, and what was noticed in them, in the reader's language."""
    from sertakan.intake.reading.notes import note_in_words, skip_in_words

    shown = []
    for sheet in file.sheets:
        columns = [{**column, "label": label_of(name)} for name, column in sheet.get("columns", {}).items()]
        spoken: dict[str, Any] = {}
        if "noted" in sheet:
            spoken["notes"] = [note_in_words(note["code"], note["facts"]) for note in sheet["noted"]]
        if "filled_rows" in sheet:
            spoken["why"] = skip_in_words(sheet["code"], sheet=sheet["name"], rows=sheet["filled_rows"])
        shown.append({**sheet, "columns": columns, **spoken})
    return shown


def _finding_groups(file: File, language: str) -> list[dict[str, Any]]:
    """Findings by kind, with the number of rows, in plain words."""
    from sertakan.intake.findings import title_of

    return [
        {
            **entry,
            "title": title_of(entry["code"], language),
            "label": label_of(entry["column"]),
        }
        for entry in queries.finding_counts(file)
    ]


def _open_words(file: File) -> list[dict[str, Any]]:
    """Words and blanks that one answer settles for many rows."""
    from sertakan.programme.questions import open_questions

    return open_questions(file)


def _held_page(request: ScopedRequest, file: File, language: str) -> dict[str, Any]:
    """Fifty held rows with their reasons."""
    from sertakan.programme.report import finding_list, mask_digits

    rows = queries.current_rows(file, states=["held"])
    page = page_of(request, range(rows.height), size=ROWS_ON_A_PAGE)
    part = queries.contents(rows[page.start_index() - 1 : page.end_index()] if rows.height else rows)
    names = {entry["index"]: entry["name"] for entry in file.sheets}
    keys = set(part.select("sheet_no", "number").iter_rows()) if part.height else set()
    reasons: dict[tuple[str, int], list[dict[str, Any]]] = {}
    if keys:
        for entry in finding_list(file, part, names, language=language):
            if entry["severity"] == "hold":
                reasons.setdefault((entry["sheet"], entry["row"]), []).append(entry)
    shown = [
        {
            "sheet_no": row["sheet_no"],
            "sheet": names.get(row["sheet_no"], ""),
            "number": row["number"],
            "name": row.get("name") or row.get("raw_name") or "",
            "nik": mask_digits(row.get("raw_nik")) or "",
            "reasons": reasons.get((names.get(row["sheet_no"], ""), row["number"]), []),
        }
        for row in part.iter_rows(named=True)
    ]
    return {"page": page, "rows": shown, "count": rows.height}
