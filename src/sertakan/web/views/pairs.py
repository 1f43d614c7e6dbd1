"""Who is who: the queue of pairs that wait, one pair side by side, and how good the matching is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sertakan.access.requests import ScopedRequest
from sertakan.core.errors import DomainError, NotAllowed, NotFound
from sertakan.core.scope import SYSTEM
from sertakan.linkage import policies, queries, words
from sertakan.linkage.errors import AnswerUnknown, ReasonMissing
from sertakan.people import queries as people
from sertakan.people.models import Person
from sertakan.programme import linking
from sertakan.programme.linking import asked, desk, quality
from sertakan.programme.linking.review import Field
from sertakan.web.differences import pieces
from sertakan.web.guards import page_of, roles_required
from sertakan.web.reading import whole
from sertakan.web.templatetags.sertakan_format import day, masked, number, percent

READERS = ("coordinator", "operator", "auditor")
DECIDERS = ("coordinator", "operator")
HIDDEN = {"nik", "kpj", "phone"}
RAW = {"name", "mother", "birth_place", "area", "address", "email"}
WHOLE_WORDS = {"birth", "area", "sex"}
FIRST_GUESS = gettext_lazy("dua catatan yang diambil acak hampir selalu dua orang")
FAMILY = gettext_lazy("keluarga serumah juga berbagi nomor HP, desa, dan nama ibu, maka kesamaan itu dikurangi")

RIVALS = gettext_lazy("berkurang bila catatan lain juga cocok, bertambah bila tidak ada")


@roles_required(*READERS)
@require_GET
def pairs(request: ScopedRequest) -> HttpResponse:
    """What waits, the most costly mistake first, and the last runs."""
    standing = desk.standing(request.actor)
    may_decide = policies.can_decide(request.actor)
    which = request.GET.get("bagian", "")
    if which not in desk.PARTS or (which == desk.MINE and not may_decide):
        which = desk.MINE if may_decide and standing.mine else desk.ALL
    page = page_of(request, desk.part(request.actor, which))
    first = desk.part(request.actor, desk.MINE).values_list("pk", flat=True).first()
    labels = [(desk.MINE, _("Menunggu Anda"), standing.mine)] if may_decide else []
    labels += [
        (desk.SECOND, _("Menunggu orang kedua"), standing.second),
        (desk.ALL, _("Semua"), standing.total),
    ]
    context = {
        "standing": standing,
        "page": page,
        "count": page.paginator.count,
        "rows": [_listed(row) for row in queries.queue_rows(list(page.object_list))],
        "which": which,
        "tabs": [
            {"label": label, "url": f"?bagian={code}", "current": code == which, "count": count}
            for code, label, count in labels
        ],
        "first": first,
        "runs": [{"run": run, "by": _who(run.by)} for run in queries.runs(most=10)],
        "may_decide": may_decide,
        "may_run": request.actor.has(*DECIDERS),
        "run": asked.on_its_way(),
        "done": _just_done(request),
    }
    return TemplateResponse(request, "pairs/pairs.html", context)


@roles_required(*DECIDERS)
@require_POST
def matching_run(request: ScopedRequest) -> HttpResponse:
    """Queue a comparison of everybody with everybody."""
    if not asked.ask(request.actor):
        messages.info(request, _("Pencocokan sudah berjalan; tidak ada yang ditambahkan."))
    return redirect("pairs")


@roles_required(*READERS)
@require_GET
def matching_progress(request: ScopedRequest) -> HttpResponse:
    """How far a run is, asked for again and again; once it is done the queue is shown anew."""
    standing = asked.on_its_way()
    if standing is None:
        response = HttpResponse(status=200)
        response["HX-Redirect"] = reverse("pairs")
        return response
    return TemplateResponse(request, "pairs/_run.html", {"run": standing})


def _listed(row: queries.QueueRow) -> dict[str, Any]:
    notes = [*(words.risk(code) for code in row.risks), *(words.reason(code) for code in row.reasons)]
    return {"pair": row, "percent": row.probability * 100, "notes": notes, "risky": bool(row.risks)}


@roles_required(*READERS)
@require_GET
def pair(request: ScopedRequest, pair_id: int) -> HttpResponse:
    """Both records side by side, why the machine thinks so, and the form."""
    return _pair_page(request, pair_id, {}, None)


def _pair_page(
    request: ScopedRequest, pair_id: int, given: dict[str, str], refusal: DomainError | None
) -> TemplateResponse:
    review = linking.review(pair_id)
    last = desk.last_decision(pair_id)
    kept = queries.get_pair(pair_id)
    waits = review.state == kept.State.WAITING
    settled = review.state in (kept.State.SAME, kept.State.DIFFERENT)
    own = waits and last is not None and last.by == request.actor.user_id
    steps = _steps(review)
    context = {
        "review": review,
        "names": _names(review),
        "sure": _("%(share)s kemungkinan orang yang sama") % {"share": percent(review.probability * 100, 1)},
        "rows": _rows(review),
        "steps": steps,
        "finding": _finding(review),
        "same": review.changes[0],
        "different": review.changes[1],
        "decisions": _decisions(review),
        "last": last if waits or settled else None,
        "last_by": _who(last.label) if last else "",
        "waits": waits,
        "settled": settled,
        "own": own,
        "may_answer": review.may_decide and not own,
        "may_take_back": policies.can_decide(request.actor) and (settled or own),
        "next": desk.following(request.actor, kept),
        "usual": [str(reason) for reason in desk.USUAL_REASONS],
        "given": given,
        "answer_error": str(refusal) if isinstance(refusal, AnswerUnknown) else "",
        "reason_error": str(refusal) if isinstance(refusal, ReasonMissing) else "",
        "error": str(refusal) if refusal and not isinstance(refusal, AnswerUnknown | ReasonMissing) else "",
        "done": _just_done(request),
    }
    return TemplateResponse(request, "pairs/pair.html", context)


@roles_required(*DECIDERS)
@require_POST
def pair_decide(request: ScopedRequest, pair_id: int) -> HttpResponse:
    """Remember an answer and go on to the next pair; a refusal says why, and nothing is remembered."""
    given = {
        name: request.POST.get(name, "").replace("\0", "").strip() for name in ("answer", "reason", "other_reason")
    }
    try:
        if not given["answer"]:
            raise AnswerUnknown(answer="")
        done = linking.decide(pair=pair_id, answer=given["answer"], reason=given["other_reason"] or given["reason"])
    except (NotFound, NotAllowed):
        raise
    except (AnswerUnknown, ReasonMissing) as refusal:
        return _pair_page(request, pair_id, given, refusal)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("pair", pair_id)
    following = desk.following(request.actor, done.pair)
    target = reverse("pair", args=[following]) if following is not None else reverse("pairs")
    return redirect(f"{target}?dari={pair_id}")


@roles_required(*DECIDERS)
@require_POST
def pair_undo(request: ScopedRequest, pair_id: int) -> HttpResponse:
    """Take the last answer back; the pair is open again, or stays two people."""
    quick = "cepat" in request.POST
    reason = str(desk.PRESSED_BY_MISTAKE) if quick else request.POST.get("reason", "").replace("\0", "").strip()
    reopen = quick or request.POST.get("after", "open") == "open"
    try:
        found = desk.take_back(pair=pair_id, reason=reason, reopen=reopen)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if found.state == found.State.OPEN:
            messages.success(
                request, _("Keputusan dibatalkan. Pasangan ini menunggu jawaban lagi; tidak ada baris yang berpindah.")
            )
        else:
            messages.success(
                request, _("Penyatuan dibatalkan. Keduanya kembali menjadi dua orang, dengan baris masing-masing.")
            )
    return redirect("pair", pair_id)


@roles_required(*DECIDERS)
@require_POST
def person_split(request: ScopedRequest, merge_id: int) -> HttpResponse:
    """Take a merge back, for a reason that is kept."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    if len(reason) < 5:
        messages.error(request, _("Tulis alasan pembatalan, paling sedikit lima huruf. Tidak ada yang berubah."))
        return redirect("person", people.get_merge(merge_id).keep_id)
    merge = desk.split(merge=merge_id, reason=reason)
    messages.success(
        request,
        _(
            "Penyatuan dibatalkan. Orang nomor %(keep)s dan %(gone)s kembali menjadi dua orang, dengan baris masing-masing."
        )
        % {"keep": merge.keep_id, "gone": merge.gone_id},
    )
    return redirect("person", merge.keep_id)


@roles_required(*READERS)
@require_GET
def matching_quality(request: ScopedRequest) -> HttpResponse:
    """The last evaluation: how often the automatic answer is right, whom it misses, and where the threshold stands."""
    found = quality.shown()
    context: dict[str, Any] = {"found": found}
    if found is not None:
        context["groups"] = [(name, _group(name, shares)) for name, shares in found.groups]
        context["fields"] = {
            "title": _worst(
                found.fields, _("Paling sering terlewat bila galatnya pada: %(label)s (%(share)s ditemukan)")
            ),
            "about": _("Pasangan yang ditemukan tanpa bertanya, menurut isian yang bergalat"),
            "rows": _bars(found.fields),
        }
        context["interval_note"] = _(
            "Kotak tipis: rentang 95 %. Di kurung: banyaknya pasangan yang sebenarnya satu orang."
        )
    return TemplateResponse(request, "pairs/quality.html", context)


def _group(name: str, shares: Sequence[quality.Share]) -> dict[str, Any]:
    gap = max(share.value for share in shares) - min(share.value for share in shares)
    told = {"name": name, "gap": number(gap, 1)}
    return {
        "title": _("%(name)s: selisih %(gap)s poin") % told,
        "about": _("Pasangan yang ditemukan tanpa bertanya, menurut kelompok"),
        "rows": _bars(shares),
    }


def _bars(shares: Sequence[quality.Share]) -> list[dict[str, Any]]:
    return [
        {
            "label": share.label,
            "value": share.value,
            "low": share.low,
            "high": share.high,
            "shown": f"{percent(share.value, 1)} ({number(share.of)})",
        }
        for share in shares
    ]


def _worst(shares: Sequence[quality.Share], sentence: str) -> str:
    worst = min(shares, key=lambda share: share.value)
    return sentence % {"label": worst.label, "share": percent(worst.value, 1)}


# Words and rows of one pair


def _just_done(request: ScopedRequest) -> dict[str, Any] | None:
    """The answer that the reader gave a moment ago, so that it can be taken back from the next page."""
    before = whole(request.GET.get("dari", ""))
    last = desk.last_decision(before) if before is not None else None
    if last is None or last.by != request.actor.user_id or last.answer == last.Answer.OPEN:
        return None
    names = last.pair.person.name, last.pair.other.name if last.pair.other else _("daftar dari luar")
    told = {"left": names[0], "right": names[1]}
    if not last.final:
        said = _("Jawaban Anda tentang %(left)s dan %(right)s tersimpan. Pasangan itu sekarang menunggu orang kedua.")
    elif last.answer == last.Answer.SAME:
        said = _("%(left)s dan %(right)s dicatat sebagai orang yang sama.")
    else:
        said = _("%(left)s dan %(right)s dicatat sebagai dua orang. Pasangan itu tidak ditanyakan lagi.")
    return {"pair": last.pair_id, "said": said % told}


def _names(review: linking.Review) -> tuple[str, str]:
    name = next((field for field in review.fields if field.name == "name"), None)
    return (name.left, name.right) if name else (review.left_title, review.right_title)


def _rows(review: linking.Review) -> list[dict[str, Any]]:
    levels = {step.name: step.level for step in review.weights}
    return [_compared(field, levels.get(field.name, "")) for field in review.fields]


def _compared(field: Field, level: str) -> dict[str, Any]:
    left, right = _said(field.name, field.left), _said(field.name, field.right)
    row: dict[str, Any] = {
        "label": field.label,
        "left": left,
        "right": right,
        "mono": field.name in HIDDEN,
        "raw": field.name in RAW,
    }
    if not (left and right):
        return row
    same = words.level("same")
    hidden = field.name in HIDDEN
    row["differs"] = bool(level and level != same) if hidden else left.casefold() != right.casefold()
    if not row["differs"]:
        return row
    row["reason"] = level[:1].upper() + level[1:] if level and level != same else ""
    if not hidden:
        row["left_parts"], row["right_parts"] = pieces(left, right, by_word=field.name in WHOLE_WORDS)
    return row


def _said(name: str, value: str) -> str:
    if not value:
        return ""
    if name in HIDDEN:
        return masked(value[-8:]).replace("\u00a0", " ")
    if name == "sex":
        return str(dict(Person.Sex.choices).get(value, value))
    if name == "birth" and len(value) == 10 and value[4] == "-":
        return day(value)
    return value


def _steps(review: linking.Review) -> list[dict[str, Any]]:
    """The waterfall: from the first guess over every comparison to where it ends, in doublings."""
    share = min(max(review.probability, 1e-9), 1 - 1e-9)
    end = math.log2(share / (1 - share))
    first = end - sum(step.weight for step in review.weights)
    notes = {"family": str(FAMILY), "rivals": str(RIVALS)}
    stages = [
        (_("Dugaan awal"), str(FIRST_GUESS), first, True),
        *((step.label, notes.get(step.name, step.level), step.weight, False) for step in review.weights),
        (_("Hasil"), percent(review.probability * 100, 1), end, True),
    ]
    return [
        {"label": label, "note": note, "value": value, "sum": whole, "shown": _doublings(value)}
        for label, note, value, whole in stages
    ]


def _doublings(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 1)}"


def _finding(review: linking.Review) -> str:
    """The picture's title: what speaks most for one person and what most against."""
    best = max(review.weights, key=lambda step: step.weight, default=None)
    worst = min(review.weights, key=lambda step: step.weight, default=None)
    if best is None or worst is None:
        return _("Tidak ada yang dapat dibandingkan.")
    told = {"best": best.label, "worst": worst.label}
    if worst.weight >= 0:
        return _("Paling menguatkan: %(best)s. Tidak ada yang melemahkan.") % told
    return _("Paling menguatkan: %(best)s. Paling melemahkan: %(worst)s.") % told


def _decisions(review: linking.Review) -> list[dict[str, Any]]:
    labels = {
        "same": _("Orang yang sama"),
        "different": _("Orang yang berbeda"),
        "open": _("Dibuka lagi"),
    }
    return [{"step": step, "label": labels.get(step.answer, step.answer), "by": _who(step.by)} for step in review.steps]


def _who(label: str) -> str:
    return _("sistem") if label == SYSTEM.label else label
