"""Help with claims: the list with what is overdue, a new case from the phone, one case with its steps, and the leaflet for families."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.agencies import queries as agencies
from sertakan.claims import catalogue, history, queries, services
from sertakan.claims.estimate import Estimate, estimate
from sertakan.claims.models import Case
from sertakan.core import clock, language
from sertakan.core.clock import WIB
from sertakan.core.errors import DomainError
from sertakan.core.money import read_rupiah
from sertakan.people import queries as people
from sertakan.people.models import Person
from sertakan.programme import persons
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole
from sertakan.web.views.downloads import PDF, attachment

READERS = ("pic", "coordinator", "bpjs")
MOST_FOUND, MOST_OVERDUE = 20, 50


@roles_required(*READERS)
@require_GET
def claims(request: ScopedRequest) -> HttpResponse:
    """Cases in scope; first what is overdue."""
    wanted = request.GET.get("keadaan", "")
    found = queries.cases(open_only=wanted != "semua")
    page = page_of(request, found)
    today = clock.today()
    late = queries.overdue()
    rows = queries.rows(list(page.object_list))
    for row in rows:
        row.case.next_words = language.translate(row.next_label) if row.next_label else ""  # type: ignore[attr-defined]
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": rows,
        "all": wanted == "semua",
        "several": request.actor.sees_all,
        "overdue_count": len(late),
        "overdue": [
            {"entry": one, "days": one.days(today), "label": language.translate(one.label)}
            for one in late[:MOST_OVERDUE]
        ],
        "more_overdue": max(0, len(late) - MOST_OVERDUE),
    }
    return TemplateResponse(request, "claims/claims.html", context)


@roles_required(*READERS)
@require_http_methods(["GET", "POST"])
def claim_new(request: ScopedRequest) -> HttpResponse:
    """Who, what, when, who told: one short form. The worker is looked for by name; a number never goes into the address."""
    sent = request.POST if request.method == "POST" else request.GET
    chosen = whole(sent.get("pekerja", ""))
    if chosen is None:
        return _choose_worker(request)
    worker = people.get_person(chosen)
    values = {name: sent.get(name, "").replace("\0", "").strip() for name in _FIELDS}
    context: dict[str, Any] = {
        "worker": worker,
        "values": values,
        "kinds": [{"value": value, "label": label, "note": _KIND_NOTES[value]} for value, label in Case.Kind.choices],
        "agency_options": [(entry.pk, entry.name) for entry in _agencies_of(request, worker)],
        "today": clock.today(),
        "fault": "",
    }
    if request.method == "POST":
        try:
            made = _opened(worker, values)
        except DomainError as refusal:
            if refusal.status in (403, 404):
                raise
            context["fault"] = str(refusal)
        except ValueError:
            context["fault"] = _("Tanggal atau jam tidak terbaca. Pilih tanggal kejadian; jam boleh kosong.")
        else:
            messages.success(request, _("Kasus dibuka. Langkah pertama dan batas waktunya ada di bawah."))
            return redirect("claim", made.pk)
    return TemplateResponse(request, "claims/new.html", context)


_FIELDS = ("kind", "event_on", "event_time", "work_end", "name", "relation", "phone", "agency")
_KIND_NOTES = {
    "accident": gettext_lazy("Jatuh, terjepit, tertabrak saat bekerja atau di jalan ke tempat kerja."),
    "disease": gettext_lazy("Dokter menyatakan penyakitnya karena pekerjaan."),
    "disability": gettext_lazy(
        "Kehilangan atau berkurangnya fungsi anggota badan sesudah kecelakaan atau penyakit kerja."
    ),
    "death": gettext_lazy("Sakit, usia, atau kecelakaan di luar pekerjaan."),
    "death_by_accident": gettext_lazy("Karena kecelakaan kerja atau penyakit akibat kerja."),
}


def _choose_worker(request: ScopedRequest) -> HttpResponse:
    text = request.GET.get("cari", "").replace("\0", "").strip()
    context: dict[str, Any] = {"text": text, "found": None, "error": "", "more": False}
    if request.method == "POST":
        text = request.POST.get("cari", "").replace("\0", "").strip()
        if not persons.is_number(text):
            return redirect(f"{reverse('claim_new')}?{urlencode({'cari': text})}")
        context["text"] = ""
    if text:
        try:
            if request.method == "GET":
                persons.check_no_number(text)
            found = list(persons.listed(text=text)[: MOST_FOUND + 1])
        except DomainError as refusal:
            context["error"] = str(refusal)
        else:
            context.update(found=persons.rows(found[:MOST_FOUND]), more=len(found) > MOST_FOUND)
    return TemplateResponse(request, "claims/choose.html", context)


def _agencies_of(request: ScopedRequest, worker: Person) -> list[Any]:
    """The agencies that know the worker, for who may choose among several."""
    if not request.actor.sees_all and len(request.actor.agency_ids) < 2:
        return []
    known = set(worker.agencies.values_list("agency_id", flat=True))
    return [one for one in agencies.visible_to(request.actor, on=clock.today()) if one.pk in known]


def _opened(worker: Person, values: dict[str, str]) -> Case:
    return services.open_case(
        person_id=worker.pk,
        kind=values["kind"],
        event_on=date.fromisoformat(values["event_on"]),
        event_time=time.fromisoformat(values["event_time"]) if values["event_time"] else None,
        work_end=date.fromisoformat(values["work_end"]) if values["work_end"] else None,
        agency_id=int(values["agency"]) if values["agency"] else None,
        reporter=services.Reporter(values["name"], values["relation"], values["phone"]),
    )


@roles_required(*READERS)
@require_GET
def claim(request: ScopedRequest, case_id: int) -> HttpResponse:
    """One case: the next step open, the rest quiet; papers, estimate with reasons, what happened."""
    found = queries.get_case(case_id)
    told = estimate(found.kind, history.explained(found.snapshot))
    ready = set(found.ticks.values_list("code", flat=True))
    papers = catalogue.papers(found.kind, programmes=queries.programmes_of(found))
    now_known = history.snapshot(
        found.person_id, kind=found.kind, event_on=found.event_on, work_end=found.work_end
    )  # fmt: skip
    closed = found.state == Case.State.CLOSED
    context = {
        "case": found,
        "worker": found.person.merged_into or found.person,
        "steps": (steps := _steps(found)),
        "next": next((one for one in steps if one["next"]), None),
        "limits": [
            {
                "label": language.translate(one.kind.label),
                "how": language.translate(one.kind.how) % {"count": one.count},
                "day": one.day,
                "passed": one.passed(clock.today()),
                "source": one.source,
            }
            for one in queries.limits(found)
        ],
        "papers": [
            {
                "code": paper.code,
                "label": language.translate(paper.label),
                "note": language.translate(paper.note) if paper.note else "",
                "ready": paper.code in ready,
            }
            for paper in papers
        ],
        "ready": len(ready),
        "heirs": [language.translate(heir.label) for heir in catalogue.heirs()]
        if found.kind.startswith("death")
        else [],
        "told": told,
        "amounts": _amounts(told),
        "stale": not closed and history.differs(found.snapshot, now_known),
        "outcome": (outcome := queries.outcome(found)),
        "refused_because": queries.unsealed(outcome.reason) if outcome else "",
        "reporter": queries.reporter(found),
        "helpers": queries.helpers(found.agency),
        "closed": closed,
        "today": clock.today(),
        "trail": found.steps.filter(done_at__isnull=False).order_by("done_at"),
    }
    return TemplateResponse(request, "claims/case.html", context)


def _steps(found: Case) -> list[dict[str, Any]]:
    """The steps as the page shows them. The next is the open one of ours with the earliest deadline, else the first."""
    standings = queries.standings(found)
    ours = [one for one in standings if one.to_do and not one.planned.waits_for and one.step.duty_of != "bpjs"]
    dated = [one for one in ours if one.step.due_at is not None]
    first = min(dated, key=lambda one: one.step.due_at or clock.now(), default=None) or next(iter(ours), None)
    shown = []
    duties = {
        "family": _("keluarga"),
        "agency": _("petugas OPD"),
        "bpjs": _("BPJS Ketenagakerjaan"),
        "doctor": _("dokter"),
    }
    for one in standings:
        step, kind = one.step, one.planned.kind
        waits = catalogue.step(one.planned.waits_for) if one.planned.waits_for else None
        state = "step_late" if one.late else "done" if one.done else "step_overdue" if one.overdue else "step_open"
        if waits and not one.done:
            state = "step_waiting"
        shown.append(
            {
                "code": step.code,
                "label": language.translate(kind.label),
                "how": language.translate(kind.how),
                "who": duties[step.duty_of],
                "state": state,
                "done_on": step.done_at.astimezone(WIB).date() if step.done_at else None,
                "done_at": step.done_at if step.done_exact else None,
                "by": step.done_label,
                "due_on": step.due_at.astimezone(WIB).date() if step.due_at else None,
                "due_at": step.due_at if step.exact else None,
                "closed": one.planned.due.closed if one.planned.due else "",
                "waits": language.translate(waits.label) if waits else "",
                "counted": kind.parameter is not None,
                "source": one.planned.source,
                "note": one.note,
                "next": one is first,
                "doable": not waits and step.code not in ("pay_jkk", "pay_jkm"),
            }
        )
    return shown


def _amounts(told: Estimate) -> list[dict[str, Any]]:
    lines = [{"label": line.label, "now": line.now, "after": line.after, "source": line.source} for line in told.lines]
    refunds = [{"label": line.label, "at_most": line.after, "source": line.source} for line in told.refunds]
    return [*lines, *refunds]


@roles_required(*READERS)
@require_POST
def claim_step(request: ScopedRequest, case_id: int) -> HttpResponse:
    """A step is done, or was noted by mistake."""
    code, sent = request.POST.get("code", ""), request.POST
    try:
        if sent.get("undo"):
            services.undo_step(case_id=case_id, code=code)
            messages.info(request, _("Catatan langkah dihapus; batas waktunya dihitung lagi."))
        else:
            hour = sent.get("done_time", "").strip()
            services.do_step(
                case_id=case_id,
                code=code,
                done_on=date.fromisoformat(sent.get("done_on", "")),
                done_time=time.fromisoformat(hour) if hour else None,
                note=sent.get("note", ""),
            )
            messages.success(request, _("Langkah dicatat. Batas waktu berikutnya dihitung dari tanggal itu."))
    except ValueError:
        messages.error(request, _("Tanggal atau jam tidak terbaca. Pilih tanggalnya; jam boleh kosong."))
    except DomainError as refusal:
        _say(request, refusal)
    return redirect("claim", case_id)


@roles_required(*READERS)
@require_POST
def claim_papers(request: ScopedRequest, case_id: int) -> HttpResponse:
    """Which papers are ready."""
    try:
        services.tick_papers(case_id=case_id, ready=frozenset(request.POST.getlist("ready")))
        messages.success(request, _("Daftar berkas disimpan."))
    except DomainError as refusal:
        _say(request, refusal)
    return redirect(f"{reverse('claim', args=[case_id])}#berkas")


@roles_required(*READERS)
@require_POST
def claim_outcome(request: ScopedRequest, case_id: int) -> HttpResponse:
    """What BPJS decided, and when it paid."""
    sent = request.POST
    try:
        day = date.fromisoformat(sent.get("on", ""))
        if sent.get("what") == "refused":
            services.refuse(case_id=case_id, reason=sent.get("reason", ""), decided_on=day)
        elif sent.get("what") == "paid":
            services.pay(case_id=case_id, paid_on=day)
        else:
            services.decide(case_id=case_id, amount=_amount(sent.get("amount", "")), decided_on=day)
        messages.success(request, _("Keputusan dicatat."))
    except ValueError:
        messages.error(request, _("Tanggal tidak terbaca. Pilih tanggal keputusan atau pembayaran."))
    except DomainError as refusal:
        _say(request, refusal)
    return redirect("claim", case_id)


def _amount(text: str) -> int:
    """Whole rupiah; zero where nothing can be read for certain, which the service refuses."""
    try:
        return read_rupiah(text)
    except ValueError:
        return 0


@roles_required(*READERS)
@require_POST
def claim_state(request: ScopedRequest, case_id: int) -> HttpResponse:
    """Close, open again, or take the estimate anew."""
    try:
        what = request.POST.get("what")
        if what == "close":
            services.close(case_id=case_id)
            messages.success(request, _("Kasus ditutup."))
        elif what == "reopen":
            services.reopen(case_id=case_id)
            messages.success(request, _("Kasus dibuka kembali."))
        elif services.refresh(case_id=case_id):
            messages.success(request, _("Perkiraan dihitung lagi dari pembayaran yang sekarang tercatat."))
        else:
            messages.info(request, _("Tidak ada yang berubah."))
    except DomainError as refusal:
        _say(request, refusal)
    return redirect("claim", case_id)


def _say(request: ScopedRequest, refusal: DomainError) -> None:
    if refusal.status in (403, 404):
        raise refusal
    messages.error(request, str(refusal))


@roles_required(*READERS)
@require_GET
def claim_leaflet(request: ScopedRequest, case_id: int) -> HttpResponse:
    """The leaflet of a case, to print for the family."""
    from sertakan.claims.documents import leaflet_pdf

    found = queries.get_case(case_id)
    return attachment(leaflet_pdf(found.kind, found), f"lembar-keluarga-{case_id}.pdf", PDF)


@require_GET
def family(request: HttpRequest) -> HttpResponse:
    """What to do after an accident or a death: open to everybody, no account."""
    kinds = [
        {
            "kind": value,
            "label": label,
            "lead": [language.translate(one.label) for one in catalogue.advice(value) if one.lead],
            "advice": [language.translate(one.label) for one in catalogue.advice(value) if not one.lead],
        }
        for value, label in Case.Kind.choices
    ]
    return TemplateResponse(request, "claims/family.html", {"kinds": kinds})


@require_GET
def family_leaflet(request: HttpRequest, kind: str) -> HttpResponse:
    """The leaflet of a kind: open to everybody, with nobody's name in it."""
    from sertakan.claims.documents import leaflet_pdf

    if kind not in catalogue.KINDS:
        raise Http404
    return attachment(leaflet_pdf(kind), f"lembar-keluarga-{kind}.pdf", PDF)
