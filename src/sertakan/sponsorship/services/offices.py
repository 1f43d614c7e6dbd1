"""Loads the offices of BPJS Ketenagakerjaan; safe to repeat."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from sertakan.core import audit
from sertakan.sponsorship import catalogue
from sertakan.sponsorship.errors import DataMalformed
from sertakan.sponsorship.models import BpjsOffice

_COLUMNS = ("code", "kind", "name", "area_code", "parent")


@transaction.atomic
def load_offices(*, path: Path | None = None) -> int:
    """Take in a list of offices (CSV: code, kind, name, area_code, parent); returns how many changed or are new.

    Raises DataMalformed for a missing column, an unknown kind or parent, naming the row.
    """
    source = path or catalogue.offices_file()
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if set(_COLUMNS) - set(reader.fieldnames or ()):
            raise DataMalformed(file=source.name, reason=f"kolom wajib: {', '.join(_COLUMNS)}")
        rows = list(reader)
    known = {office.code: office for office in BpjsOffice.objects.select_related("parent")}
    changed = 0
    for number, row in enumerate(rows, start=2):
        parent = known.get(row["parent"]) if row["parent"] else None
        if (row["parent"] and parent is None) or row["kind"] not in BpjsOffice.Kind.values:
            raise DataMalformed(file=source.name, reason=f"baris {number}: jenis atau kantor induk tidak dikenal")
        wanted = {"kind": row["kind"], "name": row["name"], "area_code": row["area_code"], "parent": parent}
        office = known.get(row["code"])
        if office is not None and all(getattr(office, name) == value for name, value in wanted.items()):
            continue
        known[row["code"]], _ = BpjsOffice.objects.update_or_create(code=row["code"], defaults=wanted)
        changed += 1
    if changed:
        audit.record("sponsorship.offices_loaded", facts={"changed": changed})
    return changed
