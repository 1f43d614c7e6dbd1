"""Lines over time, each of one definition: what others published, and what we counted. Never joined."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sertakan.coverage.definitions import DEFINITIONS, OWN
from sertakan.coverage.figures import Point, Series
from sertakan.coverage.models import Snapshot
from sertakan.coverage.published import official_series
from sertakan.coverage.queries.denominators import latest
from sertakan.coverage.queries.home import home


def series(area: str = "") -> tuple[Series, ...]:
    """The published series of an area (the province when none is named), then our own count from the snapshots."""
    return (*official_series(area or home()), own_series())


def own_series() -> Series:
    """Our count by month, in points of the denominator that was known on its day; the share is None where none was."""
    points, province = [], home()
    for one in Snapshot.objects.filter(current=True).order_by("month"):
        of = latest("eligible", province, on=one.on)
        share = one.persons / of.value if of and of.value else None
        points.append(
            Point(
                on=one.on,
                value=share,
                numerator=one.persons,
                denominator=of.value if of else None,
                source=_("Hitungan sendiri dari bulan terbayar"),
                confidence="A",
                denominator_on=of.round if of else None,
            )
        )
    return Series("sertakan", _("Hitungan Sertakan"), str(DEFINITIONS[OWN]), "own", tuple(points))
