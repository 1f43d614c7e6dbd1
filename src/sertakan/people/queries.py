"""Finds persons by name or by exact number, within the scope of who asks. Numbers come out masked."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from sertakan.core import encryption
from sertakan.people.errors import NumberMalformed, PersonUnknown, SearchTooShort
from sertakan.people.models import Consent, Identifier, Person
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
    """One person in scope. Raises PersonUnknown."""
    found = Person.objects.select_related("area").filter(pk=person_id).first()
    if found is None:
        raise PersonUnknown(person=person_id)
    return found


def persons(*, text: str = "", nik: str = "", kpj: str = "") -> QuerySet[Person]:
    """Persons whose name begins with `text`, or whom exactly this number names; `text` may be a number itself.

    Raises SearchTooShort, NikMalformed, NumberMalformed.
    """
    digits = _SEPARATORS.sub("", text)
    if digits.isdigit() and len(digits) in _LENGTH.values():
        nik, kpj = (digits, "") if len(digits) == _LENGTH["nik"] else ("", digits)
    found = Person.objects.select_related("area").order_by("sort_key", "id")
    if nik or kpj:
        return found.filter(pk__in=_named_by("nik" if nik else "kpj", nik or kpj))
    key = sort_key(text)
    if len(key) < 3:
        raise SearchTooShort()
    return found.filter(sort_key__startswith=key)


def find(*, text: str = "", nik: str = "", kpj: str = "", most: int = 50) -> list[FoundPerson]:
    """The first `most` of `persons`, as shown in lists."""
    return shown(list(persons(text=text, nik=nik, kpj=kpj)[:most]))


def shown(found: list[Person]) -> list[FoundPerson]:
    """Persons with masked numbers and the day of the consent in force. Two statements, however many persons."""
    ids = [person.pk for person in found]
    masked: dict[tuple[int, str], str] = defaultdict(str)
    for person, kind, last in Identifier.objects.filter(person_id__in=ids).values_list(
        "person_id", "kind", "last_four"
    ):
        masked[person, kind] = "*" * (_LENGTH[kind] - 4) + last
    consents = dict(
        Consent.objects.filter(person_id__in=ids, withdrawn_on__isnull=True).values_list("person_id", "given_on")
    )
    return [
        FoundPerson(
            id=person.pk,
            name=person.name,
            sex=person.sex,
            birth_date=person.birth_date,
            area=person.area.name if person.area else "",
            nik=masked[person.pk, "nik"],
            kpj=masked[person.pk, "kpj"],
            consent_on=consents.get(person.pk),
        )
        for person in found
    ]


def _named_by(kind: str, number: str) -> list[int]:
    digits = _SEPARATORS.sub("", number)
    if len(digits) != _LENGTH[kind] or not (digits.isascii() and digits.isdigit()):
        raise NikMalformed() if kind == "nik" else NumberMalformed()
    found = Identifier.objects.filter(kind=kind, index=encryption.index(kind, digits))
    return list(found.values_list("person_id", flat=True))
