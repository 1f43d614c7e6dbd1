"""All reference data of an installation, in the order in which the tables need one another."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from django.db import transaction

from sertakan.agencies import services as agencies
from sertakan.areas import queries, services
from sertakan.areas.errors import EditionOlder
from sertakan.areas.models import Area
from sertakan.classification import services as classification
from sertakan.core import audit
from sertakan.core.models import AuditEvent
from sertakan.core.reference import LoadReport
from sertakan.followup import seeding
from sertakan.planning import seeding as targets
from sertakan.sponsorship import catalogue
from sertakan.sponsorship import services as sponsorship

LOADED = "reference.loaded"


def is_loaded() -> bool:
    """Whether the reference data that comes with this release has been loaded; after an upgrade with other files it has not."""
    last = AuditEvent.objects.filter(action=LOADED).order_by("-id").values_list("facts", flat=True).first()
    return last is not None and last.get("fingerprint") == fingerprint() and queries.is_loaded()


def fingerprint() -> str:
    """A hash of all shipped reference files."""
    digest = hashlib.sha256()
    for folder in (
        services.SHIPPED,
        classification.SHIPPED,
        agencies.SHIPPED,
        catalogue.offices_file().parent,
        seeding.SHIPPED,
        targets.SHIPPED,
    ):
        for file in sorted(path for path in Path(folder).iterdir() if path.suffix in {".csv", ".parquet", ".yaml"}):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


@transaction.atomic
def load_reference(provinces: Collection[str] | None = None, *, down_to: str = Area.Level.VILLAGE) -> list[LoadReport]:
    """Load areas, their names, identity prefixes, sectors, occupations, agencies, the first circular, targets; all or nothing. Repeatable.

    `provinces` go down to the village; left out, those of the shipped agencies and those loaded before. Raises ReferenceFileBroken.
    """
    served = agencies.provinces_in_file() if provinces is None else provinces
    wanted = sorted({*served, *queries.provinces_with_villages()})
    reports = [
        _load_areas(wanted, down_to),
        services.load_aliases(),
        services.load_identity_prefixes(),
        classification.load_sectors(),
        classification.load_occupations(),
        agencies.load_agencies(),
        agencies.load_successions(),
        agencies.load_staff_counts(),
        sponsorship.load_offices(),
        targets.load_targets(),
    ]
    seeding.load_circular()
    audit.record(LOADED, facts={"fingerprint": fingerprint(), "provinces": wanted})
    return reports


def _load_areas(provinces: list[str], down_to: str) -> LoadReport:
    """An operator who has loaded a newer edition than the shipped one keeps it."""
    try:
        return services.load_areas(province_codes=provinces, down_to=down_to)
    except EditionOlder as newer:
        return LoadReport(table="areas_area", file=str(newer.facts["file"]), rows=0)
