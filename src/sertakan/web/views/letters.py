"""Letters that went out, the words and the letterhead of the next ones, and reports."""

from __future__ import annotations

import base64
import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.month import Month
from sertakan.letters import policies, queries, services
from sertakan.letters.errors import TemplateChanged
from sertakan.letters.kinds import KINDS, Words, kind_of, placeholders_of
from sertakan.letters.services import OfficeWords
from sertakan.programme import reporting
from sertakan.protection import queries as protection
from sertakan.rules.reasons import month_in_words
from sertakan.web.guards import page_of, roles_required
from sertakan.web.views.downloads import PDF, XLSX, attachment

READERS = ("pic", "coordinator", "leader", "auditor", "operator")
WRITERS = ("coordinator", "operator")
REPORT_READERS = ("coordinator", "leader", "auditor", "operator")
REPORTS = ("monthly_report", "yearly_report", "recap")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS: dict[str, tuple[Any, str]] = {
    "pdf": (services.pdf, PDF),
    "docx": (services.docx, DOCX),
    "xlsx": (services.xlsx, XLSX),
}
_KIND_OPTIONS = [(kind.code, kind.title) for kind in KINDS.values()]


@roles_required(*READERS)
@require_GET
def letters(request: ScopedRequest) -> HttpResponse:
    """Letters in scope, the newest first."""
    kind = request.GET.get("jenis", "")
    kind = kind if kind in KINDS else ""
    page = page_of(request, queries.letters(kind=kind))
    context = {
        "page": page,
        "rows": [(one, KINDS[one.kind].title) for one in page],
        "count": page.paginator.count,
        "kind": kind,
        "kind_options": [("", _("Semua jenis")), *_KIND_OPTIONS],
        "may_write": policies.can_write(request.actor),
        "templates": [(code, title, queries.words_of(code)[1]) for code, title in _KIND_OPTIONS]
        if policies.can_write(request.actor)
        else [],
    }
    return TemplateResponse(request, "letters/letters.html", context)


@roles_required(*READERS)
@require_GET
def letter(request: ScopedRequest, letter_id: int) -> HttpResponse:
    """One letter as it went out: its pages as pictures, and files to save."""
    found = queries.get_letter(letter_id)
    tables = any(block["kind"] == "table" for block in found.content["blocks"])
    context = {
        "letter": found,
        "kind": KINDS[found.kind].title,
        "pages": [_data_uri(one) for one in services.pictures(found)],
        "tables": tables,
        "text": _text(found.content),
    }
    return TemplateResponse(request, "letters/letter.html", context)


def _text(content: dict[str, Any]) -> list[str]:
    """The words of a letter, for who does not see pictures."""
    parts = [content["opening"], *(f"{name}: {value}" for name, value in content["details"]), *content["paragraphs"]]
    for block in content["blocks"]:
        if block["kind"] in ("heading", "paragraph"):
            parts.append(block["text"])
        elif block["kind"] == "list":
            parts += block["items"]
        elif block["kind"] == "figures":
            parts += [f"{one['label']}: {one['value']} ({one['note']})" for one in block["items"]]
        elif block["kind"] == "bars":
            parts += [block["title"], *(f"{row['label']}: {row['shown']}" for row in block["rows"])]
        elif block["kind"] == "table":
            parts += [" · ".join(str(cell) for cell in row) for row in (block["heading"], *block["rows"])]
    return [*parts, content["closing"]]


@roles_required(*READERS)
@require_GET
def letter_file(request: ScopedRequest, letter_id: int, ending: str) -> HttpResponse:
    """A letter as PDF, DOCX or XLSX."""
    if ending not in FORMS:
        raise Http404
    found = queries.get_letter(letter_id)
    make, media_type = FORMS[ending]
    name = "".join(sign if sign.isalnum() else "-" for sign in found.number)
    return attachment(make(found), f"{found.kind}-{name}.{ending}", media_type)


@roles_required(*WRITERS)
@require_http_methods(["GET", "POST"])
def letter_template(request: ScopedRequest, kind: str) -> HttpResponse:
    """The words of a kind of letter: fields, placeholders to choose from, and a picture of what it will look like."""
    shape = kind_of(kind)
    words, version = queries.words_of(kind)
    fault, status = "", 200
    theirs: list[str] = []
    if request.method == "POST":
        words = _words(request)
        seen = request.POST.get("versi", "")
        if request.POST.get("pratinjau") or request.headers.get("HX-Request"):
            return _preview(request, kind, words)
        try:
            made = services.change_template(kind, words, seen=int(seen) if seen.isdigit() else 0)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            fault, status = str(refusal), refusal.status
            theirs = _as_text(queries.words_of(kind)[0]) if isinstance(refusal, TemplateChanged) else []
        else:
            messages.success(
                request,
                _("Templat disimpan sebagai versi %(n)s. Surat yang sudah terbit tidak berubah.") % {"n": made.version},
            )
            return redirect("letter_template", kind)
    context: dict[str, Any] = {
        "kind": shape,
        "words": words,
        "body": "\n\n".join(words.body),
        "copies": "\n".join(words.copies),
        "version": version,
        "fault": fault,
        "theirs": theirs,
        "placeholders": [
            (f"{{{name}}}", meaning, example) for name, (meaning, example) in placeholders_of(kind).items()
        ],
        "versions": list(queries.versions(kind)[:10]),
        **_shown(kind, words),
    }
    return TemplateResponse(request, "letters/template.html", context, status=status)


def _as_text(words: Words) -> list[str]:
    """The words of somebody else, to compare one's own with."""
    signer = " · ".join(part for part in (words.signer_title, words.signer_name, words.signer_nip) if part)
    parts = [words.subject, words.opening, *words.body, words.closing, signer, *words.copies]
    return [part for part in parts if part]


def _preview(request: ScopedRequest, kind: str, words: Words) -> HttpResponse:
    return TemplateResponse(request, "letters/_preview.html", _shown(kind, words))


def _shown(kind: str, words: Words) -> dict[str, str]:
    try:
        return {"picture": _data_uri(services.preview(kind, words)), "preview_fault": ""}
    except DomainError as refusal:
        return {"picture": "", "preview_fault": str(refusal)}


def _words(request: ScopedRequest) -> Words:
    given = {name: request.POST.get(name, "").replace("\r\n", "\n").replace("\0", "") for name in _FIELDS}
    return Words(
        subject=given["hal"].strip(),
        opening=given["pembuka"].strip(),
        body=tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", given["isi"]) if part.strip()),
        closing=given["penutup"].strip(),
        signer_title=given["jabatan"].strip(),
        signer_name=given["nama"].strip(),
        signer_nip=given["nip"].strip(),
        copies=tuple(line.strip() for line in given["tembusan"].splitlines() if line.strip()),
    )


_FIELDS = ("hal", "pembuka", "isi", "penutup", "jabatan", "nama", "nip", "tembusan")


@roles_required(*WRITERS)
@require_http_methods(["GET", "POST"])
def letter_office(request: ScopedRequest) -> HttpResponse:
    """The letterhead and how numbers are written."""
    fault, status = "", 200
    current = queries.newest_office()
    given = {
        name: " ".join(request.POST.get(name, getattr(current, name, "")).replace("\0", "").split()) for name in _OFFICE
    }
    if request.method == "POST":
        try:
            services.change_office(OfficeWords(**given))
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            fault, status = str(refusal), refusal.status
        else:
            messages.success(request, _("Kepala surat disimpan untuk surat berikutnya."))
            return redirect("letters")
    given["number_form"] = given["number_form"] or services.NUMBER_FORM
    return TemplateResponse(request, "letters/office.html", {"given": given, "fault": fault}, status=status)


_OFFICE = ("government", "name", "address", "contact", "place", "number_form")


# Reports


@roles_required(*REPORT_READERS)
@require_GET
def reports(request: ScopedRequest) -> HttpResponse:
    """Reports that were written, and the months and years for which one can be."""
    kept = [month for month in protection.kept_months() if month.first_day <= clock.today()]
    page = page_of(request, queries.letters().filter(kind__in=REPORTS))
    context = {
        "page": page,
        "rows": [(one, KINDS[one.kind].title) for one in page],
        "count": page.paginator.count,
        "may_write": policies.can_write(request.actor),
        "month_options": [(str(month), month_in_words(month)) for month in kept],
        "year_options": [(str(year), str(year)) for year in sorted({month.year for month in kept}, reverse=True)],
    }
    return TemplateResponse(request, "letters/reports.html", context)


@roles_required(*WRITERS)
@require_POST
def report_make(request: ScopedRequest) -> HttpResponse:
    """Write a report: count, number, keep."""
    given, kind = request.POST, request.POST.get("jenis", "")
    try:
        if kind == "yearly_report":
            year = given.get("tahun", "")
            made = reporting.write_year(int(year) if year.isdigit() else 0)
        else:
            month = Month.parse(given.get("bulan", ""))
            made = reporting.write_recap(month) if kind == "recap" else reporting.write_month(month)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("Pilih bulan atau tahun laporannya. Belum ada yang ditulis."))
    else:
        messages.success(request, _("Laporan ditulis dengan nomor %(number)s.") % {"number": made.number})
        return redirect("letter", made.pk)
    return redirect("reports")


def _data_uri(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
