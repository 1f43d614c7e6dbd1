"""Two persons are one, and the way back. Nothing moves: rows keep their person, and every reader goes through the survivor.

A merge changes `Person.merged_into`, and which agencies know the persons of the group. Both follow from the merges in force and are
computed again when one is added or taken back, so that they come back to what they were, in whatever order merges are undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from sertakan.core import audit, clock, scope
from sertakan.people import errors, policies
from sertakan.people.groups import Groups, replay
from sertakan.people.models import Identifier, Merge, Person

# Groups are given as two arrays (person, survivor): a plan that leans on statistics would be wrong just after thousands of merges.
_CLOSE = """
DELETE FROM people_personagency k USING unnest(%(persons)s::bigint[], %(over)s::bigint[]) m (person, over)
WHERE k.person_id = m.person AND k.by_merge AND NOT EXISTS (
    SELECT 1 FROM unnest(%(persons)s::bigint[], %(over)s::bigint[]) n (person, over)
    JOIN people_personagency own ON own.person_id = n.person AND NOT own.by_merge
    WHERE n.over = m.over AND own.agency_id = k.agency_id)
"""
_OPEN = """
INSERT INTO people_personagency (person_id, agency_id, valid_from, by_merge)
SELECT m.person, own.agency_id, min(own.valid_from), true
FROM unnest(%(persons)s::bigint[], %(over)s::bigint[]) m (person, over)
JOIN unnest(%(persons)s::bigint[], %(over)s::bigint[]) n (person, over) ON n.over = m.over AND n.person <> m.person
JOIN people_personagency own ON own.person_id = n.person AND NOT own.by_merge
GROUP BY m.person, own.agency_id ORDER BY m.person, own.agency_id
ON CONFLICT (agency_id, person_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Same:
    """`gone` is the same human being as `keep`, who goes on; `pair` proposed it."""

    keep: int
    gone: int
    pair: int | None = None
    reason: str = ""


def merge(*, keep: int, gone: int, reason: str, pair: int | None = None, run: int | None = None) -> Merge:
    """Two persons are one from now on. Raises NotYourMerge, MergeOfOne, PersonUnknown, SamePersonAlready."""
    if keep == gone:
        raise errors.MergeOfOne()
    made = merge_many(wanted=[Same(keep, gone, pair)], reason=reason, run=run)
    if not made:
        raise errors.SamePersonAlready()
    return made[0]


@transaction.atomic
def merge_many(*, wanted: Iterable[Same], reason: str, run: int | None = None) -> list[Merge]:
    """Many at once, in their order; those who are one already are passed over. Raises NotYourMerge, PersonUnknown.

    A fixed number of statements, however many merges. One merge leaves an event of its own, many leave one together.
    """
    policies.check_can_merge(scope.current())
    asked = [one for one in wanted if one.keep != one.gone]
    if not asked:
        return []
    _one_at_a_time()
    ids = {person for one in asked for person in (one.keep, one.gone)}
    standing = _survivors(ids)
    if missing := ids - standing.keys():
        raise errors.PersonUnknown(person=min(missing))
    members = _members(standing.values())
    groups, actor, now = Groups(_survivors(members)), scope.current(), clock.now()
    fresh: list[Merge] = []
    for one in asked:
        before = (groups.survivor(one.keep), groups.survivor(one.gone))
        if groups.join(one.keep, one.gone):
            fresh.append(
                Merge(
                    keep_id=one.keep,
                    gone_id=one.gone,
                    keep_survivor=before[0],
                    gone_survivor=before[1],
                    pair=one.pair,
                    run=run,
                    reason=(one.reason or reason)[:300],
                    made_by=actor.user_id,
                    made_label=actor.label[:200],
                    made_at=now,
                )
            )
    if not fresh:
        return []
    made = Merge.objects.bulk_create(fresh, batch_size=2000)
    survivors = {person: groups.survivor(person) for person in members}
    _point(survivors)
    _share(survivors)
    _tell("people.merged", made, reason=reason)
    return made


def undo_merge(*, merge: int, reason: str) -> Merge:
    """Take one merge back; what the other merges say goes on. Raises NotYourMerge, MergeUnknown, MergeUndone."""
    found = Merge.objects.filter(pk=merge).first()
    if found is None:
        raise errors.MergeUnknown(merge=merge)
    undone = undo_merges(merges=[merge], reason=reason)
    if not undone:
        raise errors.MergeUndone(merge=merge)
    return undone[0]


@transaction.atomic
def undo_merges(*, merges: Collection[int], reason: str) -> list[Merge]:
    """Take merges back; those that were taken back before are passed over. Raises NotYourMerge."""
    policies.check_can_merge(scope.current())
    _one_at_a_time()
    found = list(Merge.objects.select_for_update().filter(pk__in=list(merges), undone_at__isnull=True).order_by("pk"))
    if not found:
        return []
    members = _members(_survivors({one.keep_id for one in found} | {one.gone_id for one in found}).values())
    actor, now = scope.current(), clock.now()
    Merge.objects.filter(pk__in=[one.pk for one in found]).update(
        undone_by=actor.user_id, undone_label=actor.label[:200] or "-", undone_at=now, undo_reason=reason[:300]
    )
    in_force = Merge.objects.filter(undone_at__isnull=True).filter(Q(keep__in=members) | Q(gone__in=members))
    survivors = replay(members, in_force.order_by("pk").values_list("keep_id", "gone_id"))
    _point(survivors)
    _share(survivors)
    _tell("people.merge_undone", found, reason=reason)
    return list(Merge.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def share_knowledge(*, persons: Collection[int]) -> None:
    """An agency that knows one person of a group knows them all; nobody more.

    Call it after an agency came to know `persons`, who may stand in a group. Right and trail are the caller's.
    """
    survivors = _survivors(_members(_survivors(persons).values()))
    _share(survivors)


def _share(survivors: Mapping[int, int]) -> None:
    """`survivors`: all persons of the groups concerned, with who stands for them."""
    groups = {"persons": list(survivors), "over": list(survivors.values())}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, groups)
        cursor.execute(_OPEN, groups)


def forget_numbers(*, identifiers: Collection[int]) -> None:
    """Take back membership numbers that were attached by mistake; nothing may stand on them. Right and trail are the caller's."""
    Identifier.objects.filter(pk__in=list(identifiers), kind=Identifier.Kind.KPJ).delete()


def _one_at_a_time() -> None:
    """Merges wait for each other until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sertakan.people.merge'))")


def _survivors(persons: Collection[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, survivor_id FROM people_survivors(%s)", [list(persons)])
        return dict(cursor.fetchall())


def _members(survivors: Iterable[int]) -> list[int]:
    """Everybody in the groups of these survivors."""
    wanted = sorted(set(survivors))
    under = Person.objects.filter(merged_into__in=wanted).values_list("pk", flat=True)
    return sorted({*wanted, *under})


def _point(survivors: dict[int, int]) -> None:
    """Write who stands for whom, where it changed."""
    ids = list(survivors)
    over = [survivor if survivor != person else None for person, survivor in survivors.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person p SET merged_into_id = n.over FROM unnest(%s::bigint[], %s::bigint[]) n (id, over)"
            " WHERE p.id = n.id AND p.merged_into_id IS DISTINCT FROM n.over",
            [ids, over],
        )
        cursor.execute("SELECT people_count_merges()")


def _tell(action: str, merges: Sequence[Merge], *, reason: str) -> None:
    if len(merges) == 1:
        one = merges[0]
        facts = {"merge": one.pk, "gone": one.gone_id, "pair": one.pair}
        audit.record(action, target=("people.person", one.keep_id), facts=facts, reason=reason)
    else:
        audit.record(action, facts={"merges": len(merges), "first": merges[0].pk, "last": merges[-1].pk}, reason=reason)
