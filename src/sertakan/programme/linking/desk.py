"""The desk of who decides: what waits for whom, what comes next, and the ways back that pages offer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.core import scope
from sertakan.core.money import Rupiah
from sertakan.linkage import policies, queries
from sertakan.linkage.errors import NotYourDecision
from sertakan.linkage.models import Decision, Pair
from sertakan.people import queries as people
from sertakan.people import services as persons
from sertakan.people.models import Merge
from sertakan.programme.linking.review import READERS, undo

ALL, MINE, SECOND = "semua", "saya", "kedua"
PARTS = (ALL, MINE, SECOND)
USUAL_REASONS: tuple[str | Promise, ...] = (
    _("Dicocokkan dengan KTP atau kartu keluarga"),
    _("Sudah ditanyakan kepada perangkat daerah atau orangnya"),
    _("Terlihat jelas dari kedua catatan"),
)
PRESSED_BY_MISTAKE: str | Promise = _("Dibatalkan segera sesudah diputuskan")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many pairs wait: in all, for who asks, for a second person; and what mistakes about all of them would cost."""

    total: int
    mine: int
    second: int
    cost: Rupiah


def part(actor: scope.Actor, which: str = ALL) -> QuerySet[Pair]:
    """Pairs that wait, the most costly first: all, those that `actor` can answer, or those that wait for a second person.

    Raises NotYourDecision.
    """
    if not actor.has(*READERS):
        raise NotYourDecision()
    found = _waiting()
    if which == MINE:
        return found.filter(_for(actor)) if policies.can_decide(actor) else found.none()
    return found.filter(state=Pair.State.WAITING) if which == SECOND else found


def standing(actor: scope.Actor) -> Standing:
    """One statement. Raises NotYourDecision."""
    counted = (
        part(actor)
        .order_by()
        .aggregate(
            total=Count("pk"),
            mine=Count("pk", filter=_for(actor)),
            second=Count("pk", filter=Q(state=Pair.State.WAITING)),
            cost=Sum("cost"),
        )
    )
    mine = counted["mine"] if policies.can_decide(actor) else 0
    return Standing(counted["total"], mine, counted["second"], counted["cost"] or 0)


def following(actor: scope.Actor, pair: Pair) -> int | None:
    """The pair that `actor` can answer next: the one below `pair` in the queue, else the first of the others."""
    mine = part(actor, MINE).exclude(pk=pair.pk).values_list("pk", flat=True)
    below = mine.filter(Q(cost__lt=pair.cost) | Q(cost=pair.cost, pk__gt=pair.pk)).first()
    return below if below is not None else mine.first()


def last_decision(pair_id: int) -> Decision | None:
    """What was said last about a pair."""
    return (
        Decision.objects.select_related("pair__person", "pair__other").filter(pair=pair_id).order_by("-serial").first()
    )


@transaction.atomic
def take_back(*, pair: int, reason: str, reopen: bool) -> Pair:
    """Take the last answer about a pair back. With `reopen` it waits for an answer again, also when it was the same person before.

    Raises what `undo` raises.
    """
    queries.get_pair(pair)
    (found,) = undo(number=pair, reason=reason)
    if reopen and found.state == Pair.State.DIFFERENT:
        (found,) = undo(number=pair, reason=reason)
    return found


@transaction.atomic
def split(*, merge: int, reason: str) -> Merge:
    """Take a merge back, and with it the answer that it came from. Raises MergeUnknown, MergeUndone, and what `undo` raises."""
    found = people.get_merge(merge)
    pair = Pair.objects.filter(pk=found.pair or 0, merge_id=merge, state=Pair.State.SAME).first()
    if pair is None or found.undone_at is not None:
        return persons.undo_merge(merge=merge, reason=reason)
    undo(number=pair.pk, reason=reason)
    return people.get_merge(merge)


def _waiting() -> QuerySet[Pair]:
    newest = Decision.objects.filter(pair=OuterRef("pk")).order_by("-serial").values("by")[:1]
    return queries.waiting().annotate(answered_by=Subquery(newest))


def _for(actor: scope.Actor) -> Q:
    """Open ones, and those whose first answer somebody else gave."""
    return Q(state=Pair.State.OPEN) | Q(answered_by__isnull=True) | ~Q(answered_by=actor.user_id or 0)
