"""The register against itself. Comparing runs outside of any transaction; the effects are one transaction.

Whoever stops a run before the end leaves nothing behind. What somebody has decided is never asked again and never overruled.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sertakan.core import scope
from sertakan.linkage import policies, queries, services
from sertakan.linkage.models import Run
from sertakan.people import queries as people
from sertakan.people.groups import Groups
from sertakan.people.services import Same, merge_many
from sertakan.programme.checking import Progress, quiet
from sertakan.programme.linking import stakes
from sertakan.programme.linking.pairs import (
    MOST_IDS,
    SETTLED,
    Found,
    Linked,
    Numbers,
    found_pair,
    model_facts,
    numbers_of,
    same_as,
    write_found,
)
from sertakan.programme.linking.register import prepared_register, trained_model

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel

CERTAIN: Final = "pasti sama menurut pencocokan"
CONTRADICTS: Final = "contradicts_decision"


def dedupe(*, actor: scope.Actor, progress: Progress = quiet) -> Linked:
    """Find persons who stand twice in the register: certain and harmless pairs become one, others wait for a decision.

    Raises NotYourRun, RegisterEmpty.
    """
    started = time.monotonic()
    model = trained_model()
    with scope.acting(actor):
        policies.check_can_run(actor)
        before = queries.last_run(kind=Run.Kind.REGISTER, against="people")
        if before is not None and (before.mark, before.model_hash) == (queries.register_mark(), model.hash):
            return same_as(before)
        progress("preparing", 0, None)
        prepared = prepared_register()
    progress("comparing", 0, prepared.rows)
    from sertakan.linkage import decide as answers
    from sertakan.linkage import engine

    pairs = engine.dedupe(prepared, model, least=model.review)
    decided = answers.decide(pairs, model, kind="dedupe")
    decided = decided.filter(decided["answer"] != answers.DIFFERENT)
    progress("writing", 0, decided.height)
    with scope.acting(actor, job="pencocokan"):
        services.one_at_a_time()
        return _write_register(
            decided, model, numbers_of(prepared, decided["left_id"], decided["right_id"]), started=started
        )


def _write_register(decided: pl.DataFrame, model: TrainedModel, numbers: Numbers, *, started: float) -> Linked:
    number, rows = services.next_numbers(1)[0], numbers.rows
    ran_before = queries.last_run(kind=Run.Kind.REGISTER, against="people") is not None
    ids = sorted({*decided["left_id"].to_list(), *decided["right_id"].to_list()})
    hanging = stakes.stakes(ids)
    found, wanted = _judge(decided, people.survivors(ids), hanging, numbers)
    merged = {one.pair: one.pk for one in merge_many(wanted=wanted, reason=CERTAIN, run=number)}
    for one in found:
        one.merge_id = merged.get(one.id)
    linked = [one.id for one in found if one.state == "same"]
    waiting = [one.id for one in found if one.state == "open"]
    in_pairs = len({person for one in found for person in (one.person_id, one.other_id)})
    facts = services.RunFacts(
        kind=str(Run.Kind.REGISTER),
        against="people",
        mark=queries.register_mark(),
        rows=rows,
        linked=len(linked),
        fresh=rows - in_pairs,
        review=len(waiting),
        counts={"pairs": decided.height, "known": decided.height - len(found)},
        seconds=time.monotonic() - started,
        **model_facts(model),
    )
    services.write_run(number=number, facts=facts)
    changed = write_found(number, found)
    return Linked(
        number, facts.kind, rows, facts.linked, facts.fresh, facts.review, ran_before and not changed, facts.seconds,
        tuple(linked[:MOST_IDS]), tuple(waiting[:MOST_IDS]), counts=facts.counts,
    )  # fmt: skip


def _judge(
    decided: pl.DataFrame, survivors: Mapping[int, int], hanging: dict[int, stakes.Stake], numbers: Numbers
) -> tuple[list[Found], list[Same]]:
    """The pairs that say something new, the surest first, and the merges that follow without asking."""
    known = {(person, other): (number, state) for number, person, other, state in queries.known_pairs().iter_rows()}
    bars = _Bars(queries.barred())
    benefit, groups = stakes.death_benefit(), Groups()
    ordered = decided.sort(
        [decided["answer"] == "same", "probability", "left_id", "right_id"], descending=[True, True, False, False]
    )
    fresh_numbers = iter(services.next_numbers(ordered.height))
    found: list[Found] = []
    wanted: list[Same] = []
    for row in ordered.iter_rows(named=True):
        person, other = sorted((int(row["left_id"]), int(row["right_id"])))
        if person not in survivors or other not in survivors:
            continue
        left, right = survivors[person], survivors[other]
        number, state = known.get((person, other), (None, None))
        if state in SETTLED or groups.survivor(left) == groups.survivor(right):
            continue
        barred = bars.between(groups.survivor(left), groups.survivor(right))
        certain = row["answer"] == "same"
        if barred and not certain:
            continue
        one = found_pair(row, number or next(fresh_numbers), person, hanging.get(person, stakes.NOTHING), benefit)
        mine, theirs = hanging.get(person, stakes.NOTHING), hanging.get(other, stakes.NOTHING)
        one.other_id, one.known = other, number is not None
        one.cost = stakes.cost_of(one.probability, mine, theirs, benefit=benefit)
        differ = stakes.numbers_differ(numbers.of.get(person), numbers.of.get(other))
        one.risks = stakes.risks_of(mine, theirs, other_number=differ)
        one.reasons += [CONTRADICTS] if barred else []
        if certain and not one.risks and not barred:
            keep, gone = stakes.prefer(person, other, hanging)
            bars.join(groups.survivor(survivors[keep]), groups.survivor(survivors[gone]))
            groups.join(survivors[keep], survivors[gone])
            wanted.append(Same(keep, gone, one.id))
            one.state = "same"
        found.append(one)
    return [one for one in found if one.state == "same" or not _one_now(one, survivors, groups)], wanted


def _one_now(one: Found, survivors: Mapping[int, int], groups: Groups) -> bool:
    """A doubtful pair that surer ones have settled by the way."""
    other = survivors[one.other_id or one.person_id]
    return groups.survivor(survivors[one.person_id]) == groups.survivor(other)


class _Bars:
    """Groups that somebody decided to be different people, while groups grow."""

    def __init__(self, barred: list[tuple[int, int, int]]) -> None:
        self._of: dict[int, set[int]] = {}
        for _, one, other in barred:
            self._of.setdefault(one, set()).add(other)
            self._of.setdefault(other, set()).add(one)

    def between(self, one: int, other: int) -> bool:
        return other in self._of.get(one, ())

    def join(self, keep: int, gone: int) -> None:
        """The group of `gone` goes under `keep`, and so do its bars."""
        for barred in self._of.pop(gone, set()):
            self._of[barred].discard(gone)
            self._of[barred].add(keep)
            self._of.setdefault(keep, set()).add(barred)
