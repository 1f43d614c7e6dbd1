"""Published targets that come with the product."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django.db import transaction

from sertakan.core import audit, clock, scope
from sertakan.core.reference import LoadReport, read_csv
from sertakan.planning.models import Target

SHIPPED = Path(__file__).parent / "data"


@transaction.atomic
def load_targets(file: Path | None = None) -> LoadReport:
    """Enter the published targets that are shipped; those known already are left as they are. Repeatable."""
    path = file or SHIPPED / "targets.csv"
    names = ("area", "year", "document", "share", "source", "confidence", "note")
    frame = read_csv(path, names, required=("year", "document", "share", "source", "confidence"))
    known = set(Target.objects.values_list("area", "year", "document", "share"))
    added = 0
    for row in frame.iter_rows(named=True):
        share = Decimal(row["share"])
        key = (row["area"], int(row["year"]), row["document"])
        if (*key, share.quantize(Decimal("0.00001"))) in known:
            continue
        given = {name: row[name] for name in ("area", "document", "source", "confidence", "note")}
        actor = scope.current()
        Target.objects.create(
            year=int(row["year"]), share=share, entered_at=clock.now(), entered_by=actor.user_id, entered_label=actor.label, **given
        )  # fmt: skip
        added += 1
    report = LoadReport(
        table="planning_target", file=path.name, rows=frame.height, added=added, unchanged=frame.height - added
    )
    audit.record("planning.targets_loaded", facts=report.as_dict())
    return report
