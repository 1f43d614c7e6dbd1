"""What is known of a person is put right: read and checked like a row of a list, then told to BPJS with a batch of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from sertakan.agencies.models import Agency
from sertakan.areas import queries as areas
from sertakan.areas.models import Area
from sertakan.core import clock, encryption, language
from sertakan.people import queries as people
from sertakan.people import services
from sertakan.people.models import Person
from sertakan.programme import checking
from sertakan.sponsorship.models import Sponsorship

if TYPE_CHECKING:
    import polars as pl

FIELDS = ("name", "sex", "birth_place", "birth_date", "mother_name", "phone", "email", "area_code", "address")
"""What can be put right, by the name of its column in a list."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a correction: `changed` fields, or `problems` (field to sentences) and then nothing has changed.

    `notes` are warnings; `to_tell`: BPJS knows the person and has to be told.
    """

    changed: tuple[str, ...] = ()
    problems: Mapping[str, tuple[str, ...]] | None = None
    notes: tuple[str, ...] = ()
    to_tell: bool = False


def texts_of(person: Person) -> dict[str, str]:
    """What is known of a person, as it would stand in a list."""
    return {
        "name": ", ".join(part for part in (person.name, person.titles) if part),
        "sex": person.sex,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.strftime("%d-%m-%Y") if person.birth_date else "",
        "mother_name": person.mother_name,
        "phone": person.phone,
        "email": person.email,
        "area_code": _place(person.area) if person.area else "",
        "address": person.address,
    }


def _place(area: Area) -> str:
    """A place by name, as people write it: village, district, regency."""
    return ", ".join([area.name, *(above.name for above in reversed(areas.ancestors_of(area)))][:3])


@transaction.atomic
def correct(*, person_id: int, texts: Mapping[str, str], reason: str) -> Corrected:
    """Check what somebody wrote about a person, and keep it when nothing speaks against it.

    Raises PersonUnknown, NotYourPerson, CorrectionReasonMissing.
    """
    person = people.get_person(person_id)
    before = texts_of(person)
    wanted = {name: text.strip() for name, text in texts.items() if name in FIELDS and text.strip() != before[name]}
    if not wanted:
        return Corrected()
    record, findings = _checked(person, {**before, **wanted})
    problems: dict[str, list[str]] = {}
    notes = []
    for found in findings:
        if found["column"] not in wanted:
            continue
        unread = bool(wanted[found["column"]]) and record[found["column"]] in (None, "")
        if (
            found["severity"] == "hold" or unread
        ):  # in a list a phone that cannot be read is left out; here it would be lost
            problems.setdefault(found["column"], []).append(found["text"])
        elif found["severity"] == "warning":
            notes.append(found["text"])
    if problems:
        return Corrected(problems={name: tuple(said) for name, said in problems.items()}, notes=tuple(notes))
    changed = services.correct(person=person, facts=_facts(record, wanted), reason=reason)
    own = Q(person=person) | Q(person__merged_into=person)
    to_tell = bool(changed) and Sponsorship.objects.filter(own, state=Sponsorship.State.MEMBER).exists()
    return Corrected(changed=changed, notes=tuple(notes), to_tell=to_tell)


def _facts(record: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name in wanted:
        if name == "area_code":
            area = areas.get_area(record["area_code"], on=clock.today()) if record["area_code"] else None
            facts["area_id"] = area.pk if area else None
        elif name == "birth_date":
            facts["birth_date"] = record["birth_date"]
        else:
            facts[name] = record[name] or ""
    if "name" in wanted:
        facts["titles"] = (record["titles"] or "")[:100]
    return facts


def _checked(person: Person, texts: Mapping[str, str]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The values that the checks read, and what they found, for a row that holds the person and nothing of a sponsorship."""
    import polars as pl

    from sertakan.intake.checks import check_canonical

    number = people.identifiers(persons=[person.pk], kind="nik").get(person.pk)
    nik = encryption.decrypt(bytes(number.sealed)).decode() if number else None
    row = {"sheet_no": [0], "number": [1], "nik": [nik], **{name: [text or None] for name, text in texts.items()}}
    frame = pl.DataFrame(row, schema_overrides=dict.fromkeys(("nik", *texts), pl.String))
    kinds = pl.DataFrame({name: ["s"] for name in ("nik", *texts)})
    agency = Agency.objects.select_related("province").filter(pk__in=_agencies_of(person)).order_by("pk").first()
    checked = check_canonical(frame, kinds, checking.check_context(agency or _any_agency()))
    return checked.records.row(0, named=True), _said(checked.findings)


def _said(findings: pl.DataFrame) -> list[dict[str, str]]:
    import json

    from sertakan.intake.findings import render

    said = []
    for found in findings.iter_rows(named=True):
        facts = json.loads(found["facts"]) if found["facts"] else {}
        words = render(found["code"], {**facts, "severity": "warning"}, language.reader(), column=found["column"])
        said.append(
            {
                "column": found["column"],
                "severity": found["severity"],
                "text": f"{words['message']} {words['remedy']}".strip(),
            }
        )
    return said


def _agencies_of(person: Person) -> list[int]:
    return list(person.agencies.values_list("agency_id", flat=True))


def _any_agency() -> Agency:
    return Agency.objects.select_related("province").order_by("pk")[0]
