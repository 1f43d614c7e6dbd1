"""Reads of agencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from sertakan.agencies.errors import AgencyAmbiguous, AgencyEnded, AgencyUnknown
from sertakan.agencies.models import Agency, StaffCount, Transfer
from sertakan.core import clock
from sertakan.core.scope import Actor

NEAR_NAMES = 3
NEAR_SCORE = 60
"""Similarity (0-100) from which a name is worth proposing."""
NONE = "–"


def in_force(on: date | None = None) -> QuerySet[Agency]:
    """Agencies in force on a day (today when left out), by name."""
    day = on or clock.today()
    ended = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Agency.objects.filter(ended, valid_from__lte=day).select_related("province").order_by("sort_key")


def visible_to(actor: Actor, on: date | None = None) -> QuerySet[Agency]:
    """The agencies in force that `actor` may work for: all, or the own ones."""
    agencies = in_force(on)
    return agencies if actor.sees_all else agencies.filter(pk__in=actor.agency_ids)


def get_agency(agency_id: int) -> Agency:
    """One agency by its key. Raises AgencyUnknown."""
    agency = Agency.objects.select_related("province").filter(pk=agency_id).first()
    if agency is None:
        raise AgencyUnknown(text=agency_id, near=NONE)
    return agency


def visible_agency(agency_id: int, actor: Actor) -> Agency:
    """One agency that `actor` may see. Raises AgencyNotFound."""
    found = visible_to(actor).filter(pk=agency_id).first()
    return get_agency(found.pk if found else 0)


def find_agency(text: str, on: date | None = None, *, province_code: str = "") -> Agency:
    """The agency that `text` names on a day: by code, else by short name, else by full name; case, dots and spaces make no difference.

    Raises AgencyUnknown (with near names), AgencyAmbiguous, AgencyEnded (with its successors).
    """
    agencies = list(_of_province(province_code))
    key = _key(text)
    day = on or clock.today()
    found = _exact(agencies, key)
    current = [
        agency for agency in found if agency.valid_from <= day and (agency.valid_to is None or agency.valid_to > day)
    ]
    if len(current) == 1:
        return current[0]
    if current:
        raise AgencyAmbiguous(text=text, candidates=_listed(current))
    ended = [agency for agency in found if agency.valid_to is not None and agency.valid_to <= day]
    if ended:
        last = max(ended, key=lambda agency: agency.valid_to or day)
        raise AgencyEnded(name=last.name, ended_on=last.valid_to, successors=_listed(successors_of(last)) or NONE)
    raise AgencyUnknown(text=text, near=_listed(_near(agencies, text)) or NONE)


def successors_of(agency: Agency) -> QuerySet[Agency]:
    """Who took over what this agency did."""
    return Agency.objects.filter(inheritances__predecessor=agency).order_by("sort_key")


def predecessors_of(agency: Agency) -> QuerySet[Agency]:
    """Whose work this agency took over."""
    return Agency.objects.filter(successions__successor=agency).order_by("sort_key")


def once_with(kind: str, row: int) -> list[int]:
    """The agencies from which a row passed to the one it stands with now, by mergers; the latest first."""
    passed = Transfer.objects.filter(kind=kind, row=row).order_by("-on", "-id")
    return list(dict.fromkeys(passed.values_list("predecessor", flat=True)))


def staff_count(agency: Agency, on: date | None = None) -> StaffCount | None:
    """The latest count known on a day; None while nobody has said."""
    return agency.staff_counts.filter(on__lte=on or clock.today()).order_by("-on").first()


def _of_province(province_code: str) -> QuerySet[Agency]:
    agencies = Agency.objects.select_related("province").order_by("sort_key")
    return agencies.filter(province__code=province_code) if province_code else agencies


def _exact(agencies: list[Agency], key: str) -> list[Agency]:
    """A code beats a short name, a short name beats a full name."""
    if not key:
        return []
    for names in (lambda a: (a.code,), lambda a: (a.short_name,), _full_names):
        found = [agency for agency in agencies if key in {_key(name) for name in names(agency)}]
        if found:
            return found
    return []


def _full_names(agency: Agency) -> tuple[str, ...]:
    province = agency.province.name
    return (
        agency.name,
        f"{agency.name} Provinsi {province}",
        f"{agency.name} Prov. {province}",
        f"{agency.name} {province}",
    )


def _near(agencies: list[Agency], text: str) -> list[Agency]:
    """The likest names; a former name stands in the evidence, such as “dulu Bappeda”."""
    from rapidfuzz import fuzz

    key = _key(text)
    scored = []
    for agency in agencies:
        former = re.findall(r"(?:dulu|pecahan) (\w+)", agency.evidence)
        names = (agency.short_name, agency.name, *former)
        scored.append((max(fuzz.ratio(key, _key(name)) for name in names), agency))
    scored.sort(key=lambda pair: -pair[0])
    return [agency for score, agency in scored[:NEAR_NAMES] if score >= NEAR_SCORE]


def _listed(agencies: Iterable[Agency]) -> str:
    return "; ".join(f"{agency.short_name} ({agency.code}, {agency.name})" for agency in agencies)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
