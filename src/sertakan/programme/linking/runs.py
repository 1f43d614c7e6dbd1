"""The register against itself, and against a list from outside. Comparing runs outside of any transaction; its effects are one.

Whoever stops a run before the end leaves nothing behind. What somebody has decided is never asked again and never overruled.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sertakan.core import encryption, scope
from sertakan.linkage import policies, queries, services
from sertakan.linkage.models import Run
from sertakan.people import queries as people
from sertakan.people.groups import Groups
from sertakan.people.services import Same, is_number, merge_many
from sertakan.programme.checking import Progress, quiet
from sertakan.programme.linking import lists, stakes
from sertakan.programme.linking.register import prepared_register, trained_model

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel

CERTAIN: Final = "pasti sama menurut pencocokan"
CONTRADICTS: Final = "contradicts_decision"
MOST_IDS: Final = 10_000
_SETTLED = ("same", "different", "waiting")


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of a matching. `linked_ids` and `review_ids` are numbers of pairs, at most MOST_IDS of each."""

    run: int
    kind: str
    rows: int
    linked: int
    new: int
    review: int
    unchanged: bool
    seconds: float
    linked_ids: tuple[int, ...] = ()
    review_ids: tuple[int, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "run": self.run,
            "kind": self.kind,
            "rows": self.rows,
            "linked": self.linked,
            "new": self.new,
            "review": self.review,
            "unchanged": self.unchanged,
            "linked_ids": list(self.linked_ids),
            "review_ids": list(self.review_ids),
            "columns": dict(self.columns),
            "counts": dict(self.counts),
            "seconds": round(self.seconds, 2),
        }


@dataclass(slots=True)
class _Found:
    """One pair on its way into the table."""

    id: int
    person_id: int
    other_id: int | None
    record_id: int | None
    row: int | None
    probability: float
    weight: float
    weights: str
    levels: str
    reasons: list[str]
    risks: list[str]
    cost: int
    state: str = "open"
    known: bool = False
    merge_id: int | None = None
    identifier_id: int | None = None


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
            return _same_as(before)
        progress("preparing", 0, None)
        prepared = prepared_register()
    progress("comparing", 0, prepared.height)
    from sertakan.linkage import decide as answers
    from sertakan.linkage import engine

    pairs = engine.dedupe(prepared, model, least=model.review)
    decided = answers.decide(pairs, model, kind="dedupe")
    decided = decided.filter(decided["answer"] != answers.DIFFERENT)
    progress("writing", 0, decided.height)
    with scope.acting(actor, job="pencocokan"):
        services.one_at_a_time()
        return _write_register(
            decided, model, _numbers(prepared, decided["left_id"], decided["right_id"]), started=started
        )


def link_file(
    *,
    path: Path,
    actor: scope.Actor,
    against: str = "people",
    mapping: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> Linked:
    """Find the people of a list in the register. `against`: everybody, or only ``members`` (who have a membership number).

    Membership numbers of the list are attached to the persons who are certainly the same. The same list again changes nothing.
    Raises NotYourRun, RegisterEmpty, and what `lists.opened` raises.
    """
    started = time.monotonic()
    model = trained_model()
    said = dict(sorted((mapping or {}).items()))
    with scope.acting(actor):
        policies.check_can_run(actor)
        content = _digest(path)
        before = queries.last_run(kind=Run.Kind.LIST, against=against, content=content)
        if before is not None and before.settings.get("mapping") != said:
            before = None
        if before is not None and (before.mark, before.model_hash) == (queries.register_mark(), model.hash):
            return _same_as(before)
        context = lists.area_context()
    with lists.opened(path, mapping=mapping, context=context) as found:
        progress("preparing", 0, None)
        with scope.acting(actor):
            prepared = prepared_register(members=against == "members")
        compared = _compare(found, prepared, model, progress)
        facts = {"mapping": said, **lists.list_facts(found)}
        kind = "members" if found.has_numbers else "other"
        name = found.name
    progress("writing", 0, compared.pairs.height)
    with scope.acting(actor, job="pencocokan"):
        services.one_at_a_time()
        run = _ListRun(name, content, against, kind, facts, model, before)
        return _write_list(compared, run, started=started)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _same_as(run: Run) -> Linked:
    pairs = run.pairs.order_by("pk")
    return Linked(
        run=run.pk,
        kind=run.kind,
        rows=run.rows,
        linked=run.linked,
        new=run.fresh,
        review=run.review,
        unchanged=True,
        seconds=0.0,
        linked_ids=tuple(pairs.filter(state="same").values_list("pk", flat=True)[:MOST_IDS]),
        review_ids=tuple(pairs.filter(state__in=["open", "waiting"]).values_list("pk", flat=True)[:MOST_IDS]),
        columns=run.settings.get("columns", {}),
        counts=run.counts,
    )


# The register against itself


@dataclass(frozen=True)
class _Numbers:
    """Identity numbers of the records that stand in pairs, and how many records were compared. Never leaves the process."""

    of: dict[int, str | None] = field(repr=False)
    rows: int = 0


def _numbers(prepared: pl.DataFrame, *sides: pl.Series) -> _Numbers:
    import polars as pl

    wanted = pl.concat(sides).unique()
    chosen = prepared.filter(pl.col("record_id").is_in(wanted.implode()))
    return _Numbers(dict(chosen.select("record_id", "c_nik").iter_rows()), prepared.height)


def _write_register(decided: pl.DataFrame, model: TrainedModel, numbers: _Numbers, *, started: float) -> Linked:
    number, rows = services.next_numbers(1)[0], numbers.rows
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
        **_model_facts(model),
    )
    services.write_run(number=number, facts=facts)
    changed = _write_pairs(number, found)
    return Linked(
        number, facts.kind, rows, facts.linked, facts.fresh, facts.review, not changed, facts.seconds,
        tuple(linked[:MOST_IDS]), tuple(waiting[:MOST_IDS]), counts=facts.counts,
    )  # fmt: skip


def _model_facts(model: TrainedModel) -> dict[str, Any]:
    return {
        "model_hash": model.hash,
        "engine": f"splink {model.splink}",
        "seed": model.seed,
        "threshold": model.threshold,
        "review_threshold": model.review,
        "settings": {"model": json.loads(model.to_json())},
    }


def _judge(
    decided: pl.DataFrame, survivors: Mapping[int, int], hanging: dict[int, stakes.Stake], numbers: _Numbers
) -> tuple[list[_Found], list[Same]]:
    """The pairs that say something new, the surest first, and the merges that follow without asking."""
    known = {(person, other): (number, state) for number, person, other, state in queries.known_pairs().iter_rows()}
    bars = _Bars(queries.barred())
    benefit, groups = stakes.death_benefit(), Groups()
    ordered = decided.sort(
        [decided["answer"] == "same", "probability", "left_id", "right_id"], descending=[True, True, False, False]
    )
    fresh_numbers = iter(services.next_numbers(ordered.height))
    found: list[_Found] = []
    wanted: list[Same] = []
    for row in ordered.iter_rows(named=True):
        person, other = sorted((int(row["left_id"]), int(row["right_id"])))
        if person not in survivors or other not in survivors:
            continue
        left, right = survivors[person], survivors[other]
        number, state = known.get((person, other), (None, None))
        if state in _SETTLED or groups.survivor(left) == groups.survivor(right):
            continue
        barred = bars.between(groups.survivor(left), groups.survivor(right))
        certain = row["answer"] == "same"
        if barred and not certain:
            continue
        one = _found(row, number or next(fresh_numbers), person, hanging.get(person, stakes.NOTHING), benefit)
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


def _one_now(one: _Found, survivors: Mapping[int, int], groups: Groups) -> bool:
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


def _found(row: Mapping[str, Any], number: int, person: int, stake: stakes.Stake, benefit: int) -> _Found:
    """A pair as the engine and the three answers have it; `cost` as of a record of which nothing is known."""
    weights = {name[2:]: round(value, 4) for name, value in row.items() if name.startswith("w_") and value is not None}
    levels = {name[6:]: value for name, value in row.items() if name.startswith("level_") and value is not None}
    return _Found(
        id=number,
        person_id=person,
        other_id=None,
        record_id=None,
        row=None,
        probability=float(row["probability"]),
        weight=float(row["weight"]),
        weights=json.dumps(weights),
        levels=json.dumps(levels),
        reasons=[code for code in str(row["reason"] or "").split("|") if code],
        risks=[],
        cost=stakes.cost_of(float(row["probability"]), stake, stakes.NOTHING, benefit=benefit),
    )


def _write_pairs(run: int, found: list[_Found]) -> int:
    """Add the new ones, settle or refresh those that waited; how many rows changed."""
    fresh = [one for one in found if not one.known]
    settled = [one for one in found if one.known and one.state == "same"]
    waiting = [one for one in found if one.known and one.state == "open"]
    return (
        services.write_pairs(run=run, pairs=_frame(fresh))
        + services.settle_pairs(pairs=_frame(settled))
        + services.refresh_pairs(pairs=_frame(waiting))
    )


def _frame(found: list[_Found]) -> pl.DataFrame:
    import polars as pl

    whole = dict.fromkeys(
        ("id", "person_id", "other_id", "record_id", "row", "cost", "merge_id", "identifier_id"), pl.Int64
    )
    texts = dict.fromkeys(("weights", "levels", "reasons", "risks", "state"), pl.String)
    schema = {**whole, **texts, "probability": pl.Float64, "weight": pl.Float64, "by_machine": pl.Boolean}
    rows = [
        {
            **{name: getattr(one, name) for name in (*whole, "weights", "levels", "state", "probability", "weight")},
            "reasons": json.dumps(one.reasons),
            "risks": json.dumps(one.risks),
            "by_machine": one.state == "same",
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


# A list from outside


@dataclass(frozen=True)
class _Compared:
    """All parts of a list: pairs that matter, the records they are about, how many rows there were."""

    pairs: pl.DataFrame
    records: pl.DataFrame
    rows: int
    numbers: _Numbers


@dataclass(frozen=True)
class _ListRun:
    """What a run over a list is about."""

    name: str
    content: str
    against: str
    kind: str
    facts: dict[str, Any]
    model: TrainedModel
    before: Run | None


def _compare(found: lists.ForeignList, prepared: pl.DataFrame, model: TrainedModel, progress: Progress) -> _Compared:
    """Part by part, keeping only what matters; then every person goes to its best row."""
    import polars as pl

    from sertakan.linkage import decide as answers
    from sertakan.linkage import engine
    from sertakan.linkage.normalise import prepare

    pairs: list[pl.DataFrame] = []
    records: list[pl.DataFrame] = []
    rows = 0
    for part in found.parts():
        rows += part.records.height
        made = engine.link(prepare(part.records), prepared, model, least=model.review)
        decided = answers.decide(made, model, kind="link")
        decided = decided.filter(pl.col("answer") != answers.DIFFERENT)
        pairs.append(decided)
        records.append(part.records.join(decided, left_on="record_id", right_on="left_id", how="semi"))
        progress("comparing", part.read, None)
    if not rows:
        raise lists.ListEmpty()
    every = pl.concat(pairs, how="diagonal_relaxed")
    numbers = _numbers(prepared, every["right_id"])
    return _Compared(_best_row_each(every), pl.concat(records, how="vertical_relaxed"), rows, numbers)


def _best_row_each(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of several rows in different parts that are certainly one person, the best stays so; the others are to be looked at."""
    import polars as pl

    ordered = pairs.sort(["probability", "left_id"], descending=[True, False])
    certain = pl.col("answer") == "same"
    rank = certain.cast(pl.Int64).cum_sum().over("right_id")
    rival = certain & (rank > 1)
    return ordered.with_columns(
        answer=pl.when(rival).then(pl.lit("review")).otherwise("answer"),
        reason=pl.when(rival).then(pl.concat_str("reason", pl.lit("|rival"))).otherwise("reason"),
    ).sort("left_id", "right_id")


def _write_list(compared: _Compared, run: _ListRun, *, started: float) -> Linked:
    (number,) = services.next_numbers(1)
    texts = _texts(compared.records)
    keys = dict(zip(texts, encryption.index_many("record", list(texts.values())), strict=True))
    survivors = people.survivors(compared.pairs["right_id"].unique().to_list())
    found, rows = _judge_list(compared, keys, survivors, run.kind)
    kpj = dict(compared.records.select("record_id", "kpj").iter_rows())
    attached, refused = _attach(found, kpj)
    linked = {one.row for one in found if one.state == "same"} | rows["same"]
    waiting = ({one.row for one in found if one.state == "open"} | rows["waiting"]) - linked
    changed = bool(attached) or any(not one.known or one.state == "same" for one in found)
    counts = {"numbers": attached, "numbers_refused": refused, "pairs": compared.pairs.height}
    if not changed and run.before is not None:
        return _same_as(run.before)
    model_facts = _model_facts(run.model)
    facts = services.RunFacts(
        kind=str(Run.Kind.LIST),
        against=run.against,
        name=run.name[-250:],
        content=run.content,
        mark=queries.register_mark(),
        rows=compared.rows,
        linked=len(linked),
        fresh=compared.rows - len(linked) - len(waiting),
        review=len(waiting),
        counts=counts,
        seconds=time.monotonic() - started,
        **{**model_facts, "settings": {**model_facts["settings"], **run.facts}},
    )
    services.write_run(number=number, facts=facts)
    told = {one.row for one in found if not one.known}
    sealed = encryption.encrypt_many(texts[row].encode() for row in told if row is not None)
    kept = services.write_records(
        run=number, kind=run.kind, keys=[keys[row] for row in told if row is not None], sealed=sealed
    )
    for one in found:
        one.record_id = kept.get(keys[one.row or 0])
    _write_pairs(number, found)
    return Linked(
        number, facts.kind, facts.rows, facts.linked, facts.fresh, facts.review, not changed, facts.seconds,
        tuple(one.id for one in found if one.state == "same")[:MOST_IDS],
        tuple(one.id for one in found if one.state == "open")[:MOST_IDS],
        run.facts["columns"], counts,
    )  # fmt: skip


def _texts(records: pl.DataFrame) -> dict[int, str]:
    """What each record said, by its number: what is sealed, and by whose keyed hash it is found again."""
    names = [name for name in records.columns if name != "record_id"]
    return {
        int(row["record_id"]): json.dumps(
            {name: row[name] for name in names if row[name] is not None}, ensure_ascii=False, sort_keys=True
        )
        for row in records.iter_rows(named=True)
    }


def _judge_list(
    compared: _Compared, keys: Mapping[int, bytes], survivors: Mapping[int, int], kind: str
) -> tuple[list[_Found], dict[str, set[int | None]]]:
    """The pairs that say something new, and the rows of which an earlier decision says it all, by what it says."""
    pairs, numbers = compared.pairs, compared.numbers
    niks = dict(compared.records.select("record_id", "nik").iter_rows())
    known = {
        (bytes.fromhex(key), person): (number, state)
        for key, number, person, state in queries.known_records(kind, set(keys.values())).iter_rows()
    }
    hanging, benefit = stakes.stakes(list(survivors.values())), stakes.death_benefit()
    fresh_numbers = iter(services.next_numbers(pairs.height))
    rows: dict[str, set[int | None]] = {"same": set(), "different": set(), "waiting": set()}
    seen: dict[tuple[bytes, int], _Found] = {}
    for row in pairs.iter_rows(named=True):
        line, person = int(row["left_id"]), int(row["right_id"])
        if person not in survivors or (keys[line], person) in seen:
            continue  # the very same row twice in a list says nothing more
        number, state = known.get((keys[line], person), (None, None))
        if state in _SETTLED:
            rows[state].add(line)
            continue
        one = _found(
            row, number or next(fresh_numbers), person, hanging.get(survivors[person], stakes.NOTHING), benefit
        )
        one.row, one.known = line, number is not None
        differ = stakes.numbers_differ(niks.get(line), numbers.of.get(person))
        one.risks = stakes.risks_of(stakes.NOTHING, stakes.NOTHING, other_number=differ)
        if row["answer"] == "same" and not one.risks:
            one.state = "same"
        seen[keys[line], person] = one
    return list(seen.values()), rows


def _attach(found: list[_Found], kpj: Mapping[int, str | None]) -> tuple[int, int]:
    """Membership numbers go to the persons who are certainly the same; who has another one is left to a person."""
    import polars as pl

    from sertakan.people.models import Identifier
    from sertakan.sponsorship.services import register_existing_many

    told = [(one, kpj.get(one.row or 0) or "") for one in found if one.state == "same"]
    wanted = {one.person_id: number for one, number in told if is_number(number)}
    if not wanted:
        return 0, 0
    mine = Identifier.objects.filter(kind="kpj", person_id__in=list(wanted))
    before = set(mine.values_list("pk", flat=True))
    frame = pl.DataFrame({"person_id": list(wanted), "kpj": list(wanted.values())})
    done = register_existing_many(frame=frame)
    fresh = dict(mine.exclude(pk__in=before).values_list("person_id", "pk"))
    for one, _ in told:
        one.identifier_id = fresh.get(one.person_id)
        if one.person_id in done.refused:
            one.state = "open"
            one.reasons.append(done.refused[one.person_id])
    return len(fresh), len(done.refused)
