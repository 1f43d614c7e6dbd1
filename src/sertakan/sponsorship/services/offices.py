"""Loads the offices of BPJS Ketenagakerjaan."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from sertakan.core import audit
from sertakan.core.reference import LoadReport, check_form, check_known, check_unique, read_csv, upsert
from sertakan.sponsorship import catalogue
from sertakan.sponsorship.models import BpjsOffice

_COLUMNS = ("code", "kind", "name", "area_code", "parent")


@transaction.atomic
def load_offices(file: Path | None = None) -> LoadReport:
    """Load offices (CSV: code, kind kc or kcp, name, area_code, parent: the code of a branch). Repeatable.

    Raises ReferenceFileBroken with file, row and cause.
    """
    import polars as pl

    path = file or catalogue.offices_file()
    frame = read_csv(path, _COLUMNS, required=("code", "kind", "name"))
    check_unique(frame, path, ("code",))
    check_form(frame, path, "kind", "kc|kcp", "kc atau kcp")
    known = set(BpjsOffice.objects.values_list("code", flat=True))
    check_known(frame, path, "parent", known | set(frame.filter(pl.col("parent") == "")["code"].to_list()))
    added = changed = 0
    for part in (frame.filter(pl.col("parent") == ""), frame.filter(pl.col("parent") != "")):
        counts = upsert(
            "sponsorship_bpjsoffice",
            part,
            key=("code",),
            values={
                "code": "s.code", "kind": "s.kind", "name": "s.name", "area_code": "s.area_code", "parent_id": "p.id",
            },
            joins="LEFT JOIN sponsorship_bpjsoffice p ON p.code = s.parent",
        )  # fmt: skip
        added, changed = added + counts[0], changed + counts[1]
    report = LoadReport(
        table="sponsorship_bpjsoffice",
        file=path.name,
        rows=frame.height,
        added=added,
        changed=changed,
        unchanged=frame.height - added - changed,
    )
    if not report.is_quiet:
        audit.record("sponsorship.offices_loaded", facts=report.as_dict())
    return report
