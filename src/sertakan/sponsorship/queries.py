"""Reads about sponsorships, batches, answers and memberships; always within the scope of who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Extract, Greatest

from sertakan.core import clock, encryption, scope
from sertakan.core.month import Month
from sertakan.people import queries as people
from sertakan.people.models import Consent, SamePerson
from sertakan.sponsorship import catalogue
from sertakan.sponsorship.errors import BatchUnknown, OfficeUnknown, SponsorshipUnknown
from sertakan.sponsorship.models import Batch, BatchLine, BpjsOffice, Membership, Sponsorship

PURPOSES = {"new": "enrol", "continue": "enrol", "reactivate": "enrol", "change": "change", "stop": "stop"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides whether a sponsorship can go into a batch of one kind. `person_id`: who stands for the person, when merged."""

    sponsorship_id: int
    person_id: int
    state: str
    consented: bool
    numbered: bool
    continues: bool
    in_batch: bool
    was_sent: bool
    stop_sent: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch at an office, and for how long it waits."""

    batch_id: int
    agency: str
    office: str
    kind: str
    state: str
    sent_at: Any
    days: int
    lines: int
    waiting: int
    accepted: int
    refused: int
    paid: int
    numbered: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The four dates of a worker's way; only the last begins cover."""

    checked_on: date
    accepted_on: date | None
    first_paid_on: date | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Continuable:
    """A sponsorship whose paid period ends soon or has ended."""

    sponsorship_id: int
    person_id: int
    person: str
    donor: str
    last_month: Month
    days_left: int
    dasar: int
    programmes: tuple[str, ...]
    funding: str
    months: int

    @property
    def lapsed(self) -> bool:
        """The last month is over."""
        return self.days_left < 0


def get_batch(batch_id: int) -> Batch:
    """One batch in scope. Raises BatchUnknown."""
    found = Batch.objects.select_related("agency", "office", "follows").filter(pk=batch_id).first()
    if found is None:
        raise BatchUnknown(batch=batch_id)
    return found


def batches(*, agency_id: int | None = None, office_id: int | None = None) -> QuerySet[Batch]:
    """Batches in scope, newest first, with how many lines each has."""
    found = Batch.objects.select_related("agency", "office").annotate(size=Count("lines")).order_by("-pk")
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    return found if office_id is None else found.filter(office_id=office_id)


def lines(batch: Batch) -> QuerySet[BatchLine]:
    """The lines of a batch in their order, with person and donor."""
    return batch.lines.select_related("person", "donor", "sponsorship", "membership").order_by("number")


def line_counts(batch: Batch) -> dict[str, int]:
    """How many lines stand where: every answer state, also those with none."""
    counted = Counter(dict(batch.lines.values_list("answer").annotate(Count("pk")).order_by()))
    return {str(answer): counted[str(answer)] for answer in BatchLine.Answer.values}


def get_sponsorship(sponsorship_id: int) -> Sponsorship:
    """One sponsorship in scope. Raises SponsorshipUnknown."""
    found = Sponsorship.objects.select_related("agency", "person", "donor").filter(pk=sponsorship_id).first()
    if found is None:
        raise SponsorshipUnknown(sponsorship=sponsorship_id)
    return found


def get_office(name: str) -> BpjsOffice:
    """An office by code or name, with or without ``KC``; the only one for an empty name. Raises OfficeUnknown."""
    offices = list(BpjsOffice.objects.order_by("kind", "code"))
    wanted = catalogue.plain(name)
    exact = [office for office in offices if wanted in (catalogue.plain(office.code), catalogue.plain(office.name))]
    near = exact or [office for office in offices if wanted in catalogue.plain(f"{office.code} {office.name}")]
    if len(near) != 1:
        raise OfficeUnknown(office=name, known=", ".join(office.code for office in offices) or "-")
    return near[0]


def offices() -> QuerySet[BpjsOffice]:
    """All offices, branches before sub-branches."""
    return BpjsOffice.objects.order_by("kind", "code")


def candidates(
    *, kind: str, agency_id: int, sponsorship_ids: Collection[int] | None = None, batch: Batch | None = None
) -> list[Candidate]:
    """What decides about each sponsorship of an agency. Without ids: those that this kind of batch is for at all.

    `batch`: its own lines do not count as "already in a batch".
    """
    others = BatchLine.objects.filter(sponsorship=OuterRef("pk"), open=True, purpose=PURPOSES[kind])
    if batch is not None:
        others = others.exclude(batch=batch)
    sent = BatchLine.objects.filter(sponsorship=OuterRef("pk")).exclude(batch__state=Batch.State.DRAFT)
    stops = BatchLine.objects.filter(sponsorship=OuterRef("pk"), purpose="stop").exclude(answer="refused")
    if batch is not None:
        stops = stops.exclude(batch=batch)
    found = Sponsorship.objects.filter(agency_id=agency_id).annotate(corrected=_CORRECTED)
    found = found.filter(_aim(kind)) if sponsorship_ids is None else found.filter(pk__in=list(sponsorship_ids))
    rows = found.order_by("pk").values_list(
        "pk",
        Coalesce("person__merged_into", "person"),
        "state",
        ExpressionWrapper(_consented(), output_field=BooleanField()),
        ExpressionWrapper(_numbered(), output_field=BooleanField()),
        ExpressionWrapper(Q(continues__isnull=False), output_field=BooleanField()),
        Exists(others),
        Exists(sent),
        Exists(stops),
    )
    return [Candidate(*row) for row in rows]


def _consented() -> Q:
    """The person, or another of its group, has consented."""
    others = SamePerson.objects.filter(same__consents__isnull=False, same__consents__withdrawn_on__isnull=True)
    return Q(Exists(Consent.objects.filter(person=OuterRef("person"), withdrawn_on__isnull=True))) | Q(
        person__in=others.values("person")
    )


def _numbered() -> Q:
    """The person, or another of its group, is a member."""
    others = SamePerson.objects.filter(same__membership__isnull=False)
    return Q(Exists(Membership.objects.filter(person=OuterRef("person")))) | Q(person__in=others.values("person"))


_CORRECTED = Greatest("person__corrected_at", "person__merged_into__corrected_at")
"""When the person was last put right, or who stands for it once merged."""


def _told_since_corrected() -> Exists:
    """BPJS has been sent, after the last correction, what is known of the person."""
    sent = BatchLine.objects.filter(person=OuterRef("person"), batch__sent_at__gt=OuterRef("corrected"))
    return Exists(sent.exclude(purpose="stop"))


def _aim(kind: str) -> Q:
    checked = Q(state=Sponsorship.State.CHECKED)
    return {
        "new": checked & Q(continues__isnull=True) & ~_numbered(),
        "reactivate": checked & Q(continues__isnull=True) & _numbered(),
        "continue": checked & Q(continues__isnull=False),
        "change": Q(state=Sponsorship.State.MEMBER, corrected__isnull=False) & Q(~_told_since_corrected()),
        "stop": Q(state=Sponsorship.State.ENDED)
        & Exists(BatchLine.objects.filter(sponsorship=OuterRef("pk")).exclude(batch__state=Batch.State.DRAFT))
        & ~Exists(BatchLine.objects.filter(sponsorship=OuterRef("pk"), purpose="stop").exclude(answer="refused")),
    }[kind]


def waiting(*, office: BpjsOffice | None = None, on: date | None = None) -> list[Waiting]:
    """Sent batches with open lines, the one that waits longest first, with how many days it has waited."""
    today = on or clock.today()
    found = Batch.objects.filter(state__in=[Batch.State.SENT, Batch.State.ANSWERED])
    if office is not None:
        found = found.filter(office=office)
    counts = {answer: Count("lines", filter=Q(lines__answer=answer)) for answer in BatchLine.Answer.values}
    rows = found.select_related("agency", "office").annotate(
        size=Count("lines"), **{f"n_{answer}": count for answer, count in counts.items()}
    )
    return [
        Waiting(
            batch_id=batch.pk,
            agency=batch.agency.name,
            office=batch.office.name,
            kind=batch.kind,
            state=batch.state,
            sent_at=batch.sent_at,
            days=(today - batch.sent_at.astimezone(clock.WIB).date()).days if batch.sent_at else 0,
            lines=batch.size,
            **{answer: getattr(batch, f"n_{answer}") for answer in BatchLine.Answer.values},
        )
        for batch in rows.order_by("sent_at", "pk")
    ]


def refused_again(batch: Batch) -> list[int]:
    """Sponsorships of a batch that were refused for a reason that can be repaired, and still stand refused."""
    codes = [reason.code for reason in catalogue.reasons().values() if reason.again]
    found = batch.lines.filter(
        answer=BatchLine.Answer.REFUSED, reason_code__in=codes, sponsorship__state=Sponsorship.State.REFUSED
    )
    return list(found.order_by("number").values_list("sponsorship_id", flat=True))


def dates_of(sponsorship: Sponsorship) -> Dates:
    """The four dates of a sponsorship: checked, accepted with a payment code, first paid, number issued."""
    facts = sponsorship.batch_lines.filter(purpose="enrol").order_by("pk").values_list("accepted_on", "first_paid_on")
    member = membership_of(sponsorship.person_id)
    return Dates(
        checked_on=sponsorship.created_at.astimezone(clock.WIB).date(),
        accepted_on=min((accepted for accepted, _ in facts if accepted), default=None),
        first_paid_on=min((paid for _, paid in facts if paid), default=None),
        issued_on=member.issued_on if member else None,
    )


def membership_of(person_id: int) -> Membership | None:
    """The membership of a person, or of another who is the same; None when there is none."""
    return memberships_of([person_id]).get(person_id)


def memberships_of(person_ids: Collection[int]) -> dict[int, Membership]:
    """Memberships by person: the person's own, else that of another of its group. Two statements."""
    others = people.others_of(person_ids)
    everybody = {*person_ids, *(same for group in others.values() for same in group)}
    found = {
        one.person_id: one
        for one in Membership.objects.filter(person_id__in=everybody).select_related("identifier").order_by("pk")
    }
    holders = {
        person: next((one for one in (person, *others.get(person, [])) if one in found), None) for person in person_ids
    }
    return {person: found[holder] for person, holder in holders.items() if holder is not None}


def continuable(*, agency_id: int, on: date | None = None) -> list[Continuable]:
    """Workers whose paid period ends within the offer period (or has ended) and whom nobody has continued, soonest first."""
    today = on or clock.today()
    limit = Month.of(date.fromordinal(today.toordinal() + catalogue.offer_days(today)))
    following = Sponsorship.objects.filter(continues=OuterRef("pk")).exclude(state__in=["ended", "refused"])
    year, month_of_year = Extract("start_month", "year"), Extract("start_month", "month")
    last = ExpressionWrapper(year * 12 + month_of_year + F("months") - 2, output_field=IntegerField())  # Month.ordinal
    found = (
        Sponsorship.objects.filter(agency_id=agency_id, state__in=["member", "awaiting_number"])
        .filter(~Exists(following))
        .annotate(last_ordinal=last)
        .filter(last_ordinal__lte=limit.ordinal)
        .select_related("person", "donor")
        .order_by("last_ordinal", "person__sort_key", "pk")
    )
    result = []
    for one in found:
        month = Month.from_ordinal(int(one.last_ordinal))
        days = (month.last_day - today).days
        if days <= catalogue.offer_days(today):
            result.append(
                Continuable(
                    sponsorship_id=one.pk,
                    person_id=one.person_id,
                    person=one.person.name,
                    donor=one.donor.name if one.donor else "",
                    last_month=month,
                    days_left=days,
                    dasar=one.dasar,
                    programmes=tuple(one.programmes),
                    funding=one.funding,
                    months=one.months,
                )
            )
    return result


def last_month(sponsorship: Sponsorship) -> Month:
    """The last month that a sponsorship pays for, as promised."""
    return Month.of(sponsorship.start_month).next(sponsorship.months - 1)


def identifiers_of(person_ids: Sequence[int], kind: str) -> dict[int, str]:
    """Whole numbers of one kind by person, its own or that of another of its group. Only for `services` that have checked the right
    to open them.
    """
    found = people.identifiers(persons=list(person_ids), kind=kind)
    opened = encryption.decrypt_many(bytes(number.sealed) for number in found.values())
    return {person: number.decode() for person, number in zip(found, opened, strict=True)}


_LINE_PERSONS = """
SELECT l.person_id, l.person_id AS line_person_id FROM sponsorship_batchline l WHERE l.batch_id = %s
UNION ALL SELECT s.same_id, s.person_id FROM people_same s
"""


def lines_by_nik(batch: Batch, indexes: Collection[bytes]) -> dict[bytes, int]:
    """Keyed NIK index to person, for the persons of a batch; another NIK of somebody who was merged names them too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (i.index) i.index, l.person_id FROM people_identifier i"
            f" JOIN ({_LINE_PERSONS}) p ON p.person_id = i.person_id"
            " JOIN sponsorship_batchline l ON l.person_id = p.line_person_id AND l.batch_id = %s"
            " WHERE i.kind = 'nik' AND i.index = ANY (%s) ORDER BY i.index, l.person_id <> i.person_id, l.id",
            [batch.pk, batch.pk, list(indexes)],
        )
        return {bytes(index): int(person) for index, person in cursor.fetchall()}


def sent_batches_by_nik(indexes: Collection[bytes]) -> dict[bytes, int]:
    """Keyed NIK index to the newest sent batch in scope in which that person stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.index, max(b.id) FROM people_identifier i"
            " JOIN sponsorship_batchline l ON l.person_id = i.person_id"
            " JOIN sponsorship_batch b ON b.id = l.batch_id AND b.state <> 'draft'"
            " WHERE i.kind = 'nik' AND i.index = ANY (%s) GROUP BY i.index",
            [list(indexes)],
        )
        return {bytes(index): int(batch) for index, batch in cursor.fetchall()}


def owners_of_numbers(indexes: Collection[bytes]) -> dict[bytes, int]:
    """Keyed index of a membership number to the person it names (who stands for it, when merged), across all agencies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT index, person_id FROM people_match_identifiers('kpj', %s)", [list(indexes)])
        return {bytes(index): int(person) for index, person in cursor.fetchall()}


def followed(sponsorships: Collection[int]) -> set[int]:
    """Which of these sponsorships another one continues, be it in an agency that the asker does not see: ids only, nothing of the other."""
    with scope.acting(scope.SYSTEM, reason=scope.current_reason(), job="kelanjutan"):
        found = Sponsorship.objects.filter(continues__in=list(sponsorships)).exclude(state__in=["ended", "refused"])
        return set(found.values_list("continues_id", flat=True))
