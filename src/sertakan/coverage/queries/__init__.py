"""What can be asked about coverage. Pages read from here only; every number comes from a snapshot, none from people or memberships."""

from sertakan.coverage.queries.boundaries import boundaries
from sertakan.coverage.queries.cells import cells, evenness, passport, ranking
from sertakan.coverage.queries.denominators import denominators
from sertakan.coverage.queries.rows import rows_behind
from sertakan.coverage.queries.series import series
from sertakan.coverage.queries.snapshots import changes, changes_by, funnel, snapshot_of, snapshots
from sertakan.coverage.queries.standing import standings

__all__ = [
    "boundaries",
    "cells",
    "changes",
    "changes_by",
    "denominators",
    "evenness",
    "funnel",
    "passport",
    "ranking",
    "rows_behind",
    "series",
    "snapshot_of",
    "snapshots",
    "standings",
]
