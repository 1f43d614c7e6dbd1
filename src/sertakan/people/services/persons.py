"""Writes about persons: consent, and the membership number as an identifier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, QuerySet, When

from sertakan.core import audit, clock, encryption, scope
from sertakan.core.copy import copy_frame, stage
from sertakan.people import errors, policies, queries
from sertakan.people.models import Consent, Identifier, Person, PersonAgency
from sertakan.people.naming import sort_key

_SHORTEST_REASON = 5
_NUMBER = re.compile(r"^[0-9]{11}$")


def is_number(kpj: str) -> bool:
    """Whether this is a membership number: exactly 11 digits."""
    return _NUMBER.match(kpj) is not None


@transaction.atomic
def record_consent(*, person: Person, given_on: date, text_version: str) -> Consent:
    """Record that a person agreed. The same consent again changes nothing. Raises ConsentInForce, ConsentDateWrong.

    What any person of a group of merged persons agreed to counts for all of it.
    """
    policies.check_can_change(scope.current(), person.pk)
    if given_on > clock.today():
        raise errors.ConsentDateWrong()
    known = _in_force(person).first()
    if known is not None:
        if (known.given_on, known.text_version) == (given_on, text_version):
            return known
        raise errors.ConsentInForce(since=known.given_on)
    consent = Consent.objects.create(
        person=person,
        given_on=given_on,
        text_version=text_version,
        recorded_by=scope.current().user_id,
        recorded_at=clock.now(),
    )
    audit.record(
        "people.consent_recorded", target=person, agency_id=_agency_id(person), facts={"text_version": text_version}
    )
    return consent


@transaction.atomic
def withdraw_consent(*, person: Person, on: date | None = None) -> Consent:
    """Record that a person no longer agrees; nothing more goes to BPJS for them but a stop. Raises NoConsentInForce.

    In a group of merged persons all consents in force end.
    """
    policies.check_can_change(scope.current(), person.pk)
    in_force = list(_in_force(person))
    if not in_force:
        raise errors.NoConsentInForce()
    day = on or clock.today()
    if day > clock.today() or any(day < consent.given_on for consent in in_force):
        raise errors.ConsentDateWrong()
    for consent in in_force:
        consent.withdrawn_on = day
        consent.save(update_fields=["withdrawn_on"])
    audit.record("people.consent_withdrawn", target=person, agency_id=_agency_id(person))
    return in_force[0]


def _in_force(person: Person) -> QuerySet[Consent]:
    """The consents in force of a person or of others of the same group, the person's own first."""
    own_first = Case(When(person=person, then=0), default=1)
    found = Consent.objects.select_for_update(of=("self",)).filter(
        person__in=queries.group_of(person.pk), withdrawn_on__isnull=True
    )
    return found.order_by(own_first, "pk")


def make_known(*, person_id: int, agency_id: int) -> None:
    """An agency knows a person from today on: what opens the person's rows to its PIC. The right is the caller's to check."""
    known, fresh = PersonAgency.objects.get_or_create(
        person_id=person_id, agency_id=agency_id, defaults={"valid_from": clock.today()}
    )
    if not fresh and known.by_merge:
        known.by_merge = False
        known.save(update_fields=["by_merge"])


@transaction.atomic
def attach_number(*, person: Person, kpj: str) -> Identifier:
    """Attach a membership number to a person. Again changes nothing. Raises NumberMalformed, NumberTaken."""
    policies.check_can_change(scope.current(), person.pk)
    identifier = Identifier.objects.get(pk=attach_numbers(numbers={person.pk: kpj})[person.pk])
    audit.record("people.number_attached", target=person, agency_id=_agency_id(person))
    return identifier


def _agency_id(person: Person) -> int | None:
    """The agency in whose name the actor deals with a person; None for those who act for the province."""
    actor = scope.current()
    if actor.sees_all:
        return None
    known = PersonAgency.objects.filter(person=person, agency_id__in=actor.agency_ids).order_by("agency_id")
    return known.values_list("agency_id", flat=True).first()


@transaction.atomic
def attach_numbers(*, numbers: Mapping[int, str]) -> dict[int, int]:
    """Attach a number to each person; returns the ids of the identifiers by person. All or none.

    Raises NumberMalformed, NumberTaken. As for `attach_numbers_where_possible`, right and trail are the caller's.
    """
    if not all(is_number(kpj) for kpj in numbers.values()):
        raise errors.NumberMalformed()
    attached, clashes = attach_numbers_where_possible(numbers=numbers)
    if clashes:
        raise errors.NumberTaken()
    return attached


@transaction.atomic
def attach_numbers_where_possible(*, numbers: Mapping[int, str]) -> tuple[dict[int, int], dict[int, str]]:
    """Attach well-formed numbers; returns identifiers by person, and the code of the refusal for persons who were left out.

    A number that another person of the same group has already is that person's, and no clash.
    The caller has checked the right to do so, and writes the audit event of the whole.
    """
    import polars as pl

    if not numbers:
        return {}, {}
    persons, kpjs = list(numbers), list(numbers.values())
    indexes, sealed = encryption.index_many("kpj", kpjs), encryption.encrypt_many(kpj.encode() for kpj in kpjs)
    stage("attached_numbers", {"person_id": "bigint", "sealed": "bytea", "index": "bytea", "last_four": "text"})
    last_four = [kpj[-4:] for kpj in kpjs]
    copy_frame(
        "attached_numbers",
        pl.DataFrame({"person_id": persons, "sealed": sealed, "index": indexes, "last_four": last_four}),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_identifier (person_id, kind, sealed, key_version, index, last_four)"
            " SELECT person_id, 'kpj', sealed, get_byte(sealed, 0), index, last_four FROM attached_numbers"
            " ON CONFLICT (kind, index) DO NOTHING"
        )
        cursor.execute("DROP TABLE attached_numbers")
        cursor.execute("SELECT index, person_id FROM people_match_identifiers('kpj', %s)", [indexes])
        owners = {bytes(index): int(person) for index, person in cursor.fetchall()}
    survivors = queries.survivors(persons)
    mine = {person: index for person, index in zip(persons, indexes, strict=True) if owners[index] == survivors[person]}
    clashes = dict.fromkeys(numbers.keys() - mine.keys(), errors.NumberTaken.code)
    found = Identifier.objects.filter(kind="kpj", index__in=list(mine.values())).values_list("index", "pk")
    keys = {bytes(index): key for index, key in found}
    attached = {person: keys[index] for person, index in mine.items() if index in keys}
    return attached, clashes


CORRECTABLE = (
    "name", "titles", "sex", "birth_place", "birth_date", "mother_name", "phone", "email", "area_id", "address",
)  # fmt: skip
"""What may be corrected of a person. A number is not: another number is another person until linkage says otherwise."""


@transaction.atomic
def correct(*, person: Person, facts: Mapping[str, Any], reason: str) -> tuple[str, ...]:
    """Put checked `facts` (`CORRECTABLE`) in the place of what is known; the names of those that changed.

    The same facts again change nothing. Raises NotYourPerson, CorrectionReasonMissing, NotCorrectable.
    """
    policies.check_can_change(scope.current(), person.pk)
    if len(reason.strip()) < _SHORTEST_REASON:
        raise errors.CorrectionReasonMissing()
    for name in facts:
        if name not in CORRECTABLE:
            raise errors.NotCorrectable(column=name)
    known = Person.objects.select_for_update().get(pk=person.pk)
    changed = tuple(name for name, value in facts.items() if getattr(known, name) != value)
    if not changed:
        return ()
    for name in changed:
        setattr(known, name, facts[name])
    known.sort_key = sort_key(known.name)[:200]
    known.corrected_at = clock.now()
    known.save(update_fields=[*changed, "sort_key", "corrected_at"])
    audit.record(
        "people.corrected", target=known, agency_id=_agency_id(known), facts={"changed": sorted(changed)}, reason=reason
    )
    return changed


@transaction.atomic
def show_number(*, person: Person, kind: str, reason: str) -> str:
    """The whole number of a person, for a reason that is kept in the trail. Raises NotYourPerson, NoNumber."""
    policies.check_can_change(scope.current(), person.pk)
    found = queries.identifiers(persons=[person.pk], kind=kind).get(person.pk)
    if found is None:
        raise errors.NoNumber()
    audit.record(
        "people.number_shown", target=person, agency_id=_agency_id(person), facts={"kind": kind}, reason=reason
    )
    return encryption.decrypt(bytes(found.sealed)).decode()
