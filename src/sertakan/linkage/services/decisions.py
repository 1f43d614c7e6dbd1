"""Decisions about pairs: one person for the plain ones, two for the risky ones; remembered, and taken back in the open.

Of two who answer at once the row lock lets one through, and the other is told what was decided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from sertakan.core import audit, clock, scope
from sertakan.linkage import errors, policies, queries
from sertakan.linkage.models import Decision, Pair, Run
from sertakan.linkage.services.runs import one_at_a_time
from sertakan.people import services as people

_SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """A pair after a decision; not `final` while a second person has to agree."""

    pair: Pair
    final: bool


@transaction.atomic
def decide(
    *, pair: int, answer: str, reason: str, risks: Collection[str] | None = None, keep: int | None = None
) -> Decided:
    """Say that a pair is the ``same`` person or ``different`` ones. A risky ``same`` waits for another user.

    `risks` as they are now, else as they were when the pair was found; `keep`: who of two persons goes on, else the older record.
    Raises NotYourDecision, PairUnknown, AnswerUnknown, ReasonMissing, AlreadyDecided, SecondPersonNeeded, ContradictsDecision.
    """
    actor = scope.current()
    policies.check_can_decide(actor)
    if answer not in ("same", "different"):
        raise errors.AnswerUnknown(answer=answer[:20])
    if len(reason.strip()) < _SHORTEST_REASON:
        raise errors.ReasonMissing()
    found = _claim(pair)
    if found.state in (Pair.State.SAME, Pair.State.DIFFERENT):
        raise _decided(found)
    if risks is not None:
        found.risks = sorted(risks)
    final = answer == "different" or found.state == Pair.State.WAITING or not found.risks
    if answer == "same" and found.state == Pair.State.WAITING:
        _check_second(found, actor)
    if answer == "same":
        one_at_a_time()
        _check_not_barred(found)
    if answer == "same" and final:
        _unite(found, keep, reason)
    found.state = (Pair.State.SAME if answer == "same" else Pair.State.DIFFERENT) if final else Pair.State.WAITING
    found.by_machine, found.settled_at = False, clock.now() if final else None
    found.save(update_fields=["state", "risks", "by_machine", "merge_id", "settled_at"])
    _remember(found, answer, reason, final=final)
    return Decided(found, final)


@transaction.atomic
def take_back(*, pair: int, reason: str) -> Pair:
    """Take a decision back: what was the same falls apart and counts as different, what was different or waits is open again.

    A number that came with the pair is the caller's to let go. Raises NotYourDecision, PairUnknown, NotDecided, ReasonMissing.
    """
    policies.check_can_decide(scope.current())
    if len(reason.strip()) < _SHORTEST_REASON:
        raise errors.ReasonMissing()
    found = _claim(pair)
    if found.state == Pair.State.OPEN:
        raise errors.NotDecided(pair=pair)
    was_same = found.state == Pair.State.SAME
    if was_same and found.merge_id is not None:
        one_at_a_time()
        people.undo_merges(merges=[found.merge_id], reason=reason)
    found.state = Pair.State.DIFFERENT if was_same else Pair.State.OPEN
    found.by_machine, found.settled_at = False, clock.now() if was_same else None
    found.save(update_fields=["state", "by_machine", "settled_at"])
    _remember(found, "different" if was_same else "open", reason, final=was_same)
    return found


@transaction.atomic
def take_back_run(*, run: Run, reason: str, but: Collection[int] = ()) -> list[Pair]:
    """Take back all that the machine linked in a run and nobody has looked at since; the pairs. They count as different then.

    `but`: membership numbers (identifiers) that cannot go; their pairs stay.

    Raises NotYourDecision, ReasonMissing, NothingToUndo.
    """
    policies.check_can_decide(scope.current())
    if len(reason.strip()) < _SHORTEST_REASON:
        raise errors.ReasonMissing()
    one_at_a_time()
    linked = Pair.objects.select_for_update(of=("self",)).filter(run=run, state=Pair.State.SAME, by_machine=True)
    pairs = [pair for pair in linked.order_by("pk") if pair.identifier_id not in set(but)]
    if not pairs:
        raise errors.NothingToUndo(number=run.pk)
    people.undo_merges(merges=[pair.merge_id for pair in pairs if pair.merge_id is not None], reason=reason)
    ids, now, actor = [pair.pk for pair in pairs], clock.now(), scope.current()
    Pair.objects.filter(pk__in=ids).update(state=Pair.State.DIFFERENT, by_machine=False, settled_at=now)
    serials = dict(Decision.objects.filter(pair__in=ids).values_list("pair").annotate(Max("serial")))
    Decision.objects.bulk_create(
        (
            Decision(
                pair_id=key,
                serial=serials.get(key, 0) + 1,
                answer="different",
                final=True,
                reason=reason[:300],
                by=actor.user_id,
                label=actor.label[:200],
                at=now,
            )
            for key in ids
        ),
        batch_size=2000,
    )
    audit.record("linkage.run_taken_back", target=run, facts={"pairs": len(ids)}, reason=reason)
    for pair in pairs:
        pair.state, pair.by_machine, pair.settled_at = Pair.State.DIFFERENT, False, now
    return pairs


def note_number(*, pair: Pair, identifier: int) -> None:
    """Remember which membership number came with a pair."""
    pair.identifier_id = identifier
    pair.save(update_fields=["identifier_id"])


def forget_numbers(*, pairs: Collection[int]) -> None:
    """The membership numbers that came with these pairs are gone again."""
    Pair.objects.filter(pk__in=list(pairs)).update(identifier_id=None)


def _claim(pair: int) -> Pair:
    found = Pair.objects.select_for_update(of=("self",)).select_related("record").filter(pk=pair).first()
    if found is None:
        raise errors.PairUnknown(pair=pair)
    return found


def _decided(found: Pair) -> errors.AlreadyDecided:
    last = found.decisions.order_by("-serial").first()
    label = last.label if last else "-"
    return errors.AlreadyDecided(pair=found.pk, by=label, answer=str(found.get_state_display()).lower())


def _check_second(found: Pair, actor: scope.Actor) -> None:
    first = found.decisions.order_by("-serial").first()
    if first is not None and (first.by, first.label) == (actor.user_id, actor.label[:200]):
        raise errors.SecondPersonNeeded(pair=found.pk)


def _check_not_barred(found: Pair) -> None:
    """Somebody may have decided that the groups of the two are different people."""
    if found.other_id is None:
        return
    barred = queries.barred_between(found.person_id, found.other_id, but=found.pk)
    if barred is not None:
        raise errors.ContradictsDecision(other=barred)


def _unite(found: Pair, keep: int | None, reason: str) -> None:
    """Two persons become one; a record from outside changes nobody."""
    if found.other_id is None:
        return
    stays = keep if keep in (found.person_id, found.other_id) else found.person_id
    goes = found.other_id if stays == found.person_id else found.person_id
    made = people.merge_many(wanted=[people.Same(int(stays or 0), goes, found.pk)], reason=reason)
    found.merge_id = made[0].pk if made else None


def _remember(found: Pair, answer: str, reason: str, *, final: bool) -> None:
    actor = scope.current()
    serial = found.decisions.aggregate(last=Max("serial"))["last"] or 0
    Decision.objects.create(
        pair=found,
        serial=serial + 1,
        answer=answer,
        final=final,
        reason=reason[:300],
        by=actor.user_id,
        label=actor.label[:200],
        at=clock.now(),
    )
    audit.record(f"linkage.decided_{answer}", target=found, facts={"final": final, "risks": found.risks}, reason=reason)
