"""People who had a membership number before they came to us: they load with it, and their sponsorship goes as a reactivation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q

from sertakan.core import audit, clock, encryption, scope
from sertakan.people import services as people
from sertakan.people.errors import NumberMalformed, NumberTaken
from sertakan.people.models import Person
from sertakan.sponsorship import errors, policies, queries
from sertakan.sponsorship.models import Membership, Sponsorship

if TYPE_CHECKING:
    import polars as pl

_INSERT = """
INSERT INTO sponsorship_membership (person_id, identifier_id, issued_on, existed, created_at)
SELECT i.person_id, i.id, NULL, true, %(now)s FROM people_identifier i WHERE i.id = ANY (%(ids)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """How many existing members were noted, were known already, and who was refused with which code."""

    registered: int
    unchanged: int
    refused: Mapping[int, str]


@transaction.atomic
def register_existing(*, person: Person, kpj: str, sponsorship: Sponsorship) -> Membership:
    """Note that a person already has this number; the sponsorship then goes as a reactivation, not as a new person.

    Raises NumberMalformed, NumberTaken, OtherNumberKnown, NotYourBatch.
    """
    import polars as pl

    policies.check_can_manage(scope.current(), sponsorship.agency_id)
    result = register_existing_many(
        frame=pl.DataFrame({"person_id": [person.pk], "kpj": [kpj]}), agency_id=sponsorship.agency_id
    )
    refusals = {
        NumberMalformed.code: NumberMalformed,
        NumberTaken.code: NumberTaken,
        errors.OtherNumberKnown.code: errors.OtherNumberKnown,
    }
    if person.pk in result.refused:
        raise refusals[result.refused[person.pk]]()
    return queries.memberships_of([person.pk])[person.pk]


@transaction.atomic
def register_existing_many(*, frame: pl.DataFrame, agency_id: int | None = None) -> Registered:
    """Note many existing members at once. `frame`: [person_id Int64, kpj Utf8]; rows without a number are passed over.

    Repeating it changes nothing. The day of issue stays unknown until an answer of BPJS names it. A number that names somebody
    else, or a second number for one person, is refused for that person only. `agency_id`: for whom, in the audit trail.
    """
    rows = frame.select("person_id", "kpj").drop_nulls().unique(maintain_order=True)
    wanted: dict[int, str] = {}
    refused: dict[int, str] = {}
    for person, kpj in rows.iter_rows():
        if not people.is_number(kpj):
            refused[person] = NumberMalformed.code
        elif wanted.setdefault(person, kpj) != kpj:
            refused[person] = errors.OtherNumberKnown.code
    refused |= dict.fromkeys(_with_another_number(wanted), errors.OtherNumberKnown.code)
    attached, clashes = people.attach_numbers_where_possible(
        numbers={person: kpj for person, kpj in wanted.items() if person not in refused}
    )
    refused |= clashes
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"now": clock.now(), "ids": list(attached.values())})
        registered = cursor.rowcount
    if registered:
        audit.record(
            "sponsorship.existing_members",
            agency_id=agency_id,
            facts={"registered": registered, "refused": len(refused)},
        )
    return Registered(registered, len(attached) - registered, refused)


def in_use(*, identifiers: Iterable[int]) -> set[int]:
    """Numbers on which an answer of BPJS stands: they cannot be taken back."""
    kept = Q(issued_on__isnull=False) | Q(existed=False) | Q(batch_lines__isnull=False)
    found = Membership.objects.filter(kept, identifier__in=list(identifiers))
    return set(found.values_list("identifier_id", flat=True))


@transaction.atomic
def forget_existing(*, identifiers: Iterable[int]) -> None:
    """Take back numbers that were noted by mistake, with their memberships; none may be `in_use`.

    As for `register_existing_many`, the right and the trail are the caller's.
    """
    Membership.objects.filter(identifier__in=list(identifiers)).delete()
    people.forget_numbers(identifiers=list(identifiers))


def _with_another_number(wanted: Mapping[int, str]) -> list[int]:
    persons = list(wanted)
    indexes = dict(zip(persons, encryption.index_many("kpj", [wanted[person] for person in persons]), strict=True))
    known = queries.memberships_of(persons)
    return [person for person, member in known.items() if bytes(member.identifier.index) != indexes[person]]
