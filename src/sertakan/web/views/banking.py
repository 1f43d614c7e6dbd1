"""Accounts and what the bank wrote about them: upload, lines by state, one line with its candidates, a layout taught from a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.banking import policies, queries, services
from sertakan.banking.candidates import Candidate, candidates_of
from sertakan.banking.errors import LayoutUnknown, LineNotOpen
from sertakan.banking.matching.model import rule_in_words, why_in_words
from sertakan.banking.models import BankAccount, StatementFile, StatementLine
from sertakan.banking.reading.model import PROBLEMS, FileFinding, problem_in_words
from sertakan.contributions.models import Bill, PaymentCode
from sertakan.core import clock, files
from sertakan.core.errors import DomainError
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import month_in_words
from sertakan.sponsorship.models import Donor
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole

READERS = ("pic", "coordinator", "auditor", "operator")
CLERKS = ("pic", "coordinator", "operator")
STATE_WORDS = {
    "open": gettext_lazy("Terbuka"),
    "matched": gettext_lazy("Dicocokkan"),
    "ignored": gettext_lazy("Diabaikan"),
    "unreadable": gettext_lazy("Tidak terbaca"),
}
TEACHING = "layout_sample"


@roles_required(*READERS)
@require_GET
def accounts(request: ScopedRequest) -> HttpResponse:
    """The accounts in scope and what waits on them."""
    choices = list(agencies.visible_to(request.actor, on=clock.today()))
    found = list(queries.accounts())
    context = {
        "accounts": found,
        "open_lines": sum(one.open_lines for one in found),
        "open_amount": sum(one.open_amount for one in found),
        "unreadable_lines": sum(one.unreadable_lines for one in found),
        "agency_options": [(entry.pk, entry.name) for entry in choices],
        "several": len(choices) > 1,
        "purpose_options": [{"value": key, "label": label} for key, label in BankAccount.Purpose.choices],
        "taught": queries.taught_layouts(),
        "may_write": request.actor.has(*CLERKS),
    }
    return TemplateResponse(request, "banking/accounts.html", context)


@roles_required(*CLERKS)
@require_POST
def account_open(request: ScopedRequest) -> HttpResponse:
    """Register an account."""
    choices = {str(entry.pk): entry for entry in agencies.visible_to(request.actor, on=clock.today())}
    agency = choices.get(request.POST.get("agency", "")) or (
        next(iter(choices.values())) if len(choices) == 1 else None
    )
    purpose, bank = request.POST.get("purpose", ""), request.POST.get("bank", "").strip()
    if agency is None or purpose not in BankAccount.Purpose.values or not bank:
        messages.error(
            request, _("Pilih perangkat daerah, tulis nama bank, dan pilih kegunaannya. Belum ada yang didaftarkan.")
        )
        return redirect("accounts")
    try:
        made = services.open_account(
            agency=agency,
            bank=bank,
            number=request.POST.get("number", ""),
            purpose=purpose,
            name=request.POST.get("name", ""),
        )
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
        return redirect("accounts")
    messages.success(request, _("Rekening %s terdaftar. Unggah rekening korannya.") % made)
    return redirect("account", made.pk)


@roles_required(*READERS)
@require_GET
def account(request: ScopedRequest, account_id: int) -> HttpResponse:
    """One account: its files, and its lines by state."""
    found = queries.get_account(account_id)
    context = {
        "account": found,
        "files": list(queries.files(found)[:20]),
        "read_until": queries.last_day(found),
        **_lines(request, account=found),
    }
    return TemplateResponse(request, "banking/account.html", context)


@roles_required(*CLERKS)
@require_POST
def account_match(request: ScopedRequest, account_id: int) -> HttpResponse:
    """Match the open lines again with what is due now."""
    found = queries.get_account(account_id)
    policies.check_can_bank(found.agency_id)
    settled = services.match_account(found, actor=request.actor)
    if settled:
        text = ngettext("%s baris diselesaikan.", "%s baris diselesaikan.", settled) % format_number(settled)
        messages.success(request, text)
    else:
        messages.info(request, _("Belum ada baris terbuka yang dapat dicocokkan dengan pasti."))
    return redirect("account", account_id)


@roles_required(*CLERKS)
@require_http_methods(["GET", "POST"])
def statement_upload(request: ScopedRequest) -> HttpResponse:
    """Take in a file of the bank and match it."""
    found = list(queries.accounts())
    error, teach = "", False
    if request.method == "POST":
        given = request.FILES.get("file")
        chosen = next((one for one in found if str(one.pk) == request.POST.get("account")), None)
        if given is None:
            error = _("Belum ada berkas yang dipilih.")
        else:
            data, name = given.read(), given.name or "rekening-koran"
            try:
                done = services.reconcile(source=data, name=name, actor=request.actor, account=chosen)
            except DomainError as refusal:
                if refusal.status == 403:
                    raise
                error, teach = str(refusal), isinstance(refusal, LayoutUnknown)
                if teach:
                    request.session[TEACHING] = {"content": files.store(data), "name": name[:120]}
            else:
                _say(request, done)
                return redirect("statement", done.taken[0].file.pk)
    context = {
        "error": error,
        "teach": teach,
        "account_options": [("", _("Dari nomor di dalam berkas")), *((one.pk, f"{one} · {one.name}") for one in found)],
        "chosen": request.POST.get("account", request.GET.get("rekening", "")),
        "accounts": found,
        "layouts": sorted({layout.bank for layout in (*queries.shipped(), *queries.taught_layouts())}),
    }
    return TemplateResponse(request, "banking/upload.html", context, status=422 if error else 200)


def _say(request: ScopedRequest, done: services.Reconciled) -> None:
    if done.unchanged:
        messages.info(request, _("Berkas ini sudah pernah dimasukkan; tidak ada yang berubah."))
        return
    text = _(
        "%(lines)s baris = %(matched)s dicocokkan (%(amount)s) + %(open)s terbuka + %(ignored)s diabaikan + %(unreadable)s tidak terbaca."
    )
    facts = {name: format_number(getattr(done, name)) for name in ("lines", "matched", "open", "ignored", "unreadable")}
    tell = messages.warning if done.open or done.unreadable else messages.success
    tell(request, text % {**facts, "amount": format_rupiah(done.amount_matched)})


@roles_required(*READERS)
@require_GET
def statement(request: ScopedRequest, file_id: int) -> HttpResponse:
    """One file: what was found about it, and its lines by state."""
    found = queries.get_file(file_id)
    names = queries.layout_names()
    context = {
        "file": found,
        "account": found.account,
        "layout": names.get(found.layout, found.format.upper()),
        "findings": [FileFinding(one["code"], one["facts"]) for one in found.findings],
        "known": found.lines - found.fresh,
        **_lines(request, file=found),
    }
    return TemplateResponse(request, "banking/statement.html", context)


def _lines(
    request: ScopedRequest, *, account: BankAccount | None = None, file: StatementFile | None = None
) -> dict[str, Any]:
    sums = queries.state_sums(account=account, file=file)
    state = request.GET.get("keadaan", "")
    if state not in sums:
        state = next((key for key in ("open", "unreadable", "matched", "ignored") if sums[key].lines), "open")
    page = page_of(request, queries.lines(account=account, file=file, state=state))
    shown = queries.shown(list(page.object_list))
    people = Donor.objects.in_bulk([entry.match.donor_id for entry in shown if entry.match and entry.match.donor_id])
    rows = [
        {
            "line": entry.line,
            "said": entry.said,
            "why": _why(entry.line),
            "donor": people.get(entry.match.donor_id or 0) if entry.match else None,
            "amount": format_rupiah(entry.line.amount) if entry.line.amount is not None else entry.said.raw,
        }
        for entry in shown
    ]
    return {
        "sums": sums,
        "state": state,
        "state_sum": sums[state],
        "tabs": [
            {"url": f"?keadaan={key}", "label": STATE_WORDS[key], "current": key == state, "count": sums[key].lines}
            for key in ("open", "matched", "ignored", "unreadable")
        ],
        "page": page,
        "rows": rows,
        "may_write": request.actor.has(*CLERKS),
    }


def _why(line: StatementLine) -> str:
    if line.note and line.state == StatementLine.State.IGNORED:
        return line.note
    if line.state == StatementLine.State.MATCHED:
        return rule_in_words(line.why)
    return problem_in_words(line.why) if line.why in PROBLEMS else why_in_words(line.why) if line.why else ""


@roles_required(*READERS)
@require_GET
def line(request: ScopedRequest, line_id: int) -> HttpResponse:
    """One line: what it says, who it may belong to, what was done with it."""
    found = queries.get_line(line_id)
    wanted = request.GET.get("cari", "").strip()
    may_write = request.actor.has(*CLERKS) and policies.can_bank(found.agency_id)
    shown = queries.shown([found])[0]
    following = _next_open(found)
    context = {
        "line": found,
        "account": found.account,
        "said": shown.said,
        "why": _why(found),
        "candidates": [_shown_candidate(one) for one in candidates_of(found, text=wanted)] if may_write else [],
        "wanted": wanted,
        "match": _shown_match(shown.match) if shown.match else None,
        "history": [one for one in queries.history_of(found) if one.undone_at],
        "may_write": may_write,
        "next": following,
    }
    return TemplateResponse(request, "banking/line.html", context)


def _next_open(found: StatementLine) -> StatementLine | None:
    waiting = queries.lines(account=found.account, state="open").exclude(pk=found.pk).order_by("id")
    return waiting.filter(pk__gt=found.pk).first() or waiting.first()


def _shown_candidate(one: Candidate) -> dict[str, Any]:
    words = {"donor": _("Donatur"), "bill": _("Seluruh tagihan"), "code": _("Kode iuran")}
    return {"entry": one, "kind": words[one.kind], "target": list(one.target.items())}


def _shown_match(match: Any) -> dict[str, Any]:
    donors = Donor.objects.in_bulk([part["donor"] for part in match.parts if part.get("donor")][:20])
    codes = PaymentCode.objects.in_bulk([part["code"] for part in match.parts if part.get("code")])
    bills = dict(
        Bill.objects.filter(pk__in=[part["bill"] for part in match.parts if part.get("bill")]).values_list(
            "pk", "number"
        )
    )
    parts = []
    for part in match.parts[:20]:
        if part.get("code"):
            name = _("Kode iuran %s") % getattr(codes.get(part["code"]), "code", "")
        else:
            name = getattr(donors.get(part.get("donor") or 0), "name", "") or _("Tanpa donatur tercatat")
        note = bills.get(part.get("bill") or 0, "")
        month = month_in_words(Month.parse(part["month"])) if part.get("bill") else ""
        parts.append(
            {"label": name, "value": format_rupiah(part["amount"]), "note": " · ".join(filter(None, (month, note)))}
        )
    return {
        "entry": match, "rule": rule_in_words(match.rule), "parts": parts, "more": max(0, len(match.parts) - 20), "amount": match.amount,
    }  # fmt: skip


@roles_required(*CLERKS)
@require_POST
def line_match(request: ScopedRequest, line_id: int) -> HttpResponse:
    """Match a line with what was chosen."""
    found = queries.get_line(line_id)
    post = request.POST
    chosen: dict[str, Any] = {}
    if whole(post.get("code")):
        chosen["code_id"] = whole(post.get("code"))
    elif whole(post.get("bill")):
        chosen["bill_id"] = whole(post.get("bill"))
    else:
        chosen = {
            "donor_id": whole(post.get("donor")),
            "funding": post.get("funding", "private"),
            "bills": [bill for text in post.get("bills", "").split(",") if (bill := whole(text))],
        }
    return _done(
        request, found, lambda: services.match_by_hand(found, **chosen), _("Baris ini dicocokkan."), onward=True
    )


@roles_required(*CLERKS)
@require_POST
def line_ignore(request: ScopedRequest, line_id: int) -> HttpResponse:
    """Leave a line aside with a reason."""
    found = queries.get_line(line_id)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        found,
        lambda: services.ignore_line(found, reason=reason),
        _("Baris ini diabaikan; dapat dibuka lagi."),
        onward=True,
    )


@roles_required(*CLERKS)
@require_POST
def line_reopen(request: ScopedRequest, line_id: int) -> HttpResponse:
    """Open a line that was left aside."""
    found = queries.get_line(line_id)
    return _done(request, found, lambda: services.reopen_line(found), _("Baris ini terbuka lagi."))


@roles_required(*CLERKS)
@require_POST
def line_unmatch(request: ScopedRequest, line_id: int) -> HttpResponse:
    """Take a match back."""
    found = queries.get_line(line_id)
    reason = request.POST.get("reason", "")
    text = _("Pencocokan dibatalkan; iurannya terbuka kembali.")
    return _done(request, found, lambda: services.unmatch_line(found, reason=reason), text)


def _done(request: ScopedRequest, found: StatementLine, work: Any, text: str, *, onward: bool = False) -> HttpResponse:
    try:
        work()
    except DomainError as refusal:
        if refusal.status in (403, 404) and not isinstance(refusal, LineNotOpen):
            raise
        messages.error(request, str(refusal))
        return redirect("line", found.pk)
    messages.success(request, text)
    following = _next_open(found) if onward else None
    return redirect("line", following.pk if following else found.pk)


@roles_required(*CLERKS)
@require_http_methods(["GET", "POST"])
def layout_teach(request: ScopedRequest) -> HttpResponse:
    """Teach the columns of a bank from one sample: upload, choose, look, keep."""
    error = ""
    if request.method == "POST" and (given := request.FILES.get("file")) is not None:
        request.session[TEACHING] = {"content": files.store(given.read()), "name": (given.name or "contoh")[:120]}
        return redirect("layout_teach")
    kept = request.session.get(TEACHING)
    sheets, refusal = _sample(kept)
    error = refusal
    if not sheets or not kept:
        return TemplateResponse(request, "banking/teach_upload.html", {"error": error}, status=422 if error else 200)
    context = _teaching(request, sheets, kept["name"])
    if request.method == "POST" and "keep" in request.POST:
        try:
            made = services.teach_layout(
                sheets,
                sheet=context["sheet"],
                row=context["row"],
                bank=context["bank"],
                name=context["name"],
                choice=request.POST,
            )
        except DomainError as problem:
            if problem.status == 403:
                raise
            context["error"] = str(problem)
        else:
            request.session.pop(TEACHING, None)
            messages.success(request, _("Susunan kolom %s tersimpan. Unggah rekening korannya sekarang.") % made.name)
            return redirect("statement_upload")
    return TemplateResponse(request, "banking/teach.html", context, status=422 if context.get("error") else 200)


def _sample(kept: dict[str, str] | None) -> tuple[list[Any], str]:
    import tempfile

    from sertakan.banking.reading import read_grid

    if not kept:
        return [], ""
    try:
        data = files.load(kept["content"])
        with tempfile.TemporaryDirectory(prefix="sample-") as folder:
            place = Path(folder) / f"contoh{Path(kept['name']).suffix.lower()[:6]}"
            place.touch(mode=0o600)
            place.write_bytes(data)
            return read_grid(place)[1], ""
    except DomainError as refusal:
        return [], str(refusal)


def _teaching(request: ScopedRequest, sheets: list[Any], file_name: str) -> dict[str, Any]:
    """Everything the page of teaching shows: the first rows, the choices, and what would be read."""
    post = request.POST
    sheet = min(whole(post.get("sheet")) or 0, len(sheets) - 1)
    grid = sheets[sheet]
    row = whole(post.get("row"))
    row = _guess_row(grid) if row is None or row >= grid.texts.height else row
    headings = [cell or "" for cell in grid.texts.row(row)]
    options = [("", _("(tidak ada)")), *((heading, heading) for heading in dict.fromkeys(headings) if heading)]
    chosen = {role: post.get(role, "") for role in services.ROLES}
    if request.method == "GET":
        chosen = services.guess_roles(headings)
    rule = post.get("rule", chosen.pop("rule", "columns"))
    further = {key: post.get(key, usual) for key, usual in (("dates", "dmy"), ("decimal", ""), ("positive", "in"))}
    choice = {**chosen, "rule": rule, **further}
    context: dict[str, Any] = {
        "file_name": file_name,
        "sheet": sheet,
        "row": row,
        "bank": post.get("bank", "").strip(),
        "name": post.get("name", "").strip(),
        "sheet_options": [(at, one.head.name) for at, one in enumerate(sheets)],
        "row_options": [
            (at, f"{at + 1 + grid.head.first_row}: {' · '.join(cell for cell in cells if cell)[:70]}")
            for at, cells in enumerate(grid.texts.head(30).iter_rows())
            if sum(bool(cell) for cell in cells) >= 3
        ],
        "columns": [
            {"name": role, "label": ROLE_WORDS[role], "value": choice.get(role, ""), "options": options}
            for role in services.ROLES
        ],
        "choice": choice,
        "rules": RULE_OPTIONS,
        "date_options": DATE_OPTIONS,
        "decimal_options": DECIMAL_OPTIONS,
        "positive_options": POSITIVE_OPTIONS,
        "headings": headings,
        "sample_rows": [[cell or "" for cell in cells] for cells in grid.texts.slice(row + 1, 5).iter_rows()],
    }
    try:
        preview = services.preview_layout(
            sheets, sheet=sheet, row=row, bank=context["bank"], name=context["name"], choice=choice
        )
    except DomainError as refusal:
        return {**context, "doubt": str(refusal), "preview": []}
    rows = preview.book.lines.head(8).to_dicts() if preview.book else []
    return {
        **context,
        "doubt": preview.refusal,
        "preview": [{**one, "problem": problem_in_words(one["problem"]) if one["problem"] else ""} for one in rows],
        "lines": preview.book.lines.height if preview.book else 0,
        "findings": preview.book.findings if preview.book else (),
    }


def _guess_row(grid: Any) -> int:
    """The row that looks most like a heading: the fullest of the first thirty without long numbers."""
    best, width = 0, 0
    for at, cells in enumerate(grid.texts.head(30).iter_rows()):
        named = [cell for cell in cells if cell]
        if len(named) > width and not any(sum(sign.isdigit() for sign in cell) > 2 for cell in named):
            best, width = at, len(named)
    return best


ROLE_WORDS = {
    "booked_on": gettext_lazy("Tanggal"),
    "value_on": gettext_lazy("Tanggal efektif"),
    "text": gettext_lazy("Keterangan"),
    "reference": gettext_lazy("Nomor referensi"),
    "debit": gettext_lazy("Uang keluar (debit)"),
    "credit": gettext_lazy("Uang masuk (kredit)"),
    "amount": gettext_lazy("Jumlah (satu kolom)"),
    "direction": gettext_lazy("Arah (D/K)"),
    "balance": gettext_lazy("Saldo sesudahnya"),
    "account": gettext_lazy("Nomor rekening"),
    "counterparty": gettext_lazy("Nama pengirim atau penerima"),
}
RULE_OPTIONS = [
    ("columns", gettext_lazy("dua kolom: debit dan kredit")),
    ("word", gettext_lazy("satu kolom jumlah, arah di kolom lain (D/K)")),
    ("suffix", gettext_lazy("satu kolom jumlah berakhiran DB atau CR")),
    ("sign", gettext_lazy("satu kolom jumlah, arah dari tanda minus")),
]
DATE_OPTIONS = [
    ("dmy", gettext_lazy("hari, bulan, tahun (31/12/2026)")),
    ("mdy", gettext_lazy("bulan, hari, tahun (12/31/2026)")),
    ("ymd", gettext_lazy("tahun, bulan, hari (2026/12/31)")),
]
DECIMAL_OPTIONS = [
    ("", gettext_lazy("kenali sendiri")),
    (",", gettext_lazy("koma (16.800,00)")),
    (".", gettext_lazy("titik (16,800.00)")),
]
POSITIVE_OPTIONS = [
    ("in", gettext_lazy("tanpa minus berarti masuk")),
    ("out", gettext_lazy("tanpa minus berarti keluar")),
]


@roles_required(*CLERKS)
@require_POST
def layout_forget(request: ScopedRequest) -> HttpResponse:
    """Put the sample away and begin with another one."""
    request.session.pop(TEACHING, None)
    return redirect(reverse("layout_teach"))
