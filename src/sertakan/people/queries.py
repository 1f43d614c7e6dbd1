"""Finds persons by name or by exact number, within the scope of who asks. Numbers come out masked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from sertakan.core import encryption
from sertakan.people.errors import MergeUnknown, NumberMalformed, PersonUnknown, SearchTooShort
from sertakan.people.models import Consent, Identifier, Merge, Person, SamePerson
from sertakan.people.naming import sort_key
from sertakan.rules.errors import NikMalformed

_SEPARATORS = re.compile(r"[\s.\-'`’]+")
_LENGTH = {"nik": 16, "kpj": 11}


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person as shown in lists: numbers masked to their last four digits, empty when there is none."""

    id: int
    name: str
    sex: str
    birth_date: date | None
    area: str
    nik: str
    kpj: str
    consent_on: date | None


def get_person(person_id: int) -> Person:
    """One person in scope; for one who was merged, the one who stands for both. Raises PersonUnknown."""
    found = Person.objects.select_related("area", "merged_into__area").filter(pk=person_id).first()
    if found is None:
        raise PersonUnknown(person=person_id)
    return found.merged_into or found


def survivors(persons: Collection[int]) -> dict[int, int]:
    """Who stands for each person: the person itself unless it was merged. One statement; unknown persons are left out.

    Across all agencies, and ids only. In SQL: ``people_survivors(ids)``, and the view ``people_same`` (person, another of its group).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, survivor_id FROM people_survivors(%s)", [list(persons)])
        return {int(person): int(survivor) for person, survivor in cursor.fetchall()}


def others_of(persons: Collection[int]) -> dict[int, list[int]]:
    """The other persons of the groups in which `persons` stand, by person; who was never merged is left out."""
    found: dict[int, list[int]] = defaultdict(list)
    pairs = SamePerson.objects.filter(person__in=list(persons)).order_by("same_id")
    for person, same in pairs.values_list("person_id", "same_id"):
        found[person].append(same)
    return dict(found)


def group_of(person_id: int) -> list[int]:
    """A person and all others who are the same."""
    return [person_id, *others_of([person_id]).get(person_id, [])]


def identifiers(*, persons: Collection[int], kind: str) -> dict[int, Identifier]:
    """The number of one kind by person: the person's own, else that of another of its group. Sealed; two statements."""
    found = _numbers(persons, others_of(persons))
    return {person: number for (person, its_kind), number in found.items() if its_kind == kind}


def _numbers(persons: Collection[int], others: dict[int, list[int]]) -> dict[tuple[int, str], Identifier]:
    """By person and kind; the person's own number before that of another of its group, the first before a later one."""
    everybody = {*persons, *(same for group in others.values() for same in group)}
    own: dict[tuple[int, str], Identifier] = {}
    for found in Identifier.objects.filter(person_id__in=everybody).order_by("-pk"):
        own[found.person_id, found.kind] = found
    result: dict[tuple[int, str], Identifier] = {}
    for person in persons:
        for kind in _LENGTH:
            holder = next((one for one in (person, *others.get(person, [])) if (one, kind) in own), None)
            if holder is not None:
                result[person, kind] = own[holder, kind]
    return result


def get_merge(merge_id: int) -> Merge:
    """One merge in scope. Raises MergeUnknown."""
    found = Merge.objects.select_related("keep", "gone").filter(pk=merge_id).first()
    if found is None:
        raise MergeUnknown(merge=merge_id)
    return found


def merges_of(person_id: int) -> QuerySet[Merge]:
    """Merges in which a person of this group stands or stood, newest first."""
    group = group_of(person_id)
    return Merge.objects.filter(Q(keep__in=group) | Q(gone__in=group)).order_by("-pk")


def persons(*, text: str = "", nik: str = "", kpj: str = "") -> QuerySet[Person]:
    """Persons whose name begins with `text`, or whom exactly this number names; `text` may be a number itself.

    A name or number of somebody who was merged finds the one who stands for both. Raises SearchTooShort, NikMalformed, NumberMalformed.
    """
    digits = _SEPARATORS.sub("", text)
    if digits.isdigit() and len(digits) in _LENGTH.values():
        nik, kpj = (digits, "") if len(digits) == _LENGTH["nik"] else ("", digits)
    found = Person.objects.select_related("area").filter(merged_into__isnull=True).order_by("sort_key", "id")
    if nik or kpj:
        return found.filter(pk__in=_named_by("nik" if nik else "kpj", nik or kpj))
    key = sort_key(text)
    if len(key) < 3:
        raise SearchTooShort()
    merged = Person.objects.filter(sort_key__startswith=key, merged_into__isnull=False)
    over = set(merged.values_list("merged_into", flat=True))
    named = Q(sort_key__startswith=key)
    return found.filter(named | Q(pk__in=over) if over else named)


def find(*, text: str = "", nik: str = "", kpj: str = "", most: int = 50) -> list[FoundPerson]:
    """The first `most` of `persons`, as shown in lists."""
    return shown(list(persons(text=text, nik=nik, kpj=kpj)[:most]))


def shown(found: list[Person]) -> list[FoundPerson]:
    """Persons with masked numbers and the day of the consent in force, also where another of the group has them.

    A fixed number of statements, however many persons.
    """
    ids = [person.pk for person in found]
    others = others_of(ids)
    masked: dict[tuple[int, str], str] = defaultdict(str)
    for (person, kind), number in _numbers(ids, others).items():
        masked[person, kind] = "*" * (_LENGTH[kind] - 4) + number.last_four
    everybody = {*ids, *(same for group in others.values() for same in group)}
    given = dict(
        Consent.objects.filter(person_id__in=everybody, withdrawn_on__isnull=True).values_list("person_id", "given_on")
    )
    consents = {
        person: min((given[one] for one in (person, *others.get(person, [])) if one in given), default=None)
        for person in ids
    }
    return [
        FoundPerson(
            id=person.pk,
            name=person.name,
            sex=person.sex,
            birth_date=person.birth_date,
            area=person.area.name if person.area else "",
            nik=masked[person.pk, "nik"],
            kpj=masked[person.pk, "kpj"],
            consent_on=consents[person.pk],
        )
        for person in found
    ]


def _named_by(kind: str, number: str) -> list[int]:
    digits = _SEPARATORS.sub("", number)
    if len(digits) != _LENGTH[kind] or not (digits.isascii() and digits.isdigit()):
        raise NikMalformed() if kind == "nik" else NumberMalformed()
    found = Identifier.objects.filter(kind=kind, index=encryption.index(kind, digits))
    return list(survivors(found.values_list("person_id", flat=True)).values())
