"""Prepares, exports, sends and follows up batches. A sponsorship stands in one open batch of a purpose at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from sertakan.agencies.models import Agency
from sertakan.core import audit, clock, files, scope
from sertakan.people.models import Person
from sertakan.sponsorship import catalogue, documents, errors, policies, queries, states
from sertakan.sponsorship.models import Batch, BatchLine, BpjsOffice, Sponsorship

# A line goes out in the name of who stands for a merged person; what stops or changes goes in the name under which it was enrolled.
_NAMED = """coalesce(
    CASE WHEN %(purpose)s <> 'enrol' THEN (SELECT e.person_id FROM sponsorship_batchline e
        WHERE e.sponsorship_id = s.id AND e.purpose = 'enrol' ORDER BY e.id DESC LIMIT 1) END, p.merged_into_id, p.id)"""
_INSERT_LINES = f"""
INSERT INTO sponsorship_batchline (batch_id, agency_id, number, sponsorship_id, person_id, donor_id, purpose, effective_on,
    last_payable_month, programmes, dasar, funding, sector, start_month, months, end_reason)
SELECT %(batch)s, s.agency_id, %(offset)s + row_number() OVER (ORDER BY p.sort_key, s.id), s.id, {_NAMED}, s.donor_id,
       %(purpose)s, coalesce(%(effective_on)s::date, s.ended_on, s.start_month),
       coalesce(s.last_payable_month, (s.start_month + make_interval(months => s.months - 1))::date),
       s.programmes, s.dasar, s.funding, s.sector, s.start_month, s.months, s.end_reason
FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id WHERE s.id = ANY (%(ids)s)
"""
_RENAME_LINES = f"""
UPDATE sponsorship_batchline l SET person_id = {_NAMED} FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id
WHERE l.batch_id = %(batch)s AND s.id = l.sponsorship_id AND l.person_id <> {_NAMED}
"""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sponsorship that was not taken, and why."""

    sponsorship_id: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft, how many lines it has, and what was left out."""

    batch: Batch
    lines: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """A workbook with whole numbers, as handed out to somebody with the right to it."""

    data: bytes
    name: str
    rows: int
    layout: str
    content: str


@transaction.atomic
def prepare_batch(
    *,
    agency: Agency,
    kind: str,
    office: BpjsOffice,
    sponsorships: Collection[int] | None = None,
    effective_on: Any = None,
    follows: Batch | None = None,
) -> Prepared:
    """Draft a batch of the given sponsorships, or of all that this kind is for. Raises NothingReady, NotYourBatch.

    The sponsorships are locked first, so that of two who prepare at once one gets them and the other is told.
    """
    policies.check_can_manage(scope.current(), agency.pk)
    kind = str(Batch.Kind(kind))
    wanted = _lock(agency, kind, sponsorships)
    taken, left_out = _judge(queries.candidates(kind=kind, agency_id=agency.pk, sponsorship_ids=wanted), kind)
    if not taken:
        raise errors.NothingReady(reasons=_counted(left_out) or "tidak ada baris untuk jenis ini")
    batch = Batch.objects.create(
        agency=agency,
        office=office,
        kind=kind,
        follows=follows,
        prepared_by=scope.current().user_id,
        prepared_at=clock.now(),
    )
    _insert_lines(batch, taken, effective_on=effective_on)
    audit.record(
        "sponsorship.batch_prepared",
        target=batch,
        agency_id=agency.pk,
        facts={"kind": kind, "office": office.code, "lines": len(taken), "left_out": len(left_out)},
    )
    return Prepared(batch, len(taken), tuple(left_out))


def _lock(agency: Agency, kind: str, sponsorships: Collection[int] | None) -> list[int]:
    # Two statements on purpose: what the lock waited for is seen only by the statement after it.
    ids = (
        [candidate.sponsorship_id for candidate in queries.candidates(kind=kind, agency_id=agency.pk)]
        if sponsorships is None
        else sorted(set(sponsorships))
    )
    found = Sponsorship.objects.filter(agency=agency, pk__in=ids).order_by("pk").select_for_update(of=("self",))
    locked = list(found.values_list("pk", flat=True))
    if sponsorships is not None and len(locked) < len(ids):
        raise errors.SponsorshipUnknown(sponsorship=min(set(ids) - set(locked)))
    return locked


def _judge(candidates: Iterable[queries.Candidate], kind: str) -> tuple[list[int], list[LeftOut]]:
    taken: list[int] = []
    left_out: list[LeftOut] = []
    persons: set[int] = set()
    for candidate in candidates:
        verdict = policies.can_batch(candidate, kind)
        if verdict.allowed and candidate.person_id in persons:
            verdict = policies.Verdict(False, errors.SamePersonTwice.code, str(errors.SamePersonTwice()))
        if verdict.allowed:
            taken.append(candidate.sponsorship_id)
            persons.add(candidate.person_id)
        else:
            left_out.append(LeftOut(candidate.sponsorship_id, verdict.code, verdict.message))
    return taken, left_out


def _counted(left_out: Iterable[LeftOut]) -> str:
    return ", ".join(f"{code}: {count}" for code, count in sorted(Counter(one.code for one in left_out).items()))


def _insert_lines(batch: Batch, sponsorship_ids: Collection[int], *, effective_on: Any) -> None:
    params = {
        "batch": batch.pk,
        "offset": 0,
        "purpose": queries.PURPOSES[batch.kind],
        "effective_on": effective_on,
        "ids": list(sponsorship_ids),
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT_LINES, params)
    except IntegrityError as twice:
        raise errors.AlreadyInBatch() from twice


def _name_again(draft: Batch) -> None:
    """Persons may have been merged, or parted again, since the draft was made."""
    with connection.cursor() as cursor:
        cursor.execute(_RENAME_LINES, {"batch": draft.pk, "purpose": queries.PURPOSES[draft.kind]})


def _claim_draft(batch: Batch) -> Batch:
    found = Batch.objects.select_for_update(of=("self",)).select_related("agency", "office").get(pk=batch.pk)
    if found.state != Batch.State.DRAFT:
        raise errors.BatchLocked(batch=batch.pk)
    return found


@transaction.atomic
def send_batch(*, batch: Batch, layout: str = "") -> Batch:
    """Lock a draft: its workbook is kept as it went out, its sponsorships count as sent, its lines change no more.

    Raises BatchLocked, BatchEmpty, NotAllReady (a consent was withdrawn, a sponsorship ended meanwhile), NotYourBatch.
    """
    policies.check_can_manage(scope.current(), batch.agency_id)
    draft = _claim_draft(batch)
    ids = list(draft.lines.values_list("sponsorship_id", flat=True))
    if not ids:
        raise errors.BatchEmpty(batch=draft.pk)
    list(Sponsorship.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    now_standing = queries.candidates(kind=draft.kind, agency_id=draft.agency_id, sponsorship_ids=ids, batch=draft)
    _, left_out = _judge(now_standing, draft.kind)
    if left_out:
        raise errors.NotAllReady(count=len(left_out), reasons=_counted(left_out))
    _name_again(draft)
    chosen = _layout(layout)
    data = _workbook(draft, chosen)
    states.check_move(draft.state, Batch.State.SENT, states.BATCH)
    draft.state, draft.layout, draft.content = Batch.State.SENT, chosen.id, files.store(data)
    draft.sent_at, draft.sent_by = clock.now(), scope.current().user_id
    draft.save(update_fields=["state", "layout", "content", "sent_at", "sent_by"])
    if queries.PURPOSES[draft.kind] == "enrol":
        Sponsorship.objects.filter(pk__in=ids, state__in=states.sources("sent")).update(state=Sponsorship.State.SENT)
    audit.record(
        "sponsorship.batch_sent",
        target=draft,
        agency_id=draft.agency_id,
        facts={"lines": len(ids), "layout": chosen.id, "content": draft.content},
    )
    return draft


@transaction.atomic
def export_batch(*, batch: Batch, layout: str = "") -> Export:
    """The workbook of a batch with whole numbers; for a sent batch in its own layout, the very bytes that were sent.

    Raises WholeNumbersNotAllowed, LayoutUnknown. Who took it, when and how many rows stands in the trail.
    """
    policies.check_can_open_numbers(scope.current(), batch.agency_id, reason=scope.current_reason())
    rows = batch.lines.count()
    if batch.content and layout in ("", batch.layout):
        used, data = batch.layout, files.load(batch.content)
    else:
        chosen = _layout(layout)
        used, data = chosen.id, _workbook(batch, chosen)
    content = files.digest(data)
    audit.record(
        "sponsorship.batch_exported",
        target=batch,
        agency_id=batch.agency_id,
        facts={"rows": rows, "layout": used, "content": content, "whole_numbers": True},
    )
    return Export(data, f"batch-{batch.pk}-{batch.kind}.xlsx", rows, used, content)


def _layout(layout: str) -> catalogue.Layout:
    return catalogue.layout(layout, data=Path(settings.SERTAKAN_DATA))


def _workbook(batch: Batch, layout: catalogue.Layout) -> bytes:
    """BPJS reads Indonesian, whoever asks for the workbook."""
    with translation.override("id"):
        heading = documents.Heading(
            batch=batch.pk,
            kind=str(batch.get_kind_display()),
            agency=batch.agency.name,
            office=batch.office.name,
            on=batch.prepared_at.astimezone(clock.WIB).date(),
            follows=batch.follows_id,
        )
        return documents.batch_workbook(heading, _rows(batch), layout)


def _rows(batch: Batch) -> list[dict[str, Any]]:
    related = (
        "person__area",
        "person__merged_into__area",
        "donor",
        "sponsorship__occupation",
        "sponsorship__second_occupation",
        "sponsorship__work_area",
    )
    lines = list(batch.lines.select_related(*related).order_by("number"))
    persons = [line.person_id for line in lines]
    niks, numbers = queries.identifiers_of(persons, "nik"), queries.identifiers_of(persons, "kpj")
    return [_row(line, niks, numbers) for line in lines]


def _told(line: BatchLine) -> Person:
    """Whose facts a line tells. A change of somebody merged goes out under the numbers that BPJS knows, with what was put right."""
    survivor = line.person.merged_into
    corrected = line.purpose == "change" and survivor is not None and survivor.corrected_at is not None
    return survivor if survivor is not None and corrected else line.person


def _row(line: BatchLine, niks: Mapping[int, str], numbers: Mapping[int, str]) -> dict[str, Any]:
    person, sponsorship = _told(line), line.sponsorship
    reasons = dict(Sponsorship.EndReason.choices)
    return {
        "number": line.number,
        "nik": niks.get(line.person_id, ""),
        "kpj": numbers.get(line.person_id, ""),
        "name": person.name,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "mother_name": person.mother_name,
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
        "area": person.area.name if person.area else "",
        "area_code": person.area.code if person.area else "",
        "occupation": sponsorship.occupation.term if sponsorship.occupation else "",
        "occupation_2": sponsorship.second_occupation.term if sponsorship.second_occupation else "",
        "sector": line.sector,
        "work_place": sponsorship.work_place,
        "work_area": sponsorship.work_area.name if sponsorship.work_area else "",
        "work_hours": sponsorship.work_hours,
        "income": sponsorship.income,
        "dasar": line.dasar,
        "programmes": ", ".join(programme.upper() for programme in line.programmes),
        "funding": str(Sponsorship.Funding(line.funding).label),
        "start_month": line.start_month,
        "months": line.months,
        "effective_on": line.effective_on,
        "last_payable_month": line.last_payable_month,
        "end_reason": str(reasons.get(line.end_reason, "")),
        "donor_name": line.donor.name if line.donor else "",
    }


@transaction.atomic
def remove_lines(*, batch: Batch, sponsorships: Collection[int]) -> int:
    """Take lines out of a draft; returns how many. Raises BatchLocked."""
    policies.check_can_manage(scope.current(), batch.agency_id)
    draft = _claim_draft(batch)
    removed, _ = draft.lines.filter(sponsorship_id__in=list(sponsorships)).delete()
    audit.record("sponsorship.batch_lines_removed", target=draft, agency_id=draft.agency_id, facts={"lines": removed})
    return removed


@transaction.atomic
def discard_batch(*, batch: Batch) -> None:
    """Throw a draft away; its sponsorships are free again. Raises BatchLocked."""
    policies.check_can_manage(scope.current(), batch.agency_id)
    draft = _claim_draft(batch)
    removed, _ = draft.lines.all().delete()
    audit.record("sponsorship.batch_discarded", target=draft, agency_id=draft.agency_id, facts={"lines": removed})
    draft.delete()


@transaction.atomic
def drop_from_drafts(*, sponsorships: Collection[int]) -> int:
    """Take sponsorships that ended out of every draft they stand in (enrolment and change); returns how many lines went."""
    lines = BatchLine.objects.filter(sponsorship_id__in=list(sponsorships), batch__state=Batch.State.DRAFT)
    removed, _ = lines.exclude(purpose="stop").delete()
    return removed


@transaction.atomic
def follow_up(*, batch: Batch, sponsorships: Collection[int] | None = None) -> Prepared:
    """A new draft of the same kind, linked to `batch`, with its refused rows that can go again. Raises NothingRefused.

    Call it once what was refused has been repaired; a row refused for age or another payer stays out.
    """
    policies.check_can_manage(scope.current(), batch.agency_id)
    again = queries.refused_again(batch)
    ids = again if sponsorships is None else [one for one in again if one in set(sponsorships)]
    if not ids:
        raise errors.NothingRefused(batch=batch.pk)
    Sponsorship.objects.filter(pk__in=ids, state__in=states.sources("checked")).update(state=Sponsorship.State.CHECKED)
    return prepare_batch(agency=batch.agency, kind=batch.kind, office=batch.office, sponsorships=ids, follows=batch)
