"""The people behind one figure, for who may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from sertakan.core.scope import Actor
from sertakan.coverage.errors import RowsNotOpen
from sertakan.coverage.figures import SnapshotRow
from sertakan.coverage.kept import members
from sertakan.coverage.rights import sees_rows
from sertakan.sponsorship.models import Membership


def rows_behind(snapshot: SnapshotRow, by: str, code: str, *, actor: Actor, within: str = "") -> QuerySet[Membership]:
    """The memberships that a cell counts, as they were when it was counted; as many as its numerator. Raises RowsNotOpen, PartMissing.

    A PIC gets the part of the cell that belongs to the own agency. Run in the scope of `actor`.
    """
    if not sees_rows(actor):
        raise RowsNotOpen()
    agencies = None if actor.sees_all else actor.agency_ids
    ids = members(snapshot, by, code, within=within, agencies=agencies)
    return Membership.objects.filter(pk__in=ids).select_related("person").order_by("person__sort_key", "pk")
